"""No output is one of the inputs, and no two outputs are one file."""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from mien.face import SettingsError


def keep_apart(reads: Iterable[Path | str], writes: Iterable[Path | str]) -> None:
    """Raises SettingsError when something that is read would be written over, or one thing written twice.

    reads: files, and folders that are read whole, into which nothing may be written; what is not there is passed over.
    writes: files, and folders that are made. Names are compared as the disk knows them: through links, hard links,
    and letters large and small.
    """
    inputs = [path for path in map(Path, reads) if _there(path)]
    outputs = [Path(path) for path in writes]
    for number, output in enumerate(outputs):
        for other in outputs[:number]:
            if _same(output, other) or _name(output) == _name(other):
                raise SettingsError(f"{output}: expected another name, {other} is written there too")
        for given in inputs:
            if _same(output, given):
                raise SettingsError(f"{output}: expected another name, this would write over {given}, which is read")
            if given.is_dir() and _inside(output, given):
                raise SettingsError(f"{output}: expected a place outside of {given}, which is read")


def _there(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):  # locked, too long, no name at all: whoever reads it says so
        return False


def _name(path: Path) -> str:
    """The true name, letters small: two names that differ in these alone are one file on many disks."""
    return _real(path).casefold()


def _real(path: Path) -> str:
    try:
        return os.path.realpath(path)
    except (OSError, ValueError):
        return os.path.abspath(path).replace("\0", "")


def _same(one: Path, other: Path) -> bool:
    if _real(one) == _real(other):
        return True
    with suppress(OSError, ValueError):
        return os.path.samefile(one, other)
    return False


def _inside(path: Path, folder: Path) -> bool:
    place = Path(_real(path)).parent
    return any(_same(part, folder) for part in (place, *place.parents))
