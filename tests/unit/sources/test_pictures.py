"""Pictures out of files: whatever the world sends comes upright and in RGB, or is named."""

from __future__ import annotations

import struct
from pathlib import Path

import av
import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from mien.face import DeviceError, InputError
from mien.sources import camera, files_of, is_video, length, pictures


def corner(height: int = 40, width: int = 60) -> NDArray[np.uint8]:
    """Dark, with a bright upper left corner."""
    picture = np.full((height, width, 3), 30, np.uint8)
    picture[: height // 3, : width // 3] = (240, 40, 20)
    return picture


def write(path: Path, pixels: NDArray[np.generic]) -> Path:
    order = pixels[..., ::-1] if pixels.ndim == 3 and pixels.shape[2] == 3 else pixels
    assert cv2.imwrite(str(path), np.ascontiguousarray(order))
    return path


def only(path: Path) -> NDArray[np.uint8]:
    (seen,) = pictures(path)
    assert seen.t == 0.0
    return seen.pixels


def test_plain_pictures(tmp_path: Path) -> None:
    assert np.array_equal(only(write(tmp_path / "a.png", corner())), corner())
    assert only(write(tmp_path / "g.png", corner()[..., 0])).shape == (40, 60, 3)
    assert only(write(tmp_path / "one.png", corner()[:1, :1])).shape == (1, 1, 3)


def test_sixteen_bits_and_transparency(tmp_path: Path) -> None:
    deep = corner().astype(np.uint16) * 257
    assert np.abs(only(write(tmp_path / "d.png", deep)).astype(int) - corner()).max() <= 1
    clear = np.dstack([corner()[..., ::-1], np.zeros((40, 60), np.uint8)])
    assert (only(write(tmp_path / "c.png", clear)) == 255).all()
    deep_clear = np.dstack([deep[..., ::-1], np.full((40, 60), 65535, np.uint16)])
    assert np.abs(only(write(tmp_path / "dc.png", deep_clear)).astype(int) - corner()).max() <= 1


def test_a_photograph_is_turned_as_its_exif_says(tmp_path: Path) -> None:
    path = write(tmp_path / "p.jpg", corner())
    exif = b"Exif\0\0MM\0*" + struct.pack(">IHHHIHHI", 8, 1, 0x112, 3, 1, 6, 0, 0)
    data = path.read_bytes()
    path.write_bytes(data[:2] + b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif + data[2:])
    seen = only(path)
    assert seen.shape == (60, 40, 3)
    assert seen[5, -5, 0] > 150  # a quarter clockwise: the corner comes to the right
    assert seen[5, 5, 0] < 90


def video(path: Path, frames: int = 6, size: tuple[int, int] = (64, 48), rate: int = 10) -> Path:
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=rate)
        stream.width, stream.height, stream.pix_fmt = *size, "yuv420p"
        for number in range(frames):
            pixels = np.full((size[1], size[0], 3), 4 * number, np.uint8)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(pixels, format="rgb24")))
        container.mux(stream.encode(None))
    return path


def test_a_video_comes_with_its_times(tmp_path: Path) -> None:
    path = video(tmp_path / "v.mp4")
    seen = list(pictures(path))
    assert len(seen) == 6 == length(path)
    assert np.allclose([one.t for one in seen], np.arange(6) / 10, atol=1e-3)
    assert seen[0].pixels.shape == (48, 64, 3)


def test_large_frames_are_shrunk_and_say_so(tmp_path: Path) -> None:
    seen = next(iter(pictures(video(tmp_path / "v.mp4", 2, (3840, 2160)))))
    assert seen.pixels.shape == (1080, 1920, 3)
    assert seen.scale == pytest.approx(2.0)


@pytest.mark.parametrize("size", [(64, 48), (2560, 1440)])
def test_a_phones_video_is_turned_as_its_tag_says(tmp_path: Path, size: tuple[int, int]) -> None:
    path = tmp_path / "v.mp4"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=10)
        stream.width, stream.height, stream.pix_fmt = *size, "yuv420p"
        frame = av.VideoFrame.from_ndarray(corner(size[1], size[0]), format="rgb24")
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    data = path.read_bytes()
    at = data.index(b"tkhd") + 44  # the matrix of the track's header: a quarter clockwise
    quarter = struct.pack(">9i", 0, 1 << 16, 0, -(1 << 16), 0, 0, size[1] << 16, 0, 1 << 30)
    path.write_bytes(data[:at] + quarter + data[at + 36 :])
    (seen,) = pictures(path)
    height, width = seen.pixels.shape[:2]
    assert height > width
    assert seen.pixels[height // 6, -width // 6, 0] > 150  # the corner comes to the right
    assert seen.pixels[height // 6, width // 6, 0] < 90


def test_a_cut_off_video_gives_what_it_has(tmp_path: Path) -> None:
    path = video(tmp_path / "v.mkv", 60)
    data = path.read_bytes()
    path.write_bytes(data[: len(data) * 2 // 3])
    assert 0 < len(list(pictures(path))) <= 60


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("a.png", b"", "not a whole picture"), ("a.jpg", b"\xff\xd8\xff", "not a whole picture"),
        ("a.mp4", b"", "not a whole video"), ("a.mp4", b"nothing of the kind" * 40, "not a whole video"),
        ("a.txt", b"x", r"expected .png"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_named(tmp_path: Path, name: str, data: bytes, said: str) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(InputError, match=f"{name}: .*{said}|{name}: {said}"):
        [list(pictures(one)) for one in files_of(path)]


def test_folders(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="found none"):
        files_of(tmp_path)
    with pytest.raises(InputError, match="found nothing there"):
        files_of(tmp_path / "no.png")
    (tmp_path / "deep").mkdir()
    for name in ("b.png", "deep/a.png"):
        write(tmp_path / name, corner())
    assert [path.name for path in files_of(tmp_path)] == ["b.png", "a.png"]
    assert is_video(Path("x.MP4"))


def test_a_camera_that_is_not_there() -> None:
    with pytest.raises(DeviceError, match="camera 99"):
        next(iter(camera(99)))
