"""A microphone from the command line, with a PortAudio that the test owns."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from mien.show.director import HEARD
from mien.testing import FakeAudio

pytest.importorskip("espeakng_loader")


@pytest.fixture
def audio(monkeypatch: pytest.MonkeyPatch) -> FakeAudio:
    from mien.face import NEUTRAL
    from mien.sense.hearing.rates import resampled
    from mien.testing import FakeWaits
    from mien.voice import open_voice

    (chunk, *_) = open_voice("espeak-ng").speak("my mama made a map", "en", NEUTRAL, FakeWaits())
    fake = FakeAudio(sound=resampled(chunk.samples, chunk.rate, 16_000))
    monkeypatch.setitem(sys.modules, "sounddevice", fake)
    return fake


def test_hear_mic_tells_what_is_heard_for_as_long_as_asked(run: Any, audio: FakeAudio) -> None:
    done = run("hear", "mic:USB", "--seconds", "1", "--json")
    assert done.code == 0, done.err
    rows = [json.loads(line) for line in done.out.splitlines()]
    assert len(rows) == pytest.approx(100, abs=3)
    assert np.mean([row["speech"] for row in rows]) > 0.5
    assert audio.opened["device"] == "USB"
    assert HEARD[0] in done.err


@pytest.mark.usefixtures("audio")
def test_whoever_is_at_the_microphone_speaks_as_the_character(run: Any, tmp_path: Path) -> None:
    film, moves = tmp_path / "out.mp4", tmp_path / "moves.jsonl"
    done = run("show", "--mic", "--sink", "jsonl", "-o", moves, "--seconds", "2", "--fps", "30", "--json")
    assert done.code == 0, done.err
    assert json.loads(done.out)["failures"] == []
    jaws = [json.loads(line)["muscles"].get("jawOpen", 0.0) for line in moves.read_text().splitlines()[1:]]
    assert max(jaws) > 0.3
    done = run("show", "--mic", "--sink", "mp4", "-o", film, "--seconds", "2", "--fps", "10", "--size", "64")
    assert done.code == 0, done.err
    with av.open(str(film)) as container:
        heard = np.concatenate([frame.to_ndarray().ravel() for frame in container.decode(audio=0)])
    assert np.abs(heard).max() > 0.05


@pytest.mark.usefixtures("audio")
def test_lines_are_said_to_somebody_who_may_interrupt(run: Any) -> None:
    done = run("show", "mama mama mama mama", "--voice", "espeak-ng", "--mic", "--listens", "--seconds", "2", "--json")
    assert done.code == 0, done.err
    assert json.loads(done.out)["failures"] == []


def test_a_show_from_a_file_has_a_microphone(run: Any, audio: FakeAudio, tmp_path: Path) -> None:
    path = tmp_path / "show.toml"
    path.write_text(
        'seconds = 1\nsize = 64\nfps = 10\n[[source]]\nkind = "mic"\ndevice = 1\nuse = "listens"\n'
        '[[sink]]\nkind = "jsonl"\npath = "out.jsonl"\n', encoding="utf-8",
    )  # fmt: skip
    done = run("show", path, "--json")
    assert done.code == 0, done.err
    assert HEARD[0] in done.err
    assert audio.opened["device"] == 1
    path.write_text(path.read_text().replace("listens", "sings"))
    done = run("show", path)
    assert done.code == 2
    assert "source[0].use: expected speaks or listens, got 'sings'" in done.err


def test_without_a_microphone_it_says_what_to_do(run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sounddevice", None)
    done = run("show", "--mic", "--seconds", "1")
    assert done.code == 1
    assert 'pip install "mien[mic]"' in done.err
    assert run("hear", "mic").code == 1
    done = run("show", "hello", "--listens")
    assert done.code == 2
    assert "--listens: expected --mic too" in done.err
