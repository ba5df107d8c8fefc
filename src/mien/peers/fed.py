"""What a peer gives, fetched in a thread of its own: nobody waits for it longer than they want to."""

from __future__ import annotations

import queue
import time
from collections.abc import Callable
from threading import Event, Thread
from typing import Generic, TypeVar

Item = TypeVar("Item")

_LOOK = 0.02  # seconds between two looks at whether it was stopped
_JOIN = 1.0  # seconds that the thread gets to end after it was hung up on
_HELD = 64


class EndedError(Exception):
    """The reader has gone; what is put now is for nobody."""


class Fed(Generic[Item]):
    """Items that `work` puts from its own thread, taken one by one.

    work: is given `put`, which waits while many items lie there, and raises EndedError when nobody wants more. hang_up:
    makes whatever `work` waits for return.
    """

    def __init__(self, work: Callable[[Callable[[Item], None]], None], name: str, hang_up: Callable[[], None]) -> None:
        self._work, self._hang_up = work, hang_up
        self._items: queue.Queue[tuple[Item | None, Exception | None]] = queue.Queue(_HELD)
        self._ended = Event()
        self._thread = Thread(target=self._run, name=f"mien {name}", daemon=True)
        self._thread.start()

    def next(self, stop: Event, patience: float) -> Item | None:
        """The next item; None when there are no more, or `stop` was set.

        Raises what the work raised, TimeoutError when nothing comes for `patience` seconds.
        """
        until = time.monotonic() + patience
        while not stop.is_set():
            try:
                item, error = self._items.get(timeout=_LOOK)
            except queue.Empty:
                if time.monotonic() > until:
                    raise TimeoutError(f"silent for {patience:g} s") from None
                continue
            if error is not None:
                raise error
            return item
        return None

    def end(self) -> None:
        """No more is wanted: the thread ends, soon."""
        self._ended.set()
        self._hang_up()
        self._thread.join(_JOIN)

    def _run(self) -> None:
        try:
            self._work(lambda item: self._put((item, None)))
            self._put((None, None))
        except EndedError:
            return
        except Exception as error:
            try:
                self._put((None, error))
            except EndedError:
                return

    def _put(self, item: tuple[Item | None, Exception | None]) -> None:
        while not self._ended.is_set():
            try:
                return self._items.put(item, timeout=_LOOK)
            except queue.Full:
                continue
        raise EndedError
