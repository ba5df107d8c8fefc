"""What a frame is painted from, as the bytes that travel to a page that paints it itself."""

from __future__ import annotations

import numpy as np

from mien.face import Expression


def pack_numbers(expression: Expression) -> bytes:
    """63 channels, 8 feelings and 8 of noise as 79 halves (IEEE 754, little-endian): 158 bytes.

    A half has 11 binary digits: a turn of the head is off by at most a 4,000th of a radian.
    """
    numbers = np.concatenate([expression.channels, expression.emotion, expression.noise])
    return bytes(np.clip(numbers, -65_504.0, 65_504.0).astype("<f2"))
