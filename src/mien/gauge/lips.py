"""How soon the lips follow a microphone, and how well: from a sound to the painted frame that shows it.

The sound is espeak-ng's, whose phonemes say which mouth is right when. It comes as a microphone's does, ten
milliseconds at once, to a session of its own threads, inbox, mood and painter, whose clock counts the time of the CPU
for hearing and painting, and no time in which other programs run: what a machine does that does nothing else.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from threading import Event
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mien.face import NEUTRAL, Spoke, Viseme
from mien.face.channels import channel
from mien.gauge.delay import spread
from mien.mood import Temper, begin, express, step
from mien.paint import Painter
from mien.sense.hearing import Hearer, Moment
from mien.show import Metronome, Session
from mien.sources import Caught
from mien.voice import open_voice, shapes

LINES = (
    ("zh", "妈妈买了一本很好看的书，我们一起看吧。"), ("zh", "外面下着大雨，可是他还是没有带伞。"),
    ("ja", "まあ、こんばんは。おげんきでしたか？"), ("ja", "みんなであそびにいこうとおもっています。"),
    ("en", "My mum bought a map of the moon for my birthday."), ("en", "The weather is fine, shall we go for a walk?"),
)  # fmt: skip

_PIECE = 0.01  # seconds
_BEFORE, _AFTER = 0.5, 0.5  # seconds of silence around what is said
_LAGS = np.arange(0.04, 0.2001, 0.005)  # seconds that are tried
_STILL = Temper(sway=0.0, micro=0.0, roam=0.0, nod=0.0, stir=0.0, blink_every=60.0)
_JAW = channel("jawOpen")
_MOVED = 1e-3  # by how much a channel differs when the face has answered


def sound_to_lips(painter: Painter, fps: float = 60.0, count: int = 12, seed: int = 0) -> dict[str, Any]:
    """p50, p95 and p99 in milliseconds from the first sound of a line to the first painted frame that it changed; and
    the lag at which the painted jaw fits the right one best, with its correlation there (medians over the lines).

    Raises DeviceError where espeak-ng is not installed.
    """
    chance = np.random.default_rng(seed)
    said = [_said(language, text) for language, text in LINES]
    took, lags, fits = [], [], []
    for number in range(count):
        line = said[number % len(said)]
        first, lag, fit = _measured(painter, fps, *line, float(chance.uniform(0.0, 1.0 / fps)), seed + number)
        took.append(first)
        lags.append(lag)
        fits.append(fit)
    return {
        **spread(took), "sounds": count, "fps": fps,
        "lag": round(float(np.median(lags)) * 1e3, 1), "r": round(float(np.median(fits)), 3),
    }  # fmt: skip


Said = tuple[NDArray[np.float32], int, tuple[Viseme, ...]]


def _said(language: str, text: str) -> Said:
    """(n,) samples with silence around them, their rate, and the right mouth shapes."""
    chunks = list(open_voice("espeak-ng").speak(text, language, NEUTRAL, Event()))
    rate = chunks[0].rate
    before, after = (np.zeros(round(seconds * rate), np.float32) for seconds in (_BEFORE, _AFTER))
    samples = np.concatenate([before, *(chunk.samples for chunk in chunks), after])
    made = shapes(one for chunk in chunks for one in chunk.timed)
    return samples, rate, tuple(Viseme(one.start + _BEFORE, one.seconds, one.name, one.weight) for one in made)


class _Timed:
    """Hears, and notes what it costs; of a piece without samples it says that all before it has been heard."""

    def __init__(self) -> None:
        self._hearer, self.heard = Hearer(), Event()
        self.cost = 0.0
        """Seconds of the CPU that the last piece took."""

    def hear(self, chunk: NDArray[np.float32], rate: int) -> list[Moment]:
        if not len(chunk):
            self.heard.set()
            return []
        begun = time.thread_time()
        moments = self._hearer.hear(chunk, rate)
        self.cost = time.thread_time() - begun
        return moments


class _Microphone:
    """A clock that gives a session the sound that was heard by each tick. late: seconds by which it begins late."""

    skipped = 0

    def __init__(self, fps: float, samples: NDArray[np.float32], rate: int, late: float) -> None:
        self._fps, self._samples, self._rate, self._late = fps, samples, rate, late
        self._hearer = _Timed()
        self.session = Session()
        self.ticked = self.now()

    def now(self) -> float:
        return time.thread_time()

    def ticks(self) -> Iterator[float]:
        size, at = round(_PIECE * self._rate), 0
        for tick in range(round(len(self._samples) / self._rate * self._fps)):
            wall = tick / self._fps
            while (at + size) / self._rate + self._late + self._hearer.cost <= wall:
                self._put(self._samples[at : at + size])
                at += size
            self._hearer.heard.clear()
            self._put(self._samples[:0])
            self._hearer.heard.wait()
            self.ticked = self.now()
            yield (tick + 1) / self._fps

    def _put(self, samples: NDArray[np.float32]) -> None:
        self.session.put(Caught("microphone", samples, self._rate))

    def playing(self, painter: Painter, seed: int) -> Session:
        """The session."""
        self.session = Session(painter, self, temper=_STILL, seed=seed, hearing=lambda: self._hearer)
        return self.session


def _measured(
    painter: Painter, fps: float, samples: NDArray[np.float32], rate: int, mouth: tuple[Viseme, ...], late: float,
    seed: int,
) -> tuple[float, float, float]:  # fmt: skip
    """Seconds to the first frame that a line changed, the lag at which its jaw fits best, and how well it fits."""
    clock = _Microphone(fps, samples, rate, late)
    seen, channels = [], []
    for tick, shot in enumerate(clock.playing(painter, seed).shots()):
        seen.append(tick / fps + clock.now() - clock.ticked)
        channels.append(shot.expression.channels)
    quiet = Session(clock=Metronome(fps, (len(seen) + 1) / fps), temper=_STILL, seed=seed)
    still = [shot.expression.channels for shot in quiet.shots()][1:]
    moved = np.abs(np.stack(channels) - np.stack(still)[: len(channels)]).max(axis=1) > _MOVED
    times = np.arange(_BEFORE, len(samples) / rate - _AFTER, 0.01)
    right, jaws = _right(mouth, times), np.array([one[_JAW] for one in channels])
    fits = [
        float(np.corrcoef(right, jaws[np.maximum(np.searchsorted(seen, times + late + lag) - 1, 0)])[0, 1])
        for lag in _LAGS
    ]
    return seen[int(moved.argmax())] - late - mouth[0].start, float(_LAGS[int(np.argmax(fits))]), max(fits)


def _right(mouth: tuple[Viseme, ...], times: NDArray[np.float64]) -> NDArray[np.float64]:
    """(n,) the jaw at these times, as it is where all is known before."""
    mood, jaws = step(begin(_STILL), [Spoke(0.0, mouth)], 0.0), []
    for t in times:
        mood = step(mood, (), float(t))
        jaws.append(float(express(mood).channels[_JAW]))
    return np.array(jaws)
