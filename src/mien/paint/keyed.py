"""The network of a painter of keyed cels, in numpy: how every cel moves and which of its keys show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mien.face import FEELINGS, NOISE, POINTS
from mien.face.channels import CHANNELS, channel

Floats = NDArray[np.float32]

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


@dataclass(frozen=True, slots=True)
class Shape:
    """What the network has to know of a cel. knots: across and down of its field. keys: of those that it weighs."""

    name: str
    knots: tuple[int, int]
    keys: int


class Network:
    """tensors: by name, as `shapes` says; floats of any precision. size: (width, height) of the canvas. cels: all."""

    def __init__(self, tensors: Mapping[str, NDArray[np.generic]], cels: Sequence[Shape], size: tuple[int, int]):
        floats = {name: np.ascontiguousarray(value, np.float32) for name, value in tensors.items()}

        def layer(name: str) -> tuple[Floats, Floats]:
            return floats[f"{name}.weight"], floats[f"{name}.bias"]

        self._embed = [layer(f"embed.{2 * n}") for n in range(LAYERS)]
        self._turn = layer("turn")
        self._size = np.asarray(size, np.float32)
        self._cels = tuple(cels)
        # one product for all cels: small ones cost more to start than to compute
        rows = [layer(f"{cel.name}.gather") for cel in cels] + [layer(f"{cel.name}.weigh") for cel in cels if cel.keys]
        self._rows = np.concatenate([weight for weight, _ in rows]), np.concatenate([bias for _, bias in rows])
        self._fields = [layer(f"{cel.name}.field") for cel in cels]
        self._follows = [
            (floats[f"{cel.name}.follow"], floats[f"{cel.name}.rest"]) if f"{cel.name}.follow" in floats else None
            for cel in cels
        ]
        self._fades = [floats.get(f"{cel.name}.fade") for cel in cels]

    def __call__(self, asked: Condition) -> tuple[list[Floats], list[Floats]]:
        """Of each cel its field, (2, knots down, knots across): how far from its own place, in canvas pixels, each knot
        looks; and (keys,) its keys' weights."""
        with_points, with_expression = asked.given
        flat = ((asked.points / self._size - 0.5) * np.float32(with_points)).ravel()
        channels, emotion = asked.channels, asked.emotion
        if not with_expression:
            weight, bias = self._turn
            channels, emotion = np.zeros_like(channels), np.zeros_like(emotion)
            channels[list(TURNED)] = (weight @ flat + bias) * np.float32(with_points)
        where = asked.place.ravel() * np.array([1.0, 1.0, 0.01, 1.0, 1.0, 0.01], np.float32)
        inputs = np.concatenate([flat, channels, emotion, asked.noise, np.array(asked.given, np.float32), where])
        x = inputs = inputs.astype(np.float32)
        for weight, bias in self._embed:
            x = weight @ x + bias
            x = x / (1.0 + np.exp(-np.clip(x, -60.0, 60.0)))
        x = x / np.sqrt(np.mean(np.square(x)) + np.float32(EVEN))
        found = self._rows[0] @ np.concatenate([x, inputs]) + self._rows[1]
        fields, at = [], 0
        for cel, (weight, bias), follow, fade in zip(
            self._cels, self._fields, self._follows, self._fades, strict=True
        ):  # fmt: skip
            rank, shape = weight.shape[1], (2, cel.knots[1], cel.knots[0])
            moved = (weight @ found[at : at + rank] + bias).reshape(shape)
            at += rank
            if follow is not None and with_points:
                moved = moved - (follow[0] @ (asked.points - follow[1])).T.reshape(shape)
            fields.append(moved if fade is None else moved * fade)
        weights = []
        for cel in self._cels:
            weights.append(np.tanh(found[at : at + cel.keys]))
            at += cel.keys
        return fields, weights
