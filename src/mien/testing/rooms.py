"""What fake live rooms have in common: a WebSocket, an interface over HTTP, and ways to fail."""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import TCPServer
from threading import Event, Lock, Thread
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit

from websockets.exceptions import ConnectionClosed
from websockets.sync.server import ServerConnection, serve

ROOM_FAULTS = ("", "drops", "damaged", "garbage", "silent", "refuses", "wrong key")
"""How a fake room may fail: it hangs up after each message; a damaged message stands before each good one; nothing but
damaged ones; it takes the call and says nothing; it hangs up on whoever comes; the key is wrong."""

Said = str | bytes
_QUIET = logging.Logger("mien.testing.rooms", logging.CRITICAL + 1)
_LOOK = 0.01  # seconds between two looks at whether there is more to tell
_GARBAGE = 64  # damaged messages in a row


class FakeRoom:
    """A WebSocket server and an interface over HTTP, while its `with` block lasts. fault: one of ROOM_FAULTS."""

    damage: Said = b"\x00\x01damaged"
    """A message that nobody can read."""

    def __init__(self, fault: str = "") -> None:
        if fault not in ROOM_FAULTS:
            raise ValueError(f"{type(self).__name__}: expected a fault of {', '.join(ROOM_FAULTS)}, got {fault!r}")
        self.fault = fault
        self.calls = 0
        """How often somebody came to listen."""
        self.heard: list[Said] = []
        """What listeners said."""
        self.asked: list[tuple[str, dict[str, Any]]] = []
        """(path, query and body) of every question over HTTP."""
        self.headers: list[dict[str, str]] = []
        self._told: list[Said] = []
        self.given = 0
        """How many of the messages that it was to tell were sent."""
        self._lines: set[ServerConnection] = set()
        self._lock, self._over = Lock(), Event()
        self._web = _Web(self)
        self._server = serve(self._listener, "127.0.0.1", 0, logger=_QUIET, compression=None, close_timeout=0.2)
        self._threads = [
            Thread(target=lambda: self._web.serve_forever(0.01), name="fake room, web", daemon=True),
            Thread(target=self._server.serve_forever, name="fake room, lines", daemon=True),
        ]

    @property
    def api(self) -> str:
        """Where it is asked over HTTP."""
        return f"http://127.0.0.1:{self._web.server_address[1]}"

    @property
    def port(self) -> int:
        """Of its WebSocket."""
        return int(self._server.socket.getsockname()[1])

    def tell(self, *messages: Said) -> None:
        """What listeners are told from now on: each message once, when somebody listens."""
        with self._lock:
            self._told += messages

    def hang_up(self) -> None:
        """End every connection, as a server does that is started anew."""
        for line in list(self._lines):
            line.close()

    def answer(self, path: str, said: dict[str, Any], body: bytes, headers: dict[str, str]) -> tuple[int, Any]:  # noqa: ARG002
        """(status, JSON) for a question over HTTP; `said`: its query and its body together."""
        return 404, {"code": -404, "message": "nothing is there"}

    def reply(self, said: Said) -> Sequence[Said] | None:  # noqa: ARG002
        """What is answered to what a listener says; None hangs up."""
        return ()

    def lets_in(self, said: Said) -> bool:  # noqa: ARG002
        """Whether who says this is told from then on what happens."""
        return True

    def _listener(self, line: ServerConnection) -> None:
        self.calls += 1
        self._lines.add(line)
        try:
            with suppress(ConnectionClosed):
                self._converse(line)
        finally:
            self._lines.discard(line)

    def _converse(self, line: ServerConnection) -> None:
        let_in = False
        while not self._over.is_set():
            with suppress(TimeoutError):
                said = line.recv(timeout=_LOOK)
                self.heard.append(said)
                answers = () if self.fault == "silent" else None if self.fault == "refuses" else self.reply(said)
                if answers is None:
                    return
                for answer in answers:
                    line.send(answer)
                let_in = let_in or (bool(answers) and self.lets_in(said))
            while let_in and (message := self._next()) is not None:
                if self.fault == "damaged":
                    line.send(self.damage)
                line.send(message)
                if self.fault == "drops":
                    return
            if let_in and self.fault == "garbage":
                for _ in range(_GARBAGE):
                    line.send(self.damage)

    def _next(self) -> Said | None:
        with self._lock:
            if self.given == len(self._told) or self.fault == "garbage":
                return None
            self.given += 1
            return self._told[self.given - 1]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._server.shutdown()
        self._web.shutdown()
        self._web.server_close()
        for thread in self._threads:
            thread.join()


class _Web(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, room: FakeRoom) -> None:
        self.room = room
        super().__init__(("127.0.0.1", 0), _Asked)

    def server_bind(self) -> None:
        """Without the library's question for this machine's name."""
        TCPServer.server_bind(self)


class _Asked(BaseHTTPRequestHandler):
    server: _Web

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing."""

    def do_GET(self) -> None:
        """As a POST."""
        room, parts = self.server.room, urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        said: dict[str, Any] = dict(parse_qsl(parts.query)) | (json.loads(body) if body else {})
        room.asked.append((parts.path, said))
        room.headers.append(dict(self.headers))
        status, told = room.answer(parts.path, said, body, dict(self.headers))
        data = json.dumps(told).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    do_POST = do_GET  # noqa: N815 - the library's
