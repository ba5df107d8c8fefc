"""What a tracker tells of a face, whatever its protocol: channels by name, and what becomes of them in the show."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from math import isfinite
from typing import Final

import numpy as np

from mien.face import FEELINGS, MUSCLES, Emotion, Expression, Saw
from mien.face.channels import CHANNELS, GAZE_LIMIT, MIRROR_ORDER, MIRROR_SIGN, channel
from mien.face.expression import NOISE

_LOOKS: Final = {
    "gaze_x": {"eyeLookOutLeft": 0.5, "eyeLookInRight": 0.5, "eyeLookInLeft": -0.5, "eyeLookOutRight": -0.5},
    "gaze_y": {"eyeLookUpLeft": 0.5, "eyeLookUpRight": 0.5, "eyeLookDownLeft": -0.5, "eyeLookDownRight": -0.5},
}
"""Gaze in shares of its limit, of the muscles that turn the eyes."""

_BY_NAME: Final = {name.lower(): name for name in MUSCLES}


@dataclass(frozen=True, slots=True)
class Tracked:
    """A face as a tracker sees it.

    values: channels by name (see `mien.face.channels.CHANNELS`), those that the tracker knows; out of range they are
    clipped. confidence: in [0, 1]; 0 where no face was found. emotion: what the other end says is felt, None where it
    says nothing. stamp: seconds on the sender's clock, None where it tells none.
    """

    values: Mapping[str, float] = field(default_factory=dict)
    confidence: float = 1.0
    emotion: Emotion | None = None
    stamp: float | None = None

    def saw(self, mirrored: bool = False) -> Saw:
        """The cue, which takes effect at once. mirrored: left and right change sides, as in a mirror."""
        channels, knows = np.zeros(len(CHANNELS), np.float32), np.zeros(len(CHANNELS), np.bool_)
        for name, value in self.values.items():
            channels[channel(name)], knows[channel(name)] = value, True
        if mirrored:
            channels, knows = channels[MIRROR_ORDER] * MIRROR_SIGN, knows[MIRROR_ORDER]
        emotion = np.zeros(len(FEELINGS)) if self.emotion is None else self.emotion.vector()
        expression = Expression.clipped(channels, np.zeros(NOISE, np.float32), emotion)
        return Saw(0.0, expression, min(max(self.confidence, 0.0), 1.0), knows, self.emotion is not None)


Decoder = Callable[[bytes], Tracked | None]
"""Takes one datagram: the face that it tells of, None where it tells of none. Raises PeerError."""


def muscle(name: str) -> str | None:
    """The muscle of this name, however it is written: jawOpen, JawOpen, mouthSmile_L. None where there is none."""
    plain = name.lower()
    for ending, side in (("_l", "left"), ("_r", "right")):
        if plain.endswith(ending):
            plain = plain.removesuffix(ending) + side
    return _BY_NAME.get(plain)


def from_arkit(shapes: Iterable[tuple[str, float]]) -> dict[str, float]:
    """Channels of ARKit's shapes in [0, 1], under any of their names; others and what is not finite is left out.

    The eyeLook muscles become the gaze: the face has both, and would turn its eyes twice.
    """
    values = {found: value for name, value in shapes if (found := muscle(name)) is not None and isfinite(value)}
    for gaze, parts in _LOOKS.items():
        if any(name in values for name in parts):
            share = sum(weight * values.get(name, 0.0) for name, weight in parts.items())
            values[gaze] = GAZE_LIMIT * min(max(share, -1.0), 1.0)
            values |= dict.fromkeys(parts, 0.0)
    return values
