"""A WebSocket to another program on which one question is asked at a time."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from types import TracebackType
from typing import Self

from websockets.exceptions import ConnectionClosed, WebSocketException
from websockets.sync.client import ClientConnection, connect

from mien.face import DeviceError, PeerError
from mien.wire.address import Address

_CONNECT = 5.0  # seconds to take a call
_LARGEST = 4_000_000  # bytes of an answer
_GIVE_UP = 64  # answers to nobody's question for one that is waited for


class ClosedError(PeerError):
    """The other end hung up. code: of the WebSocket, its own or the protocol's."""

    def __init__(self, text: str, code: int) -> None:
        super().__init__(text)
        self.code = code


class Peer:
    """An open connection. name, start: what the other program is, and how a person makes it listen, for messages.

    Raises DeviceError when nobody answers, PeerError when it is no WebSocket.
    """

    def __init__(self, name: str, address: Address, start: str) -> None:
        self._name, self._address = name, address
        try:
            line = socket.create_connection(address.pair, _CONNECT)
        except OSError as error:
            raise DeviceError(f"{name}: nobody answers at {address} ({error.strerror or error}); {start}") from error
        try:
            self._opened = connect(
                f"ws://{address}", sock=line, open_timeout=_CONNECT, close_timeout=1.0, max_size=_LARGEST,
                compression=None,
            )  # fmt: skip
            self._socket: ClientConnection = self._opened.__enter__()
        except (WebSocketException, OSError, EOFError) as error:
            line.close()
            raise PeerError(f"{name}: {address} answers, but not as expected ({error}); {start}") from error

    def send(self, text: str) -> None:
        """Raises ClosedError when it has hung up."""
        try:
            self._socket.send(text)
        except ConnectionClosed as error:
            raise self._closed(error) from error

    def take(self, patience: float) -> str:
        """The next message. patience: seconds. Raises PeerError when it is binary, or silent for longer."""
        try:
            text = self._socket.recv(timeout=patience)
        except ConnectionClosed as error:
            raise self._closed(error) from error
        except TimeoutError as error:
            raise PeerError(f"{self._name}: {self._address} was silent for {patience:g} s; is it busy?") from error
        if not isinstance(text, str):
            raise PeerError(f"{self._name}: expected text, got {len(text)} bytes")
        return text

    def texts(self, patience: float) -> Iterator[str]:
        """The next messages, for somebody who waits for one of them. patience: seconds in all. Raises PeerError."""
        end = time.monotonic() + patience
        for _ in range(_GIVE_UP):
            yield self.take(max(0.0, end - time.monotonic()))
        raise PeerError(f"{self._name}: expected an answer from {self._address}, got much else")

    def check(self) -> None:
        """Take what came unasked. Raises ClosedError when the other end has hung up."""
        try:
            while True:
                self._socket.recv(timeout=0)
        except TimeoutError:
            return
        except ConnectionClosed as error:
            raise self._closed(error) from error

    def _closed(self, error: ConnectionClosed) -> ClosedError:
        code = error.rcvd.code if error.rcvd is not None else 1006
        why = error.rcvd.reason if error.rcvd is not None and error.rcvd.reason else "without a reason"
        return ClosedError(f"{self._name}: {self._address} hung up ({code}, {why})", code)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._opened.__exit__(kind, error, trace)
