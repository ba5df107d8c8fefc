"""The drawn artist as a painter: opens by the name "artist"."""

from __future__ import annotations

from mien.character import Character
from mien.face import SettingsError
from mien.paint.drawn import Artist
from mien.paint.identity import identity_of


def open_painter(character: Character, size: int) -> Artist:
    """The artist for a character that is drawn. Raises SettingsError when its manifest has no identity."""
    where = f"{character.folder / 'character.json'}"
    if not character.identity:
        raise SettingsError(f"{where}: no identity, so the artist cannot draw it; use --painter gan")
    return Artist(identity_of(character.identity, where), size)
