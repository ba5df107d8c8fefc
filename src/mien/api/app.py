"""The API as an ASGI application: what is asked at which path, and who answers."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self, TypeVar

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocket

from mien import __version__
from mien.api import tasks
from mien.api.acts import VERSION, Acts
from mien.api.asking import ERROR, READING, SHOT, Asking
from mien.api.cast import Cast
from mien.api.errors import RefusedError, refused
from mien.api.gate import Access, Gate
from mien.api.limits import Limits
from mien.api.live import live
from mien.api.metrics import CONTENT, Metrics
from mien.api.openapi import Endpoint, document
from mien.api.page import page
from mien.api.schema import Schema, checked, from_query
from mien.face import MienError

PREFIX = "/api/v1"
_JSON = "application/json"
_MEDIA = ("video/mp4", "video/webm", "image/gif", "image/png")
_JSON_BYTES = 256 * 1024
_SWEEP = 15.0  # seconds between two looks at sessions that nobody cares for

Made = TypeVar("Made")


@dataclass(frozen=True, slots=True)
class Call:
    """One request, checked. name: of the path. asked: its JSON, or its query. body: its bytes."""

    name: str
    asked: Mapping[str, Any] = field(default_factory=dict)
    body: bytes = b""


class Api:
    """`/api/v1` and `/docs`, as an ASGI application; in a `with` block its sessions play.

    cast: what it offers. access: who may ask. limits: how much.
    """

    def __init__(self, cast: Cast, access: Access, limits: Limits | None = None) -> None:
        self.access, self.limits = access, limits or Limits()
        self._cast, self._metrics = cast, Metrics()
        self._acts = Acts(cast, self.limits, self._metrics)
        self._asking = Asking(cast, self.limits)
        self._jobs, self._waiting = asyncio.Semaphore(self.limits.jobs), 0
        self._swept = time.monotonic()
        self._document = document(self.endpoints(), __version__, self._asking.socket)
        self._page = page(self._document)
        self._app: ASGIApp = Gate(Starlette(routes=[
            *(Route(one.path, self._answering(one), methods=[one.method]) for one in self.endpoints()),
            Route("/docs", self._docs), WebSocketRoute(f"{PREFIX}/sessions/{{name}}/live", self._live),
        ], exception_handlers={404: _missing, 405: _missing, Exception: _broken}), access, self.limits)  # fmt: skip

    @property
    def paths(self) -> tuple[str, ...]:
        """Beginnings of the paths that it answers."""
        return ("/api/", "/docs")

    def endpoints(self) -> tuple[Endpoint, ...]:
        """Everything that may be asked over HTTP."""
        asking, session = self._asking, {"type": "object", "properties": {"id": {"type": "string"}, "shot": SHOT}}
        readings = {"type": "object", "properties": {"readings": {"type": "array", "items": READING}}}
        anything = {"type": "object"}
        return (
            Endpoint("GET", f"{PREFIX}/health", "Whether it answers", self._health, answer=anything, open=True),
            Endpoint("GET", f"{PREFIX}/openapi.json", "This document", self._openapi, answer=anything, open=True),
            Endpoint("GET", f"{PREFIX}/metrics", "Counts, for Prometheus", self._prometheus, media=("text/plain",)),
            Endpoint("GET", f"{PREFIX}/characters", "Who there is", self._characters, answer=anything),
            Endpoint("GET", f"{PREFIX}/characters/{{name}}", "One of them", self._character, answer=anything),
            Endpoint("POST", f"{PREFIX}/feel", "How a text feels", self._feel, asking.feel, answer=readings),
            Endpoint("POST", f"{PREFIX}/say", "Lines as a clip", self._say, asking.say, media=_MEDIA),
            Endpoint("POST", f"{PREFIX}/look", "The faces in a picture, and what they seem to feel", self._look,
                     query=asking.look, bytes=("image/jpeg", "image/png", "image/webp"), answer=anything),
            Endpoint("POST", f"{PREFIX}/hear", "A voice's mouth shapes, and its tone", self._hear, query=asking.hear,
                     bytes=("audio/wav", "audio/flac", "audio/ogg", "audio/mpeg", "audio/mp4", "audio/webm"),
                     answer=anything),
            Endpoint("GET", f"{PREFIX}/sessions", "Those that are open", self._sessions, answer=anything),
            Endpoint("POST", f"{PREFIX}/sessions", "Open a session", self._create, asking.session, answer=session,
                     status=201),
            Endpoint("GET", f"{PREFIX}/sessions/{{name}}", "How it stands", self._session, answer=session),
            Endpoint("POST", f"{PREFIX}/sessions/{{name}}/cues", "Let something happen in it", self._cue, asking.cue,
                     answer=anything, status=202),
            Endpoint("DELETE", f"{PREFIX}/sessions/{{name}}", "Close it", self._close, status=204),
        )  # fmt: skip

    def _answering(self, one: Endpoint) -> Callable[[Request], Awaitable[Response]]:
        """Checks a request, lets it be answered, and tells of errors."""

        async def answer(request: Request) -> Response:
            begun = time.perf_counter()
            try:
                self._tidy()
                response: Response = await one.answering(await self._call(one, request))
            except ClientDisconnect:
                return Response(status_code=499)  # nobody hears it
            except MienError as error:
                told = refused(error, one.path.rpartition("/")[2])
                response = JSONResponse(told.as_dict(), told.status, told.headers)
            status, took = str(response.status_code), time.perf_counter() - begun
            self._metrics.count("mien_requests_total", path=one.path, method=one.method, status=status)
            self._metrics.count("mien_request_seconds_total", took, path=one.path)
            return response

        return answer

    async def _call(self, one: Endpoint, request: Request) -> Call:
        name = str(request.path_params.get("name", ""))
        if one.bytes:
            asked = {key: schema["default"] for key, schema in one.query.items()}
            for key, text in request.query_params.multi_items():
                if key not in one.query:
                    raise RefusedError(422, key, f"one of {', '.join(one.query)}", "a parameter that is not known")
                asked[key] = from_query(text, one.query[key], key)
            return Call(name, asked, await _body(request, self.limits.bytes))
        if one.body is None:
            return Call(name)
        kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind != _JSON:  # a page of another site can send only other kinds without being asked for leave
            raise RefusedError(415, "Content-Type", _JSON, kind[:80] or "none")
        return Call(name, _parsed(await _body(request, _JSON_BYTES), one.body, "body"))

    def _tidy(self) -> None:
        if time.monotonic() > self._swept + _SWEEP:
            self._swept = time.monotonic()
            self._acts.sweep()

    async def _job(self, work: Callable[[], Made]) -> Made:
        """Work in a thread, a few at once; the others wait, and are not too many."""
        if self._waiting >= self.limits.jobs + self.limits.waiting:
            raise RefusedError(503, "server", f"at most {self._waiting} clips, pictures and sounds at once", "one more",
                               "ask again in a moment", {"retry-after": "5"})  # fmt: skip
        self._waiting += 1
        try:
            async with self._jobs:
                return await run_in_threadpool(work)
        finally:
            self._waiting -= 1

    async def _health(self, _: Call) -> Response:
        sessions = len(self._acts.all())
        return JSONResponse({"status": "ok", "mien": __version__, "protocol": VERSION, "sessions": sessions})

    async def _openapi(self, _: Call) -> Response:
        return JSONResponse(self._document)

    async def _prometheus(self, _: Call) -> Response:
        return Response(self._metrics.text({**self._acts.counts(), "mien_jobs": self._waiting}), media_type=CONTENT)

    async def _characters(self, _: Call) -> Response:
        told = [await run_in_threadpool(self._cast.told, name) for name in self._cast.characters]
        return JSONResponse({"characters": told})

    async def _character(self, call: Call) -> Response:
        return JSONResponse(await run_in_threadpool(self._cast.told, call.name))

    async def _feel(self, call: Call) -> Response:
        return JSONResponse(await run_in_threadpool(tasks.feel, self._cast, call.asked))

    async def _say(self, call: Call) -> Response:
        body, media = await self._job(lambda: tasks.say(self._cast, self.limits, call.asked))
        return Response(body, media_type=media)

    async def _look(self, call: Call) -> Response:
        return JSONResponse(await self._job(lambda: tasks.look(self._cast, self.limits, call.asked, call.body)))

    async def _hear(self, call: Call) -> Response:
        return JSONResponse(await self._job(lambda: tasks.hear(self.limits, call.asked, call.body)))

    async def _sessions(self, _: Call) -> Response:
        return JSONResponse({"sessions": [act.as_dict() for act in self._acts.all()]})

    async def _create(self, call: Call) -> Response:
        act = await run_in_threadpool(self._acts.create, call.asked)
        return JSONResponse(act.as_dict(), 201)

    async def _session(self, call: Call) -> Response:
        return JSONResponse(self._acts.get(call.name).as_dict())

    async def _cue(self, call: Call) -> Response:
        act = self._acts.get(call.name)
        await run_in_threadpool(self._acts.cue, act, call.asked, "http")
        return JSONResponse({"t": round(act.session.now, 4)}, 202)

    async def _close(self, call: Call) -> Response:
        await run_in_threadpool(self._acts.close, call.name)
        return Response(status_code=204)

    async def _docs(self, _: Request) -> Response:
        return HTMLResponse(self._page.html, headers={"content-security-policy": self._page.policy})

    async def _live(self, socket: WebSocket) -> None:
        await live(socket, self._acts, self._asking.socket, self.limits)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """As ASGI has it."""
        await self._app(scope, receive, send)

    def __enter__(self) -> Self:
        self._acts.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._acts.__exit__(kind, error, trace)


def _parsed(body: bytes, schema: Schema, where: str) -> Any:
    """A JSON text, as its schema says. Raises RefusedError."""
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):  # no text, no JSON, or nested without end
        raise RefusedError(400, where, "JSON", f"{len(body)} bytes of something else") from None
    return checked(value, schema, "")


async def _body(request: Request, most: int) -> bytes:
    """The request's bytes. Raises RefusedError as soon as they are too many."""
    told = request.headers.get("content-length", "")
    body = bytearray()
    if not (told.isdecimal() and int(told[:20]) > most):
        async for piece in request.stream():
            body += piece
            if len(body) > most:
                break
        else:
            return bytes(body)
    raise RefusedError(413, "body", f"at most {most:,} bytes", "more", "send less", {"connection": "close"})


async def _broken(_: Request, _error: Exception) -> Response:
    """Our own mistake: the client is told that much, whoever runs the server all of it."""
    hint = "please report it; whoever runs the server finds more in what it printed"
    told = RefusedError(500, "server", "no mistake of its own", "one", hint)
    return JSONResponse(told.as_dict(), told.status)


async def _missing(request: Request, error: Exception) -> Response:
    status = getattr(error, "status_code", 404)
    method = status == 405
    told = RefusedError(
        status, "method" if method else "path", "one of the API's", request.method if method else request.url.path,
        "see /docs, or /api/v1/openapi.json", dict(getattr(error, "headers", None) or {}),
    )  # fmt: skip
    return JSONResponse(told.as_dict(), told.status, told.headers)


__all__ = ["ERROR", "PREFIX", "Api"]
