"""JSON and TOML without what breaks programs later: infinite or endless numbers, half characters, deep nests."""

from __future__ import annotations

import json
import math
import re
import tomllib
from pathlib import Path
from typing import Any

from mien.face import InputError, MienError
from mien.files.reading import LONGEST_FILE, read_text

_LONGEST_NUMBER = 40
"""Characters; a float of full precision has 24."""

_DEEPEST = 64

_TOKEN = re.compile(r'"(?:\\.|[^"\\])*"|-?Infinity|NaN|-?\d[-+.\deE]*', re.DOTALL)


def read_json(path: Path | str, most: int = LONGEST_FILE, kind: type[MienError] = InputError) -> Any:
    """What a JSON file says. Raises `kind` that names the line."""
    return parse_json(read_text(path, None, most, kind), str(path), kind)


def read_toml(path: Path | str, most: int = 1_000_000, kind: type[MienError] = InputError) -> dict[str, Any]:
    """What a TOML file says. Raises `kind` that names the line."""
    return parse_toml(read_text(path, None, most, kind), str(path), kind)


def parse_json(text: str, where: str, kind: type[MienError] = InputError) -> Any:
    """What the JSON says. where: for messages. Raises `kind` with line and column."""

    def refused(literal: str) -> Any:
        raise kind(f"{where}{_place(text, literal)}: expected a finite number, got {_short(literal)}")

    def whole(literal: str) -> int:
        return int(literal) if len(literal) <= _LONGEST_NUMBER else refused(literal)

    def real(literal: str) -> float:
        value = float(literal) if len(literal) <= 10 * _LONGEST_NUMBER else math.inf
        return value if math.isfinite(value) else refused(literal)

    try:
        found = json.loads(text, parse_constant=refused, parse_int=whole, parse_float=real)
    except json.JSONDecodeError as error:
        raise kind(
            f"{where}: line {error.lineno}, column {error.colno}: expected JSON, got {_short(text[error.pos :])}: "
            f"{error.msg}"
        ) from None
    except RecursionError:
        raise kind(f"{where}: expected JSON of at most {_DEEPEST} levels") from None
    _checked(found, where, kind)
    return found


def parse_toml(text: str, where: str, kind: type[MienError] = InputError) -> dict[str, Any]:
    """What the TOML says. where: for messages. Raises `kind`."""
    try:
        found = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise kind(f"{where}: not TOML: {error}") from None
    except RecursionError:
        raise kind(f"{where}: expected at most {_DEEPEST} levels") from None
    except ValueError:  # a number of thousands of digits, a day that no calendar has
        raise kind(f"{where}: not TOML: expected numbers of at most {_LONGEST_NUMBER} digits, and real days") from None
    _checked(found, where, kind)
    return found


def _checked(found: Any, where: str, kind: type[MienError]) -> None:
    """Raises `kind` on what no value should hold, naming the way to it."""
    waiting: list[tuple[str, Any, int]] = [(where, found, 0)]
    while waiting:
        place, value, deep = waiting.pop()
        if deep > _DEEPEST:
            raise kind(f"{where}: expected at most {_DEEPEST} levels")
        if isinstance(value, dict):
            for name, inner in value.items():
                _whole_text(name, place, kind)
                plain = name if name.isidentifier() and len(name) < 40 else _short(name)
                waiting.append((f"{place}{': ' if place == where else '.'}{plain}", inner, deep + 1))
        elif isinstance(value, list):
            waiting += [(f"{place}[{number}]", inner, deep + 1) for number, inner in enumerate(value)]
        elif isinstance(value, str):
            _whole_text(value, place, kind)
        elif isinstance(value, float) and not math.isfinite(value):
            raise kind(f"{place}: expected a finite number, got {value}")
        elif isinstance(value, int) and abs(value) >= 10**_LONGEST_NUMBER:
            raise kind(f"{place}: expected a number of at most {_LONGEST_NUMBER} digits")


def _whole_text(text: str, where: str, kind: type[MienError]) -> None:
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise kind(
            f"{where}: expected valid Unicode, got half of a character ({text[error.start]!r}, character "
            f"{error.start + 1})"
        ) from None


def _place(text: str, literal: str) -> str:
    """Where a number stands, outside of texts: ": line 3, column 8"."""
    for token in _TOKEN.finditer(text):
        if token[0] == literal:
            start = token.start()
            return f": line {text.count(chr(10), 0, start) + 1}, column {start - text.rfind(chr(10), 0, start)}"
    return ""


def _short(text: str) -> str:
    return repr(text if len(text) <= 24 else f"{text[:24]}…")
