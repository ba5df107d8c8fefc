"""What live rooms say, as bytes and as values: packets, tags, pages, and whatever strangers may send in their place."""

from __future__ import annotations

import json
import string
import struct
import zlib
from collections.abc import Callable
from contextlib import suppress
from typing import Any, TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mien.face import ChatLine, PeerError, SettingsError, Support
from mien.testing import FakeBilibili, gift_v2
from mien.wire import hook, irc, protobuf, twitch, youtube
from mien.wire.bilibili import BROTLI, MESSAGE, PLAIN, ZLIB, Packet, as_body, pack, reads_brotli, unpack
from mien.wire.bilibili_room import happened
from mien.wire.page import Said
from mien.wire.signing import open_platform_signed, wbi_key, wbi_signed
from mien.wire.untrusted import MOST, safe_amount, safe_text

needs_brotli = pytest.mark.skipif(not reads_brotli(), reason="brotli is not installed")
Read = TypeVar("Read")
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**20), 10**20) | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=12), inner, max_size=5),
    max_leaves=20,
)


def safe(told: ChatLine | Support | Said) -> bool:
    """Whether nothing in it steers a terminal, and all of it is bounded."""
    texts = [told.text, *([] if isinstance(told, Said) else [told.author])]
    numbers = [told.worth] if isinstance(told, ChatLine) else [told.amount] if isinstance(told, Support) else []
    return all(
        len(text) <= 2000 and not any(ord(sign) < 32 or 0x7F <= ord(sign) < 0xA0 for sign in text) for text in texts
    ) and all(0.0 <= number <= MOST for number in numbers)


def read(decode: Callable[[], Read], begins: str = "") -> Read | None:
    """What is decoded, None when it is refused, which has to be by name."""
    try:
        return decode()
    except PeerError as refused:
        if not str(refused).startswith(begins) or not str(refused):
            raise
    return None


# --- what strangers write ---------------------------------------------------------------------------------------------


@given(st.text())
def test_any_text_becomes_safe_and_stays_so(text: str) -> None:
    once = safe_text(text)
    assert safe(ChatLine(0.0, "", once))
    assert safe_text(once) == once
    once.encode()


def test_what_is_cut_and_what_stays() -> None:
    assert safe_text("  a\t\nb\x1b[31m\u202egnp\u200b ") == "a b[31mgnp"
    assert safe_text("👨‍👩‍👧 ❤️ 草www") == "👨‍👩‍👧 ❤️ 草www"
    assert len(safe_text("x" * 10_000)) == 500
    assert safe_text(b"bytes") == safe_text(None) == ""


@given(st.floats() | st.integers() | st.text() | st.booleans() | st.none())
def test_any_amount_is_finite_and_bounded(value: object) -> None:
    assert 0.0 <= safe_amount(value) <= MOST


# --- bilibili ---------------------------------------------------------------------------------------------------------


@given(st.lists(st.binary(max_size=200), min_size=1, max_size=8), st.sampled_from([PLAIN, ZLIB]))
def test_packets_come_back_as_they_were(bodies: list[bytes], version: int) -> None:
    inside = b"".join(pack(Packet(MESSAGE, body)) for body in bodies)
    data = inside if version == PLAIN else pack(Packet(MESSAGE, inside, version))
    assert unpack(data) == [Packet(MESSAGE, body) for body in bodies]


@needs_brotli
@given(st.lists(st.binary(max_size=200), min_size=1, max_size=8))
def test_brotli_too(bodies: list[bytes]) -> None:
    data = pack(Packet(MESSAGE, b"".join(pack(Packet(MESSAGE, body)) for body in bodies), BROTLI))
    assert unpack(data + data) == 2 * [Packet(MESSAGE, body) for body in bodies]


@needs_brotli
def test_a_brotli_bomb_and_half_a_brotli_are_refused() -> None:
    import brotli

    bomb = brotli.compress(bytes(200_000_000))
    for body, what in ((bomb, "at most"), (brotli.compress(b"hello" * 100)[:-3], "too early"), (b"\xff" * 9, "brotli")):
        with pytest.raises(PeerError, match=what):
            unpack(struct.pack(">IHHII", 16 + len(body), 16, BROTLI, MESSAGE, 1) + body)


