"""Colours, and the parts of a character that may take another."""

from __future__ import annotations

from collections.abc import Mapping

from mien.face.errors import MienError, SettingsError

Colour = tuple[int, int, int]
"""Red, green, blue, each 0..255."""

PARTS = ("hair", "iris", "skin", "cloth")

Colours = Mapping[str, Colour]
"""Of parts, by their names in PARTS."""


def colour(text: object, kind: type[MienError] = SettingsError) -> Colour:
    """The colour that #rrggbb means. Raises `kind`."""
    digits = text.removeprefix("#") if isinstance(text, str) else ""
    if len(digits) != 6 or any(char not in "0123456789abcdefABCDEF" for char in digits):
        raise kind(f"expected a colour like '#e6edf5', got {text!r:.80}")
    return int(digits[:2], 16), int(digits[2:4], 16), int(digits[4:], 16)


def written(one: Colour) -> str:
    """The colour as #rrggbb."""
    return "#{:02x}{:02x}{:02x}".format(*one)
