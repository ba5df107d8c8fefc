"""The drawn artist: a character in code, from an `Expression` and an `Identity` to pixels and exact key points."""

from mien.paint.drawn.artist import Artist, draw, key_points
from mien.paint.drawn.cast import CAST, MOMO
from mien.paint.identity import BACKS, COLLARS, FRINGES, WORN, Identity

__all__ = ["BACKS", "CAST", "COLLARS", "FRINGES", "MOMO", "WORN", "Artist", "Identity", "draw", "key_points"]
