"""Where the words of Chinese and Japanese begin and end, which write no blanks: near enough to point at one.

Chinese is cut into as few words of words.txt as will do, the commoner ones where it could be done in two ways. Japanese
is cut where its scripts meet: a word is a run of katakana, or Chinese signs with the hiragana that end it.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from mien.sense.later import later

_LONGEST = 5
_HAN = "[一-龯々〆ヶ]"
_ENDING = rf"(?:(?![おご]{_HAN}|[がをはも](?:{_HAN}|[ァ-ヺ]))[ぁ-ゖー])"
_JAPANESE = later(
    rf"[おご]?{_HAN}{{2,}}(?=[がをはのへもにでとや])"  # a noun: what marks it comes for itself
    rf"|{_HAN}(?=を|[はのへも]|が(?![らりるれろっ])|[にでとや](?![ぁ-ん]))"
    rf"|(?<={_HAN})[がをはのへもにでとや](?![らりるれろっ])"
    rf"|[おご]?{_HAN}+{_ENDING}*"
    r"|[ァ-ヿ]+(?=[がをはのへもにでとや])"
    rf"|[ァ-ヿ]+{_ENDING}*"
    rf"|(?<=[ァ-ヿ])[がをはのへもにでとや](?![らりるれろっ])|[がをはも](?={_HAN}|[ァ-ヺ])"
    rf"|{_ENDING}+"
    r"|."
)


def cut(run: str, language: str) -> list[str]:
    """The words of a run of signs in "zh" or "ja"; joined they are the run."""
    return _JAPANESE.findall(run) if language == "ja" else _chinese(run)


def _chinese(run: str) -> list[str]:
    ranks = _ranks()
    rare = len(ranks)
    # cheapest[i]: (words, their ranks) of the first i signs, and where the last word of them begins.
    cheapest: list[tuple[int, int, int]] = [(0, 0, 0)]
    for end in range(1, len(run) + 1):
        ways = []
        for start in range(max(0, end - _LONGEST), end):
            rank = ranks.get(run[start:end], rare if end - start == 1 else None)
            if rank is not None:
                count, cost, _ = cheapest[start]
                ways.append((count + 1, cost + rank, start))
        cheapest.append(min(ways))
    words = []
    end = len(run)
    while end:
        start = cheapest[end][2]
        words.append(run[start:end])
        end = start
    return words[::-1]


@cache
def _ranks() -> dict[str, int]:
    lines = files("mien.sense").joinpath("words.txt").read_text(encoding="utf-8").splitlines()
    return {word: rank for rank, word in enumerate(line for line in lines if not line.startswith("#"))}
