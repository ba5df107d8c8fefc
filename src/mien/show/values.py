"""Values of a settings table, checked: errors say where, what was expected and what came."""

from __future__ import annotations

import difflib
import typing
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, get_args, get_origin

from mien.face import SettingsError


def typed(value: Any, wanted: Any, where: str) -> Any:
    """The value, as what is wanted: numbers may be whole, paths and texts are text. Raises SettingsError."""
    for option in _options(wanted):
        plain = get_origin(option) or option
        if plain is Any:
            return value
        if plain is float and isinstance(value, int | float) and not isinstance(value, bool):
            return float(value)
        if plain is Path and isinstance(value, str) and value:
            return Path(value)
        if isinstance(plain, type) and type(value) is plain:
            return value
    raise SettingsError(f"{where}: expected {described(wanted)}, got {value!r}")


def described(wanted: Any) -> str:
    """A type, for a person."""
    plain = (get_origin(option) or option for option in _options(wanted) if option is not NoneType)
    return " or ".join(_KINDS.get(option, getattr(option, "__name__", str(option))) for option in plain)


def _options(wanted: Any) -> tuple[Any, ...]:
    return get_args(wanted) if get_origin(wanted) in (UnionType, typing.Union) else (wanted,)


_KINDS: dict[Any, str] = {
    str: "text in quotes", int: "a whole number", float: "a number", bool: "true or false", Path: "a path in quotes",
    dict: "a table", list: "tables", NoneType: "nothing",
}  # fmt: skip


def unknown(name: str, known: Mapping[str, Any] | Sequence[str]) -> str:
    """What a message says of a name that is none of the known."""
    near = difflib.get_close_matches(name, list(known), 1)
    return f"not known; did you mean {near[0]}?" if near else f"not known; there are: {', '.join(known)}"
