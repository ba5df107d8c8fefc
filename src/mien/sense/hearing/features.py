"""From samples to frames: log-mel bands, loudness, and the samples that pitch is read from; each in pieces of any size.

Sound is mono, `RATE` samples a second; a frame comes every `HOP` samples, its middle at number * HOP.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

RATE = 16_000
HOP = 160
BANDS = 40
_WINDOW, _FFT = 400, 512
_LOW, _HIGH = 60.0, 7_600.0  # Hz, of the bands
_FLOOR = 1e-8  # of a band's power: below lies silence
_MIDDLE, _SPREAD = -4.0, 2.0  # of the logarithms to base ten; ours

REACH = _WINDOW // 2
"""Samples on both sides of a frame's middle that it looks at."""


class Cutter:
    """Cuts sound that comes in pieces into overlapping windows, centred at multiples of HOP; silence is before it."""

    def __init__(self, reach: int):
        self._reach = reach
        self._kept = np.zeros(reach, np.float32)  # from (next frame * HOP - reach) on

    def feed(self, samples: NDArray[np.float32]) -> NDArray[np.float32]:
        """(n, 2 * reach) the windows that became whole."""
        whole = np.concatenate([self._kept, samples])
        count = max(0, (len(whole) - 2 * self._reach) // HOP + 1)
        self._kept = whole[count * HOP :]
        if not count:
            return np.zeros((0, 2 * self._reach), np.float32)
        windows = np.lib.stride_tricks.sliding_window_view(whole, 2 * self._reach)
        return np.asarray(windows[: count * HOP : HOP], np.float32)


def bands(windows: NDArray[np.float32]) -> NDArray[np.float32]:
    """(n, BANDS) log-mel bands of (n, 2 * REACH) windows, about -2 in silence to 2 when loud."""
    level = windows - windows.mean(axis=1, keepdims=True)
    power = np.abs(np.fft.rfft(level * _hann(), _FFT, axis=1)).astype(np.float32) ** 2 / np.float32(_WINDOW)
    return scaled(power @ _mel())


def scaled(power: NDArray[np.floating]) -> NDArray[np.float32]:
    """Bands as the net hears them, of their power."""
    return np.asarray((np.log10(power + _FLOOR) - _MIDDLE) / _SPREAD, np.float32)


def unscaled(heard: NDArray[np.float32]) -> NDArray[np.float32]:
    """The power of bands as the net hears them."""
    return np.asarray(np.maximum(10.0 ** (heard * _SPREAD + _MIDDLE) - _FLOOR, 0.0), np.float32)


def loudness(windows: NDArray[np.float32]) -> NDArray[np.float32]:
    """(n,) decibels of full scale, -100 to 0, by the root of the mean square."""
    level = windows - windows.mean(axis=1, keepdims=True)
    square = np.square(level, dtype=np.float64).mean(axis=1)
    return np.asarray(np.clip(10.0 * np.log10(square + 1e-10), -100.0, 0.0), np.float32)


def decibels(made: NDArray[np.float32]) -> NDArray[np.float64]:
    """The power of `bands` in decibels, in the same shape."""
    return 10.0 * (np.asarray(made, np.float64) * _SPREAD + _MIDDLE)


@cache
def _hann() -> NDArray[np.float32]:
    return np.asarray(np.hanning(_WINDOW + 1)[:-1], np.float32)


def middles() -> NDArray[np.float64]:
    """(BANDS,) Hz in the middle of each band."""
    return _edges()[1:-1]


@cache
def _edges() -> NDArray[np.float64]:
    """(BANDS + 2,) Hz, evenly laid in mel (O'Shaughnessy, "Speech Communication", 1987)."""
    low, high = (2595.0 * np.log10(1.0 + edge / 700.0) for edge in (_LOW, _HIGH))
    laid: NDArray[np.float64] = 700.0 * (10.0 ** (np.linspace(low, high, BANDS + 2) / 2595.0) - 1.0)
    return laid


@cache
def _mel() -> NDArray[np.float32]:
    """(257, BANDS) triangles from edge to edge."""
    edges = _edges()
    bins = np.arange(_FFT // 2 + 1) * RATE / _FFT
    rise = (bins[:, None] - edges[None, :-2]) / (edges[1:-1] - edges[:-2])
    fall = (edges[None, 2:] - bins[:, None]) / (edges[2:] - edges[1:-1])
    return np.maximum(0.0, np.minimum(rise, fall)).astype(np.float32)
