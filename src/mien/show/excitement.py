"""How excited a voice is beside its own usual: louder and higher.

Whether that is joy or anger a voice of an unknown language does not tell surely, so it is shown as a mild surprise:
brows and eyes, not a mouth. Directions after Juslin & Laukka, "Communication of emotions in vocal expression and music
performance", Psychological Bulletin 129, 2003 (table 7). Sizes: ours.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import log2
from typing import TYPE_CHECKING, Final

from mien.face import Emotion

if TYPE_CHECKING:
    from mien.sense.hearing import Moment

STEP: Final = 0.01
"""Seconds from moment to moment."""

EACH: Final = 0.3
"""Seconds between two tellings."""

_LOUDER, _HIGHER = 10.0, 0.6  # decibels, octaves: in full
_USUAL, _JUST_NOW = 8.0, 0.4  # seconds over which the usual, and what is heard just now, are averaged
_KNOWN = 2.0  # seconds of speech before the usual is known
_FAINT, _EXCITED = 0.25, 0.6  # excitement below which nothing is told; the strength of what is


class Excitement:
    """Of one voice, of which it hears the moments in which somebody speaks, one after another."""

    def __init__(self) -> None:
        self._loud, self._high = _Average(), _Average()
        self._told = 0.0

    def hear(self, moment: Moment) -> Iterator[Emotion]:
        """What one such moment tells: a feeling each EACH seconds while the voice is excited, else nothing."""
        self._told += STEP
        self._loud.add(moment.loudness)
        if moment.pitch:
            self._high.add(log2(moment.pitch))
        if self._told >= EACH and self._loud.seconds >= _KNOWN:
            self._told = 0.0
            excited = min(1.0, max(0.0, self._loud.above / _LOUDER + self._high.above / _HIGHER))
            if excited >= _FAINT:
                yield Emotion(surprised=_EXCITED * excited)


class _Average:
    """A usual value and the one of just now, of moments in which somebody spoke. seconds: how many were heard."""

    def __init__(self) -> None:
        self.seconds = self._usual = self._now = 0.0

    def add(self, value: float) -> None:
        self.seconds += STEP
        self._usual += (value - self._usual) * max(STEP / _USUAL, STEP / self.seconds)
        self._now += (value - self._now) * max(STEP / _JUST_NOW, STEP / self.seconds)

    @property
    def above(self) -> float:
        return self._now - self._usual
