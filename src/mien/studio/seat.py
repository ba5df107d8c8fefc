"""One watcher's place: room for one frame, newest wins, and for a few pieces of news and sound."""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from contextlib import suppress
from uuid import uuid4

from starlette.websockets import WebSocket, WebSocketDisconnect

from mien.face import Colour

NEWS = 64
"""Pieces of news that wait for a slow watcher; older ones are dropped."""


class Seat:
    """Filled by any thread, emptied by one task of the event loop it was made in.

    dropped: frames that a newer one replaced before they were taken. name: its own. wants: one of `mien.wire.WANTS`, or
    "jpeg": the picture over `ground`. hears: whether it plays the character's voice. own: whether it
    is the studio's own page, which may change the show. over: nothing more comes.
    """

    def __init__(self) -> None:
        self.dropped = 0
        self.wants = "frames"
        self.hears = False
        self.ground: Colour = (0, 255, 0)
        self.over = self.own = False
        self.name = uuid4().hex
        self._frame: tuple[str | bytes, ...] = ()
        self._news: deque[str | bytes] = deque(maxlen=NEWS)
        self._lock = threading.Lock()
        self._loop, self._thread = asyncio.get_running_loop(), threading.get_ident()
        self._ready = asyncio.Event()

    def show(self, *frame: str | bytes) -> None:
        """Leave a frame, as numbers, painted or both, in place of one that was not taken yet."""
        with self._lock:
            self.dropped += bool(self._frame)
            self._frame = frame
        self._wake()

    def tell(self, news: str | bytes) -> None:
        """Leave a piece of news, JSON text, or of sound, bytes."""
        with self._lock:
            self._news.append(news)
        self._wake()

    def close(self) -> None:
        """Nothing more comes: the studio ends."""
        self.over = True
        self._wake()

    def _wake(self) -> None:
        if self._loop.is_closed():
            return
        if threading.get_ident() == self._thread:
            self._ready.set()
        else:
            self._loop.call_soon_threadsafe(self._ready.set)

    @property
    def holds(self) -> bool:
        """Whether a frame lies here."""
        return bool(self._frame)

    async def take(self) -> tuple[list[str | bytes], tuple[str | bytes, ...]]:
        """Wait until something lies here; the news in order, and what there is of a frame."""
        await self._ready.wait()
        self._ready.clear()
        with self._lock:
            news, frame = list(self._news), self._frame
            self._news.clear()
            self._frame = ()
        return news, frame

    async def serve(self, socket: WebSocket) -> None:
        """Send what comes until its watcher has left."""
        with suppress(WebSocketDisconnect, RuntimeError):  # gone: its receiving side says so too, and tidies up
            while True:
                news, frame = await self.take()
                await send(socket, *news, *frame)


async def send(socket: WebSocket, *messages: str | bytes) -> None:
    """Send these, JSON as text and all else as bytes."""
    for one in messages:
        await (socket.send_text(one) if isinstance(one, str) else socket.send_bytes(one))
