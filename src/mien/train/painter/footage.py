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
from mien.face.landmarks import LEFT_BROW, LEFT_CORNERS, NOSE_TIP, RIGHT_BROW, RIGHT_CORNERS
from mien.paint.align import Canvas, canonical, inverse
from mien.train.core.provenance import digest
from mien.train.painter.cels import rubber
from mien.train.painter.layers import REACH, Beginning, Box, Layer, footage_layers
from mien.train.prepare import Prepared

_NEEDED = (*RIGHT_CORNERS, *LEFT_CORNERS, NOSE_TIP)  # without them nobody knows where the head is
_PAD = 20.0  # pixels of a 256-pixel picture around the key points of eyes and mouth: lashes, corners
_FEWEST = 16
_SHOWN = 256  # frames of which the mean picture is made
_STRIDE, _TRIES = 4, 5  # pixels from one place whose movement is computed to the next; steps to what lies there
_GRAIN = 0.02  # of full strength: sheets that were all alike would stay so


class Footage(Dataset[tuple[Tensor, ...]]):
    """A `Source`: frames of one character, sample number n being frame n.

    folder: as `mien prepare --whole` made it, RGBA, with the numbers of the expression and key points; of these the eye
    corners and the nose at least, the rest is taken to move with the head. split: "train" or "held_out".
    like: take the canvas and windows of this one instead of finding them.
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
        """As `Source.layers`: nobody says what footage is drawn in, so all cels begin as the same faint mean picture.

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

    def _begin(self) -> list[Beginning]:
        """How each cel begins, those that bend with a picture of the face brought to rest: it is found once, for a run
        that is taken up again."""
        frames = range(0, len(self), max(1, len(self) // _SHOWN))
        laid = [self._laid(frame, self.canvas.place(self.points[frame])) for frame in frames]
        moved = [canonical(self.points[frame], self.canvas.place(self.points[frame]), self.canvas.picture)
                 for frame in frames]  # fmt: skip
        rest: NDArray[np.float32] = np.asarray(np.mean(moved, axis=0), np.float32)
        still = Rest(rest, (self.canvas.width, self.canvas.height), REACH * self.canvas.picture / 256)
        sheets = {
            bends: torch.from_numpy(np.mean(pictures, axis=0, dtype=np.float32) / np.float32(255.0))
            for bends, pictures in (
                (False, laid), (True, [still.of(one, at) for one, at in zip(laid, moved, strict=True)]),
            )
        }  # fmt: skip
        chance = torch.Generator().manual_seed(self.seed)
        found = []
        for layer in self.layers:
            left, top, right, bottom = layer.box
            sheet = layer.start.faint * sheets[layer.start.bends][top:bottom, left:right]
            sheet = sheet + _GRAIN * torch.randn(sheet.shape, generator=chance)
            found.append(Beginning(sheet, torch.zeros(0, *sheet.shape), torch.from_numpy(rest)))
        return found

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
            torch.from_numpy(self._laid(frame, place).ravel()),
            torch.from_numpy(canonical(self.points[frame], place, self.canvas.picture)),
            torch.from_numpy(inverse(place)),
            torch.from_numpy(self.channels[frame].copy()),
            torch.from_numpy(self.emotion[frame].copy()),
            torch.zeros(NOISE),
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

    def _windows(self, folder: Path) -> tuple[Box, Box]:
        """Boxes of the eyes with their brows, and of the mouth on the canvas, wide enough for nearly every frame."""
        around = (RIGHT_BROW, LEFT_BROW, RIGHT_EYE, LEFT_EYE)  # brows that are raised lie high above the eyes
        eyes = [point for part in around for point in range(part.start, part.stop)]
        given = ~np.isnan(self._prepared.points).any(axis=(0, 2))
        moved = np.stack([canonical(points, self.canvas.place(points), self.canvas.picture) for points in self.points])
        boxes: list[Box] = []
        for part in (eyes, list(range(MOUTH.start, MOUTH.stop))):
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


class Rest:
    """Pictures of a moving face as if it rested.

    rest: (70, 2) where its key points lie then, in pixels. extent: width and height of the pictures. near: as `rubber`
    takes it.
    """

    def __init__(self, rest: NDArray[np.float32], extent: tuple[int, int], near: float):
        self._rest = rest
        width, height = extent
        self._here = np.stack(np.meshgrid(np.arange(width), np.arange(height)), axis=2).astype(np.float32)
        at = torch.from_numpy(self._here[::_STRIDE, ::_STRIDE].reshape(-1, 2).copy())
        self._shape = -(-height // _STRIDE), -(-width // _STRIDE)
        self._take = rubber(at, torch.from_numpy(rest), near).numpy()

    def of(self, picture: NDArray[np.uint8], points: NDArray[np.float32]) -> NDArray[np.uint8]:
        """The picture with its key points brought to rest."""
        height, width = self._here.shape[:2]
        coarse = (self._take @ (points - self._rest)).reshape(*self._shape, 2).astype(np.float32)
        extent = self._shape[1] * _STRIDE, self._shape[0] * _STRIDE
        away = cv2.resize(coarse, extent, interpolation=cv2.INTER_CUBIC)[:height, :width]
        looks = self._here
        for _ in range(_TRIES):  # what is at rest here lies where its own movement has brought it
            looks = self._here + cv2.remap(
                away, looks[..., 0], looks[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
            )
        return np.asarray(cv2.remap(picture, looks[..., 0], looks[..., 1], cv2.INTER_CUBIC), np.uint8)


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
