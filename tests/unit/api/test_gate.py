"""Hosts, origins, the token, and how often."""

from __future__ import annotations

import asyncio
import json

import pytest
from starlette.types import Message, Receive, Scope, Send

from mien.api import Access, Limits
from mien.api.gate import Gate
from mien.face import SettingsError

TOKEN = "correct-horse"
BEARER = (b"authorization", f"Bearer {TOKEN}".encode())


async def _inner(_scope: Scope, _receive: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"in"})


def ask(
    *headers: tuple[bytes, bytes], access: Access | None = None, gate: Gate | None = None, host: bytes = b"localhost:1",
    path: str = "/api/v1/feel", method: str = "POST", kind: str = "http",
) -> tuple[int, dict[bytes, bytes], bytes]:  # fmt: skip
    """Status, headers and body of the answer to one request."""
    sent: list[Message] = []
    scope = {
        "type": kind, "method": method, "path": path, "headers": [(b"host", host), *headers],
        "client": ("127.0.0.1", 1),
    }  # fmt: skip

    async def send(message: Message) -> None:
        sent.append(message)

    async def receive() -> Message:
        return {"type": "http.request"}

    asyncio.run((gate or Gate(_inner, access or Access(TOKEN), Limits()))(scope, receive, send))
    if kind == "websocket":
        return sent[0].get("code", 0), {}, b""
    return sent[0]["status"], dict(sent[0]["headers"]), sent[1]["body"]


def test_whoever_knows_the_token_is_let_in() -> None:
    status, headers, body = ask(BEARER)
    assert (status, body) == (200, b"in")
    assert headers[b"x-content-type-options"] == b"nosniff"
    assert headers[b"cache-control"] == b"no-store"


@pytest.mark.parametrize(
    "given", [b"", b"Bearer", b"Bearer x", b"Basic Y29ycmVjdA==", b"Bearer correct-horse2", b"\xff"]
)
def test_whoever_does_not_is_told_so(given: bytes) -> None:
    status, headers, body = ask((b"authorization", given))
    assert status == 401
    assert b"www-authenticate" in headers
    assert TOKEN.encode() not in body
    assert json.loads(body)["error"]["where"] == "Authorization"


@pytest.mark.parametrize("path", ["/api/v1/health", "/api/v1/openapi.json", "/docs", "/docs/"])
def test_some_is_open(path: str) -> None:
    assert ask(path=path, method="GET")[0] == 200


@pytest.mark.parametrize("path", ["/api/v1/healthy", "/api/v1/characters", "/api/v1/metrics", "/docs/x", "/api/v1"])
def test_the_rest_is_not(path: str) -> None:
    assert ask(path=path, method="GET")[0] == 401


@pytest.mark.parametrize("host", [b"evil.example", b"127.0.0.1.evil.example:80", b"", b"localhost.", b"0.0.0.0:8642"])
def test_other_names_of_this_machine_are_refused(host: bytes) -> None:
    assert ask(BEARER, host=host)[0] == 403


@pytest.mark.parametrize("origin", [b"http://evil.example", b"null", b"https://localhost:1", b"http://localhost:2"])
def test_pages_of_other_origins_are_refused(origin: bytes) -> None:
    assert ask(BEARER, (b"origin", origin))[0] == 403
    assert ask(BEARER, (b"origin", origin), kind="websocket")[0] == 1008


def test_a_page_of_this_server_is_let_in() -> None:
    assert ask(BEARER, (b"origin", b"http://localhost:1"))[0] == 200


def test_a_known_origin_is_let_in_and_may_ask_first() -> None:
    access = Access(TOKEN, origins=("http://localhost:8000",))
    origin = (b"origin", b"http://localhost:8000")
    status, headers, _ = ask(origin, access=access, method="OPTIONS")
    assert (status, headers[b"access-control-allow-origin"]) == (204, b"http://localhost:8000")
    assert ask(origin, BEARER, access=access)[1][b"access-control-allow-origin"] == b"http://localhost:8000"
    assert ask(origin, access=access)[0] == 401
    assert ask((b"origin", b"http://localhost:8001"), BEARER, access=access)[0] == 403


def test_a_browser_offers_the_token_as_a_subprotocol() -> None:
    seen: list[str] = []

    async def inner(_scope: Scope, _receive: Receive, send: Send) -> None:
        seen.append("in")
        await send({"type": "websocket.accept", "code": 1})

    gate = Gate(inner, Access(TOKEN), Limits())
    assert (
        ask((b"sec-websocket-protocol", f"mien.v1, mien.token.{TOKEN}".encode()), gate=gate, kind="websocket")[0] == 1
    )
    assert ask((b"sec-websocket-protocol", b"mien.v1, mien.token.x"), gate=gate, kind="websocket")[0] == 1008
    assert seen == ["in"]


def test_nobody_asks_too_often_whatever_they_know() -> None:
    gate = Gate(_inner, Access(TOKEN), Limits(rate=1e-6, burst=3))
    assert [ask(BEARER, gate=gate)[0] for _ in range(4)] == [200, 200, 200, 429]
    status, headers, body = ask(gate=gate)
    assert status == 429
    assert int(headers[b"retry-after"]) > 0
    assert "wait" in json.loads(body)["error"]["hint"]


def test_the_public_needs_a_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MIEN_PASSWORD", raising=False)
    monkeypatch.delenv("MIEN_TOKEN", raising=False)
    with pytest.raises(SettingsError, match="MIEN_PASSWORD, got none"):
        Access.of_environment(public=True)
    monkeypatch.setenv("MIEN_PASSWORD", "short")
    with pytest.raises(SettingsError, match="12 or more"):
        Access.of_environment(public=True)
    monkeypatch.setenv("MIEN_PASSWORD", "long enough, though with spaces")
    with pytest.raises(SettingsError, match="12 or more"):
        Access.of_environment(public=True)
    monkeypatch.setenv("MIEN_PASSWORD", "long-enough-now")
    access = Access.of_environment(public=True)
    assert access.token == "long-enough-now"
    assert "long-enough" not in repr(access)
    assert access.hosted("face.example", "https://face.example")
    assert not access.hosted("face.example", "https://evil.example")
    one, other = Access.of_environment(), Access.of_environment()
    assert one.token != other.token
    assert len(one.token) >= 32


@pytest.mark.parametrize("origin", ["localhost", "ftp://x", "http://x/y", "*", "http://"])
def test_an_origin_is_an_origin(origin: str) -> None:
    with pytest.raises(SettingsError, match="origin"):
        Access(TOKEN, origins=(origin,))
