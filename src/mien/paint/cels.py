"""Keyed cels laid over each other at the picture's own pixels, whatever its size: each is drawn, moved, sampled once.

A cel is a sheet of premultiplied RGBA, to which key drawings are added by weight, and a field that says where upon it
every place of the canvas looks. Sheets are kept in sixteenths of a byte's step, so that many faint keys add up exactly.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.typing import NDArray

MARK_KEYS = 2
"""Drawings of each mark: at half and at full strength."""

FINE = 16
"""Parts of a byte's step in which drawings are mixed."""

_FAINT = 0.4  # of a byte's step: a key that changes no pixel by more is left out # ours
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

    box: left, top, right, bottom in canvas pixels. sheet: (height, width, 4) uint8, premultiplied, covers the box. keys:
    added to it by weight; the last belong to `marks`, MARK_KEYS each. open: what lies at a sheet's edge goes on beyond
    it; else nothing does. clipped: it shows only inside the nearest cel below that is not. ground: it lies on the
    picture and not on the canvas, which reaches out over the picture's left and top by `margin` (x, y) canvas pixels.
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
    shows: tuple[int, int, int, int] = field(init=False)
    """x, y, width and height of the part of the sheet outside which nothing is ever seen."""
    _fine: NDArray[np.int16] = field(init=False, repr=False)
    _clear: bool = field(init=False, repr=False)
    _was: bytes = field(default=b"", init=False, repr=False)
    _drawn: Bytes | None = field(default=None, init=False, repr=False)

    def __post_init__(self) -> None:
        any_pixel = np.where(self.sheet.any(axis=2), np.uint8(1), np.uint8(0))
        self._clear = not any_pixel.any()
        for key in self.keys:
            x, y = key.corner
            any_pixel[y : y + key.pixels.shape[0], x : x + key.pixels.shape[1]] |= key.pixels.any(axis=2)
        x, y, wide, high = cv2.boundingRect(any_pixel)
        self.shows = (int(x), int(y), int(wide), int(high))
        self._fine = self.sheet.astype(np.int16) * FINE

    def drawn(self, weights: Floats) -> Bytes | None:
        """The sheet with its keys, or None where nothing is to be seen: a clear sheet, and all keys faint.

        weights: (keys,). The sheet that was drawn last is kept for as long as its weights are.
        """
        strong = [
            (key, float(weight)) for key, weight in zip(self.keys, weights, strict=True)
            if abs(float(weight)) * key.most > _FAINT
        ]  # fmt: skip
        if not strong:
            return None if self._clear else self.sheet
        told = weights.tobytes()
        if told == self._was and self._drawn is not None:
            return self._drawn
        mixed = self._fine.copy()
        for key, weight in strong:
            x, y = key.corner
            box = mixed[y : y + key.pixels.shape[0], x : x + key.pixels.shape[1]]
            cv2.addWeighted(box, 1.0, key.pixels, weight, 0.0, dst=box)
        bounded = cv2.max(mixed.reshape(len(mixed), -1), 0.0)  # type: ignore[call-overload]  # a number is an array too
        drawn = cv2.convertScaleAbs(bounded, alpha=1.0 / FINE).reshape(self.sheet.shape)
        self._was, self._drawn = told, np.asarray(drawn, np.uint8)
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


def lay_all(
    picture: Bytes, cels: Sequence[Cel], fields: Sequence[Floats], weights: Sequence[Floats], onto: NDArray[np.float64]
) -> None:  # fmt: skip
    """Lay cels over the picture, in place, from back to front: (size, size, 4) premultiplied.

    fields: of each (2, knots down, knots across), how far from its own place, in canvas pixels, each knot of the box
    looks on its cel. weights: of its keys. onto: (2, 3) from pixel indices of the picture to those of the canvas.
    """
    base: Patch | None = None
    for cel, moved, weight in zip(cels, fields, weights, strict=True):
        patch = shown(cel, moved, weight, onto, len(picture))
        if cel.clipped:
            patch = _inside(patch, base)
        else:
            base = patch
        if patch is None:
            continue
        under = picture[patch.area]
        clear = cv2.cvtColor(cv2.bitwise_not(cv2.extractChannel(patch.pixels, 3)), cv2.COLOR_GRAY2BGRA)
        clear[..., 3] = clear[..., 0]
        cv2.add(cv2.multiply(under, clear, scale=1.0 / 255.0), patch.pixels, dst=under)


