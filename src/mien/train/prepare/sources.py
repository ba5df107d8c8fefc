"""Where raw pictures come from: a folder, a zip file, a table, video. Each yields `Raw`, in a steady order."""

from __future__ import annotations

import csv
import io
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from lzma import LZMAError
from pathlib import Path, PurePosixPath

import numpy as np

from mien.face import POINTS, InputError
from mien.face.channels import CHANNELS, HIGH, LOW
from mien.files import below, decoded, hidden, plain_file, read_bytes, reading
from mien.sources import file_lines
from mien.sources.pictures import UNREAD, VIDEOS, film, unread
from mien.train.prepare.labels import FER2013, Shares, known, only, voted
from mien.train.prepare.mapping import Map
from mien.train.prepare.picture import Pixels, Points

PICTURES = (".png", ".jpg", ".jpeg", ".jfif", ".webp", ".avif", ".bmp", ".gif", ".tif", ".tiff")
_HELD_OUT = ("test", "val", "valid", "validation", "dev", "eval", "public", "private", "held")
_FILE, _GROUP = ("file", "path", "image", "filename"), ("group", "identity", "person", "subject", "speaker", "clip")
LARGEST = 256_000_000
"""Bytes of one picture, table or film in a zip file, unpacked, and of one picture on the disk."""

_MOST_PACKED = 200.0
"""Times that a file of more than ten megabytes is larger than what a zip file holds of it. # ours: photographs 1"""

_FARTHEST = 100_000.0
"""Pixels from the corner at which a key point may lie."""

_MOST_VOTES = 1_000_000.0
_MOST_NUMBER = 1e9

_RANGES = {
    name: (low - 0.05, high + 0.05) for name, low, high in zip(CHANNELS, LOW.tolist(), HIGH.tolist(), strict=True)
}
"""Of a column that is one of our channels, with room for what was rounded."""

_NUMBERS = {name.lower(): name for name in CHANNELS}
"""Columns that are numbers of the expression, beside those whose name begins with `w:`."""

_LABEL, _SPLIT = ("label", "emotion", "expression", "feeling", "class"), ("split", "usage", "part")


@dataclass(frozen=True, slots=True)
class Raw:
    """A picture as it came. name: where it lies. data: its encoded bytes, or its pixels (height, width, channels).

    word: the label's word, for messages. label: shares of `CLASSES`, None when the word is known to nobody or there is
    none. group: whom or which clip it shows, "" when unknown. split: "train", "held_out", or None when not said.
    points: (68 or more, 2) pixels, iBUG order, NaN where unknown, or None. numbers: what else is known of the
    expression, by name.
    """

    name: str
    data: Callable[[], bytes | Pixels]
    word: str
    label: Shares | None
    group: str = ""
    split: str | None = None
    points: Points | None = None
    numbers: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Row:
    """What a table says of one picture."""

    word: str
    label: Shares | None
    group: str
    split: str | None
    points: Points | None
    numbers: Mapping[str, float]


def raws(source: Path, own: Map, every: float, encoding: str = "utf-8") -> Iterator[Raw]:
    """All pictures of a folder, a zip file, a table or a video; what is hidden in it is passed over.

    own: the user's map. every: seconds between the frames that are taken of a video. encoding: of
    tables and names that do not say theirs.
    Raises InputError when the source is nothing that can be read.
    """
    try:
        yield from _raws(source, own, every, encoding)
    except csv.Error as error:
        raise InputError(f"{source}: not a table of comma-separated values ({error})") from error


def _raws(source: Path, own: Map, every: float, encoding: str) -> Iterator[Raw]:
    with reading(source):
        folder = source.is_dir()
    if folder:
        files = {path.relative_to(source).as_posix(): path for path in below(source)}
        reads = {name: partial(read_bytes, path, LARGEST) for name, path in files.items()}
        yield from _tree(reads, own, every, files, encoding)
        return
    plain_file(source)
    suffix = source.suffix.lower()
    if suffix == ".zip":
        try:
            archive = zipfile.ZipFile(source)
        except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError, struct.error) as error:
            raise InputError(f"{source}: not a whole zip file ({error})") from error
        with archive:
            members = unpacked(archive, encoding, own)
            yield from _tree({name: members[name] for name in sorted(members)}, own, every, {}, encoding)
    elif suffix == ".csv":
        yield from _csv(source, own, encoding)
    elif suffix in VIDEOS:
        yield from _video(source.name, source, "", own, every)
    else:
        raise InputError(
            f"{source}: expected a folder, a zip file, a CSV table or a video, got {source.suffix or 'a file'}"
        )


