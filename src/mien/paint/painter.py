"""What a painter is, and how one is opened by name."""

from __future__ import annotations

from importlib.metadata import entry_points
from typing import Protocol

from mien.character import Character
from mien.face import Expression, Frame, SettingsError

SIZES = range(16, 4097)
"""Sizes of a picture, pixels a side."""


class Painter(Protocol):
    """Anything that turns an expression into a picture."""

    def paint(self, expression: Expression) -> Frame:
        """The picture of this expression."""
        ...


def painters() -> list[str]:
    """Names of the painters that are installed, ours and plug-ins'."""
    return sorted({entry.name for entry in entry_points(group="mien.painter")})


def open_painter(name: str, character: Character, size: int = 256) -> Painter:
    """The painter of this name, for this character; size: pixels a side.

    Raises SettingsError on an unknown name or size, WeightsError on damaged weights.
    """
    found = [entry for entry in entry_points(group="mien.painter") if entry.name == name]
    if not found:
        raise SettingsError(f"no painter {name!r}; there are: {', '.join(painters())}")
    if size not in SIZES:
        raise SettingsError(f"size: expected {SIZES.start}..{SIZES.stop - 1} pixels, got {size}")
    painter: Painter = found[0].load()(character, size)
    return painter
