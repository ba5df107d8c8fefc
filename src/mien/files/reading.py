"""The door for reading: what a path of the user's must be, and how much of it is taken."""

from __future__ import annotations

import errno
import os
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from mien.face import InputError, MienError
from mien.files.text import decoded

LONGEST_FILE = 64_000_000
"""Bytes of a text file that is read as a whole; the largest that anybody showed us had a tenth of it."""

_MOST_ENTRIES = 1_000_000
"""Files below a folder; beyond it somebody gave the root of a disk."""

_OWN = ("/dev/fd/", "/proc/self/fd/", "/dev/stdin")
"""Where a shell puts the pipe of `<(command)`: it is open already, so it has an end."""

_KINDS = ((stat.S_ISDIR, "a folder"), (stat.S_ISFIFO, "a pipe"), (stat.S_ISSOCK, "a socket"),
          (stat.S_ISCHR, "a device"), (stat.S_ISBLK, "a device"))  # fmt: skip


@contextmanager
def reading(path: Path | str, kind: type[MienError] = InputError) -> Iterator[None]:
    """Turn what the system says inside the block, about this path, into an error that names it. kind: of error."""
    try:
        yield
    except OSError as error:
        raise kind(f"{path}: cannot read it: {_why(error)}") from error
    except ValueError as error:
        if "null" not in str(error):
            raise
        raise kind(f"{str(path)!r}: a file's name holds no NUL") from error


def _why(error: OSError) -> str:
    match error.errno:
        case errno.ENOENT:
            return "nothing is there; check the name"
        case errno.EACCES | errno.EPERM:
            return "it may not be read; ask its owner, or copy it to a folder of yours"
        case errno.ENAMETOOLONG:
            return "the name is too long"
        case errno.ELOOP:
            return "its links lead in a circle"
        case errno.ENOTDIR:
            return "a part of the path is a file; expected a folder"
    return error.strerror or str(error)


def is_folder(path: Path | str) -> bool:
    """Whether a folder lies there, as far as can be seen: who reads or writes there says what is wrong."""
    try:
        return os.path.isdir(path)
    except ValueError:
        return False


def plain_file(path: Path | str, most: int | None = None, kind: type[MienError] = InputError) -> Path:
    """The path, if a whole, plain file that may be read lies there: for libraries that open files themselves.

    most: bytes. kind: of the error that is raised otherwise, for a folder, a device, a pipe, what is locked or
    too large.
    """
    with reading(path, kind):
        found = os.stat(path)
        for test, what in _KINDS:
            if test(found.st_mode):
                raise kind(f"{path}: cannot read it: expected a file, got {what}")
        if most is not None and found.st_size > most:
            raise kind(f"{path}: expected at most {_size(most)}, got {_size(found.st_size)}")
        with open(path, "rb"):
            return Path(path)


@contextmanager
def opened(path: Path | str, kind: type[MienError] = InputError) -> Iterator[tuple[str, BinaryIO]]:
    """A file to be read from its beginning on, and its name for messages; "-" is standard input.

    The pipe of a shell's `<(command)` is taken, every other pipe is refused, for it may never say anything.
    """
    if str(path) == "-" or str(path) == "/dev/stdin":
        yield "standard input", sys.stdin.buffer
        return
    if not str(path).startswith(_OWN):
        plain_file(path, None, kind)
    with reading(path, kind), open(path, "rb") as file:
        yield str(path), file


def read_bytes(path: Path | str, most: int = LONGEST_FILE, kind: type[MienError] = InputError) -> bytes:
    """All of a plain file. most: bytes. Raises `kind`."""
    plain_file(path, most, kind)
    with reading(path, kind), open(path, "rb") as file:
        data = file.read(most + 1)
    if len(data) > most:  # it grew, or is one of those that say they are empty
        raise kind(f"{path}: expected at most {_size(most)}, got more")
    return data


def head_of(path: Path | str, count: int = 65_536) -> bytes:
    """The first bytes of a plain file. Raises InputError."""
    plain_file(path)
    with reading(path), open(path, "rb") as file:
        return file.read(count)


def read_text(
    path: Path | str, encoding: str | None = None, most: int = LONGEST_FILE, kind: type[MienError] = InputError
) -> str:
    """All of a text file; a byte order mark decides, else the encoding, as in `decoded`. Raises `kind`."""
    return decoded(read_bytes(path, most, kind), str(path), encoding, kind)


def below(folder: Path, kind: type[MienError] = InputError) -> list[Path]:
    """The files below a folder, in order of their names, without those whose name, or a folder's, begins with a dot.

    What is hidden was put there by a program, not by a person. Raises `kind` when the folder may not be read.
    """

    def refused(error: OSError) -> None:
        if error.filename in (None, str(folder)):
            raise error

    found: list[Path] = []
    with reading(folder, kind):
        for place, folders, names in os.walk(folder, onerror=refused):
            folders[:] = sorted(name for name in folders if not hidden(name))
            found += [Path(place, name) for name in names if not hidden(name)]
            if len(found) > _MOST_ENTRIES:
                raise kind(f"{folder}: expected at most {_MOST_ENTRIES:,} files in it; give the folder that is meant")
    return sorted(found)


def hidden(name: str) -> bool:
    """Whether a file or folder of this name is passed over: `.ipynb_checkpoints`, `._01.png`, `__MACOSX`."""
    return name.startswith(".") or name == "__MACOSX"


def _size(count: int) -> str:
    for unit, size in (("GB", 1_000_000_000), ("MB", 1_000_000), ("kB", 1_000)):
        if count >= size:
            return f"{count / size:.3g} {unit}"
    return f"{count} bytes"
