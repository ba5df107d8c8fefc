"""The one format: tar shards in the WebDataset layout, a table of everything but the pixels, and a manifest.

A shard is a plain tar file in which `000123.png` and `000123.json` lie beside each other, so every WebDataset reader
can stream it, and so can `tar`. Streaming alone is not enough here: a resumed training must meet the same pictures in
the same order. So `train.safetensors` holds labels, weights, key points and the place of every picture in its shard;
with it any picture is one seek away.
"""

from __future__ import annotations

import io
import json
import tarfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from safetensors import SafetensorError
from safetensors.numpy import load_file, save_file

from mien.face import CLASSES, POINTS, InputError
from mien.files import plain_file, read_json
from mien.train.prepare.labels import Shares

FORMAT = 2
SPLITS = ("train", "held_out")
_SHARD_BYTES = 64_000_000


@dataclass(frozen=True, slots=True)
class Sample:
    """One prepared picture.

    pixels: (size, size, channels) uint8. label: (9,) shares of `CLASSES`. points: (70, 2) key points in units of the
    picture, NaN where unknown. weight: how much it counts in training, about 1 in the mean. name: where it came from.
    group: the person, clip or character it belongs to.
    """

    pixels: NDArray[np.uint8]
    label: Shares
    points: NDArray[np.float32]
    weight: float
    name: str
    group: str


class Writer:
    """Writes the shards of one split into a folder."""

    def __init__(self, folder: Path, split: str, columns: Sequence[str] = ()):
        self._folder, self._split, self._columns = folder, split, tuple(columns)
        self._numbers: list[list[float]] = []
        self._tar: tarfile.TarFile | None = None
        self._shards: list[str] = []
        self._rows: list[tuple[int, int, int, int, int]] = []
        self._labels: list[Shares] = []
        self._points: list[NDArray[np.float32]] = []

    def add(
        self, picture: bytes, label: Shares, points: NDArray[np.float32] | None, name: str, group: str,
        numbers: Mapping[str, float] | None = None,
    ) -> None:  # fmt: skip
        """Add one PNG with what is known of it. numbers: the expression's, one for every column."""
        if self._tar is None or self._tar.offset > _SHARD_BYTES:
            self._next()
        assert self._tar is not None
        number = len(self._rows)
        known = np.full((POINTS, 2), np.nan, np.float32)
        if points is not None:
            known[: min(POINTS, len(points))] = points[:POINTS]
        facts: dict[str, Any] = {"name": name, "group": group, "label": _shown(label)}
        if points is not None:
            facts["points"] = [
                None if np.isnan(x + y) else [round(float(x), 5), round(float(y), 5)] for x, y in points[:POINTS]
            ]
        if numbers:
            facts["expression"] = {column: round(float(value), 5) for column, value in numbers.items() if value}
        places = []
        for suffix, data in (("png", picture), ("json", json.dumps(facts, ensure_ascii=False).encode())):
            entry = tarfile.TarInfo(f"{number:09d}.{suffix}")
            entry.size = len(data)
            places.append((self._tar.offset + tarfile.BLOCKSIZE, len(data)))
            self._tar.addfile(entry, io.BytesIO(data))
        self._rows.append((len(self._shards) - 1, *places[0], *places[1]))
        self._labels.append(label)
        self._points.append(known)
        self._numbers.append([float((numbers or {})[column]) for column in self._columns])

    def _next(self) -> None:
        """Close the shard and begin the next."""
        if self._tar is not None:
            self._tar.close()
        name = f"{self._split}-{len(self._shards):05d}.tar"
        self._shards.append(name)
        self._tar = tarfile.TarFile(self._folder / name, "w", format=tarfile.USTAR_FORMAT)

    def close(self, class_weights: Shares) -> dict[str, Any]:
        """Finish shards and table; gives the split's part of the manifest."""
        if self._tar is not None:
            self._tar.close()
        labels = np.stack(self._labels) if self._labels else np.zeros((0, len(CLASSES)), np.float32)
        table: dict[str, NDArray[Any]] = {
            "place": np.array(self._rows, np.int64).reshape(-1, 5),
            "label": labels,
            "weight": (labels @ class_weights).astype(np.float32),
        }
        if any(not np.isnan(points).all() for points in self._points):
            table["points"] = np.stack(self._points)
        if self._columns:
            table["expression"] = np.array(self._numbers, np.float32).reshape(-1, len(self._columns))
        path = self._folder / f"{self._split}.safetensors"
        save_file(table, path)
        path.chmod(0o644)  # its writer makes files for their owner alone
        counts = np.bincount(labels.argmax(axis=1), minlength=len(CLASSES)).tolist()
        return {"pictures": len(self._rows), "classes": dict(zip(CLASSES, counts, strict=True)), "shards": self._shards}

    @property
    def labels(self) -> NDArray[np.float32]:
        """(n, 9) of all that was added so far."""
        return np.stack(self._labels) if self._labels else np.zeros((0, len(CLASSES)), np.float32)


