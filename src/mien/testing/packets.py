"""Datagrams as face trackers send them, made of what a test says."""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping

_FEATURES = (
    "eye_left", "eye_right", "steep_left", "brow_left", "quirk_left", "steep_right", "brow_right", "quirk_right",
    "corner_left", "out_left", "corner_right", "out_right", "open", "wide",
)  # fmt: skip


def openseeface(
    *,
    quaternion: tuple[float, ...] = (0.7071, -0.7071, 0.0, 0.0),
    depth: float = 4.0,
    confidence: float = 0.9,
    eyes: tuple[float, float] = (1.0, 1.0),
    features: Mapping[str, float] | None = None,
    pupils: tuple[float, float, float] = (0.0, 0.0, 0.0),
    stamp: float = 0.0,
) -> bytes:
    """A face as OpenSeeFace sends it, which looks at the camera.

    quaternion, depth: of its pose. eyes: how far right and left are open. features: by `wire.openseeface`'s names.
    pupils: where both are from the middle of their eyeballs, along the face's own right, down and backwards.
    """
    points = [(0.0, 0.0, 0.0)] * 70
    points[66] = points[67] = pupils
    told = features or {}
    return b"".join((
        struct.pack("<di2f2fBf", stamp, 0, 640.0, 480.0, *eyes, 1, 1.0),
        struct.pack("<4f3f3f", *quaternion, 180.0, 0.0, 90.0, 0.0, 0.0, depth),
        struct.pack("<68f", *[confidence] * 68), bytes(136 * 4),
        struct.pack("<210f", *(part for point in points for part in point)),
        struct.pack("<14f", *(told.get(name, 0.0) for name in _FEATURES)),
    ))  # fmt: skip


def ifacialmocap(shapes: Mapping[str, float], head: tuple[float, float, float] = (0.0, 0.0, 0.0)) -> bytes:
    """A frame of iFacialMocap. shapes: 0..1. head: degrees, down, to the own left, to the own right shoulder."""
    told = "".join(f"{name}-{round(100 * value)}|" for name, value in shapes.items())
    return f"{told}=head#{','.join(map(str, head))},0,0,0|rightEye#0,0,0|leftEye#0,0,0|".encode()


def livelink(
    shapes: Mapping[str, float] | None, head: tuple[float, float, float] = (0.0, 0.0, 0.0), *, name: str = "iPhone",
    frame: int = 0,
) -> bytes:  # fmt: skip
    """A packet of Live Link Face at 60 frames a second, without a face where shapes is None. head: radians."""
    from mien.wire.livelink import SHAPES

    data = b"\6"
    for text in (b"8B9D5A2E-0000-0000-0000-000000000000", name.encode()):
        data += struct.pack(">i", len(text)) + text
    data += struct.pack(">ifii", frame, 0.0, 60, 1)
    if shapes is None:
        return data
    return data + struct.pack(">B61f", 61, *(shapes.get(one, 0.0) for one in SHAPES), *head, *[0.0] * 6)


def meowface(
    shapes: Mapping[str, float], turn: tuple[float, float, float] = (0.0, 0.0, 0.0), *, found: bool = True
) -> bytes:
    """A frame of MeowFace or of VTube Studio's app. turn: degrees, to the own left, down, to the own right shoulder."""
    return json.dumps({
        "Timestamp": 1_700_000_000_000, "Hotkey": -1, "FaceFound": found,
        "Rotation": dict(zip("xyz", turn, strict=True)), "Position": dict.fromkeys("xyz", 0.0),
        "BlendShapes": [{"k": name, "v": value} for name, value in shapes.items()],
    }).encode()  # fmt: skip
