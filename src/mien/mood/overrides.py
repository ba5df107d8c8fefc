"""What overrides the mood: channels and feelings that somebody directs by name, and the mirrored face that a camera
sees."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import exp
from typing import Final

import numpy as np
from numpy.typing import NDArray

from mien.face.channels import CHANNELS, HIGH, LOW
from mien.face.cue import Directed, Saw
from mien.face.emotion import FEELINGS
from mien.mood.motion import SUBSTEP, Values

# Shares of the way a substep: how idle movement gives way to an override and comes back; a camera takes over
# quickly and leaves gently.
_HAND = 1.0 - exp(-SUBSTEP / 0.09)
_TAKE, _LEAVE = 1.0 - exp(-SUBSTEP / 0.12), 1.0 - exp(-SUBSTEP / 0.4)
_FRESH = 0.25  # seconds for which what a camera saw counts as news


@dataclass(frozen=True, slots=True, eq=False)
class Override:
    """Channels and feelings that somebody has overridden.

    value: (71,) what the 63 channels and then the 8 feelings shall be. until: (71,) for how long, seconds on the show's
    clock; last: the latest of them. quick: (63,) whether the channel follows quickly.
    hold: (63,) how far idle movement has given way, in [0, 1]; before: how far one substep ago.
    """

    value: Values
    until: Values
    quick: NDArray[np.bool_]
    hold: Values
    before: Values
    last: float = -1.0

    def taking(self, cue: Directed, now: float) -> Override:
        """The overrides after this cue. Raises ValueError on an unknown name or a number not finite."""
        value, until, quick = self.value.copy(), self.until.copy(), self.quick.copy()
        for name, wanted in cue.values:
            if name not in _PLACES:
                raise ValueError(f"Directed: no channel {name!r}; there are: {', '.join(_PLACES)}")
            if not np.isfinite(wanted):
                raise ValueError(f"Directed.{name}: expected a finite number, got {wanted!r}")
            index = _PLACES[name]
            value[index] = min(float(_HIGH[index]), max(float(_LOW[index]), wanted))
            until[index] = now + cue.hold
            quick[index : index + 1] = cue.quick  # feelings, which follow the channels, keep their own pace
        return Override(value, until, quick, self.hold, self.before, float(until.max()))

    def after_substep(self, now: float) -> Override:
        """The overrides one substep later."""
        if now > self.last + 1.0:  # e^-11 is nothing
            return FREE
        hold = self.hold + ((self.until[_CHANNELS] > now) - self.hold) * _HAND
        return Override(self.value, self.until, self.quick, hold, self.hold, self.last)

    def goals(self, goals: Values, now: float) -> Values:
        """(63,) goals with the directed channels overridden."""
        return np.where(self.until[_CHANNELS] > now, self.value[_CHANNELS], goals) if now < self.last else goals

    def feelings(self, now: float) -> Values | None:
        """(8,) the feelings that are directed, nan for those that are not; None where none is."""
        directed = self.until[_FEELINGS] > now
        return np.where(directed, self.value[_FEELINGS], np.nan) if directed.any() else None

    def quickly(self, now: float) -> Values:
        """(63,) 1 for the channels that are directed quickly, 0 for the others."""
        return (self.quick & (self.until[_CHANNELS] > now)).astype(np.float64)


_CHANNELS, _FEELINGS = slice(0, len(CHANNELS)), slice(len(CHANNELS), None)
_PLACES = {name: place for place, name in enumerate((*CHANNELS, *FEELINGS))}
_LOW = np.concatenate([LOW, np.zeros(len(FEELINGS), np.float32)])
_HIGH = np.concatenate([HIGH, np.ones(len(FEELINGS), np.float32)])
_ZEROS = np.zeros(len(CHANNELS))
FREE: Final = Override(
    np.zeros(len(_PLACES)), np.full(len(_PLACES), -1.0), np.zeros(len(CHANNELS), np.bool_), _ZEROS, _ZEROS
)


@dataclass(frozen=True, slots=True, eq=False)
class Mirrored:
    """What cameras and trackers saw last, each channel by whoever knew it.

    channels, confidence, until: (63,) what was seen, how surely, and until when it is news, in seconds.
    emotion: (8,) the feelings read, scaled by the confidence; felt: until when they are news.
    weight: (63,) how far the face follows, in [0, 1]; before: how far one substep ago.
    """

    channels: Values
    confidence: Values
    until: Values
    emotion: Values
    felt: float
    weight: Values
    before: Values

    def taking(self, cue: Saw, now: float) -> Mirrored:
        """What is mirrored after this cue. Raises ValueError on a confidence outside 0..1 or another shape."""
        if not 0.0 <= cue.confidence <= 1.0:
            raise ValueError(f"Saw.confidence: expected 0..1, got {cue.confidence!r}")
        if cue.knows.shape != _ZEROS.shape:
            raise ValueError(f"Saw.knows: expected shape {_ZEROS.shape}, got {cue.knows.shape}")
        read = replace(
            self,
            channels=np.where(cue.knows, cue.expression.channels.astype(np.float64), self.channels),
            confidence=np.where(cue.knows, cue.confidence, self.confidence),
            until=np.where(cue.knows, now + _FRESH, self.until),
        )
        if not cue.feels:
            return read
        return replace(read, emotion=cue.expression.emotion.astype(np.float64) * cue.confidence, felt=now + _FRESH)

    def after_substep(self, now: float) -> Mirrored:
        """What is mirrored one substep later."""
        if self is BLIND:
            return self
        wanted = np.where(self.until > now, self.confidence, 0.0)
        if self.felt <= now and not wanted.any() and self.weight.max() < 1e-4 and self.before.max() < 1e-3:
            return BLIND
        share = np.where(wanted > self.weight, _TAKE, _LEAVE)
        weight = self.weight + (wanted - self.weight) * share
        return replace(self, weight=weight, before=self.weight)

    def feelings(self, now: float) -> Values | None:
        """(8,) the feelings it brings, or None when it is no news."""
        return self.emotion if self.felt > now else None

    def goals(self, goals: Values) -> Values:
        """(63,) goals drawn towards what was seen."""
        return goals if self is BLIND else goals + self.weight * (self.channels - goals)


BLIND: Final = Mirrored(
    channels=_ZEROS, confidence=_ZEROS, until=_ZEROS - 1.0, emotion=np.zeros(len(FEELINGS)), felt=-1.0, weight=_ZEROS,
    before=_ZEROS,
)  # fmt: skip


def free(override: Override, mirrored: Mirrored, share: float) -> Values:
    """(63,) how far idle movement may act on each channel, in [0, 1].

    share: how much of the substep after this one is over, in [0, 1]; between the last two it goes in a
    straight line.
    """
    if override is FREE and mirrored is BLIND:
        return _ALL
    held = override.before + (override.hold - override.before) * share
    left: Values = 1.0 - np.maximum(held, mirrored.before + (mirrored.weight - mirrored.before) * share)
    return left


_ALL: Values = np.ones(len(CHANNELS))
