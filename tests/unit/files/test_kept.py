"""What is kept for the next process: read whole, of this person alone, or not at all."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from mien.files import keep, recall

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere it lies in another folder, or nowhere")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "home" / "cache"))
    return tmp_path / "home" / "cache" / "mien"


def test_it_comes_back_and_is_replaced(folder: Path) -> None:
    assert recall("thing") is None
    for data in (b"", b"one", b"another"):
        keep("thing", data)
        assert recall("thing") == data
    assert [path.name for path in folder.iterdir()] == ["thing"]
    assert (folder / "thing").stat().st_mode & 0o777 == 0o600


def test_what_is_damaged_is_not_read(folder: Path) -> None:
    keep("thing", b"some bytes")
    whole = (folder / "thing").read_bytes()
    for damaged in (b"", whole[:-1], whole[:20], whole + b"!", bytes([whole[0] ^ 1]) + whole[1:], whole[:-1] + b"S"):
        (folder / "thing").write_bytes(damaged)
        assert recall("thing") is None
    (folder / "thing").write_bytes(whole)
    assert recall("thing") == b"some bytes"


@pytest.mark.parametrize("mode", [0o620, 0o602, 0o666])
def test_what_others_may_write_is_not_read(folder: Path, mode: int) -> None:
    keep("thing", b"some bytes")
    (folder / "thing").chmod(mode)
    assert recall("thing") is None


def test_what_another_owns_is_not_read(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keep("thing", b"some bytes")
    owner = (folder / "thing").stat().st_uid
    monkeypatch.setattr("os.geteuid", lambda: owner + 1)
    assert recall("thing") is None


def test_links_folders_and_pipes_are_not_read(folder: Path) -> None:
    keep("thing", b"some bytes")
    (folder / "link").symlink_to(folder / "thing")
    (folder / "folder").mkdir()
    os.mkfifo(folder / "pipe")
    assert [recall(name) for name in ("link", "folder", "pipe")] == [None] * 3


def test_where_nothing_can_be_kept_nothing_happens(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("in the way")
    for home in (tmp_path / "file", "/proc/no such folder", "\0"):
        monkeypatch.setattr("mien.files.kept.cache_folder", lambda home=home: Path(home) / "mien")
        keep("thing", b"some bytes")
        assert recall("thing") is None


def test_a_person_without_a_home(monkeypatch: pytest.MonkeyPatch) -> None:
    def nowhere() -> Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.setattr(Path, "home", staticmethod(nowhere))
    keep("thing", b"some bytes")
    assert recall("thing") is None
