"""The sound of a film: pieces laid where their times say, silence between them, its end where the picture ends."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

import av
import numpy as np
from av.audio.resampler import AudioResampler
from av.audio.stream import AudioStream
from av.container import OutputContainer
from numpy.typing import NDArray

from mien.face import Sound

RATE = 48_000
"""Samples a second in every film."""

LATE = 0.5
"""Seconds that a piece may come after the picture that it belongs to: in a live show sound is heard as it happens."""

_JOINT = RATE // 100
"""Samples by which two pieces may miss each other and still be one sound: what a clock or a resampler rounds."""


class Soundtrack:
    """One mono track of a container that is being written.

    codec: "aac" or "libopus". Pieces come in the order of their time; what overlaps the one before is cut.
    """

    def __init__(self, container: OutputContainer, codec: str) -> None:
        stream = container.add_stream(codec, rate=RATE)
        assert isinstance(stream, AudioStream)
        stream.codec_context.layout = "mono"
        self._stream = stream
        self._resamplers: dict[int, AudioResampler] = {}
        self._waiting: list[Sound] = []  # heard before the first picture
        self._pieces: list[NDArray[np.float32]] = []
        self._laid = self._written = 0  # samples that are laid out, and those that have been encoded
        self.start: float | None = None
        """The time of the first picture, in seconds: sample 0 is there."""

    def hear(self, sound: Sound) -> None:
        """Lay out one piece."""
        if self.start is None:
            self._waiting.append(sound)
            return
        place = round((sound.t - self.start) * RATE)
        samples = self._resampled(sound)
        if place > self._laid + _JOINT:
            self._lay(np.zeros(place - self._laid, np.float32))
        self._lay(samples[max(0, self._laid - place) if self._laid > place + _JOINT else 0 :])

    def until(self, seconds: float) -> Iterator[av.Packet[AudioStream]]:
        """The packets of everything before this time after the first picture; silence where nothing was heard."""
        for sound in self._waiting if self.start is not None else ():
            self.hear(sound)
        self._waiting = [] if self.start is not None else self._waiting
        wanted = round(seconds * RATE) - self._written
        if wanted <= 0:
            return
        if self._laid - self._written < wanted:
            self._lay(np.zeros(wanted - (self._laid - self._written), np.float32))
        whole = np.concatenate(self._pieces)
        self._pieces = [whole[wanted:]]
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(whole[None, :wanted]), format="fltp", layout="mono")
        frame.sample_rate = RATE
        frame.pts, frame.time_base = self._written, Fraction(1, RATE)
        self._written += wanted
        yield from self._stream.encode(frame)

    def end(self) -> list[av.Packet[AudioStream]]:
        """What the encoder still holds."""
        return self._stream.encode(None)

    def _lay(self, samples: NDArray[np.float32]) -> None:
        self._pieces.append(samples)
        self._laid += len(samples)

    def _resampled(self, sound: Sound) -> NDArray[np.float32]:
        """The samples of a piece at RATE; a resampler a rate goes on from piece to piece."""
        if sound.rate == RATE:
            return sound.samples
        resampler = self._resamplers.setdefault(sound.rate, AudioResampler("fltp", "mono", RATE))
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(sound.samples[None]), format="fltp", layout="mono")
        frame.sample_rate = sound.rate
        made = [piece.to_ndarray()[0] for piece in resampler.resample(frame)]
        return np.concatenate(made).astype(np.float32) if made else np.zeros(0, np.float32)
