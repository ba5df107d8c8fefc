"""Frames of a moving face laid upright, and brought to rest."""

from __future__ import annotations

import cv2
import numpy as np
import torch
from numpy.typing import NDArray

from mien.paint.align import Canvas
from mien.train.painter.cels import rubber

Pixels = NDArray[np.float32]

_STRIDE, _TRIES = 4, 5  # pixels from one place whose movement is computed to the next; steps to what lies there


def laid(canvas: Canvas, frame: Pixels, place: NDArray[np.float64]) -> NDArray[np.uint8]:
    """(height, width, ...) a frame of values in 0..255 on the canvas; beyond its edges they go on.

    place: from picture to canvas pixels.
    """
    onto, extent = canvas.onto(place, len(frame)), (canvas.width, canvas.height)
    moved = cv2.warpAffine(frame, onto, extent, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    return np.clip(np.rint(moved), 0, 255).astype(np.uint8)


class Rest:
    """Pictures of a moving face as if it rested.

    rest: (70, 2) where its key points lie then, in pixels. extent: width and height of the pictures. near: as `rubber`
    takes it.
    """

    def __init__(self, rest: Pixels, extent: tuple[int, int], near: float):
        self._rest = rest
        width, height = extent
        self._here = np.stack(np.meshgrid(np.arange(width), np.arange(height)), axis=2).astype(np.float32)
        at = torch.from_numpy(self._here[::_STRIDE, ::_STRIDE].reshape(-1, 2).copy())
        self._shape = -(-height // _STRIDE), -(-width // _STRIDE)
        self._take = rubber(at, torch.from_numpy(rest), near).numpy()

    def looks(self, points: Pixels) -> Pixels:
        """(height, width, 2) where in a picture with these key points, in pixels, what rests at each place lies."""
        height, width = self._here.shape[:2]
        coarse = (self._take @ (points - self._rest)).reshape(*self._shape, 2).astype(np.float32)
        extent = self._shape[1] * _STRIDE, self._shape[0] * _STRIDE
        away = cv2.resize(coarse, extent, interpolation=cv2.INTER_CUBIC)[:height, :width]
        found: Pixels = self._here
        for _ in range(_TRIES):  # what is at rest here lies where its own movement has brought it
            moved = cv2.remap(away, found[..., 0], found[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
            found = self._here + np.asarray(moved, np.float32)
        return found

    def of(self, picture: NDArray[np.uint8], points: Pixels) -> NDArray[np.uint8]:
        """The picture with its key points brought to rest."""
        at = self.looks(points)
        return np.asarray(cv2.remap(picture, at[..., 0], at[..., 1], cv2.INTER_CUBIC), np.uint8)
