"""A client of the API (docs/api.md): the standard library, and websockets where a session is watched.

Imports nothing else of mien, so that this file may be copied beside any program.
"""

from __future__ import annotations

import base64
import json
import os
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import quote, urlencode, urlsplit

if TYPE_CHECKING:
    from websockets.sync.client import ClientConnection

VERSION = 1
"""Of the WebSocket's messages."""

ADDRESS = "http://127.0.0.1:8642"


class ApiError(Exception):
    """A request was refused. status: of HTTP. where, expected, got, hint: what the server says."""

    def __init__(self, status: int, told: Mapping[str, Any]) -> None:
        error = told.get("error")
        parts: Mapping[str, Any] = error if isinstance(error, dict) else {}
        self.status = status
        self.where, self.expected, self.got, self.hint = (
            str(parts.get(name, "")) for name in ("where", "expected", "got", "hint")
        )
        hint = f"; {self.hint}" if self.hint else ""
        super().__init__(f"{status}: {self.where}: expected {self.expected}, got {self.got}{hint}")


@dataclass(frozen=True, slots=True)
class Sound:
    """A piece of a session's voice. t: seconds of the session; samples: 16 bit mono, little-endian; rate: a second."""

    t: float
    samples: bytes
    rate: int


class Client:
    """Asks a server of mien.

    address: http://host:port. token: the server's, by default of the environment variable MIEN_TOKEN. timeout: seconds
    for each answer. Several threads may share it. Who asks too often (429) waits as long as the server says and asks
    once more. Any method raises ApiError where it is refused, and ConnectionError where nobody answers.
    """

    def __init__(self, address: str = ADDRESS, token: str | None = None, timeout: float = 150.0) -> None:
        self._parts = urlsplit(address.rstrip("/"))
        if self._parts.scheme not in ("http", "https") or not self._parts.hostname:
            raise ValueError(f"address: expected one such as {ADDRESS}, got {address!r}")
        self._token = os.environ.get("MIEN_TOKEN", "") if token is None else token
        self._timeout = timeout

    def health(self) -> dict[str, Any]:
        """Whether it answers, and its version."""
        return self._told("GET", "health")

    def characters(self) -> list[dict[str, Any]]:
        """Who there is."""
        return list(self._told("GET", "characters")["characters"])

    def feel(self, text: str, *, tagged: bool = False) -> list[dict[str, Any]]:
        """How a text feels: one reading, or with `tagged`, a language model's text, one a sentence."""
        return list(self._told("POST", "feel", {"text": text, "tagged": tagged})["readings"])

    def say(self, lines: str | Sequence[str], **settings: Any) -> bytes:
        """Lines as a clip: format="mp4", "webm", "gif" or "png", character, size, fps, voice, …: docs/api.md."""
        asked = {"lines": [lines] if isinstance(lines, str) else list(lines), **settings}
        return self._ask("POST", "say", json.dumps(asked).encode(), "application/json")

    def look(self, picture: bytes, *, consent: bool, crop: bool = False) -> dict[str, Any]:
        """The faces in a JPEG, PNG or WebP picture. consent: of whoever is seen."""
        query = urlencode({"consent": str(consent).lower(), "crop": str(crop).lower()})
        found: dict[str, Any] = json.loads(self._ask("POST", f"look?{query}", picture, "image/jpeg"))
        return found

    def hear(self, sound: bytes, *, moments: bool = False, consent: bool = False) -> dict[str, Any]:
        """The mouth shapes of a voice in a file's bytes. moments: each hundredth of a second too. consent: of whoever
        speaks, to be told the tone of each phrase too."""
        query = urlencode({"moments": str(moments).lower(), "consent": str(consent).lower()})
        found: dict[str, Any] = json.loads(self._ask("POST", f"hear?{query}", sound, "audio/wav"))
        return found

    def session(self, **settings: Any) -> Session:
        """A new session: character, frames=True, size, fps, policy, temper, seed, voice: docs/api.md."""
        told = self._told("POST", "sessions", settings)
        return Session(self, str(told["id"]))

    def _told(self, method: str, path: str, asked: Any = None) -> dict[str, Any]:
        body = b"" if asked is None else json.dumps(asked).encode()
        answer = self._ask(method, path, body, "application/json")
        found: dict[str, Any] = json.loads(answer) if answer else {}
        return found

    def _ask(self, method: str, path: str, body: bytes, media: str, patient: bool = True) -> bytes:
        headers = {"Authorization": f"Bearer {self._token}", "Content-Type": media}
        kind = HTTPSConnection if self._parts.scheme == "https" else HTTPConnection
        connection = kind(self._parts.hostname or "", self._parts.port, timeout=self._timeout)
        try:
            connection.request(method, f"{self._parts.path}/api/v1/{path}", body, headers)
            answer = connection.getresponse()
            told = answer.read()
        except (HTTPException, OSError) as error:
            raise ConnectionError(f"{self._parts.netloc}: no answer ({error or type(error).__name__})") from error
        finally:
            connection.close()
        wait = answer.headers.get("Retry-After", "")
        if patient and answer.status == 429 and wait.isdecimal() and int(wait) <= self._timeout:
            time.sleep(int(wait))
            return self._ask(method, path, body, media, patient=False)
        if answer.status >= 400:
            try:
                found = json.loads(told)
            except ValueError:
                found = {}
            raise ApiError(answer.status, found if isinstance(found, dict) else {})
        return told

    def _socket(self, path: str) -> ClientConnection:
        from websockets.sync.client import connect

        scheme = "wss" if self._parts.scheme == "https" else "ws"
        return connect(
            f"{scheme}://{self._parts.netloc}{self._parts.path}/api/v1/{path}",
            subprotocols=["mien.v1"],  # type: ignore[list-item]  # a NewType of str
            additional_headers={"Authorization": f"Bearer {self._token}"}, max_size=None, open_timeout=self._timeout,
            compression=None, proxy=None,
        )  # fmt: skip


