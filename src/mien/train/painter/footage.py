"""A painter's training pictures from footage of a character: prepared frames with their expression and key points."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load_file
from torch import Tensor
from torch.utils.data import Dataset

from mien.face import FEELINGS, LEFT_EYE, MOUTH, NOISE, POINTS, RIGHT_EYE, STEADY, Expression, InputError
from mien.face.channels import CHANNELS, HEAD_SLICE, HIGH, LOW
from mien.face.landmarks import LEFT_BROW, LEFT_CORNERS, NOSE_TIP, RIGHT_BROW, RIGHT_CORNERS
from mien.files import plain_file
from mien.paint.align import Canvas, canonical, inverse
from mien.train.core.provenance import digest
from mien.train.painter.layers import REACH, Beginning, Box, Layer, footage_layers
from mien.train.painter.parted import parted
from mien.train.painter.rest import laid
from mien.train.prepare import Prepared

_NEEDED = (*RIGHT_CORNERS, *LEFT_CORNERS, NOSE_TIP)  # without them nobody knows where the head is
_PAD = 20.0  # pixels of a 256-pixel picture around the key points of eyes and mouth: lashes, corners
_FEWEST = 16
_SHOWN = 96  # frames of which the first pictures are made
_GRAIN = 0.004  # of full strength: sheets that were all alike would stay so


REFINED = "refined.safetensors"
"""Beside a data set's own files: better key points of its frames."""


