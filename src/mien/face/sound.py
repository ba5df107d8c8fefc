"""Sound beside the frames."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

RATES = range(8_000, 192_001)
"""Samples a second that a sound may have."""


@dataclass(frozen=True, slots=True, eq=False)
class Sound:
    """A piece of sound. t: when its first sample is heard, in seconds on the show's clock. rate: samples a second.

    samples: (n,) float32 mono in [-1, 1], read-only; what lies outside is clipped. Raises ValueError on another shape,
    a number that is not finite, or a rate outside RATES.
    """

    t: float
    samples: NDArray[np.floating]
    rate: int

    def __post_init__(self) -> None:
        samples = np.clip(np.array(self.samples, np.float32), -1.0, 1.0)
        if samples.ndim != 1 or not np.isfinite(samples).all():
            raise ValueError(f"Sound.samples: expected (n,) finite numbers, got shape {samples.shape}")
        if self.rate not in RATES:
            raise ValueError(f"Sound.rate: expected {RATES.start}..{RATES.stop - 1}, got {self.rate!r}")
        if not np.isfinite(self.t):
            raise ValueError(f"Sound.t: expected a finite number of seconds, got {self.t!r}")
        samples.flags.writeable = False
        object.__setattr__(self, "samples", samples)

    @property
    def seconds(self) -> float:
        """How long it lasts."""
        return len(self.samples) / self.rate
