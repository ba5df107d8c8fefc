"""Live rooms by their names: "bilibili:123", "twitch:neko", "youtube:dQw4w9WgXcQ"."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from mien.face import SettingsError
from mien.sources.source import Source, source_maker

ROOMS: dict[str, tuple[str, type]] = {
    "bilibili": ("room", int), "bilibili-open": ("app", int), "twitch": ("channel", str), "youtube": ("video", str),
    "hook": ("port", int),
}  # fmt: skip
"""Kinds of sources that are rooms, each with the setting that stands behind the colon."""

_NEED_NO_KEYS = ("twitch",)
_KNOWN = ", ".join(f"{kind}:{setting.upper()}" for kind, (setting, _) in ROOMS.items())


def room_settings(name: str, keys: Path | None = None) -> tuple[str, dict[str, Any]]:
    """The kind and the settings of the source of a room. name: KIND:WHICH. keys: a file of secrets, for those kinds
    that have any.

    Raises SettingsError when there is no such kind, or what stands behind the colon is none.
    """
    kind, _, which = name.partition(":")
    if kind not in ROOMS:
        raise SettingsError(f"no room {name!r}; expected one of {_KNOWN}")
    setting, wanted = ROOMS[kind]
    number = which.isascii() and which.isdecimal() and len(which) < 19
    if not which or (wanted is int and not number):
        raise SettingsError(f"room {name!r}: expected {kind}:{setting.upper()}")
    settings: dict[str, Any] = {setting: wanted(which)}
    if kind not in _NEED_NO_KEYS and keys is not None:
        settings["keys"] = keys
    return kind, settings


def room_maker(name: str, keys: Path | None = None) -> Callable[[], Source]:
    """What makes the source of a room, as `room_settings` reads it.

    Raises SettingsError, also when a key is missing.
    """
    kind, settings = room_settings(name, keys)
    make = source_maker(kind)
    make(**settings)  # what it lacks is told now
    return lambda: make(**settings)
