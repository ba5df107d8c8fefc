"""Pictures out of files: whatever the world sends comes upright and in RGB, or is named."""

from __future__ import annotations

import struct
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from mien.face import DeviceError, InputError
from mien.sources import camera, files_of, is_video, length, pictures
from mien.sources.chunks import orientation
from mien.sources.pictures import UNREAD


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


_ONE = 1 << 16
_WAYS = [
    (1, 0, 0, 1),
    (-1, 0, 0, 1),
    (-1, 0, 0, -1),
    (1, 0, 0, -1),
    (0, 1, 1, 0),
    (0, 1, -1, 0),
    (0, -1, -1, 0),
    (0, -1, 1, 0),
]


@pytest.mark.parametrize("way", _WAYS)
def test_every_display_matrix_of_quarters_and_mirrors_is_followed(
    tmp_path: Path, way: tuple[int, int, int, int]
) -> None:
    a, b, c, d = way
    path = tmp_path / "v.mp4"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=10)
        stream.width, stream.height, stream.pix_fmt = 96, 64, "yuv420p"
        stream.set_display_matrix([a * _ONE, b * _ONE, 0, c * _ONE, d * _ONE, 0, 0, 0, 1 << 30])
        container.mux(stream.encode(av.VideoFrame.from_ndarray(corner(64, 96), format="rgb24")))
        container.mux(stream.encode(None))
    (seen,) = pictures(path)
    spot = np.array([[a, c], [b, d]]) @ [-1, -1]  # where the bright corner goes, from the middle
    height, width = seen.pixels.shape[:2]
    assert (width > height) == (a != 0)
    for y in (-1, 1):
        for x in (-1, 1):
            level = seen.pixels[height // 2 + y * height * 2 // 5, width // 2 + x * width * 2 // 5, 0]
            assert (level > 150) == ([x, y] == spot.tolist())


@pytest.mark.parametrize(
    ("wide", "size"), [("4/3", (128, 72)), ("1/1", (96, 72)), ("8/9", (96, 81)), ("0/1", (96, 72))]
)
@pytest.mark.parametrize("ending", ["mp4", "mkv"])
def test_pixels_that_are_not_square_are_made_so(tmp_path: Path, wide: str, size: tuple[int, int], ending: str) -> None:
    path = tmp_path / f"v.{ending}"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=10)
        stream.width, stream.height, stream.pix_fmt = 96, 72, "yuv420p"
        stream.codec_context.sample_aspect_ratio = Fraction(wide)
        container.mux(stream.encode(av.VideoFrame.from_ndarray(corner(72, 96), format="rgb24")))
        container.mux(stream.encode(None))
    (seen,) = pictures(path)
    assert seen.pixels.shape[1::-1] == size
    assert seen.scale == 1.0


