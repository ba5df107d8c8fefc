"""Chinese signs as the syllables that they are read as, in pinyin without tones.

A sign has its usual reading, and in some words another (行 xing, 银行 yin hang): from left to right, the longest word
that stands at a place is read as that word is. The table, pinyin.txt.gz, is made of pypinyin's (0.55, MIT, © 2016
mozillazg, 闲耘, https://github.com/mozillazg/python-pinyin; the licence stands in it) by `make pinyin`, and what is
read is what pypinyin reads.
"""

from __future__ import annotations

import zlib
from functools import cache
from importlib.resources import files

from mien.sense.later import later

HAN = later("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]+")
"""A run of the signs that the table is of."""

END = "$"
"""Behind a word of the table that is one only at the end of a run."""

LONGEST = 16
"""Signs of a word, at most, END counted."""

TABLE = files("mien.sense").joinpath("pinyin.txt.gz")
"""Comments, the signs, the words, parted by empty lines; see `_table`."""

_GZIP = 31  # what zlib calls gzip's format


def syllables(text: str) -> list[str]:
    """The reading of each Chinese sign of the text in a row: "行长" as ["hang", "zhang"], "旅" as ["lv"].

    Other signs, and those whose reading nobody knows, are left out.
    """
    read: list[str] = []
    for run in HAN.findall(text):
        run += END
        at = 0
        while at < len(run) - 1:
            words = _words(run[at])
            ends = range(min(len(run), at + LONGEST), at + 1, -1)
            end = next((end for end in ends if run[at + 1 : end] in words), at + 1)
            told = words.get(run[at + 1 : end])
            read += told.split("-") if told else filter(None, map(_usual, run[at:end]))
            at = end
    return read


@cache
def _table() -> tuple[str, str]:
    """A line a syllable, with the signs that it is the usual reading of; and a line a sign, with the rests of the words
    that it begins, behind a colon a word's syllables where one of them is not usual."""
    _, signs, words = zlib.decompress(TABLE.read_bytes(), _GZIP).decode("utf-8").split("\n\n")
    return signs, f"\n{words}\n"


@cache
def _usual(sign: str) -> str:
    """The usual reading of a sign; "" where there is none."""
    signs = _table()[0]
    at = signs.find(sign)
    return signs[signs.rfind("\n", 0, at) + 1 : at].split()[0] if at >= 0 else ""


@cache
def _words(sign: str) -> dict[str, str]:
    """By the rest of each word that the sign begins: the syllables of the word, "" where all are usual."""
    words = _table()[1]
    begin = words.find(f"\n{sign}") + 1
    rests = words[begin + 2 : words.find("\n", begin)] if begin else ""
    return {rest: told for rest, _, told in (entry.partition(":") for entry in rests.split())}
