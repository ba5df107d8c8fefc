"""What of a film stands still, and what moves with the head: what the cels of footage begin as."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from mien.paint.align import Canvas
from mien.train.painter.rest import Pixels, Rest, laid

_NEARER, _SURE = 0.01, 0.004
"""Of full strength: by how much the resting head must be nearer to the film than the ground is, for a place to be the
head's, and how soft that edge is. # ours"""

_CROWN = 0.4
"""From the highest key point, of the brows, up to the crown, in heights from it to the chin. # ours"""

_SMALL = 2.0
"""Pixels of a 256-pixel picture over which errors are gathered and edges are soft. # ours"""

_BESIDE, _SELDOM = 0.05, 0.05
"""Of the head's mask: less than that hides nothing. Of the frames: what fewer show is filled in. # ours"""

Bytes = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Parted:
    """A film parted in two, premultiplied, in 0..1, on the canvas.

    rest: (70, 2) the key points' mean, in canvas pixels. head: (height, width, 4) the mean of all frames with their key
    points brought to rest, clear where the ground is nearer to them. ground: likewise what stands still in the picture,
    which lies in the canvas' middle; what the head always hides is filled from around it, and beyond the picture it
    goes on.
    """

    rest: Pixels
    head: Pixels
    ground: Pixels


def parted(
    canvas: Canvas, frames: Sequence[Pixels], points: Sequence[Pixels], places: Sequence[NDArray[np.float64]],
    near: float,
) -> Parted:  # fmt: skip
    """Part a film.

    frames: (size, size, 4) premultiplied, in 0..255. points: (70, 2) of each on the canvas; places: from picture to
    canvas. near: as `rubber` takes it.
    """
    rest = np.asarray(np.mean(points, axis=0), np.float32)
    still = Rest(rest, (canvas.width, canvas.height), near)
    rows = list(zip(frames, points, places, strict=True))
    rested = [still.of(laid(canvas, frame, place), at) for frame, at, place in rows]
    head: Pixels = np.mean(rested, axis=0, dtype=np.float32)
    pixels = np.stack([np.clip(np.rint(frame), 0, 255).astype(np.uint8) for frame in frames])
    middle = np.stack([np.median(pixels[:, row], axis=0) for row in range(pixels.shape[1])]).astype(np.float32)
    behind = (still.of(laid(canvas, middle, place), at) for _, at, place in rows)
    better: Pixels = np.zeros(head.shape[:2], np.float32)
    for film, still_ in zip(rested, behind, strict=True):
        nearer = [np.abs(film - other.astype(np.float32)).mean(axis=2) for other in (still_, head)]
        better += (nearer[0] - nearer[1]) / np.float32(255.0 * len(rested))
    mask = _mask(better, rest, canvas.picture / 256, near)
    size = pixels.shape[1]
    hidden: list[Pixels] = [
        np.asarray(cv2.warpAffine(mask, canvas.onto(place, size), (size, size), flags=_BACK), np.float32)
        for place in places
    ]
    ground = _spread(_uncovered(pixels, hidden, middle), canvas)
    return Parted(rest, *(np.asarray(one / 255.0, np.float32) for one in (head * mask[..., None], ground)))


_BACK = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP


def _mask(better: Pixels, rest: Pixels, pixel: float, near: float) -> Pixels:
    """(height, width) in 0..1: where the head is, with its key points at rest. They and the skull lie upon it.

    better: by how much of full strength it is nearer to the film than the ground is. pixel: of a 256-pixel picture.
    """
    sure = np.tanh(0.5 * (cv2.GaussianBlur(better, (0, 0), _SMALL * pixel) - _NEARER) / _SURE)
    skull = np.zeros(better.shape, np.uint8)
    low, high = rest.min(axis=0), rest.max(axis=0)
    crown = float(low[1] - _CROWN * (high[1] - low[1]))
    middle = round(float(low[0] + high[0]) / 2), round((crown + float(high[1])) / 2)
    axes = round(float(high[0] - low[0]) / 2), round((float(high[1]) - crown) / 2)
    cv2.ellipse(skull, middle, axes, 0.0, 0.0, 360.0, 1, -1)
    cv2.fillConvexPoly(skull, cv2.convexHull(np.rint(rest).astype(np.int32)), 1)
    found = np.maximum(0.5 + 0.5 * sure, cv2.dilate(skull, _disc(0.3 * near))).astype(np.float32)
    closed = cv2.morphologyEx(found, cv2.MORPH_CLOSE, _disc(near))
    return np.asarray(cv2.GaussianBlur(closed, (0, 0), _SMALL * pixel), np.float32)


def _disc(across: float) -> Bytes:
    side = round(across) | 1
    return np.asarray(cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side)), np.uint8)


def _uncovered(frames: Bytes, hidden: Sequence[Pixels], middle: Pixels) -> Pixels:
    """(size, size, 4) in 0..255: the mean of what the frames show beside the head, filled in where they hardly do.

    hidden: (size, size) of each how much the head hides there. middle: the frames' median, if it hides all of them.
    """
    total, count = np.zeros(frames.shape[1:], np.float32), np.zeros(frames.shape[1:3], np.float32)
    for frame, head in zip(frames, hidden, strict=True):
        seen = (head < _BESIDE).astype(np.float32)
        total += seen[..., None] * frame
        count += seen
    seldom = (count < _SELDOM * len(frames)).astype(np.uint8)
    if seldom.all():
        return middle
    mean = np.rint(total / np.maximum(count, 1.0)[..., None]).astype(np.uint8)
    reach = _SMALL * len(mean) / 256
    parts = [
        cv2.inpaint(np.ascontiguousarray(part), seldom, reach, cv2.INPAINT_TELEA)
        for part in (mean[..., :3], mean[..., 3])
    ]
    return np.dstack(parts).astype(np.float32)


def _spread(ground: Pixels, canvas: Canvas) -> Pixels:
    """The ground in the middle of the canvas, and on beyond its edges."""
    zoom = canvas.picture / len(ground)
    margins = 0.5 * (canvas.width - canvas.picture), 0.5 * (canvas.height - canvas.picture)
    onto = np.array([[zoom, 0.0, margins[0] + 0.5 * zoom - 0.5], [0.0, zoom, margins[1] + 0.5 * zoom - 0.5]])
    extent = canvas.width, canvas.height
    return np.asarray(
        cv2.warpAffine(ground, onto, extent, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE), np.float32
    )