@pytest.mark.skipif(reads_brotli(), reason="brotli is installed")
def test_without_brotli_it_is_told_what_to_install() -> None:
    with pytest.raises(PeerError, match=r"pip install \"mien\[rooms\]\""):
        unpack(struct.pack(">IHHII", 17, 16, BROTLI, MESSAGE, 1) + b"x")


def test_a_zlib_bomb_and_packets_in_packets_are_refused() -> None:
    body = zlib.compress(bytes(50_000_000))
    with pytest.raises(PeerError, match="at most 4,000,000 bytes"):
        unpack(struct.pack(">IHHII", 16 + len(body), 16, ZLIB, MESSAGE, 1) + body)
    data = pack(Packet(MESSAGE, b"{}"))
    for _ in range(4):
        data = pack(Packet(MESSAGE, data, ZLIB))
    with pytest.raises(PeerError, match="again and again"):
        unpack(data)


@given(st.binary(max_size=300), st.integers(0, 9), st.integers(0, 9))
def test_any_bytes_are_packets_or_a_named_error(data: bytes, version: int, operation: int) -> None:
    for bytes_ in (data, struct.pack(">IHHII", 16 + len(data), 16, version, operation, 1) + data):
        read(lambda bytes_=bytes_: unpack(bytes_), "packet: ")  # type: ignore[misc]


ROOM = FakeBilibili.__new__(FakeBilibili)  # its messages alone, no server
ROOM.version = 0


def of(data: bytes) -> list[ChatLine | Support]:
    return [one for packet in unpack(data) for one in happened(json.loads(packet.body), 1.5)]


def test_what_viewers_do_on_the_web_page() -> None:
    assert of(ROOM.line("neko", "草www")) == [ChatLine(1.5, "neko", "草www")]
    assert of(ROOM.line("张***", "哈哈", crc="8f3a21bc")) == [ChatLine(1.5, "张***#8f3a21bc", "哈哈")]
    gift = {"uname": "inu", "giftName": "小花花", "num": 10, "price": 100, "total_coin": 1000, "coin_type": "gold"}
    assert of(ROOM.command("SEND_GIFT", data=gift)) == [Support(1.5, "inu", "gift", 1.0, "CNY", name="小花花")]
    free = gift | {"coin_type": "silver", "giftName": "辣条"}
    assert of(ROOM.command("SEND_GIFT", data=free)) == [Support(1.5, "inu", "free", 10.0, name="辣条")]
    guard = {"username": "kujira", "guard_level": 3, "num": 1, "price": 198_000, "gift_name": "舰长"}
    assert of(ROOM.command("GUARD_BUY", data=guard)) == [Support(1.5, "kujira", "guard", 198.0, "CNY", name="舰长")]
    paid = {"price": 30, "message": "生日快乐", "user_info": {"uname": "tora"}}
    assert of(ROOM.command("SUPER_CHAT_MESSAGE", data=paid)) == [
        Support(1.5, "tora", "superchat", 30.0, "CNY", "生日快乐")
    ]
    assert of(ROOM.command("SUPER_CHAT_MESSAGE_JPN", data=paid)) == []
    assert of(ROOM.command("LIKE_INFO_V3_CLICK", data={"uname": "usagi"})) == [Support(1.5, "usagi", "like", 1.0)]
    assert of(ROOM.command("WATCHED_CHANGE", data={"num": 7})) == []


def test_gifts_as_protocol_buffers() -> None:
    def sent(*rest: Any) -> list[ChatLine | Support]:
        return of(ROOM.command("SEND_GIFT_V2", data={"pb": gift_v2(*rest)}))

    assert sent("inu", "牛哇牛哇", 3, 100) == [Support(1.5, "inu", "gift", 0.3, "CNY", name="牛哇牛哇")]
    assert sent("inu", "辣条", 3, 100, "silver") == [Support(1.5, "inu", "free", 3.0, name="辣条")]
    assert sent("inu", "城堡", 1, 900_000, "gold", ("心动盲盒", 15_000)) == [
        Support(1.5, "inu", "gift", 15.0, "CNY", name="城堡")
    ]
    for damaged in ("?", "AAAA", "/" * 100_000, 7):
        with pytest.raises(PeerError):
            of(ROOM.command("SEND_GIFT_V2", data={"pb": damaged}))


