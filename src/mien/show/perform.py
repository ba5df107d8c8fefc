"""The loop: at each tick the due cues move the mood, the face is painted, the sinks get the shot."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

import numpy as np

from mien.face import Shot
from mien.mood import Temper, begin, express, felt, step
from mien.paint import Painter
from mien.show.inbox import Inbox


class Clock(Protocol):
    """Whatever says when the next shot is due; see Ticker and Metronome."""

    def ticks(self) -> Iterator[float]:
        """The times of the shots in seconds, never going back; waits until each is due."""
        ...


class Timed(Protocol):
    """What a clock tells about itself, for the report of a show."""

    @property
    def ticked(self) -> float:
        """When the last tick was given out, in seconds on `now`."""
        ...

    @property
    def skipped(self) -> int:
        """Ticks that were missed."""
        ...

    def now(self) -> float:
        """The time in seconds."""
        ...


class Takes(Protocol):
    """The part of a sink that the loop needs."""

    def put(self, shot: Shot) -> None:
        """Take one painted shot."""
        ...


@dataclass(frozen=True, slots=True)
class Failure:
    """A sink that failed and was taken out: its name, what it raised, and at which time of the show."""

    sink: str
    error: Exception
    t: float


@dataclass(frozen=True, slots=True)
class Report:
    """How a show went.

    frames: shots given to the sinks. seconds: how long it took, on the wall. fps: frames a second of those.
    p50_ms, p95_ms, p99_ms: from a tick to its painted shot, in milliseconds (0 without frames).
    dropped: ticks that came too late and were skipped. failures: sinks that were taken out. notes: what else went
    wrong while the show went on.
    """

    frames: int
    seconds: float
    fps: float
    p50_ms: float
    p95_ms: float
    p99_ms: float
    dropped: int
    failures: tuple[Failure, ...] = ()
    notes: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """The report as plain data for JSON."""
        return {
            "frames": self.frames,
            "seconds": round(self.seconds, 3),
            "fps": round(self.fps, 2),
            "tick_to_shot_ms": {
                "p50": round(self.p50_ms, 3),
                "p95": round(self.p95_ms, 3),
                "p99": round(self.p99_ms, 3),
            },
            "dropped": self.dropped,
            "failures": [
                {"sink": failure.sink, "error": str(failure.error), "t": round(failure.t, 3)}
                for failure in self.failures
            ],
            "notes": list(self.notes),
        }


def perform(inbox: Inbox, clock: Clock, temper: Temper | None = None, seed: int = 0) -> Iterator[Shot]:
    """The shots of a show, not yet painted: one at each tick of the clock.

    Equal cues, tempers, seeds and ticks give equal shots.
    """
    mood = begin(temper, seed)
    for t in clock.ticks():
        mood = step(mood, inbox.take(until=t), t)
        yield Shot(t, express(mood), felt(mood))


def painted(shots: Iterable[Shot], painter: Painter) -> Iterator[Shot]:
    """The same shots with their frames. What the painter raises goes through: without it there is no face."""
    for shot in shots:
        yield replace(shot, frame=painter.paint(shot.expression))


def run(shots: Iterable[Shot], sinks: Sequence[Takes], clock: Timed | None = None) -> Report:
    """Give every shot to every sink, and report.

    A sink that raises is reported, taken out, and the face goes on; when the last one is gone there is nobody
    left to play for, and the show ends. clock: the clock behind the shots, so that waiting for a tick does
    not count as work; without it the time between two shots does.
    """
    now = time.perf_counter if clock is None else clock.now
    left = list(sinks)
    failures: list[Failure] = []
    took: list[float] = []
    begun = asked = now()
    for shot in shots:
        took.append(now() - (asked if clock is None else clock.ticked))
        for sink in tuple(left):
            try:
                sink.put(shot)
            except Exception as error:  # the one broad catch: a sink of anybody's making must not stop the face
                failures.append(Failure(type(sink).__name__, error, shot.t))
                left.remove(sink)
        if sinks and not left:
            break
        asked = now()
    seconds = now() - begun
    p50, p95, p99 = (float(value) for value in np.percentile(took, [50, 95, 99]) * 1e3) if took else (0.0,) * 3
    fps = len(took) / seconds if seconds > 0.0 else 0.0
    skipped = 0 if clock is None else clock.skipped
    return Report(len(took), seconds, fps, p50, p95, p99, skipped, tuple(failures))
