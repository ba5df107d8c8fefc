"""Colour where nothing is seen: what lies under a transparent edge."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mien.face import Frame


def bled(frame: Frame, reach: int = 9) -> NDArray[np.uint8]:
    """(height, width, 3) uint8 RGB: the colours, those at the edge carried outwards, the mean colour beyond.

    reach: twice the distance in pixels; 0 has the mean colour begin at the edge, in a third of the time.
    A codec that shares colour between neighbouring pixels (chroma subsampling, 8 x 8 blocks) would else
    draw a dark fringe around the figure.
    """
    import cv2

    pixels = frame.pixels
    alpha = pixels[..., 3]
    rgb = cv2.cvtColor(pixels, cv2.COLOR_RGBA2RGB).astype(np.uint8, copy=False)
    solid = (alpha >= 8).astype(np.uint8)
    count = cv2.countNonZero(solid)
    if count in (0, alpha.size):
        return rgb
    mean = cv2.mean(rgb, solid)[:3]
    # fade into the mean: the blur of the figure laid over its mean colour, then the sharp figure on top
    ground = np.empty_like(rgb)
    cv2.rectangle(ground, (0, 0), (frame.width, frame.height), mean, cv2.FILLED)  # numpy takes 30 times as long
    cv2.copyTo(rgb, solid, ground)
    if reach == 0:
        return ground
    smooth = cv2.blur(ground, (reach, reach))
    near = cv2.dilate(solid, np.ones((reach, reach), np.uint8))
    out: NDArray[np.uint8] = ground.copy()
    cv2.copyTo(smooth, near, out)
    cv2.copyTo(rgb, solid, out)
    return out
