"""Expression -> frame: the trained painter, and the drawn artist that it learnt from.

Owns: the `Painter` protocol, the painters that ship (by entry point in the group `mien.painter`), the canonical
canvas, the artist. Never knows time, feelings' history or where a frame goes.
"""

from mien.paint.painter import Painter, Recolours, open_painter, painters, recoloured
from mien.paint.posing import Pins, Poses

__all__ = ["Painter", "Pins", "Poses", "Recolours", "open_painter", "painters", "recoloured"]
