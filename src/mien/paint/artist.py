"""The drawn artist as a painter: opens by the name "artist"."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mien.character import Character
from mien.face import SettingsError
from mien.paint.drawn import Artist, Identity


def identity_of(traits: Mapping[str, Any], where: str) -> Identity:
    """The identity that a manifest's traits name. Raises SettingsError on an unknown or impossible trait."""
    values: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in traits.items()}
    try:
        return Identity(**values)
    except (TypeError, ValueError) as error:
        raise SettingsError(f"{where}: identity: {error}") from error


def open_painter(character: Character, size: int) -> Artist:
    """The artist for a character that is drawn. Raises SettingsError when its manifest has no identity."""
    where = f"{character.folder / 'character.json'}"
    if not character.identity:
        raise SettingsError(f"{where}: no identity, so the artist cannot draw it; use --painter gan")
    return Artist(identity_of(character.identity, where), size)
