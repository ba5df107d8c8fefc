"""The canonical canvas: where a face lies still, so that a network need not learn how heads shift and tilt.

A similarity transform without scale, from the steady key points (eye corners and nose), lays every face upright and in
the same place. The painter paints there, on a canvas larger than the picture; `Canvas.onto` says where on it a pixel of
the picture lies.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from mien.face import STEADY
from mien.face.landmarks import LEFT_CORNERS, RIGHT_CORNERS

_STEADY = list(STEADY)


@dataclass(frozen=True, slots=True)
class Canvas:
    """The canonical canvas of one character. All lengths in pixels of a picture of `picture` a side.

    width, height: of the canvas. anchor: (x, y) where the mean of the steady points lies on it.
    """

    picture: int
    width: int
    height: int
    anchor: tuple[float, float]

    def place(self, points: NDArray[np.float32]) -> NDArray[np.float64]:
        """(2, 3) the affine map from picture pixels to canvas pixels for (70, 2) key points in picture units."""
        pixels = points.astype(np.float64) * self.picture
        eyes = pixels[LEFT_CORNERS].mean(axis=0) - pixels[RIGHT_CORNERS].mean(axis=0)
        length = float(np.hypot(*eyes)) or 1.0
        cosine, sine = eyes[0] / length, eyes[1] / length
        rotation = np.array([[cosine, sine], [-sine, cosine]])
        shift = np.array(self.anchor) - rotation @ pixels[_STEADY].mean(axis=0)
        return np.concatenate([rotation, shift[:, None]], axis=1)

    def onto(self, place: NDArray[np.float64], size: int) -> NDArray[np.float64]:
        """(2, 3) the affine map from pixel indices of a picture of `size` a side to pixel indices of the canvas.

        place: as from `place()`. Indices name pixels by their centres, as OpenCV does.
        """
        zoom = self.picture / size
        turn, shift = place[:, :2], place[:, 2]
        # `place` speaks of continuous coordinates, in which a pixel's centre lies at a half
        first = turn @ np.full(2, 0.5 * zoom) + shift - 0.5
        return np.concatenate([zoom * turn, first[:, None]], axis=1)


def canonical(points: NDArray[np.float32], place: NDArray[np.float64], picture: int) -> NDArray[np.float32]:
    """(70, 2) canvas pixels of (70, 2) key points in picture units."""
    moved = points.astype(np.float64) * picture @ place[:, :2].T + place[:, 2]
    return moved.astype(np.float32)


def canvas_for(rest: NDArray[np.float32], picture: int = 256) -> Canvas:
    """The canvas for a character whose key points at rest are these: room for turns of 25 degrees each way.

    Its sides are multiples of 16 pixels, as a generator's grids need them.
    """
    steady = rest[_STEADY].mean(axis=0) * picture
    unit = picture / 256
    return Canvas(
        picture,
        16 * math.ceil(19 * unit),
        16 * math.ceil(18 * unit),
        (float(steady[0] + 24 * unit), float(steady[1])),
    )


def inverse(place: NDArray[np.float64]) -> NDArray[np.float32]:
    """(2, 3) the map from canvas to picture pixels, for the one from picture to canvas."""
    return np.asarray(cv2.invertAffineTransform(place), np.float32)