def unpacked(archive: zipfile.ZipFile, encoding: str, own: Map) -> dict[str, Callable[[], bytes]]:
    """What lies in a zip file by name, each to be unpacked when it is called for.

    Older programs write names in the letters of their own country and do not say which: those are taken that turn most
    folders into names of feelings. encoding: tried before others.
    """
    entries = [entry for entry in archive.infolist() if not entry.is_dir()]
    silent = [entry for entry in entries if not entry.flag_bits & 0x800]
    tries = [names for codec in ("utf-8", encoding, "gbk", "cp932") if (names := _named_in(silent, codec)) is not None]
    best = max(tries, key=lambda names: sum(_feelings_in(name, own) for name in names), default=None)
    renamed = dict(zip(map(id, silent), best or [entry.filename for entry in silent], strict=True))
    found = {renamed.get(id(entry), entry.filename): entry for entry in entries}
    return {
        name: partial(_member, archive, entry)
        for name, entry in found.items()
        if not any(hidden(part) for part in PurePosixPath(name).parts)
    }


def _named_in(entries: list[zipfile.ZipInfo], codec: str) -> list[str] | None:
    try:
        return [entry.filename.encode("cp437").decode(codec) for entry in entries]
    except UnicodeError:
        return None


def _feelings_in(name: str, own: Map) -> bool:
    return any(known(part, own.labels) is not None for part in PurePosixPath(name).with_suffix("").parts)