class Session:
    """A face that lives on the server, until the end of a `with` block, or `close`. id: its own."""

    def __init__(self, client: Client, name: str) -> None:
        self._client, self.id = client, name

    def state(self) -> dict[str, Any]:
        """How it stands, with its last shot."""
        return self._client._told("GET", self._path())

    def cue(self, **cue: Any) -> None:
        """Let something happen: say="…", chat={…}, felt={…}, directed={…}, hush=True: docs/api.md."""
        self._client._told("POST", f"{self._path()}/cues", cue)

    def say(self, line: str, **rest: Any) -> None:
        """A line of the character's own."""
        self.cue(say=line, **rest)

    @contextmanager
    def live(self, want: str = "expressions", *, sound: bool = False) -> Iterator[Live]:
        """Watch it: "expressions", "numbers", "frames" or "nothing", and its voice with `sound`."""
        with self._client._socket(f"{self._path()}/live") as socket:
            live = Live(socket)
            live.want(want, sound=sound)
            yield live

    def close(self) -> None:
        """End it."""
        self._client._told("DELETE", self._path())

    def _path(self) -> str:
        return f"sessions/{quote(self.id, safe='')}"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class Live:
    """A session's WebSocket. `for message in live` gives what comes: objects, `Sound`, and bytes (frames, numbers)."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self.hello: dict[str, Any] = json.loads(socket.recv())["hello"]
        """Who plays, told first."""
        if self.hello["version"] != VERSION:
            raise ApiError(0, {"error": {"where": "version", "expected": VERSION, "got": self.hello["version"]}})

    def want(self, what: str, *, sound: bool = False) -> None:
        """What shall come from now on."""
        self._socket.send(json.dumps({"want": what, "sound": sound}))

    def cue(self, **cue: Any) -> None:
        """As `Session.cue`; what is wrong with it comes as a message {"error": …}."""
        self._socket.send(json.dumps({"cue": cue}))

    def receive(self, timeout: float | None = None) -> dict[str, Any] | bytes | Sound:
        """The next message. Raises TimeoutError after `timeout` seconds, websockets' ConnectionClosed at the end."""
        message = self._socket.recv(timeout)
        if isinstance(message, bytes):
            return message
        told: dict[str, Any] = json.loads(message)
        if "sound" in told:
            sound = told["sound"]
            return Sound(sound["t"], base64.b64decode(sound["samples"]), sound["rate"])
        return told

    def shot(self, timeout: float | None = None) -> dict[str, Any]:
        """The next expression; other messages are passed over. Raises as `receive`."""
        while True:
            message = self.receive(timeout)
            if isinstance(message, dict) and "shot" in message:
                found: dict[str, Any] = message["shot"]
                return found

    def __iter__(self) -> Iterator[dict[str, Any] | bytes | Sound]:
        """What comes, until the session ends."""
        from websockets.exceptions import ConnectionClosedOK

        while True:
            try:
                yield self.receive()
            except ConnectionClosedOK:
                return
