"""Which words of a line carried its feeling: each is left out in turn, and the reader reads again.

Source: Zeiler & Fergus, "Visualizing and Understanding Convolutional Networks", 2014 (occlusion).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from mien.sense.features import LIMIT
from mien.sense.signs import CLASSES

_PIECES = re.compile(
    r"[\[【][\w ]{1,12}[\]】]"  # a platform's picture
    r"|[(（][^()（）\n]{1,14}[)）]"  # a typed face
    r"|[^\W\d_\u3040-\u30ff\u3400-\u9fff]+(?:['’][a-z]+)?"  # a word of an alphabet
    r"|[\u3040-\u30ff\u3400-\u9fff々]"  # a sign of Chinese or Japanese: neighbours join below
    r"|\d+|(?:(?!\s)[^\w\u3040-\u30ff\u3400-\u9fff])+"
)
_LEAST = 0.25
"""In logits: what changes the answer by less carried nothing."""


class Reads(Protocol):
    """Whatever gives (9,) probabilities over CLASSES for a line; `Reader` does."""

    def odds(self, text: str) -> NDArray[np.float32]:
        """(9,) probabilities."""
        ...


@dataclass(frozen=True, slots=True)
class Carrier:
    """A part of a line, text[start:end]. weight: by how much, in logits, the answer is surer with it than without."""

    text: str
    start: int
    end: int
    weight: float

    def as_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return {"text": self.text, "start": self.start, "end": self.end, "weight": round(self.weight, 3)}


def explain(reader: Reads, text: str, answer: str, most: int = 5) -> tuple[Carrier, ...]:
    """The parts of the line that carried this answer, one of CLASSES, in the order of the line.

    answer: what the line was read as, `Reading.dominant`. At most `most` parts, the weightiest. Only the first
    `features.LIMIT` characters are tried.
    """
    best = CLASSES.index(answer)
    whole = _logit(reader.odds(text)[best])

    def without(start: int, end: int) -> float:
        return whole - _logit(reader.odds(text[:start] + " " + text[end:])[best])

    pieces = [match.span() for match in _PIECES.finditer(text[:LIMIT])]
    if not pieces:
        return ()
    # A word of Chinese or Japanese has no edges: signs are tried in pairs, and share what a pair is worth.
    share = np.zeros(len(pieces))
    for at, (start, end) in enumerate(pieces):
        if end - start > 1 or not _joins(text[start]):
            share[at] = without(start, end)
            continue
        pairs = [
            without(*pair)
            for pair in (
                (pieces[at - 1][0], end) if at else (start, end),
                (start, pieces[min(at + 1, len(pieces) - 1)][1]),
            )
        ]
        share[at] = sum(pairs) / 2.0
    bar = max(_LEAST, 0.35 * float(share.max()))
    spans: list[tuple[int, int]] = []
    for (start, end), worth in zip(pieces, share, strict=True):
        if worth < bar:
            continue
        if spans and spans[-1][1] == start and _joins(text[start]) and _joins(text[start - 1]):
            spans[-1] = (spans[-1][0], end)
        else:
            spans.append((start, end))
    found = [Carrier(text[start:end], start, end, without(start, end)) for start, end in spans]
    found = sorted((one for one in found if one.weight >= _LEAST), key=lambda one: -one.weight)[:most]
    return tuple(sorted(found, key=lambda one: one.start))


def _joins(sign: str) -> bool:
    return "\u3040" <= sign <= "\u30ff" or "\u3400" <= sign <= "\u9fff" or sign == "々"


def _logit(chance: float) -> float:
    chance = min(1.0 - 1e-6, max(1e-6, float(chance)))
    return float(np.log(chance / (1.0 - chance)))
