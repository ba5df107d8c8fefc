"""A character as one file, to hand on: packed with checksums, and opened without trusting a byte of it."""

from __future__ import annotations

import hashlib
import io
import shutil
import stat
import struct
import tempfile
import weakref
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path

from mien.face import WeightsError
from mien.files import read_bytes
from mien.nets import loaded_once

SUMS = "SHA256SUMS"
"""The file of the zip that has the others' checksums, a line each, as `sha256sum -c` reads them."""

MOST_FILES, MOST_BYTES = 16, 256_000_000
"""Of a packed character, its files inflated; the one that ships has six files and 7 MB."""

_END = struct.Struct("<4s4H2LH")
"""How every zip ends: signature, two numbers of disks, two of files, size and place of the table of files, comment."""

_LONGEST_NAME = 100
_A_FILES_ROW = 46 + 4 * _LONGEST_NAME  # bytes of the table of files, with room for what other programs note there


class Unpacked:
    """A folder of this user alone with the files of a packed character; gone when nobody holds this, or at exit."""

    def __init__(self, files: Mapping[str, bytes], name: str) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix=f"mien-{name[:40]}-"))
        self._end = weakref.finalize(self, shutil.rmtree, self.folder, ignore_errors=True)
        for file, data in files.items():
            (self.folder / file).write_bytes(data)


def zipped(files: Mapping[str, bytes]) -> bytes:
    """The zip of these files and their checksums, the same bytes for the same files. Raises ValueError for too many."""
    if len(files) >= MOST_FILES or sum(map(len, files.values())) > MOST_BYTES:
        raise ValueError(f"expected fewer than {MOST_FILES} files of {MOST_BYTES} bytes")
    sums = "".join(f"{digest(data)}  {name}\n" for name, data in sorted(files.items()))
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in [*sorted(files.items()), (SUMS, sums.encode())]:
            entry = zipfile.ZipInfo(name)
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, (stat.S_IFREG | 0o644) << 16
            archive.writestr(entry, data)
    return whole.getvalue()


def digest(data: bytes) -> str:
    """Its SHA-256, in hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


@loaded_once
def unpacked(path: Path) -> Unpacked:
    """The files of the zip at this path, checked, in a folder of their own. Raises WeightsError as `unzipped` does."""
    files = unzipped(read_bytes(path, MOST_BYTES, WeightsError), str(path))
    return Unpacked(files, "".join(char for char in path.name.partition(".")[0] if char.isalnum()))


def unzipped(data: bytes, where: str) -> dict[str, bytes]:
    """The files in these bytes of a zip by name, each as its checksum says; without the checksums.

    where: for messages. Raises WeightsError on anything that `zipped` would not have made.
    """
    _check_end(data, where)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            _check_entries(entries, where)
            files = {}
            for entry in entries:
                with archive.open(entry) as file:
                    # told how much, it inflates no further; `archive.read` would
                    files[entry.filename] = file.read(entry.file_size)
                if len(files[entry.filename]) != entry.file_size:
                    raise WeightsError(f"{where}: {entry.filename}: shorter than the zip says; get it again")
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError) as error:
        raise WeightsError(f"{where}: not a whole zip ({str(error)[:120]}); get it again") from error
    return _check_sums(files, where)


def _check_end(data: bytes, where: str) -> None:
    """Before the table of files is read, which is as long as the zip says: whether it is short."""
    if len(data) < _END.size or not data.startswith(b"PK"):
        raise WeightsError(f"{where}: expected a zip, got something else, or a part of one; get it again")
    signature, *_, count, size, _, _ = _END.unpack(data[-_END.size :])
    if signature != b"PK\5\6" or data[-_END.size - 20 :].startswith(b"PK\6\7"):
        raise WeightsError(
            f"{where}: not a whole zip, or one with a comment, or of zip64; get it again or pack it anew"
        )
    if count > MOST_FILES or size > MOST_FILES * _A_FILES_ROW:
        raise WeightsError(f"{where}: expected at most {MOST_FILES} files, got {count}; this is no character")


def _check_entries(entries: list[zipfile.ZipInfo], where: str) -> None:
    """What the table of files says, before any is inflated."""
    seen: set[str] = set()
    for entry in entries:
        name = entry.orig_filename
        if not plain(name) or name != entry.filename or len(name) > _LONGEST_NAME or not name.isprintable():
            raise WeightsError(f"{where}: expected plain names of files, got {name!r:.80}; it would leave its folder")
        if stat.S_IFMT(entry.external_attr >> 16) not in (0, stat.S_IFREG):
            raise WeightsError(f"{where}: {name}: expected a file, got a link or a device")
        if entry.flag_bits & 1 or entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise WeightsError(f"{where}: {name}: expected it deflated or stored, without a password; pack it anew")
        if name.casefold() in seen:
            raise WeightsError(f"{where}: {name}: expected it once, got it twice")
        seen.add(name.casefold())
    total = sum(entry.file_size for entry in entries)
    if total > MOST_BYTES:
        raise WeightsError(f"{where}: expected at most {MOST_BYTES} bytes inflated, got {total}; this is no character")


def _check_sums(files: dict[str, bytes], where: str) -> dict[str, bytes]:
    """The files but for their checksums, which must be right, and of all of them."""
    if SUMS not in files:
        raise WeightsError(f"{where}: no {SUMS}; expected a zip that `mien character pack` made")
    told = {}
    for line in files.pop(SUMS).decode("utf-8", "replace").splitlines():
        wanted, _, name = line.partition("  ")
        told[name] = wanted
    for name in sorted(set(told) | set(files)):
        if name not in files:
            raise WeightsError(f"{where}: {name!r:.80}: {SUMS} tells of it, but it is missing; get it again")
        if name not in told:
            raise WeightsError(f"{where}: {name}: {SUMS} does not tell of it; somebody put it in, get it again")
        if told[name] != digest(files[name]):
            raise WeightsError(f"{where}: {name}: its checksum is wrong, it was damaged or changed; get it again")
    return files


def plain(file: object) -> bool:
    """Whether this names a file in the folder itself, on any system."""
    if not isinstance(file, str) or not file or "\0" in file:
        return False
    return file not in (".", "..") and not set(file) & set("/\\:")
