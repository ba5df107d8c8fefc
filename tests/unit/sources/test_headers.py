"""Pictures are judged by what their headers say, before a decoder sees them."""

from __future__ import annotations

import struct
import time
import zlib
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mien.face import InputError
from mien.sources import pictures
from mien.sources.headers import MOST_PIXELS, dimensions


@pytest.mark.parametrize("ending", [".png", ".jpg", ".webp", ".bmp", ".tiff", ".gif", ".avif"])
@pytest.mark.parametrize(("width", "height"), [(31, 7), (640, 481)])
def test_a_header_says_what_a_decoder_finds(ending: str, width: int, height: int) -> None:
    chance = np.random.default_rng(width)
    picture = chance.integers(0, 256, (height, width, 3), np.uint8)
    try:
        done, data = cv2.imencode(ending, picture)
    except cv2.error:
        pytest.skip(f"OpenCV writes no {ending} here")
    assert done
    assert dimensions(data.tobytes()) == (width, height)


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def bomb(side: int) -> bytes:
    """A PNG of black that unpacks to side x side x 3 bytes."""
    squeezer = zlib.compressobj(9)
    row = b"\0" * (1 + 3 * side)
    body = b"".join([*(squeezer.compress(row) for _ in range(side)), squeezer.flush()])
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        [chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)), chunk(b"IDAT", body), chunk(b"IEND", b"")]
    )


def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    (tmp_path / "bomb.png").write_bytes(bomb(9000))
    begun = time.process_time()
    with pytest.raises(InputError, match=r"bomb\.png: expected 1 to 64 megapixels, got 9000 x 9000"):
        list(pictures(tmp_path / "bomb.png"))
    assert time.process_time() - begun < 0.2  # unpacked it takes seconds


HEADS = {
    "png": b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">II", 100_000, 100_000) + b"\x08\x02\0\0\0"),
    "jpg": b"\xff\xd8\xff\xe0\0\x04ab\xff\xc2\0\x11\x08" + struct.pack(">HH", 60_000, 60_000),
    "webp": b"RIFF\0\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0" + (50_000).to_bytes(3, "little") * 2,
    "bmp": b"BM" + b"\0" * 12 + struct.pack("<Iii", 40, 40_000, -40_000),
    "tiff": b"II*\0\x08\0\0\0\x02\0" + struct.pack("<HHIIHHII", 256, 4, 1, 90_000, 257, 4, 1, 90_000),
    "gif": b"GIF89a" + struct.pack("<HH", 60_000, 60_000),
}


@pytest.mark.parametrize("ending", HEADS)
def test_a_huge_header_alone_is_refused(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"huge.{ending}"
    path.write_bytes(HEADS[ending] + b"\0" * 64)
    with pytest.raises(InputError, match="megapixels"):
        list(pictures(path))


@given(st.sampled_from(sorted(HEADS)), st.binary(max_size=40), st.integers(0, 40))
def test_any_bytes_have_a_size_or_none(ending: str, data: bytes, cut: int) -> None:
    size = dimensions(HEADS[ending][:cut] + data)
    assert size is None or len(size) == 2


def test_no_pixel_is_no_picture(tmp_path: Path) -> None:
    (tmp_path / "none.gif").write_bytes(b"GIF89a" + b"\0" * 40)
    with pytest.raises(InputError, match="got 0 x 0"):
        list(pictures(tmp_path / "none.gif"))
    assert MOST_PIXELS == 64_000_000
