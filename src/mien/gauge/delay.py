"""How soon the face answers: a live show beside an equal one that hears nothing, until the two differ."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from mien.face import NEUTRAL, Emotion, Felt
from mien.paint import Painter
from mien.sense import Reads
from mien.show import Session, Ticker

LINES = (
    "今天终于通关了！！", "好难过啊……", "气死我了", "哇！真的吗？！", "太可怕了", "好恶心",
    "别看我，好害羞", "晚安，好好休息",
    "I finally did it!!", "that makes me so sad", "草www", "怖い…", "恥ずかしい", "えっ！？マジで？",
)  # fmt: skip

_MOVED = 1e-3
"""By how much a channel differs when the face has answered."""


class _Echo:
    """A clock that says another's times."""

    def __init__(self) -> None:
        self.t = self.ticked = 0.0
        self.skipped = 0

    def now(self) -> float:
        return self.t

    def ticks(self) -> Iterator[float]:
        while True:
            yield self.t


class Pair:
    """Two equal shows in step, one of which may hear more than the other."""

    def __init__(self, painter: Painter, fps: float, seed: int) -> None:
        self._echo = _Echo()
        self.moved = Session(painter, Ticker(fps), seed=seed)
        self.still = Session(clock=self._echo, seed=seed)

    def until_they_differ(self) -> float:
        """Play on until the face of the one that hears more has changed; the machine's time then, its frame painted."""
        quiet = self.still.shots()
        for shot in self.moved.shots():
            self._echo.t = shot.t
            other = next(quiet)
            if np.abs(shot.expression.channels - other.expression.channels).max() > _MOVED:
                return time.perf_counter()
        raise AssertionError("a ticker never ends")


def spread(values: Sequence[float]) -> dict[str, float]:
    """p50, p95 and p99 of some times in seconds, as milliseconds."""
    cuts = np.percentile(np.asarray(values) * 1e3, [50, 95, 99])
    return {name: round(float(cut), 3) for name, cut in zip(("p50", "p95", "p99"), cuts, strict=True)}


def reaction(reader: Reads, painter: Painter, fps: float = 60.0, count: int = 42, seed: int = 0) -> dict[str, Any]:
    """From a line's arrival to the first painted frame that it changed, live: p50, p95, p99 in milliseconds."""
    chance = np.random.default_rng(seed)
    took = []
    for number in range(count):
        line, wait = LINES[number % len(LINES)], float(chance.uniform(0.15, 0.3))
        took.append(_one(reader, line, Pair(painter, fps, seed + number), wait))
    return {**spread(took), "lines": count, "fps": fps}


def _one(reader: Reads, line: str, pair: Pair, wait: float) -> float:
    """Seconds from one line's arrival to the first painted frame that it changed."""
    sent: list[float] = []

    def type_it() -> None:
        sent.append(time.perf_counter())
        emotion = reader.read(line).emotion
        pair.moved.put(Felt(pair.moved.now, emotion if emotion != NEUTRAL else Emotion(surprised=0.5)))

    typist = threading.Timer(wait, type_it)
    typist.start()
    try:
        return pair.until_they_differ() - sent[0]
    finally:
        typist.cancel()
        typist.join()
