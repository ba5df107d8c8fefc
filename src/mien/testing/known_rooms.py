"""Fake rooms of bilibili, Twitch and YouTube: they answer as those servers do, or fail as asked.

Built from the published formats; what they are told is kept, so that a test can look at it.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from mien.testing.rooms import FakeRoom, Said
from mien.wire import irc
from mien.wire.bilibili import AUTH, AUTH_REPLY, HEARTBEAT, HEARTBEAT_REPLY, MESSAGE, Packet, as_body, pack, unpack


class FakeBilibili(FakeRoom):
    """Room 7734200, short 5, by its web page, and by the open platform.

    session: the cookie of an account that it knows. version: of its packets' bodies, 0, 2 or 3.
    """

    ROOM, SHORT, APP, KEY, SECRET, CODE, TOKEN = 7734200, 5, 77, "ak", "sk", "ID", "tok"
    IMAGE = "https://i0.hdslb.com/bfs/wbi/7cd084941338484aae1ad9425b84077c.png"
    SUB = "https://i0.hdslb.com/bfs/wbi/4932caff0ff746eab6f01bf08b70ac45.png"
    MIXED = "ea1db124af3c7062474693fa704f4ff8"  # of the two, as bilibili-API-collect has it

    def __init__(self, fault: str = "", version: int = 2, session: str = "") -> None:
        super().__init__(fault)
        self.version, self.session = version, session
        self.ended: list[str] = []
        """The games that were ended."""

    def command(self, name: str, **rest: Any) -> bytes:
        """A message of the room as its server sends it."""
        return self.message({"cmd": name, **rest})

    def message(self, *commands: dict[str, Any]) -> bytes:
        """Several of them in one."""
        plain = b"".join(pack(Packet(MESSAGE, as_body(one))) for one in commands)
        return pack(Packet(MESSAGE, plain, self.version)) if self.version else plain

    def line(self, author: str, text: str, crc: str = "0") -> bytes:
        """A viewer's line."""
        first = [0, 1, 25, 0, 0, 0, 0, crc, 0, 0, 0, "", 0, "{}", "{}", {"extra": "{}"}]
        info = [first, text, [0, author, 0, 0, 0, 10000, 1, ""], [], [0, 0, 0, ">50000"], ["", ""], 0, 0]
        return self.command("DANMU_MSG:4:0:2:2:2:0", info=info)

    def reply(self, said: Said) -> Sequence[Said] | None:
        """Let in whoever has the key; answer heartbeats."""
        answers = []
        for packet in unpack(said if isinstance(said, bytes) else said.encode()):
            if packet.operation == AUTH:
                good = json.loads(packet.body).get("key") == self.TOKEN and self.fault != "wrong key"
                answers.append(pack(Packet(AUTH_REPLY, as_body({"code": 0 if good else -101}))))
            elif packet.operation == HEARTBEAT:  # the number, then our own words, which are not counted
                answers.append(pack(Packet(HEARTBEAT_REPLY, (12345).to_bytes(4, "big"), 1)) + packet.body)
        return answers

    def answer(self, path: str, said: dict[str, Any], body: bytes, headers: dict[str, str]) -> tuple[int, Any]:
        """As api.bilibili.com, api.live.bilibili.com and live-open.biliapi.com do."""
        logged_in = bool(self.session) and f"SESSDATA={self.session}" in headers.get("Cookie", "")
        match path:
            case "/x/frontend/finger/spi":
                return 200, {"code": 0, "data": {"b_3": "AB12-CD34infoc", "b_4": ""}}
            case "/x/web-interface/nav":
                images = {"img_url": self.IMAGE, "sub_url": self.SUB}
                who = {"isLogin": True, "mid": 42} if logged_in else {"isLogin": False}
                return 200, {"code": 0 if logged_in else -101, "data": {**who, "wbi_img": images}}
            case "/room/v1/Room/get_info":
                if said.get("room_id") not in (str(self.ROOM), str(self.SHORT)):
                    return 200, {"code": 1, "message": "未找到该房间", "data": []}
                return 200, {"code": 0, "data": {"room_id": self.ROOM, "live_status": 1}}
            case "/xlive/web-room/v1/index/getDanmuInfo":
                return 200, self._server_of(said, headers)
            case "/v2/app/start" | "/v2/app/heartbeat" | "/v2/app/end":
                return 200, self._open(path, said, body, headers)
        return super().answer(path, said, body, headers)

    def _server_of(self, said: dict[str, Any], headers: dict[str, str]) -> dict[str, Any]:
        told = dict(said)
        given = told.pop("w_rid", "")
        signed = hashlib.md5(f"{urlencode(sorted(told.items()))}{self.MIXED}".encode()).hexdigest()
        if given != signed or "buvid3=" not in headers.get("Cookie", ""):
            return {"code": -352, "message": "-352"}
        host = {"host": "127.0.0.1", "port": self.port, "ws_port": self.port, "wss_port": self.port}
        return {"code": 0, "data": {"token": self.TOKEN, "host_list": [host]}}

    def _open(self, path: str, said: dict[str, Any], body: bytes, headers: dict[str, str]) -> dict[str, Any]:
        names = sorted(name for name in headers if name.lower().startswith("x-bili-"))
        told = "\n".join(f"{name.lower()}:{headers[name]}" for name in names)
        good = hmac.new(self.SECRET.encode(), told.encode(), hashlib.sha256).hexdigest()
        lower = {name.lower(): value for name, value in headers.items()}
        if (
            lower.get("authorization") != good
            or lower.get("x-bili-content-md5") != hashlib.md5(body).hexdigest()
            or lower.get("x-bili-accesskeyid") != self.KEY
        ):
            return {"code": 4002, "message": "签名校验失败", "request_id": "1"}
        if path == "/v2/app/end":
            self.ended.append(said["game_id"])
            return {"code": 0, "data": {}}
        if path == "/v2/app/heartbeat":
            return {"code": 0 if said.get("game_id") == "g1" else 7003, "message": "0", "data": {}}
        if said.get("code") != self.CODE or said.get("app_id") != self.APP:
            return {"code": 7007, "message": "身份码错误", "request_id": "1"}
        hello = json.dumps({"roomid": self.ROOM, "protover": 2, "uid": 1, "key": self.TOKEN, "group": "open"})
        return {"code": 0, "data": {
            "game_info": {"game_id": "g1"}, "anchor_info": {"room_id": self.ROOM, "uname": "ada"},
            "websocket_info": {"auth_body": hello, "wss_link": [f"ws://127.0.0.1:{self.port}/sub"]},
        }}  # fmt: skip


