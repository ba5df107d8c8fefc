"""Where a painter's training pictures come from: anything that gives sample number n on a canonical canvas."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, cast

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.utils.data import DataLoader, Dataset

from mien.face import Expression
from mien.paint.align import Canvas
from mien.train.painter.networks import Box

DROP = 0.05
"""Share of samples in which the key points, and as often in which the expression, are withheld."""


@dataclass(frozen=True, slots=True)
class Batch:
    """target: (batch, 4, height, width) in 0..1, premultiplied, canonical; the rest as `Generator.forward` takes it."""

    target: Tensor
    points: Tensor
    place: Tensor
    expression: Tensor
    emotion: Tensor
    noise: Tensor
    given: Tensor


class Source(Protocol):
    """Pictures of one character.

    name: what they are, so that a run is not resumed on others. canvas: where they are laid. windows: boxes of the eyes
    and of the mouth upon it, in multiples of 8 pixels. bounded: nothing is known outside the picture's edges.
    """

    name: str
    canvas: Canvas
    windows: tuple[Box, Box]
    bounded: bool

    def pose(self, number: int) -> tuple[Expression, NDArray[np.float32], NDArray[np.float64]]:
        """What sample `number` shows, its (70, 2) key points in picture units and its place on the canvas.

        Numbers below zero name poses beside the training ones.
        """

    def changes(self) -> NDArray[np.float32]:
        """(height, width) 0..1 how much small things that an even loss would leave out change a pixel."""

    def reach(self) -> NDArray[np.float32]:
        """(79,) how far from zero the pictures show each number of expression, emotion and noise; 0 for never."""

    def __getitem__(self, number: int) -> tuple[Tensor, ...]: ...


def batches(
    data: Source, first: int, last: int, size: int, workers: int = 1, rows: slice | None = None
) -> DataLoader[tuple[Tensor, ...]]:  # fmt: skip
    """Batches of samples number `first` to `last`, in order; the same numbers give the same batches at any time.

    rows: of every batch, where several processes share it.
    """
    mine = range(size)[rows or slice(size)]
    numbers = [start + row for start in range(first, last - size + 1, size) for row in mine]
    return DataLoader(
        cast(Dataset[tuple[Tensor, ...]], data), batch_size=len(mine), sampler=numbers, num_workers=workers,
        drop_last=True, prefetch_factor=6 if workers else None,
    )  # fmt: skip


def as_batch(parts: list[Tensor], where: torch.device | None = None) -> Batch:
    """What the loader yields, as a `Batch`, on the device `where`."""
    target, *rest = (part.to(where) for part in parts)
    return Batch(target.permute(0, 3, 1, 2).float() / 255.0, *rest)