def test_what_viewers_do_by_the_open_platform() -> None:
    def sent(kind: str, **data: Any) -> list[ChatLine | Support]:
        return of(ROOM.command(f"LIVE_OPEN_PLATFORM_{kind}", data=data))

    assert sent("DM", uname="neko", msg="晚上好", open_id="o") == [ChatLine(1.5, "neko", "晚上好")]
    gift = {"uname": "inu", "gift_name": "小花花", "gift_num": 2, "price": 1000, "r_price": 500}
    assert sent("SEND_GIFT", **gift, paid=True) == [Support(1.5, "inu", "gift", 1.0, "CNY", name="小花花")]
    assert sent("SEND_GIFT", **gift, paid=False) == [Support(1.5, "inu", "free", 2.0, name="小花花")]
    assert sent("SUPER_CHAT", uname="tora", rmb=50, message="加油") == [
        Support(1.5, "tora", "superchat", 50.0, "CNY", "加油")
    ]
    assert sent("GUARD", user_info={"uname": "kujira"}, guard_level=2, guard_num=1, price=1_998_000) == [
        Support(1.5, "kujira", "guard", 1998.0, "CNY", name="提督")
    ]
    assert sent("LIKE", uname="usagi", like_count=12) == [Support(1.5, "usagi", "like", 12.0)]


NAMES = ["DANMU_MSG:4:0", "SEND_GIFT", "SEND_GIFT_V2", "GUARD_BUY", "SUPER_CHAT_MESSAGE", "LIKE_INFO_V3_CLICK"]
NAMES += [f"LIVE_OPEN_PLATFORM_{kind}" for kind in ("DM", "SEND_GIFT", "SUPER_CHAT", "GUARD", "LIKE")]


@given(st.sampled_from(NAMES), JSON, JSON)
def test_any_command_is_something_safe_or_a_named_error(name: str, data: Any, info: Any) -> None:
    for command in ({"cmd": name, "data": data, "info": info}, data):
        try:
            told = happened(command, 0.0)
        except PeerError:
            continue
        assert all(safe(one) for one in told)


@given(st.lists(st.text(max_size=8) | st.integers(0, 10**9), min_size=16, max_size=16), st.text(max_size=700))
def test_any_line_is_safe(first: list[Any], said: str) -> None:
    told = happened({"cmd": "DANMU_MSG", "info": [first, said, [0, "a\x1b***"]]}, 0.0)
    assert all(safe(one) for one in told)


@given(st.binary(max_size=100))
def test_any_bytes_are_fields_or_a_named_error(data: bytes) -> None:
    found = read(lambda: protobuf.fields(data), "protobuf: byte ") or {}
    assert all(protobuf.number(found, field) >= 0 for field in found)
    assert all(isinstance(protobuf.text(found, field), str) for field in found)


def test_the_web_pages_signature_is_the_published_one() -> None:
    """The example of bilibili-API-collect, "WBI"."""
    key = wbi_key(FakeBilibili.IMAGE, FakeBilibili.SUB)
    assert key == FakeBilibili.MIXED
    signed = wbi_signed({"foo": "114", "bar": "514", "zab": 1919810}, key, 1702204169)
    assert signed["w_rid"] == "8f6f2b5b3d485fe1886cec6a0be8c5d4"
    for image in (None, "", "https://x/short.png", 7):
        with pytest.raises(PeerError, match="keys of the day"):
            wbi_key(image, FakeBilibili.SUB)


def test_the_open_platforms_signature_covers_body_time_and_nonce() -> None:
    one = open_platform_signed(b"{}", "ak", "sk", 1, "n")
    assert one["x-bili-content-md5"] == "99914b932bd37a50b983c5e7c90ae93b"
    others = [open_platform_signed(*rest) for rest in (
        (b"{ }", "ak", "sk", 1, "n"), (b"{}", "ak", "sx", 1, "n"), (b"{}", "ak", "sk", 2, "n"),
        (b"{}", "ak", "sk", 1, "m"),
    )]  # fmt: skip
    assert len({one["Authorization"], *(other["Authorization"] for other in others)}) == 5
    assert "sk" not in one.values()


# --- Twitch -----------------------------------------------------------------------------------------------------------

WORD = st.text(string.ascii_letters + string.digits + "#!@.-_", min_size=1, max_size=12)
VALUE = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20)


