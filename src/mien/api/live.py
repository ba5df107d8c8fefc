"""A session's WebSocket: cues in; expressions, numbers or frames, the voice, and what was read, out."""

from __future__ import annotations

import asyncio
import json
import time
from contextlib import suppress

from starlette.concurrency import run_in_threadpool
from starlette.websockets import WebSocket, WebSocketDisconnect

from mien.api.acts import FORMAT, READ, VERSION, Act, Acts, Watcher, message
from mien.api.errors import RefusedError, refused
from mien.api.gate import PROTOCOL
from mien.api.limits import Bucket, Limits
from mien.api.schema import Schema, checked
from mien.face import MienError
from mien.studio.seat import Seat, send
from mien.studio.server import AT_ONCE


async def live(socket: WebSocket, acts: Acts, schema: Schema, limits: Limits) -> None:
    """Serve one watcher of a session until it leaves, or the session ends. schema: of what it may say."""
    offered = [one.strip() for one in socket.headers.get("sec-websocket-protocol", "").split(",")]
    try:
        act = acts.get(str(socket.path_params["name"]))
    except RefusedError:
        await socket.close(1008, "no such session")
        return
    await socket.accept(PROTOCOL if PROTOCOL in offered else None)
    watcher = Watcher(Seat())
    try:
        acts.watch(act, watcher)
    except RefusedError as error:
        await socket.send_text(json.dumps(error.as_dict(), ensure_ascii=False))
        await socket.close(1013, "too many watchers")
        return
    await socket.send_text(message("hello", {"version": VERSION, "format": FORMAT, **act.as_dict()}))
    watcher.at_once = socket.scope.get("extensions", {}).get(AT_ONCE)
    sending = asyncio.create_task(_send(socket, watcher, act))
    try:
        await _receive(socket, acts, act, watcher, schema, limits)
    finally:
        sending.cancel()
        await asyncio.gather(sending, return_exceptions=True)
        acts.leave(act, watcher)
        if act.open:  # a text that was begun here will not go on
            await run_in_threadpool(acts.cue, act, {"write": "", "end": True}, watcher.seat.name)


async def _send(socket: WebSocket, watcher: Watcher, act: Act) -> None:
    """Send what comes to a watcher; at the session's end, close."""
    with suppress(WebSocketDisconnect, RuntimeError):  # gone: its receiving side says so too, and tidies up
        while True:
            news, shown = await watcher.seat.take()
            await send(socket, *news, *shown)
            watcher.behind = watcher.seat.holds
            if not act.open:
                await socket.close(1000, "the session is closed")
                return


async def _receive(
    socket: WebSocket, acts: Acts, act: Act, watcher: Watcher, schema: Schema, limits: Limits
) -> None:  # fmt: skip
    """Take a watcher's messages until it leaves; a bad one is answered, and the next is taken."""
    bucket = Bucket(limits.cues, 2.0 * limits.cues, time.monotonic())
    while True:
        told = await socket.receive()
        if told["type"] == "websocket.disconnect":
            return
        try:
            wait = bucket.take(time.monotonic())
            if wait:
                raise RefusedError(429, "message", f"at most {limits.cues:g} a second", "more", f"wait {wait:.2f} s")
            await _take(told.get("text"), acts, act, watcher, schema)
        except MienError as error:
            watcher.seat.tell(json.dumps(refused(error, "message").as_dict(), ensure_ascii=False))


async def _take(text: str | None, acts: Acts, act: Act, watcher: Watcher, schema: Schema) -> None:
    """One message. Raises RefusedError, MienError."""
    if text is None:
        raise RefusedError(415, "message", "text", "bytes")
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        raise RefusedError(400, "message", "JSON", f"{len(text)} characters of something else") from None
    asked = checked(value, schema, "")
    want = asked.get("want", watcher.wants)
    if want == "frames" and act.painter is None:
        raise RefusedError(422, "want", "a session with frames", "one without", 'create it with {"frames": true}')
    watcher.wants, watcher.sound = want, asked.get("sound", watcher.sound)
    if "cue" in asked:
        if READ.isdisjoint(asked["cue"]):  # done sooner than a thread is woken, which would hold up what plays
            acts.cue(act, asked["cue"])
        else:
            await run_in_threadpool(acts.cue, act, asked["cue"], watcher.seat.name)
    elif not asked:
        raise RefusedError(422, "message", "cue, want or sound", "none of them")
