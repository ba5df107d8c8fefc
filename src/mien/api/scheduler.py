"""One task that plays all sessions, and a thread that paints for whoever wants frames: no session has its own.

A session is due at every 1 / fps of its time, on a grid that all share, so that those of one rate are worked out
together. What is late is skipped and counted; of those that are late, whoever has waited longest comes first.
"""

from __future__ import annotations

import asyncio
import heapq
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from itertools import count
from math import ceil
from threading import Condition, Thread
from types import TracebackType
from typing import Protocol, Self

_SOON = 0.001  # seconds before its time at which a tick is given out with the others
_AT_ONCE = 256  # sessions worked out before the loop serves others


class Pulse:
    """The clock of a session whose ticks a scheduler gives out (see `mien.show.Clock`). fps: 1..240."""

    def __init__(self, fps: float, now: Callable[[], float] = time.perf_counter) -> None:
        self.fps, self.now, self.skipped = fps, now, 0
        self.ticked = now()
        self._tick, self._begun = 0, 0.0

    @property
    def t(self) -> float:
        """The session's time in seconds, of the tick that was given out last."""
        return self._tick / self.fps

    @property
    def due(self) -> float:
        """When the next tick is due, on `now`."""
        return self._begun + (self._tick + 1) / self.fps

    def resume(self) -> None:
        """Go on from where it stands, at the next place of the grid."""
        self._begun = (ceil(self.now() * self.fps) - self._tick - 1) / self.fps

    def tick(self) -> float:
        """Give out the tick that is due now; the session's time in seconds.

        One that was missed is skipped. When more were, the session's time stands still meanwhile: what was not seen is
        not worked out, for a machine that is behind would fall behind further.
        """
        self.ticked = self.now()
        late = int((self.ticked + _SOON - self._begun) * self.fps) - self._tick - 1
        self._tick += 1
        if late > 0:
            self.skipped += late
            self._tick += 1
            self._begun += (late - 1) / self.fps
        return self.t

    def ticks(self) -> Iterator[float]:
        """Nothing: whoever schedules it calls `tick`."""
        return iter(())


class Played(Protocol):
    """What a scheduler plays."""

    @property
    def pulse(self) -> Pulse:
        """Its clock."""
        ...

    @property
    def playing(self) -> bool:
        """Whether it goes on; it is left out from when it does not, until it is begun again."""
        ...


class Scheduler:
    """Plays in the event loop that answers the clients: a thread beside it would fight it for Python's lock.

    play: works out those that are due together; it handles its own errors. Not for several threads.
    """

    def __init__(self, play: Callable[[Sequence[Played]], None]) -> None:
        self._play = play
        self._due: list[tuple[float, int, Played]] = []
        self._taken: set[Played] = set()  # that are due sometime
        self._order = count()
        self._change: asyncio.Event | None = None
        self._task: asyncio.Task[None] | None = None

    def begin(self, one: Played) -> None:
        """Play this from now on, while its `playing` is True; called from the event loop."""
        if self._task is None or self._change is None:
            self._change = asyncio.Event()
            self._task = asyncio.get_running_loop().create_task(self._run(self._change), name="mien api")
        if one in self._taken:
            return
        self._taken.add(one)
        one.pulse.resume()
        self._push(one)
        self._change.set()

    async def _run(self, change: asyncio.Event) -> None:
        while True:
            wait = self._due[0][0] - time.perf_counter() - _SOON if self._due else None
            if wait is None or wait > 0.0:
                with suppress(TimeoutError):
                    await asyncio.wait_for(change.wait(), wait)
                change.clear()
            due = self._take()
            self._play(due)
            for one in due:
                self._push(one)
            await asyncio.sleep(0.0)  # whoever else the loop serves

    def _push(self, one: Played) -> None:
        """Rounded, so that of those that are due together whoever was played first comes first again."""
        heapq.heappush(self._due, (round(one.pulse.due, 6), next(self._order), one))

    def _take(self) -> list[Played]:
        """Those that are due, whoever has waited longest first; no more than are worked out in a moment."""
        now = time.perf_counter() + _SOON
        due: list[Played] = []
        while self._due and self._due[0][0] <= now and len(due) < _AT_ONCE:
            one = heapq.heappop(self._due)[2]
            if one.playing:
                due.append(one)
            else:
                self._taken.discard(one)
        return due


class Easel:
    """Paints for many in turn: one wish each, the newest; from `with` to its end. threads: that paint."""

    def __init__(self, threads: int = 1) -> None:
        self._wishes: dict[int, Callable[[], None]] = {}  # by whose it is, in the order of the waiting
        self._change = Condition()
        self._open = True
        self.dropped = 0
        """Wishes that a newer one replaced."""
        self._busy: deque[int] = deque()
        self._threads = [Thread(target=self._run, name="mien easel", daemon=True) for _ in range(threads)]

    def wish(self, whose: int, work: Callable[[], None]) -> None:
        """Do this in its turn, in place of what the same one wished before. work: handles its own errors."""
        with self._change:
            self.dropped += whose in self._wishes
            self._wishes[whose] = work  # a replaced wish keeps its place
            self._change.notify()

    def _run(self) -> None:
        while True:
            with self._change:
                self._change.wait_for(lambda: not self._open or self._next() is not None)
                whose = self._next()
                if not self._open or whose is None:
                    return
                work = self._wishes.pop(whose)
                self._busy.append(whose)
            work()
            with self._change:
                self._busy.remove(whose)
                self._change.notify()

    def _next(self) -> int | None:
        """Whose turn it is: nobody is painted twice at once, so that no frame overtakes another."""
        return next((whose for whose in self._wishes if whose not in self._busy), None)

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._change:
            self._open = False
            self._change.notify_all()
        for thread in self._threads:
            thread.join()
