"""Premultiplied pictures, as they are drawn, to straight alpha, as a `Frame` carries it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def straight(premultiplied: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """(height, width, 4) uint8 RGBA with the colour divided by alpha again.

    Only the half-clear pixels are worked on.
    """
    result = np.ascontiguousarray(premultiplied).copy()
    pixels = result.reshape(-1, 4)
    packed = pixels.view("<u4")[:, 0]
    between = np.flatnonzero(packed - np.uint32(1) < np.uint32(0xFEFFFFFF))  # not wholly clear, alpha below 255
    edge = pixels[between].astype(np.float32)
    edge[:, :3] = np.minimum(edge[:, :3] * (255.0 / np.maximum(edge[:, 3:], 1.0)) + 0.5, 255.0)
    pixels[between] = edge.astype(np.uint8)
    return result