@given(
    st.sampled_from(["PRIVMSG", "NOTICE", "001"]), st.lists(WORD, max_size=3), st.text("abc :#", max_size=12),
    st.dictionaries(st.text("abc-", min_size=1, max_size=6), VALUE, max_size=4), st.just("") | WORD,
)  # fmt: skip
def test_a_line_of_irc_comes_back_as_it_was(
    command: str, middle: list[str], last: str, tags: dict[str, str], source: str
) -> None:
    message = irc.Message(command, (*middle, last), tags, source)
    line = irc.format(message)
    assert "\n" not in line
    assert irc.parse(line) == message


@given(st.text(max_size=200))
def test_any_line_is_a_message_or_a_named_error(line: str) -> None:
    message = read(lambda: irc.parse(line), "IRC: ")
    found = None if message is None else twitch.happened(message, 0.0)
    assert found is None or safe(found)


TAGS = ["bits", "display-name", "msg-id", "msg-param-viewerCount", "msg-param-mass-gift-count", "login"]
ODD = VALUE | st.sampled_from(["raid", "sub", "1000", "1e308", "-5", "nan"])


@given(st.dictionaries(st.sampled_from(TAGS), ODD), st.sampled_from(["PRIVMSG", "USERNOTICE"]), VALUE)
def test_any_tags_are_safe(tags: dict[str, str], command: str, said: str) -> None:
    found = twitch.happened(irc.Message(command, ("#neko", said), tags, "a!a@a"), 0.0)
    assert found is None or safe(found)


def test_what_viewers_do_on_twitch() -> None:
    def told(line: str) -> ChatLine | Support | None:
        return twitch.happened(irc.parse(line), 1.5)

    line = ":foo!foo@foo.tmi.twitch.tv PRIVMSG #neko :Kappa Keepo"
    assert told(line) == ChatLine(1.5, "foo", "Kappa Keepo")
    assert told(f"@display-name=Foo;mod=0 {line}") == ChatLine(1.5, "Foo", "Kappa Keepo")
    assert told("@display-name=Foo :f!f@f PRIVMSG #neko :\x01ACTION waves\x01") == ChatLine(1.5, "Foo", "waves")
    assert told("@bits=100;display-name=Foo :f!f@f PRIVMSG #neko :Cheer100 so good cheer") == Support(
        1.5, "Foo", "bits", 1.0, "USD", "so good cheer", "100 bits"
    )
    notice = ":tmi.twitch.tv USERNOTICE #neko"
    sub = "@display-name=Foo;login=foo;msg-id=resub;msg-param-sub-plan=2000;system-msg=a\\sb"
    assert told(f"{sub} {notice} :Great stream!") == Support(1.5, "Foo", "sub", 9.99, "USD", "Great stream!", "resub")
    assert told(f"{sub} {notice}") == Support(1.5, "Foo", "sub", 9.99, "USD", "", "resub")
    many = "@display-name=Foo;msg-id=submysterygift;msg-param-mass-gift-count=5;msg-param-sub-plan=1000"
    found = told(f"{many} {notice}")
    assert isinstance(found, Support)
    assert found.amount == pytest.approx(24.95)
    each = "@display-name=Foo;msg-id=subgift;msg-param-sub-plan=1000"
    assert told(f"{each} {notice}") is not None
    assert told(f"{each};msg-param-community-gift-id=7 {notice}") is None
    raid = "@msg-id=raid;display-name=Bar;msg-param-displayName=Bar;msg-param-viewerCount=250"
    assert told(f"{raid} {notice}") == Support(1.5, "Bar", "raid", 250.0)
    assert told("@msg-id=announcement;display-name=Foo " + notice + " :hello") is None
    assert told("PING :tmi.twitch.tv") is None


# --- YouTube ----------------------------------------------------------------------------------------------------------


@given(JSON)
def test_any_answer_is_a_page_or_a_named_error(answer: Any) -> None:
    for told in (answer, {"items": answer}, {"items": [{"snippet": answer, "authorDetails": answer}]}):
        found = read(lambda told=told: youtube.page(told), "youtube: expected a page")  # type: ignore[misc]
        assert found is None or 1.0 <= found.wait <= 120.0
        assert found is None or all(safe(one) for one in found.told)
        with suppress(PeerError, SettingsError):
            assert isinstance(youtube.chat_of(told), str)


@given(st.binary(max_size=100) | JSON.map(lambda told: json.dumps({"error": told}).encode()))
def test_any_refusal_has_a_reason_or_none(told: bytes) -> None:
    assert len(youtube.reason(told)) <= 64


