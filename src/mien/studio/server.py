"""The studio's server: one socket on the loopback interface."""

from __future__ import annotations

import socket
from collections.abc import Callable
from contextlib import nullcontext
from http import HTTPStatus

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.http11 import Request
from websockets.protocol import State

from mien.face import DeviceError
from mien.studio.onair import Air, Running
from mien.studio.page import LARGEST, page
from mien.studio.stage import Stage

HOST = "127.0.0.1"

AT_ONCE = "mien.at_once"
"""The extension of a WebSocket's scope that sends at once: text or bytes to whether they were sent."""


def listen(port: int, host: str = HOST) -> socket.socket:
    """A socket that listens on the loopback interface, or another; port 0 takes any free one.

    Raises DeviceError when the port is taken.
    """
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen()  # now, so that a browser that is told the address early waits instead of failing
    except OSError as error:
        listener.close()
        raise DeviceError(
            f"port {port}: cannot listen: {error.strerror}; choose another, or 0 for any free one"
        ) from error
    return listener


def serve(
    stage: Stage, *, port: int = 8642,
    opened: Callable[[str], None] = lambda _: None, beside: Callable[[ASGIApp], ASGIApp] = lambda app: app,
    running: Running | None = None,
) -> None:  # fmt: skip
    """Show the stage to the browsers of this machine until Ctrl-C.

    opened: called with the address once it answers. beside: gives the application that answers other paths, and
    leaves the page's to the one that it is given. running: what the show is, for a page that connects, films and writes
    the show down, and for /stage; without it there is none of that.

    Raises DeviceError when the port is taken.
    """
    listener = listen(port)
    address = f"http://{HOST}:{listener.getsockname()[1]}/"
    air = None if running is None else Air(stage, running)
    app = beside(page(stage, started=lambda: opened(address), air=air))
    with listener, stage, air or nullcontext():
        answer(app, listener, stage.leave)


class _Server(uvicorn.Server):
    """ends: is called before open connections are waited for."""

    def __init__(self, config: uvicorn.Config, ends: Callable[[], None]) -> None:
        super().__init__(config)
        self._ends = ends

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """As uvicorn's, after what has no end of its own was told to end."""
        self._ends()
        await super().shutdown(sockets)


class _Socket(WebSocketsSansIOProtocol):
    """uvicorn's WebSocket, which an application may also write to at once, under the name `AT_ONCE` in the extensions
    of its scope: no task has to be woken for it."""

    def handle_connect(self, event: Request) -> None:
        """As uvicorn's."""
        super().handle_connect(event)
        if self.response.status_code == HTTPStatus.SWITCHING_PROTOCOLS:  # else there is no scope
            self.scope["extensions"][AT_ONCE] = self.at_once  # type: ignore[assignment]

    def at_once(self, message: str | bytes) -> bool:
        """Send a message of at most 65,535 bytes now, from the event loop.

        False, and nothing is sent, while it is not open, its peer is slow, or packs what is sent.
        """
        if not self.handshake_complete or self.conn.state is not State.OPEN or self.conn.extensions:
            return False
        if self.transport.get_write_buffer_size():
            return False
        kind, data = (b"\x81", message.encode()) if isinstance(message, str) else (b"\x82", message)
        size = bytes((len(data),)) if len(data) < 126 else b"\x7e" + len(data).to_bytes(2, "big")
        self.transport.write(kind + size + data)  # one whole message: RFC 6455, 5.2
        return True


def answer(app: ASGIApp, listener: socket.socket, ends: Callable[[], None] = lambda: None) -> None:
    """Let an application answer whoever comes to this socket, until Ctrl-C; then it is closed. ends: is called then."""
    config = uvicorn.Config(
        app,
        log_level="warning",
        lifespan="on",
        ws=_Socket,
        ws_max_size=LARGEST,
        ws_per_message_deflate=False,  # frames are packed already
        timeout_graceful_shutdown=5,
    )
    try:
        with listener:
            _Server(config, ends).run(sockets=[listener])
    except KeyboardInterrupt:
        pass  # the ordinary end; uvicorn raises it again after its tidy shutdown
