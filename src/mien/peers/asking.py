"""Asking another program over HTTP, with patience that ends: answers in pieces, retries, errors that say what to do."""

from __future__ import annotations

import http.client
import json
import socket
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from threading import Event
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from mien.face import DeviceError, PeerError, SettingsError
from mien.peers.fed import Fed

PATIENCE = 20.0
"""Seconds that a peer gets for the next piece of its answer."""

_CONNECT = 5.0  # seconds to take a call
_TRIES = 3
_PAUSE = 0.25  # seconds before another try; each doubles it
_PIECE = 16_384
_BUSY = (429, 502, 503, 504)
_MOST = 4_000_000  # bytes of an answer that is not sound


@dataclass(frozen=True, slots=True)
class Peer:
    """A program at an address. name, start: what it is, and how a person starts or reaches it, for messages. headers:
    sent with every question, and never shown. patience: seconds.

    Raises SettingsError when the address is none.
    """

    name: str
    address: str
    start: str
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    patience: float = PATIENCE

    def __post_init__(self) -> None:
        try:
            parts = urlsplit(self.address)
            good = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
        except ValueError:
            good = False
        if not good or not self.address.isascii() or not self.address.isprintable():
            raise SettingsError(
                f"{self.name}: expected an address such as http://127.0.0.1:50021, got {self.address!r}"
            )

    def ask(
        self, path: str, stop: Event, query: Mapping[str, Any] | None = None, body: Any = None, method: str = "POST"
    ) -> Iterator[bytes]:
        """The answer, piece by piece as it comes; nothing more once `stop` is set. body: as JSON, bytes as they are.

        A peer that cannot be reached or is busy is asked again, twice. Raises DeviceError when it is not there or
        silent for longer than its patience, RefusedError when it answers with another status than 200, PeerError
        when it ends amid its answer.
        """
        for attempt in range(_TRIES):
            last = attempt == _TRIES - 1
            call = _Call(self, path, query, body, method)
            try:
                status = call.status(stop)
                if status in _BUSY and not last:
                    status = None
                elif status not in (None, 200):
                    told = _some(call.rest(stop))
                    raise RefusedError(
                        f"{self.name}: {self.address}{path} answered {status}: {shown(told)}", status or 0, told
                    )
                else:
                    yield from call.rest(stop)
                    return
            except _UnreachedError as error:
                if last:
                    raise DeviceError(
                        f"{self.name}: nobody answers at {self.address} ({error}); {self.start}"
                    ) from error
            finally:
                call.fed.end()
            if stop.wait(_PAUSE * 2.0**attempt):
                return

    def ask_json(
        self, path: str, stop: Event, query: Mapping[str, Any] | None = None, body: Any = None, method: str = "POST"
    ) -> Any:
        """An answer in JSON, None when it was stopped. Raises as `ask`, and PeerError when it is none."""
        told = b""
        for piece in self.ask(path, stop, query, body, method):
            told += piece
            if len(told) > _MOST:
                raise PeerError(f"{self.name}: {self.address}{path}: expected JSON, got more than {_MOST:,} bytes")
        if stop.is_set():
            return None
        try:
            return json.loads(told)
        except (ValueError, RecursionError):
            raise PeerError(f"{self.name}: {self.address}{path}: expected JSON, got {shown(told)}") from None


class RefusedError(PeerError):
    """The peer answered, with another status than 200. status, told: of its answer, its first bytes."""

    def __init__(self, message: str, status: int, told: bytes) -> None:
        super().__init__(message)
        self.status, self.told = status, told


def shown(data: bytes) -> str:
    """The beginning of an answer, for a message."""
    text = data[:120].decode("utf-8", "replace").split("\n")[0].strip()
    return repr(text) if text and all(sign.isprintable() for sign in text) else f"{len(data)} bytes"


def _some(pieces: Iterator[bytes]) -> bytes:
    """The first bytes of an answer that nobody waited for."""
    told = b""
    for piece in pieces:
        told += piece
        if len(told) >= _PIECE:
            break
    return told


class _UnreachedError(Exception):
    """No answer had begun."""


class _Call:
    """One question, and the answer to it as it comes."""

    def __init__(self, peer: Peer, path: str, query: Mapping[str, Any] | None, body: Any, method: str) -> None:
        parts = urlsplit(peer.address)
        kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        self._peer, self._place, self._method = peer, peer.address + path, method
        self._connection = kind(parts.hostname or "", parts.port, timeout=_CONNECT)
        self._path = quote(parts.path.rstrip("/")) + path + (f"?{urlencode(query)}" if query else "")
        self._body = body if isinstance(body, bytes) else (
            None if body is None else json.dumps(body, ensure_ascii=False).encode("utf-8", "replace")
        )  # fmt: skip
        self.fed: Fed[int | bytes] = Fed(self._work, peer.name, self._hang_up)

    def status(self, stop: Event) -> int | None:
        """The status of the answer, None when it was stopped. Raises _UnreachedError, DeviceError."""
        try:
            first = self._next(stop)
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise _UnreachedError(str(error) or type(error).__name__) from error
        return first if isinstance(first, int) else None

    def rest(self, stop: Event) -> Iterator[bytes]:
        """The pieces of the answer. Raises PeerError when it breaks off, DeviceError."""
        try:
            while isinstance(piece := self._next(stop), bytes):
                yield piece
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise PeerError(
                f"{self._peer.name}: {self._place} ended amid its answer: {error or type(error).__name__}"
            ) from error

    def _next(self, stop: Event) -> int | bytes | None:
        try:
            return self.fed.next(stop, self._peer.patience)
        except TimeoutError as error:
            raise DeviceError(f"{self._peer.name}: {self._place} was {error}; is it overloaded?") from error

    def _work(self, put: Callable[[int | bytes], None]) -> None:
        connection = self._connection
        try:
            connection.connect()
            connection.sock.settimeout(None)  # the reader's patience counts, and hangs up
            kind = {} if self._body is None else {"Content-Type": "application/json"}
            connection.request(self._method, self._path, self._body, {**kind, **self._peer.headers})
            response = connection.getresponse()
            put(response.status)
            while piece := response.read1(_PIECE):
                put(piece)
            if response.length:
                raise http.client.IncompleteRead(b"", response.length)
        except TimeoutError as error:
            raise ConnectionError(f"it did not take the call within {_CONNECT:g} s") from error
        finally:
            connection.close()

    def _hang_up(self) -> None:
        line = self._connection.sock
        if line is not None:
            with suppress(OSError):  # the other end was quicker
                line.shutdown(socket.SHUT_RDWR)