def _shown(label: Shares) -> dict[str, float]:
    return {name: round(float(share), 4) for name, share in zip(CLASSES, label, strict=True) if share > 0}


class Prepared:
    """One split of a prepared data set, read a picture at a time.

    folder: as `prepare` made it. split: "train" or "held_out".
    labels: (n, 9). columns: names of the expression's numbers. expressions: (n, columns). points: (n, 70, 2).
    weights: (n,). size: pixels a side. channels: of a picture.
    Raises InputError when the folder is none, or damaged.
    """

    def __init__(self, folder: Path, split: str = "train"):
        manifest_path = folder / "manifest.json"
        try:
            self.manifest: dict[str, Any] = read_json(manifest_path)
            if not isinstance(self.manifest, dict):
                raise InputError(f"{manifest_path}: expected an object, got {type(self.manifest).__name__}")
        except InputError as error:
            raise InputError(f"{error}; expected a prepared data set: run mien prepare") from error
        if self.manifest.get("format") != FORMAT:
            raise InputError(
                f"{manifest_path}: format: expected {FORMAT}, got {self.manifest.get('format')!r}; prepare it again "
                f"(in format 1 neutral stood first among the classes)"
            )
        splits = self.manifest.get("splits")
        if not isinstance(splits, dict) or split not in splits:
            there = ", ".join(splits) if isinstance(splits, dict) else "none"
            raise InputError(f"{manifest_path}: no split {split!r}; there are: {there}")
        self.folder, self.split = folder, split
        try:
            self.size, self.channels = int(self.manifest["size"]), int(self.manifest["channels"])
            self._shards = [folder / str(name) for name in splits[split]["shards"]]
            table = load_file(plain_file(folder / f"{split}.safetensors"))
            self.labels, self.weights, self._place = table["label"], table["weight"], table["place"]
            good = self.labels.shape == (len(self._place), len(CLASSES)) and self.weights.shape == (len(self._place),)
            if not good or not np.isfinite(self.labels).all() or not np.isfinite(self.weights).all():
                raise ValueError("labels and weights that fit no picture")
        except (OSError, SafetensorError, KeyError, TypeError, ValueError, InputError) as error:
            raise InputError(f"{folder / split}.safetensors: not a whole table ({error}); prepare it again") from error
        unknown = np.broadcast_to(np.float32(np.nan), (len(self.labels), POINTS, 2))
        self.points = table.get("points", unknown)
        self.columns = tuple(self.manifest.get("columns", ()))
        self.expressions = table.get("expression", np.zeros((len(self.labels), len(self.columns)), np.float32))

    def __len__(self) -> int:
        return len(self._place)

    def __getitem__(self, number: int) -> Sample:
        shard, _, _, start, size = (int(value) for value in self._place[number])
        facts = json.loads(self._read(shard, start, size))
        return Sample(
            self.pixels(number),
            self.labels[number],
            self.points[number],
            float(self.weights[number]),
            facts["name"],
            facts["group"],
        )

    def pixels(self, number: int) -> NDArray[np.uint8]:
        """(size, size, channels) of picture `number`."""
        shard, start, size, _, _ = (int(value) for value in self._place[number])
        try:
            with Image.open(io.BytesIO(self._read(shard, start, size))) as file:
                return np.asarray(file, np.uint8).reshape(self.size, self.size, self.channels)
        except (OSError, ValueError) as error:
            raise InputError(
                f"{self._shards[shard]}: picture {number} is damaged ({error}); prepare it again"
            ) from error

    def _read(self, shard: int, start: int, size: int) -> bytes:
        # opened anew each time: it costs microseconds, and readers in several processes share nothing
        try:
            with self._shards[shard].open("rb") as file:
                file.seek(start)
                return bytes(file.read(size))
        except OSError as error:
            raise InputError(f"{self._shards[shard]}: expected a shard ({error}); prepare it again") from error
