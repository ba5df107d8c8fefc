"""Keyed cels laid over each other at the picture's own pixels, whatever its size: each is drawn, moved, sampled once.

A cel is a sheet of premultiplied RGBA, to which key drawings are added by weight, and a field that says where upon it
every place of the canvas looks. Sheets are kept in sixteenths of a byte's step, so that many faint keys add up exactly.
"""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.typing import NDArray

MARK_KEYS = 2
"""Drawings of each mark: at half and at full strength."""

FINE = 16
"""Parts of a byte's step in which drawings are mixed."""

_STAIR = 0.8  # of a byte's step: weights are rounded so that no pixel changes by more from one to the next # ours
_STEP = 4  # pixels of the picture between the places where the fields are read # ours

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Key:
    """A key drawing, cut to where it shows.

    pixels: (height, width, 4) int16, in 1 / FINE of a byte's step, for a weight of 1. corner: (x, y) of its left upper
    pixel on the sheet. most: its strongest pixel, in byte's steps.
    """

    pixels: NDArray[np.int16]
    corner: tuple[int, int]
    most: float


@dataclass(slots=True)
class Cel:
    """One cel.

    box: left, top, right, bottom in canvas pixels. sheet: (height, width, 4) uint8, premultiplied, covers the box.
    keys: added to it by weight; the last belong to `marks`, MARK_KEYS each. open: what lies at a sheet's edge goes on
    beyond it; else nothing does. clipped: it shows only inside the nearest cel below that is not. ground: it lies on
    the picture and not on the canvas, which reaches out over the picture's left and top by `margin` (x, y) canvas
    pixels. tint: (4, 4) the map of its pixels when they show, premultiplied RGBA; None leaves them as they are.
    """

    name: str
    box: tuple[int, int, int, int]
    sheet: Bytes
    keys: Sequence[Key] = ()
    marks: tuple[str, ...] = ()
    open: bool = False
    clipped: bool = False
    ground: bool = False
    margin: tuple[float, float] = (0.0, 0.0)
    tint: NDArray[np.float64] | None = None
    shows: tuple[int, int, int, int] = field(init=False)
    """x, y, width and height of the part of the sheet outside which nothing is ever seen."""
    _changing: tuple[slice, slice] = field(init=False, repr=False)
    _fine: NDArray[np.int16] = field(init=False, repr=False)
    _clear: bool = field(init=False, repr=False)
    _drawn: Bytes | None = field(default=None, init=False, repr=False)
    _was: list[int] = field(default_factory=list, init=False, repr=False)

    def __post_init__(self) -> None:
        own = np.where(self.sheet.any(axis=2), np.uint8(1), np.uint8(0))
        self._clear = not own.any()
        changed = np.zeros_like(own)
        for key in self.keys:
            x, y = key.corner
            changed[y : y + key.pixels.shape[0], x : x + key.pixels.shape[1]] = 1
        x, y, wide, high = cv2.boundingRect(changed)
        self._changing = slice(y, y + high), slice(x, x + wide)
        self._fine = self.sheet[self._changing].astype(np.int16) * FINE
        x, y, wide, high = cv2.boundingRect(cv2.bitwise_or(own, changed))
        self.shows = (int(x), int(y), int(wide), int(high))

    def fresh(self, tint: NDArray[np.float64] | None = None) -> Cel:
        """The same cel, for another painter: what was drawn last is each one's own. tint: of the other."""
        other = copy(self)
        other.tint, other._drawn, other._was = tint, None, []
        return other

    def drawn(self, weights: Floats) -> Bytes | None:
        """The sheet with its keys, or None where nothing is to be seen: a clear sheet, and all keys faint.

        weights: (keys,). They are rounded, each to less than what shows, so that frames much alike share a drawing. It
        stays as it is until the next call with other weights.
        """
        stairs = [round(float(weight) * key.most / _STAIR) for key, weight in zip(self.keys, weights, strict=True)]
        if not any(stairs):
            return None if self._clear else self.sheet
        if stairs == self._was and self._drawn is not None:
            return self._drawn
        mixed = self._fine.copy()
        top, left = self._changing[0].start, self._changing[1].start
        for key, stair in zip(self.keys, stairs, strict=True):
            if stair:
                x, y = key.corner[0] - left, key.corner[1] - top
                box = mixed[y : y + key.pixels.shape[0], x : x + key.pixels.shape[1]]
                cv2.addWeighted(box, 1.0, key.pixels, stair * _STAIR / key.most, 0.0, dst=box)
        if self._drawn is None:
            self._drawn = self.sheet.copy()
        bounded = cv2.max(mixed.reshape(len(mixed), -1), 0.0)  # type: ignore[call-overload]  # a number is an array too
        drawn = cv2.convertScaleAbs(bounded, alpha=1.0 / FINE)  # clips to 255
        self._drawn[self._changing] = drawn.reshape(mixed.shape)
        self._was = stairs
        return self._drawn