class FakeTwitch(FakeRoom):
    """Channel "neko"; joining another is answered by nothing, as Twitch does."""

    damage = "@\x00\x01 :"
    nick = "justinfan1"
    """Of whoever came last."""

    @property
    def address(self) -> str:
        """Of its chat."""
        return f"ws://127.0.0.1:{self.port}"

    def line(self, author: str, text: str, **tags: str) -> str:
        """A viewer's line, with tags beside the usual ones; underscores in their names are hyphens."""
        return self.raw("PRIVMSG", text, author, **tags)

    def raw(self, command: str, text: str = "", author: str = "Somebody", **tags: str) -> str:
        """Any message to the channel."""
        login = author.lower()
        usual = dict.fromkeys(("badge-info", "badges", "color", "emotes", "flags", "user-type"), "") | {
            "display-name": author, "id": "1", "login": login, "mod": "0", "room-id": "1", "subscriber": "0",
            "system-msg": "it happened", "tmi-sent-ts": "1796000000000", "turbo": "0", "user-id": "2",
        }  # fmt: skip
        named = usual | {name.replace("_", "-"): value for name, value in tags.items()}
        source = f"{login}!{login}@{login}.tmi.twitch.tv" if command == "PRIVMSG" else "tmi.twitch.tv"
        line = irc.format(irc.Message(command, ("#neko",), named, source))
        return f"{line} :{text}\r\n" if text else f"{line}\r\n"

    def lets_in(self, said: Said) -> bool:
        """Who has joined."""
        return "JOIN" in str(said)

    def reply(self, said: Said) -> Sequence[Said] | None:
        """Acknowledge, welcome, let in, and answer PINGs."""
        answers = []
        for line in str(said).split("\r\n"):
            message = irc.parse(line) if line else irc.Message("")
            match message.command, message.parameters:
                case "CAP", _:
                    answers.append(":tmi.twitch.tv CAP * ACK :twitch.tv/tags twitch.tv/commands\r\n")
                case "NICK", (nick,):
                    self.nick = nick
                    answers.append(f":tmi.twitch.tv 001 {nick} :Welcome, GLHF!\r\n:tmi.twitch.tv 376 {nick} :>\r\n")
                case "JOIN", ("#neko",):
                    me = self.nick
                    answers.append(f":{me}!{me}@{me}.tmi.twitch.tv JOIN #neko\r\n")
                    answers.append("@emote-only=0;room-id=1;slow=0 :tmi.twitch.tv ROOMSTATE #neko\r\n")
                    answers.append(f":{me}.tmi.twitch.tv 353 {me} = #neko :{me}\r\n")
                    answers.append(f":{me}.tmi.twitch.tv 366 {me} #neko :End of /NAMES list\r\n")
                case "PING", (what,):
                    answers.append(f":tmi.twitch.tv PONG tmi.twitch.tv :{what}\r\n")
        return answers


