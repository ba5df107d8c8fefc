"""Chance that replays: every number is a function of a seed, a purpose and a count, never of what was drawn
before.

Source of the mixing function: Steele, Lea & Flood, "Fast splittable pseudorandom number generators", 2014.
"""

from __future__ import annotations

from math import log, pi

import numpy as np
from numpy.typing import NDArray

_MASK = (1 << 64) - 1
_STEP, _PURPOSE, _COUNT = 0x9E3779B97F4A7C15, 0xD1B54A32D192ED03, 0x8CB92BA72F3D8DD7
_MIX1, _MIX2 = 0xBF58476D1CE4E5B9, 0x94D049BB133111EB

BLINK, LIDS, GAZE, GESTURE, WEATHER, SPEECH, NUANCE = range(7)
"""Purposes: each part of the mood draws from a stream of its own."""


def _start(seed: int, purpose: int, count: int) -> int:
    return (seed * _STEP + purpose * _PURPOSE + count * _COUNT + _STEP) & _MASK


def uniform(seed: int, purpose: int, count: int) -> float:
    """A number in [0, 1)."""
    value = _start(seed, purpose, count)
    value = (value ^ (value >> 30)) * _MIX1 & _MASK
    value = (value ^ (value >> 27)) * _MIX2 & _MASK
    return float((value ^ (value >> 31)) >> 11) * 2.0**-53


def between(low: float, high: float, seed: int, purpose: int, count: int) -> float:
    """A number in [low, high)."""
    return low + (high - low) * uniform(seed, purpose, count)


def waiting(seed: int, purpose: int, count: int) -> float:
    """An exponential waiting time of mean 1, cut at 4: nobody waits for ever."""
    return min(4.0, -log(1.0 - uniform(seed, purpose, count)))


def normals(seed: int, purpose: int, count: int, size: int) -> NDArray[np.float64]:
    """(size,) independent standard normal numbers (Box & Muller, 1958)."""
    one: NDArray[np.float64] = _normals(np.array([_start(seed, purpose, count)], np.uint64), size)[0]
    return one


def normals_each(
    seeds: NDArray[np.uint64], purpose: int, counts: NDArray[np.uint64], size: int
) -> NDArray[np.float64]:  # fmt: skip
    """(n, size) the `normals` of several. seeds, counts: (n,), modulo 2 to the 64."""
    fixed = np.uint64((purpose * _PURPOSE + _STEP) & _MASK)
    return _normals(seeds * np.uint64(_STEP) + counts * np.uint64(_COUNT) + fixed, size)


def _normals(starts: NDArray[np.uint64], size: int) -> NDArray[np.float64]:
    pairs = (size + 1) // 2
    value = starts[:, None] ^ (np.arange(1, 2 * pairs + 1, dtype=np.uint64) * np.uint64(_STEP))
    value = (value ^ (value >> np.uint64(30))) * np.uint64(_MIX1)
    value = (value ^ (value >> np.uint64(27))) * np.uint64(_MIX2)
    unit = ((value ^ (value >> np.uint64(31))) >> np.uint64(11)).astype(np.float64) * 2.0**-53
    radius = np.sqrt(-2.0 * np.log(1.0 - unit[:, :pairs]))
    angle = 2.0 * pi * unit[:, pairs:]
    return np.concatenate([radius * np.cos(angle), radius * np.sin(angle)], axis=1)[:, :size]
