"""How large a picture says it is, read from its first bytes: before a decoder takes memory for it.

Sources: PNG Specification, third edition; ITU-T T.81 (JPEG), B.2.2; GIF89a; WebP Container Specification;
BITMAPINFOHEADER; TIFF 6.0 and BigTIFF; ISO/IEC 23008-12 (ispe).
"""

from __future__ import annotations

import struct
from collections.abc import Callable

from mien.face import InputError

MOST_PIXELS = 64_000_000
"""A picture larger than this is refused."""

Size = tuple[int, int]


def judged(data: bytes, name: str) -> Size:
    """(width, height) of an encoded picture. name: for messages.

    Raises InputError when it is of no kind that is known here, or would have no pixel or more than `MOST_PIXELS`.
    """
    size = dimensions(data)
    if size is None:
        raise InputError(f"{name}: not a whole picture ({len(data)} bytes); save it again, as PNG or JPEG")
    sized(*size, name)
    return size


def sized(width: int, height: int, name: str) -> None:
    """Raises InputError on a picture without a pixel, or of more than `MOST_PIXELS`."""
    if width < 1 or height < 1 or width * height > MOST_PIXELS:
        raise InputError(f"{name}: expected 1 to {MOST_PIXELS // 1_000_000} megapixels, got {width} x {height}")


def dimensions(data: bytes) -> Size | None:
    """(width, height) that the header of a PNG, JPEG, GIF, WebP, BMP, TIFF, AVIF or HEIC says; None of anything else.

    Of several pictures in one file the largest counts.
    """
    for marks, read in _READERS:
        if any(data[at : at + len(mark)] == mark for at, mark in marks):
            try:
                return read(data)
            except (struct.error, IndexError):
                return None
    return None


def _png(data: bytes) -> Size:
    width, height = struct.unpack_from(">II", data, 16)
    return width, height


def _gif(data: bytes) -> Size:
    width, height = struct.unpack_from("<HH", data, 6)
    return width, height


def _bmp(data: bytes) -> Size:
    (head,) = struct.unpack_from("<I", data, 14)
    if head == 12:
        width, height = struct.unpack_from("<HH", data, 18)
        return width, height
    width, height = struct.unpack_from("<ii", data, 18)
    return width, abs(height)  # below 0 where the first row is the upper one


def _webp(data: bytes) -> Size | None:
    kind = data[12:16]
    if kind == b"VP8X":
        return 1 + int.from_bytes(data[24:27], "little"), 1 + int.from_bytes(data[27:30], "little")
    if kind == b"VP8L":
        bits = int.from_bytes(data[21:25], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    if kind == b"VP8 ":
        width, height = struct.unpack_from("<HH", data, 26)
        return width & 0x3FFF, height & 0x3FFF
    return None


def _jpeg(data: bytes) -> Size | None:
    at = 2
    while at + 9 <= len(data):
        if data[at] != 0xFF:
            at += 1  # decoders too look for the next marker
            continue
        marker = data[at + 1]
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack_from(">HH", data, at + 5)
            return width, height
        if marker == 0xFF:
            at += 1
        elif marker in (0x00, 0x01) or 0xD0 <= marker <= 0xD8:
            at += 2
        else:
            at += 2 + int(struct.unpack_from(">H", data, at + 2)[0])
    return None


def _tiff(data: bytes) -> Size | None:
    order = "<" if data[:2] == b"II" else ">"
    big = struct.unpack_from(order + "H", data, 2)[0] == 43
    (at,) = struct.unpack_from(order + ("Q" if big else "I"), data, 8 if big else 4)
    (count,) = struct.unpack_from(order + ("Q" if big else "H"), data, at)
    step, found = 20 if big else 12, {}
    for number in range(min(count, 4096)):
        entry = at + (8 if big else 2) + step * number
        tag, kind = struct.unpack_from(order + "HH", data, entry)
        if tag in (256, 257):
            (found[tag],) = struct.unpack_from(
                order + {3: "H", 4: "I", 16: "Q"}.get(kind, "I"), data, entry + (12 if big else 8)
            )
    return (int(found[256]), int(found[257])) if len(found) == 2 else None


def _heif(data: bytes) -> Size | None:
    head = data[:1_000_000]
    at, sizes = head.find(b"ispe"), []
    while at >= 0:
        sizes.append(struct.unpack_from(">II", head, at + 8))
        at = head.find(b"ispe", at + 4)
    largest = max(sizes, key=lambda size: size[0] * size[1], default=None)
    return None if largest is None else (int(largest[0]), int(largest[1]))


_READERS: tuple[tuple[tuple[tuple[int, bytes], ...], Callable[[bytes], Size | None]], ...] = (
    (((0, b"\x89PNG\r\n\x1a\n"),), _png),
    (((0, b"\xff\xd8\xff"),), _jpeg),
    (((0, b"GIF87a"), (0, b"GIF89a")), _gif),
    (((8, b"WEBP"),), _webp),
    (((0, b"BM"),), _bmp),
    (((0, b"II*\0"), (0, b"MM\0*"), (0, b"II+\0"), (0, b"MM\0+")), _tiff),
    (((4, b"ftyp"),), _heif),
)