class Footage(Dataset[tuple[Tensor, ...]]):
    """A `Source`: frames of one character, sample number n being frame n.

    folder: as `mien prepare --whole` made it, RGBA, with the numbers of the expression and key points; of these the eye
    corners and the nose at least, the rest is taken to move with the head. split: "train" or "held_out".
    like: take the canvas and windows of this one instead of finding them. Where the folder holds `REFINED`, as `refine`
    writes it, its key points are taken.
    Raises InputError when the folder holds something else.
    """

    apart, bounded = False, True
    detail = 1

    def __init__(self, folder: Path, split: str = "train", seed: int = 1, like: Footage | None = None):
        self.folder = folder
        self._prepared = Prepared(folder, split)
        self.seed = seed
        if self._prepared.channels != 4:
            raise InputError(f"{folder}: expected RGBA pictures, got {self._prepared.channels} channel(s)")
        if len(self) < _FEWEST:
            raise InputError(f"{folder}: {split}: expected {_FEWEST} frames or more, got {len(self)}")
        if not set(self._prepared.columns) & set(CHANNELS):
            raise InputError(f"{folder}: expected numbers of the expression, got none; name them with a map")
        self.manifest = self._prepared.manifest
        refined = folder / REFINED
        self.name = "footage " + digest(folder / "manifest.json")[:16]
        self.name += " " + digest(refined)[:16] if refined.exists() else ""
        self.seen = refined.exists()
        points = _refined(refined, split, len(self)) if self.seen else self._prepared.points
        self.given: NDArray[np.bool_] = np.asarray(~np.isnan(points).any(axis=(0, 2)))
        self.points = _filled(points, folder)
        self.channels = np.zeros((len(self), len(CHANNELS)), np.float32)
        for place, column in enumerate(self._prepared.columns):
            if column in CHANNELS:
                self.channels[:, CHANNELS.index(column)] = self._prepared.expressions[:, place]
        self.channels = np.clip(self.channels, LOW, HIGH)
        self.emotion = np.asarray(self._prepared.labels[:, : len(FEELINGS)], np.float32)
        self.canvas: Canvas = like.canvas if like is not None else canvas_of(self.points, self._prepared.size)
        self.windows: tuple[Box, Box] = like.windows if like is not None else self._windows(folder)
        self._begun: list[Beginning] = []

    def __len__(self) -> int:
        return len(self._prepared)

    def frame(self, number: int) -> NDArray[np.float32]:
        """(size, size, 4) frame `number` itself, premultiplied, in 0..255."""
        pixels = self._prepared.pixels(number).astype(np.float32)
        pixels[..., :3] *= pixels[..., 3:] / 255.0
        return pixels

    def named(self, number: int) -> str:
        """Where frame `number` came from."""
        return self._prepared[number].name

    def expression(self, number: int) -> Expression:
        """What frame `number` shows."""
        return Expression(self.channels[number], np.zeros(NOISE, np.float32), self.emotion[number])

    @property
    def most(self) -> int:
        """As `Source.most`."""
        return len(self)

    @property
    def layers(self) -> tuple[Layer, ...]:
        """As `Source.layers`: nobody says what footage is drawn in, so the ground begins as what stands still, and all
        others as the same faint mean of the head.

        They come apart in training, because each is moved by a field of its own: at first the face's bend with all key
        points, and the others move as if they lay at another depth of the turning head.
        """
        return footage_layers((self.canvas.width, self.canvas.height), self.windows, self.canvas.picture / 256)

    def beginnings(self, detail: int) -> list[Beginning]:
        """As `Source.beginnings`; frames are no finer than they are."""
        assert detail == self.detail
        if not self._begun:
            self._begun = self._begin()
        return self._begun

    def rest(self) -> NDArray[np.float32]:
        """(70, 2) where the key points lie in the mean, in canvas pixels; NaN for those that nobody gave."""
        at = [canonical(one, self.canvas.place(one), self.canvas.picture) for one in self.points]
        return np.where(self.given[:, None], np.mean(at, axis=0), np.nan).astype(np.float32)

    def _begin(self) -> list[Beginning]:
        """How each cel begins, as `parted` finds it: once, for a run that is taken up again."""
        frames = range(0, len(self), max(1, len(self) // _SHOWN))
        places = [self.canvas.place(self.points[frame]) for frame in frames]
        moved = [
            canonical(self.points[frame], place, self.canvas.picture)
            for frame, place in zip(frames, places, strict=True)
        ]
        shown = [self.frame(frame) for frame in frames]
        found = parted(self.canvas, shown, moved, places, REACH * self.canvas.picture / 256)
        chance = torch.Generator().manual_seed(self.seed)
        begun = []
        for layer in self.layers:
            left, top, right, bottom = layer.box
            whole = torch.from_numpy(found.ground if layer.start.ground else found.head)
            sheet = layer.start.faint * whole[top:bottom, left:right]
            sheet = sheet + _GRAIN * torch.randn(sheet.shape, generator=chance)
            begun.append(Beginning(sheet, torch.zeros(0, *sheet.shape), torch.from_numpy(found.rest)))
        return begun

    def pose(self, number: int) -> tuple[Expression, NDArray[np.float32], NDArray[np.float64]]:
        """As `Source.pose`."""
        frame = self._frame(number)
        return self.expression(frame), self.points[frame], self.canvas.place(self.points[frame])

    def _frame(self, number: int) -> int:
        if number >= 0:
            return number
        return int(np.random.default_rng((self.seed, -number, 1)).integers(len(self)))

    def __getitem__(self, number: int) -> tuple[Tensor, ...]:
        frame = self._frame(number)
        place = self.canvas.place(self.points[frame])
        return (
            torch.from_numpy(laid(self.canvas, self.frame(frame), place).ravel()),
            torch.from_numpy(canonical(self.points[frame], place, self.canvas.picture)),
            torch.from_numpy(inverse(place)),
            torch.from_numpy(self.channels[frame].copy()),
            torch.from_numpy(self.emotion[frame].copy()),
            torch.zeros(NOISE),
        )

    def reach(self) -> NDArray[np.float32]:
        """The furthest of any frame, for the head of all but the wildest; nobody gives footage noise."""
        shown = np.abs(np.concatenate([self.channels, self.emotion], axis=1))
        most = shown.max(axis=0)
        most[HEAD_SLICE] = np.percentile(shown[:, HEAD_SLICE], 99.5, axis=0)
        return np.concatenate([most, np.zeros(NOISE)]).astype(np.float32)

    def _windows(self, folder: Path) -> tuple[Box, Box]:
        """Boxes of the eyes with their brows, and of the mouth on the canvas, wide enough for nearly every frame."""
        around = (RIGHT_BROW, LEFT_BROW, RIGHT_EYE, LEFT_EYE)  # brows that are raised lie high above the eyes
        eyes = [point for part in around for point in range(part.start, part.stop)]
        moved = np.stack([canonical(points, self.canvas.place(points), self.canvas.picture) for points in self.points])
        boxes: list[Box] = []
        for part in (eyes, list(range(MOUTH.start, MOUTH.stop))):
            seen = moved[:, [point for point in part if self.given[point]]]
            if not seen.shape[1]:
                raise InputError(f"{folder}: expected key points of {('eyes', 'mouth')[len(boxes)]}, got none")
            pad = _PAD * self.canvas.picture / 256
            low = np.percentile(seen.min(axis=1), 2, axis=0) - pad
            high = np.percentile(seen.max(axis=1), 98, axis=0) + pad
            extent = np.array([self.canvas.width, self.canvas.height])
            low, high = np.clip(low // 8 * 8, 0, extent), np.clip(-(-high // 8) * 8, 0, extent)
            boxes.append((int(low[0]), int(low[1]), int(high[0]), int(high[1])))
        return boxes[0], boxes[1]


def _refined(path: Path, split: str, count: int) -> NDArray[np.float32]:
    """(count, 70, 2) the key points of a split as `refine` left them. Raises InputError when the file is damaged."""
    try:
        points: NDArray[np.float32] = load_file(plain_file(path))[split]
        if points.shape != (count, POINTS, 2) or points.dtype != np.float32 or not np.isfinite(points).all():
            raise ValueError(f"expected {count} times {POINTS} finite points, got {points.dtype} {points.shape}")
    except (OSError, SafetensorError, KeyError, ValueError, InputError) as error:
        raise InputError(f"{path}: no key points of {split} ({error}); delete it, and they are found again") from error
    return points


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


def canvas_of(points: NDArray[np.float32], picture: int) -> Canvas:
    """A canvas on which nine pictures of ten lie whole, but for their corners. points: (n, 70, 2) picture units."""
    unmoved = Canvas(picture, picture, picture, (0.0, 0.0))
    edges = np.array([[0.5, 0.0], [1.0, 0.5], [0.5, 1.0], [0.0, 0.5]], np.float32)
    moved = np.stack([canonical(edges, unmoved.place(one), picture) for one in points])
    low = np.percentile(moved.min(axis=1), 10, axis=0)
    high = np.percentile(moved.max(axis=1), 90, axis=0)
    width, height = (16 * int(np.ceil(span / 16)) for span in high - low)
    spare = (np.array([width, height]) - (high - low)) / 2
    return Canvas(picture, width, height, (float(spare[0] - low[0]), float(spare[1] - low[1])))
