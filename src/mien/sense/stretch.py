"""Drawn-out letters put back: ewwww is ew, happyyy is happy, こわーい is こわい, 难过过过 is 难过.

A run of three or more equal signs is drawn out. It shrinks to the longest run that a word of feeling has there, else to
one sign; so a stretched word stays the word that it was. A word said three times and more is said once, louder.
"""

from __future__ import annotations

import re
from itertools import product

from mien.sense.later import later
from mien.sense.lexicon import WORDS

_RUN = later(r"([^\d\s.。])\1{2,}")
_WORD = later(r"[a-z']*([a-z])\1{2}[a-z']*")
_TAIL = later(r"(?<![a-z'])[a-z']*([a-z])\1(?![a-z'])")
_LATIN = frozenset(part for word in WORDS["en"] for part in word.split()) | {"too", "good", "cool", "all", "well"}
_DRAWN_KANA = later(r"(?<=[ぁ-ヺ一-龯][ぁ-ゖ])[ー〜~]+|(?<=[ぁ-ゖ])[ー〜~]+(?=[いきくしすっつむなとたてる])")
_AGAIN = later(
    r"([\u3041-\u3096\u30a1-\u30fe\u4e00-\u9fff]{2,6}?)(?:[，、,!\s]*\1){2,}|(?<![a-z])([a-z]{2,4}?)\2{2,}(?![a-z])"
)
_AGAIN_LATIN = later(r"(?<![a-z'])([a-z']+(?: [a-z']+)?)(?:[ ,.!]+\1(?![a-z'])){2,}")
_MARKED = tuple(word for word in WORDS["ja"] if re.search("[ぁ-ゖ]ー", word))


def _doubled() -> dict[str, list[tuple[int, str]]]:
    """Sign to the words of feeling that have it several times in a row, and how often, the longest run first."""
    found: dict[str, list[tuple[int, str]]] = {}
    for word in (*WORDS["zh"], *WORDS["ja"]):
        for match in re.finditer(r"([^a-z0-9])\1+", word):
            found.setdefault(match.group(1), []).append((len(match.group(0)), word))
    return {sign: sorted(words, reverse=True) for sign, words in found.items()}


_DOUBLED = _doubled()


_DIGITS = later(r"(?<![a-z0-9])(?=[a-z]*[013457][a-z]|[a-z]+[013457])[a-z013457]{3,}(?![a-z0-9])")
_LEET = str.maketrans("013457", "oieast")


def _spelt(match: re.Match[str]) -> str:
    """h4ppy, s4d: digits that stand for letters of a word of feeling."""
    written = str(match.group(0))
    word = written.translate(_LEET)
    return word if word in WORDS["en"] else written


def settle(text: str, language: str) -> tuple[str, list[int]]:
    """The line in lower case without drawn-out signs, and the length of each run that was.

    language: of the line; marks that draw out a vowel (こわーい) are dropped in Japanese.
    """
    drawn = [len(match.group(0)) for match in _RUN.finditer(text)]

    def once(match: re.Match[str]) -> str:
        word = str(match.group(1) or match.group(match.lastindex or 0))
        if word.isascii() and word not in WORDS["en"] and word not in WORDS["zh"]:
            return match.group(0)
        if word * 2 in WORDS["ja"] or word * 2 in WORDS["zh"]:
            word *= 2
        drawn.append(1 + len(match.group(0)) // len(word))
        return word

    if language == "ja" and not text.isascii():
        text, line = "", text
        done = 0
        for mark in _DRAWN_KANA.finditer(line):
            listed = _listed(f"{line[: mark.start()]}ー{line[mark.end() :]}", mark.start())
            text += line[done : mark.start() + listed]
            done = mark.end()
            drawn.append(2 + len(mark.group(0)) - listed)
        text += line[done:]
    if drawn:
        text = _RUN.sub(_shrunk, _WORD.sub(_latin, text))
    text = _TAIL.sub(_untailed, _DIGITS.sub(_spelt, text))
    return _AGAIN_LATIN.sub(once, _AGAIN.sub(once, text)), drawn


def _listed(text: str, at: int) -> bool:
    """Whether the mark at `at` belongs to a word of feeling: わーい."""
    starts = ((word, at - word.index("ー")) for word in _MARKED)
    return any(
        start >= 0 and text.startswith(word, start) and not re.match("[ぁ-ゖ一-龯]", text[max(0, start - 1) : start])
        for word, start in starts
    )


def _latin(match: re.Match[str]) -> str:
    word = match.group(0)
    parts = re.split(r"(([a-z'])\2{2,})", word)  # plain, run, its letter, plain, …
    plain, letters = parts[::3], parts[2::3]
    for lengths in product((1, 2), repeat=min(len(letters), 3)):
        tried = plain[0] + "".join(
            letter * length + rest for letter, length, rest in zip(letters, lengths, plain[1:], strict=False)
        )
        if len(letters) <= 3 and tried in _LATIN:
            return tried
    return word


def _untailed(match: re.Match[str]) -> str:
    word = match.group(0)
    return word[:-1] if word not in _LATIN and word[:-1] in _LATIN else word


def _shrunk(match: re.Match[str]) -> str:
    sign, length, line = match.group(1), len(match.group(0)), match.string
    for size, word in _DOUBLED.get(sign, ()):
        if (
            size <= length
            and word in f"{line[max(0, match.start() - 6) : match.start()]}{sign * size}{line[match.end() :][:6]}"
        ):
            return sign * size
    return sign
