"""`mien hear`: sounds of every kind, and what is none."""

from __future__ import annotations

import csv
import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from mien.face import MUSCLES
from mien.sense.hearing import OCULUS, TONES

LONG = 0.5


def tone(rate: int) -> NDArray[np.float32]:
    return (0.4 * np.sin(2 * np.pi * 200.0 * np.arange(int(rate * LONG)) / rate)).astype(np.float32)


def written(
    path: Path, codec: str, rate: int = 48_000, layout: str = "mono", form: str = "s16", sound: Any = None
) -> Path:
    """A file of a sound, by default a tone of 200 Hz, in every channel."""
    heard = tone(rate) if sound is None else sound
    with av.open(str(path), "w") as container:
        stream: Any = container.add_stream(codec, rate=rate)
        stream.codec_context.layout, stream.codec_context.format = layout, form
        frame = av.AudioFrame.from_ndarray(heard[None], format="fltp", layout="mono")
        frame.sample_rate, frame.pts, frame.time_base = rate, 0, Fraction(1, rate)
        queue = av.AudioFifo()
        for piece in av.AudioResampler(form, layout, rate).resample(frame):
            queue.write(piece)
        while part := queue.read(stream.codec_context.frame_size or 1024, partial=True):
            container.mux(stream.encode(part))
        container.mux(stream.encode(None))
    return path


@pytest.mark.parametrize(
    ("name", "codec", "rate", "layout", "form"),
    [
        ("plain.wav", "pcm_s16le", 48_000, "mono", "s16"),
        ("deep.wav", "pcm_s24le", 48_000, "stereo", "s32"),
        ("float.wav", "pcm_f32le", 44_100, "mono", "flt"),
        ("old.wav", "pcm_u8", 11_025, "mono", "u8"),
        ("slow.wav", "pcm_s16le", 8_000, "mono", "s16"),
        ("cinema.wav", "pcm_s16le", 48_000, "5.1", "s16"),
        ("free.flac", "flac", 44_100, "stereo", "s16"),
        ("song.mp3", "libmp3lame", 44_100, "stereo", "s16p"),
        ("phone.m4a", "aac", 48_000, "mono", "fltp"),
        ("game.ogg", "libopus", 48_000, "mono", "flt"),
        ("page.webm", "libopus", 48_000, "mono", "flt"),
    ],
)
def test_every_kind_of_file_is_heard(
    name: str, codec: str, rate: int, layout: str, form: str, tmp_path: Path, run: Any
) -> None:
    done = run("hear", written(tmp_path / name, codec, rate, layout, form), "--json")
    assert done.code == 0, done.err
    rows = [json.loads(line) for line in done.out.splitlines()]
    assert len(rows) == pytest.approx(100 * LONG, abs=8)  # lossy codecs lay silence around
    assert [row["t"] for row in rows] == pytest.approx([0.01 * number for number in range(len(rows))])
    assert np.median([row["pitch"] for row in rows if row["pitch"]]) == pytest.approx(200.0, rel=0.02)
    for row in rows:
        assert row["viseme"] in OCULUS
        assert set(row["visemes"]) <= set(OCULUS)
        assert set(row["arkit"]) <= set(MUSCLES)
        assert set(row["vrm"]) == {"aa", "ih", "ou", "ee", "oh"}
        assert set(row["live2d"]) == {"ParamMouthOpenY", "ParamMouthForm"}
        assert set(row["tone"]) == {"name", "confidence", "arousal", "tones"}
        assert row["tone"]["name"] in TONES


def test_a_table_and_a_plot(tmp_path: Path, run: Any) -> None:
    path = written(tmp_path / "plain.wav", "pcm_s16le")
    done = run("hear", path, "--csv", tmp_path / "out.csv", "--plot", tmp_path / "out.png")
    assert done.code == 0
    assert " s  " in done.out
    rows = list(csv.DictReader((tmp_path / "out.csv").read_text(encoding="utf-8").splitlines()))
    assert len(rows) == 100 * LONG
    assert sum(float(rows[3][name]) for name in OCULUS) == pytest.approx(1.0, abs=0.01)
    picture = cv2.imread(str(tmp_path / "out.png"))
    assert picture is not None
    assert picture.shape == (5 * 260, 1200, 3)
    assert {row["tone"] for row in rows} <= set(TONES)
    assert all(-1.0 <= float(row["arousal"]) <= 1.0 for row in rows)


@pytest.mark.parametrize("sound", [
    np.zeros(24_000, np.float32), np.full(24_000, 0.7, np.float32), np.sign(tone(48_000)), np.zeros(1, np.float32),
], ids=["silence", "one level", "clipped", "one sample"])  # fmt: skip
def test_odd_sounds_are_heard(sound: NDArray[np.float32], tmp_path: Path, run: Any) -> None:
    done = run("hear", written(tmp_path / "odd.wav", "pcm_f32le", form="flt", sound=sound), "--json")
    assert done.code == 0, done.err
    assert len(done.out.splitlines()) == round(len(sound) / 480)


def test_what_is_no_sound_is_named(tmp_path: Path, run: Any) -> None:
    (tmp_path / "nothing.wav").write_bytes(b"")
    (tmp_path / "text.mp3").write_text("<html>not found</html>", encoding="utf-8")
    broken = np.full(4_800, np.nan, np.float32)
    written(tmp_path / "broken.wav", "pcm_f32le", form="flt", sound=broken)
    with av.open(str(tmp_path / "mute.mp4"), "w") as container:
        stream = container.add_stream("libx264", rate=10)
        stream.width = stream.height = 64
        for _ in range(3):
            container.mux(stream.encode(av.VideoFrame.from_ndarray(np.zeros((64, 64, 3), np.uint8), format="rgb24")))
        container.mux(stream.encode(None))
    for name in ("nothing.wav", "text.mp3", "broken.wav", "mute.mp4", "missing.wav"):
        done = run("hear", tmp_path / name)
        assert done.code == 1, name
        assert name in done.err
        assert "Traceback" not in done.err
    assert run("hear", tmp_path / "x.wav", "--plot", tmp_path / "x.jpg").code == 2


def test_a_recorded_voice_is_performed(tmp_path: Path, run: Any, toy: Path) -> None:
    voice = written(tmp_path / "voice.wav", "pcm_s16le", sound=np.tile(tone(48_000), 4))
    film = tmp_path / "film.mp4"
    face = ("--character", toy, "--size", 64, "-o", film)
    assert run("say", "好难过", "--audio", voice, *face).code == 0
    with av.open(str(film)) as container:
        ends = {}
        for stream in container.streams:
            assert stream.duration is not None
            assert stream.time_base is not None
            ends[stream.type] = float(stream.duration * stream.time_base)
        assert set(ends) == {"video", "audio"}
        assert ends["audio"] == pytest.approx(ends["video"], abs=0.05)
        heard = np.concatenate([frame.to_ndarray()[0] for frame in container.decode(audio=0)])
    loud = np.flatnonzero(np.abs(heard) > 0.2) / 48_000
    assert loud[0] == pytest.approx(0.5, abs=0.03)
    assert loud[-1] == pytest.approx(2.5, abs=0.03)
    assert np.diff(loud).max() < 0.01  # nothing is cut out between two pieces
    for wrong in (("--chat", voice), ("--policy", "mirror"), ("--tagged",)):
        assert run("say", "好", "--audio", voice, *face, *wrong).code == 2
    assert run("say", "--audio", voice, *face[:-1], tmp_path / "still.png").code == 2
    assert run("say", "--audio", tmp_path / "missing.wav", *face).code == 1
