"""Training pictures without end: the artist draws what chance asks for, each sample decided by its number alone."""

from __future__ import annotations

import math

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.utils.data import Dataset

from mien.face import FEELINGS, NOISE, REST, Expression
from mien.face.channels import HEAD_SLICE, HIGH, MARK_SLICE
from mien.paint.align import canonical, canvas_for, inverse
from mien.paint.drawn import Identity, draw, key_points
from mien.train.core.poses import NOISE_MOST, TURN, sample_expression
from mien.train.painter.networks import Box
from mien.train.painter.source import DROP

_WINDOWS = ((92, 104, 212, 176), (120, 168, 184, 224))
"""Where the eyes and the mouth lie on a drawn character's canvas of 304 by 288 pixels."""


class Drawn(Dataset[tuple[Tensor, ...]]):
    """A `Source`: sample number n of a drawn character, on its canonical canvas, with its conditions.

    picture: pixels a side of the picture that the canvas holds.
    """

    bounded = False

    def __init__(self, identity: Identity, picture: int, seed: int, drop: float = DROP):
        self.identity, self.seed, self.drop = identity, seed, drop
        self.name = f"drawn {identity}"
        self.canvas = canvas_for(key_points(identity, REST).points, picture)
        eyes, mouth = (_eighths(box, picture / 256) for box in _WINDOWS)
        self.windows: tuple[Box, Box] = (eyes, mouth)

    def pose(self, number: int) -> tuple[Expression, NDArray[np.float32], NDArray[np.float64]]:
        """As `Source.pose`."""
        return self._posed(self._chance(number))

    def _chance(self, number: int) -> np.random.Generator:
        return np.random.default_rng((self.seed, number) if number >= 0 else (self.seed, -number, 1))

    def _posed(self, chance: np.random.Generator) -> tuple[Expression, NDArray[np.float32], NDArray[np.float64]]:
        """An expression drawn by chance, its key points and its place on the canvas."""
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

    def reach(self) -> NDArray[np.float32]:
        """As far as poses are drawn by chance."""
        most = HIGH.copy()
        most[HEAD_SLICE] = TURN
        return np.concatenate([most, np.ones(len(FEELINGS)), np.full(NOISE, NOISE_MOST)]).astype(np.float32)

    def changes(self, count: int = 48) -> NDArray[np.float32]:
        """(height, width) 0..1 how likely the drawn marks, all at full strength, change a pixel of the canvas.

        They are small and rare, so an even loss would leave them out; a loss that weighed only the pictures that have
        them would paint their ghosts into the others.
        """
        extent = (self.canvas.width, self.canvas.height)
        total = np.zeros(extent[::-1], np.float32)
        for number in range(count):
            expression = sample_expression(np.random.default_rng((self.seed, number)))
            place = self.canvas.place(key_points(self.identity, expression).points)
            pictures = []
            for strength in (0.0, 1.0):
                channels = expression.channels.copy()
                channels[MARK_SLICE] = strength
                pose = Expression(channels, expression.noise, expression.emotion)
                pictures.append(draw(self.identity, pose, extent, place).astype(np.int16))
            total += np.abs(pictures[1] - pictures[0]).max(axis=2) > 12
        return (total / count).astype(np.float32)


def _eighths(box: Box, unit: float) -> Box:
    """The box times `unit`, out to multiples of 8."""
    left, top, right, bottom = (edge * unit / 8 for edge in box)
    return 8 * math.floor(left), 8 * math.floor(top), 8 * math.ceil(right), 8 * math.ceil(bottom)
