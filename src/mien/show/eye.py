"""Pictures as they come, in threads of their own: a feed plays them in real time, the newest is looked at."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from threading import Condition, Event, Thread
from types import TracebackType
from typing import Generic, Protocol, Self, TypeVar

import numpy as np
from numpy.typing import NDArray

from mien.face import Cue, Face, MienError
from mien.show.facing import Facing
from mien.sources import Picture

_JOIN = 5.0
"""Seconds that a thread gets to end: a camera that hangs answers within two."""

Item = TypeVar("Item")


class FaceTracker(Protocol):
    """Whoever follows faces; `mien.sense.sight.Tracker` does."""

    def see(self, picture: NDArray[np.uint8], t: float) -> list[Face]:
        """The faces of (height, width, 3) RGB uint8 at t, in seconds."""
        ...


class Latest(Generic[Item]):
    """Works on what comes in a thread of its own, from `with` to its end: room for one, newest wins.

    work: called for one item at a time; it has to handle its own errors. dropped: items that a newer one replaced.
    """

    def __init__(self, work: Callable[[Item], None], name: str) -> None:
        self.dropped = 0
        self._work = work
        self._item: Item | None = None
        self._open = True
        self._change = Condition()
        self._thread = Thread(target=self._run, name=name, daemon=True)

    def put(self, item: Item) -> None:
        """Leave an item, in place of one that was not begun yet."""
        with self._change:
            self.dropped += self._item is not None
            self._item = item
            self._change.notify()

    def _run(self) -> None:
        while True:
            with self._change:
                self._change.wait_for(lambda: self._item is not None or not self._open)
                item, self._item = self._item, None
                if not self._open or item is None:
                    return
            self._work(item)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._change:
            self._open = False
            self._change.notify()
        self._thread.join(_JOIN)


class Feed:
    """A camera or a video before the character, live: from `with` to its end, pictures become cues.

    pictures: of a camera as they come, or of a video, which is played at its own speed; read in a thread of its own.
    open_eyes: gives whoever sees the faces. put: takes the cues. now: the show's time in seconds. ended: is told once
    why no more pictures come, None at a video's ordinary end. clock, stop: the machine's clock and what ends a wait on
    it, for tests others.
    """

    def __init__(
        self,
        pictures: Callable[[], Iterator[Picture]],
        open_eyes: Callable[[], FaceTracker],
        facing: Facing,
        put: Callable[[Cue], None],
        now: Callable[[], float],
        ended: Callable[[MienError | None], None] = lambda _: None,
        clock: Callable[[], float] = time.perf_counter,
        stop: Event | None = None,
    ) -> None:
        self._pictures, self._facing, self._put, self._now = pictures, facing, put, now
        self._ended, self._clock, self._eyes = ended, clock, open_eyes()
        self._stop, self._begun = stop or Event(), Event()
        self._error: MienError | None = None
        self._any = False
        self._latest = Latest(self._look, "mien eye")
        self._thread = Thread(target=self._play, name="mien camera", daemon=True)

    def wait(self) -> None:
        """Wait for the first picture. Raises what was raised in place of it: a camera that is not there."""
        self._begun.wait()
        if self._error is not None and not self._any:
            raise self._error

    def _play(self) -> None:
        start: float | None = None
        pictures = self._pictures()
        try:
            for seen in pictures:
                start = self._clock() - seen.t if start is None else start
                early = start + seen.t - self._clock()  # a camera's pictures come when they are due
                if self._stop.wait(early) if early > 0.0 else self._stop.is_set():
                    return
                self._any = True
                self._latest.put(seen)
                self._begun.set()
        except MienError as error:  # a camera that vanished, a video that is damaged: the show goes on without
            self._error = error
        finally:
            close = getattr(pictures, "close", None)
            if close is not None:
                close()
            self._begun.set()
        if not self._stop.is_set() and (self._any or self._error is None):
            self._ended(self._error)

    def _look(self, seen: Picture) -> None:
        for cue in self._facing.saw(self._now(), self._eyes.see(seen.pixels, seen.t)):
            self._put(cue)

    def __enter__(self) -> Self:
        self._latest.__enter__()
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        self._thread.join(_JOIN)
        self._latest.__exit__(kind, error, trace)
