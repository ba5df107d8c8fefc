"""The mouth of a voice that is heard just now: it follows smoothly, and closes when nothing more is heard."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from mien.face.cue import Mouthed
from mien.face.prototypes import VISEMES
from mien.mood.motion import SUBSTEP, Values, sprung

_KIND = {name: number for number, name in enumerate(VISEMES)}
_FRESH = 0.25  # seconds for which what was heard counts as news
_STILL = 1e-4  # a mouth that is open by less is shut

# The shapes, then how far the mouth is the voice's. # measured: LOG "Live lips"
_RATE: Final[Values] = np.array([160.0] * len(VISEMES) + [25.0])
_LIMIT: Final[Values] = np.array([15.0] * len(VISEMES) + [9.0])  # a second; `speech` goes no quicker


@dataclass(frozen=True, slots=True, eq=False)
class Lips:
    """Where the live mouth is, how fast it moves and where it is drawn to: (10,) the nine shapes and the speaking.

    until: when what was heard is no news any more, in seconds on the show's clock.
    """

    place: Values
    speed: Values
    goal: Values
    until: float

    def hearing(self, cue: Mouthed, now: float) -> Lips:
        """The lips after this cue. Raises ValueError on an unknown mouth shape, or an amount outside 0..1."""
        goal = np.zeros(len(VISEMES) + 1)
        for name, amount in cue.shapes:
            if name not in _KIND:
                raise ValueError(f"Mouthed: no mouth shape {name!r}; there are: {', '.join(VISEMES)}")
            goal[_KIND[name]] = amount
        goal[-1] = cue.speaking
        if not ((goal >= 0.0) & (goal <= 1.0)).all():
            raise ValueError("Mouthed: expected amounts and speaking in 0..1")
        return Lips(self.place, self.speed, goal, now + _FRESH)

    def after_substep(self, now: float) -> Lips:
        """The lips one substep later."""
        if self is SHUT:
            return self
        place, speed = sprung(self.place, self.speed, self.goal, _RATE, _LIMIT, SUBSTEP)
        if now <= self.until:
            return Lips(place, speed, self.goal, self.until)
        if place.max() < _STILL:
            return SHUT
        return Lips(place, speed, np.zeros_like(place), self.until)

    def at(self, ahead: float) -> tuple[Values, float]:
        """(9,) amounts and the speaking, in [0, 1], `ahead` seconds after the substep."""
        if self is SHUT:
            return self.place[:-1], 0.0
        place = np.minimum(np.maximum(sprung(self.place, self.speed, self.goal, _RATE, _LIMIT, ahead)[0], 0.0), 1.0)
        return place[:-1], float(place[-1])


_ZEROS = np.zeros(len(VISEMES) + 1)
SHUT: Final = Lips(_ZEROS, _ZEROS, _ZEROS, float("-inf"))
