"""A door for other programs: they tell by HTTP or a WebSocket what viewers write and give, and what is to be said.

Only this machine may knock unless another host is given, and nobody without the token.
"""

from __future__ import annotations

import hmac
import json
import socket
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socketserver import TCPServer
from threading import BoundedSemaphore, Event, Lock
from typing import Any
from urllib.parse import parse_qs, urlsplit

from websockets.frames import Frame, Opcode
from websockets.http11 import Request
from websockets.server import ServerProtocol

from mien.face import DeviceError, PeerError, SettingsError
from mien.files import Secret, needed_secret
from mien.sources.sluice import Sluice
from mien.sources.source import Note, Put, Say, Source
from mien.wire.hook import LONGEST, decode
from mien.wire.page import Said

PORT, HOST, TOKEN = 8643, "127.0.0.1", "MIEN_HOOK_TOKEN"
_HERE = ("127.0.0.1", "::1", "localhost")
_SHORTEST_TOKEN = 16
_MOST_CALLERS = 16
_PATIENCE = 10.0  # seconds that a caller gets to say what it wants
_QUIET = 300.0  # seconds after which a WebSocket that says nothing is hung up
_PARTING, _LEFT = 2.0, 32  # seconds that a caller gets to see why, and pieces that are still read from it
_LOOK = 0.1  # seconds between two looks at whether it was stopped


@dataclass(frozen=True, slots=True)
class Hook:
    """Listens at host and port; token: every caller has to know it, 16 signs at least. port: 0 takes a free one.

    opened: is told the port once it listens. Raises SettingsError.
    """

    token: Secret
    port: int = PORT
    host: str = HOST
    now: Callable[[], float] = time.monotonic
    opened: Callable[[int], None] = lambda _: None

    def __post_init__(self) -> None:
        if not 0 <= self.port <= 65_535:
            raise SettingsError(f"port: expected 0..65535, got {self.port}")
        if len(self.token.reveal()) < _SHORTEST_TOKEN:
            raise SettingsError(
                f"{TOKEN}: expected at least {_SHORTEST_TOKEN} signs, such as "
                "python -c 'import secrets; print(secrets.token_urlsafe(24))' makes"
            )

    def run(self, put: Put, stop: Event) -> None:
        """Raises DeviceError when the port is taken."""
        if stop.is_set():
            return
        try:
            server = _Server(self, put)
        except (OSError, OverflowError) as error:
            raise DeviceError(
                f"hook: cannot listen at {self.host}:{self.port} ({error}); end what does, or take another port"
            ) from error
        with server:
            port = int(server.server_address[1])
            far = "" if self.host in _HERE else "; other machines may knock, and what is said there can be overheard"
            put(Note(f"hook: listening at http://{self.host}:{port}{far}", "connected"))
            self.opened(port)
            while not stop.is_set():
                server.handle_request()
            server.hang_up()


class _Server(ThreadingHTTPServer):
    """A thread for each caller, 16 at most, all of which end with the server."""

    daemon_threads = False
    timeout = _LOOK
    request_queue_size = _MOST_CALLERS

    def __init__(self, hook: Hook, put: Put) -> None:
        self.address_family = socket.AF_INET6 if ":" in hook.host else socket.AF_INET
        super().__init__((hook.host, hook.port), _Caller)
        self.token, self.now, self.start = hook.token.reveal().encode(), hook.now, hook.now()
        self._handed, self._lock = Sluice("hook", put, hook.now), Lock()
        self._room = BoundedSemaphore(_MOST_CALLERS)
        self._callers: set[Any] = set()

    def server_bind(self) -> None:
        """Without the library's question for this machine's name, which may take seconds."""
        TCPServer.server_bind(self)

    def take(self, data: bytes | str) -> int:
        """Hand on what a message tells; of how many things. Raises PeerError."""
        found = decode(data, self.now() - self.start)
        with self._lock:
            for one in found:
                self._handed(Say(one.text) if isinstance(one, Said) else one)
        return len(found)

    def process_request(self, request: Any, client_address: Any) -> None:
        """Give the caller a thread, or hang up where there are too many."""
        if not self._room.acquire(blocking=False):
            self.shutdown_request(request)
            return
        self._callers.add(request)
        super().process_request(request, client_address)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """The caller's thread."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._callers.discard(request)
            self._room.release()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Nothing: a caller that breaks off is no news, and the library would print what it said."""

    def hang_up(self) -> None:
        """End what callers are still waited for."""
        for request in list(self._callers):
            with suppress(OSError):  # it was quicker
                request.shutdown(socket.SHUT_RDWR)


