"""Training pictures without end: the artist draws what chance asks for, each sample decided by its number alone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.utils.data import DataLoader, Dataset

from mien.face import Expression
from mien.face.expression import MARKS
from mien.paint.align import Canvas, canonical, inverse
from mien.paint.drawn import Identity, draw, key_points
from mien.train.poses import sample_expression

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


class Drawn(Dataset[tuple[Tensor, ...]]):
    """Sample number n of a character: drawn on its canonical canvas, with its conditions."""

    def __init__(self, identity: Identity, canvas: Canvas, seed: int, drop: float = DROP):
        self.identity, self.canvas, self.seed, self.drop = identity, canvas, seed, drop

    def pose(self, number: int) -> tuple[Expression, NDArray[np.float32], NDArray[np.float64]]:
        """What sample `number` shows, its (70, 2) key points in picture units and its place on the canvas.

        Numbers below nought name poses beside the training ones.
        """
        return self._posed(self._chance(number))

    def _chance(self, number: int) -> np.random.Generator:
        return np.random.default_rng((self.seed, number) if number >= 0 else (self.seed, -number, 1))

    def _posed(self, chance: np.random.Generator) -> tuple[Expression, NDArray[np.float32], NDArray[np.float64]]:
        expression = sample_expression(chance)
        points = key_points(self.identity, expression).points
        return expression, points, self.canvas.place(points)

    def __getitem__(self, number: int) -> tuple[Tensor, ...]:
        chance = self._chance(number)
        expression, points, place = self._posed(chance)
        picture = draw(self.identity, expression, (self.canvas.width, self.canvas.height), place)
        which = chance.random()
        given = np.array([which >= self.drop, not self.drop <= which < 2 * self.drop], np.float32)
        return (
            torch.from_numpy(picture),
            torch.from_numpy(canonical(points, place, self.canvas.picture)),
            torch.from_numpy(inverse(place)),
            torch.from_numpy(expression.channels.copy()),
            torch.from_numpy(expression.emotion.copy()),
            torch.from_numpy(expression.noise.copy()),
            torch.from_numpy(given),
        )


def mark_map(identity: Identity, canvas: Canvas, seed: int = 0, count: int = 48) -> NDArray[np.float32]:
    """(height, width) 0..1 how likely the drawn marks, all at full strength, change a pixel of the canvas.

    They are small and rare, so an even loss would leave them out; a loss that weighed only the pictures that have
    them would paint their ghosts into the others.
    """
    total = np.zeros((canvas.height, canvas.width), np.float32)
    for number in range(count):
        expression = sample_expression(np.random.default_rng((seed, number)))
        place = canvas.place(key_points(identity, expression).points)
        pictures = []
        for strength in (0.0, 1.0):
            channels = expression.channels.copy()
            channels[-len(MARKS) :] = strength
            pose = Expression(channels, expression.noise, expression.emotion)
            pictures.append(draw(identity, pose, (canvas.width, canvas.height), place).astype(np.int16))
        total += np.abs(pictures[1] - pictures[0]).max(axis=2) > 12
    return (total / count).astype(np.float32)


def batches(data: Drawn, first: int, last: int, size: int, workers: int = 1) -> DataLoader[tuple[Tensor, ...]]:
    """Batches of samples number `first` to `last`, in order; the same numbers give the same batches at any time."""
    return DataLoader(
        data, batch_size=size, sampler=range(first, last), num_workers=workers, drop_last=True,
        prefetch_factor=6 if workers else None,
    )  # fmt: skip


def as_batch(parts: list[Tensor]) -> Batch:
    """What the loader yields, as a `Batch`."""
    target = parts[0].permute(0, 3, 1, 2).float() / 255.0
    return Batch(target, *parts[1:])
