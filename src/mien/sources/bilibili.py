"""A live room of bilibili as its web page sees it: no account needed, and none of its promises kept by anybody.

Whoever streams there himself has the sanctioned way, `bilibili_open`.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from typing import Any

from mien.face import DeviceError, PeerError, SettingsError
from mien.files import Secret, secret
from mien.peers import Peer, RefusedError
from mien.sources.connection import Connection, Damages, Message, listen
from mien.sources.sluice import Sluice
from mien.sources.source import Note, Put, Source
from mien.wire.bilibili import (
    AUTH,
    AUTH_REPLY,
    HEARTBEAT,
    HEARTBEAT_EACH,
    MESSAGE,
    NUMBER,
    Packet,
    as_body,
    from_body,
    hello,
    pack,
    unpack,
)  # fmt: skip
from mien.wire.bilibili_room import happened
from mien.wire.signing import wbi_key, wbi_signed

API, LIVE = "https://api.bilibili.com", "https://api.live.bilibili.com"
_AGENT = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36"
"""The web page's interface answers browsers only, and the key for a room is bound to it."""

_PATIENCE = 75.0  # seconds; a heartbeat is answered every 30
_ROBOT = (-352, -412)
_MOST_HOSTS = 3
_HEARTBEAT = pack(Packet(HEARTBEAT, b"{}", NUMBER))
_NO_ROOM = (1, 60004, 19002000)


@dataclass(frozen=True, slots=True)
class Bilibili:
    """The room of this number. session: the cookie SESSDATA of an account, without which names are masked.

    api, live: where bilibili is asked. now: the machine's clock, for tests another. Raises SettingsError.
    """

    room: int
    session: Secret | None = None
    api: str = API
    live: str = LIVE
    now: Callable[[], float] = time.monotonic

    def __post_init__(self) -> None:
        if not 0 < self.room < 10**12:
            raise SettingsError(f"room: expected the number in live.bilibili.com/NUMBER, got {self.room}")

    @property
    def name(self) -> str:
        """For messages."""
        return f"bilibili {self.room}"

    def run(self, put: Put, stop: Event) -> None:
        """Raises SettingsError when there is no such room or the cookie is no good, DeviceError, PeerError."""
        keys = self._keys(stop)
        if keys is None:
            return
        room, uid, buvid, token, hosts, live = keys
        masked = "" if uid else "; names are masked, for nobody is logged in"
        off = "" if live else "; the room is not live now"
        note = Note(f"{self.name}: listening{masked}{off}", "connected")
        with self._connected(hosts) as connection:
            connection.send(pack(Packet(AUTH, as_body(hello(room, token, uid, buvid)), NUMBER)))
            converse(connection, note, put, stop, self.now)

    def _keys(self, stop: Event) -> tuple[int, int, str, str, list[str], bool] | None:
        """Room, user, cookie, token, addresses of its servers, whether it is live; None when it was stopped."""
        cookie = {} if self.session is None else {"Cookie": f"SESSDATA={self.session.reveal()}"}
        buvid = str(_data(self._ask(self.api, "/x/frontend/finger/spi", stop, cookie)).get("b_3") or "")
        if buvid.isascii() and buvid.replace("-", "").isalnum():
            cookie = {"Cookie": "; ".join(filter(None, [cookie.get("Cookie"), f"buvid3={buvid}"]))}
        nav = self._ask(self.api, "/x/web-interface/nav", stop, cookie)
        if stop.is_set():
            return None
        if self.session is not None and not _data(nav).get("isLogin"):
            raise SettingsError(
                f"{self.name}: BILIBILI_SESSDATA is wrong or has expired; copy it anew from a browser that is logged in"
            )
        images = _data(nav).get("wbi_img")
        images = images if isinstance(images, dict) else {}
        key = wbi_key(images.get("img_url"), images.get("sub_url"))
        info = self._ask(self.live, "/room/v1/Room/get_info", stop, cookie, {"room_id": self.room})
        if stop.is_set():
            return None
        if _code(info) in _NO_ROOM:
            raise SettingsError(f"{self.name}: there is no such room; it is the number in live.bilibili.com/NUMBER")
        room = _whole(_data(info).get("room_id"))
        signed = wbi_signed({"id": room, "type": 0}, key, round(time.time()))
        server = self._ask(self.live, "/xlive/web-room/v1/index/getDanmuInfo", stop, cookie, signed)
        if stop.is_set():
            return None
        for answer in (info, server):
            self._refuse(answer)
        hosts, token = self._hosts(_data(server).get("host_list")), _data(server).get("token")
        if not room or not hosts or not isinstance(token, str):
            raise PeerError(f"{self.name}: expected a room, its servers and a token, got {server!r:.120}")
        return room, _whole(_data(nav).get("mid")), buvid, token, hosts, _data(info).get("live_status") == 1

    def _ask(
        self, address: str, path: str, stop: Event, headers: Mapping[str, str], query: Mapping[str, Any] | None = None
    ) -> Any:
        told = {"User-Agent": _AGENT, "Referer": f"https://live.bilibili.com/{self.room}", **headers}
        try:
            return Peer(self.name, address, "is this machine online?", told).ask_json(path, stop, query, method="GET")
        except RefusedError as error:
            if -error.status in _ROBOT:  # told by the status alone
                self._refuse({"code": -error.status})
            raise

    def _refuse(self, answer: Any) -> None:
        """Raises PeerError when an answer's code is none of success."""
        code = _code(answer)
        if code in _ROBOT:
            raise PeerError(
                f"{self.name}: bilibili refuses this machine ({code}): it takes it for a robot, or is asked too often; "
                "give the cookie of an account (BILIBILI_SESSDATA), or take the open platform (bilibili-open)"
            )
        if code != 0:
            message = answer.get("message") if isinstance(answer, dict) else answer
            raise PeerError(f"{self.name}: bilibili refuses ({code}): {message!r:.120}")

    def _hosts(self, listed: Any) -> list[str]:
        """Addresses of the room's servers, as the interface names them."""
        secure = self.live.startswith("https:")
        found = []
        for one in listed if isinstance(listed, list) else []:
            host = one.get("host") if isinstance(one, dict) else None
            port = _whole(one.get("wss_port" if secure else "ws_port")) if isinstance(one, dict) else 0
            if isinstance(host, str) and host.isascii() and host.replace(".", "").replace("-", "").isalnum() and port:
                found.append(f"{'wss' if secure else 'ws'}://{host}:{port}/sub")
        return found

    def _connected(self, hosts: list[str]) -> Connection:
        """The first of the servers that answers. Raises DeviceError."""
        for host in hosts[: _MOST_HOSTS - 1]:
            try:
                return Connection(self.name, host, _AGENT)
            except DeviceError:
                continue
        return Connection(self.name, hosts[:_MOST_HOSTS][-1], _AGENT)


