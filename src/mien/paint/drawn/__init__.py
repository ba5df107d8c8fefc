"""The drawn artist: a character in code, from an `Expression` and an `Identity` to pixels and exact key points."""

from mien.paint.drawn.artist import MOMO, Artist, draw, key_points
from mien.paint.drawn.identity import BACKS, COLLARS, FRINGES, WORN, Identity

__all__ = ["BACKS", "COLLARS", "FRINGES", "MOMO", "WORN", "Artist", "Identity", "draw", "key_points"]
