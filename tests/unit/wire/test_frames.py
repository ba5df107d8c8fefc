"""What travels to the page can be put together again."""

from __future__ import annotations

import struct
import zlib

import numpy as np
import simplejpeg

from mien.face import Frame
from mien.wire import pack


def test_colours_come_nearly_and_transparency_exactly() -> None:
    y, x = np.mgrid[:48, :48] / 48 - 0.5
    pixels = np.zeros((48, 48, 4), np.uint8)
    pixels[..., 3] = np.clip((0.4 - np.hypot(x, y)) * 20, 0, 1) * 255
    pixels[..., :3] = (200, 120, 90)
    data = pack(Frame(pixels))
    length = struct.unpack("<I", data[:4])[0]
    colours = simplejpeg.decode_jpeg(data[4 : 4 + length])
    alpha = np.frombuffer(zlib.decompress(data[4 + length :]), np.uint8).reshape(48, 48)
    assert np.array_equal(alpha, pixels[..., 3])
    assert np.abs(colours.astype(int) - (200, 120, 90)).max() <= 3
