"""The recipe of the table by which Chinese signs are read: `make pinyin` writes it anew from pypinyin's dictionaries.

The reading that pypinyin gives a sign alone is its usual one. All words are kept, also those that read as their signs
do: a word that is read leaves none of its signs to the next.
"""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from importlib.metadata import distribution
from pathlib import Path

from pypinyin import lazy_pinyin
from pypinyin.constants import PHRASES_DICT, PINYIN_DICT

from mien.sense.pinyin import END, HAN, TABLE


def table() -> str:
    """What the file says, packed by gzip, as `mien.sense.pinyin` reads it; the same for the same pypinyin."""
    usual = {sign: lazy_pinyin(sign)[0] for sign in map(chr, sorted(PINYIN_DICT)) if HAN.fullmatch(sign)}
    unusual = {word: said for word in PHRASES_DICT if (said := lazy_pinyin(word)) != [usual[sign] for sign in word]}
    told = {word: unusual.get(word, []) for word in PHRASES_DICT}
    told |= {start + END: [usual[sign] for sign in start] for start in _sign_by_sign(set(unusual))}
    signs: dict[str, str] = {}
    for sign, syllable in usual.items():
        signs[syllable] = signs.get(syllable, "") + sign
    words: dict[str, list[str]] = {}
    for word, syllables in sorted(told.items()):
        words.setdefault(word[0], []).append(word[1:] + (":" + "-".join(syllables) if syllables else ""))
    pypinyin = distribution("pypinyin")
    licence = (pypinyin.read_text("licenses/LICENSE.txt") or "").splitlines()
    lines = [
        f"# How Chinese signs are read, from the dictionaries of pypinyin {pypinyin.version}, whose licence this is:"
    ]
    lines += [f"# {line}" for line in licence if line]
    lines += ["", *(f"{syllable} {those}" for syllable, those in sorted(signs.items()))]
    lines += ["", *(f"{sign} {' '.join(rests)}" for sign, rests in words.items())]
    return "\n".join(lines)


def _sign_by_sign(unusual: set[str]) -> Iterator[str]:
    """Beginnings of words that hold an unusual word: where a text ends behind them pypinyin reads them sign by sign."""
    starts = {word[:size] for word in PHRASES_DICT for size in range(2, len(word))}
    for start in starts:
        parts = {start[at:end] for at in range(1, len(start)) for end in range(at + 2, len(start) + 1)}
        if parts & unusual and not any(start[:size] in PHRASES_DICT for size in range(2, len(start) + 1)):
            yield start


if __name__ == "__main__":
    Path(str(TABLE)).write_bytes(gzip.compress(table().encode("utf-8"), mtime=0))
