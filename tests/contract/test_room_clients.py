"""Our fake rooms against clients that others wrote: what those understand of a fake, they would of the room itself.

They are no dependency of ours, and skipped where they are not installed: blivedm 0.1, and TwitchIO 2, the last that
reads IRC (version 3 reads another interface).
"""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from mien.testing import FakeBilibili, FakeTwitch
from mien.wire.bilibili import AUTH, HEARTBEAT, unpack

PATIENCE = 60.0


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("version", [0, 3])
def test_blivedm_understands_the_fake_of_bilibili(version: int, monkeypatch: pytest.MonkeyPatch) -> None:
    blivedm, aiohttp = pytest.importorskip("blivedm"), pytest.importorskip("aiohttp")
    heard: list[tuple[str, ...]] = []

    class Handler(blivedm.BaseHandler):  # type: ignore[misc, name-defined]
        async def _on_danmaku(self, _client: Any, message: Any) -> None:
            heard.append(("line", message.uname, message.msg))

        async def _on_gift(self, _client: Any, message: Any) -> None:
            heard.append(("gift", message.uname, message.gift_name, message.total_coin))

        async def _on_buy_guard(self, _client: Any, message: Any) -> None:
            heard.append(("guard", message.username, message.gift_name, message.price))

        async def _on_heartbeat(self, _client: Any, message: Any) -> None:
            heard.append(("popularity", message.popularity))

    async def listen(room: FakeBilibili) -> None:
        async with aiohttp.ClientSession() as session:
            plain = session.ws_connect  # the fake has no certificate
            monkeypatch.setattr(session, "ws_connect", lambda url, **rest: plain(url.replace("wss:", "ws:"), **rest))
            client = blivedm.BLiveClient(room.ROOM, session=session)
            client._room_id, client._host_server_token = room.ROOM, room.TOKEN
            client._host_server_list = [{"host": "127.0.0.1", "wss_port": room.port}]
            client.add_handler(Handler())
            client.start()
            while len(heard) < 4:
                await asyncio.sleep(0.01)
            client.stop()
            await client.join()

    with FakeBilibili(version=version) as room:
        usual = {"face": "", "guard_level": 0, "uid": 0, "timestamp": 0, "giftId": 1, "giftType": 0, "action": "投喂",
                 "rnd": "1", "tid": "1"}  # fmt: skip
        gift = {"uname": "inu", "giftName": "小花花", "num": 2, "price": 100, "total_coin": 200, "coin_type": "gold"}
        guard = {"uid": 0, "username": "k", "guard_level": 3, "num": 1, "price": 198_000, "gift_id": 3,
                 "gift_name": "舰长", "start_time": 0, "end_time": 0}  # fmt: skip
        room.tell(room.line("neko", "草www"))
        room.tell(room.message({"cmd": "SEND_GIFT", "data": usual | gift}, {"cmd": "GUARD_BUY", "data": guard}))
        asyncio.run(asyncio.wait_for(listen(room), PATIENCE))
    assert sorted(heard, key=str) == sorted([
        ("line", "neko", "草www"), ("gift", "inu", "小花花", 200), ("guard", "k", "舰长", 198_000),
        ("popularity", 12345),
    ], key=str)  # fmt: skip
    said = [packet.operation for one in room.heard for packet in unpack(one if isinstance(one, bytes) else b"")]
    assert said[:2] == [AUTH, HEARTBEAT]


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_twitchio_understands_the_fake_of_twitch(monkeypatch: pytest.MonkeyPatch) -> None:
    twitchio, aiohttp = pytest.importorskip("twitchio"), pytest.importorskip("aiohttp")
    if not twitchio.__version__.startswith("2."):
        pytest.skip("TwitchIO 3 reads no IRC")
    heard: list[tuple[str, ...]] = []

    async def listen(room: FakeTwitch) -> None:
        monkeypatch.setattr("twitchio.websocket.HOST", room.address)
        client = twitchio.Client(token="x", initial_channels=["neko"])

        async def validate(token: str) -> dict[str, str]:
            client._http.session = aiohttp.ClientSession()  # as the true one does, which asks Twitch
            return {"login": "ada", "user_id": "1", "client_id": "c", "token": token}

        async def event_message(message: Any) -> None:
            heard.append(("line", message.author.display_name, message.content, message.tags.get("bits", "")))

        async def event_raw_usernotice(channel: Any, tags: dict[str, str]) -> None:
            heard.append(("notice", channel.name, tags["msg-id"], tags.get("msg-param-viewerCount", "")))

        monkeypatch.setattr(client._http, "validate", validate)
        client.event_message, client.event_raw_usernotice = event_message, event_raw_usernotice
        await client.connect()
        while len(heard) < 3:
            await asyncio.sleep(0.01)
        await client.close()

    with FakeTwitch() as room:
        room.tell(
            room.line("Inu", "hello; a b"), room.line("Tora", "Cheer100 nice", bits="100"),
            room.raw("USERNOTICE", msg_id="raid", **{"msg-param-viewerCount": "40", "msg-param-displayName": "K"}),
        )  # fmt: skip
        asyncio.run(asyncio.wait_for(listen(room), PATIENCE))
    assert sorted(heard) == [
        ("line", "Inu", "hello; a b", ""), ("line", "Tora", "Cheer100 nice", "100"), ("notice", "neko", "raid", "40"),
    ]  # fmt: skip