class _Caller(BaseHTTPRequestHandler):
    """One caller."""

    server: _Server
    server_version, sys_version = "mien", ""
    protocol_version = "HTTP/1.1"
    timeout = _PATIENCE

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: the token may stand in an address."""

    def do_POST(self) -> None:
        """Take a message."""
        if not self._welcome():
            return
        size = self.headers.get("Content-Length") or ""
        if not size.isdecimal() or len(size) > 9 or int(size) > LONGEST:
            self._answer(413 if size.isdecimal() else 411, {"error": f"expected a Content-Length of at most {LONGEST}"})
            return
        try:
            self._answer(200, {"taken": self.server.take(self.rfile.read(int(size)))})
        except PeerError as error:
            self._answer(400, {"error": str(error)})

    def do_GET(self) -> None:
        """Take messages by a WebSocket."""
        if not self._welcome():
            return
        if self.headers.get("Upgrade", "").lower() != "websocket":
            self._answer(405, {"error": "expected a POST or a WebSocket"})
            return
        line = ServerProtocol(max_size=LONGEST)
        head = "".join(f"{name}: {value}\r\n" for name, value in self.headers.items())
        line.receive_data(f"{self.requestline}\r\n{head}\r\n".encode("latin-1"))
        for request in line.events_received():
            if isinstance(request, Request):
                line.send_response(line.accept(request))
        self._flush(line)
        self.connection.settimeout(_QUIET)
        with suppress(OSError):  # a caller that goes, or says nothing, is hung up
            while line.state.name == "OPEN":
                data = self.connection.recv(LONGEST)
                line.receive_data(data) if data else line.receive_eof()
                for event in line.events_received():
                    self._hear(line, event)
                self._flush(line)
            self.connection.shutdown(socket.SHUT_WR)
            self.connection.settimeout(_PARTING)
            for _ in range(_LEFT):  # what lies unread as a socket is closed would take the reason with it
                if not self.connection.recv(LONGEST):
                    break
        self.close_connection = True

    def _hear(self, line: ServerProtocol, event: Any) -> None:
        """A message by the WebSocket is answered as one by HTTP is."""
        if not isinstance(event, Frame) or event.opcode not in (Opcode.TEXT, Opcode.BINARY):
            return
        if not event.fin:
            line.fail(1009, "expected messages in one piece")
            return
        try:
            answer: dict[str, Any] = {"taken": self.server.take(bytes(event.data))}
        except PeerError as error:
            answer = {"error": str(error)}
        line.send_text(json.dumps(answer, ensure_ascii=False).encode())

    def _flush(self, line: ServerProtocol) -> None:
        for data in line.data_to_send():
            if data:
                self.wfile.write(data)

    def _welcome(self) -> bool:
        """Whether the caller knows the token, and where to go; others are answered."""
        parts = urlsplit(self.path)
        given = self.headers.get("Authorization", "").removeprefix("Bearer ").strip()
        given = given or parse_qs(parts.query).get("token", [""])[0]
        if not hmac.compare_digest(given.encode("utf-8", "replace"), self.server.token):
            self._answer(401, {"error": "expected the token, as Authorization: Bearer TOKEN, or as ?token=TOKEN"})
            return False
        if parts.path != "/":
            self._answer(404, {"error": "expected the path /"})
            return False
        return True

    def _answer(self, status: int, told: dict[str, Any]) -> None:
        body = json.dumps(told, ensure_ascii=False).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        self.close_connection = True


def open_hook(*, port: int = PORT, host: str = HOST, keys: Path | None = None) -> Source:
    """A door at this port. keys: a file with MIEN_HOOK_TOKEN, or it is in the environment."""
    return Hook(needed_secret(TOKEN, keys, "a token of your own, 16 signs at least,"), port, host)
