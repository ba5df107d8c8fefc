"""Sheets and key drawings as compact bytes: what lies left of a pixel taken from it, then deflated.

Plain zlib, so that a browser's DecompressionStream reads it too.
"""

from __future__ import annotations

import zlib

import numpy as np
from numpy.typing import NDArray

from mien.face import WeightsError

MOST_SIDE = 4096
"""Pixels: no sheet is larger."""


def packed(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The bytes of a drawing, (height, width, 4), as a row of bytes."""
    steps = pixels.copy()
    steps[:, 1:] -= pixels[:, :-1]  # modulo 256
    return np.frombuffer(zlib.compress(steps.tobytes(), 9), np.uint8)


def unpacked(packed: NDArray[np.uint8], width: int, height: int, where: str) -> NDArray[np.uint8]:
    """(height, width, 4) the drawing. where: for the message of the WeightsError when the bytes hold another one."""
    wanted = width * height * 4
    if packed.dtype != np.uint8 or packed.ndim != 1:
        raise WeightsError(f"{where}: expected a row of bytes, got {packed.dtype} {packed.shape}")
    try:
        stream = zlib.decompressobj()
        found = stream.decompress(packed.tobytes(), wanted + 1)  # never more, whatever the bytes claim
    except zlib.error as error:
        raise WeightsError(f"{where}: not a whole drawing ({error})") from error
    if len(found) != wanted or not stream.eof:
        raise WeightsError(f"{where}: expected {wanted} bytes of {width} x {height} pixels, got {len(found)}")
    pixels = np.frombuffer(bytearray(found), np.uint8).reshape(height, width, 4)
    reach = 1
    while reach < width:  # sums of 2, 4, 8 pixels and so on: quicker than one by one
        pixels[:, reach:] += pixels[:, :-reach]
        reach *= 2
    return pixels
