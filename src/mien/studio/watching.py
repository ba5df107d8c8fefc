"""One watcher on one WebSocket, from the first message to the last."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from starlette.websockets import WebSocket

from mien.studio.seat import Seat
from mien.studio.stage import Stage


async def watching(socket: WebSocket, stage: Stage, seat: Seat, heed: Callable[[], Awaitable[None]]) -> None:
    """Accept the socket, greet, and send what comes to the seat while `heed` takes what the watcher says."""
    await socket.accept()
    await socket.send_text(stage.greeting(seat))
    with stage.watched_by(seat):
        sending = asyncio.create_task(seat.serve(socket))
        try:
            await heed()
        finally:
            sending.cancel()
            await asyncio.gather(sending, return_exceptions=True)
