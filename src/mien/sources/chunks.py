"""What stands beside the pixels of a PNG or WebP file: whether it moves, and how it is to be turned.

Sources: PNG Specification, third edition (acTL, eXIf); WebP Container Specification (VP8X, EXIF); TIFF 6.0 (274).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

_PNG = b"\x89PNG\r\n\x1a\n"
_ORIENTATION = 274
_MOST_CHUNKS = 4096
"""Chunks after which a file is taken to say nothing more of itself."""


def animated(path: Path) -> bool:
    """Whether the file is a PNG or WebP of more than one picture; False when it cannot be read."""
    try:
        with path.open("rb") as file:
            for name, _, value in _chunks(file, ("VP8X",)):
                if name == "acTL":
                    return True
                if name == "VP8X":
                    return bool(value[:1] and value[0] & 2)
                if name in ("IDAT", "VP8 ", "VP8L"):
                    return False
    except OSError:
        pass
    return False


def orientation(data: bytes) -> int:
    """The EXIF orientation of a PNG or WebP, 1 (upright) to 8; 1 when none is said."""
    for name, _, value in _chunks(BytesIO(data), ("eXIf", "EXIF")):
        if name in ("eXIf", "EXIF"):
            return _turn(value.removeprefix(b"Exif\0\0"))
    return 1


def _chunks(file: BinaryIO, wanted: tuple[str, ...]) -> Iterator[tuple[str, int, bytes]]:
    """(name, size, bytes) of each chunk; the bytes of those that are wanted, of others none."""
    head = file.read(12)
    png = head.startswith(_PNG)
    if not png and not (head[:4] == b"RIFF" and head[8:12] == b"WEBP"):
        return
    file.seek(8 if png else 12)
    for _ in range(_MOST_CHUNKS):
        start = file.read(8)
        if len(start) < 8:
            return
        size = struct.unpack(">I" if png else "<I", start[:4] if png else start[4:])[0]
        name = (start[4:] if png else start[:4]).decode("latin-1")
        body = file.tell()
        yield name, size, file.read(min(size, 1 << 16)) if name in wanted else b""
        file.seek(body + size + (4 if png else size % 2))  # PNG: a checksum; WebP: even sizes


def _turn(exif: bytes) -> int:
    order = {b"II": "<", b"MM": ">"}.get(exif[:2])
    if order is None:
        return 1
    try:
        (at,) = struct.unpack_from(order + "I", exif, 4)
        (count,) = struct.unpack_from(order + "H", exif, at)
        for number in range(count):
            tag, kind, _, value = struct.unpack_from(order + "HHIH", exif, at + 2 + 12 * number)
            if tag == _ORIENTATION and kind == 3:
                return int(value) if 1 <= value <= 8 else 1
    except struct.error:
        pass
    return 1
