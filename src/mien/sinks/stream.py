"""What the face does as JSON, moment by moment: to standard output, over UDP, or from a WebSocket server of our own."""

from __future__ import annotations

import json
import socket
import sys
from collections.abc import Callable
from contextlib import suppress
from http import HTTPStatus
from threading import Condition, Thread
from types import TracebackType
from typing import Any, Final, Self, TextIO
from urllib.parse import urlsplit

from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response
from websockets.sync.server import Server, ServerConnection, serve

from mien.face import DeviceError, Expression, SettingsError, Shot
from mien.rig import arkit, live2d, mmd, vrm
from mien.sinks.datagrams import DatagramSink
from mien.sinks.expressions import FORMAT, as_dict
from mien.sinks.newest import Newest
from mien.sinks.sink import Output, Sink
from mien.wire.address import Address, address, is_local

RIGS: Final[dict[str, Callable[[Expression], dict[str, float]]]] = {
    "arkit": arkit, "vrm0": lambda one: vrm(one, 0), "vrm1": vrm, "live2d": live2d, "mmd": mmd,
}  # fmt: skip
"""Parameters of somebody else's avatars that may come along, by name."""

_UDP, _WEBSOCKET = "127.0.0.1:8643", "127.0.0.1:8644"
_JOIN = 5.0  # seconds that a thread gets to end
_LEAVE = 1.0  # seconds that whoever listens gets to take the last shot
_MOST = 64  # programs that listen at once


def told(shot: Shot, rig: str) -> dict[str, Any]:
    """A shot as plain data, with the parameters of `rig` under its name."""
    data = as_dict(shot)
    if rig:
        data[rig] = {name: round(value, 4) for name, value in RIGS[rig](shot.expression).items()}
    return data


class Lines:
    """One line a shot to an open text, the format first. It misses nothing: the show waits for whoever reads it."""

    live = False
    needs_frame = False

    def __init__(self, text: TextIO, fps: float, rig: str) -> None:
        self._text, self._fps, self._rig = text, fps, rig

    def put(self, shot: Shot) -> None:
        """Write one shot. Raises BrokenPipeError when nobody reads it any more."""
        print(json.dumps(told(shot, self._rig), ensure_ascii=False), file=self._text, flush=True)

    def __enter__(self) -> Self:
        print(json.dumps({"format": FORMAT, "fps": self._fps}), file=self._text, flush=True)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        return None


class Datagrams(DatagramSink):
    """One datagram a shot, each with the format in it."""

    def __init__(self, to: Address, rig: str) -> None:
        super().__init__("json", to)
        self._rig = rig

    def packets(self, shot: Shot) -> list[bytes]:
        """The one datagram of a shot."""
        return [json.dumps({"format": FORMAT, **told(shot, self._rig)}, ensure_ascii=False).encode()]


class Stream:
    """A WebSocket server: whoever connects is told the format, then each shot, the newest where it is too slow.

    Browsers may connect from pages of this machine alone: a page of somebody else's would watch along.
    """

    live = True
    needs_frame = False

    def __init__(self, at: Address, fps: float, rig: str) -> None:
        self._at, self._fps, self._rig = at, fps, rig
        self._newest: Newest[str] = Newest()
        self._server: Server | None = None
        self._thread: Thread | None = None
        self._talking: set[ServerConnection] = set()
        self._left = Condition()
        self.port = at.port
        """Where it listens, once it is open."""

    @property
    def reached(self) -> bool:
        """Whether anybody listens."""
        return bool(self._talking)

    def put(self, shot: Shot) -> None:
        """Tell one shot to everybody; it costs nothing while nobody listens."""
        if self._talking:
            self._newest.put(json.dumps(told(shot, self._rig), ensure_ascii=False))

    def _talk(self, line: ServerConnection) -> None:
        with self._left:
            self._talking.add(line)
        number = 0
        try:
            line.send(json.dumps({"format": FORMAT, "fps": self._fps}))
            while self._newest.open:
                found = self._newest.after(number, 1.0)
                if found is not None and found[1] > number:
                    text, number = found
                    line.send(text)
                elif line.close_code is not None:
                    return
        except ConnectionClosed:
            return  # it has left
        finally:
            with self._left:
                self._talking.discard(line)
                self._left.notify_all()

    def _admit(self, line: ServerConnection, request: Request) -> Response | None:
        """Refuse pages of other sites, and more than there is room for."""
        origin = request.headers.get("Origin")
        if origin is not None and not is_local(urlsplit(origin).hostname or ""):
            return line.respond(HTTPStatus.FORBIDDEN, "Pages of this machine only.\n")
        if len(self._talking) >= _MOST:
            return line.respond(HTTPStatus.SERVICE_UNAVAILABLE, "No more room.\n")
        return None

    def __enter__(self) -> Self:
        self._newest = Newest()
        try:
            self._server = serve(
                self._talk, *self._at.pair, process_request=self._admit, compression=None, max_size=4096,
            )  # fmt: skip
        except OSError as error:
            raise DeviceError(
                f"json: cannot listen at {self._at}: {error.strerror or error}; choose another port"
            ) from error
        self.port = self._server.socket.getsockname()[1]
        self._thread = Thread(target=self._server.serve_forever, name="mien json", daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._server is None or self._thread is None:
            return
        self._newest.close()  # whoever is told something now is let go by the server
        with self._left:
            self._left.wait_for(lambda: not self._talking, _LEAVE)
            stuck = list(self._talking)
        for line in stuck:
            with suppress(OSError):  # it takes nothing: closing it would wait for it
                line.socket.shutdown(socket.SHUT_RDWR)
        self._server.shutdown()
        self._thread.join(_JOIN)
        self._server = self._thread = None


def open_sink(output: Output, *, to: str = "", rig: str = "") -> Sink:
    """JSON to where `to` says: "-" is standard output, "udp:HOST:PORT" a receiver, "ws:HOST:PORT" our own server.

    Raises SettingsError.
    """
    if rig and rig not in RIGS:
        raise SettingsError(f"rig: expected one of {', '.join(RIGS)}, got {rig!r}")
    kind, _, where = to.partition(":")
    match kind:
        case "-" if not where:
            return Lines(sys.stdout, output.fps, rig)
        case "udp":
            return Datagrams(address(where, _UDP, "to"), rig)
        case "ws" | "":
            return Stream(address(where, _WEBSOCKET, "to"), output.fps, rig)
    raise SettingsError(f'to: expected "-", "udp:HOST:PORT" or "ws:HOST:PORT", got {to!r}')
