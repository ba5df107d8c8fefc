"""Files appear whole or not at all."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from mien.face import DeviceError, SettingsError
from mien.files import AtomicFile, AtomicFolder, refusals, write_atomic


def test_a_file_has_its_name_only_once_it_is_kept(tmp_path: Path) -> None:
    target = tmp_path / "clip.mp4"
    whole = AtomicFile(target)
    whole.part.write_bytes(b"all of it")
    assert not target.exists()
    whole.keep()
    assert target.read_bytes() == b"all of it"
    assert list(tmp_path.iterdir()) == [target]


def test_a_dropped_file_leaves_nothing_and_keeps_the_older_one(tmp_path: Path) -> None:
    target = tmp_path / "clip.mp4"
    target.write_bytes(b"older")
    whole = AtomicFile(target)
    whole.part.write_bytes(b"half")
    whole.drop()
    whole.drop()
    assert target.read_bytes() == b"older"
    assert list(tmp_path.iterdir()) == [target]


def test_the_umask_decides_who_may_read(tmp_path: Path) -> None:
    before = os.umask(0o022)
    try:
        write_atomic(tmp_path / "a.srt", b"x")
    finally:
        os.umask(before)
    assert (tmp_path / "a.srt").stat().st_mode & 0o777 == 0o644


def test_a_folder_in_the_way_or_no_folder_at_all(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="a folder of that name is in the way"):
        AtomicFile(tmp_path)
    with pytest.raises(SettingsError, match="make it first"):
        AtomicFile(tmp_path / "none" / "a.mp4")
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(SettingsError, match="is a file; expected a folder"):
        AtomicFile(tmp_path / "file" / "a.mp4")


def test_a_folder_must_be_new_or_empty(tmp_path: Path) -> None:
    target = tmp_path / "shots"
    target.mkdir()
    folder = AtomicFolder(target)
    (folder.part / "0.png").write_bytes(b"x")
    folder.keep()
    assert (target / "0.png").read_bytes() == b"x"
    with pytest.raises(SettingsError, match="is not empty"):
        AtomicFolder(target)
    assert list(tmp_path.iterdir()) == [target]


@pytest.mark.parametrize(
    ("number", "says"),
    [(errno.ENOSPC, "the disk is full"), (errno.EACCES, "may not be written"), (errno.EIO, "Input/output")],
)
def test_refusals_of_the_machine_are_device_errors(number: int, says: str) -> None:
    with pytest.raises(DeviceError, match=f"a.mp4.*{says}"), refusals(Path("a.mp4")):
        raise OSError(number, os.strerror(number))


def test_a_failing_write_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_path: Path, _data: bytes) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(DeviceError, match="the disk is full"):
        write_atomic(tmp_path / "a.srt", b"x")
    assert list(tmp_path.iterdir()) == []
