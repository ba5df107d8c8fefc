"""Files appear whole or not at all."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
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


GONE = f"{2**22 + 7}-12345-0123abcd"  # a number that no process has


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="who is gone cannot be told here")
def test_what_a_killed_run_left_is_swept_by_the_next(tmp_path: Path) -> None:
    ours = AtomicFile(tmp_path / "running.mp4")  # this very process: it runs
    stale, folder = tmp_path / f".a.mp4.{GONE}.part", tmp_path / f".shots.{GONE}.part"
    stale.write_bytes(b"half")
    (folder / "deep").mkdir(parents=True)
    theirs = [tmp_path / name for name in (".movie.part", "b.part", f"a.{GONE}.part", f".a.{GONE}.partial")]
    for path in theirs:
        path.write_bytes(b"not ours")
    write_atomic(tmp_path / "new.srt", b"x")
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(
        [ours.part.name, "new.srt", *(path.name for path in theirs)]
    )
    ours.drop()


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="who is gone cannot be told here")
def test_a_file_that_somebody_holds_is_not_swept(tmp_path: Path) -> None:
    import fcntl

    held = tmp_path / f".a.mp4.{GONE}.part"  # of a process in another container, whose number says nothing here
    with held.open("wb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        write_atomic(tmp_path / "new.srt", b"x")
        assert held.exists()
    write_atomic(tmp_path / "new.srt", b"x")
    assert not held.exists()


def test_a_killed_process_leaves_what_the_next_one_sweeps(tmp_path: Path) -> None:
    script = (
        "import os, sys\nfrom pathlib import Path\nfrom mien.files import AtomicFile\n"
        "AtomicFile(Path(sys.argv[1]) / 'film.mp4').part.write_bytes(b'half')\nos.kill(os.getpid(), 9)\n"
    )
    subprocess.run([sys.executable, "-c", script, str(tmp_path)], check=False)
    assert len(list(tmp_path.glob(".film.mp4.*.part"))) == 1
    write_atomic(tmp_path / "other.srt", b"x")
    assert [path.name for path in tmp_path.iterdir()] == ["other.srt"]


def test_a_link_is_followed(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link.txt").symlink_to("real/new.txt")
    write_atomic(tmp_path / "link.txt", b"x")
    assert (tmp_path / "link.txt").is_symlink()
    assert (tmp_path / "real" / "new.txt").read_bytes() == b"x"


@pytest.mark.parametrize(
    ("name", "says"),
    [("n" * 300, "too long"), ("a\0b", "no NUL"), ("loop", "circle"), ("null", "a device or a pipe is there")],
)
def test_names_that_cannot_be_are_refused(tmp_path: Path, name: str, says: str) -> None:
    (tmp_path / "loop").symlink_to("loop")
    (tmp_path / "null").symlink_to("/dev/null")
    for make in (AtomicFile, AtomicFolder):
        with pytest.raises(SettingsError, match=says):
            make(tmp_path / name)
