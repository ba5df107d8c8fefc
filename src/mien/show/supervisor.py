"""Keeping the face on screen whatever a source, a sink or a camera's nets do: the one place that catches broadly."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from threading import Event, Lock, Thread
from typing import Any, Generic, Literal, TypeVar

from mien.face import InputError, MienError, SettingsError, WeightsError
from mien.show.mailbox import JOIN
from mien.sources import Put, Source

Kind = Literal["source", "sink", "eye", "ear", "voice", "show"]
Made = TypeVar("Made")

FIRST_WAIT, MOST_WAIT = 0.5, 30.0
"""Seconds until a failed part is tried again: at first, and at most; each failure doubles them."""

_WELL = 10.0
"""Seconds after which what ran without failing counts as well again."""

_FINAL = (SettingsError, InputError, WeightsError)
"""What trying again does not mend: a person has to."""

_KEPT = 256
"""Failures that are remembered for the report; of a part that fails for hours the newest."""


@dataclass(frozen=True, slots=True)
class Part(Generic[Made]):
    """A source or a sink by name, and what makes it: again, when it has failed."""

    name: str
    make: Callable[[], Made]


@dataclass(frozen=True, slots=True)
class Failure:
    """What failed, what it raised, and when in the show.

    t: seconds on the show's clock. retry: seconds until it is tried again, None for never.
    """

    kind: Kind
    name: str
    error: Exception
    t: float
    retry: float | None = None

    def as_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        told = {"kind": self.kind, "name": self.name, "error": in_words(self.error), "t": round(self.t, 3)}
        return told if self.retry is None else told | {"retry": round(self.retry, 3)}

    def in_words(self) -> str:
        """For a person."""
        then = "is not tried again" if self.retry is None else f"is tried again in {self.retry:.1f} s"
        return f"{self.kind} {self.name}: {in_words(self.error)}; the show goes on without it, and it {then}"


def in_words(error: Exception) -> str:
    """What an error says, with its kind where it says nothing of itself or is not one of ours."""
    return str(error) if isinstance(error, MienError) and str(error) else f"{type(error).__name__}: {error}"


def may_mend(error: Exception) -> bool:
    """Whether trying again may help: a device or a peer may come back, a wrong setting stays wrong."""
    return not isinstance(error, _FINAL)


def waits() -> Iterator[float]:
    """Seconds to wait after one failure after another."""
    wait = FIRST_WAIT
    while True:
        yield wait
        wait = min(MOST_WAIT, 2.0 * wait)


class Supervisor:
    """Runs the parts of a show, and tells of every failure by name.

    now: the show's time in seconds. tell: is told of each failure, from any thread. clock: the machine's clock in
    seconds, for tests another. stop: ends every wait, likewise.
    """

    def __init__(
        self, now: Callable[[], float], tell: Callable[[Failure], None] = lambda _: None,
        clock: Callable[[], float] = time.monotonic, stop: Event | None = None,
    ) -> None:  # fmt: skip
        self._now, self._tell, self.clock, self.stop = now, tell, clock, stop or Event()
        self._failures: list[Failure] = []
        self._lock = Lock()
        self._threads: list[Thread] = []
        self._stops: list[Event] = []

    @property
    def failures(self) -> tuple[Failure, ...]:
        """What has failed so far, in order; of very many the newest."""
        with self._lock:
            return tuple(self._failures)

    @property
    def running(self) -> bool:
        """Whether any source goes on, or waits to be tried again."""
        return any(thread.is_alive() for thread in self._threads)

    def attempt(self, work: Callable[[], object]) -> Exception | None:
        """Do it; what it raises is given back, never raised."""
        try:
            work()
        except Exception as error:  # the one broad catch: a part of anybody's making must not stop the face
            return error
        return None

    def report(self, kind: Kind, name: str, error: Exception, retry: float | None = None) -> None:
        """Tell of a failure, and keep it for the report."""
        failure = Failure(kind, name, error, self._now(), retry)
        with self._lock:
            self._failures = [*self._failures, failure][-_KEPT:]
        told = self.attempt(lambda: self._tell(failure))
        if told is not None and failure.error is not told:  # a watcher that fails is one more failure, told to nobody
            with self._lock:
                self._failures.append(Failure("show", "watcher", told, self._now()))

    def start(
        self, part: Part[Source], put: Put, ended: Callable[[Exception | None], bool] = lambda _: False,
        stop: Event | None = None,
    ) -> Thread:  # fmt: skip
        """Run a source in a thread of its own, again after each failure that may mend.

        ended: is told of each end, None for a good one; True makes a failure somebody else's to tell, and the last.
        stop: ends this source alone; it is set too when all are ended.
        """
        over = stop or self.stop
        thread = Thread(target=self._keep_running, args=(part, put, ended, over), name=f"mien {part.name}", daemon=True)
        with self._lock:
            self._threads = [*(one for one in self._threads if one.is_alive()), thread]
            self._stops = [*(one for one in self._stops if not one.is_set()), over]
            thread.start()
        return thread

    def _keep_running(
        self, part: Part[Source], put: Put, ended: Callable[[Exception | None], bool], stop: Event
    ) -> None:
        """Run a source until it ends, is stopped, or fails beyond mending."""
        pauses = waits()
        while not stop.is_set():
            begun = self.clock()
            error = self.attempt(lambda: part.make().run(put, stop))
            if error is None or stop.is_set():
                ended(None)
                return
            if self.clock() - begun >= _WELL:
                pauses = waits()
            if ended(error):
                return
            retry = next(pauses) if may_mend(error) else None
            self.report("source", part.name, error, retry)
            if retry is None or stop.wait(retry):
                return

    def end(self) -> None:
        """Stop every source and wait for its thread."""
        self.stop.set()
        with self._lock:
            threads, stops = self._threads, self._stops
            self._threads, self._stops = [], []
        for stop in stops:
            stop.set()
        for thread in threads:
            thread.join(JOIN)
