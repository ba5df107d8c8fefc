"""Training pictures without end: the artist draws what chance asks for, each sample decided by its number alone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.utils.data import DataLoader, Dataset

from mien.face import FEELINGS, NOISE, VISEMES, Expression, viseme_shape
from mien.face.expression import CHANNELS, HIGH, LOW, MARKS, MUSCLES, channel
from mien.face.prototypes import feelings_shape
from mien.paint.align import Canvas, canonical, inverse
from mien.paint.drawn import Identity, draw, key_points

TURN = (0.44, 0.27, 0.36)
"""Yaw, pitch, roll in radians that the painter is trained for: 25, 15 and 20 degrees, each way."""

DROP = 0.05
"""Share of samples in which the key points, and as often in which the expression, are withheld."""

_PAIRS = [(channel(name), channel(name[:-4] + "Right")) for name in MUSCLES if name.endswith("Left") and name[:-4] + "Right" in MUSCLES]  # fmt: skip  # noqa: E501
_HEAD = channel("yaw")
_MARKS = channel(MARKS[0])


def sample_expression(chance: np.random.Generator) -> Expression:
    """A pose as shows make them: mostly feelings, speech and blinks, and often enough anything at all."""
    shape = np.zeros(len(CHANNELS), np.float32)
    emotion = np.zeros(len(FEELINGS), np.float32)
    kind = chance.random()
    if kind < 0.6:
        for _ in range(1 if chance.random() < 0.7 else 2):
            emotion[chance.integers(len(FEELINGS))] = chance.uniform(0.1, 1.0)
        shape = feelings_shape(emotion)
        active = shape != 0
        shape[active] += chance.normal(0.0, 0.05, int(active.sum())).astype(np.float32)
    elif kind < 0.85:
        on = chance.random(len(MUSCLES)) < 0.28
        shape[: len(MUSCLES)] = on * chance.random(len(MUSCLES)) ** 1.2
        for left, right in _PAIRS:
            if chance.random() < 0.7:
                shape[right] = shape[left]
    if kind < 0.6 or kind >= 0.85:
        if chance.random() < 0.55:
            first, second = (viseme_shape(str(chance.choice(VISEMES))) for _ in range(2))
            blend = chance.random()
            speech = chance.uniform(0.2, 1.0) * (blend * first + (1 - blend) * second)
            shape = (shape * np.where(speech > 0, chance.uniform(0.3, 1.0), 1.0) + speech).astype(np.float32)
        if chance.random() < 0.35:
            lid = chance.random() if chance.random() < 0.6 else 1.0
            for name in ("eyeBlinkLeft", "eyeBlinkRight"):
                at = channel(name)
                shape[at] = max(shape[at], lid * (1.0 if chance.random() < 0.9 else chance.random()))
    marks = chance.random(len(MARKS)) < 0.22
    shape[_MARKS:] = np.maximum(shape[_MARKS:], marks * chance.random(len(MARKS)) ** 0.7)
    wide = chance.random() < 0.35
    for place, limit in enumerate(TURN):
        turn = chance.uniform(-limit, limit) if wide else chance.normal(0.0, 0.3 * limit)
        shape[_HEAD + place] = np.clip(shape[_HEAD + place] + turn, -limit, limit)
    shape[_HEAD + 3] += chance.normal(0.0, 0.16)
    shape[_HEAD + 4] += chance.normal(0.0, 0.13)
    noise = np.clip(chance.standard_normal(NOISE), -2.5, 2.5).astype(np.float32)
    return Expression(np.clip(shape, LOW, HIGH), noise, emotion)


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

    def __getitem__(self, number: int) -> tuple[Tensor, ...]:
        chance = np.random.default_rng((self.seed, number))
        expression = sample_expression(chance)
        points = key_points(self.identity, expression).points
        place = self.canvas.place(points)
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
            channels[_MARKS:] = strength
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