def shown(cel: Cel, moved: Floats, weights: Floats, onto: NDArray[np.float64], size: int) -> Patch | None:
    """What shows of one cel in a picture of `size` pixels a side; None for nothing. The rest as for `lay_all`."""
    sheet = cel.drawn(weights)
    if sheet is None:
        return None
    left, top, right, bottom = cel.box
    low, high = (0, 0), (size, size)
    if not cel.open:
        back = cv2.invertAffineTransform(onto)
        corners = [back[:, :2] @ (x, y) + back[:, 2] for x in (left - 0.5, right) for y in (top - 0.5, bottom)]
        low = tuple(np.clip(np.floor(np.min(corners, axis=0)).astype(int), 0, size))
        high = tuple(np.clip(np.ceil(np.max(corners, axis=0)).astype(int) + 1, 0, size))
    wide, tall = high[0] - low[0], high[1] - low[1]
    if wide <= 0 or tall <= 0:
        return None
    # one place beyond each edge, so that all pixels lie between
    across: NDArray[np.float64] = np.arange(-1.0, -(-wide // _STEP) + 1) * _STEP + (low[0] + 0.5 * (_STEP - 1))
    down: NDArray[np.float64] = np.arange(-1.0, -(-tall // _STEP) + 1) * _STEP + (low[1] + 0.5 * (_STEP - 1))
    unit = float(np.hypot(onto[0, 0], onto[1, 0]))
    own = _places(cel, across, down, onto, unit)
    scale = sheet.shape[1] / (right - left)
    rest = own
    if cel.ground:
        x = (across + 0.5) * unit + (cel.margin[0] - left)
        y = (down[:, None] + 0.5) * unit + (cel.margin[1] - top)
        at = [np.ascontiguousarray(one, np.float32) for one in np.broadcast_arrays(x, y)]
        rest = np.asarray(cv2.merge(at), np.float32)
    edge = cv2.BORDER_REPLICATE if cel.open else cv2.BORDER_CONSTANT
    # from places to indices
    grid = np.asarray(cv2.addWeighted(rest, scale, _moved(cel, moved, own), scale, -0.5), np.float32)
    found = _showing(grid, cel, 3.0 * _STEP * unit * scale + 1.0)
    if found is None:
        return None
    rows, columns = found
    part = np.ascontiguousarray(grid[rows, columns])
    dense = cv2.resize(part, (part.shape[1] * _STEP, part.shape[0] * _STEP), interpolation=cv2.INTER_LINEAR)
    y0, x0 = (rows.start - 1) * _STEP, (columns.start - 1) * _STEP
    there = dense[max(0, -y0) : tall - y0, max(0, -x0) : wide - x0]
    seen = cv2.remap(sheet, there, None, cv2.INTER_LINEAR, borderMode=edge)  # type: ignore[call-overload]
    return Patch(np.asarray(seen, np.uint8), low[0] + max(0, x0), low[1] + max(0, y0))


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


def _places(
    cel: Cel, across: NDArray[np.float64], down: NDArray[np.float64], onto: NDArray[np.float64], unit: float
) -> Floats:
    """(down, across, 2) where in the cel's box, in canvas pixels, these pixels of the picture lie.

    What lies beyond the box looks where its edge does, or, a step or two further, so that the last pixels of the box
    still lie between two places, and so that beyond a box that is not open nothing shows.
    """
    left, top, right, bottom = cel.box
    edge = 1.5 * _STEP * max(unit, 1.0)
    x = onto[0, 0] * across[None, :] + (onto[0, 1] * down[:, None] + (onto[0, 2] - left + 0.5))
    y = onto[1, 0] * across[None, :] + (onto[1, 1] * down[:, None] + (onto[1, 2] - top + 0.5))
    places = np.empty((*x.shape, 2), np.float32)
    np.clip(x, -edge, right - left + edge, out=places[..., 0], casting="same_kind")
    np.clip(y, -edge, bottom - top + edge, out=places[..., 1], casting="same_kind")
    return places


def _moved(cel: Cel, moved: Floats, own: Floats) -> Floats:
    """(down, across, 2) how far from its own place every place looks: linear between the knots."""
    left, top, right, bottom = cel.box
    high, wide = moved.shape[1:]
    knots = (own - np.float32(0.5)) * np.array(
        [(wide - 1) / (right - left - 1), (high - 1) / (bottom - top - 1)], np.float32
    )
    planes = np.ascontiguousarray(moved.transpose(1, 2, 0))
    found = cv2.remap(planes, knots, None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)  # type: ignore[call-overload]
    return np.asarray(found, np.float32)


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
