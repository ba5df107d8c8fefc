"""Whoever is at the microphone is somebody else: the character looks at them while they speak, nods at their pauses,
falls silent when they cut in, and hears how excited their voice is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import log2
from typing import Final

from mien.face import Cue, Directed, Emotion
from mien.mood.empathy import Sensed
from mien.sense.hearing import Moment
from mien.sources import Caught, Hush

_STEP = 0.01  # seconds from moment to moment
_SPEAKS = 0.5  # chance of speech
_DIP = 0.06  # ours, seconds: what is shorter, a stop's closure for instance, is no silence

CUTS_IN: Final = 0.15
"""Seconds of speech after which somebody is taken to speak: the character says no more."""

# A nod comes in a pause, after at least .7 s of speech, and not soon after another: Ward & Tsukahara, "Prosodic
# features which cue back-channel responses in English and Japanese", Journal of Pragmatics 32, 2000.
_PAUSE, _SPOKEN, _AGAIN = 0.2, 0.7, 1.2
_NOD, _NOD_HOLD = (("pitch", -0.17), ("browInnerUp", 0.12)), 0.22  # ours
_LOOK = (("gaze_x", 0.0), ("gaze_y", 0.0))
_LOOK_EACH, _LOOK_HOLD = 0.5, 0.9  # ours, seconds: the eyes stay a moment after the voice

# How excited a voice is beside its own usual: louder and higher. Directions after Juslin & Laukka, "Communication of
# emotions in vocal expression and music performance", Psychological Bulletin 129, 2003 (table 7). # ours: the sizes
_LOUDER, _HIGHER = 10.0, 0.6  # decibels, octaves: in full
_USUAL, _JUST_NOW = 8.0, 0.4  # seconds over which the usual, and what is heard just now, are averaged
_TELLS = 0.3  # seconds between two of what is sensed
_KNOWN = 2.0  # seconds of speech before the usual is known
_FAINT, _EXCITED, _SURE = 0.25, 0.6, 0.5  # excitement below which nothing is told; its strength and confidence


class ListensTo:
    """Listens to one person."""

    def __init__(self) -> None:
        self._run = self._still = 0.0  # seconds of speech, and of silence since
        self._speaks, self._since_nod, self._nodded = False, 0.0, float("inf")
        self._looked = self._told = float("inf")
        self._loud, self._high = _Average(), _Average()

    def hear(self, _: Caught, moments: Sequence[Moment], t: float) -> Iterator[Cue | Hush | Sensed]:
        """As of `mien.show.ear.Heeds`."""
        for moment in moments:
            yield from self._next(moment, t)

    def _next(self, moment: Moment, t: float) -> Iterator[Cue | Hush | Sensed]:
        self._nodded += _STEP
        self._looked += _STEP
        self._told += _STEP
        if moment.speech < _SPEAKS:
            yield from self._quiet(t)
            return
        if self._still >= _DIP:
            self._run = 0.0
        self._still = 0.0
        self._run += _STEP
        self._since_nod += _STEP
        self._loud.add(moment.loudness)
        if moment.pitch:
            self._high.add(log2(moment.pitch))
        if self._run >= CUTS_IN - 1e-9 and not self._speaks:
            self._speaks, self._looked = True, float("inf")
            yield Hush()
        if self._speaks and self._looked >= _LOOK_EACH:
            self._looked = 0.0
            yield Directed(t, _LOOK, hold=_LOOK_HOLD)
        if self._speaks and self._told >= _TELLS and self._loud.seconds >= _KNOWN:
            self._told = 0.0
            excited = self.excited
            if excited >= _FAINT:
                yield Sensed(t, "voice", Emotion(surprised=_EXCITED * excited), _SURE)

    def _quiet(self, t: float) -> Iterator[Cue]:
        self._still += _STEP
        if self._still < _PAUSE:
            return
        self._speaks = False
        if self._since_nod >= _SPOKEN and self._nodded >= _AGAIN:
            self._nodded = 0.0
            yield Directed(t, _NOD, hold=_NOD_HOLD)
        self._since_nod = 0.0

    @property
    def excited(self) -> float:
        """How far the voice is above its own usual, in [0, 1]."""
        return min(1.0, max(0.0, self._loud.above / _LOUDER + self._high.above / _HIGHER))


class _Average:
    """A usual value and the one of just now, of moments in which somebody spoke. seconds: how many were heard."""

    def __init__(self) -> None:
        self.seconds = self._usual = self._now = 0.0

    def add(self, value: float) -> None:
        self.seconds += _STEP
        self._usual += (value - self._usual) * max(_STEP / _USUAL, _STEP / self.seconds)
        self._now += (value - self._now) * max(_STEP / _JUST_NOW, _STEP / self.seconds)

    @property
    def above(self) -> float:
        return self._now - self._usual
