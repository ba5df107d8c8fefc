"""The moves that watchers recorded, as files: they can be saved, and others be brought."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from mien.face import InputError, MienError
from mien.files import decoded
from mien.show import Hand
from mien.wire import move_name, pack_move, parse_move
from mien.wire.move import MOST_BYTES


def moves_route(hand: Hand) -> Route:
    """GET /moves/NAME.json gives a move's file, PUT keeps one under this name; what is wrong is told as text."""

    async def answer(request: Request) -> Response:
        try:
            name = move_name(request.path_params["name"])
            if request.method != "PUT":
                saved = {"content-disposition": f"attachment; filename*=UTF-8''{quote(name)}.json"}
                return Response(pack_move(hand.moves.read(name)), media_type="application/json", headers=saved)
            told = parse_move(decoded(await _body(request), "the file"), "the file")
            hand.moves.keep(replace(told, name=name))
        except MienError as problem:
            return PlainTextResponse(f"{problem}\n", 422 if request.method == "PUT" else 404)
        hand.tell()
        return Response(status_code=204)

    return Route("/moves/{name}.json", answer, methods=["GET", "PUT"])


async def _body(request: Request) -> bytes:
    """What a request brings. Raises InputError when it is more than a move may have."""
    data = bytearray()
    async for piece in request.stream():
        data += piece
        if len(data) > MOST_BYTES:
            raise InputError(f"the file: expected at most {MOST_BYTES:,} bytes, got more")
    return bytes(data)
