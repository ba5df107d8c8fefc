"""Prepared pictures as a critic meets them: which ones come at a step is decided by seed and step alone."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from mien.face import CLASSES, InputError
from mien.face.landmarks import MIRROR_POINTS
from mien.train.gan.recipe import Task
from mien.train.prepare import Prepared

_HELD = 2_000_000_000
"""Bytes of pictures that are kept in memory; larger sets are read as they are asked for."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a generator is asked for. wishes: (batch, 9 + columns) class shares, then the expression's numbers.
    points: (batch, points, 2) in units of the picture, (batch, 0, 2) where there are none."""

    wishes: Tensor
    points: Tensor

    def part(self, rows: slice) -> Asked:
        """Some rows of it."""
        return Asked(self.wishes[rows], self.points[rows])


class Pictures:
    """One split of a prepared set, for networks.

    folder: as `mien prepare` made it. split: "train" or "held_out". pointed: key points are asked for where the set has
    them. Pictures with a clear ground are premultiplied.
    Raises InputError when the folder is none, damaged, or holds no picture in this split.
    """

    def __init__(self, folder: Path, split: str = "train", pointed: bool = True):
        self._prepared = Prepared(folder, split)
        if len(self._prepared) == 0:
            raise InputError(f"{folder}: {split}: expected pictures, got none; prepare it with more, or another share")
        known = ~np.isnan(self._prepared.points).any(axis=(1, 2))
        points = self._prepared.points.shape[1] if pointed and known.all() else 0
        self.manifest = self._prepared.manifest
        self.labels = self._prepared.labels
        self.expressions = self._prepared.expressions
        self.points = self._prepared.points[:, :points]
        self.task = Task(self._prepared.size, self._prepared.channels, self._prepared.columns, points)
        weights = np.maximum(self._prepared.weights.astype(np.float64), 0.0)
        self._ladder = np.cumsum(weights) / weights.sum()
        self._cache: NDArray[np.uint8] | None = None
        if len(self) * self.task.size**2 * self.task.channels <= _HELD:
            self._cache = np.stack([self._prepared.pixels(number) for number in range(len(self))])

    def __len__(self) -> int:
        return len(self._prepared)

    def pixels(self, numbers: NDArray[np.int64]) -> Tensor:
        """(n, channels, size, size) in 0..1 of these pictures."""
        if self._cache is not None:
            found = self._cache[numbers]
        else:
            found = np.stack([self._prepared.pixels(int(number)) for number in numbers])
        pixels = torch.from_numpy(found).permute(0, 3, 1, 2).float() / 255.0
        if self.task.channels == 4:
            pixels[:, :3] *= pixels[:, 3:]
        return pixels

    def asked(self, numbers: NDArray[np.int64]) -> Asked:
        """What these pictures show, as something to ask for."""
        wishes = np.concatenate([self.labels[numbers], self.expressions[numbers]], axis=1)
        return Asked(torch.from_numpy(wishes.astype(np.float32)), torch.from_numpy(self.points[numbers].copy()))

    def numbers(self, seed: int, step: int, count: int) -> NDArray[np.int64]:
        """The pictures of a step, by their weights, so that rare feelings come as often as the set's maker wished."""
        places = np.random.default_rng((seed, step)).random(count)
        return np.minimum(np.searchsorted(self._ladder, places), len(self) - 1).astype(np.int64)

    def counts(self) -> dict[str, int]:
        """How many pictures mostly show each class."""
        return {name: len(self.of_class(name)) for name in CLASSES}

    def usual_points(self) -> dict[str, NDArray[np.float32]]:
        """Key points to ask for where nobody gives any: the mean of each class' pictures, within the picture.

        (points, 2) by class' name; of a class without pictures, the mean of all. Empty where no points are asked for.
        """
        if not self.task.points:
            return {}
        means = {name: self.points[numbers].mean(axis=0) for name in CLASSES if len(numbers := self.of_class(name))}
        every = self.points.mean(axis=0)
        return {name: np.clip(means.get(name, every), 0.0, 1.0).astype(np.float32) for name in CLASSES}

    def of_class(self, name: str) -> NDArray[np.int64]:
        """The pictures that mostly show this feeling."""
        return np.flatnonzero(self.labels.argmax(axis=1) == CLASSES.index(name)).astype(np.int64)


def mirrored(pictures: Tensor, points: Tensor, which: Tensor) -> tuple[Tensor, Tensor]:
    """Pictures and key points with left and right exchanged where `which`, (batch,), is true."""
    flipped = torch.where(which[:, None, None, None], pictures.flip(3), pictures)
    if not points.shape[1]:
        return flipped, points
    order = list(MIRROR_POINTS[: points.shape[1]]) if points.shape[1] in (68, 70) else list(range(points.shape[1]))
    other = points[:, order] * points.new_tensor([-1.0, 1.0]) + points.new_tensor([1.0, 0.0])
    return flipped, torch.where(which[:, None, None], other, points)
