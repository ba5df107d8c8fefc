"""A server over HTTP for a fake program, while a `with` block lasts."""

from __future__ import annotations

from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from types import TracebackType
from typing import Self


class Served:
    """Serves on this machine while its `with` block lasts; handlers find it as `self.server.fake`.

    over: set at the end of the block, so that whoever is silent answers no more.
    """

    def __init__(self, handler: type[BaseHTTPRequestHandler]) -> None:
        self.over = Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._server.daemon_threads = True
        self._server.fake = self  # type: ignore[attr-defined]
        self._thread = Thread(target=lambda: self._server.serve_forever(0.01), name="fake server", daemon=True)

    @property
    def address(self) -> str:
        """Where it is, with no path."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.over.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
