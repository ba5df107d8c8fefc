"""obs-websocket, version 5: what OBS says and is asked, as JSON text.

Source: obsproject, "obs-websocket 5.x.x Protocol".
"""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final

from mien.face import PeerError
from mien.files import parse_json

PORT: Final = 4455
HELLO, IDENTIFY, IDENTIFIED, REQUEST, RESPONSE = 0, 1, 2, 6, 7
"""Operations."""
AUTHENTICATION_FAILED: Final = 4009
"""The code with which OBS closes on a wrong password."""
NOT_READY: Final = 207
"""The status of a request that has to be asked again."""


@dataclass(frozen=True, slots=True)
class Reply:
    """number: of the request. good: whether it was done. comment: why not. data: what was asked for."""

    number: str
    good: bool
    status: int
    comment: str
    data: Mapping[str, Any]


def decode(text: str) -> tuple[int, Mapping[str, Any]]:
    """The operation of a message and its data. Raises PeerError."""
    told = parse_json(text, "OBS", PeerError)
    if not isinstance(told, dict) or not isinstance(told.get("op"), int) or not isinstance(told.get("d"), dict):
        raise PeerError(f'OBS: expected {{"op": …, "d": {{…}}}}, got {text!r:.80}')
    return told["op"], told["d"]


def identify(hello: Mapping[str, Any], password: str) -> str:
    """The answer to Hello: no events, and the password where it is asked for. Raises PeerError."""
    data: dict[str, Any] = {"rpcVersion": 1, "eventSubscriptions": 0}
    asked = hello.get("authentication")
    if asked is not None:
        if not isinstance(asked, dict) or not all(isinstance(asked.get(key), str) for key in ("salt", "challenge")):
            raise PeerError(f"OBS: expected a challenge and a salt, got {asked!r:.80}")
        data["authentication"] = authentication(password, asked["salt"], asked["challenge"])
    return json.dumps({"op": IDENTIFY, "d": data})


def authentication(password: str, salt: str, challenge: str) -> str:
    """The proof that one knows the password."""
    secret = b64encode(sha256((password + salt).encode()).digest()).decode()
    return b64encode(sha256((secret + challenge).encode()).digest()).decode()


def request(kind: str, number: str, data: Mapping[str, Any] | None = None) -> str:
    """A request, such as "SetCurrentProgramScene"."""
    asked = {"requestType": kind, "requestId": number, "requestData": dict(data or {})}
    return json.dumps({"op": REQUEST, "d": asked}, ensure_ascii=False)


def reply(data: Mapping[str, Any]) -> Reply:
    """What a RequestResponse says. Raises PeerError."""
    status = data.get("requestStatus")
    if not isinstance(status, dict) or not isinstance(status.get("result"), bool):
        raise PeerError(f"OBS: expected a requestStatus, got {str(data)!r:.80}")
    code, told = status.get("code"), data.get("responseData")
    return Reply(
        str(data.get("requestId", "")), status["result"], code if isinstance(code, int) else 0,
        str(status.get("comment") or f"status {code}"), told if isinstance(told, dict) else {},
    )  # fmt: skip
