"""A show's table as TOML, which `read_show` reads again."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

_BARE = re.compile(r"[A-Za-z0-9_-]+\Z")
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def as_toml(table: Mapping[str, Any]) -> str:
    """The text: plain values first, then tables, then lists of tables. Raises TypeError for what TOML cannot hold."""
    plain, tables, lists = [], [], []
    for name, value in table.items():
        if isinstance(value, Mapping):
            tables.append(f"\n[{_key(name)}]\n{_rows(value)}")
        elif isinstance(value, list | tuple) and value and all(isinstance(one, Mapping) for one in value):
            lists += [f"\n[[{_key(name)}]]\n{_rows(one)}" for one in value]
        else:
            plain.append(f"{_key(name)} = {_value(value)}\n")
    return "".join([*plain, *tables, *lists])


def _rows(table: Mapping[str, Any]) -> str:
    return "".join(f"{_key(name)} = {_value(value)}\n" for name, value in table.items())


def _key(name: str) -> str:
    return name if _BARE.match(name) else _text(name)


def _value(value: Any) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case float():
            return repr(value)
        case str():
            return _text(value)
        case Mapping():
            return "{ " + ", ".join(f"{_key(name)} = {_value(one)}" for name, one in value.items()) + " }"
        case list() | tuple():
            return "[" + ", ".join(map(_value, value)) + "]"
    raise TypeError(f"as_toml: expected text, numbers, true, false, tables or lists, got {type(value).__name__}")


def _text(text: str) -> str:
    """In quotes; control signs, and halves of signs that no UTF-8 can hold, by their numbers or left out."""
    signs = []
    for sign in text:
        if sign in _ESCAPES:
            signs.append(_ESCAPES[sign])
        elif ord(sign) < 0x20 or ord(sign) == 0x7F:
            signs.append(f"\\u{ord(sign):04x}")
        elif not 0xD800 <= ord(sign) <= 0xDFFF:
            signs.append(sign)
    return '"' + "".join(signs) + '"'
