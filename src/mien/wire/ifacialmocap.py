"""iFacialMocap and Facemotion3D over UDP: a line of text a frame.

`mouthSmile_R-0|…|=head#rx,ry,rz,px,py,pz|rightEye#rx,ry,rz|leftEye#rx,ry,rz|`; version 2 writes & for -. Shapes are
0..100, angles degrees about ARKit's axes, which are the face's own left, up, and forwards.
Source: iFacialMocap and Facemotion3D, "communication specifications"; the axes: Apple, "ARFaceAnchor".
"""

from __future__ import annotations

from math import isfinite, radians
from typing import Final

from mien.face import PeerError
from mien.wire.tracked import Tracked, from_arkit

PORT: Final = 49983
_HELLO: Final = b"iFacialMocap_sahuasouryya9218sauhuiayeta91555dy3719"
_FACEMOTION: Final = 49993, b"FACEMOTION3D_OtherStreaming"

_LARGEST = 16_384


def hello(port: int) -> bytes:
    """What a phone is told at this port of its own, so that it sends to the port of the same number here."""
    return _FACEMOTION[1] if port == _FACEMOTION[0] else _HELLO


def decode(data: bytes) -> Tracked | None:
    """The face of a datagram. Raises PeerError when it holds no shape and no head."""
    if len(data) > _LARGEST:
        raise PeerError(f"iFacialMocap: expected at most {_LARGEST} bytes, got {len(data)}")
    shapes, _, turns = data.decode("utf-8", "replace").partition("=")
    found: list[tuple[str, float]] = []
    for part in shapes.split("|"):
        name, _, value = part.replace("&", "-", 1).partition("-")
        number = _number(value)
        if number is not None:
            found.append((name.strip(), number / 100.0))
    values = from_arkit(found)
    for part in turns.split("|"):
        name, _, told = part.partition("#")
        numbers = [_number(one) for one in told.split(",")[:3]]
        if name.strip() == "head" and len(numbers) == 3 and None not in numbers:
            x, y, z = (radians(one or 0.0) for one in numbers)
            values |= {"yaw": y, "pitch": -x, "roll": -z}
    if not values:
        raise PeerError(f"iFacialMocap: expected shapes such as jawOpen-12|…|=head#…, got {data[:40]!r}")
    return Tracked(values)


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if isfinite(value) and abs(value) < 1e6 else None
