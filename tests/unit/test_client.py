"""The API's client, against servers that refuse."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from mien.client import ApiError, Client


@contextmanager
def answering(*statuses: int, wait: str = "0") -> Iterator[tuple[str, list[str]]]:
    """A server that answers with each status in turn, and what it was asked."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status = statuses[len(asked)]
            asked.append(self.path)
            self.send_response(status)
            self.send_header("Retry-After", wait)
            self.end_headers()
            self.wfile.write(b'{"error": {"where": "requests"}}' if status >= 400 else b'{"status": "ok"}')

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", asked
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_who_asks_too_often_asks_once_more() -> None:
    with answering(429, 200) as (address, asked):
        assert Client(address, "").health() == {"status": "ok"}
    assert len(asked) == 2


@pytest.mark.parametrize(
    ("statuses", "wait"),
    [((429, 429), "0"), ((429,), "99"), ((429,), "soon"), ((503,), "0")],
    ids=["twice", "longer than it may take", "no number", "no room"],
)
def test_and_else_is_told(statuses: tuple[int, ...], wait: str) -> None:
    with answering(*statuses, wait=wait) as (address, asked):
        with pytest.raises(ApiError, match="requests") as refused:
            Client(address, "", timeout=5).health()
        assert refused.value.status == statuses[-1]
    assert len(asked) == len(statuses)
