"""What is in the video files, read back by another decoder."""

from __future__ import annotations

import json
from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from mien.face import NEUTRAL, REST, DeviceError, Frame, Shot, Sound
from mien.sinks import HearsSound, open_sink
from mien.sinks.video import require
from mien.wire.edges import bled


def disc(size: int, blue: int = 120) -> Frame:
    """A disc with a soft edge on nothing."""
    y, x = np.mgrid[:size, :size] / size - 0.5
    pixels = np.zeros((size, size, 4), np.uint8)
    pixels[..., 3] = np.clip((0.35 - np.hypot(x, y)) * size, 0, 1) * 255
    pixels[pixels[..., 3] > 0, :3] = (220, 90, blue)
    return Frame(pixels)


def atomic_path(name: str, path: Path, size: int, times: list[float], fps: float = 20) -> None:
    with open_sink(name, path, fps, size, background=(10, 200, 30), producer="P1") as sink:
        for t in times:
            sink.put(Shot(t, REST, NEUTRAL, disc(size)))


def decoded(path: Path, codec: str = "") -> tuple[list[NDArray[np.uint8]], list[float], dict[str, str]]:
    with av.open(str(path)) as file:
        stream = file.streams.video[0]
        if codec:  # FFmpeg's own VP9 decoder passes the transparency over
            decoder = av.CodecContext.create(codec, "r")
            assert isinstance(decoder, av.VideoCodecContext)
            frames = [frame for packet in file.demux(stream) for frame in decoder.decode(packet)]
        else:
            frames = list(file.decode(stream))
        pictures = [frame.to_ndarray(format="rgba").astype(np.uint8) for frame in frames]
        times = [float((frame.pts or 0) * (stream.time_base or 0)) for frame in frames]
        return pictures, times, dict(file.metadata)


