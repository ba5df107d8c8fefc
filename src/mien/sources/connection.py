"""A WebSocket to a room: read by a thread that a show may stop, with patience that ends, and errors that say who."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable
from contextlib import ExitStack, suppress
from threading import Event
from types import TracebackType
from typing import Self, TypeVar
from urllib.parse import urlsplit

from websockets.exceptions import ConnectionClosed, WebSocketException
from websockets.sync.client import connect

from mien.face import DeviceError, PeerError
from mien.sources.source import Note, Put

Message = str | bytes
Told = TypeVar("Told")

_LOOK = 0.1  # seconds between two looks at whether it was stopped
_CONNECT, _CLOSE = 10.0, 1.0  # seconds
_LARGEST = 1_000_000
"""Bytes of a message; what is larger ends the connection."""

_DAMAGED = 20
"""Damaged messages one after another that end a connection."""

_SILENT = logging.Logger("mien.sources.connection", logging.CRITICAL + 1)
"""The library would write down what is sent, keys among it."""


class Connection:
    """Open inside of its `with` block. name: of the room, for messages. agent: what we say we are."""

    def __init__(self, name: str, address: str, agent: str = "mien") -> None:
        self.name, self._place, self._stack = name, urlsplit(address).netloc, ExitStack()
        try:
            self._line = self._stack.enter_context(connect(
                address, user_agent_header=agent, open_timeout=_CONNECT, close_timeout=_CLOSE, max_size=_LARGEST,
                logger=_SILENT,
            ))  # fmt: skip
        except (OSError, TimeoutError, WebSocketException) as error:
            why = str(error) or type(error).__name__
            raise DeviceError(f"{name}: cannot reach {self._place} ({why}); is this machine online?") from error

    def send(self, message: Message) -> None:
        """Say this. That the other end has gone is told by `next`, after what it had said before."""
        with suppress(ConnectionClosed, OSError):
            self._line.send(message)

    def next(self, seconds: float = _LOOK) -> Message | None:
        """The next message, None when none comes in this time. Raises PeerError when the other end has gone."""
        try:
            return self._line.recv(timeout=seconds)
        except TimeoutError:
            return None
        except (ConnectionClosed, OSError) as error:
            raise PeerError(f"{self.name}: {self._place} has hung up ({error})") from error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()


def listen(
    connection: Connection, stop: Event, hear: Callable[[Message], None], beat: Callable[[], None], each: float,
    patience: float, now: Callable[[], float] = time.monotonic,
) -> None:  # fmt: skip
    """Hear every message until `stop` is set. beat: called each so many seconds, to say that we are there.

    Raises PeerError when nothing is heard for longer than `patience`, in seconds, or the other end hangs up.
    """
    heard = beaten = now()
    while not stop.is_set():
        message = connection.next()
        t = now()
        if message is not None:
            heard = t
            hear(message)
        if t - beaten >= each:
            beaten = t
            beat()
        if t - heard > patience:
            raise PeerError(
                f"{connection.name}: nothing was heard for {patience:g} s; the connection is taken for dead"
            )


class Damages:
    """Damaged messages of one connection are passed over: the first is told, and very many in a row end it."""

    def __init__(self, name: str, put: Put) -> None:
        self._name, self._put, self._row, self._all = name, put, 0, 0

    def over(self, read: Callable[[], Iterable[Told]]) -> list[Told]:
        """What is read, nothing where it is damaged. Raises PeerError after 20 of them in a row."""
        try:
            found = list(read())
        except PeerError as error:
            self._row, self._all = self._row + 1, self._all + 1
            if self._row >= _DAMAGED:
                raise PeerError(f"{self._name}: {self._row} damaged messages in a row, the last: {error}") from error
            if self._all == 1:
                self._put(Note(f"{self._name}: a damaged message is passed over, as others will be: {error}"))
            return []
        self._row = 0
        return found
