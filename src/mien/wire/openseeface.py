"""OpenSeeFace over UDP: 1,785 bytes a face, its pose, 68 points and 14 features.

Source: OpenSeeFace, facetracker.py and tracker.py. Its camera's axes are down, right and away, for it hands the rows of
the points to OpenCV as x; its quaternion is that of the transposed matrix. OpenCV finds most heads behind the camera,
upside down and left to right, which is the same picture: then the depth in its translation is negative.
"""

from __future__ import annotations

import struct
from math import isfinite
from typing import Final

from mien.face import PeerError
from mien.face.channels import GAZE_LIMIT
from mien.wire.tracked import Tracked
from mien.wire.turns import Vector, angles, looked, turned

PORT: Final = 11573

_FACE = struct.Struct("<di2f2fBf4f3f3f68f136f210f14f")
_QUATERNION, _DEPTH, _CONFIDENCE, _POINTS_3D, _FEATURES = (
    slice(8, 12), 17, slice(18, 86), slice(222, 432), slice(432, 446)
)  # fmt: skip
_PUPILS = ((66, 68), (67, 69))
"""Of the 3D points: each pupil, and the middle of its eyeball."""

_NAMES = (
    "eye_left", "eye_right", "steep_left", "brow_left", "quirk_left", "steep_right", "brow_right", "quirk_right",
    "corner_left", "out_left", "corner_right", "out_right", "open", "wide",
)  # fmt: skip


def decode(data: bytes) -> Tracked | None:
    """The surest face of a datagram. Raises PeerError on another length or a number that is none."""
    if not data or len(data) % _FACE.size:
        raise PeerError(f"OpenSeeFace: expected {_FACE.size} bytes a face, got {len(data)}")
    faces = [_face(_FACE.unpack_from(data, place)) for place in range(0, len(data), _FACE.size)]
    return max(faces, key=lambda face: face.confidence)


def _face(told: tuple[float, ...]) -> Tracked:
    if not all(isfinite(value) for value in told):
        raise PeerError("OpenSeeFace: expected finite numbers")
    stamp, right, left, fitted = told[0], told[4], told[5], bool(told[6])
    confidence = min(max(sum(told[_CONFIDENCE]) / 68.0, 0.0), 1.0)
    values = _features(dict(zip(_NAMES, told[_FEATURES], strict=True)))
    for side, eye in (("Left", left), ("Right", right)):
        values[f"eyeBlink{side}"] = 1.0 - eye
    if fitted:
        values |= dict(zip(("yaw", "pitch", "roll"), _pose(told[_QUATERNION], told[_DEPTH]), strict=True))
        values |= _gaze(told[_POINTS_3D])
    return Tracked(values, confidence, stamp=stamp)


def _features(of: dict[str, float]) -> dict[str, float]:
    """Muscles of the features, each -1..1 about what is usual for this face. # ours"""
    values = {"jawOpen": of["open"], "mouthPucker": -of["wide"]}
    for side, here in (("Left", "left"), ("Right", "right")):
        up, steep, corner = of[f"brow_{here}"], of[f"steep_{here}"], of[f"corner_{here}"]
        values |= {
            f"browOuterUp{side}": up, f"browDown{side}": max(-up, steep), f"eyeWide{side}": 0.6 * of[f"eye_{here}"],
            f"mouthSmile{side}": corner, f"mouthFrown{side}": -corner, f"mouthStretch{side}": 0.5 * of[f"out_{here}"],
        }  # fmt: skip
    ups = 0.5 * (of["brow_left"] + of["brow_right"])
    values["browInnerUp"] = max(ups, -0.5 * (of["steep_left"] + of["steep_right"]))
    return values


def _pose(quaternion: tuple[float, ...], depth: float) -> Vector:
    x, y, z, w = quaternion
    back = (-x, -y, -z, w)  # of the matrix itself
    sign = -1.0 if depth < 0.0 else 1.0

    def seen(axis: Vector) -> Vector:
        """An axis of the head, which are its own right, up and forwards, as right, up, towards the viewer."""
        down, right, away = turned(back, axis)
        return sign * right, -sign * down, -away

    return angles(seen((-1.0, 0.0, 0.0)), seen((0.0, 1.0, 0.0)), seen((0.0, 0.0, 1.0)))


def _gaze(points: tuple[float, ...]) -> dict[str, float]:
    """Where both eyes look, in the middle; nothing while the pupils are not known. Points: right, -up, -forwards."""
    sums = [0.0, 0.0]
    for pupil, ball in _PUPILS:
        right, down, back = (points[3 * pupil + axis] - points[3 * ball + axis] for axis in range(3))
        if right == down == back == 0.0:
            return {}
        x, y = looked((-right, -down, -back))
        sums[0], sums[1] = sums[0] + x / 2.0, sums[1] + y / 2.0
    return {"gaze_x": sums[0], "gaze_y": sums[1]} if max(map(abs, sums)) < 2.0 * GAZE_LIMIT else {}
