"""What the studio answers: the page's files, and the WebSocket: lines and a camera go in, frames come out.

A page that paints by itself gets the character's files, and numbers in place of frames.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette.websockets import WebSocket

from mien.character import MANIFEST
from mien.face import PARTS, MienError, PeerError
from mien.face.colour import colour
from mien.sources import Write
from mien.studio.moves import moves_route
from mien.studio.onair import Air
from mien.studio.outside import outside
from mien.studio.seat import Seat
from mien.studio.stage import Stage
from mien.studio.troupe import BUNDLE
from mien.studio.watching import watching
from mien.wire import is_sound
from mien.wire.page import (
    Asked,
    Audible,
    Chosen,
    Coloured,
    Filmed,
    Hushed,
    Recorded,
    Said,
    Tempered,
    Wanted,
    Written,
    decode,
    error,
)
from mien.wire.play import Played

STATIC = Path(__file__).parent / "static"
LARGEST = 64 * 1024
"""Bytes of a message that the server takes; a larger one ends that connection."""

_HEADERS = (
    (
        b"content-security-policy",
        b"default-src 'self'; img-src 'self' blob:; connect-src 'self' ws:; frame-ancestors 'none'",
    ),
    (b"x-content-type-options", b"nosniff"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"referrer-policy", b"no-referrer"),
    (b"cache-control", b"no-cache"),
)


class Loopback:
    """Lets only pages of this server in.

    Another site's page could else talk to it through the visitor's own browser: by an Origin of its own,
    or by a name of its own that it lets point to 127.0.0.1 (DNS rebinding).
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a good request on with careful headers; answer others with 403."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        host = headers.get(b"host", b"").decode("latin-1")
        origin = headers.get(b"origin", b"").decode("latin-1")
        name = host.rpartition(":")[0] if not host.endswith("]") and ":" in host else host
        if name not in ("127.0.0.1", "localhost", "[::1]") or origin not in ("", f"http://{host}"):
            await _refuse(scope, send)
            return

        async def careful(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", ()), *_HEADERS]
            await send(message)

        await self._app(scope, receive, careful)


async def _refuse(scope: Scope, send: Send) -> None:
    """Answer 403, or close the socket."""
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1008, "reason": "pages of this server only"})
        return
    text = [(b"content-type", b"text/plain")]
    await send({"type": "http.response.start", "status": 403, "headers": text})
    await send({"type": "http.response.body", "body": b"This studio answers its own page only.\n"})


async def _receive(socket: WebSocket, seat: Seat, stage: Stage, air: Air | None) -> None:
    """Take a watcher's messages until it leaves; a bad one is answered, and the next is taken."""
    while True:
        message = await socket.receive()
        if message["type"] == "websocket.disconnect":
            return
        try:
            data = message.get("bytes")
            if data is not None:
                (stage.hear if is_sound(data) else stage.picture)(seat, data)
                continue
            match decode(message["text"]):
                case Filmed(use, policy, consent):
                    stage.film(seat, use, policy, consent)
                case Said(line, policy):
                    stage.say(line, policy)
                case Written(tokens, end):
                    stage.write(Write(tokens, end, writer=seat.name))
                case Recorded(use, policy, consent):
                    stage.record(seat, use, policy, consent)
                case Hushed():
                    stage.hush()
                case Audible(on):
                    seat.hears = on
                case Wanted(what):
                    seat.wants = what
                case Coloured(colours):
                    stage.recolour(colours)
                case Played(act):
                    stage.hand.play(act)
                case Tempered(settings):
                    stage.retemper(settings)
                case Chosen(name):  # files are read: others go on meanwhile
                    await asyncio.to_thread(stage.choose, name)
                case Asked(line):
                    await asyncio.to_thread(stage.explain, seat, line)
                case told:
                    if air is None or not seat.own:
                        raise PeerError("only the studio's own page connects, films and has keys; open it in a browser")
                    await asyncio.to_thread(air.ask, told)
        except MienError as problem:
            seat.tell(error(problem))


def page(stage: Stage, *, started: Callable[[], None] | None = None, air: Air | None = None) -> ASGIApp:
    """The ASGI application: the page's files at /, its WebSocket at /live.

    Of each character of the stage's troupe the files from which a page may paint it are at /character/NAME/, and
    small pictures at /look/NAME; moves that were recorded are at /moves/NAME.json. started: called once the
    application answers. air: what this server's own page may connect and film; with it there are /stage, see
    `outside`, and /show.toml.
    """

    async def file(request: Request) -> Response:
        who, name = request.path_params["who"], request.path_params["name"]
        try:
            path = stage.troupe.files(who).get(name) if stage.troupe is not None else None
        except PeerError:
            path = None
        if path is None:
            raise HTTPException(404)
        kind = "application/json" if path.name == MANIFEST else "application/octet-stream"
        return FileResponse(path, media_type=kind)

    async def look(request: Request) -> Response:
        if stage.troupe is None:
            raise HTTPException(404)
        if request.headers.get("sec-fetch-site", "none") not in ("same-origin", "none"):
            raise HTTPException(403)  # another site's page would have this machine paint
        asked = request.query_params
        try:
            told = {part: colour(asked[part], PeerError) for part in PARTS if part in asked}
            picture = await asyncio.to_thread(
                stage.troupe.look, request.path_params["who"], asked.get("policy", ""), asked.get("feeling", ""), told
            )
        except MienError as problem:
            return PlainTextResponse(f"{problem}\n", 404)
        return Response(picture, media_type="image/png")

    async def live(socket: WebSocket) -> None:
        seat = Seat()
        seat.own = socket.headers.get("origin") == f"http://{socket.headers.get('host')}"  # which a browser always says
        await watching(socket, stage, seat, lambda: _receive(socket, seat, stage, air))

    async def show(_: Request) -> Response:
        if air is None:
            raise HTTPException(404)
        headers = {"content-disposition": 'attachment; filename="show.toml"'}
        return Response(await asyncio.to_thread(air.show), media_type="application/toml", headers=headers)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        if started is not None:
            started()
        yield

    app = Starlette(
        routes=[
            WebSocketRoute("/live", live),
            *(outside(stage, air.token) if air is not None else ()),
            Route("/show.toml", show),
            Route(f"/{BUNDLE}{{who}}/{{name}}", file),
            Route("/look/{who}", look),
            moves_route(stage.hand),
            Mount("/", StaticFiles(directory=STATIC, html=True)),
        ],
        lifespan=lifespan,
    )
    return Loopback(app)