@pytest.mark.parametrize("size", [64, 65])
def test_mp4_lies_over_the_background(tmp_path: Path, size: int) -> None:
    atomic_path("mp4", tmp_path / "a.mp4", size, [0.0, 0.05, 0.1])
    frames, times, tags = decoded(tmp_path / "a.mp4")
    assert times == pytest.approx([0.0, 0.05, 0.1])
    assert frames[0].shape == (size + size % 2,) * 2 + (4,)
    assert np.abs(frames[1][2, 2, :3].astype(int) - (10, 200, 30)).max() <= 4
    assert np.abs(frames[1][size // 2, size // 2, :3].astype(int) - (220, 90, 120)).max() <= 4
    assert json.loads(tags["AIGC"])["ContentProducer"] == "P1"
    data = (tmp_path / "a.mp4").read_bytes()
    assert data.index(b"moov") < data.index(b"mdat")  # plays before it is loaded


@pytest.mark.parametrize("size", [64, 65])
def test_webm_keeps_transparency(tmp_path: Path, size: int) -> None:
    atomic_path("webm", tmp_path / "a.webm", size, [0.0, 0.05])
    frames, _, tags = decoded(tmp_path / "a.webm", "libvpx-vp9")
    want = disc(size).pixels
    assert np.abs(frames[1][..., 3].astype(int) - want[..., 3]).max() <= 12
    solid = want[..., 3] > 200
    assert np.abs(frames[1][solid].astype(int) - want[solid]).mean() <= 4
    assert json.loads(tags["AIGC"])["Label"] == "1"


def test_a_shots_time_is_its_place(tmp_path: Path) -> None:
    atomic_path("mp4", tmp_path / "a.mp4", 64, [5.0, 5.01, 5.05, 5.25])  # one too soon, three skipped
    assert decoded(tmp_path / "a.mp4")[1] == pytest.approx([0.0, 0.05, 0.25])


def test_gif_is_transparent_and_keeps_the_pace(tmp_path: Path) -> None:
    atomic_path("gif", tmp_path / "a.gif", 64, [0.0, 0.005, 0.1, 0.3])
    with av.open(str(tmp_path / "a.gif")) as file:
        frames = list(file.decode(video=0))
    assert [round(float(frame.time or 0.0), 2) for frame in frames] == [0.0, 0.1, 0.3]
    first = frames[0].to_ndarray(format="rgba")
    assert first[0, 0, 3] == 0
    assert np.abs(first[32, 32].astype(int) - (220, 90, 120, 255)).max() <= 6
    assert b"XMP DataXMP" in (tmp_path / "a.gif").read_bytes()


def test_a_missing_codec_says_what_to_do() -> None:
    with pytest.raises(DeviceError, match=r"no encoder libnothing.*pip install"):
        require("libnothing")


def test_colours_are_carried_over_the_edge() -> None:
    frame = disc(64)
    out = bled(frame)
    solid = frame.pixels[..., 3] >= 8
    assert np.array_equal(out[solid], frame.pixels[solid][:, :3])
    assert np.abs(out.astype(int) - (220, 90, 120)).max() <= 2
    nothing = Frame(np.zeros((4, 4, 4), np.uint8))
    assert not bled(nothing).any()


def _heard(path: Path) -> tuple[NDArray[np.float32], float, float]:
    """The sound of a film as 48,000 samples a second, and the seconds at which picture and sound end."""
    with av.open(str(path)) as container:
        picture, sound = container.streams.video[0], container.streams.audio[0]
        resampler = av.AudioResampler("flt", "mono", 48_000)
        frames, last = [], 0.0
        for frame in container.decode(video=0):
            last = float(frame.time or 0.0)
        container.seek(0)
        for piece in container.decode(sound):
            frames += [one.to_ndarray().reshape(-1) for one in resampler.resample(piece)]
        samples = np.concatenate(frames).astype(np.float32)
        return samples, last + 1.0 / float(picture.average_rate or 1), len(samples) / 48_000


@pytest.mark.parametrize("name", ["mp4", "webm"])
@pytest.mark.parametrize("rate", [48_000, 22_050])
def test_sound_lies_where_its_time_says_and_ends_with_the_picture(name: str, rate: int, tmp_path: Path) -> None:
    path = tmp_path / f"a.{name}"
    tone = 0.5 * np.sin(np.arange(rate // 10) * 2 * np.pi * 500 / rate)
    with open_sink(name, path, 25, 64, sound=True) as sink:
        assert isinstance(sink, HearsSound)
        for number in range(50):
            t = 5.0 + number / 25
            if 10 <= number < 20:  # from 0.4 to 1.4 s, in pieces of a tenth
                sink.hear(Sound(5.4 + (number - 10) / 10, tone, rate))
            sink.put(Shot(t, REST, NEUTRAL, Frame(np.full((64, 64, 4), 200, np.uint8))))
    samples, pictures_end, sound_ends = _heard(path)
    assert sound_ends == pytest.approx(pictures_end, abs=0.03)  # a packet of either codec is 20 ms
    loud = np.abs(samples) > 0.1
    begins, ends = np.flatnonzero(loud)[[0, -1]] / 48_000
    assert begins == pytest.approx(0.4, abs=0.04)
    assert ends == pytest.approx(1.4, abs=0.04)
    assert np.sqrt((samples[24_000:60_000] ** 2).mean()) == pytest.approx(0.354, abs=0.05)


@pytest.mark.parametrize("fps", [1, 8, 60])
def test_sound_that_comes_with_its_picture_or_a_little_later_is_whole(fps: int, tmp_path: Path) -> None:
    """As a live show hears it: a piece is handed on with the picture after its time, or some hundredths later."""
    path = tmp_path / "a.mp4"
    tone = 0.5 * np.sin(np.arange(48_000) * 2 * np.pi * 500 / 48_000)
    pieces = [Sound(0.5 + at / 48_000, tone[at : at + 960], 48_000) for at in range(0, 48_000, 960)]
    with open_sink("mp4", path, fps, 64, sound=True) as sink:
        assert isinstance(sink, HearsSound)
        for number in range(2 * fps + 1):
            while pieces and pieces[0].t <= number / fps - 0.1:
                sink.hear(pieces.pop(0))
            sink.put(Shot(number / fps, REST, NEUTRAL, Frame(np.full((64, 64, 4), 200, np.uint8))))
    samples, _, _ = _heard(path)
    loud = np.abs(samples) > 0.1
    assert np.flatnonzero(loud)[[0, -1]] / 48_000 == pytest.approx(np.array([0.5, 1.5]), abs=0.04)
    assert loud[24_000:72_000].mean() > 0.8


def test_a_film_without_sound_has_no_track(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    with open_sink("mp4", path, 25, 64) as sink:
        assert isinstance(sink, HearsSound)
        sink.hear(Sound(0.0, np.zeros(480), 48_000))
        sink.put(Shot(0.0, REST, NEUTRAL, Frame(np.zeros((64, 64, 4), np.uint8))))
    with av.open(str(path)) as container:
        assert not container.streams.audio
