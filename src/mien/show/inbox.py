"""Where cues wait for their time: any thread puts, the show takes."""

from __future__ import annotations

import heapq
from collections.abc import Iterable
from itertools import count
from threading import Lock
from typing import Self

from mien.face import Cue
from mien.mood import check

CAPACITY = 4096
"""Cues that an inbox holds unless told otherwise."""


class Inbox:
    """A bounded, thread-safe store of cues, ordered by their time.

    When it is full, the oldest cue is dropped and counted in `dropped`: late news is worth less than fresh
    news. capacity: cues, 1 or more. Raises ValueError below.
    """

    def __init__(self, capacity: int = CAPACITY) -> None:
        if capacity < 1:
            raise ValueError(f"Inbox: expected a capacity of 1 or more, got {capacity}")
        self._capacity = capacity
        self._lock = Lock()
        self._heap: list[tuple[float, int, Cue]] = []
        self._order = count()  # cues of the same time keep the order in which they came
        self._dropped = 0

    @classmethod
    def of(cls, cues: Iterable[Cue]) -> Self:
        """An inbox that holds all of these cues, however many."""
        held = list(cues)
        inbox = cls(max(CAPACITY, len(held)))
        for cue in held:
            inbox.put(cue)
        return inbox

    def put(self, cue: Cue) -> None:
        """Add a cue, from any thread.

        Raises ValueError when it makes no sense, so that the show never meets it.
        """
        check(cue)
        with self._lock:
            heapq.heappush(self._heap, (cue.t, next(self._order), cue))
            if len(self._heap) > self._capacity:
                heapq.heappop(self._heap)
                self._dropped += 1

    def take(self, until: float) -> list[Cue]:
        """Remove and return the cues that are due at `until`, in seconds, oldest first."""
        due: list[Cue] = []
        if not self._heap:  # one that comes this very moment is taken the next time
            return due
        with self._lock:
            while self._heap and self._heap[0][0] <= until:
                due.append(heapq.heappop(self._heap)[2])
        return due

    @property
    def dropped(self) -> int:
        """How many cues were dropped because the inbox was full."""
        return self._dropped

    def __len__(self) -> int:
        """How many cues wait."""
        return len(self._heap)
