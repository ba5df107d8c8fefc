"""What every sink promises: ours, the plug-ins that are installed, and the fakes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from mien.face import NEUTRAL, REST, Frame, Shot
from mien.sinks import Sink, names, open_sink
from mien.testing import FailingSink, ListSink

SIZE = 64
ENDINGS = {"null": "", "png": "shots", "mp4": "a.mp4", "webm": "a.webm", "gif": "a.gif"}
PAINTED = [pytest.param(name, id=name) for name in names() if name not in ("jsonl",)]
"""Sinks that want a picture."""
INSTALLED = [pytest.param(name, id=name) for name in names()]


def opened(name: str, folder: Path) -> Sink:
    return open_sink(name, folder / ENDINGS.get(name, f"a.{name}"), 20, SIZE)


def shot(t: float, size: int = SIZE) -> Shot:
    pixels = np.zeros((size, size, 4), np.uint8)
    pixels[8:-8, 8:-8] = (200, 100, round(t * 100) % 256, 255)
    return Shot(t, REST, NEUTRAL, Frame(pixels))


def files(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*"))


@pytest.mark.parametrize("name", INSTALLED)
def test_a_good_show_leaves_the_work_and_nothing_else(name: str, tmp_path: Path) -> None:
    with opened(name, tmp_path) as sink:
        for place in range(5):
            sink.put(shot(place / 20))
        assert not (tmp_path / ENDINGS.get(name, f"a.{name}")).is_file()
    assert not [path for path in files(tmp_path) if path.name.startswith(".")]
    assert all(path.is_dir() or path.stat().st_size > 0 for path in files(tmp_path))
    assert bool(files(tmp_path)) == (name != "null")


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, GeneratorExit])
@pytest.mark.parametrize("name", INSTALLED)
def test_a_broken_show_leaves_nothing(name: str, error: type[BaseException], tmp_path: Path) -> None:
    with pytest.raises(error), opened(name, tmp_path) as sink:  # noqa: PT012 - the block is what is tested
        sink.put(shot(0.0))
        raise error
    assert files(tmp_path) == []


@pytest.mark.parametrize("name", INSTALLED)
def test_a_show_without_shots_leaves_nothing(name: str, tmp_path: Path) -> None:
    with opened(name, tmp_path):
        pass
    assert files(tmp_path) == []


@pytest.mark.parametrize("name", INSTALLED)
def test_it_says_what_it_is(name: str, tmp_path: Path) -> None:
    with opened(name, tmp_path) as sink:
        assert sink.live is False  # ours write files
        assert sink.needs_frame == (name != "jsonl")


@pytest.mark.parametrize("name", PAINTED)
def test_an_unpainted_or_misfit_shot_is_our_own_mistake(name: str, tmp_path: Path) -> None:
    with opened(name, tmp_path) as sink:
        with pytest.raises(ValueError, match="painted"):
            sink.put(Shot(0.0, REST))
        with pytest.raises(ValueError, match="expected 64 pixels"):
            sink.put(shot(0.0, 32))
    assert files(tmp_path) == []


@pytest.mark.parametrize("name", INSTALLED)
def test_times_need_not_be_even(name: str, tmp_path: Path) -> None:
    with opened(name, tmp_path) as sink:
        for t in (7.0, 7.001, 7.3, 7.35, 9.0):
            sink.put(shot(t))
    assert not [path for path in files(tmp_path) if path.name.startswith(".")]


@pytest.mark.parametrize("make", [ListSink, lambda: FailingSink(after=9)], ids=["ListSink", "FailingSink"])
def test_the_fakes_do_as_sinks_do(make: Callable[[], Sink]) -> None:
    with make() as sink:
        sink.put(shot(0.0))
