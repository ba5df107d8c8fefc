"""Who may ask: this machine's own names, known origins, whoever has the token, and nobody too often."""

from __future__ import annotations

import hmac
import json
import os
import secrets
import time
from collections import OrderedDict
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mien.api.errors import RefusedError
from mien.api.limits import Bucket, Limits
from mien.face import SettingsError

OPEN = ("/api/v1/health", "/api/v1/openapi.json", "/docs")
"""What is answered without the token."""

PROTOCOL = "mien.v1"
"""The WebSocket's subprotocol; a browser, which can send no header, offers "mien.token.TOKEN" beside it."""

_TOKEN = "mien.token."
_ENVIRONMENT, _PASSWORD = "MIEN_TOKEN", "MIEN_PASSWORD"
_SHORTEST = 12
_CLIENTS = 4_096
_LOOPBACK = ("127.0.0.1", "localhost", "[::1]")

_HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-frame-options", b"DENY"),
    (b"cache-control", b"no-store"),
)


@dataclass(frozen=True, slots=True)
class Access:
    """Who may ask. token: whoever knows it. public: under any name of this machine, not only its loopback's. origins:
    of pages that may ask beside those of this server.

    Raises SettingsError on an origin that is none.
    """

    token: str = field(repr=False)
    public: bool = False
    origins: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for origin in self.origins:
            parts = urlsplit(origin)
            if origin != "null" and (parts.scheme not in ("http", "https") or not parts.netloc or parts.path):
                raise SettingsError(f"origin: expected one such as http://127.0.0.1:8000, or null, got {origin!r}")

    @classmethod
    def of_environment(cls, public: bool = False, origins: tuple[str, ...] = ()) -> Access:
        """The token of the environment, else a random one; for the public the password of the environment.

        Raises SettingsError where the public has no password, or either is short.
        """
        name = _PASSWORD if public else _ENVIRONMENT
        token = os.environ.get(name, "")
        if public and not token:
            raise SettingsError(f"--public: expected a password in the environment variable {name}, got none")
        if token and (len(token) < _SHORTEST or not token.isascii() or not token.isprintable() or " " in token):
            raise SettingsError(f"{name}: expected {_SHORTEST} or more letters, digits and signs, got fewer or others")
        return cls(token or secrets.token_urlsafe(24), public, origins)

    def hosted(self, host: str, origin: str) -> bool:
        """Whether a request to this host, from a page of this origin ("" for none), is let in.

        Another site's page could else ask through a visitor's own browser: by an Origin of its own, or by a name of its
        own that it lets point to 127.0.0.1 (DNS rebinding).
        """
        name = host.rpartition(":")[0] if not host.endswith("]") and ":" in host else host
        own = ("", f"http://{host}", *((f"https://{host}",) if self.public else ()))
        return (self.public or name in _LOOPBACK) and (origin in own or origin in self.origins)

    def known(self, headers: dict[bytes, bytes]) -> bool:
        """Whether the token was told, as `Authorization: Bearer` or as a subprotocol."""
        told = headers.get(b"authorization", b"")
        given = told[7:].strip() if told[:7].lower() == b"bearer " else b""
        for offer in headers.get(b"sec-websocket-protocol", b"").split(b","):
            if offer.strip().startswith(_TOKEN.encode()):
                given = offer.strip()[len(_TOKEN) :]
        return hmac.compare_digest(given, self.token.encode())


class Gate:
    """Lets good requests through to an application, with careful headers; answers the others."""

    def __init__(self, app: ASGIApp, access: Access, limits: Limits) -> None:
        self._app, self._access, self._limits = app, access, limits
        self._buckets: OrderedDict[str, Bucket] = OrderedDict()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """As ASGI has it."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        origin = headers.get(b"origin", b"").decode("latin-1")
        allowed = _cross(origin) if origin in self._access.origins else ()

        async def careful(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", ()), *_HEADERS, *allowed]
            await send(message)

        refusal = self._refusal(scope, headers, origin)
        if refusal is not None:
            await refuse(scope, careful, refusal)
        elif scope["type"] == "http" and scope["method"] == "OPTIONS" and allowed:
            await careful({"type": "http.response.start", "status": 204, "headers": []})
            await careful({"type": "http.response.body", "body": b""})
        else:
            await self._app(scope, receive, careful)

    def _refusal(self, scope: Scope, headers: dict[bytes, bytes], origin: str) -> RefusedError | None:
        """Why this is not let through, if it is not."""
        if not self._access.hosted(headers.get(b"host", b"").decode("latin-1"), origin):
            hint = "ask under the address that the server printed; pages of another origin need --origin"
            return RefusedError(403, "Host, Origin", "this server's own name, and a page of it or none", "others", hint)
        wait = self._wait((scope.get("client") or ("",))[0])
        if wait:
            most = f"at most {self._limits.rate:g} requests a second"
            return RefusedError(429, "requests", most, "more", f"wait {wait:.2f} s",
                                {"retry-after": str(int(wait) + 1)})  # fmt: skip
        preflight = scope["type"] == "http" and scope["method"] == "OPTIONS"
        if scope["path"].rstrip("/") not in OPEN and not preflight and not self._access.known(headers):
            hint = "the server prints its token as it starts; a WebSocket may offer the subprotocol mien.token.TOKEN"
            return RefusedError(401, "Authorization", "Bearer and the server's token", "none, or another", hint,
                                {"www-authenticate": 'Bearer realm="mien"'})  # fmt: skip
        return None

    def _wait(self, client: str) -> float:
        """Seconds until this client may ask; 0 for now. Clients that have been away longest are forgotten."""
        now = time.monotonic()
        bucket = self._buckets.pop(client, None) or Bucket(self._limits.rate, self._limits.burst, now)
        self._buckets[client] = bucket
        if len(self._buckets) > _CLIENTS:
            self._buckets.popitem(last=False)
        return bucket.take(now)


def _cross(origin: str) -> tuple[tuple[bytes, bytes], ...]:
    """What a browser wants to hear before a page of another origin may ask."""
    return (
        (b"access-control-allow-origin", origin.encode("latin-1")),
        (b"access-control-allow-methods", b"GET, POST, DELETE"),
        (b"access-control-allow-headers", b"authorization, content-type"),
        (b"vary", b"origin"),
    )


async def refuse(scope: Scope, send: Send, error: RefusedError) -> None:
    """Answer with an error; a WebSocket is closed before it was opened, which its client sees as a 403."""
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1008, "reason": "refused"})
        return
    body = json.dumps(error.as_dict(), ensure_ascii=False).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    headers += [(name.encode(), value.encode()) for name, value in error.headers.items()]
    await send({"type": "http.response.start", "status": error.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
