"""Where a painter's training pictures come from: anything that gives sample number n on a canonical canvas."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, cast

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.utils.data import DataLoader, Dataset

from mien.face import Expression
from mien.paint.align import Canvas
from mien.train.core.cores import cores
from mien.train.painter.cels import laid
from mien.train.painter.layers import Beginning, Box, Layer


@dataclass(frozen=True, slots=True)
class Batch:
    """Samples. pictures: of each layer in its box, or, from a source that has them not apart, the whole canvas alone:
    (batch, height, width, 4) premultiplied bytes; the rest as `Generator.forward` takes it."""

    pictures: tuple[Tensor, ...]
    points: Tensor
    place: Tensor
    expression: Tensor
    emotion: Tensor
    noise: Tensor
    given: Tensor


class Source(Protocol):
    """Pictures of one character.

    name: what they are, so that a run is not resumed on others. canvas: where they are laid. windows: boxes of the eyes
    and of the mouth upon it, in multiples of 8 pixels. apart: there is a picture of every layer. detail: pixels of a
    picture in one of the canvas. bounded: nothing is known outside the picture's edges. most: how many samples there
    are, None without end.
    """

    name: str
    canvas: Canvas
    windows: tuple[Box, Box]
    detail: int
    bounded: bool

    @property
    def apart(self) -> bool: ...

    @property
    def most(self) -> int | None: ...

    @property
    def layers(self) -> tuple[Layer, ...]:
        """What the character is drawn in, from back to front."""

    def beginnings(self, detail: int) -> Sequence[Beginning]:
        """Of each layer. detail: pixels of a sheet in one of the canvas."""

    def pose(self, number: int) -> tuple[Expression, NDArray[np.float32], NDArray[np.float64]]:
        """What sample `number` shows, its (70, 2) key points in picture units and its place on the canvas.

        Numbers below zero name poses beside the training ones.
        """

    def reach(self) -> NDArray[np.float32]:
        """(79,) how far from zero the pictures show each number of expression, emotion and noise; 0 for never."""

    def __getitem__(self, number: int) -> tuple[Tensor, ...]:
        """The pictures' bytes in a row, layer by layer; then points, place, channels, emotion, noise as in a
        `Batch`."""


def shapes(data: Source) -> list[tuple[int, int, int]]:
    """(height, width, 4) of the pictures of a sample."""
    extents = [layer.extent for layer in data.layers] if data.apart else [(data.canvas.width, data.canvas.height)]
    return [(height * data.detail, width * data.detail, 4) for width, height in extents]


def batches(data: Source, first: int, last: int, size: int, workers: int = 1) -> DataLoader[tuple[Tensor, ...]]:
    """Batches of samples number `first` to `last`, in order; the same numbers give the same batches at any time."""
    workers = min(workers, cores())
    return DataLoader(
        cast(Dataset[tuple[Tensor, ...]], data), batch_size=size, sampler=range(first, last), num_workers=workers,
        drop_last=False, prefetch_factor=6 if workers else None,
    )  # fmt: skip


def as_batch(
    parts: Sequence[Tensor], given: Tensor, kinds: Sequence[tuple[int, int, int]], where: torch.device | None = None
) -> Batch:  # fmt: skip
    """What the loader yields, as a `Batch`, on the device `where`. given: (batch, 2) what is known of each sample.
    kinds: the pictures' shapes."""
    flat, points, place, expression, emotion, noise = (part.to(where) for part in parts)
    pictures, at = [], 0
    for shape in kinds:
        size = shape[0] * shape[1] * shape[2]
        pictures.append(flat[:, at : at + size].reshape(-1, *shape))
        at += size
    return Batch(tuple(pictures), points, place, expression, emotion, noise, given.to(where))


def whole(batch: Batch, data: Source) -> Tensor:
    """(batch, 4, height, width) the picture of the whole canvas, in 0..1."""
    pictures = [picture.float() / 255.0 for picture in batch.pictures]
    if not data.apart:
        return pictures[0].permute(0, 3, 1, 2)
    size = data.canvas.width, data.canvas.height
    return laid(pictures, data.layers, size, 1.0 / data.detail).permute(0, 3, 1, 2)
