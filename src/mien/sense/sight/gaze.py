"""Gaze as the eight muscles that turn the eyes, and back."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mien.face.channels import GAZE_LIMIT, channel

_RIGHTWARDS = [channel("eyeLookOutLeft"), channel("eyeLookInRight")]
_LEFTWARDS = [channel("eyeLookInLeft"), channel("eyeLookOutRight")]
_UP = [channel("eyeLookUpLeft"), channel("eyeLookUpRight")]
_DOWN = [channel("eyeLookDownLeft"), channel("eyeLookDownRight")]


def gaze_of(channels: NDArray[np.float32]) -> NDArray[np.float32]:
    """(2,) radians, x to the picture's right and y up, of (63,) channels' eyeLook muscles; weight 1 is 0.6 radians."""
    x = channels[_RIGHTWARDS].mean() - channels[_LEFTWARDS].mean()
    y = channels[_UP].mean() - channels[_DOWN].mean()
    return np.asarray(GAZE_LIMIT * np.clip([x, y], -1.0, 1.0), np.float32)


def with_gaze(channels: NDArray[np.float32], gaze: NDArray[np.float32]) -> NDArray[np.float32]:
    """A copy of (63,) channels whose eyeLook muscles say where (2,) `gaze` looks."""
    x, y = np.clip(gaze / GAZE_LIMIT, -1.0, 1.0)
    told = channels.copy()
    told[_RIGHTWARDS], told[_LEFTWARDS] = max(x, 0.0), max(-x, 0.0)
    told[_UP], told[_DOWN] = max(y, 0.0), max(-y, 0.0)
    return told
