"""A frame as bytes: for the page a JPEG of the colours with the exact transparency beside it, for others one JPEG."""

from __future__ import annotations

import struct
import zlib

import simplejpeg

from mien.face import Colour, Frame
from mien.wire.edges import bled

_BOUNDARY = "mien-frame"
MJPEG = f"multipart/x-mixed-replace; boundary={_BOUNDARY}"
"""The type of an answer that is one JPEG after another."""

QUALITY = 90
"""Of the JPEG, 1..100: at 90 the lines of a drawn face stay clean, at about 20 KiB a frame of 256 pixels."""


def pack(frame: Frame) -> bytes:
    """The length of the JPEG (uint32, little-endian), the JPEG, then the alpha plane, packed by zlib.

    The page sets the alpha plane on the JPEG's colours, so whatever lies behind the face shows through.
    """
    colours = simplejpeg.encode_jpeg(bled(frame, 0), quality=QUALITY, colorspace="RGB", colorsubsampling="444")
    alpha = zlib.compress(frame.pixels[..., 3].tobytes(), 1)
    return struct.pack("<I", len(colours)) + bytes(colours) + alpha


def jpeg(frame: Frame, ground: Colour, quality: int = QUALITY) -> bytes:
    """A JPEG of the frame over a colour, for those who know no transparency; edges on a green ground stay clean."""
    return bytes(simplejpeg.encode_jpeg(frame.over(ground), quality=quality, colorspace="RGB", colorsubsampling="444"))


def part(picture: bytes) -> bytes:
    """A JPEG as one part of an answer of the type MJPEG, which does not end."""
    head = f"--{_BOUNDARY}\r\nContent-Type: image/jpeg\r\nContent-Length: {len(picture)}\r\n\r\n"
    return head.encode() + picture + b"\r\n"
