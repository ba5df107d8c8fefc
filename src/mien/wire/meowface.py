"""What VTube Studio's app on a phone and MeowFace send: a face as JSON, one a datagram.

{"Timestamp": milliseconds, "FaceFound": true, "Rotation": {"x", "y", "z"}, "BlendShapes": [{"k": name, "v": 0..1}, …]};
Rotation is in degrees: x to the face's own left, y down, z towards its own right shoulder.
Source: DenchiSoft, "Receive tracking data from the VTS iPhone app", and its example.
"""

from __future__ import annotations

import json
from math import radians
from typing import Any, Final, TypeGuard

from mien.face import PeerError
from mien.files import parse_json
from mien.wire.tracked import Tracked, from_arkit

PORT: Final = 50506
PHONE_PORT: Final = 21412
"""Where the phone takes `hello`."""

_SECONDS = 5.0
_LARGEST = 65_536


def hello(port: int) -> bytes:
    """What asks a phone to send to this port for the next five seconds."""
    told = {"messageType": "iOSTrackingDataRequest", "time": _SECONDS, "sentBy": "mien", "ports": [port]}
    return json.dumps(told).encode()


def decode(data: bytes) -> Tracked | None:
    """The face of a datagram, None where none was found. Raises PeerError."""
    if len(data) > _LARGEST:
        raise PeerError(f"MeowFace: expected at most {_LARGEST} bytes, got {len(data)}")
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        raise PeerError(f"MeowFace: expected JSON in UTF-8, got {data[:40]!r}") from error
    told = parse_json(text, "MeowFace", PeerError)
    if not isinstance(told, dict) or not isinstance(told.get("BlendShapes"), list):
        raise PeerError(f'MeowFace: expected {{"FaceFound": true, "BlendShapes": […], …}}, got {text!r:.60}')
    if told.get("FaceFound") is False:
        return None
    values = from_arkit(shape for entry in told["BlendShapes"] if (shape := _shape(entry)) is not None)
    turn = told.get("Rotation")
    if isinstance(turn, dict) and all(_is_number(turn.get(axis)) for axis in "xyz"):
        values |= {"yaw": radians(turn["x"]), "pitch": -radians(turn["y"]), "roll": -radians(turn["z"])}
    if not values:
        raise PeerError(f"MeowFace: expected shapes or a rotation, got {text!r:.60}")
    stamp = told.get("Timestamp")
    return Tracked(values, stamp=stamp / 1000.0 if _is_number(stamp) else None)


def _shape(entry: Any) -> tuple[str, float] | None:
    if isinstance(entry, dict) and isinstance(entry.get("k"), str) and _is_number(entry.get("v")):
        return entry["k"], float(entry["v"])
    return None


def _is_number(value: Any) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e15
