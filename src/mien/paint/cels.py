"""Learnt cels laid over each other at the picture's own pixels, whatever its size: each is sampled once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load_file

from mien.face import WeightsError
from mien.face.channels import MARKS
from mien.nets import loaded_once

KNOT = 16
"""Canvas pixels between the knots of the fields that move the cels."""

KEYS = 2
"""Drawings of each mark: at half and at full strength."""

GROUND = 1
"""The cel that stands on the ground: it lies on the picture, not on the head's canvas."""

CLEAR = 3.0
"""What a window's cover starts from: the part of what lies below that still shows is sigmoid(CLEAR - cover)."""

_STEP = 4  # pixels of the picture between the places where the fields are read


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

    Between knots the fields are linear; what lies beyond the canvas looks where the canvas' edge does.
    """
    high, wide = fields.shape[2:]
    at = (np.arange(count) - 1) * _STEP + 0.5 * (_STEP - 1)
    x = (onto[0, 0] * at[None, :] + onto[0, 1] * at[:, None] + onto[0, 2]) * ((wide - 1) / (extent[0] - 1))
    y = (onto[1, 0] * at[None, :] + onto[1, 1] * at[:, None] + onto[1, 2]) * ((high - 1) / (extent[1] - 1))
    edge = 1.5 * _STEP / KNOT  # a little further, so that the last pixels of the canvas still lie between two places
    x, y = np.clip(x, -edge, wide - 1.0 + edge), np.clip(y, -edge, high - 1.0 + edge)
    left, top = np.clip(x.astype(np.intp), 0, wide - 2), np.clip(y.astype(np.intp), 0, high - 2)
    right, down = (x - left).astype(np.float32), (y - top).astype(np.float32)
    knots = fields.reshape(-1, high * wide)
    first = top * wide + left
    upper = knots[:, first] * (1 - right) + knots[:, first + 1] * right
    lower = knots[:, first + wide] * (1 - right) + knots[:, first + wide + 1] * right
    places: NDArray[np.float32] = upper * (1 - down) + lower * down - np.float32(0.5)  # from centres to indices
    return places.reshape(-1, 2, count, count)


@dataclass(frozen=True, slots=True)
class Keys:
    """The drawings of the marks, each mark's at half and at full strength in turn.

    drawings: (height, width, 4) each, premultiplied. corners: (x, y) of each one's left upper pixel on the cel.
    """

    drawings: Sequence[NDArray[np.uint8]]
    corners: Sequence[tuple[int, int]]

    def cel(self, marks: NDArray[np.float32], extent: tuple[int, int]) -> NDArray[np.uint8] | None:
        """(height, width, 4) the marks' cel at these (6,) strengths in 0..1, or None where no mark shows.

        extent: (width, height) of the cel.
        """
        half, full = 1.0 - np.abs(2.0 * marks - 1.0), np.maximum(2.0 * marks - 1.0, 0.0)
        weights = np.stack([half, full], axis=1).ravel()
        if weights.max() < 1.0 / 512.0:
            return None
        cel = np.zeros((extent[1], extent[0], 4), np.uint8)
        for drawing, (x, y), weight in zip(self.drawings, self.corners, weights, strict=True):
            if weight >= 1.0 / 512.0:
                box = cel[y : y + drawing.shape[0], x : x + drawing.shape[1]]
                box[:] = cv2.addWeighted(drawing, float(weight), box, 1.0, 0.0)
        return cel


@loaded_once
def load_cels(path: Path, extent: tuple[int, int]) -> tuple[list[NDArray[np.uint8]], Keys]:
    """The sheets, from back to front, and the marks' drawings of a safetensors file. extent: (width, height).

    Raises WeightsError when the file is damaged or of another canvas.
    """
    try:
        found = load_file(path)
    except (SafetensorError, OSError) as error:
        raise WeightsError(f"{path}: not a whole safetensors file ({error}); reinstall the character") from error
    names = [f"key{number:02d}" for number in range(KEYS * len(MARKS))]
    missing = sorted({"sheets", "corners", *names} - set(found))
    if missing:
        raise WeightsError(f"{path}: {missing[0]}: expected the tensor, found none; reinstall the character")
    width, height = extent
    sheets = found["sheets"]
    if sheets.dtype != np.uint8 or sheets.shape[1:] != (height, width, 4):
        raise WeightsError(
            f"{path}: sheets: expected uint8 (n, {height}, {width}, 4), got {sheets.dtype} {sheets.shape}"
        )
    if not sheets[..., 3].any():
        raise WeightsError(f"{path}: sheets: expected something drawn on them, all are blank; reinstall the character")
    drawings = [found[name] for name in names]
    if found["corners"].shape != (len(names), 2) or not np.isfinite(found["corners"]).all():
        raise WeightsError(f"{path}: corners: expected x and y of {len(names)} drawings, got {found['corners'].shape}")
    corners = [(int(x), int(y)) for x, y in found["corners"]]
    for name, drawing, (x, y) in zip(names, drawings, corners, strict=True):
        if drawing.dtype != np.uint8 or drawing.shape[2:] != (4,):
            raise WeightsError(f"{path}: {name}: expected uint8 (h, w, 4), got {drawing.dtype} {drawing.shape}")
        if min(x, y) < 0 or y + drawing.shape[0] > height or x + drawing.shape[1] > width:
            raise WeightsError(f"{path}: {name}: expected it on the canvas, got {drawing.shape} at {x}, {y}")
    return list(sheets), Keys(drawings, corners)
