"""The sinks of a show: each opened, fed, closed; a live one behind a mailbox, and opened again after a failure."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from threading import RLock
from types import TracebackType
from typing import Self

from mien.face import Shot, Sound
from mien.show.mailbox import Mailbox
from mien.show.supervisor import Part, Supervisor, may_mend, waits
from mien.sinks import HearsSound, Sink

_SOUNDS = 256
"""Pieces of sound that wait for a live sink; of more, the oldest are dropped."""


class Outlet:
    """One sink that keeps every shot, a file for instance: fed in the show's own time, out for good when it fails.

    Another thread than the show's may close it.
    """

    def __init__(self, name: str, sink: Sink, supervisor: Supervisor) -> None:
        self.name, self._sink, self._supervisor = name, sink, supervisor
        self.open, self._lock = False, RLock()
        self.stalled = 0
        """Shots that were left out because newer ones came: of a sink that keeps every shot, none."""

    @property
    def needs_frame(self) -> bool:
        """Whether it wants the picture, now: a sink may have no use for some."""
        return self._sink.needs_frame

    def put(self, shot: Shot) -> None:
        """Hand on one shot."""
        self._try(lambda: self._sink.put(shot))

    def hear(self, sound: Sound) -> None:
        """Hand on a piece of sound, if the sink carries any."""
        sink = self._sink
        if isinstance(sink, HearsSound):
            self._try(lambda: sink.hear(sound))

    def _try(self, work: Callable[[], object]) -> None:
        """Do it; a failure closes the sink for good."""
        with self._lock:
            error = self._supervisor.attempt(work) if self.open else None
            if error is not None:
                self.open = False
                self._supervisor.report("sink", self.name, error)
                self._supervisor.attempt(lambda: self._sink.__exit__(type(error), error, error.__traceback__))

    def __enter__(self) -> Self:
        self._sink.__enter__()
        self.open = True
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._lock:
            was_open, self.open = self.open, False
            if was_open:
                self._sink.__exit__(kind, error, trace)


class LiveOutlet:
    """A sink that shows the moment: it may stall, and may come back.

    It is fed through a mailbox with room for one, and opened again after a failure that may mend, with growing pauses.
    """

    def __init__(self, part: Part[Sink], sink: Sink, supervisor: Supervisor) -> None:
        self.name, self._part, self._supervisor = part.name, part, supervisor
        self._fresh: Sink | None = sink  # made, not yet entered
        self._sink: Sink | None = None
        self._mailbox: Mailbox[Shot] = Mailbox(self._work, f"mien {part.name}")
        self._waits, self._again = waits(), float("-inf")
        self._sounds: deque[Sound] = deque(maxlen=_SOUNDS)
        self.open = True
        self.needs_frame = sink.needs_frame

    @property
    def stalled(self) -> int:
        """Shots that were left out because newer ones came."""
        return self._mailbox.dropped

    def put(self, shot: Shot) -> None:
        """Leave one shot for it."""
        if self.open:
            self._mailbox.put(shot)

    def hear(self, sound: Sound) -> None:
        """Leave a piece of sound for it, if it carries any; handed on with the next shot."""
        self._sounds.append(sound)

    def _work(self, shot: Shot) -> None:
        """Give one shot to the sink; a failure closes it until its next try is due."""
        if self._sink is None and self._supervisor.clock() < self._again:
            return
        error = self._supervisor.attempt(lambda: self._give(shot))
        if error is None:
            self._waits = waits()
            return
        sink, self._sink, self._fresh = self._sink, None, None
        if sink is not None:
            self._supervisor.attempt(lambda: sink.__exit__(type(error), error, error.__traceback__))
        retry = next(self._waits) if may_mend(error) else None
        self.open = retry is not None
        self._again = self._supervisor.clock() + (retry or 0.0)
        self._supervisor.report("sink", self.name, error, retry)

    def _give(self, shot: Shot) -> None:
        """Hand on the sound that waits, then the shot."""
        sink = self._opened()
        while self._sounds:
            sound = self._sounds.popleft()
            if isinstance(sink, HearsSound):
                sink.hear(sound)
        sink.put(shot)

    def _opened(self) -> Sink:
        """The open sink, opened now if it is not."""
        if self._sink is None:
            sink = self._fresh or self._part.make()
            self._fresh = None
            sink.__enter__()
            self._sink = sink
        return self._sink

    def __enter__(self) -> Self:
        self._mailbox.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._mailbox.__exit__(kind, error, trace)
        sink = self._sink
        if sink is not None:
            failed = self._supervisor.attempt(lambda: sink.__exit__(kind, error, trace))
            if failed is not None:
                self._supervisor.report("sink", self.name, failed)


def outlets(sinks: Iterable[Part[Sink]], supervisor: Supervisor) -> list[Outlet | LiveOutlet]:
    """One outlet a sink. What making one raises goes through: its settings are wrong. Those made before are closed."""
    made: list[tuple[Part[Sink], Sink]] = []
    try:
        for part in sinks:
            made.append((part, part.make()))
    except BaseException as error:
        for _, sink in made:
            sink.__exit__(type(error), error, error.__traceback__)
        raise
    return [
        LiveOutlet(part, sink, supervisor) if sink.live else Outlet(part.name, sink, supervisor) for part, sink in made
    ]
