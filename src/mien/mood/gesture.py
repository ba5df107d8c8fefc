"""Small gestures that nobody asked for: nods, brow raises, tilts, sighs, the jolt as a feeling begins."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import cos, pi
from typing import Final

import numpy as np

from mien.face.channels import CHANNELS, channel, sides
from mien.face.emotion import FEELINGS
from mien.mood.chance import GESTURE, between, uniform
from mien.mood.motion import Values

# Goals at the height of the gesture; the springs of the face soften them, those of the heavy head the most.
_TABLE: dict[str, dict[str, float]] = {
    "nod": {"pitch": -0.26, "browInnerUp": 0.06},
    "beat": {"pitch": -0.12, "browInnerUp": 0.2, "browOuterUp": 0.16},
    "brows": {"browInnerUp": 0.22, "browOuterUp": 0.26, "eyeWide": 0.1},
    "brow left": {"browOuterUpLeft": 0.34, "browInnerUp": 0.08, "roll": 0.03},
    "brow right": {"browOuterUpRight": 0.34, "browInnerUp": 0.08, "roll": -0.03},
    "purse": {"mouthPress": 0.25, "mouthPucker": 0.14},
    "corner": {"mouthSmileLeft": 0.24, "mouthSmileRight": 0.2, "cheekSquint": 0.11},
    "tilt left": {"roll": -0.09, "yaw": -0.04},
    "tilt right": {"roll": 0.09, "yaw": 0.04},
    "sigh": {"pitch": -0.09, "jawOpen": 0.08, "browInnerUp": 0.15, "eyeBlink": 0.14},
    "happy": {"pitch": 0.16, "roll": 0.05, "browInnerUp": 0.15, "browOuterUp": 0.15},
    "sad": {"pitch": -0.12, "roll": 0.05, "eyeBlink": 0.15},
    "angry": {"pitch": -0.2, "eyeSquint": 0.25},
    "surprised": {"pitch": 0.24, "eyeWide": 0.2},
    "disgusted": {"yaw": -0.2, "roll": -0.05, "eyeBlink": 0.15},
    "afraid": {"yaw": -0.12, "pitch": 0.12, "roll": 0.05},
    "shy": {"pitch": -0.18, "roll": 0.1},
    "relaxed": {"pitch": 0.08, "roll": -0.04},
}
_SECONDS = {
    "sigh": 2.2, "tilt left": 1.6, "tilt right": 1.6, "nod": 0.55, "beat": 0.5, "happy": 0.6, "sad": 1.6,
    "angry": 0.5, "surprised": 0.42, "disgusted": 0.8, "afraid": 0.5, "shy": 1.0, "relaxed": 1.8,
}  # fmt: skip
MOST: Final = 4
"""Gestures under way at once, at most."""

IDLE = ("brows", "brow left", "brow right", "purse", "corner", "tilt left", "tilt right", "beat")
"""What an idle face does now and then."""


def _shape(name: str) -> Values:
    """(63,) channels of one gesture at full size."""
    values = np.zeros(len(CHANNELS))
    for start, value in _TABLE[name].items():
        values[sides(start)] = value
    return values


_TURNS = [channel("yaw"), channel("roll")]
_ONE_SIDED = ("disgusted", "shy")  # the head already turns away to one side
_SHAPES = {name: _shape(name) for name in _TABLE}
_TABLED: Values = np.stack(list(_SHAPES.values()))
KINDS: Final = tuple(_TABLE)
"""Names of all gestures."""


@dataclass(frozen=True, slots=True)
class Gesture:
    """One gesture: its name, start and length in seconds, its size (1 is the table's), its side (-1 is mirrored)."""

    name: str
    start: float
    seconds: float
    size: float
    side: float = 1.0

    @classmethod
    def of(cls, name: str, now: float, size: float, tempo: float) -> Gesture:
        """tempo: how quick the character is just now; 1 is at rest."""
        return cls(name, now, _SECONDS.get(name, 0.7) / max(0.5, tempo) ** 0.5, size)

    def over(self, t: float) -> bool:
        """Whether nothing of it is left at t."""
        return t >= self.start + self.seconds

    def goals(self, t: float) -> Values:
        """(63,) what it adds to the goals at t."""
        share = (t - self.start) / self.seconds
        if not 0.0 < share < 1.0:
            return _SHAPES[self.name] * 0.0
        goals: Values = _SHAPES[self.name] * (self.size * (0.5 - 0.5 * cos(2.0 * pi * share)))
        goals[_TURNS] *= self.side
        return goals


def gestures_goals(kind: Values, begun: Values, lasts: Values, size: Values, side: Values, t: Values) -> Values:
    """(n, 63) what the gestures of several moods add to their goals. kind: places in KINDS; all (n, 4), t: (n,)."""
    goals = np.zeros((len(CHANNELS), len(t))).T
    share = (t[:, None] - begun) / lasts
    under_way = (share > 0.0) & (share < 1.0)
    for place in np.flatnonzero(under_way.any(axis=0)).tolist():
        at = np.flatnonzero(under_way[:, place])
        strength = size[at, place] * (0.5 - 0.5 * np.cos(2.0 * pi * share[at, place]))
        shapes = _TABLED[kind[at, place].astype(np.intp)] * strength[:, None]
        shapes[:, _TURNS] *= side[at, place, None]
        goals[at] += shapes
    return goals


def accent(feelings: Values, before: Values, now: float, seed: int = 0, count: int = 0) -> Gesture | None:
    """The jolt with which a feeling begins, or None when it is weak or no news.

    feelings: (8,) strengths in the cue; before: (8,) what was felt when it came. seed, count: which of its variants.
    """
    best = int(feelings.argmax())
    news = float(feelings[best]) - float(before[best])
    if feelings[best] < 0.25 or news < 0.2:
        return None
    name = FEELINGS[best]
    size = min(1.0, 0.35 + news) * between(0.75, 1.15, seed, GESTURE, -2 * count - 2)
    side = -1.0 if name not in _ONE_SIDED and uniform(seed, GESTURE, -2 * count - 3) < 0.5 else 1.0
    return replace(Gesture.of(name, now, size, 1.0), side=side)
