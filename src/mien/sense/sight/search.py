"""Where else a face may be when nothing upright is found: cut by the frame, lying, upside down."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from mien.sense.sight.finder import Finder, Found

WAYS = (0.0, 0.5 * np.pi, -0.5 * np.pi, np.pi, 0.25 * np.pi, -0.25 * np.pi, 0.75 * np.pi, -0.75 * np.pi)
"""Radians by which faces are looked for turned, clockwise as seen, in the order of what is likely. The finder bears 40
degrees, so that these cover all; the first is the upright picture with room around it."""

_ROOM = 0.3
"""How much is added on each side, in longer sides: a face that the frame cuts has its middle near the edge. # ours"""

_SIDE = 512.0
"""Pixels of the longer side of what is turned."""


@dataclass(frozen=True, slots=True)
class View:
    """A turned copy. pixels: (height, width, 3). matrix: (2, 3) from pixels of the picture to the copy's. angle:
    radians that an upright face of the copy is turned by in the picture."""

    pixels: NDArray[np.uint8]
    matrix: NDArray[np.float64]
    angle: float

    def back(self, found: Found) -> Found:
        """What was found in the copy, in pixels of the picture; its box keeps its size and is turned by `angle`."""
        turn, shift = self.matrix[:, :2], self.matrix[:, 2]
        undo = np.linalg.inv(turn)
        middle = (found.box[:2] + found.box[2:]) / 2.0
        reach = (found.box[2:] - found.box[:2]) / 2.0 / float(np.sqrt(abs(np.linalg.det(turn))))
        there = undo @ (middle - shift)
        five = (found.five - shift) @ undo.T
        return replace(found, box=np.concatenate([there - reach, there + reach]), five=five, angle=self.angle)


def view(picture: NDArray[np.uint8], way: float) -> View:
    """The copy of (height, width, 3) in which faces that are turned by `way` radians stand upright."""
    height, width = picture.shape[:2]
    zoom = _SIDE / max(height, width)
    flags = cv2.INTER_AREA if zoom < 1.0 else cv2.INTER_LINEAR
    small = cv2.resize(picture, (max(1, round(width * zoom)), max(1, round(height * zoom))), interpolation=flags)
    scale = np.array([small.shape[1] / width, small.shape[0] / height])
    cosine, sine = np.cos(way), np.sin(way)
    turn = np.array([[cosine, sine], [-sine, cosine]])
    room = _ROOM if way == 0.0 else 0.0
    size = np.ceil(np.abs(turn) @ (scale * [width, height]) * 1.0 + 2.0 * room * _SIDE).astype(int)
    shift = size / 2.0 - turn @ (scale * [width, height] / 2.0)
    within = np.concatenate([turn, (shift + turn @ np.full(2, 0.5) - 0.5)[:, None]], axis=1)  # indices name centres
    edge = cv2.BORDER_REPLICATE if way == 0.0 else cv2.BORDER_CONSTANT
    laid = cv2.warpAffine(
        small, within, (int(size[0]), int(size[1])), flags=cv2.INTER_LINEAR, borderMode=edge, borderValue=(114,) * 3
    )
    return View(np.asarray(laid, np.uint8), np.concatenate([turn * scale, shift[:, None]], axis=1), float(way))


def found_in(finder: Finder, picture: NDArray[np.uint8], way: float) -> Iterator[Found]:
    """The faces that are turned by `way`, in pixels of the picture, the surest first."""
    turned = view(picture, way)
    for found in finder.find(turned.pixels):
        yield turned.back(found)
