"""How high a voice is: YIN (de Cheveigné & Kawahara, "YIN, a fundamental frequency estimator for speech and music",
Journal of the Acoustical Society of America 111, 2002), its difference function by Fourier transforms."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mien.sense.hearing.features import RATE

LOWEST, HIGHEST = 60.0, 600.0
"""Hz that can be found."""

_FIRST, _LAST = int(RATE / HIGHEST), int(RATE / LOWEST)
_WINDOW = 400  # samples that are compared with themselves later
REACH = (_WINDOW + _LAST + 2) // 2
"""Samples on both sides of a frame's middle that it looks at."""

_CLEAR = 0.25  # of the normalised difference: below it a voice is periodic; the paper has .1, rough voices need more
_QUIET = 1e-5  # mean square below which nothing is heard
_FFT = 1024


def pitch(windows: NDArray[np.float32]) -> NDArray[np.float32]:
    """(n,) Hz for (n, 2 * REACH) windows; 0 where there is no clear pitch."""
    if not len(windows):
        return np.zeros(0, np.float32)
    sound = windows.astype(np.float64) - windows.mean(axis=1, keepdims=True)
    energy = np.concatenate([np.zeros((len(sound), 1)), np.cumsum(sound**2, axis=1)], axis=1)
    lags = np.arange(_LAST + 2)
    head = np.fft.rfft(sound[:, :_WINDOW], _FFT, axis=1)
    both = np.fft.irfft(np.fft.rfft(sound, _FFT, axis=1) * np.conj(head), _FFT, axis=1)[:, : _LAST + 2]
    difference = energy[:, [_WINDOW]] + (energy[:, _WINDOW + lags] - energy[:, lags]) - 2.0 * both
    sums = np.cumsum(difference[:, 1:], axis=1)
    normal = np.ones_like(difference)
    normal[:, 1:] = difference[:, 1:] * lags[1:] / np.maximum(sums, 1e-12)
    inner = normal[:, _FIRST : _LAST + 1]
    dips = (inner <= normal[:, _FIRST - 1 : _LAST]) & (inner < normal[:, _FIRST + 1 : _LAST + 2]) & (inner < _CLEAR)
    clear = dips.any(axis=1) & (energy[:, -1] / sound.shape[1] > _QUIET)
    at = dips.argmax(axis=1) + _FIRST
    row = np.arange(len(sound))
    left, middle, right = (normal[row, at + step] for step in (-1, 0, 1))
    bend = left - 2.0 * middle + right
    shift = np.where(np.abs(bend) > 1e-12, 0.5 * (left - right) / np.where(np.abs(bend) > 1e-12, bend, 1.0), 0.0)
    return np.where(clear, RATE / (at + np.clip(shift, -0.5, 0.5)), 0.0).astype(np.float32)
