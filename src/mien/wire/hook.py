"""What other programs tell a show's hook: one JSON object a message, or a list of them.

{"text": "草www", "author": "neko"} is a viewer's line, {"kind": "gift", "author": "neko", "amount": 5, "currency":
"CNY", "text": "", "name": "辣条"} what a viewer gave, {"say": "Welcome!"} a line of the character's own.
"""

from __future__ import annotations

import re
from typing import Any

from mien.face import ChatLine, PeerError, Support
from mien.files import parse_json
from mien.wire.page import Said
from mien.wire.untrusted import LONGEST_TEXT, MOST, safe_name, safe_text

LONGEST = 65_536
"""Bytes of a message."""

MOST_AT_ONCE = 100
"""Objects in a list."""

_SAID = 2000  # characters of a line of one's own
_KIND = re.compile(r"[a-z][a-z0-9_-]{0,31}\Z")
_CURRENCY = re.compile(r"[A-Z]{3}\Z")
_KEYS = {"say": {"say"}, "kind": {"kind", "author", "amount", "currency", "text", "name"}, "text": {"text", "author"}}


def decode(data: bytes | str, t: float) -> list[ChatLine | Support | Said]:
    """What a message tells, at t. Raises PeerError that says what is wrong with it, and takes none of it then."""
    if len(data) > LONGEST:
        raise PeerError(f"expected at most {LONGEST:,} bytes, got more")
    try:
        text = data.decode() if isinstance(data, bytes) else data
    except UnicodeDecodeError as error:
        raise PeerError(f"expected UTF-8, got 0x{error.object[error.start]:02x} as byte {error.start + 1}") from None
    told = parse_json(text, "message", PeerError)
    rows = told if isinstance(told, list) else [told]
    if not 1 <= len(rows) <= MOST_AT_ONCE:
        raise PeerError(f"expected 1 to {MOST_AT_ONCE} objects, got {len(rows)}")
    return [_one(row, t) for row in rows]


def _one(row: Any, t: float) -> ChatLine | Support | Said:
    key = next((key for key in _KEYS if isinstance(row, dict) and key in row), None)
    if key is None:
        raise PeerError(f'expected {{"text": …}}, {{"kind": …}} or {{"say": …}}, got {row!r:.80}')
    for name in row:
        if name not in _KEYS[key]:
            raise PeerError(f'{name!r:.40}: not known beside "{key}"; there are: {", ".join(sorted(_KEYS[key]))}')
    if key == "say":
        return Said(_text(row, "say", _SAID, needed=True), "")
    if key == "text":
        return ChatLine(t, safe_name(_text(row, "author", LONGEST_TEXT)), _text(row, "text", LONGEST_TEXT, needed=True))
    kind, currency, amount = row["kind"], row.get("currency", ""), row.get("amount", 0)
    if not isinstance(kind, str) or not _KIND.match(kind):
        raise PeerError(f"kind: expected a name in small letters such as gift, got {kind!r:.80}")
    if not isinstance(currency, str) or (currency and not _CURRENCY.match(currency)):
        raise PeerError(f"currency: expected three capitals such as CNY, got {currency!r:.80}")
    if isinstance(amount, bool) or not isinstance(amount, int | float) or not 0 <= amount <= MOST:
        raise PeerError(f"amount: expected a number in 0..{MOST:g}, got {amount!r:.80}")
    author, name = (safe_name(_text(row, key, LONGEST_TEXT)) for key in ("author", "name"))
    return Support(t, author, kind, float(amount), currency, _text(row, "text", LONGEST_TEXT), name)


def _text(row: dict[str, Any], name: str, most: int, needed: bool = False) -> str:
    value = row.get(name, "")
    if not isinstance(value, str):
        raise PeerError(f"{name}: expected a text, got {value!r:.80}")
    safe = safe_text(value, most)
    if needed and not safe:
        raise PeerError(f"{name}: expected a text with something in it, got a blank one")
    return safe
