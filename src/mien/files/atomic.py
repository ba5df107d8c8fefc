"""Files that appear whole or not at all."""

from __future__ import annotations

import errno
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mien.face import DeviceError, SettingsError


@contextmanager
def refusals(target: Path) -> Iterator[None]:
    """Turn the operating system's refusals inside the block into DeviceError that names the target."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            advice = "the disk is full; make room or choose another folder"
        elif error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
            advice = "this folder may not be written to; choose another"
        else:
            advice = f"{error.strerror or error}"
        raise DeviceError(f"{target}: cannot write: {advice}") from error


def _free_name(target: Path) -> Path:
    # beside the target, so that the last step is a rename on one disk; cut to stay under 255 bytes
    return target.with_name(f".{target.name[:40]}.{secrets.token_hex(4)}.part")


def _check(target: Path) -> None:
    """Raises SettingsError when the target's folder is missing or no folder."""
    if not target.parent.exists():
        raise SettingsError(f"{target}: no folder {target.parent}; make it first or choose another")
    if not target.parent.is_dir():
        raise SettingsError(f"{target}: {target.parent} is a file; expected a folder")


class AtomicFile:
    """A file under a temporary name beside its target, until `keep` renames it; `drop` leaves nothing behind.

    Raises SettingsError when the target is a folder or lies in none, DeviceError when the folder refuses.
    """

    def __init__(self, target: Path) -> None:
        _check(target)
        if target.is_dir():
            raise SettingsError(f"{target}: a folder of that name is in the way; choose another name")
        self.target = target
        self.part = _free_name(target)
        with refusals(target):
            # made at once, so that a refusal shows before the work; the mode leaves the umask in charge
            os.close(os.open(self.part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666))

    def keep(self) -> None:
        """Give the file its name, in place of any older file. Raises DeviceError, having dropped it."""
        try:
            with refusals(self.target):
                os.replace(self.part, self.target)
        except BaseException:
            self.drop()
            raise

    def drop(self) -> None:
        """Remove the unfinished file; nothing happens if it is gone."""
        self.part.unlink(missing_ok=True)


@contextmanager
def atomic_path(target: Path) -> Iterator[Path]:
    """A temporary path to write to; what lies there takes the target's name when the block ends well, else it is gone.

    The target's folder is made. Raises as `AtomicFile` does.
    """
    with refusals(target):
        target.parent.mkdir(parents=True, exist_ok=True)
    file = AtomicFile(target)
    try:
        with refusals(target):
            yield file.part
            with file.part.open("rb") as done:
                os.fsync(done.fileno())
    except BaseException:
        file.drop()
        raise
    file.keep()


class AtomicFolder:
    """A folder under a temporary name beside its target, until `keep` renames it; `drop` leaves nothing.

    Raises SettingsError when the target is a file or holds anything, DeviceError when its parent refuses.
    """

    def __init__(self, target: Path) -> None:
        _check(target)
        if target.exists() and (not target.is_dir() or any(target.iterdir())):
            kind = "is not empty" if target.is_dir() else "is a file"
            raise SettingsError(f"{target}: {kind}; expected a new or an empty folder")
        self.target = target
        self.part = _free_name(target)
        with refusals(target):
            self.part.mkdir()

    def keep(self) -> None:
        """Give the folder its name. Raises DeviceError, having dropped it."""
        try:
            with refusals(self.target):
                if self.target.is_dir():
                    self.target.rmdir()
                os.replace(self.part, self.target)
        except BaseException:
            self.drop()
            raise

    def drop(self) -> None:
        """Remove the unfinished folder; nothing happens if it is gone."""
        shutil.rmtree(self.part, ignore_errors=True)


def write_atomic(target: Path, data: bytes) -> None:
    """Write one small file, whole or not at all. Raises SettingsError or DeviceError as `AtomicFile` does."""
    whole = AtomicFile(target)
    try:
        with refusals(target):
            whole.part.write_bytes(data)
    except BaseException:
        whole.drop()
        raise
    whole.keep()
