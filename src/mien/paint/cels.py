"""What a painter of keyed cels is made of: sheets, and the drawings that are added to them by weight."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

MARK_KEYS = 2
"""Drawings of each mark: at half and at full strength."""

CUBIC = 1.5
"""Pixels of a sheet in one of the picture, below which it is read by a cubic; as in raster.c."""

Bytes = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Key:
    """A key drawing, cut to where it shows.

    pixels: (height, width, 4) int8; times `step` what is added to the sheet's bytes at a weight of 1. corner: (x, y) of
    its left upper pixel on the sheet.
    """

    pixels: NDArray[np.int8]
    corner: tuple[int, int]
    step: float


@dataclass(frozen=True, slots=True)
class Cel:
    """One cel, but for its pixels.

    box: left, top, right, bottom in canvas pixels. size: width and height of its sheet, which covers the box. knots:
    how many its field has across and down. keys: how many drawings are added to the sheet by weight; the last belong to
    `marks`, MARK_KEYS each. open: what lies at a sheet's edge goes on beyond it; else nothing does. clipped: it shows
    only inside the nearest cel below that is not. ground: it lies on the picture and not on the canvas, which reaches
    out over the picture's left and top by `margin` (x, y) canvas pixels.
    """

    name: str
    box: tuple[int, int, int, int]
    size: tuple[int, int]
    knots: tuple[int, int]
    keys: int = 0
    marks: tuple[str, ...] = ()
    open: bool = False
    clipped: bool = False
    ground: bool = False
    margin: tuple[float, float] = (0.0, 0.0)

    @property
    def weighed(self) -> int:
        """How many of the keys the network weighs."""
        return self.keys - MARK_KEYS * len(self.marks)
