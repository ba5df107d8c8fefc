"""The face for other programs: /stage for OBS's browser source, /stage.mjpeg for those without a browser.

Whoever knows the token sees and hears; nobody moves anything from here.
"""

from __future__ import annotations

import hmac
import os
import secrets
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path
from typing import Final

from starlette.requests import HTTPConnection, Request
from starlette.responses import FileResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.websockets import WebSocket

from mien.face import MienError, PeerError, SettingsError
from mien.face.colour import colour
from mien.files import config_folder, read_text, write_private
from mien.studio.seat import Seat
from mien.studio.stage import Stage
from mien.studio.watching import watching
from mien.wire import MJPEG, part
from mien.wire.page import Audible, Wanted, decode, error

TOKEN: Final = "MIEN_STAGE_TOKEN"
"""The environment variable that holds the token where it is not to be the one that is kept."""

_PAGE = Path(__file__).parent / "static" / "stage.html"
_SHORTEST = 12
_MOST = 32
"""Programs that watch by /stage.mjpeg at once; each is painted for."""


def stage_token(kept: Path | None = None) -> str:
    """The token of /stage: the environment's, else the one that is kept in a file that only its owner may read, so that
    a scene in OBS goes on working when the studio is started again; else a random one, for this run alone.

    kept: the file, in the user's own folder unless another is given. Raises SettingsError when the token is none.
    """
    kept = kept or config_folder() / "stage.token"
    token, where = os.environ.get(TOKEN, ""), TOKEN
    with suppress(MienError, OSError):  # a home that cannot be read or written to: a token for this run
        if not token and kept.exists():
            token, where = read_text(kept, most=4096).strip(), str(kept)
        elif not token:
            token = secrets.token_urlsafe(18)
            write_private(kept, f"{token}\n")
    token = token or secrets.token_urlsafe(18)
    if len(token) < _SHORTEST or not all(sign.isascii() and (sign.isalnum() or sign in "-_.~") for sign in token):
        raise SettingsError(f"{where}: expected {_SHORTEST} or more letters, digits and -_.~, got fewer or others")
    return token


def outside(stage: Stage, token: str) -> list[BaseRoute]:
    """The routes, for those who know the token."""

    def known(asked: HTTPConnection) -> bool:
        given = asked.query_params.get("token", "")
        return hmac.compare_digest(given.encode("utf-8", "replace"), token.encode())

    async def page(request: Request) -> Response:
        return FileResponse(_PAGE) if known(request) else _unknown()

    async def live(socket: WebSocket) -> None:
        if not known(socket):
            await socket.close(1008)  # before it is accepted: a 403
            return
        seat = Seat()
        await watching(socket, stage, seat, lambda: _heed(socket, seat))

    async def mjpeg(request: Request) -> Response:
        if not known(request):
            return _unknown()
        seat = Seat()
        try:
            seat.ground = colour(request.query_params.get("background", "00ff00"), PeerError)
        except PeerError as problem:
            return PlainTextResponse(f"background: {problem}\n", 400)
        seat.wants = "jpeg"
        if sum(other.wants == "jpeg" for other in stage.seats) >= _MOST:
            return PlainTextResponse("No more room.\n", 503)
        return StreamingResponse(_pictures(stage, seat), media_type=MJPEG)

    return [Route("/stage", page), WebSocketRoute("/stage/live", live), Route("/stage.mjpeg", mjpeg)]


def _unknown() -> Response:
    text = "Another token: take the address that `mien studio` prints, or that its page shows under Connect.\n"
    return PlainTextResponse(text, 403)


async def _heed(socket: WebSocket, seat: Seat) -> None:
    """Take what a watcher asks for until it leaves: which pictures, and whether with sound; nothing else."""
    while True:
        message = await socket.receive()
        if message["type"] == "websocket.disconnect":
            return
        try:
            match decode(message.get("text") or ""):
                case Wanted(what):
                    seat.wants = what
                case Audible(on):
                    seat.hears = on
                case _:
                    raise PeerError('a stage only watches: expected {"want": …} or {"sound": …}')
        except MienError as problem:
            seat.tell(error(problem))


async def _pictures(stage: Stage, seat: Seat) -> AsyncIterator[bytes]:
    """One JPEG after another, as the parts of one answer that does not end."""
    with stage.watched_by(seat):
        while not seat.over:
            _, frame = await seat.take()
            for jpeg in frame:
                if isinstance(jpeg, bytes):
                    yield part(jpeg)
