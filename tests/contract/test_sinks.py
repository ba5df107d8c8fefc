"""What every sink promises: ours, the plug-ins that are installed, and the fakes."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from mien.face import NEUTRAL, REST, Frame, Shot
from mien.sinks import Sink, names, open_sink
from mien.testing import FailingSink, FakeObs, FakePyvirtualcam, FakeVTubeStudio, ListSink

SIZE = 64
ENDINGS = {"null": "", "png": "shots", "mp4": "a.mp4", "webm": "a.webm", "gif": "a.gif"}
DATA = ("jsonl", "vmc", "vtube-studio", "obs", "json")
"""Sinks that want no picture."""
LIVE = ("vmc", "vtube-studio", "obs", "json", "mjpeg", "virtual-camera")
"""Sinks that write no file, and may be opened again."""
PAINTED = [pytest.param(name, id=name) for name in names() if name not in DATA]
INSTALLED = [pytest.param(name, id=name) for name in names()]


@pytest.fixture(autouse=True)
def peers(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The programs that live sinks connect to."""
    monkeypatch.setitem(sys.modules, "pyvirtualcam", FakePyvirtualcam())
    with FakeVTubeStudio() as vtube, FakeObs() as obs:
        PEERS.update(vtube=vtube.to, obs=obs.to)
        yield


PEERS: dict[str, str] = {}


def opened(name: str, folder: Path) -> Sink:
    known: dict[str, dict[str, Any]] = {
        "vmc": {"to": "127.0.0.1:9"}, "json": {"to": "ws:127.0.0.1:0"}, "mjpeg": {"to": "127.0.0.1:0"},
        "vtube-studio": {"to": PEERS["vtube"], "token": folder.parent / f"{folder.name}.token"},
        "obs": {"to": PEERS["obs"], "scenes": {"happy": "Party"}},
    }  # fmt: skip
    own = known.get(name, {})
    return open_sink(name, None if name in LIVE else folder / ENDINGS.get(name, f"a.{name}"), 20, SIZE, **own)


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
    assert bool(files(tmp_path)) == (name not in ("null", *LIVE))


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
        assert sink.live is (name in LIVE)
        assert sink.needs_frame == (name not in DATA)


@pytest.mark.parametrize("name", LIVE)
def test_one_that_is_live_opens_again(name: str, tmp_path: Path) -> None:
    for _ in range(2):
        with opened(name, tmp_path) as sink:
            sink.put(shot(0.0))
            sink.put(shot(0.1))


@pytest.mark.parametrize("name", PAINTED)
def test_an_unpainted_or_misfit_shot_is_our_own_mistake(name: str, tmp_path: Path) -> None:
    with opened(name, tmp_path) as sink:
        with pytest.raises(ValueError, match="painted"):
            sink.put(Shot(0.0, REST))
        if name not in LIVE:
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
