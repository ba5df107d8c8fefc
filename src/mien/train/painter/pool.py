"""Training pictures drawn ahead: a few thousand on disk, of which every batch takes some by chance."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from mien.files import atomic_path
from mien.progress import Bar, bar
from mien.train.painter.source import Batch, Source, as_batch, batches, shapes

_DRAW = 16


class Pool:
    """The first `count` samples of a source, or all, kept in the folder `out`; drawn when they are not there yet.

    drop: shares of samples in which the key points, and in which the expression, are withheld.
    where: the device of the batches.
    """

    def __init__(
        self, out: Path, data: Source, count: int, seed: int, drop: tuple[float, float], progress: bool,
        where: torch.device | None = None,
    ):  # fmt: skip
        self.data, self.seed, self.drop, self.where = data, seed, drop, where
        self.count = count = min(count, data.most or count)
        size = sum(int(np.prod(shape)) for shape in shapes(data))
        told = json.dumps({"source": data.name, "shapes": shapes(data), "count": count})
        stem = f"pool{data.detail}"
        label, pictures, numbers = (out / f"{stem}.{end}" for end in ("json", "pictures", "npz"))
        if not label.exists() or label.read_text() != told:
            label.unlink(missing_ok=True)
            _fill(pictures, numbers, data, (count, size), progress)
            with atomic_path(label) as fresh:
                fresh.write_text(told)
        self.pictures = np.memmap(pictures, np.uint8, "r", shape=(count, size))
        with np.load(numbers) as found:
            self._numbers = [torch.from_numpy(found[f"part{n}"]) for n in range(5)]

    def batch(
        self, step: int, size: int, rows: slice | None = None, only: Sequence[int] | None = None, kind: int = 0
    ) -> Batch:  # fmt: skip
        """The batch of one step: the same at any time. rows: of it, where several processes share it. only: numbers of
        the pictures that are wanted, all if None. kind: of batch, where a step takes several."""
        chance = np.random.default_rng((self.seed, step, kind) if kind else (self.seed, step))
        pick = np.sort(chance.choice(self.count, size, replace=size > self.count))
        which = chance.random(size)
        first, second = self.drop
        given = np.stack([which >= first, (which < first) | (which >= first + second)], axis=1).astype(np.float32)
        mine = rows or slice(size)
        return self._batch(pick[mine], torch.from_numpy(given[mine]), only)

    def first(self, count: int) -> Batch:
        """The first samples, with all that is known of them."""
        count = min(count, self.count)
        return self._batch(np.arange(count), torch.ones(count, 2))

    def _batch(self, pick: NDArray[np.int64], given: Tensor, only: Sequence[int] | None = None) -> Batch:
        found = shapes(self.data)
        ends = np.cumsum([0, *(int(np.prod(shape)) for shape in found)])
        wanted = range(len(found)) if only is None else only
        flat = torch.from_numpy(
            np.stack([np.concatenate([self.pictures[n, ends[k] : ends[k + 1]] for k in wanted]) for n in pick])
        )
        numbers = [part[pick] for part in self._numbers]
        return as_batch([flat, *numbers], given, [found[k] for k in wanted], self.where)


def _fill(pictures: Path, numbers: Path, data: Source, shape: tuple[int, int], progress: bool) -> None:
    kept = np.memmap(pictures, np.uint8, "w+", shape=shape)
    rows: list[list[Tensor]] = []
    loader = batches(data, 0, shape[0], min(_DRAW, shape[0]), workers=2 if shape[0] > 8 * _DRAW else 0)
    at = 0
    counter: Bar[None] = bar(total=shape[0], unit="pictures", silent=not progress, name="draw ahead")
    for parts in loader:
        kept[at : at + len(parts[0])] = parts[0].numpy()
        rows.append(list(parts[1:6]))
        at += len(parts[0])
        counter.update(len(parts[0]))
    counter.close()
    kept.flush()
    with atomic_path(numbers) as fresh, fresh.open("wb") as file:
        np.savez(file, **{f"part{n}": torch.cat([row[n] for row in rows]).numpy() for n in range(5)})  # type: ignore[arg-type]  # its stub
