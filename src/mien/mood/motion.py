"""How channels move: each follows its goal like a critically damped spring of its own speed, and never too
fast.

The spring is solved in closed form over a step, so it cannot ring or blow up, and a step may be cut anywhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from mien.face.channels import CHANNELS, HIGH, LOW, MUSCLES, TURNS, by_prefix, channel

Values = NDArray[np.float64]

SUBSTEP: Final = 1.0 / 60.0
"""Seconds between the moments at which the mood is worked out, whatever the frame rate."""

# Beginning of a channel's name: (own speed in rad/s, greatest change per second). A spring has gone nine
# tenths of its way after 3.9 / speed seconds: lids and brows 0.14 to 0.2 s, mouth 0.26 s, head 0.6 s. The
# order (lids and brows before mouth before head) is that of the early and late signals of Jack, Garrod &
# Schyns, Current Biology 24, 2014.
_SPEEDS: dict[str, tuple[float, float]] = {
    "brow": (28.0, 9.0), "cheek": (13.0, 5.0), "eyeBlink": (21.0, 8.0), "eyeLook": (28.0, 9.0),
    "eyeSquint": (18.0, 7.0), "eyeWide": (30.0, 10.0), "jaw": (17.0, 7.0), "mouth": (15.0, 6.0),
    "nose": (15.0, 6.0), "tongue": (10.0, 4.0), "yaw": (6.5, 2.0), "pitch": (6.5, 2.0), "roll": (6.0, 2.0),
    "gaze": (14.0, 4.0), "blush": (2.6, 1.5), "tears": (6.0, 2.5), "sweat": (6.0, 3.0), "sparkle": (8.0, 4.0),
    "vein": (12.0, 6.0), "gloom": (3.2, 1.5),
}  # fmt: skip

# While a camera leads, its own smoothing has been done: the springs get out of the way.
_QUICK_MUSCLES = (45.0, 14.0)
_QUICK_HEAD = (24.0, 5.0)


def _own(name: str) -> tuple[float, float]:
    return next(speeds for start, speeds in _SPEEDS.items() if name.startswith(start))


def _quick(name: str) -> tuple[float, float]:
    """Spring speed and greatest change of a channel while a camera leads it."""
    rate, limit = _own(name)
    if name in TURNS:
        return _QUICK_HEAD
    if name in MUSCLES:
        return _QUICK_MUSCLES
    return rate, limit


# Two places follow the 63 channels: where the head means to be (yaw, pitch), reached at the speed of the eyes.
STANCE = slice(len(CHANNELS), len(CHANNELS) + 2)
PLACES = len(CHANNELS) + 2
_STANCE_SPEED = (22.0, 5.0)

RATE: Final[Values] = np.array([_own(name)[0] for name in CHANNELS] + [_STANCE_SPEED[0]] * 2)
LIMIT: Final[Values] = np.array([_own(name)[1] for name in CHANNELS] + [_STANCE_SPEED[1]] * 2)
QUICK_RATE: Final[Values] = np.array([_quick(name)[0] for name in CHANNELS] + [_STANCE_SPEED[0]] * 2)
QUICK_LIMIT: Final[Values] = np.array([_quick(name)[1] for name in CHANNELS] + [_STANCE_SPEED[1]] * 2)

# What comes on top of the springs in closed form: blinks, the boundaries of speech, glances, trembling.
_ON_TOP = {"eyeBlink": 20.0, "eyeWide": 20.0, "jaw": 16.0, "mouth": 16.0, "tongue": 16.0, "gaze": 9.0}
SPEED: Final[Values] = QUICK_LIMIT[: len(CHANNELS)] + by_prefix(_ON_TOP, 1.0)
"""(63,) the greatest change per second of each channel, whatever the cues: nothing ever snaps."""

YAW, PITCH, ROLL = channel("yaw"), channel("pitch"), channel("roll")
GAZE_X, GAZE_Y = channel("gaze_x"), channel("gaze_y")
BLINK_LEFT, BLINK_RIGHT = channel("eyeBlinkLeft"), channel("eyeBlinkRight")
WIDE_LEFT, WIDE_RIGHT = channel("eyeWideLeft"), channel("eyeWideRight")

GROWING: Final = slice(channel("tears"), channel("vein") + 1)
"""Marks that grow (tears, sweat, sparkle, vein), where blush and gloom only deepen."""

_BORDERS, _KEPT = (0.25, 0.75), 0.1  # ours: strengths from which they are half and full; how far below they stay so

_LOW = np.concatenate([LOW, [-1.0, -1.0]]).astype(np.float64)
_HIGH = np.concatenate([HIGH, [1.0, 1.0]]).astype(np.float64)


def settled(asked: Values, before: Values) -> Values:
    """The levels at which growing marks settle: 0, 1/2 or 1, as a painter has drawings of, for between two it can only
    fade from one into the other. asked: (..., 4) strengths of GROWING; before: the levels so far, kept near a
    border."""
    half, full = (asked > border - _KEPT * (before > border) for border in _BORDERS)
    return 0.5 * half + 0.5 * full


def within(values: Values) -> Values:
    """(..., 65) values held inside the ranges of their channels."""
    held: Values = np.minimum(np.maximum(values, _LOW), _HIGH)
    return held


def sprung(
    place: Values, speed: Values, goal: Values, rate: Values, limit: Values, seconds: float | Values
) -> tuple[Values, Values]:
    """(..., n) places and speeds of springs `seconds` later. rate: rad/s; limit: greatest change per second.

    seconds: for all, or (..., 1).
    """
    offset = place - goal
    pull = speed + rate * offset
    keep = np.exp(rate * -seconds)
    moved = (offset + pull * seconds) * keep - offset
    speed = (speed - rate * pull * seconds) * keep
    most = limit * seconds
    moved = np.minimum(np.maximum(moved, -most), most)
    return place + moved, np.minimum(np.maximum(speed, -limit), limit)


@dataclass(frozen=True, slots=True, eq=False)
class Body:
    """Where the channels and the stance are, how fast they move and where they are drawn to. All (65,).

    rate: speed of the springs in rad/s; limit: greatest change per second.
    """

    place: Values
    speed: Values
    goal: Values
    rate: Values
    limit: Values

    def after(self, seconds: float) -> tuple[Values, Values]:
        """(65,) places and (65,) speeds `seconds` later, the goal unchanged."""
        return sprung(self.place, self.speed, self.goal, self.rate, self.limit, seconds)


STILL: Final = Body(np.zeros(PLACES), np.zeros(PLACES), np.zeros(PLACES), RATE, LIMIT)


def ease(x: float) -> float:
    """0 below 0, 1 above 1, and a smooth rise with level ends between (3x² - 2x³; steepest slope 1.5)."""
    if x <= 0.0:
        return 0.0
    return 1.0 if x >= 1.0 else x * x * (3.0 - 2.0 * x)


def eased(x: Values) -> Values:
    """`ease` of every number."""
    held: Values = np.minimum(np.maximum(x, 0.0), 1.0)
    return held * held * (3.0 - 2.0 * held)
