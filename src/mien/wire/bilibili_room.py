"""What bilibili's packets tell of viewers: lines, gifts, super chats, guards and likes, of either way to a room.

Prices are in gold coins, a thousand to the yuan. What a room tells twice (a combo's sum, a guard's toast, a super chat
in Japanese) is taken once. Fields of SEND_GIFT_V2, which has no published schema: blivedm, models/pb.py.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from typing import Any

from mien.face import ChatLine, PeerError, Support
from mien.wire.protobuf import fields, message, number, text
from mien.wire.untrusted import safe_amount, safe_name, safe_text

_YUAN = "CNY"
_COINS = 1000.0
_MASK = "***"  # stands in the names that somebody who is not logged in is told
_MOST_GIFTS = 64  # in one message
_LONGEST_PB = 65_536

Told = list[ChatLine | Support]


def happened(command: Any, t: float) -> Told:
    """What a command of a room says, at t; nothing where it says nothing of that. Raises PeerError."""
    if not isinstance(command, dict) or not isinstance(command.get("cmd"), str):
        raise PeerError(f'command: expected an object with "cmd", got {command!r:.80}')
    name = command["cmd"].split(":")[0]
    read = _READERS.get(name)
    return [] if read is None else read(command, t)


def _line(command: Any, t: float) -> Told:
    info = command.get("info")
    said = safe_text(_at(info, 1))
    if not said:
        return []
    author = safe_name(_at(info, 2, 1))
    if _MASK in author:  # many viewers share a masked name; what is left of them is a hash
        author += f"#{safe_text(str(_at(info, 0, 7) or ''), 8)}"
    return [ChatLine(t, author, said)]


def _gift(command: Any, t: float) -> Told:
    data = command.get("data")
    gold, count = _at(data, "coin_type") == "gold", safe_amount(_at(data, "num")) or 1.0
    coins = safe_amount(_at(data, "total_coin")) or safe_amount(_at(data, "price")) * count
    return [_given(t, _at(data, "uname"), _at(data, "giftName"), coins if gold else 0.0, count)]


def _gift_v2(command: Any, t: float) -> Told:
    packed = _at(command, "data", "pb")
    if not isinstance(packed, str) or len(packed) > _LONGEST_PB:
        raise PeerError("SEND_GIFT_V2: expected a message in base64")
    try:
        told = fields(base64.b64decode(packed, validate=True))
    except binascii.Error as error:
        raise PeerError(f"SEND_GIFT_V2: not base64: {error}") from None
    author, box = text(told, 2), fields(message(told, 9))
    gifts: Told = []
    for item in told.get(10, [])[:_MOST_GIFTS]:
        gift = fields(item if isinstance(item, bytes) else b"")
        count = number(gift, 3) or 1
        coins = number(gift, 5) * count
        if text(box, 3):  # out of a box, which has its own price
            coins = number(gift, 6) or number(box, 6) * count
        gifts.append(_given(t, author, text(gift, 2), coins if text(gift, 8) == "gold" else 0, count))
    return gifts


def _guard(command: Any, t: float) -> Told:
    data = command.get("data")
    coins = safe_amount(_at(data, "price")) * max(1.0, safe_amount(_at(data, "num")))
    return [_paid(t, "guard", _at(data, "username"), coins / _COINS, name=_at(data, "gift_name"))]


def _super_chat(command: Any, t: float) -> Told:
    data = command.get("data")
    return [_paid(t, "superchat", _at(data, "user_info", "uname"), _at(data, "price"), _at(data, "message"))]


def _like(command: Any, t: float) -> Told:
    return [Support(t, safe_name(_at(command, "data", "uname")), "like", 1.0)]


def _open_line(command: Any, t: float) -> Told:
    said = safe_text(_at(command, "data", "msg"))
    return [ChatLine(t, safe_name(_at(command, "data", "uname")), said)] if said else []


def _open_gift(command: Any, t: float) -> Told:
    data = command.get("data")
    count = safe_amount(_at(data, "gift_num")) or 1.0
    coins = (safe_amount(_at(data, "r_price")) or safe_amount(_at(data, "price"))) * count
    paid = _at(data, "paid") is True
    return [_given(t, _at(data, "uname"), _at(data, "gift_name"), coins if paid else 0.0, count)]


def _open_super_chat(command: Any, t: float) -> Told:
    data = command.get("data")
    return [_paid(t, "superchat", _at(data, "uname"), _at(data, "rmb"), _at(data, "message"))]


def _open_guard(command: Any, t: float) -> Told:
    data = command.get("data")
    coins, level = safe_amount(_at(data, "price")), _at(data, "guard_level")
    name = {1: "总督", 2: "提督", 3: "舰长"}.get(level, "") if isinstance(level, int) else ""
    return [_paid(t, "guard", _at(data, "user_info", "uname"), coins / _COINS, name=name)]


def _open_like(command: Any, t: float) -> Told:
    data = command.get("data")
    return [Support(t, safe_name(_at(data, "uname")), "like", safe_amount(_at(data, "like_count")) or 1.0)]


_READERS: dict[str, Callable[[Any, float], Told]] = {
    "DANMU_MSG": _line, "SEND_GIFT": _gift, "SEND_GIFT_V2": _gift_v2, "GUARD_BUY": _guard,
    "SUPER_CHAT_MESSAGE": _super_chat, "LIKE_INFO_V3_CLICK": _like,
    "LIVE_OPEN_PLATFORM_DM": _open_line, "LIVE_OPEN_PLATFORM_SEND_GIFT": _open_gift,
    "LIVE_OPEN_PLATFORM_SUPER_CHAT": _open_super_chat, "LIVE_OPEN_PLATFORM_GUARD": _open_guard,
    "LIVE_OPEN_PLATFORM_LIKE": _open_like,
}  # fmt: skip


def _given(t: float, author: Any, name: Any, coins: float, count: float) -> Support:
    """A gift: paid for in gold coins, or free, which counts."""
    if coins > 0:
        return _paid(t, "gift", author, coins / _COINS, name=name)
    return Support(t, safe_name(author), "free", safe_amount(count), name=safe_name(name))


def _paid(t: float, kind: str, author: Any, yuan: Any, said: Any = "", name: Any = "") -> Support:
    return Support(t, safe_name(author), kind, safe_amount(yuan), _YUAN, safe_text(said), safe_name(name))


def _at(value: Any, *way: str | int) -> Any:
    """What lies there inside of objects and lists, None where nothing does."""
    for step in way:
        if isinstance(step, int):
            value = value[step] if isinstance(value, list) and len(value) > step else None
        else:
            value = value.get(step) if isinstance(value, dict) else None
    return value
