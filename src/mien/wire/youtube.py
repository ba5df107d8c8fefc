"""What YouTube's live chat API answers: a page of messages, or why there is none.

Source: developers.google.com, "YouTube Live Streaming API": LiveChatMessages, and "Errors".
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from mien.face import ChatLine, PeerError, SettingsError, Support
from mien.wire.untrusted import safe_amount, safe_name, safe_text

_MICROS = 1e6
_MOST_MESSAGES = 2000  # that a page may have
_SHORTEST, _LONGEST = 1.0, 120.0  # seconds between two questions that are believed
_USUAL = 5.0
_LEVEL = 4.99  # US dollars of a month's membership, which the API does not tell


@dataclass(frozen=True, slots=True)
class Page:
    """One answer. told: what viewers did, each with its seconds since the first of the page. token: of the next page.

    wait: seconds until it may be asked for. over: the broadcast has ended.
    """

    told: tuple[ChatLine | Support, ...]
    token: str
    wait: float
    over: bool


def page(answer: Any) -> Page:
    """Raises PeerError when it is no page."""
    if not isinstance(answer, dict) or not isinstance(answer.get("items"), list):
        raise PeerError(f"youtube: expected a page of messages, got {answer!r:.80}")
    wait = safe_amount(answer.get("pollingIntervalMillis")) / 1000.0 or _USUAL
    token = answer.get("nextPageToken")
    items = [item for item in answer["items"][:_MOST_MESSAGES] if isinstance(item, dict)]
    times = [_seconds(_of(item, "snippet").get("publishedAt")) for item in items]
    first = min((t for t in times if t is not None), default=0.0)
    told, last = [], 0.0
    for item, t in zip(items, times, strict=True):
        last = max(last, (t or first) - first)
        one = _happened(_of(item, "snippet"), _of(item, "authorDetails"), last)
        told += [] if one is None else [one]
    return Page(
        tuple(told), token if isinstance(token, str) and len(token) < 4096 else "", min(max(wait, _SHORTEST), _LONGEST),
        bool(answer.get("offlineAt")),
    )  # fmt: skip


def chat_of(answer: Any) -> str:
    """The id of the chat of a video that is live, "" where it has none now.

    Raises SettingsError when there is no such video, PeerError when it is no answer.
    """
    if not isinstance(answer, dict) or not isinstance(answer.get("items"), list):
        raise PeerError(f"youtube: expected a list of videos, got {answer!r:.80}")
    if not answer["items"]:
        raise SettingsError("youtube: there is no such video, or it is private; check the ID in its address")
    item = answer["items"][0]
    chat = _of(item if isinstance(item, dict) else {}, "liveStreamingDetails").get("activeLiveChatId")
    return chat if isinstance(chat, str) and len(chat) < 4096 else ""


def reason(told: bytes) -> str:
    """Why the API refuses, in its own word, such as "quotaExceeded"; "" when it does not say."""
    try:
        answer = json.loads(told)
    except (ValueError, RecursionError):
        return ""
    error = _of(answer if isinstance(answer, dict) else {}, "error")
    for key in ("details", "errors"):  # the newer way of saying it is the more exact one
        listed = error.get(key)
        for one in listed if isinstance(listed, list) else ():
            if isinstance(one, dict) and isinstance(one.get("reason"), str):
                return safe_name(one["reason"])
    return safe_name(error.get("status"))


def _happened(snippet: dict[str, Any], author: dict[str, Any], t: float) -> ChatLine | Support | None:
    who = safe_name(author.get("displayName"))
    match snippet.get("type"):
        case "textMessageEvent":
            said = safe_text(_of(snippet, "textMessageDetails").get("messageText") or snippet.get("displayMessage"))
            return ChatLine(t, who, said) if said else None
        case "superChatEvent":
            return _paid(t, who, _of(snippet, "superChatDetails"))
        case "superStickerEvent":
            return _paid(t, who, _of(snippet, "superStickerDetails"))
        case "newSponsorEvent":
            return Support(t, who, "sub", _LEVEL, "USD", name="member")
        case "memberMilestoneChatEvent":
            said = safe_text(_of(snippet, "memberMilestoneChatDetails").get("userComment"))
            return Support(t, who, "sub", _LEVEL, "USD", said, "member")
        case "membershipGiftingEvent":
            count = safe_amount(_of(snippet, "membershipGiftingDetails").get("giftMembershipsCount")) or 1.0
            return Support(t, who, "sub", min(count * _LEVEL, 1e9), "USD", name="gifted")
    return None


def _paid(t: float, who: str, details: dict[str, Any]) -> Support:
    currency = details.get("currency")
    known = isinstance(currency, str) and len(currency) == 3 and currency.isascii() and currency.isalpha()
    code = str(currency).upper() if known else "XXX"
    said = safe_text(details.get("userComment"))
    return Support(t, who, "superchat", safe_amount(details.get("amountMicros")) / _MICROS, code, said)


def _of(value: dict[str, Any], name: str) -> dict[str, Any]:
    inner = value.get(name)
    return inner if isinstance(inner, dict) else {}


def _seconds(value: Any) -> float | None:
    try:
        return datetime.fromisoformat(value).timestamp() if isinstance(value, str) and len(value) < 64 else None
    except (ValueError, OverflowError, OSError):
        return None
