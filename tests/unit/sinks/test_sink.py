"""Which sink writes what."""

from __future__ import annotations

from pathlib import Path

import pytest

from mien.face import SettingsError
from mien.sinks import open_sink, sink_for
from mien.sinks.png import Sequence, Still


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("a.mp4", "mp4"), ("b/A.WEBM", "webm"), ("a.gif", "gif"), ("a.png", "png"), ("%04d.png", "png"),
        ("shots/", "png"), ("shots", "png"), ("shots.mp4/", "png"),
    ],
)  # fmt: skip
def test_the_ending_tells_the_sink(path: str, name: str) -> None:
    assert sink_for(path) == name


@pytest.mark.parametrize("path", ["a.avi", "a.null", "a.mp4.txt"])
def test_an_unknown_ending_names_the_known_ones(path: str) -> None:
    with pytest.raises(SettingsError, match=r"\.gif, \.jsonl, \.mp4, \.png, \.webm"):
        sink_for(path)


def test_an_unknown_name_names_the_known_ones() -> None:
    with pytest.raises(
        SettingsError,
        match=r"no sink 'vcm'; there are: gif, .*, vmc, .*webm",
    ):
        open_sink("vcm", "a", 30, 64)


@pytest.mark.parametrize(("fps", "size", "says"), [(0, 64, "fps"), (241, 64, "fps"), (30, 0, "size")])
def test_numbers_out_of_range(fps: float, size: int, says: str) -> None:
    with pytest.raises(SettingsError, match=f"{says}: expected"):
        open_sink("null", None, fps, size)


def test_a_file_sink_needs_a_path() -> None:
    with pytest.raises(SettingsError, match="expected a path"):
        open_sink("mp4", None, 30, 64)


def test_png_is_a_still_or_a_sequence(tmp_path: Path) -> None:
    assert isinstance(open_sink("png", tmp_path / "a.png", 30, 64), Still)
    for path in ("a/%03d.png", "b"):
        with open_sink("png", tmp_path / path, 30, 64) as sink:
            assert isinstance(sink, Sequence)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["a/%d-%d.png", "a/100%.png", "a/%s.png"])
def test_a_sequence_has_one_number(tmp_path: Path, name: str) -> None:
    with pytest.raises(SettingsError, match="expected one number"):
        open_sink("png", tmp_path / name, 30, 64)
