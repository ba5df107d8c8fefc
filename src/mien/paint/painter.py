"""What a painter is, and how one is opened by name."""

from __future__ import annotations

from importlib.metadata import entry_points
from typing import Protocol, runtime_checkable

from mien.character import Character
from mien.face import PARTS, Colours, Expression, Frame, SettingsError
from mien.face.colour import written

SIZES = range(16, 4097)
"""Sizes of a picture, pixels a side."""


class Painter(Protocol):
    """Anything that turns an expression into a picture."""

    def paint(self, expression: Expression) -> Frame:
        """The picture of this expression."""
        ...


@runtime_checkable
class Recolours(Protocol):
    """A painter whose character can have other colours, without being trained or drawn anew."""

    @property
    def colours(self) -> Colours:
        """The colour of each part that can have another."""
        ...

    def recoloured(self, colours: Colours) -> Painter:
        """The same character in these colours; parts that they do not name keep what they have."""
        ...


def painters() -> list[str]:
    """Names of the painters that are installed, ours and plug-ins'."""
    return sorted({entry.name for entry in entry_points(group="mien.painter")})


def open_painter(name: str, character: Character, size: int = 256, colours: Colours | None = None) -> Painter:
    """The painter of this name, for this character; size: pixels a side. colours: of its parts, in place of its own.

    Raises SettingsError on an unknown name, size or part, WeightsError on damaged weights.
    """
    found = [entry for entry in entry_points(group="mien.painter") if entry.name == name]
    if not found:
        raise SettingsError(f"no painter {name!r}; there are: {', '.join(painters())}")
    if size not in SIZES:
        raise SettingsError(f"size: expected {SIZES.start}..{SIZES.stop - 1} pixels, got {size}")
    painter: Painter = found[0].load()(character, size)
    return recoloured(painter, colours, character.name) if colours else painter


def recoloured(painter: Painter, colours: Colours, who: str) -> Painter:
    """The same painter in these colours. who: for messages. Raises SettingsError where it cannot have them."""
    own = painter.colours if isinstance(painter, Recolours) else {}
    for part, colour in colours.items():
        if part not in PARTS:
            raise SettingsError(f"colours: no part {part!r}; there are: {', '.join(PARTS)}")
        if part not in own or not isinstance(painter, Recolours):
            can = f"only {', '.join(own)}" if own else "none: its bundle names no parts, or its painter cannot"
            raise SettingsError(f"{part}: {who} cannot be given the colour {written(colour)}; it can take {can}")
    return painter.recoloured(colours) if isinstance(painter, Recolours) else painter
