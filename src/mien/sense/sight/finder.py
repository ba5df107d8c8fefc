"""Where faces are in a picture."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from mien.sense.sight.crop import FIVE

STRIDES = (8, 16, 32)
SPAN = 4.0
"""Cells in which the net tells distances, so that the numbers stay near 1."""

LONGER = 384
"""Pixels of the longer side at which a picture is searched."""

LEAST = 0.28
"""The chance from which a cell is said to hold a face's middle."""

Maps = Callable[[NDArray[np.uint8]], Sequence[NDArray[np.float32]]]
"""The net: (1, height, width, 3) pixels to a map a stride, each (1, 15, h, w)."""

_OVERLAP = 0.35
_MOST = 64


@dataclass(frozen=True, slots=True)
class Found:
    """One face. box: (4,) left, top, right, bottom and five: (5, 2) points (eyes, nose, corners of the mouth), in
    pixels of the picture. chance: in [0, 1] that it is one. angle: radians, clockwise as seen, that the box is turned
    by around its middle, where faces were searched for in a turned copy."""

    box: NDArray[np.float64]
    five: NDArray[np.float64]
    chance: float
    angle: float = 0.0


class Finder:
    """Finds faces of about 3 to 90 per cent of a picture's longer side, turned by up to 40 degrees.

    net: what looks. longer: pixels of the longer side at which it is shown a picture. least: the chance from which
    something is a face.
    """

    def __init__(self, net: Maps, longer: int = LONGER, least: float = LEAST):
        self._net, self._longer, self._least = net, longer, least

    def find(self, picture: NDArray[np.uint8]) -> list[Found]:
        """The faces of (height, width, 3) RGB, the surest first, none twice."""
        height, width = picture.shape[:2]
        zoom = self._longer / max(height, width)
        small = cv2.resize(
            picture, (max(1, round(width * zoom)), max(1, round(height * zoom))),
            interpolation=cv2.INTER_AREA if zoom < 1.0 else cv2.INTER_LINEAR,
        )  # fmt: skip
        padded = np.full((32 * math.ceil(small.shape[0] / 32), 32 * math.ceil(small.shape[1] / 32), 3), 114, np.uint8)
        padded[: small.shape[0], : small.shape[1]] = small
        scale = np.array([width / small.shape[1], height / small.shape[0]])
        maps = zip(self._net(padded[None]), STRIDES, strict=True)
        found = np.concatenate([read_map(said[0], stride, self._least) for said, stride in maps])
        found = found[np.argsort(-found[:, 0])][:_MOST]
        kept: list[Found] = []
        for row in found:
            box = row[1:5] * np.tile(scale, 2)
            if all(_overlap(box, other.box) < _OVERLAP for other in kept):
                kept.append(Found(box, row[5:].reshape(FIVE, 2) * scale, float(row[0])))
        return kept


def read_map(said: NDArray[np.float32], stride: int, least: float = LEAST) -> NDArray[np.float64]:
    """(n, 15) chance, box and points in pixels of the cells that hold a face's middle."""
    chance = 1.0 / (1.0 + np.exp(-said[0].astype(np.float64)))
    y, x = np.nonzero(chance > least)
    told = said[1:, y, x].T.astype(np.float64) * (SPAN * stride)
    cell = (np.stack([x, y], axis=1) + 0.5) * stride
    boxes = np.concatenate([cell - told[:, :2], cell + told[:, 2:4]], axis=1)
    points = np.tile(cell, FIVE) + told[:, 4:]
    return np.concatenate([chance[y, x][:, None], boxes, points], axis=1)


def _overlap(one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    """Intersection over union, or the share of the smaller box that lies in the other when that is nearly all."""
    inner = np.minimum(one[2:], other[2:]) - np.maximum(one[:2], other[:2])
    both = float(np.prod(np.maximum(inner, 0.0)))
    areas = [float(np.prod(np.maximum(box[2:] - box[:2], 1e-6))) for box in (one, other)]
    return max(both / (areas[0] + areas[1] - both), 0.5 * both / min(areas))
