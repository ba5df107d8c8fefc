"""Two clocks for one loop: real time, which waits and skips, and a metronome, which only counts."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from math import ceil, isfinite
from typing import Protocol

from mien.face import SettingsError

_RANGE = (1.0, 240.0)


def _frame_rate(fps: float) -> float:
    if not (isfinite(fps) and _RANGE[0] <= fps <= _RANGE[1]):
        raise SettingsError(f"fps: expected {_RANGE[0]:g}..{_RANGE[1]:g} frames a second, got {fps:g}")
    return float(fps)


def _length(seconds: float) -> float:
    if not (isfinite(seconds) and seconds >= 0.0):
        raise SettingsError(f"seconds: expected a finite number >= 0, got {seconds:g}")
    return float(seconds)


class Clock(Protocol):
    """Whoever says when the next shot is due."""

    @property
    def ticked(self) -> float:
        """When the last tick was given out, in seconds on `now`."""
        ...

    @property
    def skipped(self) -> int:
        """Ticks that were missed."""
        ...

    def now(self) -> float:
        """The machine's time in seconds."""
        ...

    def ticks(self) -> Iterator[float]:
        """The times of the shots in seconds, never going back; waits until each is due."""
        ...


class Ticker:
    """Real time: a tick is due every 1 / fps seconds; one that is missed is skipped and counted, never made
    up for. A tick's time is one frame ahead of when it is due: what is painted from then on is seen then.

    fps: 1..240. seconds: when to stop; None goes on for ever. now, sleep: the machine's clock, for tests
    another. Raises SettingsError out of range.
    """

    def __init__(
        self,
        fps: float,
        seconds: float | None = None,
        *,
        now: Callable[[], float] = time.perf_counter,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.fps = _frame_rate(fps)
        self.skipped = 0
        """Ticks that were missed."""
        self.ticked = now()
        """When the last tick was given out, on `now`."""
        self._seconds = None if seconds is None else _length(seconds)
        self.now, self._sleep = now, sleep

    def ticks(self) -> Iterator[float]:
        """The times of the ticks in seconds, the first 1 / fps, each given out a frame earlier, when it is due."""
        begun = self.now()
        tick = 0
        while self._seconds is None or tick < self._seconds * self.fps:
            self.ticked = self.now()
            yield (tick + 1) / self.fps
            elapsed = self.now() - begun
            due = max(tick + 1, int(elapsed * self.fps))
            self.skipped += due - tick - 1
            tick = due
            wait = tick / self.fps - elapsed
            if wait > 0.0:
                self._sleep(wait)


class Metronome:
    """Made-up time: every tick comes at once, none is skipped; for files.

    fps: 1..240. seconds: the length of the show, >= 0; at least one tick. Raises SettingsError out of range.
    """

    def __init__(self, fps: float, seconds: float, *, now: Callable[[], float] = time.perf_counter) -> None:
        self.fps = _frame_rate(fps)
        self.skipped = 0
        self.ticked = now()
        """When the last tick was given out, on `now`."""
        self.now = now
        self.count = max(1, ceil(_length(seconds) * self.fps - 1e-6))
        """How many ticks there are."""

    def ticks(self) -> Iterator[float]:
        """The times of the ticks in seconds: 0, 1 / fps, ..."""
        for tick in range(self.count):
            self.ticked = self.now()
            yield tick / self.fps


class Wall:
    """The clock on the wall, without the time in which nobody looked at it: `Ticker(fps, now=Wall(...).now)`.

    The show's clock asks it many times a second. When it has not asked for `longest` seconds, the show was
    paused because nobody watched, or the machine was busy or asleep; then the face goes on where it was, and
    a feeling is not over before it was seen. now: the machine's clock, for tests another.
    """

    def __init__(self, longest: float, now: Callable[[], float] = time.perf_counter) -> None:
        self._longest, self._now = longest, now
        self._seen = now()
        self._lost = 0.0

    def now(self) -> float:
        """The time in seconds."""
        real = self._now()
        if real - self._seen > self._longest:
            self._lost += real - self._seen
        self._seen = real
        return real - self._lost