def _member(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    if entry.file_size > LARGEST:
        raise InputError(f"expected at most {LARGEST // 1_000_000} MB, it says {entry.file_size / 1e6:,.0f} MB")
    if entry.file_size > 10_000_000 and entry.file_size > _MOST_PACKED * max(1, entry.compress_size):
        raise InputError(f"would grow to {entry.file_size // max(1, entry.compress_size):,} times what is packed")
    try:
        with archive.open(entry) as file:
            return file.read(LARGEST)
    except (zipfile.BadZipFile, zlib.error, LZMAError, EOFError, RuntimeError, OSError, ValueError) as error:
        # RuntimeError: it is encrypted
        raise InputError(f"cannot be unpacked ({error})") from error


def _tree(
    files: Mapping[str, Callable[[], bytes]], own: Map, every: float, paths: Mapping[str, Path], encoding: str
) -> Iterator[Raw]:  # fmt: skip
    """Pictures in folders named by label, and by split above that; tables beside them say more."""
    rows: dict[str, Row] = {}
    for name, read in files.items():
        if name.lower().endswith(".csv"):
            rows |= _table(name, decoded(read(), name, encoding), own)
    for name, read in files.items():
        suffix = PurePosixPath(name).suffix.lower()
        if suffix in VIDEOS:
            try:
                yield from _video(name, paths.get(name) or io.BytesIO(read()), _word(name, own), own, every)
            except InputError as error:  # one damaged film is no reason to stop
                yield Raw(name, broken(str(error)), _word(name, own), None)
            continue
        if suffix in UNREAD:
            yield Raw(name, broken(unread(PurePosixPath(name).name)), _word(name, own), only("neutral"))
        if suffix not in PICTURES:
            continue
        row = rows.get(name) or rows.get(PurePosixPath(name).name)
        word = _word(name, own)
        meant = known(word, own.labels)
        label = only(meant) if meant is not None else None
        if row is not None and row.label is not None:
            word, label = row.word, row.label
        split = _split_of(name) or (row.split if row else None)
        if row is None:
            yield Raw(name, read, word, label, "", split)
        else:
            yield Raw(name, read, word, label, row.group, split, row.points, row.numbers)


def _word(name: str, own: Map) -> str:
    """What labels this file: the innermost folder whose name is a feeling, else the one feeling that its own name
    tells of (`joy.png`, `emotion_sad.mp4`), else the innermost folder."""
    path = PurePosixPath(name)
    folders = path.parts[:-1]
    for folder in reversed(folders):
        if known(folder, own.labels) is not None:
            return folder
    words = [path.stem, *re.split(r"[\W\d_]+", path.stem)]
    meant = {known(word, own.labels): word for word in reversed(words) if known(word, own.labels) is not None}
    if len(meant) == 1:
        return next(iter(meant.values()))
    return folders[-1] if folders else ""


def _split_of(name: str) -> str | None:
    """The split that the outermost folder of a name tells, if any does."""
    for folder in PurePosixPath(name).parts[:-1]:
        said = _split(folder)
        if said is not None:
            return said
    return None


def _split(word: str) -> str | None:
    """The split that a word means: "train", "held_out" or None."""
    words = set(re.split(r"[^a-z]+", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", word).lower()))
    if words & {"train", "training"}:
        return "train"
    return "held_out" if words & set(_HELD_OUT) else None


def _table(name: str, text: str, own: Map) -> dict[str, Row]:
    """Rows by file name of a table beside pictures; a table without a column of files says nothing."""
    reader = csv.DictReader(io.StringIO(text))
    columns = {column: column.strip().lower() for column in reader.fieldnames or ()}
    where = next((column for column, plain in columns.items() if plain in _FILE), None)
    if where is None:
        return {}
    labels = [c for c, plain in columns.items() if plain in _LABEL or plain.endswith("_label")]
    groups = [c for c, plain in columns.items() if plain in _GROUP]
    splits = [c for c, plain in columns.items() if plain in _SPLIT]
    ballots = {c: plain.rpartition("_")[2] for c, plain in columns.items() if c not in labels}
    ballots = {c: word for c, word in ballots.items() if known(word, own.labels) is not None}
    wanted = {c: _NUMBERS[plain] for c, plain in columns.items() if plain in _NUMBERS}
    wanted |= {c: plain.removeprefix("w:") for c, plain in columns.items() if plain.startswith("w:")}
    if own.numbers:
        wanted, ballots = {theirs: theirs for theirs in own.numbers}, {}
    strangers = [theirs for theirs in own.numbers if theirs not in columns]
    strangers += [theirs for theirs in own.points if not {f"{theirs}:x", f"{theirs}:y"} <= set(columns)]
    if strangers:
        raise InputError(f"{name}: line 1: expected what the map names, found no column for {', '.join(strangers)}")
    found = {}
    for number, row in enumerate(reader, start=2):
        cells = _Cells(row, f"{name}: line {number}")
        votes = {word: cells.number(column, 0.0, _MOST_VOTES, "0") for column, word in ballots.items()}
        votes = votes if len(ballots) > 1 else {}
        points = _named(cells, own) if own.points else _points(cells, columns)
        usual = (-_MOST_NUMBER, _MOST_NUMBER)
        ranges = {} if own.numbers else _RANGES
        numbers = {named: cells.number(column, *ranges.get(named, usual)) for column, named in wanted.items()}
        word = (row[labels[0]] or "") if labels else ""
        meant = known(word or "", own.labels)
        label = voted(votes, own.labels) if votes else (only(meant) if meant is not None else None)
        if own.numbers:
            label = own.feelings(numbers) if label is None else label
            numbers = own.channels(numbers)
        if label is None and numbers and not labels and not ballots:
            label = only("neutral")  # its numbers say what it shows
        group = f"{groups[0]} {row[groups[0]]}" if groups else ""
        split = _split(row[splits[0]] or "") if splits else None
        found[row[where]] = Row(word, label, group, split, points, numbers)
    return found


@dataclass(frozen=True, slots=True)
class _Cells:
    """One row of a table. where: its file and line, for messages."""

    row: Mapping[str, str | None]
    where: str

    def number(self, column: str, low: float, high: float, empty: str = "") -> float:
        """The number in a column. empty: what an empty cell stands for. Raises InputError with line and column."""
        text = self.row.get(column) or empty
        try:
            value = float(text)
        except ValueError:
            value = float("nan")
        if not low <= value <= high:
            raise InputError(
                f"{self.where}, column {column!r}: expected a number in {low:g}..{high:g}, got {text[:24]!r}"
            )
        return value


def _points(cells: _Cells, columns: Mapping[str, str]) -> Points | None:
    """(68 or 70, 2) of the columns x0, y0, x1, y1, …, where all of them are there."""
    by_name = {plain: column for column, plain in columns.items()}
    for count in (70, 68):
        if f"x{count - 1}" in by_name and f"y{count - 1}" in by_name:
            names = [f"{axis}{n}" for n in range(count) for axis in "xy"]
            missing = [name for name in names if name not in by_name]
            if missing:
                raise InputError(
                    f"{cells.where}: expected columns x0, y0, ... to y{count - 1}, found no {missing[0]!r}"
                )
            values = [cells.number(by_name[name], -_FARTHEST, _FARTHEST) for name in names]
            return np.array(values, np.float32).reshape(count, 2)
    return None


def _named(cells: _Cells, own: Map) -> Points:
    """(70, 2) of the columns NAME:x and NAME:y that the map names, NaN where it names none."""
    points = np.full((POINTS, 2), np.nan, np.float32)
    for theirs, numbers in own.points.items():
        points[list(numbers)] = [cells.number(f"{theirs}:{axis}", -_FARTHEST, _FARTHEST) for axis in "xy"]
    return points


def _csv(path: Path, own: Map, encoding: str) -> Iterator[Raw]:
    """FER2013's own table of pixels, or a table that names files beside it."""
    head = [column.strip().lower() for column in next(csv.reader(_lines(path, encoding)), [])]
    if "pixels" in head:
        yield from _fer2013(path, own, encoding)
        return
    rows = _table(path.name, "".join(_lines(path, encoding)), own)
    if not rows:
        raise InputError(
            f"{path}: line 1: expected a column `pixels`, or one of {', '.join(_FILE)}; got {', '.join(head)}"
        )
    for name, row in rows.items():
        yield Raw(
            name,
            partial(read_bytes, path.parent / name, LARGEST),
            row.word,
            row.label,
            row.group,
            row.split,
            row.points,
            row.numbers,
        )


def _lines(path: Path, encoding: str) -> Iterator[str]:
    return (f"{line}\n" for line in file_lines(path, encoding, most=None))


def _fer2013(path: Path, own: Map, encoding: str) -> Iterator[Raw]:
    for number, given in enumerate(csv.DictReader(_lines(path, encoding)), start=2):
        row = {key.strip().lower(): value for key, value in given.items() if key}
        word = (row.get("emotion") or "").strip()
        numbered = len(word) == 1 and word in "0123456"
        meant = FER2013[int(word)] if numbered else known(word, own.labels)
        label = only(meant) if meant is not None else None
        split = _split(row.get("usage") or "")
        yield Raw(f"{path.name}: line {number}", _pixels(row.get("pixels") or ""), word, label, "", split)


def _pixels(text: str) -> Callable[[], Pixels]:
    """A reader of FER2013's column of grey values."""

    def read() -> Pixels:
        try:
            values = np.array(text.split(), np.int64)
        except (ValueError, OverflowError) as error:
            raise InputError(f"expected grey values, got {text[:24]!r}") from error
        side = round(len(values) ** 0.5)
        if not len(values) or side * side != len(values) or values.min() < 0 or values.max() > 255:
            raise InputError(f"expected a square of values in 0..255, got {len(values)} values")
        return values.astype(np.uint8).reshape(side, side, 1)

    return read


def broken(why: str) -> Callable[[], Pixels]:
    """Data that cannot be read, and why."""

    def read() -> Pixels:
        raise InputError(why)

    return read


def _video(name: str, given: Path | io.BytesIO, word: str, own: Map, every: float) -> Iterator[Raw]:
    """Frames of a video, `every` seconds apart; the clip is their group."""
    meant = known(word, own.labels)
    label = only(meant) if meant is not None else None
    due = 0.0
    for seen in film(given, name):
        if seen.t + 1e-6 >= due:
            due = seen.t + every
            yield Raw(f"{name} @ {seen.t:.2f} s", _given(seen.pixels), word, label, name)


def _given(pixels: Pixels) -> Callable[[], Pixels]:
    return lambda: pixels
