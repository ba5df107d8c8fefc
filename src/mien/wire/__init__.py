"""Bytes and messages: what other programs and the studio's page say to mien, and what they are told.

Owns: encodings and decodings, versioned, of values into text and bytes and back. Never opens a socket, never decides
what a message leads to. What only the studio's page says and hears lies in `page`, `onair` and `play`.
"""

from mien.wire.frames import MJPEG, jpeg, pack, part
from mien.wire.move import Move, move_name, pack_move, parse_move
from mien.wire.numbers import pack_numbers
from mien.wire.sounds import is_sound, pack_sound, unpack_sound

__all__ = [
    "MJPEG", "Move", "is_sound", "jpeg", "move_name", "pack", "pack_move", "pack_numbers", "pack_sound", "parse_move",
    "part", "unpack_sound",
]  # fmt: skip
