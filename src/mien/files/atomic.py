"""Files that appear whole or not at all."""

from __future__ import annotations

import errno
import os
import re
import secrets
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from mien.face import DeviceError, SettingsError


@contextmanager
def refusals(target: Path) -> Iterator[None]:
    """Turn the operating system's refusals inside the block into errors that name the target.

    DeviceError, and SettingsError where it is the name that cannot be.
    """
    try:
        yield
    except ValueError as error:
        if "null" not in str(error):
            raise
        raise SettingsError(f"{str(target)!r}: a file's name holds no NUL") from error
    except (FileExistsError, NotADirectoryError) as error:
        raise SettingsError(f"{target}: a file is in the way; expected a folder") from error
    except OSError as error:
        if error.errno == errno.ENAMETOOLONG:
            raise SettingsError(f"{target}: the name is too long; choose a shorter one") from error
        if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            advice = "the disk is full; make room or choose another folder"
        elif error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
            advice = "this folder may not be written to; choose another"
        else:
            advice = f"{error.strerror or error}"
        raise DeviceError(f"{target}: cannot write: {advice}") from error


def _free_name(target: Path) -> Path:
    # beside the target, so that the last step is a rename on one disk; cut to stay under 255 bytes
    short = target.name.encode(errors="surrogateescape")[:100].decode(errors="ignore")
    return target.with_name(f".{short}.{os.getpid()}-{_born(os.getpid())}-{secrets.token_hex(4)}.part")


_PART = re.compile(r"\..*\.(\d+)-(\d+)-[0-9a-f]{8}\.part")


def _born(pid: int) -> int:
    """When a process began, in the kernel's ticks, so that a later one with its number is not taken for it.

    0 where there is none of this number or the system does not say.
    """
    with suppress(OSError, ValueError, IndexError):
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19])
    return 0


def _sweep(folder: Path) -> None:
    """Remove what runs of mien left unfinished in this folder: theirs that are gone, and that nobody holds."""
    if sys.platform == "win32" or not _born(os.getpid()):
        return  # who is gone cannot be told
    with suppress(OSError):
        for entry in os.scandir(folder):
            found = _PART.fullmatch(entry.name)
            if found is None or _born(int(found[1])) == int(found[2]):
                continue
            held = _Hold(Path(entry.path))
            if held.taken:  # else a process in another container holds it
                shutil.rmtree(entry.path, True) if entry.is_dir(follow_symlinks=False) else os.unlink(entry.path)
            held.let_go()


class _Hold:
    """The lock on an unfinished file or folder, which the system takes away when its process ends."""

    def __init__(self, path: Path) -> None:
        self.taken = False
        self._number = -1
        if sys.platform != "win32":
            import fcntl

            with suppress(OSError):  # a disk without locks
                self._number = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK)
                fcntl.flock(self._number, fcntl.LOCK_EX | fcntl.LOCK_NB)
                self.taken = True

    def let_go(self) -> None:
        """Once and for all."""
        if self._number >= 0:
            os.close(self._number)
            self._number = -1


def _check(target: Path) -> Path:
    """The place that is written to, links followed. Raises SettingsError where no file can be, DeviceError."""
    with refusals(target):
        real = Path(os.path.realpath(target))
        if real.is_symlink():
            raise SettingsError(f"{target}: its links lead in a circle; choose another name")
        if not real.parent.exists():
            raise SettingsError(f"{target}: no folder {target.parent}; make it first or choose another")
        if not real.parent.is_dir():
            raise SettingsError(f"{target}: {target.parent} is a file; expected a folder")
        if real.exists() and not (real.is_file() or real.is_dir()):
            raise SettingsError(f"{target}: a device or a pipe is there; expected the name of a file")
    if len(os.fsencode(real.name)) > _LONGEST_NAME:
        raise SettingsError(f"{target}: the name is too long; choose a shorter one")
    return real


_LONGEST_NAME = 255
"""Bytes, on every common disk."""


class AtomicFile:
    """A file under a temporary name beside its target, until `keep` renames it; `drop` leaves nothing behind.

    A target that is a link is followed. What a run that was killed left unfinished in the folder is removed first.
    Raises SettingsError when the target is a folder or lies in none, DeviceError when the folder refuses.
    """

    def __init__(self, target: Path) -> None:
        self.target = target
        self._real = _check(target)
        if self._real.is_dir():
            raise SettingsError(f"{target}: a folder of that name is in the way; choose another name")
        self.part = _free_name(self._real)
        _sweep(self._real.parent)
        with refusals(target):
            # made at once, so that a refusal shows before the work; the mode leaves the umask in charge
            os.close(os.open(self.part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666))
        self._hold = _Hold(self.part)

    def keep(self) -> None:
        """Give the file its name, in place of any older file. Raises DeviceError, having dropped it."""
        try:
            with refusals(self.target):
                os.replace(self.part, self._real)
        except BaseException:
            self.drop()
            raise
        self._hold.let_go()

    def drop(self) -> None:
        """Remove the unfinished file; nothing happens if it is gone."""
        self.part.unlink(missing_ok=True)
        self._hold.let_go()


def make_folder(folder: Path) -> None:
    """Make a folder and those above it, where they are not there. Raises SettingsError or DeviceError."""
    with refusals(folder):
        folder.mkdir(parents=True, exist_ok=True)


@contextmanager
def atomic_path(target: Path) -> Iterator[Path]:
    """A temporary path to write to; what lies there takes the target's name when the block ends well, else it is gone.

    The target's folder is made. Raises as `AtomicFile` does.
    """
    make_folder(target.parent)
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

    replaces: a folder that is there is replaced as a whole, whatever it holds. Raises SettingsError when the target is
    a file or, else, holds anything, DeviceError when its parent refuses.
    """

    def __init__(self, target: Path, replaces: bool = False) -> None:
        self.target, self._replaces = target, replaces
        self._real = _check(target)
        with refusals(target):
            if self._real.exists() and (not self._real.is_dir() or (not replaces and any(self._real.iterdir()))):
                kind = "is not empty" if self._real.is_dir() else "is a file"
                raise SettingsError(f"{target}: {kind}; expected a new or an empty folder")
            self.part = _free_name(self._real)
            _sweep(self._real.parent)
            self.part.mkdir()
        self._hold = _Hold(self.part)

    def keep(self) -> None:
        """Give the folder its name. Raises DeviceError, having dropped it."""
        old = _free_name(self._real)
        try:
            with refusals(self.target):
                if self._real.is_dir() and self._replaces:
                    os.replace(self._real, old)
                elif self._real.is_dir():
                    self._real.rmdir()
                os.replace(self.part, self._real)
        except BaseException:
            if old.exists() and not self._real.exists():
                os.replace(old, self._real)
            self.drop()
            raise
        shutil.rmtree(old, ignore_errors=True)
        self._hold.let_go()

    def drop(self) -> None:
        """Remove the unfinished folder; nothing happens if it is gone."""
        shutil.rmtree(self.part, ignore_errors=True)
        self._hold.let_go()


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
