"""From sound that comes in pieces to what was heard in each hundredth of a second."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mien.face.oculus import OCULUS
from mien.sense.hearing import pitch as yin
from mien.sense.hearing.features import HOP, RATE, REACH, Cutter, bands, loudness
from mien.sense.hearing.names import TO_FORM, TO_SHAPES, TO_VRM, VRM
from mien.sense.hearing.nets import AFTER, BEFORE, WEIGHTS, Ear
from mien.sense.hearing.rates import Resampler

RATES = range(8_000, 192_001)
"""Samples a second that can be heard."""

LOOKAHEAD = (AFTER * HOP + REACH) / RATE
"""Seconds of sound after a moment that must have come before it is told: .0725."""

_PIECE = RATE
"""Samples that are worked on at once: an hour that comes in one chunk must not fill the memory."""


def _quiet() -> NDArray[np.float32]:
    """(40,) the bands of silence."""
    quiet: NDArray[np.float32] = bands(np.zeros((1, 2 * REACH), np.float32))[0]
    return quiet


@dataclass(frozen=True, slots=True, eq=False)
class Moment:
    """What was heard around one moment.

    t: seconds after the sound's first sample. visemes: (15,) chances in the order of `OCULUS`, which add up to 1.
    opening: of the mouth, 0 closed to 1 wide. speech: the chance that somebody speaks. loudness: decibels of full
    scale, -100 to 0. pitch: Hz, 0 where no voice sounds. bands: (40,) as of `features.bands`, from which all but the
    pitch was heard.
    """

    t: float
    visemes: NDArray[np.float32]
    opening: float
    speech: float
    loudness: float
    pitch: float
    bands: NDArray[np.float32] = field(default_factory=_quiet, repr=False)

    @property
    def viseme(self) -> str:
        """The name of the likeliest viseme."""
        return OCULUS[int(self.visemes.argmax())]

    @property
    def shapes(self) -> NDArray[np.float32]:
        """(9,) how much of each of `mien.face.prototypes.VISEMES` shows."""
        return np.asarray(self.visemes @ TO_SHAPES, np.float32)

    @property
    def vrm(self) -> dict[str, float]:
        """The five mouths of VRM."""
        return dict(zip(VRM, (self.visemes @ TO_VRM).tolist(), strict=True))

    @property
    def live2d(self) -> dict[str, float]:
        """Live2D's ParamMouthOpenY, 0..1, and ParamMouthForm, -1 rounded to 1 spread."""
        return {"ParamMouthOpenY": self.opening, "ParamMouthForm": float(self.visemes @ TO_FORM)}


class Hearer:
    """Hears one sound. The moments are the same, however it is cut into chunks.

    Raises WeightsError when the net cannot be loaded.
    """

    def __init__(self, weights: Path = WEIGHTS):
        self._weights = weights
        self._begin()

    def _begin(self) -> None:
        self._ear = Ear(self._weights)
        self._resampler, self._rate = Resampler(RATE, RATE), RATE
        self._near, self._wide = Cutter(REACH), Cutter(yin.REACH)
        self._bands = np.repeat(_quiet()[None], BEFORE, axis=0)
        self._loudness: deque[float] = deque()
        self._pitch: deque[float] = deque()
        self._told = self._heard = 0  # moments told; samples heard

    def hear(self, chunk: ArrayLike, rate: int) -> list[Moment]:
        """The moments that this chunk completes: those up to LOOKAHEAD before its end.

        chunk: (n,) samples in [-1, 1], mono, any n; what lies outside is clipped, what is not finite is silence. rate:
        samples a second, in RATES; it may change from chunk to chunk. Raises ValueError on another shape or rate.
        """
        samples = np.asarray(chunk, np.float32)
        if samples.ndim != 1:
            raise ValueError(f"Hearer.hear: chunk: expected (n,) samples of one channel, got shape {samples.shape}")
        if rate not in RATES:
            raise ValueError(f"Hearer.hear: rate: expected {RATES.start}..{RATES.stop - 1}, got {rate!r}")
        samples = np.clip(np.nan_to_num(samples, nan=0.0, posinf=0.0, neginf=0.0), -1.0, 1.0)
        moments: list[Moment] = []
        if rate != self._rate:
            moments += self._feed(self._resampler.close())
            self._resampler, self._rate = Resampler(rate, RATE), rate
        for start in range(0, len(samples), _PIECE):
            moments += self._feed(self._resampler.feed(samples[start : start + _PIECE]))
        return moments

    def close(self) -> list[Moment]:
        """The moments that still waited: the sound has ended, silence follows. The next chunk begins another sound."""
        moments = self._feed(self._resampler.close())
        waiting = -(-self._heard // HOP) - self._told  # moments whose middle lies within the sound
        moments += self._feed(np.zeros((AFTER + 4) * HOP, np.float32))[:waiting]
        self._begin()
        return moments

    def _feed(self, samples: NDArray[np.float32]) -> list[Moment]:
        """The moments that samples at RATE complete."""
        self._heard += len(samples)
        near, wide = self._near.feed(samples), self._wide.feed(samples)
        self._loudness.extend(loudness(near).tolist())
        self._pitch.extend(yin.pitch(wide).tolist())
        self._bands = np.concatenate([self._bands, bands(near)]) if len(near) else self._bands
        count = len(self._bands) - BEFORE - AFTER
        if count <= 0:
            return []
        visemes, others = self._ear(self._bands)
        heard, self._bands = self._bands[BEFORE : BEFORE + count], self._bands[count:]
        heard.flags.writeable = False
        made = []
        for row, sound, (opening, speech) in zip(visemes, heard, others.tolist(), strict=True):
            row.flags.writeable = False
            t = self._told * HOP / RATE
            made.append(Moment(t, row, opening, speech, self._loudness.popleft(), self._pitch.popleft(), sound))
            self._told += 1
        return made
