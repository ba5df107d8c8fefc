"""The way of every picture: read, decode, align, look for twins, weigh, write."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np

from mien.face import CLASSES, InputError, SettingsError
from mien.files import AtomicFolder, make_folder, refusals
from mien.progress import Bar, bar
from mien.sense.sight import FaceAnalyzer
from mien.train.core.provenance import digest
from mien.train.prepare.drawn import drawn
from mien.train.prepare.labels import Shares
from mien.train.prepare.mapping import Map
from mien.train.prepare.picture import EYES_APART, MODES, Crop, coloured, crop, decode, encode
from mien.train.prepare.seen import seen
from mien.train.prepare.shards import FORMAT, SPLITS, Writer
from mien.train.prepare.sources import Raw, raws
from mien.train.prepare.twins import Twins

_FEWEST = 8
_MOST_WEIGHT = 4.0  # ours


@dataclass(frozen=True, slots=True)
class Settings:
    """How a data set is prepared.

    size: pixels a side, 16..1024. colour: "grey", "rgb" or "rgba". own: how the user's own words and columns are read.
    licence: the user's words about what may be done with the pictures. held_out: share of the groups that are kept for
    measuring, in 0..0.9, where the data say nothing about it. every: seconds between frames taken of a video.
    keep_twins: keep pictures that are there twice. whole: keep the middle square as it is, not the face upright in it.
    margin: a picture's side in distances between the eyes, 2..12. encoding: of tables that have no byte order mark.
    """

    size: int = 64
    colour: str = "rgb"
    own: Map = field(default_factory=Map)
    licence: str = ""
    held_out: float = 0.1
    every: float = 0.2
    keep_twins: bool = False
    whole: bool = False
    margin: float = EYES_APART
    encoding: str = "utf-8"

    def __post_init__(self) -> None:
        if not 16 <= self.size <= 1024:
            raise SettingsError(f"size: expected 16..1024 pixels, got {self.size}")
        if self.colour not in MODES:
            raise SettingsError(f"colour: expected one of {', '.join(MODES)}, got {self.colour!r}")
        if not 0.0 <= self.held_out <= 0.9:
            raise SettingsError(f"held_out: expected a share in 0..0.9, got {self.held_out}")
        if not self.every > 0.0:
            raise SettingsError(f"every: expected seconds above 0, got {self.every}")
        if not 2.0 <= self.margin <= 12.0:
            raise SettingsError(f"margin: expected 2..12 distances between the eyes, got {self.margin}")


@dataclass(frozen=True, slots=True)
class _Kept:
    """What is known of a picture whose crop lies in the spool."""

    start: int
    size: int
    name: str
    group: str
    split: str
    label: Shares
    crop_points: Any
    numbers: Mapping[str, float]


def prepare(
    source: Path, out: Path, settings: Settings, progress: bool = True, analyzer: FaceAnalyzer | None = None
) -> dict[str, Any]:
    """Prepare the pictures of a folder, zip file, table or video into the new folder `out`; gives the manifest.

    analyzer: finds the face, its key points and what it does in pictures that come without.

    Pictures that cannot be used are listed in the manifest and skipped. The folder appears whole or not at all.
    Raises InputError when fewer than 8 pictures or only one class can be used, SettingsError when `out` exists.
    """
    pictures = raws(source, settings.own, settings.every, settings.encoding)
    if analyzer is not None:
        pictures = seen(pictures, analyzer)
    return write(pictures, source.name, out, settings, progress)


def draw(count: int, out: Path, settings: Settings, seed: int = 1, progress: bool = True) -> dict[str, Any]:
    """Prepare `count` pictures that the artist draws, each of another identity, with exact key points."""
    if count < _FEWEST:
        raise SettingsError(f"expected at least {_FEWEST} pictures, got {count}")
    return write(drawn(count, settings.size, seed), f"{count} drawn, seed {seed}", out, settings, progress, count)


def write(
    pictures: Iterable[Raw], source: str, out: Path, settings: Settings, progress: bool, total: int | None = None,
    told: Mapping[str, Any] = MappingProxyType({}),
) -> dict[str, Any]:  # fmt: skip
    """Prepare pictures into the new folder `out`, as `prepare` does; gives the manifest.

    source: where they are from, in words. total: how many there are, where that is known. told: what else the manifest
    is to say.
    """
    make_folder(out.parent)
    folder = AtomicFolder(out)
    try:
        shown: Bar[Any] = bar(total=total, unit="img", silent=not progress)
        manifest = _fill(folder.part, pictures, source, settings, shown, told)
    except BaseException:
        folder.drop()
        raise
    folder.keep()
    return manifest


def _fill(
    folder: Path, pictures: Iterable[Raw], source: str, settings: Settings, shown: Bar[Any], told: Mapping[str, Any]
) -> dict[str, Any]:  # fmt: skip
    """Write everything into the folder; gives the manifest."""
    kept: list[_Kept] = []
    skipped: list[tuple[str, str]] = []
    strangers: set[str] = set()
    twins = Twins()
    spool = folder / "spool"
    with refusals(folder):
        file = spool.open("wb", buffering=0)  # so that a full disk shows at once
    with file:
        for raw in pictures:
            shown.update()
            try:
                if raw.label is None:
                    strangers.add(raw.word)
                    raise InputError(f"its label {raw.word!r} is none that is known" if raw.word else "it has no label")
                made = _crop(raw, settings)
            except (InputError, OSError) as error:
                skipped.append((raw.name, str(error)))
                continue
            twins.add(made.pixels)
            data = encode(made.pixels)
            split = raw.split or _split(raw.group or hashlib.sha256(data).hexdigest(), settings.held_out)
            kept.append(_Kept(file.tell(), len(data), raw.name, raw.group, split, raw.label, made.points, raw.numbers))
            with refusals(folder):
                file.write(data)
    shown.close()
    _enough(kept, skipped, strangers, source)
    keep, labels, removed = _without_twins(kept, [] if settings.keep_twins else twins.groups())
    disputed = _disputed(kept, twins.groups())
    columns = tuple(kept[keep[0]].numbers)
    for number in keep:
        if tuple(kept[number].numbers) != columns:
            raise InputError(
                f"{source}: {kept[number].name}: expected the expression's numbers that {kept[keep[0]].name} has "
                f"({', '.join(columns) or 'none'}), got {', '.join(kept[number].numbers) or 'none'}"
            )
    with refusals(folder):
        return _laid_down(folder, kept, keep, labels, columns, source, settings, skipped, removed, disputed, told)


def _laid_down(
    folder: Path, kept: list[_Kept], keep: list[int], labels: list[Shares], columns: tuple[str, ...], source: str,
    settings: Settings, skipped: list[tuple[str, str]], removed: dict[str, int],
    disputed: list[dict[str, str]], told: Mapping[str, Any],
) -> dict[str, Any]:  # fmt: skip
    """From the spool into shards, tables and the manifest."""
    spool = folder / "spool"
    writers = {split: Writer(folder, split, columns) for split in SPLITS}
    with spool.open("rb") as file:
        for number in keep:
            one = kept[number]
            file.seek(one.start)
            writers[one.split].add(
                file.read(one.size), labels[number], one.crop_points, one.name, one.group, one.numbers
            )  # fmt: skip
    spool.unlink()
    weights = _class_weights(writers["train"].labels)
    manifest: dict[str, Any] = {
        "format": FORMAT, "source": source, "size": settings.size, "colour": settings.colour,
        "channels": MODES[settings.colour], "licence": settings.licence, "classes": list(CLASSES),
        "columns": list(columns), "map": asdict(settings.own),
        "class_weights": {name: round(float(weight), 4) for name, weight in zip(CLASSES, weights, strict=True)},
        "splits": {split: writer.close(weights) for split, writer in writers.items()},
        "with_points": sum(kept[number].crop_points is not None for number in keep),
        "groups": len({kept[number].group for number in keep} - {""}),
        "twins_removed": removed,
        "disputed": disputed,
        "skipped": [{"name": name, "why": why} for name, why in skipped],
        **told,
    }  # fmt: skip
    manifest["sha256"] = {path.name: digest(path) for path in sorted(folder.iterdir())}
    (folder / "manifest.json").write_text(json.dumps(manifest, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return manifest


def _crop(raw: Raw, settings: Settings) -> Crop:
    """Decode, bring to the colour mode, cut to the face."""
    data = raw.data()
    picture = decode(data, settings.colour) if isinstance(data, bytes) else coloured(data, settings.colour)
    return crop(picture, raw.points, settings.size, settings.whole, settings.margin)


def _split(group: str, share: float) -> str:
    """The split of a group that the data say nothing about: by its name alone, so it is the same at any time."""
    place = int.from_bytes(hashlib.blake2b(group.encode(), digest_size=8).digest(), "big") / 2**64
    return "held_out" if place < share else "train"


def _enough(kept: list[_Kept], skipped: list[tuple[str, str]], strangers: set[str], source: str) -> None:
    """Raises InputError when too few pictures or but one class can be used, with the commonest reasons."""
    why = Counter(reason for _, reason in skipped).most_common(3)
    said = "; ".join(f"{count} skipped: {reason}" for reason, count in why)
    if len(kept) < _FEWEST:
        help_ = "; name your labels with a map" if strangers else ""
        raise InputError(f"{source}: expected at least {_FEWEST} usable pictures, got {len(kept)}. {said}{help_}")
    classes = {CLASSES[int(one.label.argmax())] for one in kept}
    if len(classes) == 1 and not any(one.numbers for one in kept):
        raise InputError(f"{source}: expected two or more feelings, got {classes.pop()} alone. {said}")


def _without_twins(kept: list[_Kept], groups: list[list[int]]) -> tuple[list[int], list[Shares], dict[str, int]]:
    """Numbers that stay, the label of each picture, and how many were removed.

    Of twins one stays, one that is held out if there is any, so that nothing is measured that was learnt; its label is
    the mean of theirs.
    """
    labels = [one.label for one in kept]
    gone: set[int] = set()
    across = 0
    for group in groups:
        stays = min(group, key=lambda number: (kept[number].split == "train", number))
        labels[stays] = np.mean([kept[number].label for number in group], axis=0, dtype=np.float32)
        gone |= set(group) - {stays}
        across += len({kept[number].split for number in group}) > 1
    return (
        [number for number in range(len(kept)) if number not in gone],
        labels,
        {"pictures": len(gone), "groups": len(groups), "across_splits": across},
    )


def _disputed(kept: list[_Kept], groups: list[list[int]]) -> list[dict[str, str]]:
    """Pictures that are there under two labels or more: {name: label} of each group of twins."""
    said = [{kept[number].name: CLASSES[int(kept[number].label.argmax())] for number in group} for group in groups]
    return [names for names in said if len(set(names.values())) > 1]


def _class_weights(labels: Any) -> Shares:
    """Weight of each class: the root of how rare it is, at most 4, so that the mean over the pictures is 1."""
    shares = labels.sum(axis=0) / max(1, len(labels))
    present = shares > 0
    weights = np.zeros(len(CLASSES), np.float32)
    weights[present] = np.minimum((shares[present] * present.sum()) ** -0.5, _MOST_WEIGHT)
    mean = float((weights * shares).sum())
    return weights / np.float32(mean or 1.0)
