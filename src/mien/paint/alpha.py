"""Premultiplied pictures, as they are drawn and painted, to straight alpha, as a `Frame` carries it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def straight(premultiplied: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """(height, width, 4) uint8 RGBA with the colour divided by alpha again; only the half-clear pixels need it."""
    alpha = premultiplied[..., 3]
    result = premultiplied.copy()
    between = (alpha > 0) & (alpha < 255)
    edge = premultiplied[between].astype(np.float32)
    edge[:, :3] *= 255.0 / edge[:, 3:]
    result[between, :3] = np.minimum(edge[:, :3] + 0.5, 255.0).astype(np.uint8)
    return result
