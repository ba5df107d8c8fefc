"""A live room of bilibili by its open platform: the sanctioned way, for whoever streams there himself."""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from typing import Any

from mien.face import MienError, PeerError, SettingsError
from mien.files import Secret, needed_secret
from mien.peers import Peer
from mien.sources.bilibili import converse
from mien.sources.connection import Connection
from mien.sources.source import Note, Put, Source
from mien.wire.bilibili import AUTH, NUMBER, Packet, pack
from mien.wire.signing import open_platform_signed

PLATFORM = "https://live-open.biliapi.com"
_NAME = "bilibili-open"
_BEAT = 20.0  # seconds between two heartbeats of the app; it is ended after 60 without
_ENDING = 3.0  # seconds that saying good-bye may take
_YOURS = {
    4001: "the app's number", 4002: "the access key's secret", 4004: "the app's number", 7007: "the streamer's code",
    8002: "the streamer's code",
}  # fmt: skip
"""Codes of answers that a person has to mend, and what is likely wrong. Others may pass."""

_AGAIN = (7001, 7002)


@dataclass(frozen=True, slots=True)
class BilibiliOpen:
    """The room of the streamer whose code it is. app: number of the app; key, secret: of the developer's account.

    platform: where it is asked. now: the machine's clock, for tests another. Raises SettingsError.
    """

    app: int
    key: Secret
    secret: Secret
    code: Secret
    platform: str = PLATFORM
    now: Callable[[], float] = time.monotonic

    def __post_init__(self) -> None:
        if not 0 < self.app < 10**18:
            raise SettingsError(f"app: expected the number of your app, got {self.app}")

    def run(self, put: Put, stop: Event) -> None:
        """Raises SettingsError when a key is no good, DeviceError, PeerError."""
        told = self._ask("/v2/app/start", {"code": self.code.reveal(), "app_id": self.app}, stop)
        if told is None:
            return
        try:
            game, info = str(told["game_info"]["game_id"]), told["websocket_info"]
            address, hello = next(one for one in info["wss_link"] if isinstance(one, str)), str(info["auth_body"])
        except (KeyError, TypeError, StopIteration):
            raise PeerError(f"{_NAME}: expected an address and a key for the room, got something else") from None
        try:
            with Connection(_NAME, address) as connection:
                connection.send(pack(Packet(AUTH, hello.encode(), NUMBER)))
                note = Note(f"{_NAME}: listening", "connected")
                converse(connection, note, put, stop, self.now, lambda: self._beat(game, stop), _BEAT)
        finally:
            self._end(game)

    def _beat(self, game: str, stop: Event) -> None:
        if game:
            self._ask("/v2/app/heartbeat", {"game_id": game}, stop)

    def _end(self, game: str) -> None:
        """Say good-bye: the platform would not begin anew for a while."""
        if game:
            with suppress(MienError):  # it notices by itself, later
                self._ask("/v2/app/end", {"app_id": self.app, "game_id": game}, Event(), _ENDING)

    def _ask(self, path: str, question: dict[str, Any], stop: Event, patience: float = 20.0) -> dict[str, Any] | None:
        """The data of an answer, None when it was stopped. Raises SettingsError, DeviceError, PeerError."""
        body = json.dumps(question).encode()
        signed = open_platform_signed(
            body, self.key.reveal(), self.secret.reveal(), round(time.time()), secrets.token_hex(16)
        )
        answer = Peer(_NAME, self.platform, "is this machine online?", signed, patience).ask_json(path, stop, body=body)
        if stop.is_set() and answer is None:
            return None
        code = answer.get("code") if isinstance(answer, dict) else None
        if code == 0:
            data = answer.get("data")
            return data if isinstance(data, dict) else {}
        message = str(answer.get("message"))[:120] if isinstance(answer, dict) else ""
        if isinstance(code, int) and code in _YOURS:
            raise SettingsError(f"{_NAME}: refused ({code} {message!r}); check {_YOURS[code]}")
        again = "; it was begun just now, and may be again soon" if code in _AGAIN else ""
        raise PeerError(f"{_NAME}: {path} is refused ({code} {message!r}){again}")


def open_bilibili_open(*, app: int, keys: Path | None = None) -> Source:
    """Your own room by an app of yours. keys: a file with the three keys, or they are in the environment."""
    key = needed_secret("BILIBILI_ACCESS_KEY_ID", keys, "the access_key_id of your developer's account")
    secret = needed_secret("BILIBILI_ACCESS_KEY_SECRET", keys, "the access_key_secret of your developer's account")
    code = needed_secret("BILIBILI_CODE", keys, "the streamer's code (身份码)")
    return BilibiliOpen(app, key, secret, code, PLATFORM)
