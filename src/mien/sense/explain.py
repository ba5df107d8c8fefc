"""Which words of a line carried its feeling: each is left out in turn, and the reader reads again.

Source: Zeiler & Fergus, "Visualizing and Understanding Convolutional Networks", 2014 (occlusion).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from mien.face import CLASSES
from mien.face.fold import fold
from mien.sense.features import LIMIT
from mien.sense.language import language
from mien.sense.later import later
from mien.sense.words import cut

_PIECES = later(
    r"[\[【][\w ]{1,12}[\]】]"  # a platform's picture
    r"|[(（][^()（）\n]{1,14}[)）]"  # a typed face
    r"|[^\W\d_\u3040-\u30ff\u3400-\u9fff]+(?:['’][a-z]+)?"  # a word of an alphabet
    r"|[\u3040-\u30ff\u3400-\u9fff々]+"  # Chinese or Japanese, which `words` cuts further
    r"|\d+|(?:(?!\s)[^\w\u3040-\u30ff\u3400-\u9fff])+"
)
_SIGN = later(r"[\u3040-\u30ff\u3400-\u9fff々]")
_LEAST = 0.25
"""In logits: what changes the answer by less carried nothing."""


@runtime_checkable
class GivesOdds(Protocol):
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


def explain(reader: GivesOdds, text: str, answer: str, most: int = 5) -> tuple[Carrier, ...]:
    """The parts of the line that carried this answer, one of CLASSES, in the order of the line.

    answer: what the line was read as, `Reading.dominant`. At most `most` parts, the weightiest. Only the first
    `features.LIMIT` characters are tried.
    """
    place = CLASSES.index(answer)
    whole = _logit(reader.odds(text)[place])

    def without(start: int, end: int) -> float:
        return whole - _logit(reader.odds(text[:start] + " " + text[end:])[place])

    tongue = language(text)
    runs = _PIECES.finditer(text[:LIMIT])
    pieces = [span for match in runs for span in _spans(match.group(0), match.start(), tongue)]
    if not pieces:
        return ()
    share = np.array([without(*span) for span in pieces])
    bar = max(_LEAST, 0.35 * float(share.max()))
    found = [
        Carrier(text[start:end], start, end, float(worth))
        for (start, end), worth in zip(pieces, share, strict=True)
        if worth >= bar
    ]
    weightiest = sorted(found, key=lambda one: -one.weight)[:most]
    return tuple(sorted(weightiest, key=lambda one: one.start))


def _spans(piece: str, start: int, tongue: str) -> list[tuple[int, int]]:
    """Where the words of a piece stand; only Chinese and Japanese have several in one."""
    spans = []
    piece = fold(piece) if tongue == "zh" else piece
    for word in cut(piece, tongue) if _SIGN.match(piece) else [piece]:
        spans.append((start, start + len(word)))
        start += len(word)
    return spans


def _logit(chance: float) -> float:
    chance = min(1.0 - 1e-6, max(1e-6, float(chance)))
    return float(np.log(chance / (1.0 - chance)))
