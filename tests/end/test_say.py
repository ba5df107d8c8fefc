"""`mien say` and `mien show`: lines to files of every kind."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np
import pytest

from mien.face import Expression, Frame
from mien.paint.drawn import Artist

Run = Callable[..., Any]

SMALL = ("--size", 64, "--fps", 8, "--painter", "artist")


@pytest.mark.parametrize("name", ["a.mp4", "a.webm", "a.gif"])
def test_a_video_of_every_kind(run: Run, tmp_path: Path, name: str) -> None:
    ran = run("say", "哇！", "-o", tmp_path / name, *SMALL)
    assert (ran.code, ran.err) == (0, "")
    assert list(tmp_path.iterdir()) == [tmp_path / name]
    with av.open(str(tmp_path / name)) as file:
        stream = file.streams.video[0]
        assert (stream.width, stream.height) == (64, 64)
        frames = sum(1 for _ in file.decode(stream))
    said = float(ran.out.split(": ")[1].split(" s")[0])
    assert frames == pytest.approx(math.ceil(said * 8), abs=1)


@pytest.mark.parametrize("out", ["shots/", "shots", "shots/%04d.png"])
def test_a_sequence(run: Run, tmp_path: Path, out: str) -> None:
    assert run("say", "哇！", "-o", f"{tmp_path}/{out}", *SMALL).code == 0
    pictures = sorted((tmp_path / "shots").iterdir())
    assert pictures[0].name == ("0000.png" if "%" in out else "00000.png")
    assert len(pictures) > 10
    assert list(tmp_path.iterdir()) == [tmp_path / "shots"]


def test_one_still_of_the_peak(run: Run, tmp_path: Path) -> None:
    assert run("say", "嗯", "哇！！", "-o", tmp_path / "a.png", *SMALL).code == 0
    assert run("say", "哇！！", "-o", tmp_path / "b.png", *SMALL, "--seed", 3).code == 0
    assert (tmp_path / "a.png").read_bytes().startswith(b"\x89PNG")
    assert len(list(tmp_path.iterdir())) == 2


def sound_of(path: Path) -> tuple[np.ndarray, float]:
    """The sound of a film as 48,000 samples a second, and the seconds at which its picture ends."""
    with av.open(str(path)) as film:
        resampler = av.AudioResampler("flt", "mono", 48_000)
        pieces = [piece for frame in film.decode(audio=0) for piece in resampler.resample(frame)]
        stream = film.streams.video[0]
        seconds = float((stream.duration or 0) * (stream.time_base or 1))
        return np.concatenate([piece.to_ndarray().reshape(-1) for piece in pieces]), seconds


def test_a_line_said_aloud_moves_the_lips_with_its_sound(run: Run, tmp_path: Path) -> None:
    words = ("Papa, mama, papa map, my mum!", "--voice", "espeak-ng:en-gb", "--fps", 50, "--size", 64)
    ran = run("say", *words, "--painter", "artist", "-o", tmp_path / "a.mp4")
    assert ran.code == 0, ran.err
    assert run("say", *words, "-o", tmp_path / "a.jsonl").code == 0
    samples, seconds = sound_of(tmp_path / "a.mp4")
    assert len(samples) / 48_000 == pytest.approx(seconds, abs=0.03)
    rows = [json.loads(row) for row in (tmp_path / "a.jsonl").read_text(encoding="utf-8").splitlines()[1:]]
    jaw = np.array([row["muscles"].get("jawOpen", 0.0) for row in rows])
    bright = np.zeros(len(rows))  # of the sound around each picture, between 500 and 3,000 Hz: vowels, not m
    for place in range(1, len(rows) - 1):
        part = samples[place * 960 - 720 : place * 960 + 720]
        power = np.abs(np.fft.rfft(part * np.hanning(1440))) ** 2
        bright[place] = np.sqrt(power[15:90].sum())
    alike = {lag: np.corrcoef(jaw[8:-8], np.roll(bright, -lag)[8:-8])[0, 1] for lag in range(-6, 7)}
    best = max(alike, key=lambda lag: alike[lag])
    assert 0 <= best <= 3  # pictures of 20 ms by which the mouth is ahead of the sound
    assert alike[best] > 0.75


def test_a_line_said_aloud_is_as_long_as_its_sound(run: Run, tmp_path: Path) -> None:
    assert run("say", "mama " * 40, "--voice", "espeak-ng", "-o", tmp_path / "a.webm", *SMALL).code == 0
    samples, seconds = sound_of(tmp_path / "a.webm")
    loud = np.flatnonzero(np.abs(samples) > 0.02) / 48_000
    assert loud[-1] - loud[0] > 10.0
    assert seconds == 0.0 or seconds - loud[-1] == pytest.approx(2.5, abs=0.4)  # it sinks in, and fades


def test_a_voice_that_cannot_is_told(run: Run, tmp_path: Path) -> None:
    for voice, code, says in (
        ("siri", 2, "no voice 'siri'; there are: command, edge-tts, espeak-ng"),
        ("voicevox:3@http://127.0.0.1:1", 1, "voicevox: nobody answers at http://127.0.0.1:1"),
        ("command:echo hello", 1, "expected a sound, got 'hello"),
    ):
        ran = run("say", "哇！", "--voice", voice, "-o", tmp_path / "a.mp4", *SMALL)
        assert (ran.code, ran.out) == (code, "")
        assert says in ran.err
    assert run("say", "哇！", "--voice", "espeak-ng", "--policy", "mirror", "-o", tmp_path / "a.mp4", *SMALL).code == 2
    assert list(tmp_path.iterdir()) == []


def test_subtitles_lie_beside_the_video(run: Run, tmp_path: Path) -> None:
    chat = tmp_path / "chat.txt"
    chat.write_text("哇！\n\nwow\n", encoding="utf-8")
    assert run("say", "-f", chat, "-o", tmp_path / "a.mp4", "--subtitles", *SMALL).code == 0
    text = (tmp_path / "a.srt").read_text(encoding="utf-8")
    assert text.count("-->") == 2
    assert text.index("哇！") < text.index("wow")


def test_equal_seeds_replay_equal(run: Run, tmp_path: Path) -> None:
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        assert run("say", "哇！", "-o", tmp_path / name, *SMALL, "--seed", seed).code == 0
    a, b, c = ([path.read_bytes() for path in sorted((tmp_path / name).iterdir())] for name in "abc")
    assert a == b
    assert a != c


def test_the_trained_painter_speaks(run: Run, tmp_path: Path) -> None:
    assert run("say", "哇！", "-o", tmp_path / "a.png", "--size", 64).code == 0


def test_an_older_file_is_replaced_but_not_by_a_failure(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "a.mp4"
    target.write_bytes(b"older")

    def interrupted(_self: Artist, _expression: Expression) -> Frame:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Artist, "paint", interrupted)
        ran = run("say", "哇！", "-o", target, *SMALL)
    assert (ran.code, ran.err) == (130, "mien say: interrupted\n")
    assert target.read_bytes() == b"older"
    assert list(tmp_path.iterdir()) == [target]
    assert run("say", "哇！", "-o", target, *SMALL).code == 0
    assert target.stat().st_size > 1000


def test_a_show_in_real_time_reports_its_speed(run: Run, tmp_path: Path) -> None:
    small = ("--size", 64, "--fps", 20, "--painter", "artist", "--seconds", 0.5)
    report = json.loads(run("show", *small, "--json").out)
    assert 1 <= report["frames"] <= 10
    assert set(report["tick_to_shot_ms"]) == {"p50", "p95", "p99"}
    ran = run("show", "哇！", *small, "--sink", "mp4", "-o", tmp_path / "a.mp4")
    assert ran.code == 0
    assert "fps" in ran.out
    assert "p95" in ran.out
    assert (tmp_path / "a.mp4").exists()


def test_a_sheet_shows_a_still_for_each_feeling_and_how_each_is_answered(run: Run, tmp_path: Path) -> None:
    own, answered = tmp_path / "own.png", tmp_path / "answered.png"
    assert run("say", "--sheet", own, "--painter", "artist", "--size", 64).code == 0
    assert run("say", "--sheet", answered, "--painter", "artist", "--size", 64, "--policy", "service").code == 0
    one, other = cv2.imread(str(own)), cv2.imread(str(answered))
    assert one is not None
    assert other is not None
    assert one.shape == other.shape == (192, 192, 3)
    assert (one != other).any()
    assert b"AIGC" in own.read_bytes()
    assert run("say", "--sheet", tmp_path / "a.jpg").code == 2


def test_the_characters_are_listed(run: Run) -> None:
    assert "momo" in run("character", "list").out
    assert json.loads(run("character", "list", "--json").out.splitlines()[0])["licence"] == "Apache-2.0"
