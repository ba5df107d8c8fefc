"""A painter's training pictures from footage of a character: prepared frames with their expression and key points."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.utils.data import Dataset

from mien.face import FEELINGS, LEFT_EYE, MOUTH, NOISE, POINTS, RIGHT_EYE, STEADY, Expression, InputError
from mien.face.channels import CHANNELS, HEAD_SLICE, HIGH, LOW
from mien.face.landmarks import LEFT_CORNERS, NOSE_TIP, RIGHT_CORNERS
from mien.paint.align import Canvas, canonical, inverse
from mien.train.core.provenance import digest
from mien.train.painter.networks import Box
from mien.train.painter.source import DROP
from mien.train.prepare import Prepared

_NEEDED = (*RIGHT_CORNERS, *LEFT_CORNERS, NOSE_TIP)  # without them nobody knows where the head is
_PAD = 14.0  # pixels of a 256-pixel picture around the key points of eyes and mouth: lashes, corners
_FEWEST = 16


class Footage(Dataset[tuple[Tensor, ...]]):
    """A `Source`: frames of one character, in an order that chance decides by the sample's number.

    folder: as `mien prepare --whole` made it, RGBA, with the numbers of the expression and key points; of these the eye
    corners and the nose at least, the rest is taken to move with the head. split: "train" or "held_out".
    like: take the canvas and windows of this one instead of finding them.
    Raises InputError when the folder holds something else.
    """

    bounded = True

    def __init__(
        self, folder: Path, split: str = "train", seed: int = 1, drop: float = DROP, like: Footage | None = None
    ):
        self.folder = folder
        self._prepared = Prepared(folder, split)
        self.seed, self.drop = seed, drop
        if self._prepared.channels != 4:
            raise InputError(f"{folder}: expected RGBA pictures, got {self._prepared.channels} channel(s)")
        if len(self) < _FEWEST:
            raise InputError(f"{folder}: {split}: expected {_FEWEST} frames or more, got {len(self)}")
        if not set(self._prepared.columns) & set(CHANNELS):
            raise InputError(f"{folder}: expected numbers of the expression, got none; name them with a map")
        self.name = "footage " + digest(folder / "manifest.json")[:16]
        self.manifest = self._prepared.manifest
        self.points = _filled(self._prepared.points, folder)
        self.channels = np.zeros((len(self), len(CHANNELS)), np.float32)
        for place, column in enumerate(self._prepared.columns):
            if column in CHANNELS:
                self.channels[:, CHANNELS.index(column)] = self._prepared.expressions[:, place]
        self.channels = np.clip(self.channels, LOW, HIGH)
        self.emotion = np.asarray(self._prepared.labels[:, : len(FEELINGS)], np.float32)
        self.canvas: Canvas = like.canvas if like is not None else _canvas(self.points, self._prepared.size)
        self.windows: tuple[Box, Box] = like.windows if like is not None else self._windows(folder)

    def __len__(self) -> int:
        return len(self._prepared)

    def frame(self, number: int) -> NDArray[np.float32]:
        """(size, size, 4) frame `number` itself, premultiplied, in 0..255."""
        pixels = self._prepared.pixels(number).astype(np.float32)
        pixels[..., :3] *= pixels[..., 3:] / 255.0
        return pixels

    def expression(self, number: int) -> Expression:
        """What frame `number` shows."""
        return Expression(self.channels[number], np.zeros(NOISE, np.float32), self.emotion[number])

    def _number(self, number: int) -> tuple[int, np.random.Generator]:
        """The frame that sample `number` shows, and its chance."""
        chance = np.random.default_rng((self.seed, number) if number >= 0 else (self.seed, -number, 1))
        return int(chance.integers(len(self))), chance

    def pose(self, number: int) -> tuple[Expression, NDArray[np.float32], NDArray[np.float64]]:
        """As `Source.pose`."""
        frame, _ = self._number(number)
        return self.expression(frame), self.points[frame], self.canvas.place(self.points[frame])

    def __getitem__(self, number: int) -> tuple[Tensor, ...]:
        frame, chance = self._number(number)
        place = self.canvas.place(self.points[frame])
        which = chance.random()
        given = np.array([which >= self.drop, not self.drop <= which < 2 * self.drop], np.float32)
        return (
            torch.from_numpy(self._laid(frame, place)),
            torch.from_numpy(canonical(self.points[frame], place, self.canvas.picture)),
            torch.from_numpy(inverse(place)),
            torch.from_numpy(self.channels[frame].copy()),
            torch.from_numpy(self.emotion[frame].copy()),
            torch.zeros(NOISE),
            torch.from_numpy(given),
        )

    def _laid(self, frame: int, place: NDArray[np.float64]) -> NDArray[np.uint8]:
        """(height, width, 4) the frame on the canvas, clear beyond its edges."""
        onto, extent = self.canvas.onto(place, self.canvas.picture), (self.canvas.width, self.canvas.height)
        laid = cv2.warpAffine(self.frame(frame), onto, extent, flags=cv2.INTER_CUBIC)
        return np.clip(np.rint(laid), 0, 255).astype(np.uint8)

    def reach(self) -> NDArray[np.float32]:
        """The furthest of any frame, for the head of all but the wildest; nobody gives footage noise."""
        shown = np.abs(np.concatenate([self.channels, self.emotion], axis=1))
        most = shown.max(axis=0)
        most[HEAD_SLICE] = np.percentile(shown[:, HEAD_SLICE], 99.5, axis=0)
        return np.concatenate([most, np.zeros(NOISE)]).astype(np.float32)

    def changes(self) -> NDArray[np.float32]:
        """None: what is small in footage lies in the windows."""
        return np.zeros((self.canvas.height, self.canvas.width), np.float32)

    def _windows(self, folder: Path) -> tuple[Box, Box]:
        """Boxes of the eyes and of the mouth on the canvas, wide enough for nearly every frame."""
        lids = [*range(RIGHT_EYE.start, RIGHT_EYE.stop), *range(LEFT_EYE.start, LEFT_EYE.stop)]
        given = ~np.isnan(self._prepared.points).any(axis=(0, 2))
        moved = np.stack([canonical(points, self.canvas.place(points), self.canvas.picture) for points in self.points])
        boxes: list[Box] = []
        for part in (lids, list(range(MOUTH.start, MOUTH.stop))):
            seen = moved[:, [point for point in part if given[point]]]
            if not seen.shape[1]:
                raise InputError(f"{folder}: expected key points of {('eyes', 'mouth')[len(boxes)]}, got none")
            pad = _PAD * self.canvas.picture / 256
            low = np.percentile(seen.min(axis=1), 2, axis=0) - pad
            high = np.percentile(seen.max(axis=1), 98, axis=0) + pad
            extent = np.array([self.canvas.width, self.canvas.height])
            low, high = np.clip(low // 8 * 8, 0, extent), np.clip(-(-high // 8) * 8, 0, extent)
            boxes.append((int(low[0]), int(low[1]), int(high[0]), int(high[1])))
        return boxes[0], boxes[1]


def _filled(points: NDArray[np.float32], folder: Path) -> NDArray[np.float32]:
    """The key points with those that nobody gave in the middle of the steady ones: they move with the head."""
    missing = [point for point in _NEEDED if np.isnan(points[:, point]).any()]
    if missing:
        raise InputError(
            f"{folder}: expected key points {', '.join(map(str, _NEEDED))} (eye corners and nose) in every frame, "
            f"{', '.join(map(str, missing))} are missing; name them with a map"
        )
    steady = points[:, list(STEADY)]
    middle = np.nanmean(steady, axis=1, keepdims=True)
    filled: NDArray[np.float32] = np.where(np.isnan(points), middle, points).astype(np.float32)
    assert filled.shape[1] == POINTS
    return filled


def _canvas(points: NDArray[np.float32], picture: int) -> Canvas:
    """A canvas on which nine pictures of ten lie whole, but for their corners."""
    unmoved = Canvas(picture, picture, picture, (0.0, 0.0))
    edges = np.array([[0.5, 0.0], [1.0, 0.5], [0.5, 1.0], [0.0, 0.5]], np.float32)
    moved = np.stack([canonical(edges, unmoved.place(one), picture) for one in points])
    low = np.percentile(moved.min(axis=1), 10, axis=0)
    high = np.percentile(moved.max(axis=1), 90, axis=0)
    width, height = (16 * int(np.ceil(span / 16)) for span in high - low)
    spare = (np.array([width, height]) - (high - low)) / 2
    return Canvas(picture, width, height, (float(spare[0] - low[0]), float(spare[1] - low[1])))