def converse(
    connection: Connection, note: Note, put: Put, stop: Event, now: Callable[[], float] = time.monotonic,
    also: Callable[[], None] = lambda: None, each: float = HEARTBEAT_EACH,
) -> None:  # fmt: skip
    """Hand on what a room's server tells, until `stop` is set; first the note, once it has taken our hello.

    also: called each so many seconds beside the heartbeat. Raises PeerError when the server refuses or goes away.
    """
    name = connection.name
    damages, handed, start = Damages(name, put), Sluice(name, put, now), now()

    def hear(message: Message) -> None:
        data = message if isinstance(message, bytes) else message.encode()
        for packet in damages.over(lambda: unpack(data)):
            if packet.operation == AUTH_REPLY:
                answer = damages.over(lambda packet=packet: [from_body(packet)])  # type: ignore[misc]
                if answer and _code(answer[0]) != 0:
                    raise PeerError(f"{name}: the room's server refuses our key ({answer[0]!r:.80})")
                if answer:
                    put(note)
                    connection.send(_HEARTBEAT)
            elif packet.operation == MESSAGE:
                for one in damages.over(lambda packet=packet: happened(from_body(packet), now() - start)):  # type: ignore[misc]
                    handed(one)

    def beat() -> None:
        connection.send(_HEARTBEAT)
        also()

    listen(connection, stop, hear, beat, each, _PATIENCE, now)


def _code(answer: Any) -> Any:
    return answer.get("code") if isinstance(answer, dict) else None


def _data(answer: Any) -> dict[str, Any]:
    data = answer.get("data") if isinstance(answer, dict) else None
    return data if isinstance(data, dict) else {}


def _whole(value: Any) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 < value < 2**63 else 0


def open_bilibili(*, room: int, keys: Path | None = None) -> Source:
    """A live room, by its number. keys: a file with BILIBILI_SESSDATA; it may be in the environment too."""
    return Bilibili(room, secret("BILIBILI_SESSDATA", keys), API, LIVE)