class FakeYouTube(FakeRoom):
    """The chat of one video. refusal: a reason for which every question is refused. live: whether it is on air; over:
    whether it ends with its last page. interval: seconds between two questions that it asks for.
    """

    VIDEO, KEY, CHAT = "vid-eo_1234", "AIza-key", "chat1"

    def __init__(self, fault: str = "", interval: float = 1.0) -> None:
        super().__init__(fault)
        self.refusal, self.interval = "", interval
        self.live, self.over = True, False
        self._pages: list[list[dict[str, Any]]] = [[self.line("old", "before we came")]]

    def line(self, author: str, text: str, seconds: float = 0.0) -> dict[str, Any]:
        """A viewer's line, so many seconds after the hour."""
        return self.event("textMessageEvent", author, seconds, textMessageDetails={"messageText": text})

    def event(self, kind: str, author: str, seconds: float = 0.0, **details: Any) -> dict[str, Any]:
        """Any message of the chat."""
        minute, second = divmod(seconds, 60.0)
        when = f"2026-11-29T12:{int(minute):02d}:{second:09.6f}+00:00"
        return {
            "kind": "youtube#liveChatMessage", "id": "x", "snippet": {"type": kind, "publishedAt": when, **details},
            "authorDetails": {"channelId": "c", "displayName": author},
        }  # fmt: skip

    def page(self, *messages: dict[str, Any]) -> None:
        """One more page, for the next question."""
        self._pages.append(list(messages))

    def answer(self, path: str, said: dict[str, Any], body: bytes, headers: dict[str, str]) -> tuple[int, Any]:  # noqa: ARG002
        """As www.googleapis.com does."""
        if headers.get("X-Goog-Api-Key") != self.KEY or self.fault == "wrong key":
            return 400, _refusal(400, "API_KEY_INVALID", "badRequest")
        if self.refusal:
            return 403, _refusal(403, "", self.refusal)
        if self.fault == "garbage":
            return 200, {"items": 7}
        if path == "/youtube/v3/videos":
            chat = {"activeLiveChatId": self.CHAT} if self.live else {}
            return 200, {"items": [{"id": self.VIDEO, "liveStreamingDetails": chat}] * (said["id"] == self.VIDEO)}
        if path != "/youtube/v3/liveChat/messages" or said.get("liveChatId") != self.CHAT:
            return 404, _refusal(404, "", "liveChatNotFound")
        number = int(said.get("pageToken") or 0)
        if self.over and number >= len(self._pages):
            return 403, _refusal(403, "", "liveChatEnded")
        items: list[Any] = self._pages[number] if number < len(self._pages) else []
        if self.fault == "damaged":
            items = [7, None, {}, {"snippet": {"type": "superChatEvent"}, "authorDetails": 3}, *items]
        following = min(number + 1, len(self._pages))
        return 200, {
            "items": items,
            "nextPageToken": str(following),
            "pollingIntervalMillis": round(1000 * self.interval),
        }


def _refusal(status: int, detail: str, reason: str) -> dict[str, Any]:
    details = [{"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": detail}] if detail else []
    listed = [{"message": "refused", "domain": "youtube", "reason": reason}]
    return {"error": {"code": status, "message": "refused", "errors": listed, "details": details}}


def gift_v2(
    author: str, name: str, count: int, price: int, coin: str = "gold", box: tuple[str, int] | None = None
) -> str:
    """The text of a SEND_GIFT_V2, base64. price: of one, in coins. box: name and price of what it came out of."""
    gift = (
        _field(1, 31039) + _field(2, name) + _field(3, count) + _field(5, price) + _field(7, price * count)
        + _field(8, coin)
    )  # fmt: skip
    inside = _field(3, box[0]) + _field(6, box[1]) if box else b""
    whole = _field(1, 0) + _field(2, author) + (_field(9, inside) if box else b"") + _field(10, gift)
    return base64.b64encode(whole).decode()


def _field(number: int, value: int | str | bytes) -> bytes:
    if isinstance(value, int):
        return _varint(number << 3) + _varint(value)
    data = value.encode() if isinstance(value, str) else value
    return _varint(number << 3 | 2) + _varint(len(data)) + data


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])
