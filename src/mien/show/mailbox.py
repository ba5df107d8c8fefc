"""Room for one, newest wins: what stands between the show and whoever may be slower than it."""

from __future__ import annotations

from collections.abc import Callable
from threading import Condition, Thread
from types import TracebackType
from typing import Generic, Self, TypeVar

JOIN = 5.0
"""Seconds that a thread gets to end: a camera that hangs answers within two."""

Item = TypeVar("Item")


class Mailbox(Generic[Item]):
    """Works on what comes in a thread of its own, from `with` to its end.

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
        """Work on the newest item until the end."""
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
        self._thread.join(JOIN)
