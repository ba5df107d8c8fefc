"""Where a character's key points lie for an expression: three small layers, in numpy."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load_file

from mien.face import POINTS, WeightsError
from mien.face.channels import CHANNELS, HEAD_SLICE


class LandmarkNet:
    """The trained map from expression and noise to 70 key points. path: a safetensors file.

    Raises WeightsError when the file is damaged or holds other layers.
    """

    def __init__(self, path: Path):
        try:
            tensors = load_file(path)
        except (SafetensorError, OSError) as error:
            raise WeightsError(f"{path}: not a whole safetensors file ({error}); reinstall mien") from error
        numbers = sorted({int(key.split(".")[1]) for key in tensors if key.startswith("layers.")})
        self._layers = [
            (
                tensors[f"layers.{n}.weight"].astype(np.float32).T,
                tensors[f"layers.{n}.bias"].astype(np.float32),
            )
            for n in numbers
        ]
        if not self._layers or self._layers[-1][1].shape != (2 * POINTS,):
            raise WeightsError(f"{path}: expected layers that end in {2 * POINTS} numbers, got {sorted(tensors)}")

    def points(self, channels: NDArray[np.float32], noise: NDArray[np.float32]) -> NDArray[np.float32]:
        """(70, 2) picture units for (63,) channels and (8,) noise."""
        x: NDArray[np.floating] = self._inputs(channels, noise)
        for weight, bias in self._layers[:-1]:
            x = x @ weight + bias
            x = x / (1.0 + np.exp(-np.clip(x, -60.0, 60.0)))
        return self._placed(x)

    def slopes(
        self, channels: NDArray[np.float32], noise: NDArray[np.float32], points: Sequence[int]
    ) -> tuple[NDArray[np.float32], NDArray[np.float64]]:
        """(70, 2) all points, and how these few move with each channel: (2 x how many, 63), of each x, then y."""
        x: NDArray[np.floating] = self._inputs(channels, noise)
        bends = []
        for weight, bias in self._layers[:-1]:
            x = x @ weight + bias
            gate = 1.0 / (1.0 + np.exp(-np.clip(x, -60.0, 60.0)))
            bends.append(gate * (1.0 + x * (1.0 - gate)))
            x = x * gate
        rows = [2 * point + axis for point in points for axis in (0, 1)]
        back: NDArray[np.floating] = self._layers[-1][0][:, rows].T
        for (weight, _), bend in zip(self._layers[-2::-1], bends[::-1], strict=True):
            back = (back * bend) @ weight.T
        slopes = back[:, : len(CHANNELS)].astype(np.float64)
        turn = channels[HEAD_SLICE]
        sines, cosines = (back[:, len(CHANNELS) + n : len(CHANNELS) + n + len(turn)] for n in (0, len(turn)))
        slopes[:, HEAD_SLICE] += sines * np.cos(turn) - cosines * np.sin(turn)
        return self._placed(x), slopes

    def _inputs(self, channels: NDArray[np.float32], noise: NDArray[np.float32]) -> NDArray[np.float32]:
        turn = channels[HEAD_SLICE]
        return np.concatenate([channels, np.sin(turn), np.cos(turn), noise])

    def _placed(self, x: NDArray[np.floating]) -> NDArray[np.float32]:
        weight, bias = self._layers[-1]
        return np.asarray(x @ weight + bias, np.float32).reshape(POINTS, 2)
