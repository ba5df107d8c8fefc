"""Where raw pictures come from: a folder, a zip file, a table, video. Each yields `Raw`, in a steady order."""

from __future__ import annotations

import csv
import io
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

import numpy as np

from mien.face import POINTS, InputError
from mien.face.channels import CHANNELS
from mien.sources.pictures import UNREAD, VIDEOS, film, unread
from mien.train.prepare.labels import FER2013, Shares, known, only, voted
from mien.train.prepare.mapping import Map
from mien.train.prepare.picture import Pixels, Points

PICTURES = (".png", ".jpg", ".jpeg", ".jfif", ".webp", ".avif", ".bmp", ".gif", ".tif", ".tiff")
_HELD_OUT = ("test", "val", "valid", "validation", "dev", "eval", "public", "private", "held")
_FILE, _GROUP = ("file", "path", "image", "filename"), ("group", "identity", "person", "subject", "speaker", "clip")
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


def raws(source: Path, own: Map, every: float) -> Iterator[Raw]:
    """All pictures of a folder, a zip file, a table or a video.

    own: the user's map. every: seconds between the frames that are taken of a video.
    Raises InputError when the source is nothing that can be read.
    """
    try:
        yield from _raws(source, own, every)
    except csv.Error as error:
        raise InputError(f"{source}: not a table of comma-separated values ({error})") from error


def _raws(source: Path, own: Map, every: float) -> Iterator[Raw]:
    if source.is_dir():
        files = {str(p.relative_to(source).as_posix()): p for p in sorted(source.rglob("*")) if p.is_file()}
        yield from _tree({name: path.read_bytes for name, path in files.items()}, own, every, files)
    elif source.suffix.lower() == ".zip" and source.is_file():
        try:
            with zipfile.ZipFile(source) as archive:
                names = sorted(name for name in archive.namelist() if not name.endswith("/"))
                yield from _tree({name: _member(archive, name) for name in names}, own, every, {})
        except zipfile.BadZipFile as error:
            raise InputError(f"{source}: not a whole zip file ({error})") from error
    elif source.suffix.lower() == ".csv" and source.is_file():
        yield from _csv(source, own)
    elif source.suffix.lower() in VIDEOS and source.is_file():
        yield from _video(source.name, source, "", own, every)
    elif not source.exists():
        raise InputError(f"{source}: expected a folder, a zip file, a CSV table or a video, found nothing there")
    else:
        raise InputError(
            f"{source}: expected a folder, a zip file, a CSV table or a video, got {source.suffix or 'a file'}"
        )


def _member(archive: zipfile.ZipFile, name: str) -> Callable[[], bytes]:
    """A reader of a zip file's member, which may be damaged."""

    def read() -> bytes:
        try:
            return archive.read(name)
        except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError) as error:  # the last: it is encrypted
            raise InputError(f"cannot be unpacked ({error})") from error

    return read


def _tree(files: Mapping[str, Callable[[], bytes]], own: Map, every: float, paths: Mapping[str, Path]) -> Iterator[Raw]:
    """Pictures in folders named by label, and by split above that; tables beside them say more."""
    rows: dict[str, Row] = {}
    for name, read in files.items():
        if name.lower().endswith(".csv"):
            rows |= _table(name, read().decode("utf-8-sig", "replace"), own)
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
        try:
            votes = {word: float(row[column] or 0.0) for column, word in ballots.items()} if len(ballots) > 1 else {}
            points = _named(row, own) if own.points else _points(row, columns)
            numbers = {named: float(row[column]) for column, named in wanted.items()}
        except (TypeError, ValueError) as error:  # a short row has no value at all
            raise InputError(f"{name}: line {number}: expected a number ({error})") from error
        word = row[labels[0]] if labels else ""
        meant = known(word, own.labels)
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


def _points(row: Mapping[str, str], columns: Mapping[str, str]) -> Points | None:
    """(68 or 70, 2) of the columns x0, y0, x1, y1, …, where all of them are there."""
    by_name = {plain: column for column, plain in columns.items()}
    for count in (70, 68):
        if f"x{count - 1}" in by_name and f"y{count - 1}" in by_name:
            pairs = [(float(row[by_name[f"x{n}"]]), float(row[by_name[f"y{n}"]])) for n in range(count)]
            return np.array(pairs, np.float32)
    return None


def _named(row: Mapping[str, str], own: Map) -> Points:
    """(70, 2) of the columns NAME:x and NAME:y that the map names, NaN where it names none."""
    points = np.full((POINTS, 2), np.nan, np.float32)
    for theirs, numbers in own.points.items():
        points[list(numbers)] = float(row[f"{theirs}:x"]), float(row[f"{theirs}:y"])
    return points


def _csv(path: Path, own: Map) -> Iterator[Raw]:
    """FER2013's own table of pixels, or a table that names files beside it."""
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        head = [column.strip().lower() for column in next(csv.reader(file), [])]
    if "pixels" in head:
        yield from _fer2013(path, own)
        return
    rows = _table(path.name, path.read_text(encoding="utf-8-sig", errors="replace"), own)
    if not rows:
        raise InputError(
            f"{path}: line 1: expected a column `pixels`, or one of {', '.join(_FILE)}; got {', '.join(head)}"
        )
    for name, row in rows.items():
        yield Raw(
            name, (path.parent / name).read_bytes, row.word, row.label, row.group, row.split, row.points, row.numbers
        )


def _fer2013(path: Path, own: Map) -> Iterator[Raw]:
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        for number, given in enumerate(csv.DictReader(file), start=2):
            row = {key.strip().lower(): value for key, value in given.items() if key}
            word = (row.get("emotion") or "").strip()
            meant = FER2013[int(word)] if word.isdigit() and int(word) < len(FER2013) else known(word, own.labels)
            label = only(meant) if meant is not None else None
            split = _split(row.get("usage") or "")
            name = f"{path.name}: line {number}"
            yield Raw(name, _pixels(row.get("pixels") or ""), word, label, "", split)


def _pixels(text: str) -> Callable[[], Pixels]:
    """A reader of FER2013's column of grey values."""

    def read() -> Pixels:
        try:
            values = np.array(text.split(), np.int64)
        except ValueError as error:
            raise InputError(f"expected grey values, got {text[:24]!r} ({error})") from error
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
