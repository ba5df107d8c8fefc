"""Sound brought to another rate, by FFmpeg's resampler."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from av import AudioFrame, AudioResampler


class Resampler:
    """Brings sound that comes in pieces from one rate to another; goes on from piece to piece. Both in samples a
    second."""

    def __init__(self, rate: int, wanted: int):
        self._rate = rate
        self._inner: AudioResampler | None = None
        if rate != wanted:
            from av import AudioResampler

            self._inner = AudioResampler("flt", "mono", wanted)

    def feed(self, samples: NDArray[np.float32]) -> NDArray[np.float32]:
        """(m,) what follows from (n,) further samples; the last thousandth of a second waits for what comes next."""
        if self._inner is None or not len(samples):
            return samples
        from av import AudioFrame

        frame = AudioFrame.from_ndarray(np.ascontiguousarray(samples[None]), format="flt", layout="mono")
        frame.sample_rate = self._rate
        return self._joined(frame)

    def close(self) -> NDArray[np.float32]:
        """(m,) what waited."""
        return np.zeros(0, np.float32) if self._inner is None else self._joined(None)

    def _joined(self, frame: AudioFrame | None) -> NDArray[np.float32]:
        assert self._inner is not None
        made = [piece.to_ndarray().reshape(-1) for piece in self._inner.resample(frame)]
        return np.concatenate(made).astype(np.float32) if made else np.zeros(0, np.float32)


def resampled(samples: NDArray[np.float32], rate: int, wanted: int) -> NDArray[np.float32]:
    """(m,) a whole sound at another rate."""
    resampler = Resampler(rate, wanted)
    return np.concatenate([resampler.feed(samples), resampler.close()])
