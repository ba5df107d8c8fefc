"""Where the square of a face lies in a picture, and cutting it out upright."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from mien.face import LEFT_EYE, MOUTH, RIGHT_EYE
from mien.face.landmarks import MOUTH_CORNERS, NOSE_TIP

MARGIN = 3.4
"""The square's side in distances between the eyes."""

LEVEL = 0.38
"""How far down the square the eyes lie."""

FIVE = 5
"""Points that a face is first found with: the middles of the eyes, the tip of the nose, the corners of the mouth."""


@dataclass(frozen=True, slots=True)
class Square:
    """A square in a picture. corner: (2,) pixels of its upper left corner. side: pixels. angle: radians, clockwise as
    seen, that it is turned by."""

    corner: NDArray[np.float64]
    side: float
    angle: float

    @property
    def axes(self) -> NDArray[np.float64]:
        """(2, 2) the square's own right and down, in pixels of the picture, one a column."""
        cosine, sine = np.cos(self.angle), np.sin(self.angle)
        return np.array([[cosine, -sine], [sine, cosine]])

    def of(self, points: NDArray[np.floating]) -> NDArray[np.float64]:
        """(n, 2) in units of the square of points in pixels of the picture."""
        return np.asarray((points - self.corner) @ self.axes / self.side, np.float64)

    def back(self, points: NDArray[np.floating]) -> NDArray[np.float64]:
        """(n, 2) pixels of the picture of points in units of the square."""
        return np.asarray(self.corner + (points * self.side) @ self.axes.T, np.float64)

    def grown(self, by: float) -> Square:
        """The square with its middle kept and its side this many times as long."""
        shift = self.axes @ np.array([0.5, 0.5]) * self.side * (by - 1.0)
        return Square(self.corner - shift, self.side * by, self.angle)

    def cut(self, picture: NDArray[np.uint8], size: int) -> NDArray[np.uint8]:
        """(size, size, channels) of what lies in it; outside the picture its edge goes on."""
        zoom = self.side / size
        corner = self.corner + self.axes @ np.array([0.5, 0.5]) * zoom - 0.5
        matrix = np.concatenate([self.axes * zoom, corner[:, None]], axis=1)
        flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        if zoom > 2.0:  # shrink first, or fine lines alias
            small = 1.0 / zoom
            picture = np.asarray(cv2.resize(picture, None, fx=small, fy=small, interpolation=cv2.INTER_AREA), np.uint8)
            matrix = matrix.copy()
            matrix[:, 2] = (matrix[:, 2] + 0.5) * small - 0.5
            matrix[:, :2] *= small
        laid = cv2.warpAffine(picture, matrix, (size, size), flags=flags, borderMode=cv2.BORDER_REPLICATE)
        return np.asarray(laid, np.uint8).reshape(size, size, -1)


def square_of(
    right: NDArray[np.floating], left: NDArray[np.floating], mouth: NDArray[np.floating], margin: float = MARGIN,
    level: float = LEVEL,
) -> Square:  # fmt: skip
    """The square around a face, all (2,) pixels: the eye at the picture's left, the one at its right, the mouth.

    margin, level: in place of MARGIN and LEVEL.
    """
    middle, across = (right + left) / 2.0, left - right
    apart = float(np.hypot(*across))
    # a head that turns away brings its eyes together, but not its eyes and mouth
    side = margin * max(apart, 0.95 * float(np.hypot(*(mouth - middle))), 1.0)
    angle = float(np.arctan2(across[1], across[0])) if apart > 0 else 0.0
    whole = Square(np.zeros(2), side, angle)
    return Square(middle - whole.axes @ np.array([0.5, level]) * side, side, angle)


def around(points: NDArray[np.floating], margin: float = MARGIN, level: float = LEVEL) -> Square:
    """The square around a face with these (68 or more, 2) key points in pixels."""
    right, left, mouth = (points[part].mean(axis=0) for part in (RIGHT_EYE, LEFT_EYE, MOUTH))
    return square_of(right, left, mouth, margin, level)


def around_five(points: NDArray[np.floating]) -> Square:
    """The square around a face with these (5, 2) points in pixels: eyes, nose, corners of the mouth."""
    return square_of(points[0], points[1], (points[3] + points[4]) / 2.0)


def in_box(box: NDArray[np.floating], angle: float = 0.0) -> Square:
    """The square around a face that fills this (4,) box of left, top, right and bottom in pixels.

    angle: radians that the box is turned by around its middle.
    """
    low, high = box[:2], box[2:]
    axes = Square(np.zeros(2), 1.0, angle).axes
    apart = 0.5 * float(max(high - low))
    eyes = (low + high) / 2.0 + axes @ np.array([0.0, -0.17 * (high[1] - low[1])])
    across, down = axes @ np.array([apart / 2.0, 0.0]), axes @ np.array([0.0, apart])
    return square_of(eyes - across, eyes + across, eyes + down)


def five_of(points: NDArray[np.floating]) -> NDArray[np.float64]:
    """(5, 2) of (68 or more, 2) key points."""
    return np.stack(
        [points[RIGHT_EYE].mean(axis=0), points[LEFT_EYE].mean(axis=0), points[NOSE_TIP], *points[MOUTH_CORNERS]]
    ).astype(np.float64)
