"""Where a character's key points lie for an expression: three small layers, in numpy."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load_file

from mien.face import POINTS, WeightsError
from mien.face.channels import HEAD_SLICE


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
        turn = channels[HEAD_SLICE]
        x = np.concatenate([channels, np.sin(turn), np.cos(turn), noise])
        for weight, bias in self._layers[:-1]:
            x = x @ weight + bias
            x = x / (1.0 + np.exp(-np.clip(x, -60.0, 60.0)))
        weight, bias = self._layers[-1]
        points: NDArray[np.float32] = (x @ weight + bias).reshape(POINTS, 2)
        return points
