"""A chat that was written down: who said what, when, what it was worth to them, and what they gave."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from math import isfinite
from pathlib import Path
from typing import Any

from mien.face import ChatLine, InputError, Support
from mien.files import parse_json
from mien.sources.lines import file_lines

_LONGEST = 86_400.0
"""Seconds: a day. Beyond it t is likely counted from 1970, and a performance would begin with decades of silence."""

_EXAMPLE = '{"t": 12.5, "author": "neko", "text": "草www", "worth": 0}'

_GIVEN = '{"t": 13.0, "author": "inu", "kind": "gift", "amount": 5, "currency": "CNY", "text": "", "name": "辣条"}'


def chat_log(path: Path | str, encoding: str = "utf-8") -> Iterator[ChatLine | Support]:
    """What a chat log tells, in the order of the file; blank lines and those that begin with # are skipped.

    A line is a JSON object with t and text (author and worth when there are any), or the same divided by tabs:
    seconds, author, text, and worth if any. What a viewer gave is an object with t and kind, and the rest of `Support`
    when there is any. encoding: as in `file_lines`. Raises InputError that names the line.
    """
    last = 0.0
    for number, row in enumerate(file_lines(path, encoding), start=1):
        if not row.strip() or row.startswith("#"):
            continue
        where = f"{path}: line {number}"
        found = _object(row, where) if row.lstrip().startswith("{") else _columns(row, where)
        amount = found.worth if isinstance(found, ChatLine) else found.amount
        if not (isfinite(found.t) and found.t >= 0.0 and isfinite(amount) and amount >= 0.0):
            what = "worth" if isinstance(found, ChatLine) else "amount"
            raise InputError(f"{where}: expected t and {what} from 0 on, got {found.t!r} and {amount!r}")
        if found.t > _LONGEST:
            raise InputError(
                f"{where}: t: expected seconds since the chat began, at most {_LONGEST:,.0f}, got {found.t:g}; "
                "take the time of the first line from each"
            )
        if found.t < last:
            raise InputError(f"{where}: comes before the line above it ({found.t:g} s after {last:g} s); sort by time")
        last = found.t
        yield found


def log_line(told: ChatLine | Support) -> str:
    """What happened as a line of a chat log, without its end; `chat_log` reads it as the same."""
    row = {"t": round(told.t, 3), **{name: value for name, value in asdict(told).items() if name != "t" and value}}
    if isinstance(told, ChatLine):
        row.setdefault("text", "")
    return json.dumps(row, ensure_ascii=False)


def _object(row: str, where: str) -> ChatLine | Support:
    told = parse_json(row, where)
    if isinstance(told, dict) and "kind" in told:
        return _support(told, where)
    try:
        text, author = told["text"], told.get("author", "")
        if not (isinstance(text, str) and isinstance(author, str)):
            raise TypeError
        return ChatLine(float(told["t"]), author, text, float(told.get("worth") or 0.0))
    except (ValueError, TypeError, KeyError, AttributeError):
        raise InputError(f"{where}: expected an object such as {_EXAMPLE}, got {row[:80]!r}") from None


def _support(told: dict[str, Any], where: str) -> Support:
    try:
        texts = {name: told.get(name, "") for name in ("author", "kind", "currency", "text", "name")}
        if not all(isinstance(value, str) for value in texts.values()):
            raise TypeError
        return Support(float(told["t"]), amount=float(told.get("amount") or 0.0), **texts)
    except (ValueError, TypeError, KeyError):
        raise InputError(f"{where}: expected an object such as {_GIVEN}, got {str(told)[:80]}") from None


def _columns(row: str, where: str) -> ChatLine:
    parts = row.split("\t")
    try:
        return ChatLine(float(parts[0]), parts[1], parts[2], float(parts[3]) if len(parts) > 3 and parts[3] else 0.0)
    except (ValueError, IndexError):
        raise InputError(
            f"{where}: expected seconds, author, text (and worth) divided by tabs, got {row[:80]!r}"
        ) from None
