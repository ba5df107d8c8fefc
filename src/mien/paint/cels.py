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

_STEP = 8  # pixels of the picture between the places where the fields are read


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
    count = -(-size // _STEP) + 2  # one beyond each edge, so that all pixels lie between
    read = _read(fields, onto, extent, count)
    result: NDArray[np.uint8] | None = None
    for sheet, (x, y) in zip(sheets, read, strict=True):
        dense = cv2.resize(cv2.merge([x, y]), (count * _STEP, count * _STEP), interpolation=cv2.INTER_LINEAR)
        at = dense[_STEP : _STEP + size, _STEP : _STEP + size]
        seen = cv2.remap(sheet, at, None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)  # type: ignore[call-overload]
        if result is None:
            result = np.asarray(seen, np.uint8)
            continue
        clear = cv2.merge([cv2.bitwise_not(cv2.extractChannel(seen, 3))] * 4)
        result = np.asarray(cv2.add(cv2.multiply(result, clear, scale=1.0 / 255.0), seen), np.uint8)
    assert result is not None, "a pile has at least one cel"
    return result


def _read(
    fields: NDArray[np.float32], onto: NDArray[np.float64], extent: tuple[int, int], count: int
) -> NDArray[np.float32]:
    """(cels, 2, count, count) pixel indices on each cel for a grid of places in the picture, `_STEP` apart.

    Between knots the fields are linear, and so they go on beyond the last ones.
    """
    high, wide = fields.shape[2:]
    at = (np.arange(count) - 1) * _STEP + 0.5 * (_STEP - 1)
    x = (onto[0, 0] * at[None, :] + onto[0, 1] * at[:, None] + onto[0, 2]) * ((wide - 1) / (extent[0] - 1))
    y = (onto[1, 0] * at[None, :] + onto[1, 1] * at[:, None] + onto[1, 2]) * ((high - 1) / (extent[1] - 1))
    left, top = np.clip(x.astype(np.intp), 0, wide - 2), np.clip(y.astype(np.intp), 0, high - 2)
    right, down = (x - left).astype(np.float32), (y - top).astype(np.float32)
    knots = fields.reshape(-1, high * wide)
    first = top * wide + left
    upper = knots[:, first] * (1 - right) + knots[:, first + 1] * right
    lower = knots[:, first + wide] * (1 - right) + knots[:, first + wide + 1] * right
    places: NDArray[np.float32] = upper * (1 - down) + lower * down - np.float32(0.5)  # from centres to indices
    return places.reshape(-1, 2, count, count)


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
