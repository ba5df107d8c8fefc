"""The studio's clock: it stands still while nobody needs the show."""

from __future__ import annotations

import threading
from collections.abc import Iterator

from mien.show import Clock


class Gate:
    """Another clock that stands still while nobody needs it, and ends when it is closed.

    It is needed while somebody watches, while something is connected, and while a film is made: each of these keeps it
    by a reason of its own.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock, self._needed, self._closed = clock, threading.Event(), False
        self._reasons: set[str] = set()
        self._lock = threading.Lock()

    @property
    def ticked(self) -> float:
        """As of the other clock."""
        return self._clock.ticked

    @property
    def skipped(self) -> int:
        """As of the other clock."""
        return self._clock.skipped

    def now(self) -> float:
        """As of the other clock."""
        return self._clock.now()

    def keep(self, reason: str, needed: bool) -> None:
        """Let the show go on for this reason, or no longer for it. Any thread may call."""
        with self._lock:
            (self._reasons.add if needed else self._reasons.discard)(reason)
            if self._reasons or self._closed:
                self._needed.set()
            else:
                self._needed.clear()

    def close(self) -> None:
        """End the show."""
        with self._lock:
            self._closed = True
            self._needed.set()

    def ticks(self) -> Iterator[float]:
        """The other clock's ticks while it is needed; one that came before is old by then, and passed over."""
        for t in self._clock.ticks():
            waited = not self._needed.is_set()
            self._needed.wait()
            if self._closed:
                return
            if not waited:
                yield t
