"""A chat that was written down: who said what, when, and what it was worth to him."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import isfinite
from pathlib import Path

from mien.face import InputError
from mien.files import parse_json
from mien.sources.lines import file_lines

_LONGEST = 86_400.0
"""Seconds: a day. Beyond it t is likely counted from 1970, and a performance would begin with decades of silence."""

_EXAMPLE = '{"t": 12.5, "author": "neko", "text": "草www", "worth": 0}'


@dataclass(frozen=True, slots=True)
class ChatLine:
    """One line of a chat. t: seconds since its beginning; worth: what was paid with it, in any one currency, >= 0."""

    t: float
    author: str
    text: str
    worth: float = 0.0


def chat_log(path: Path | str, encoding: str = "utf-8") -> Iterator[ChatLine]:
    """The lines of a chat log in the order of the file; blank lines and those that begin with # are skipped.

    A line is a JSON object with t and text (author and worth when there are any), or the same divided by tabs:
    seconds, author, text, and worth if any. encoding: as in `file_lines`. Raises InputError that names the line.
    """
    last = 0.0
    for number, row in enumerate(file_lines(path, encoding), start=1):
        if not row.strip() or row.startswith("#"):
            continue
        where = f"{path}: line {number}"
        found = _object(row, where) if row.lstrip().startswith("{") else _columns(row, where)
        if not (isfinite(found.t) and found.t >= 0.0 and isfinite(found.worth) and found.worth >= 0.0):
            raise InputError(f"{where}: expected t and worth from 0 on, got {found.t!r} and {found.worth!r}")
        if found.t > _LONGEST:
            raise InputError(
                f"{where}: t: expected seconds since the chat began, at most {_LONGEST:,.0f}, got {found.t:g}; "
                "take the time of the first line from each"
            )
        if found.t < last:
            raise InputError(f"{where}: comes before the line above it ({found.t:g} s after {last:g} s); sort by time")
        last = found.t
        yield found


def _object(row: str, where: str) -> ChatLine:
    told = parse_json(row, where)
    try:
        text, author = told["text"], told.get("author", "")
        if not (isinstance(text, str) and isinstance(author, str)):
            raise TypeError
        return ChatLine(float(told["t"]), author, text, float(told.get("worth") or 0.0))
    except (ValueError, TypeError, KeyError, AttributeError):
        raise InputError(f"{where}: expected an object such as {_EXAMPLE}, got {row[:80]!r}") from None


def _columns(row: str, where: str) -> ChatLine:
    parts = row.split("\t")
    try:
        return ChatLine(float(parts[0]), parts[1], parts[2], float(parts[3]) if len(parts) > 3 and parts[3] else 0.0)
    except (ValueError, IndexError):
        raise InputError(
            f"{where}: expected seconds, author, text (and worth) divided by tabs, got {row[:80]!r}"
        ) from None
