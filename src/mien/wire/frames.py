"""A frame as the bytes that travel to the page: a JPEG of the colours, the exact transparency beside it."""

from __future__ import annotations

import struct
import zlib

import simplejpeg

from mien.face import Frame
from mien.wire.edges import bled

QUALITY = 90
"""Of the JPEG, 1..100: at 90 the lines of a drawn face stay clean, at about 20 KiB a frame of 256 pixels."""


def pack(frame: Frame) -> bytes:
    """The length of the JPEG (uint32, little-endian), the JPEG, then the alpha plane, packed by zlib.

    The page sets the alpha plane on the JPEG's colours, so whatever lies behind the face shows through.
    """
    colours = simplejpeg.encode_jpeg(bled(frame, 0), quality=QUALITY, colorspace="RGB", colorsubsampling="444")
    alpha = zlib.compress(frame.pixels[..., 3].tobytes(), 1)
    return struct.pack("<I", len(colours)) + bytes(colours) + alpha
