"""Words of feeling in a line and what is said of each: 我不难过, not angry at all, 嬉しくない.

The grammar stands in `frames`. A word that is denied speaks against its feeling and a little for another; where
something else is felt in the same line (not sad, just angry), that is what counts. What follows a "but" outweighs what
stands before it. Words that are not meant are left out of the line, so that the trained nets do not read them as meant.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from mien.face import FEELINGS
from mien.sense.frames import Verdict, chinese, english, japanese
from mien.sense.later import later
from mien.sense.lexicon import WORDS

_PLACES = len(FEELINGS) + 1
# What a denied feeling hints at, in logits; neutral comes on top.
_INSTEAD = {
    "happy": ("sad", 2.3),
    "sad": ("relaxed", 0.9),
    "angry": ("relaxed", 0.9),
    "afraid": ("relaxed", 1.0),
    "relaxed": ("afraid", 0.9),
}
_TURN = np.zeros((len(FEELINGS), _PLACES), np.float32)
for _name, (_other, _weight) in _INSTEAD.items():
    _TURN[FEELINGS.index(_name), FEELINGS.index(_other)] = _weight
_TURN[:, -1] = [0.4, 2.6, 2.6, 2.6, 2.6, 2.6, 2.6, 0.4]  # not happy is a feeling of its own, not angry is not
_TURN[np.arange(8), np.arange(8)] = -2.5
_SOOTHING = np.zeros(_PLACES, np.float32)
_SOOTHING[FEELINGS.index("relaxed")] = 0.8  # ours: who says "don't be afraid" means well
_MILD = 0.5
"""Of a word that is doubly denied (not unhappy), the share that still stands."""
_BEFORE_BUT = 0.3
"""Of a word before a "but" with another feeling behind it."""

_BUT = {
    "zh": later(r"(?<!不)但(?!愿)|可是|不过(?!去)|然而|不如说|而是|反而|却"),
    "ja": later(r"けれども?|けど|しかし|じゃなくて?、?|ではなくて?|(?<=[いただる])が、|でも、"),
    "en": later(r"(?<!nothing )(?<!anything )(?<!help )(?<!all )\bbut\b(?! me\b)|\bhowever\b"),
}
_NOW = later(r"\b(?:but|and) (?:now|today|then)\b|不如说?|现在|如今|今天|但|却")
_TOKEN = later(r"[a-z0-9']+")

Row = NDArray[np.float32]


def _index(table: dict[str, Row]) -> dict[str, list[tuple[str, Row]]]:
    index: dict[str, list[tuple[str, Row]]] = {}
    for word in sorted(table, key=len, reverse=True):
        index.setdefault(word[0], []).append((word, table[word]))
    return index


_HAN = {name: _index(WORDS[name]) for name in ("zh", "ja")}
_SAYS = {"zh": chinese, "ja": japanese}
_PINYIN = {word: row for word, row in WORDS["zh"].items() if word.isascii() and word.isalpha() and len(word) > 3}
"""Chinese words in letters (yyds), which also stand alone."""
_LONGEST = max(len(word.split()) for word in WORDS["en"])


@dataclass(frozen=True, slots=True)
class Said:
    """What the words of a line say.

    text: the line without the words that are not meant. row: (9,) logits of all of them. mild: a word is doubly
    denied, and none is meant outright.
    """

    text: str
    row: Row
    mild: bool


@dataclass(frozen=True, slots=True, eq=False)
class _Word:
    """A word of feeling at text[start:end], its (8,) logits, and what is said of it."""

    start: int
    end: int
    row: Row
    verdict: Verdict


def words(text: str, language: str) -> Said:
    """Read the words of feeling.

    text: lower case. language: "zh", "ja", "en" or "und"; Latin words are read in every language but "und".
    """
    found: list[_Word] = []
    if language in _HAN:
        found += _ideographic(text, language)
    if language != "und":
        found += _english(text)
    row = np.zeros(_PLACES, np.float32)
    if not found:
        return Said(text, row, False)
    found = [word for word in found if not any(other is not word and _covers(other, word) for other in found)]
    found = [_settled(word, found, text) for word in found]
    begin, turn = _turned(text, found, language)
    kinds = {word.verdict.kind for word in found}
    cut = [span for word in found for span in _misleads(word)]
    for word in found:
        kind = word.verdict.kind
        if kind in ("denied", "soothed"):
            against = _TURN[int(word.row.argmax())]
            row += np.minimum(against, 0.0) if "meant" in kinds else against
            if kind == "soothed":
                row += _SOOTHING
        elif kind != "unsaid":
            outweighed = begin < word.end <= turn
            if outweighed:
                cut.append((word.start, word.end))
            share = _MILD if kind == "mild" else _BEFORE_BUT if outweighed else 1.0
            row[:-1] += share * np.where(row[:-1] > 0, 0.6, 1.25) * word.row  # the second of one feeling counts half
    np.minimum(row, 4.0, out=row)
    return Said(_without(text, cut), row, "mild" in kinds and "meant" not in kinds)


def _settled(word: _Word, found: list[_Word], text: str) -> _Word:
    """A feeling of the past is unsaid where another is meant now, and else meant."""
    if word.verdict.kind != "past":
        return word
    now = _NOW.search(text, word.end)
    gone = now and any(other.verdict.kind == "meant" and other.start >= now.end() for other in found)
    verdict = Verdict("unsaid", word.start, word.end) if gone else Verdict("meant", word.end, word.end)
    return replace(word, verdict=verdict)


def _covers(one: _Word, other: _Word) -> bool:
    """Whether the second word is a part of what denies the first: 怎么可能 of 怎么可能开心."""
    frame = one.verdict
    return frame.kind != "meant" and frame.start <= other.start and other.end <= frame.end and other.end <= one.start


def _misleads(word: _Word) -> list[tuple[int, int]]:
    """What is left out of the line: of a word that is doubly denied only the denials."""
    verdict = word.verdict
    if verdict.kind == "mild":
        return [(verdict.start, word.start), (word.end, verdict.end)]
    return [(verdict.start, verdict.end)]


def _without(text: str, cut: list[tuple[int, int]]) -> str:
    kept, done = [], 0
    for start, end in sorted(cut):
        if end > start and end > done:
            kept.append(text[done:start])
            done = end
    return " ".join([*kept, text[done:]]) if kept else text


def _turned(text: str, found: list[_Word], language: str) -> tuple[int, int]:
    """Where the sentence begins and its last "but" stands between two feelings that are both meant, or twice 0."""
    meant = [word for word in found if word.verdict.kind == "meant"]
    if len(meant) < 2:
        return 0, 0
    for but in reversed(list(_BUT[language].finditer(text))):
        begin = max(text.rfind(stop, 0, but.start()) for stop in ".。!?…")  # what stands in sentences before stays
        earlier = {int(word.row.argmax()) for word in meant if begin < word.end <= but.start()}
        later = {int(word.row.argmax()) for word in meant if word.start >= but.end()}
        if earlier and later and earlier != later:
            return begin, but.start()
    return 0, 0


def _ideographic(text: str, language: str) -> Iterator[_Word]:
    index = _HAN[language]
    at = 0
    while at < len(text):
        for word, weights in index.get(text[at], ()):
            if not text.startswith(word, at):
                continue
            end = at + len(word)
            if word.isascii() and (
                (text[at - 1 : at].isascii() and text[at - 1 : at].isalnum())
                or (text[end : end + 1].isascii() and text[end : end + 1].isalnum())
            ):
                continue
            yield _Word(at, end, weights, _SAYS[language](text, at, end))
            at = end - 1
            break
        at += 1


def _english(text: str) -> Iterator[_Word]:
    found = list(_TOKEN.finditer(text))
    table = WORDS["en"]
    since = 0
    at = 0
    while at < len(found):
        for size in range(min(_LONGEST, len(found) - at), 0, -1):
            start, end = found[at].start(), found[at + size - 1].end()
            weights = table.get(text[start:end], _PINYIN.get(text[start:end]))
            if weights is None:
                continue
            yield _Word(start, end, weights, english(text, start, end, since))
            since = end
            at += size - 1
            break
        at += 1
