"""Learnt cels laid over each other at the picture's own pixels, whatever its size: each is sampled once."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

KNOT = 16
"""Canvas pixels between the knots of the fields that move the cels."""

KEYS = 2
"""Drawings of each mark: at half and at full strength."""

GROUND = 1
"""The cel that stands on the ground: it lies on the picture, not on the head's canvas."""

_FINE = 4  # times as dense as its knots a field is made before OpenCV, which rounds to 1/32 cell, turns it


def pile(
    sheets: Sequence[NDArray[np.uint8]],
    fields: NDArray[np.float32],
    onto: NDArray[np.float64],
    extent: tuple[int, int],
    size: int,
) -> NDArray[np.uint8]:
    """(size, size, 4) premultiplied: the cels over each other, the first at the bottom.

    sheets: (height, width, 4) each, premultiplied. fields: (cels, 2, knots down, knots across), where on its cel, in
    pixels, each knot of the canvas looks. onto: (2, 3) from pixel indices of the picture to those of the canvas.
    extent: (width, height) of the canvas.
    """
    knots = fields.shape[3], fields.shape[2]
    moved = fields - _rest(*knots, *extent)
    across, down = (extent[0] - 1) / (knots[0] - 1), (extent[1] - 1) / (knots[1] - 1)
    to_fine = onto.copy()
    to_fine[0] *= _FINE / across
    to_fine[1] *= _FINE / down
    to_fine[:, 2] += 0.5 * _FINE - 0.5
    fine = (knots[0] * _FINE, knots[1] * _FINE)
    line = np.arange(size)
    canvas = [onto[n, 0] * line[None, :] + (onto[n, 1] * line[:, None] + onto[n, 2]) for n in range(2)]
    base = cv2.merge([axis.astype(np.float32) for axis in canvas])
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    result: NDArray[np.uint8] | None = None
    for sheet, field in zip(sheets, moved, strict=True):
        dense = cv2.resize(cv2.merge([field[0], field[1]]), fine, interpolation=cv2.INTER_LINEAR)
        at = cv2.warpAffine(dense, to_fine, (size, size), flags=flags, borderMode=cv2.BORDER_REPLICATE)
        cv2.add(at, base, dst=at)
        seen = cv2.remap(sheet, at, None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)  # type: ignore[call-overload]
        if result is None:
            result = np.asarray(seen, np.uint8)
            continue
        clear = cv2.merge([cv2.bitwise_not(cv2.extractChannel(seen, 3))] * 4)
        result = np.asarray(cv2.add(cv2.multiply(result, clear, scale=1.0 / 255.0), seen), np.uint8)
    assert result is not None, "a pile has at least one cel"
    return result


def _rest(wide: int, high: int, width: int, height: int) -> NDArray[np.float32]:
    """(2, knots down, knots across) where the knots lie, in pixels of the canvas."""
    x = 0.5 + np.arange(wide) * (width - 1) / (wide - 1)
    y = 0.5 + np.arange(high) * (height - 1) / (high - 1)
    return np.stack(np.meshgrid(x, y)).astype(np.float32)


def marks_cel(keys: Sequence[NDArray[np.uint8]], marks: NDArray[np.float32]) -> NDArray[np.uint8] | None:
    """(height, width, 4) the marks' cel at these (6,) strengths in 0..1, or None where no mark shows.

    keys: twelve of (height, width, 4), each mark's drawing at half and at full strength in turn.
    """
    half, full = 1.0 - np.abs(2.0 * marks - 1.0), np.maximum(2.0 * marks - 1.0, 0.0)
    weights = np.stack([half, full], axis=1).ravel()
    cel: NDArray[np.uint8] | None = None
    for key, weight in zip(keys, weights, strict=True):
        if weight > 1.0 / 512.0:
            laid = key if cel is None else cel
            cel = np.asarray(cv2.addWeighted(key, float(weight), laid, 0.0 if cel is None else 1.0, 0.0), np.uint8)
    return cel
