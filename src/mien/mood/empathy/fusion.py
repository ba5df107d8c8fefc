"""Text, voice and face at once: what was sensed on several ways becomes one feeling.

Source of weighing each sense by its reliability: Ernst & Banks, "Humans integrate visual and haptic information in a
statistically optimal fashion", 2002. The reliabilities are chosen, not measured.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from mien.face import Emotion

Source = Literal["text", "voice", "face"]
SOURCES: Final[tuple[str, ...]] = get_args(Source)

_RELIABLE = {"text": 1.0, "voice": 0.7, "face": 0.8}
_HALF_LIFE = {"text": 3.0, "voice": 1.5, "face": 0.6}
"""Seconds after which what was sensed weighs half: a face tells of now, a sentence of a while."""

_SECOND = 0.6
"""The second feeling of a disagreement is kept at this share: a blend that reads as two, not as a blur."""


@dataclass(frozen=True, slots=True)
class Sensed:
    """One sense's answer at t, in seconds. confidence in [0, 1]; the emotion as it was understood."""

    t: float
    source: Source
    emotion: Emotion
    confidence: float

    def __post_init__(self) -> None:
        if self.source not in SOURCES:
            raise ValueError(f"Sensed.source: expected one of {', '.join(SOURCES)}, got {self.source!r}")
        if not 0.0 <= self.confidence <= 1.0:
            raise ValueError(f"Sensed.confidence: expected 0..1, got {self.confidence!r}")


def fuse(now: float, sensed: Sequence[Sensed]) -> tuple[Emotion, float]:
    """The feeling at `now`, in seconds, and its confidence in [0, 1].

    The newest of each source counts, by reliability x confidence x age. The feeling never exceeds the strongest that
    was sensed. Nothing sensed, or only in the future: neutral, 0.
    """
    newest: dict[str, Sensed] = {}
    for one in sensed:
        if one.t <= now and (one.source not in newest or _rank(one) > _rank(newest[one.source])):
            newest[one.source] = one
    if not newest:
        return Emotion(), 0.0
    parts = [newest[name] for name in SOURCES if name in newest]
    fresh = np.array([0.5 ** ((now - one.t) / _HALF_LIFE[one.source]) for one in parts])
    weight = np.array([_RELIABLE[one.source] * one.confidence for one in parts]) * fresh
    total = float(weight.sum())
    if total < 1e-9:
        return Emotion(), 0.0
    readings = np.stack([one.emotion.vector().astype(np.float64) for one in parts])
    share = weight / total
    mean = share @ readings
    # Who agrees with the mean counts for more; who stands alone with little weight is not averaged in as a haze.
    lead = _led(mean, readings)
    sure = 1.0 - float(np.prod(1.0 - np.minimum(1.0, weight)))
    return Emotion.from_vector(lead * min(1.0, sure / 0.35)), sure * _agreement(share, readings)


def _rank(one: Sensed) -> tuple[float, ...]:
    """Later is newer; of two at once the surer counts, whatever their order."""
    return (one.t, one.confidence, *one.emotion.vector().tolist())


def _led(mean: NDArray[np.float64], readings: NDArray[np.float64]) -> NDArray[np.float64]:
    """(8,) the mean, its strongest feeling raised towards what was sensed of it, the others kept below."""
    top = float(mean.max())
    if top <= 0.0:
        return mean
    near = (mean / top) ** 4  # 1 for the leader, continuous where two are about to change places
    most = readings.max(axis=0)
    # raised only as far as it has weight behind it: else a sense hardly trusted, or long past, would lead in full
    backed = mean / np.maximum(most, 1e-9)
    raised = mean + near * 0.6 * backed * (most - mean)
    led: NDArray[np.float64] = near * raised + (1.0 - near) * np.minimum(raised, _SECOND * float(raised.max()))
    return led


def _agreement(share: NDArray[np.float64], readings: NDArray[np.float64]) -> float:
    """In [0.5, 1]: how much those who speak say the same, by the cosine of their feelings."""
    calm = np.concatenate([readings, np.maximum(0.0, 1.0 - readings.max(axis=1, keepdims=True))], axis=1)
    size = np.linalg.norm(calm, axis=1)
    cosine = (calm @ calm.T) / np.outer(size, size)
    return 0.5 + 0.5 * float(share @ cosine @ share)
