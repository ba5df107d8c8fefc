"""The picture over HTTP, one JPEG after another: for OBS's media source, for ffmpeg, for an <img> in a page."""

from __future__ import annotations

from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from types import TracebackType
from typing import Any, Self

from mien.face import Colour, DeviceError, SettingsError, Shot
from mien.sinks.newest import Newest
from mien.sinks.sink import Output, Sink
from mien.wire import MJPEG, jpeg, part
from mien.wire.address import Address, address, is_local

_USUAL = "127.0.0.1:8645"
_STALL = 10.0  # seconds after which who takes nothing is left
_JOIN = 5.0  # seconds that a thread gets to end
_MOST = 32  # programs that watch at once


class Mjpeg:
    """Serves the newest frame to everybody who asks: `/` is the stream, `/frame.jpg` one picture.

    background: what lies behind the face, for JPEG knows no transparency. quality: of the JPEGs, 1..100.
    """

    live = True
    needs_frame = True

    def __init__(self, at: Address, background: Colour, quality: int) -> None:
        self._at, self._background, self._quality = at, background, quality
        self._newest: Newest[bytes] = Newest()
        self._server: _Server | None = None
        self._thread: Thread | None = None
        self.port = at.port
        """Where it listens, once it is open."""

    @property
    def reached(self) -> bool:
        """Whether anybody watches the stream."""
        return self._server is not None and self._server.watching > 0

    def put(self, shot: Shot) -> None:
        """Show one painted shot. Raises ValueError when it is not painted."""
        if shot.frame is None:
            raise ValueError("mjpeg: the shot was not painted")
        self._newest.put(jpeg(shot.frame, self._background, self._quality))

    def __enter__(self) -> Self:
        self._newest = Newest()
        try:
            self._server = _Server(self._at, self._newest)
        except OSError as error:
            raise DeviceError(
                f"mjpeg: cannot listen at {self._at}: {error.strerror or error}; choose another port"
            ) from error
        self.port = self._server.server_address[1]
        self._thread = Thread(target=lambda: self._serve(0.1), name="mien mjpeg", daemon=True)
        self._thread.start()
        return self

    def _serve(self, every: float) -> None:
        if self._server is not None:
            self._server.serve_forever(every)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._server is None or self._thread is None:
            return
        self._newest.close()
        self._server.shutdown()
        self._thread.join(_JOIN)
        self._server.server_close()
        self._server = self._thread = None


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, at: Address, newest: Newest[bytes]) -> None:
        self.newest, self.local = newest, at.local
        self.watching, self.lock = 0, Lock()
        super().__init__(at.pair, _Handler)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Nothing: whoever watches may leave at any time."""


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    timeout = _STALL

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing."""

    def do_GET(self) -> None:
        """Answer with the stream or with one picture."""
        host = self.headers.get("Host", "").rpartition(":")[0] or self.headers.get("Host", "")
        if self.server.local and host and not is_local(host.strip("[]")):
            # a page of another site whose name was let point here (DNS rebinding)
            self.send_error(HTTPStatus.FORBIDDEN, "Pages of this machine only")
        elif self.path.partition("?")[0] == "/frame.jpg":
            self._picture()
        elif self.path.partition("?")[0] == "/":
            self._stream()
        else:
            self.send_error(HTTPStatus.NOT_FOUND, "There are / and /frame.jpg")

    def _picture(self) -> None:
        found = self.server.newest.after(0, _STALL)
        if found is None:
            self.send_error(HTTPStatus.SERVICE_UNAVAILABLE, "No picture yet")
            return
        self._head("image/jpeg", len(found[0]))
        self.wfile.write(found[0])

    def _stream(self) -> None:
        with self.server.lock:
            full = self.server.watching >= _MOST
            self.server.watching += not full
        if full:
            self.send_error(HTTPStatus.SERVICE_UNAVAILABLE, "No more room")
            return
        try:
            self._head(MJPEG)
            number = 0
            while self.server.newest.open:
                found = self.server.newest.after(number, 1.0)
                if found is None or found[1] == number:
                    continue
                picture, number = found
                self.wfile.write(part(picture))
        except OSError:
            return  # it has left, or takes nothing
        finally:
            with self.server.lock:
                self.server.watching -= 1

    def _head(self, kind: str, size: int | None = None) -> None:
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", kind)
        self.send_header("Cache-Control", "no-store")
        self.send_header("X-Content-Type-Options", "nosniff")
        if size is not None:
            self.send_header("Content-Length", str(size))
        self.end_headers()


def open_sink(output: Output, *, to: str = "", quality: int = 85) -> Sink:
    """A server of our own at `to`. Raises SettingsError."""
    if not 1 <= quality <= 100:
        raise SettingsError(f"quality: expected 1..100, got {quality}")
    return Mjpeg(address(to, _USUAL, "to"), output.background, quality)
