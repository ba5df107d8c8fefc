"""Bytes and messages: what other programs and the studio's page say to mien, and what they are told.

Owns: encodings and decodings, versioned, of values into text and bytes and back. Never opens a socket, never decides
what a message leads to.
"""

from mien.wire.frames import MJPEG, jpeg, pack, part
from mien.wire.move import Move, move_name, pack_move, parse_move
from mien.wire.numbers import pack_numbers
from mien.wire.onair import Answering, Connected, Disconnected, Filming, Muted, OnAir
from mien.wire.page import (
    VERSION,
    WANTS,
    Asked,
    Audible,
    Chosen,
    Coloured,
    Filmed,
    Hushed,
    Recorded,
    Said,
    Tempered,
    Wanted,
    Written,
    decode,
    error,
    news,
)
from mien.wire.play import Played
from mien.wire.sounds import is_sound, pack_sound, unpack_sound

__all__ = [
    "MJPEG", "VERSION", "WANTS", "Answering", "Asked", "Audible", "Chosen", "Coloured", "Connected", "Disconnected",
    "Filmed", "Filming", "Hushed", "Move", "Muted", "OnAir", "Played", "Recorded", "Said", "Tempered", "Wanted",
    "Written", "decode", "error", "is_sound", "jpeg", "move_name", "news", "pack", "pack_move", "pack_numbers",
    "pack_sound", "parse_move", "part", "unpack_sound",
]  # fmt: skip
