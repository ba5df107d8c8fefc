"""Bytes and messages: what other programs and the studio's page say to mien, and what they are told.

Owns: encodings and decodings, versioned, of values into text and bytes and back. Never opens a socket, never decides
what a message leads to.
"""

from mien.wire.frames import pack
from mien.wire.move import Move, move_name, pack_move, parse_move
from mien.wire.numbers import pack_numbers
from mien.wire.page import (
    VERSION,
    WANTS,
    Audible,
    Coloured,
    Filmed,
    Hushed,
    Recorded,
    Said,
    Wanted,
    Written,
    decode,
    error,
    news,
)
from mien.wire.play import Dragged, Forgotten, Freed, Held, Played, Replayed, Taken
from mien.wire.sounds import is_sound, pack_sound, unpack_sound

__all__ = [
    "VERSION", "WANTS", "Audible", "Coloured", "Dragged", "Filmed", "Forgotten", "Freed", "Held", "Hushed", "Move",
    "Played", "Recorded", "Replayed", "Said", "Taken", "Wanted", "Written", "decode", "error", "is_sound", "move_name",
    "news", "pack", "pack_move", "pack_numbers", "pack_sound", "parse_move", "unpack_sound",
]  # fmt: skip