@dataclass(frozen=True, slots=True)
class Patch:
    """What shows of a cel: (height, width, 4) premultiplied pixels, and (x, y) of the first in the picture."""

    pixels: Bytes
    x: int
    y: int

    @property
    def area(self) -> tuple[slice, slice]:
        """Its rows and columns of the picture."""
        high, wide = self.pixels.shape[:2]
        return slice(self.y, self.y + high), slice(self.x, self.x + wide)


@dataclass(frozen=True, slots=True)
class Grid:
    """Places of a picture, `step` pixels apart, from one beyond the left and upper edges to one beyond the others, so
    that all pixels lie between two.

    canvas, ground: (down, across, 2) where they lie on the canvas, and in the picture, in canvas pixels.
    """

    step: int
    canvas: Floats
    ground: Floats


class View:
    """How a picture of `size` pixels a side lies on the canvas. onto: (2, 3) from its pixel indices to the canvas'.

    unit: canvas pixels in one of the picture.
    """

    def __init__(self, onto: NDArray[np.float64], size: int):
        self.size = size
        self.unit = float(np.hypot(onto[0, 0], onto[1, 0]))
        self._places = onto.copy()
        self._places[:, 2] += 0.5
        self._back = cv2.invertAffineTransform(self._places)
        self._grids: dict[int, Grid] = {}

    def grid(self, step: int) -> Grid:
        """The places that are `step` pixels apart."""
        if step not in self._grids:
            at = (np.arange(-1.0, -(-self.size // step) + 1) * step + 0.5 * (step - 1)).astype(np.float32)
            indices = cv2.merge(np.meshgrid(at, at))
            unit = self.unit
            standing = np.array([[unit, 0.0, 0.5 * unit], [0.0, unit, 0.5 * unit]])
            canvas, ground = (cv2.transform(indices, how) for how in (self._places, standing))
            self._grids[step] = Grid(step, np.asarray(canvas, np.float32), np.asarray(ground, np.float32))
        return self._grids[step]

    def area(self, cel: Cel, grid: Grid) -> tuple[slice, slice] | None:
        """Rows and columns, of the grid, between which a cel's box lies; None where it lies beyond the picture."""
        count, step = len(grid.canvas), grid.step
        if cel.open:
            return slice(0, count), slice(0, count)
        left, top, right, bottom = cel.box
        spans = []
        for a, b, shift in self._back:
            ends = (a * left + b * top, a * right + b * top, a * left + b * bottom, a * right + b * bottom)
            first, last = (int((end + shift) // step) for end in (min(ends), max(ends)))
            spans.append(slice(max(first, 0), min(last + 3, count)))
            if spans[-1].stop - spans[-1].start < 3:
                return None
        return spans[1], spans[0]


def lay_all(
    picture: Bytes, cels: Sequence[Cel], fields: Sequence[Floats], weights: Sequence[Floats], onto: NDArray[np.float64]
) -> None:  # fmt: skip
    """Lay cels over the picture, in place, from back to front: (size, size, 4) premultiplied.

    fields: of each (2, knots down, knots across), how far from its own place, in canvas pixels, each knot of the box
    looks on its cel. weights: of its keys. onto: (2, 3) from pixel indices of the picture to those of the canvas.
    """
    view = View(onto, len(picture))
    base: Patch | None = None
    for cel, moved, weight in zip(cels, fields, weights, strict=True):
        patch = shown(cel, moved, weight, view)
        if cel.clipped:
            patch = _inside(patch, base)
        else:
            base = patch
        if patch is None:
            continue
        under = picture[patch.area]
        clear = cv2.bitwise_not(cv2.extractChannel(patch.pixels, 3))
        kept = cv2.multiply(under, cv2.merge([clear, clear, clear, clear]), scale=1.0 / 255.0)
        cv2.add(kept, patch.pixels, dst=under)


def shown(cel: Cel, moved: Floats, weights: Floats, view: View) -> Patch | None:
    """What shows of one cel in a picture; None for nothing. The rest as for `lay_all`."""
    sheet = cel.drawn(weights)
    if sheet is None:
        return None
    left, top, right, bottom = cel.box
    high, wide = moved.shape[1:]
    # half as far apart where knots lie closer than two places
    near = (right - left - 1) / (wide - 1) < 1.9 * _STEP * view.unit
    lattice = view.grid(_STEP // 2 if near else _STEP)
    step, area = lattice.step, view.area(cel, lattice)
    if area is None:
        return None
    places = lattice.canvas[area]
    across, down = (wide - 1) / (right - left - 1), (high - 1) / (bottom - top - 1)
    to_knots = np.array([[across, 0.0, -across * (left + 0.5)], [0.0, down, -down * (top + 0.5)]])
    knots = cv2.transform(places, to_knots)
    planes = cv2.merge([moved[0], moved[1]])
    away = cv2.remap(planes, knots, None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)  # type: ignore[call-overload]
    scale = sheet.shape[1] / (right - left)
    x, y = cel.margin if cel.ground else (0.0, 0.0)
    # from places to indices
    to_sheet = np.array([[scale, 0.0, (x - left) * scale - 0.5], [0.0, scale, (y - top) * scale - 0.5]])
    rest = cv2.transform(lattice.ground[area] if cel.ground else places, to_sheet)
    grid = np.asarray(cv2.scaleAdd(away, scale, rest), np.float32)
    found = _showing(grid, cel, 3.0 * step * view.unit * scale + 1.0)
    if found is None:
        return None
    rows, columns = found
    part = grid[rows, columns]
    dense = cv2.resize(part, (part.shape[1] * step, part.shape[0] * step), interpolation=cv2.INTER_LINEAR)
    y0, x0 = (area[0].start + rows.start - 1) * step, (area[1].start + columns.start - 1) * step
    there = dense[max(0, -y0) : view.size - y0, max(0, -x0) : view.size - x0]
    if not there.size:
        return None
    edge = cv2.BORDER_REPLICATE if cel.open else cv2.BORDER_CONSTANT
    seen = cv2.remap(sheet, there, None, cv2.INTER_LINEAR, borderMode=edge)  # type: ignore[call-overload]
    if cel.tint is not None:  # only now, for sheet and keys are bounded together, and not each for itself
        seen = cv2.transform(seen, cel.tint)
    return Patch(np.asarray(seen, np.uint8), max(0, x0), max(0, y0))


def _inside(patch: Patch | None, base: Patch | None) -> Patch | None:
    """What shows of a clipped cel's patch inside the one that it is clipped to."""
    if patch is None or base is None:
        return None
    x, y = max(patch.x, base.x), max(patch.y, base.y)
    right = min(patch.x + patch.pixels.shape[1], base.x + base.pixels.shape[1])
    bottom = min(patch.y + patch.pixels.shape[0], base.y + base.pixels.shape[0])
    if right <= x or bottom <= y:
        return None
    own = patch.pixels[y - patch.y : bottom - patch.y, x - patch.x : right - patch.x]
    alpha = cv2.extractChannel(base.pixels[y - base.y : bottom - base.y, x - base.x : right - base.x], 3)
    mask = cv2.merge([alpha] * 4)
    return Patch(np.asarray(cv2.multiply(own, mask, scale=1.0 / 255.0), np.uint8), x, y)


def _showing(grid: Floats, cel: Cel, reach: float) -> tuple[slice, slice] | None:
    """Rows and columns of the grid between which the cel shows; None where it does not at all.

    grid: (down, across, 2) pixel indices on the sheet. reach: how far two neighbours may lie apart.
    """
    x, y, wide, high = cel.shows
    if not wide:
        return None
    low, most = [x - reach, y - reach], [x + wide - 1 + reach, y + high - 1 + reach]
    if cel.open:  # what lies at a sheet's edge goes on beyond it
        far = 1e9
        low = [-far if at <= 0 else bound for at, bound in zip((x, y), low, strict=True)]
        ends = zip((x + wide, y + high), cel.sheet.shape[1::-1], most, strict=True)
        most = [far if at >= end else bound for at, end, bound in ends]
    left, top, across, down = cv2.boundingRect(cv2.inRange(grid, np.array(low), np.array(most)))
    if not across:
        return None
    return (
        slice(max(top - 1, 0), min(top + down + 1, len(grid))),
        slice(max(left - 1, 0), min(left + across + 1, grid.shape[1])),
    )
