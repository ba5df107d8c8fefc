"""What stands beside the pixels of a file: whether it moves, and how it is to be turned.

Sources: PNG Specification, third edition (acTL, eXIf); WebP Container Specification (VP8X, EXIF); TIFF 6.0 (274);
ISO/IEC 14496-12 (the matrix of a track header); ISO/IEC 13818-1 (the sync byte).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

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


def transport(path: Path) -> bool:
    """Whether the file is an MPEG transport stream: other files end in .ts as well. False when it cannot be read."""
    try:
        with path.open("rb") as file:
            return file.read(1) == b"\x47"
    except OSError:
        return False


def shown(pixels: NDArray[np.uint8], matrix: bytes) -> NDArray[np.uint8]:
    """(height, width, channels) as a display matrix says: turned by quarters, mirrored. Others change nothing.

    matrix: nine 32-bit numbers of this machine's order, as FFmpeg gives them: x' = m0 x + m3 y, y' = m1 x + m4 y.
    """
    if len(matrix) != 36:
        return pixels
    a, b, _, c, d, *_ = (float(value) for value in np.frombuffer(matrix, np.int32))
    if a * d - b * c < 0.0:  # mirrored first, then turned by what remains
        pixels, a, b = pixels[:, ::-1], -a, -b
    if a == 0.0 and b == 0.0:
        return pixels
    clockwise = round(float(np.degrees(np.arctan2(b, a))) / 90.0)
    return np.ascontiguousarray(np.rot90(pixels, -clockwise))


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
