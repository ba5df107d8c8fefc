"""Sheets of pictures, to be looked at while something is trained and after."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from mien.files import atomic_path
from mien.sinks.label import into_png


def shown(pictures: Tensor) -> NDArray[np.uint8]:
    """(n, height, width, 3) RGB bytes of (n, channels, height, width) pictures; clear ground becomes light grey."""
    clipped = pictures.detach().float().clamp(0.0, 1.0)
    if clipped.shape[1] == 1:
        clipped = clipped.expand(-1, 3, -1, -1)
    elif clipped.shape[1] == 4:
        clipped = (clipped[:, :3] + (1.0 - clipped[:, 3:]) * 0.88).clamp(0.0, 1.0)
    return np.asarray((clipped.permute(0, 2, 3, 1).cpu().numpy() * 255.0 + 0.5).astype(np.uint8))


def sheet(pictures: NDArray[np.uint8], columns: int) -> NDArray[np.uint8]:
    """One picture of many, (n, height, width, 3), in rows of `columns`."""
    high, wide = pictures.shape[1:3]
    rows = -(-len(pictures) // columns)
    whole = np.full((rows * high, columns * wide, 3), 255, np.uint8)
    for number, picture in enumerate(pictures):
        y, x = divmod(number, columns)
        whole[y * high : (y + 1) * high, x * wide : (x + 1) * wide] = picture
    return whole


def png(rgb: NDArray[np.uint8]) -> bytes:
    """(height, width, 3) as a PNG file."""
    done, data = cv2.imencode(".png", np.ascontiguousarray(rgb[..., ::-1]))
    assert done, "a picture of bytes can be encoded"
    return data.tobytes()


def save_png(path: Path, rgb: NDArray[np.uint8]) -> None:
    """Write a PNG of generated pictures, whole or not at all, with the AIGC label of such."""
    with atomic_path(path) as fresh:
        fresh.write_bytes(into_png(png(rgb)))
