"""The condition of a painter of keyed cels, as its network is given it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mien.face import FEELINGS, NOISE, POINTS
from mien.face.channels import CHANNELS, channel

Floats = NDArray[np.float32]
Tensors = Mapping[str, Floats]
"""A network's, by name, as docs/bundle.md has them."""

TURNED = (channel("yaw"), channel("pitch"))
"""Channels that are estimated from the key points where the expression is withheld."""

INPUTS = 2 * POINTS + len(CHANNELS) + len(FEELINGS) + NOISE + 2 + 6
"""Numbers of the condition: points, expression, emotion, noise, what is given, the place."""

LAYERS = 3

EVEN = 1e-4
"""Added to the mean square of what the layers make, before they are brought to a mean square of 1."""


@dataclass(frozen=True, slots=True)
class Condition:
    """What a picture is asked to show. points: (70, 2) canvas pixels. place: (2, 3) from canvas to picture pixels.

    channels: (63,), emotion: (8,), noise: (8,). given: whether the points, and whether the expression, are known.
    """

    points: Floats
    place: Floats
    channels: Floats
    emotion: Floats
    noise: Floats
    given: tuple[bool, bool]

    def inputs(self, tensors: Tensors, size: tuple[int, int]) -> Floats:
        """(INPUTS,) what the network's layers are given. tensors: its. size: (width, height) of the canvas."""
        with_points, with_expression = self.given
        middle = tensors.get("middle", np.float32(0.5))
        flat = ((self.points / np.asarray(size, np.float32) - middle) * np.float32(with_points)).ravel()
        channels, emotion = self.channels, self.emotion
        if not with_expression:
            channels, emotion = np.zeros_like(channels), np.zeros_like(emotion)
            turn = tensors["turn.weight"] @ flat + tensors["turn.bias"]
            channels[list(TURNED)] = turn * np.float32(with_points)
        where = self.place.ravel() * np.array([1.0, 1.0, 0.01, 1.0, 1.0, 0.01], np.float32)
        told = np.array(self.given, np.float32)
        raw = np.concatenate([flat, channels, emotion, self.noise, told, where]).astype(np.float32)
        return np.asarray(raw * tensors.get("steep", np.float32(1.0)), np.float32)
