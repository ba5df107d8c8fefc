"""Premultiplied pictures, as they are drawn and painted, to straight alpha, as a `Frame` carries it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def straight(premultiplied: NDArray[np.uint8], clear: int = 0, full: int = 255) -> NDArray[np.uint8]:
    """(height, width, 4) uint8 RGBA with the colour divided by alpha again.

    Alpha up to `clear` is taken for none, alpha from `full` on for all. Only the half-clear pixels are worked on.
    """
    result = np.ascontiguousarray(premultiplied).copy()
    pixels = result.reshape(-1, 4)
    packed = pixels.view("<u4")[:, 0]
    between = np.flatnonzero(packed - np.uint32(1) < np.uint32(0xFEFFFFFF))  # not wholly clear, alpha below 255
    edge = pixels[between].astype(np.float32)
    alpha = edge[:, 3:].copy()
    edge[:, :3] = np.minimum(edge[:, :3] * (255.0 / np.maximum(alpha, 1.0)) + 0.5, 255.0)
    edge[alpha[:, 0] >= full, 3] = 255.0
    edge[alpha[:, 0] <= clear] = 0.0
    pixels[between] = edge.astype(np.uint8)
    return result
