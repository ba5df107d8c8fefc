"""What the studio's own page says to connect rooms, trackers and programs, to keep films, of whom she heeds, and of
the keys of the keyboard.

{"connect": "source", "kind": "twitch", "settings": {"channel": "neko"}}, {"disconnect": "sink", "name": "vmc"},
{"mute": "a viewer", "on": true}, {"answers": "streamer"}, {"film": "start", "kind": "mp4"},
{"hotkeys": {"b": "hold:blush"}}.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from mien.face import PeerError
from mien.wire.hotkeys import hotkeys

Role = Literal["source", "sink"]
"""What is connected: what is read, or what is written to."""

FILMS: Final = ("start", "stop", "last", "still")
"""A film begins, ends; the last half minute is kept; the picture of now is."""

LONGEST_NAME: Final = 200
"""Characters of a name or a setting."""

_MOST_SETTINGS = 32


@dataclass(frozen=True, slots=True)
class Connected:
    """Connect this kind of source or sink, with settings as in a show's file."""

    role: Role
    kind: str
    settings: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Disconnected:
    """Let go of the one of this name."""

    role: Role
    name: str


@dataclass(frozen=True, slots=True)
class Muted:
    """Whether this viewer is passed over."""

    author: str
    on: bool


@dataclass(frozen=True, slots=True)
class Answering:
    """By which policy rooms are answered; "" is the character's own."""

    policy: str


@dataclass(frozen=True, slots=True)
class Filming:
    """What is to be kept: one of FILMS. kind: of the file, "" where there is one kind only."""

    what: str
    kind: str


@dataclass(frozen=True, slots=True)
class Keyed:
    """What each key of the keyboard does from now on, as `hotkeys` checks it; the others do nothing."""

    keys: Mapping[str, str]


OnAir = Connected | Disconnected | Muted | Answering | Filming | Keyed


def decode_onair(data: Mapping[str, Any]) -> OnAir | None:
    """What a message says; None when it is about something else. Raises PeerError."""
    if "connect" in data:
        settings = data.get("settings", {})
        if not isinstance(settings, dict) or len(settings) > _MOST_SETTINGS:
            raise PeerError(f'settings: expected {{"channel": "neko"}}, got {settings!r:.80}')
        return Connected(_role(data["connect"], "connect"), _name(data, "kind"), settings)
    if "disconnect" in data:
        return Disconnected(_role(data["disconnect"], "disconnect"), _name(data, "name"))
    if "mute" in data:
        if not isinstance(data.get("on", True), bool):
            raise PeerError(f"on: expected true or false, got {data['on']!r:.80}")
        return Muted(_name(data, "mute"), data.get("on", True))
    if "answers" in data:
        return Answering(_name(data, "answers", least=0))
    if "film" in data:
        if data["film"] not in FILMS:
            raise PeerError(f"film: expected {', '.join(FILMS)}, got {data['film']!r:.80}")
        return Filming(data["film"], _name({"kind": "", **data}, "kind", least=0))
    if "hotkeys" in data:
        return Keyed(hotkeys(data["hotkeys"], "hotkeys", PeerError))
    return None


def _role(told: object, key: str) -> Role:
    if told not in ("source", "sink"):
        raise PeerError(f"{key}: expected source or sink, got {told!r:.80}")
    return told


def _name(data: Mapping[str, Any], key: str, least: int = 1) -> str:
    value = data.get(key)
    if not isinstance(value, str) or not least <= len(value) <= LONGEST_NAME:
        raise PeerError(f"{key}: expected a name, got {value!r:.80}")
    return value
