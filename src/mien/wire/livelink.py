"""Live Link Face over UDP: version 6 of its packets, 61 numbers a frame.

u8 6; length and text of the device's id; length and text of its name; frame, part of a frame, frame rate above and
below; then u8 61 and the numbers, big-endian: ARKit's 52 shapes, then yaw, pitch and roll of the head and of both eyes.
Without a face the count and what follows it are missing.
Source: PyLiveLinkFace (JimWest), which reads what the app sends; angles are taken for radians, by the projects that
feed VTube Studio from it.
"""

from __future__ import annotations

import struct
from math import isfinite
from typing import Final

from mien.face import PeerError
from mien.wire.tracked import Tracked, from_arkit

PORT: Final = 11111

SHAPES: Final = (
    "eyeBlinkLeft", "eyeLookDownLeft", "eyeLookInLeft", "eyeLookOutLeft", "eyeLookUpLeft", "eyeSquintLeft",
    "eyeWideLeft", "eyeBlinkRight", "eyeLookDownRight", "eyeLookInRight", "eyeLookOutRight", "eyeLookUpRight",
    "eyeSquintRight", "eyeWideRight", "jawForward", "jawLeft", "jawRight", "jawOpen", "mouthClose", "mouthFunnel",
    "mouthPucker", "mouthLeft", "mouthRight", "mouthSmileLeft", "mouthSmileRight", "mouthFrownLeft", "mouthFrownRight",
    "mouthDimpleLeft", "mouthDimpleRight", "mouthStretchLeft", "mouthStretchRight", "mouthRollLower", "mouthRollUpper",
    "mouthShrugLower", "mouthShrugUpper", "mouthPressLeft", "mouthPressRight", "mouthLowerDownLeft",
    "mouthLowerDownRight", "mouthUpperUpLeft", "mouthUpperUpRight", "browDownLeft", "browDownRight", "browInnerUp",
    "browOuterUpLeft", "browOuterUpRight", "cheekPuff", "cheekSquintLeft", "cheekSquintRight", "noseSneerLeft",
    "noseSneerRight", "tongueOut",
)  # fmt: skip
"""The first 52 numbers."""

_TIME = struct.Struct(">ifii")
_NUMBERS = struct.Struct(">61f")
_LONGEST = 1024


def decode(data: bytes) -> Tracked | None:
    """The face of a packet, None where it tells of none. Raises PeerError."""
    if not data or data[0] != 6:
        raise PeerError(f"Live Link Face: expected a packet of version 6 (mode: ARKit), got {data[:8]!r}")
    _, place = _text(data, 1)
    _, place = _text(data, place)
    if len(data) < place + _TIME.size:
        raise PeerError(f"Live Link Face: expected the time of a frame, got {len(data) - place} bytes")
    frame, part, rate, below = _TIME.unpack_from(data, place)
    place += _TIME.size
    if len(data) == place:
        return None
    if data[place] != len(SHAPES) + 9 or len(data) != place + 1 + _NUMBERS.size:
        raise PeerError(f"Live Link Face: expected {len(SHAPES) + 9} numbers, got {len(data) - place - 1} bytes")
    numbers = _NUMBERS.unpack_from(data, place + 1)
    if not all(isfinite(number) for number in (*numbers, part)):
        raise PeerError("Live Link Face: expected finite numbers")
    values = from_arkit(zip(SHAPES, numbers, strict=False))
    values |= dict(zip(("yaw", "pitch", "roll"), numbers[len(SHAPES) :], strict=False))
    stamp = (frame + part) * below / rate if rate > 0 and below > 0 else None
    return Tracked(values, stamp=stamp)


def _text(data: bytes, place: int) -> tuple[str, int]:
    size = struct.unpack_from(">i", data, place)[0] if len(data) >= place + 4 else -1
    if not 0 <= size <= _LONGEST or len(data) < place + 4 + size:
        raise PeerError(f"Live Link Face: expected a name of at most {_LONGEST} bytes, got a size of {size}")
    return data[place + 4 : place + 4 + size].decode("utf-8", "replace"), place + 4 + size
