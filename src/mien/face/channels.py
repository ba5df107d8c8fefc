"""The 63 channels of a face by name: where each kind lies, which lie on either side, what a mirror does to them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

MUSCLES: Final = (
    "browDownLeft", "browDownRight", "browInnerUp", "browOuterUpLeft", "browOuterUpRight",
    "cheekPuff", "cheekSquintLeft", "cheekSquintRight",
    "eyeBlinkLeft", "eyeBlinkRight", "eyeLookDownLeft", "eyeLookDownRight", "eyeLookInLeft", "eyeLookInRight",
    "eyeLookOutLeft", "eyeLookOutRight", "eyeLookUpLeft", "eyeLookUpRight", "eyeSquintLeft", "eyeSquintRight",
    "eyeWideLeft", "eyeWideRight",
    "jawForward", "jawLeft", "jawOpen", "jawRight",
    "mouthClose", "mouthDimpleLeft", "mouthDimpleRight", "mouthFrownLeft", "mouthFrownRight", "mouthFunnel",
    "mouthLeft", "mouthLowerDownLeft", "mouthLowerDownRight", "mouthPressLeft", "mouthPressRight", "mouthPucker",
    "mouthRight", "mouthRollLower", "mouthRollUpper", "mouthShrugLower", "mouthShrugUpper", "mouthSmileLeft",
    "mouthSmileRight", "mouthStretchLeft", "mouthStretchRight", "mouthUpperUpLeft", "mouthUpperUpRight",
    "noseSneerLeft", "noseSneerRight", "tongueOut",
)  # fmt: skip
"""The 52 ARKit blendshapes, alphabetical; Left and Right are the character's own."""

HEAD: Final = ("yaw", "pitch", "roll")
GAZE: Final = ("gaze_x", "gaze_y")
TURNS: Final = HEAD + GAZE
MARKS: Final = ("blush", "tears", "sweat", "sparkle", "vein", "gloom")
"""Drawn marks (漫符 manpu): cheek blush, tears, a sweat drop, star eyes, the anger vein, the gloom shadow."""

CHANNELS: Final[tuple[str, ...]] = MUSCLES + HEAD + GAZE + MARKS
"""Names of the 63 channels of `Expression.vector()`, in order."""

MUSCLE_SLICE: Final = slice(0, 52)
HEAD_SLICE: Final = slice(52, 55)
GAZE_SLICE: Final = slice(55, 57)
TURN_SLICE: Final = slice(52, 57)
"""Head and gaze together: yaw, pitch, roll, gaze_x, gaze_y."""
MARK_SLICE: Final = slice(57, 63)

HEAD_LIMIT: Final = 0.8
GAZE_LIMIT: Final = 0.6

_INDEX = {name: index for index, name in enumerate(CHANNELS)}


def channel(name: str) -> int:
    """The index of a channel in `Expression.channels`. Raises KeyError on an unknown name."""
    return _INDEX[name]


def sides(name: str) -> list[int]:
    """The places of a channel: one for a whole name, left and right for one without its side ("mouthSmile").

    Raises KeyError on an unknown name.
    """
    return [_INDEX[name]] if name in _INDEX else [_INDEX[f"{name}Left"], _INDEX[f"{name}Right"]]


def side_of(name: str) -> int:
    """1 for a channel of the character's left, -1 for one of the right, 0 for one that has no side."""
    other = {"Left": "Right", "Right": "Left"}
    for side, sign in (("Left", 1), ("Right", -1)):
        if name.endswith(side) and name.removesuffix(side) + other[side] in _INDEX:
            return sign
    return 0


def beginning(*prefixes: str) -> NDArray[np.bool_]:
    """(63,) whether each channel's name begins with one of these."""
    return np.array([name.startswith(prefixes) for name in CHANNELS])


def by_prefix(table: Mapping[str, float], otherwise: float) -> NDArray[np.float64]:
    """(63,) for each channel the value of the first entry that its name begins with."""
    return np.array(
        [next((value for start, value in table.items() if name.startswith(start)), otherwise) for name in CHANNELS],
        np.float64,
    )


def _bounds() -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """The least and greatest value of each channel, (63,) each."""
    low = np.zeros(len(CHANNELS), np.float32)
    high = np.ones(len(CHANNELS), np.float32)
    low[HEAD_SLICE], high[HEAD_SLICE] = -HEAD_LIMIT, HEAD_LIMIT
    low[GAZE_SLICE], high[GAZE_SLICE] = -GAZE_LIMIT, GAZE_LIMIT
    return low, high


LOW, HIGH = _bounds()
"""(63,) the least and greatest value of each channel."""


def _mirror() -> tuple[NDArray[np.intp], NDArray[np.float32]]:
    """Which channel each becomes in a mirror, and with which sign, (63,) each."""
    swapped = {"Left": "Right", "Right": "Left"}
    order = []
    for name in CHANNELS:
        side = next((side for side in swapped if name.endswith(side)), "")
        order.append(_INDEX[name.removesuffix(side) + swapped[side]] if side else _INDEX[name])
    sign = np.ones(len(CHANNELS), np.float32)
    sign[[_INDEX[name] for name in ("yaw", "roll", "gaze_x")]] = -1.0
    return np.array(order, np.intp), sign


MIRROR_ORDER, MIRROR_SIGN = _mirror()
"""(63,) and (63,): `channels[MIRROR_ORDER] * MIRROR_SIGN` is the face in a mirror."""
