"""Whoever is at the microphone is somebody else: the character looks at them while they speak, nods at their pauses,
falls silent when they cut in, and hears how excited their voice is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from mien.face import Cue, Directed
from mien.mood.empathy import Sensed
from mien.show.excitement import STEP, Excitement
from mien.sources import Caught, Hush

if TYPE_CHECKING:
    from mien.sense.hearing import Moment

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

_SURE = 0.5  # ours: confidence of what an excited voice tells


class ListensTo:
    """Listens to one person."""

    def __init__(self) -> None:
        self._run = self._still = 0.0  # seconds of speech, and of silence since
        self._speaks, self._since_nod, self._nodded = False, 0.0, float("inf")
        self._looked = float("inf")
        self._excitement = Excitement()

    def hear(self, _: Caught, moments: Sequence[Moment], t: float) -> Iterator[Cue | Hush | Sensed]:
        """As of `mien.show.ear.Heeds`."""
        for moment in moments:
            yield from self._next(moment, t)

    def _next(self, moment: Moment, t: float) -> Iterator[Cue | Hush | Sensed]:
        self._nodded += STEP
        self._looked += STEP
        if moment.speech < _SPEAKS:
            yield from self._quiet(t)
            return
        if self._still >= _DIP:
            self._run = 0.0
        self._still = 0.0
        self._run += STEP
        self._since_nod += STEP
        if self._run >= CUTS_IN - 1e-9 and not self._speaks:
            self._speaks, self._looked = True, float("inf")
            yield Hush()
        if self._speaks and self._looked >= _LOOK_EACH:
            self._looked = 0.0
            yield Directed(t, _LOOK, hold=_LOOK_HOLD)
        for emotion in self._excitement.hear(moment):
            yield Sensed(t, "voice", emotion, _SURE)

    def _quiet(self, t: float) -> Iterator[Cue]:
        self._still += STEP
        if self._still < _PAUSE:
            return
        self._speaks = False
        if self._since_nod >= _SPOKEN and self._nodded >= _AGAIN:
            self._nodded = 0.0
            yield Directed(t, _NOD, hold=_NOD_HOLD)
        self._since_nod = 0.0