def test_what_viewers_do_on_youtube() -> None:
    def item(kind: str, second: str, **details: Any) -> dict[str, Any]:
        return {"snippet": {"type": kind, "publishedAt": f"2026-11-29T12:00:{second}Z", **details},
                "authorDetails": {"displayName": "Neko"}}  # fmt: skip

    paid = {"amountMicros": "500000000", "currency": "JPY"}
    found = youtube.page({
        "nextPageToken": "n", "pollingIntervalMillis": 3500,
        "items": [
            item("textMessageEvent", "10.5", textMessageDetails={"messageText": "hello"}),
            item("superChatEvent", "11", superChatDetails=paid | {"userComment": "がんばれ"}),
            item("superStickerEvent", "11", superStickerDetails={"amountMicros": 4990000, "currency": "usd"}),
            item("newSponsorEvent", "12", newSponsorDetails={}),
            item("membershipGiftingEvent", "12.5", membershipGiftingDetails={"giftMembershipsCount": 5}),
            item("tombstone", "13"),
        ],
    })  # fmt: skip
    assert (found.token, found.wait, found.over) == ("n", 3.5, False)
    assert found.told[0] == ChatLine(0.0, "Neko", "hello")
    assert found.told[1] == Support(0.5, "Neko", "superchat", 500.0, "JPY", "がんばれ")
    assert found.told[2] == Support(0.5, "Neko", "superchat", 4.99, "USD")
    assert [(one.kind, one.amount) for one in found.told if isinstance(one, Support)][2:] == [
        ("sub", 4.99), ("sub", pytest.approx(24.95)),
    ]  # fmt: skip


# --- the hook ---------------------------------------------------------------------------------------------------------


@given(st.binary(max_size=200) | JSON.map(lambda told: json.dumps(told).encode()))
def test_any_message_is_taken_or_named(data: bytes) -> None:
    assert all(safe(one) for one in read(lambda: hook.decode(data, 0.0)) or ())


def test_what_a_hook_takes() -> None:
    assert hook.decode('{"text": "草www", "author": "neko"}', 2.0) == [ChatLine(2.0, "neko", "草www")]
    assert hook.decode(b'[{"say": "Welcome!"}, {"text": "hi"}]', 2.0) == [Said("Welcome!", ""), ChatLine(2.0, "", "hi")]
    gift = {"kind": "gift", "author": "inu", "amount": 5, "currency": "CNY", "text": "给你", "name": "辣条"}
    assert hook.decode(json.dumps(gift), 2.0) == [Support(2.0, "inu", "gift", 5.0, "CNY", "给你", "辣条")]
    assert hook.decode('{"kind": "follow", "author": "inu"}', 2.0) == [Support(2.0, "inu", "follow")]


@pytest.mark.parametrize(
    ("message", "told"),
    [
        ("7", "expected {"), ("[]", "1 to 100 objects"), ('{"texts": "a"}', "expected {"), ("{", "expected JSON"),
        ('{"text": "a", "worth": 3}', "'worth': not known beside"), ('{"text": " "}', "text: expected a text with"),
        ('{"text": 7}', "text: expected a text, got 7"), ('{"kind": "Gift"}', "kind: expected a name in small"),
        ('{"kind": "gift", "amount": -1}', "amount: expected a number in 0..1e"),
        ('{"kind": "gift", "amount": true}', "amount: expected"),
        ('{"kind": "gift", "currency": "yuan"}', "currency: expected three capitals"),
        ("[" + '{"text": "a"},' * 100 + '{"text": "a"}]', "1 to 100 objects, got 101"),
        ("x" * 70_000, "at most 65,536"),
    ],
)  # fmt: skip
def test_what_a_hook_refuses(message: str, told: str) -> None:
    with pytest.raises(PeerError, match=told.replace("[", r"\[")):
        hook.decode(message, 0.0)
    with pytest.raises(PeerError, match="expected UTF-8"):
        hook.decode(b'{"text": "\xff"}', 0.0)


def test_the_hello_asks_for_what_can_be_read() -> None:
    from mien.wire.bilibili import hello

    assert hello(5, "k")["protover"] == (BROTLI if reads_brotli() else ZLIB)
    assert json.loads(as_body(hello(5, "k", 42, "b"))) | {"protover": 0} == {
        "uid": 42, "roomid": 5, "protover": 0, "platform": "web", "type": 2, "buvid": "b", "key": "k"
    }  # fmt: skip
