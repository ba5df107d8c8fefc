"""How soon the lips follow a microphone, and how well: from a sound to the painted frame that shows it.

The sound is espeak-ng's, whose phonemes say which mouth is right when. It comes as a microphone's does, ten
milliseconds at once, in real time.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mien.face import NEUTRAL, Spoke, Viseme
from mien.face.channels import channel
from mien.gauge.delay import Pair, spread
from mien.mood import Temper, begin, express, step
from mien.paint import Painter
from mien.show import Session, Ticker
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


def sound_to_lips(painter: Painter, fps: float = 60.0, count: int = 24, seed: int = 0) -> dict[str, Any]:
    """p50, p95 and p99 in milliseconds from the first sound of a line to the first painted frame that it changed; and
    for whole lines the lag at which the painted jaw fits the right one best, with its correlation there.

    Raises DeviceError where espeak-ng is not installed.
    """
    said = [_said(language, text) for language, text in LINES]
    took = [_first(painter, fps, *said[number % len(said)], seed + number) for number in range(count)]
    fits = np.array([_fits(painter, fps, *one, seed) for one in said])
    mean = fits.mean(axis=0)
    best = int(mean.argmax())
    return {
        **spread(took), "sounds": count, "fps": fps,
        "lag": round(float(_LAGS[best]) * 1e3), "r": round(float(mean[best]), 3), "lines": len(said),
    }  # fmt: skip


Said = tuple[NDArray[np.float32], int, tuple[Viseme, ...]]


def _said(language: str, text: str) -> Said:
    """(n,) samples with silence around them, their rate, and the right mouth shapes."""
    chunks = list(open_voice("espeak-ng").speak(text, language, NEUTRAL, Event()))
    rate = chunks[0].rate
    silences = (np.zeros(round(seconds * rate), np.float32) for seconds in (_BEFORE, _AFTER))
    samples = np.concatenate([next(silences), *(chunk.samples for chunk in chunks), next(silences)])
    made = shapes(one for chunk in chunks for one in chunk.timed)
    return samples, rate, tuple(Viseme(one.start + _BEFORE, one.seconds, one.name, one.weight) for one in made)


@contextmanager
def _playing(session: Session, samples: NDArray[np.float32], rate: int) -> Iterator[float]:
    """The sound comes to the session in real time; gives when its first sample sounded, on perf_counter."""
    done, size = Event(), round(_PIECE * rate)
    begun = time.perf_counter()

    def play() -> None:
        for start in range(0, len(samples) - size + 1, size):
            if done.wait(max(0.0, begun + (start + size) / rate - time.perf_counter())):
                return
            session.put(Caught("microphone", samples[start : start + size], rate))

    thread = Thread(target=play, name="mien bench")
    thread.start()
    try:
        yield begun
    finally:
        done.set()
        thread.join()


def _first(
    painter: Painter, fps: float, samples: NDArray[np.float32], rate: int, mouth: tuple[Viseme, ...], seed: int
) -> float:
    """Seconds from the first sound of a line to the first painted frame that it changed."""
    pair = Pair(painter, fps, seed)
    with _playing(pair.moved, samples, rate) as begun:
        return pair.until_they_differ() - begun - mouth[0].start


def _fits(
    painter: Painter, fps: float, samples: NDArray[np.float32], rate: int, mouth: tuple[Viseme, ...], seed: int
) -> NDArray[np.float64]:
    """(lags,) correlation of the painted jaw, at each lag, with the jaw that is right."""
    session = Session(painter, Ticker(fps, len(samples) / rate), temper=_STILL, seed=seed)
    seen, jaws = [], []
    with _playing(session, samples, rate) as begun:
        for shot in session.shots():
            seen.append(time.perf_counter() - begun)
            jaws.append(float(shot.expression.channels[_JAW]))
    times = np.arange(_BEFORE, len(samples) / rate - _AFTER, 0.01)
    right = _right(mouth, times)
    shown = [np.array(jaws)[np.maximum(np.searchsorted(seen, times + lag) - 1, 0)] for lag in _LAGS]
    return np.array([np.corrcoef(right, one)[0, 1] for one in shown])


def _right(mouth: tuple[Viseme, ...], times: NDArray[np.float64]) -> NDArray[np.float64]:
    """(n,) the jaw at these times, as it is where all is known before."""
    mood, jaws = step(begin(_STILL), [Spoke(0.0, mouth)], 0.0), []
    for t in times:
        mood = step(mood, (), float(t))
        jaws.append(float(express(mood).channels[_JAW]))
    return np.array(jaws)
