"""Which neighbours among the signs of Chinese make a word, counted in the corpora: the list that `explain` cuts by.

python -m mien.train.text.words DATA -o src/mien/sense/words.txt
"""

from __future__ import annotations

import argparse
import math
import re
import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from mien.face import MienError
from mien.files import write_atomic
from mien.sense.lexicon import WORDS
from mien.train.text.corpora import load

LONGEST = 4
"""Signs of the longest word."""

_HAN = re.compile("[\u4e00-\u9fff]+")
# Signs that stand beside anything: what begins or ends with one is a phrase, but for the plain words below.
_LOOSE = "的了着过吗呢吧啊呀嘛啦把被让给跟和与或及在是我你他她它这那就都也还又很太不没最更再要有"
_LOOSE_FIRST = frozenset(_LOOSE + "么们真好去来会能想")
_LOOSE_LAST = frozenset(_LOOSE + "一")
_PLAIN = """
我们 你们 他们 她们 它们 这个 那个 这么 那么 这样 那样 这里 那里 这些 那些 没有 不是 不会
不要 不用 不能 不行 不知道 不好意思 真的 真是 好像 好好 好多 太过 还是 还有 都是 就是 也是 要是
是不是 有没有 有点 有些 有人 有的 再见 再也 最近 最后 会不会 能不能 想要 想起 来着 去年 给我 让我
过分 过来 过去 在家 跟我 和我 被人 更加 很多 又是 别人 别再 那种 这种 那边 这边
"""
_HEAD = """\
# Words of Chinese, written by python -m mien.train.text.words: plain ones, those of feeling in lexicon.txt, and what
# stands together in the corpora far oftener than chance has it, the most frequent first."""


def words(lines: Iterable[str], least: int = 12, cohesion: float = 25.0, freedom: float = 2.0) -> list[str]:
    """Words of two to `LONGEST` signs, the most frequent first.

    least: lines that a word stands in. cohesion: how many times oftener its parts meet than chance has it, for every
    way to part it. freedom: bits of surprise about what stands on either side of it.
    """
    runs = [run for line in lines for run in _HAN.findall(line)]
    counts: Counter[str] = Counter()
    for run in runs:
        for size in range(1, LONGEST + 1):
            counts.update(run[at : at + size] for at in range(len(run) - size + 1))
    total = sum(len(run) for run in runs)

    def holds(word: str) -> bool:
        parts = ((word[:cut], word[cut:]) for cut in range(1, len(word)))
        return all(counts[word] * total >= cohesion * counts[one] * counts[two] for one, two in parts)

    found = {
        word
        for word, count in counts.items()
        if len(word) > 1
        and count >= least
        and word[0] not in _LOOSE_FIRST
        and word[-1] not in _LOOSE_LAST
        and holds(word)
    }
    before: dict[str, Counter[str]] = {word: Counter() for word in found}
    behind: dict[str, Counter[str]] = {word: Counter() for word in found}
    for run in runs:
        for size in range(2, LONGEST + 1):
            for at in range(len(run) - size + 1):
                word = run[at : at + size]
                if word in found:
                    # Each end of a run is a neighbour of its own: nothing says that they are the same one.
                    before[word][run[at - 1] if at else f"^{len(before[word])}"] += 1
                    behind[word][run[at + size] if at + size < len(run) else f"${len(behind[word])}"] += 1
    free = [word for word in found if min(_bits(before[word]), _bits(behind[word])) >= freedom]
    known = set(free)
    free = [word for word in free if not any({word[:cut], word[cut:]} <= known for cut in range(2, len(word) - 1))]
    return sorted(free, key=lambda word: (-counts[word], word))


def _bits(neighbours: Counter[str]) -> float:
    """Entropy of what stands beside a word, in bits."""
    total = sum(neighbours.values())
    return -sum(count / total * math.log2(count / total) for count in neighbours.values())


def main(arguments: list[str] | None = None) -> int:
    """Write the list. Exit code 0, or 1 for a named error."""
    parser = argparse.ArgumentParser(prog="python -m mien.train.text.words", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("data", type=Path, help="folder or zip file of the corpora")
    parser.add_argument("-o", "--out", type=Path, required=True, help="the list")
    options = parser.parse_args(arguments)
    try:
        lines = [line.text for line in load(options.data)]
    except MienError as error:
        print(error, file=sys.stderr)
        return 1
    felt = (word for word in WORDS["zh"] if 2 <= len(word) <= LONGEST and _HAN.fullmatch(word))
    found = [_HEAD, *dict.fromkeys([*_PLAIN.split(), *felt, *words(lines)])]
    write_atomic(options.out, ("\n".join(found) + "\n").encode())
    return 0


if __name__ == "__main__":
    sys.exit(main())