def late(path: Path, by: float, seconds: float = 3.0) -> Path:
    """A video whose first frame comes this late, with ten frames a second."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=10)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        stream.codec_context.time_base = Fraction(1, 1000)
        for number in range(round(seconds * 10)):
            frame = av.VideoFrame.from_ndarray(corner(48, 64), format="rgb24")
            frame.pts, frame.time_base = round(1000 * by) + 100 * number, Fraction(1, 1000)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


@pytest.mark.parametrize("ending", ["mp4", "mkv", "mov", "ts"])
@pytest.mark.parametrize("by", [0.0, 2.0, 8.0])
def test_a_stream_that_starts_late_is_not_cut_short(tmp_path: Path, ending: str, by: float) -> None:
    told: list[str] = []
    seen = list(pictures(late(tmp_path / f"v.{ending}", by), told.append))
    assert told == []
    assert len(seen) == 30
    assert seen[0].t == 0.0
    assert seen[-1].t == pytest.approx(2.9, abs=0.06)


@pytest.mark.parametrize(
    ("ending", "codec"), [("3gp", "mpeg4"), ("ts", "libx264"), ("m2ts", "libx264"), ("mpg", "mpeg2video")]
)
def test_videos_of_phones_and_recorders_are_read(tmp_path: Path, ending: str, codec: str) -> None:
    path = tmp_path / f"v.{ending}"
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=25)
        assert isinstance(stream, av.VideoStream)
        stream.width, stream.height, stream.pix_fmt = 176, 144, "yuv420p"
        for _ in range(5):
            container.mux(stream.encode(av.VideoFrame.from_ndarray(corner(144, 176), format="rgb24")))
        container.mux(stream.encode(None))
    assert files_of(tmp_path) == [path]
    seen = list(pictures(path))
    assert len(seen) == 5
    assert seen[0].pixels[10, 10, 0] > 150


@pytest.mark.parametrize("name", ["a.jfif", "a.avif"])
def test_pictures_of_other_names_are_read(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    if name.endswith("avif") and not cv2.haveImageWriter(".avif"):
        pytest.skip("this OpenCV has no AVIF")
    good, data = cv2.imencode(".jpg" if name.endswith("jfif") else ".avif", corner()[..., ::-1])
    assert good
    path.write_bytes(data.tobytes())
    assert np.abs(only(path).astype(int) - corner()).mean() < 8
    assert files_of(tmp_path) == [path]


@pytest.mark.parametrize("kind", UNREAD)
def test_what_nothing_here_reads_is_named_and_what_to_do(tmp_path: Path, kind: str) -> None:
    write(tmp_path / "a.png", corner())
    other = tmp_path / f"b{kind.upper()}"
    other.write_bytes(b"\0" * 40)
    told: list[str] = []
    assert [path.name for path in files_of(tmp_path, told.append)] == ["a.png"]
    (what,) = told
    assert what.startswith(f"{other}: {kind[1:].upper()} is not read here; save it as ")
    with pytest.raises(InputError, match="is not read here; save it as"):
        files_of(other)


def test_a_program_is_no_transport_stream(tmp_path: Path) -> None:
    (tmp_path / "page.ts").write_text("export const a = 1;")
    write(tmp_path / "a.png", corner())
    assert [path.name for path in files_of(tmp_path)] == ["a.png"]


def noisy(path: Path, codec: str = "libx264", frames: int = 60) -> Path:
    """Three seconds that hardly compress, with a key picture each half second."""
    chance = np.random.default_rng(3)
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=20)
        assert isinstance(stream, av.VideoStream)
        stream.width, stream.height, stream.pix_fmt = 96, 64, "yuv420p"
        stream.codec_context.gop_size = 10
        for _ in range(frames):
            pixels = chance.integers(0, 256, (64, 96, 3), np.uint8)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(pixels, format="rgb24")))
        container.mux(stream.encode(None))
    return path


@pytest.mark.parametrize(("ending", "codec"), [("mkv", "libx264"), ("avi", "mpeg4"), ("webm", "libvpx-vp9")])
def test_a_cut_off_video_gives_what_it_has_and_says_so(tmp_path: Path, ending: str, codec: str) -> None:
    path = noisy(tmp_path / f"v.{ending}", codec)
    data = path.read_bytes()
    path.write_bytes(data[: len(data) * 2 // 3])
    told: list[str] = []
    seen = list(pictures(path, told.append))
    assert 20 < len(seen) < 50
    (what,) = told
    assert what.startswith(f"{path}: ")
    assert "ends after" in what or "damaged near" in what


@pytest.mark.parametrize("ending", ["mp4", "mkv"])
def test_what_comes_after_a_damaged_place_is_seen_too(tmp_path: Path, ending: str) -> None:
    path = noisy(tmp_path / f"v.{ending}")
    data = bytearray(path.read_bytes())
    middle = len(data) // 2
    data[middle : middle + len(data) // 10] = bytes(len(data) // 10)
    path.write_bytes(data)
    told: list[str] = []
    times = [one.t for one in pictures(path, told.append)]
    assert 40 < len(times) < 60
    assert times[-1] > 2.8
    (what,) = told
    assert f"{path}: damaged near 1." in what


def test_a_whole_video_says_nothing(tmp_path: Path) -> None:
    told: list[str] = []
    assert len(list(pictures(noisy(tmp_path / "v.mp4", frames=30), told.append))) == 30
    assert told == []


def test_a_variable_frame_rate_keeps_its_times(tmp_path: Path) -> None:
    path, times = tmp_path / "v.mp4", [0, 33, 50, 400, 410, 1500]
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=1000)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        stream.codec_context.time_base = stream.time_base = Fraction(1, 1000)
        for pts in times:
            frame = av.VideoFrame.from_ndarray(corner(48, 64), format="rgb24")
            frame.pts, frame.time_base = pts, Fraction(1, 1000)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    told: list[str] = []
    assert np.allclose([one.t for one in pictures(path, told.append)], np.array(times) / 1000, atol=2e-3)
    assert told == []


def test_eight_thousand_pixels_are_taken(tmp_path: Path) -> None:
    big = np.zeros((4320, 7680), np.uint8)
    big[:1440, :2560] = 250
    seen = only(write(tmp_path / "big.png", big))
    assert seen.shape == (4320, 7680, 3)
    assert seen[700, 1200, 0] == 250
    (frame,) = pictures(video(tmp_path / "v.mp4", 1, (7680, 4320)))
    assert frame.pixels.shape == (1080, 1920, 3)
    assert frame.scale == pytest.approx(4.0)


def moving(path: Path, clear: bool = False) -> Path:
    """Three pictures whose bright corner grows dim; clear: but for it, they are transparent. By Pillow."""
    image = pytest.importorskip("PIL.Image")
    frames = []
    for level in (240, 160, 100):
        pixels = np.dstack([corner(), np.full((40, 60), 255, np.uint8)])
        pixels[:13, :20, 0] = level
        if clear:
            pixels[13:, :, 3] = pixels[:, 20:, 3] = 0
        frames.append(image.fromarray(pixels if clear else pixels[..., :3]))
    kind = {".apng": "PNG", ".png": "PNG", ".webp": "WEBP", ".gif": "GIF"}[path.suffix]
    how: dict[str, object] = {"lossless": True} if kind == "WEBP" else {"disposal": 2} if clear else {}
    times = [100, 50, 200]
    frames[0].save(path, format=kind, save_all=True, append_images=frames[1:], duration=times, loop=0, **how)
    return path


@pytest.mark.parametrize("name", ["a.gif", "a.apng", "a.png", "a.webp"])
@pytest.mark.parametrize("clear", [False, True])
def test_animated_pictures_move(tmp_path: Path, name: str, clear: bool) -> None:
    path = moving(tmp_path / name, clear)
    assert is_video(path)
    seen = list(pictures(path))
    assert np.allclose([one.t for one in seen], [0.0, 0.1, 0.15], atol=2e-3)
    assert np.abs(np.array([one.pixels[5, 5, 0] for one in seen], int) - (240, 160, 100)).max() < 12
    ground = 255 if clear else 30
    assert all(np.abs(one.pixels[30, 50].astype(int) - ground).max() < 8 for one in seen)


def test_a_still_png_or_webp_is_a_still(tmp_path: Path) -> None:
    for name in ("a.png", "a.webp"):
        assert not is_video(write(tmp_path / name, corner()))
    assert not is_video(tmp_path / "nothing.png")


def test_an_animated_webp_that_is_cut_is_named(tmp_path: Path) -> None:
    path = moving(tmp_path / "a.webp")
    path.write_bytes(path.read_bytes()[:60])
    with pytest.raises(InputError, match=r"a\.webp: "):
        list(pictures(path))


@pytest.mark.parametrize("name", ["p.jpg", "p.png", "p.webp"])
@pytest.mark.parametrize("turn", range(1, 9))
def test_every_turn_that_exif_knows_comes_upright(tmp_path: Path, name: str, turn: int) -> None:
    image = pytest.importorskip("PIL.Image")
    path = tmp_path / name
    exif = image.Exif()
    exif[0x112] = turn
    image.fromarray(corner()).save(path, exif=exif, **({"lossless": True} if name == "p.webp" else {}))
    turned = pytest.importorskip("PIL.ImageOps").exif_transpose(image.open(path)).convert("RGB")
    seen = only(path)
    assert seen.shape == np.asarray(turned).shape
    assert np.abs(seen.astype(int) - np.asarray(turned)).max() <= (40 if name == "p.jpg" else 0)


@given(st.binary(max_size=120), st.sampled_from([b"", b"\x89PNG\r\n\x1a\n", b"RIFF\0\0\0\0WEBP"]))
def test_no_bytes_break_the_reader_of_chunks(data: bytes, head: bytes) -> None:
    assert 1 <= orientation(head + data) <= 8
    exif = b"\0\0\0" + bytes([len(data)]) + b"eXIf" + data
    assert 1 <= orientation(b"\x89PNG\r\n\x1a\n" + exif) <= 8


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
    with pytest.raises(InputError, match="nothing is there"):
        files_of(tmp_path / "no.png")
    (tmp_path / "deep").mkdir()
    for name in ("b.png", "deep/a.png"):
        write(tmp_path / name, corner())
    assert [path.name for path in files_of(tmp_path)] == ["b.png", "a.png"]
    assert is_video(Path("x.MP4"))


def test_a_camera_that_is_not_there() -> None:
    with pytest.raises(DeviceError, match="camera 99"):
        next(iter(camera(99)))
