"""What Twitch's chat tells of viewers: lines, bits, subscriptions and raids, as IRC with tags.

Source: dev.twitch.tv, "IRC Concepts" and "IRC tags".
"""

from __future__ import annotations

from mien.face import ChatLine, Support
from mien.wire.irc import Message
from mien.wire.untrusted import safe_amount, safe_name, safe_text

_DOLLARS = "USD"
_BIT = 0.01
"""US dollars of one bit."""

_PLANS = {"Prime": 4.99, "1000": 4.99, "2000": 9.99, "3000": 24.99}
"""US dollars of a month, as the United States pay; other countries pay less."""

_SUBS = ("sub", "resub", "subgift", "anonsubgift", "submysterygift", "anonsubmysterygift", "giftpaidupgrade",
         "anongiftpaidupgrade", "primepaidupgrade")  # fmt: skip
_ACTION = "\x01ACTION "


def happened(message: Message, t: float) -> ChatLine | Support | None:
    """What a message says of a viewer, at t; None where it says nothing of that."""
    if message.command == "PRIVMSG" and len(message.parameters) >= 2:
        return _line(message, t)
    if message.command == "USERNOTICE":
        return _notice(message, t)
    return None


def _line(message: Message, t: float) -> ChatLine | Support | None:
    raw = message.parameters[-1]
    said = safe_text(raw[len(_ACTION) :].rstrip("\x01") if raw.startswith(_ACTION) else raw)
    bits = safe_amount(message.tags.get("bits", ""))
    if not bits:
        return ChatLine(t, _author(message), said) if said else None
    words = [word for word in said.split() if not _cheer(word)]
    return Support(t, _author(message), "bits", bits * _BIT, _DOLLARS, " ".join(words), f"{bits:g} bits")


def _notice(message: Message, t: float) -> Support | None:
    tags = message.tags
    what = tags.get("msg-id", "")
    said = safe_text(message.parameters[-1]) if len(message.parameters) >= 2 else ""
    if what == "raid":
        who = safe_name(tags.get("msg-param-displayName")) or _author(message)
        return Support(t, who, "raid", safe_amount(tags.get("msg-param-viewerCount", "")))
    if what not in _SUBS or (what.endswith("subgift") and tags.get("msg-param-community-gift-id")):
        return None  # of many that are given at once the one message that counts them is taken
    count = safe_amount(tags.get("msg-param-mass-gift-count", "")) or 1.0
    amount = min(_PLANS.get(tags.get("msg-param-sub-plan", ""), _PLANS["1000"]) * count, 1e9)
    return Support(t, _author(message), "sub", amount, _DOLLARS, said, what)


def _author(message: Message) -> str:
    return safe_name(message.tags.get("display-name")) or safe_name(message.tags.get("login") or message.nick)


def _cheer(word: str) -> bool:
    """Whether a word is a cheer, such as Cheer100, which stands for its bits."""
    name = word.rstrip("0123456789")
    return 0 < len(name) < len(word) and name.isascii() and name.isalnum()
