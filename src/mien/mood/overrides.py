"""What overrides the mood: channels that somebody directs by name, and the mirrored face that a camera sees."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp
from typing import Final

import numpy as np

from mien.face.channels import CHANNELS, HIGH, LOW, MARKS, channel
from mien.face.cue import Directed, Saw
from mien.mood.motion import SUBSTEP, Values

# Shares of the way a substep: how idle movement gives way to an override and comes back; a camera takes over
# quickly and leaves gently.
_HAND = 1.0 - exp(-SUBSTEP / 0.09)
_TAKE, _LEAVE = 1.0 - exp(-SUBSTEP / 0.12), 1.0 - exp(-SUBSTEP / 0.4)
_FRESH = 0.25  # seconds for which what a camera saw counts as news
# A camera sees no drawn marks: those stay with the mood.
_SEEN: Values = np.array([0.0 if name in MARKS else 1.0 for name in CHANNELS])


@dataclass(frozen=True, slots=True, eq=False)
class Override:
    """Channels that somebody has overridden, all (63,).

    value: what they shall be. until: for how long, seconds on the show's clock; last: the latest of them.
    hold: how far idle movement has given way, in [0, 1]; before: how far one substep ago.
    """

    value: Values
    until: Values
    hold: Values
    before: Values
    last: float = -1.0

    def taking(self, cue: Directed, now: float) -> Override:
        """The overrides after this cue. Raises ValueError on an unknown channel or a number not finite."""
        value, until = self.value.copy(), self.until.copy()
        for name, wanted in cue.values:
            if name not in _NAMES:
                raise ValueError(f"Directed: no channel {name!r}; there are: {', '.join(CHANNELS)}")
            if not np.isfinite(wanted):
                raise ValueError(f"Directed.{name}: expected a finite number, got {wanted!r}")
            index = channel(name)
            value[index] = min(float(HIGH[index]), max(float(LOW[index]), wanted))
            until[index] = now + cue.hold
        return Override(value, until, self.hold, self.before, max(self.last, now + cue.hold))

    def after_substep(self, now: float) -> Override:
        """The overrides one substep later."""
        if now > self.last + 1.0:  # e^-11 is nothing
            return FREE
        hold = self.hold + ((self.until > now) - self.hold) * _HAND
        return Override(self.value, self.until, hold, self.hold, self.last)

    def goals(self, goals: Values, now: float) -> Values:
        """(63,) goals with the directed channels overridden."""
        return np.where(self.until > now, self.value, goals) if now < self.last else goals


_NAMES = frozenset(CHANNELS)
_ZEROS = np.zeros(len(CHANNELS))
FREE: Final = Override(_ZEROS, _ZEROS - 1.0, _ZEROS, _ZEROS)


@dataclass(frozen=True, slots=True, eq=False)
class Mirrored:
    """What a camera saw last.

    channels: (63,). emotion: (8,) scaled by the confidence. until: seconds for which it is news.
    weight: how far the face follows it, in [0, 1]; before: how far one substep ago.
    """

    channels: Values
    emotion: Values
    confidence: float
    until: float
    weight: float
    before: float

    def taking(self, cue: Saw, now: float) -> Mirrored:
        """What is mirrored after this cue. Raises ValueError when the confidence is not in [0, 1]."""
        if not 0.0 <= cue.confidence <= 1.0:
            raise ValueError(f"Saw.confidence: expected 0..1, got {cue.confidence!r}")
        emotion = cue.expression.emotion.astype(np.float64) * cue.confidence
        seen = cue.expression.channels.astype(np.float64)
        return Mirrored(seen, emotion, cue.confidence, now + _FRESH, self.weight, self.before)

    def after_substep(self, now: float) -> Mirrored:
        """What is mirrored one substep later."""
        wanted = self.confidence if self.until > now else 0.0
        if wanted == 0.0 and self.weight < 1e-4 and self.before < 1e-3:
            return BLIND
        share = _TAKE if wanted > self.weight else _LEAVE
        weight = self.weight + (wanted - self.weight) * share
        return Mirrored(self.channels, self.emotion, self.confidence, self.until, weight, self.weight)

    def feelings(self, now: float) -> Values | None:
        """(8,) the feelings it brings, or None when it is no news."""
        return self.emotion if self.until > now else None

    def goals(self, goals: Values) -> Values:
        """(63,) goals drawn towards what was seen."""
        return goals + (self.weight * _SEEN) * (self.channels - goals) if self.weight else goals


BLIND: Final = Mirrored(_ZEROS, np.zeros(8), 0.0, -1.0, 0.0, 0.0)


def free(override: Override, mirrored: Mirrored, share: float) -> Values:
    """(63,) how far idle movement may act on each channel, in [0, 1].

    share: how much of the substep after this one is over, in [0, 1]; between the last two it goes in a
    straight line.
    """
    if override is FREE and mirrored is BLIND:
        return _ALL
    held = override.before + (override.hold - override.before) * share
    left: Values = 1.0 - np.maximum(held, _SEEN * (mirrored.before + (mirrored.weight - mirrored.before) * share))
    return left


_ALL: Values = np.ones(len(CHANNELS))
