"""Grey crops for the feeler, with what people said of them and what is known of muscles and key points."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path, PurePosixPath

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.utils.data import Dataset

from mien.face.channels import MUSCLE_SLICE
from mien.sense.sight.analyzer import FEEL_LEVEL, FEEL_MARGIN, FEEL_SIZE
from mien.sense.sight.crop import Square, around
from mien.train.prepare import Prepared
from mien.train.prepare.labels import known, only
from mien.train.sight.crops import Faces, mirrored, over, rung, turned
from mien.train.sight.networks import FELT

DRAWN = 0.12  # ours
"""Share of drawn faces among the crops."""

ALIGNED = 0.5  # ours
"""Of the real ones, the share cut by key points, as at run time; the others are cut as their corpus cuts them."""


class Feelings:
    """One split of a prepared set in memory, for the feeler.

    pixels: (n, size, size, channels). votes, own: (n, 9) shares, by annotators and by the folder. aligned: the set has
    key points, crops are cut by them, and labels are known only where a folder or the artist says so.
    """

    def __init__(self, folder: Path, split: str, aligned: bool = False):
        prepared = Prepared(folder, split)
        self.drawn = prepared.channels == 4
        self.faces = Faces(folder, split) if aligned else None
        numbers = np.arange(len(prepared)) if self.faces is None else self.faces.numbers
        if self.faces is None:
            self.pixels = np.stack([prepared.pixels(int(number)) for number in numbers])
        self.votes = prepared.labels[numbers]
        self.own = self.votes.copy()
        for at, number in enumerate(numbers[: 0 if self.drawn else None]):
            own = own_label(prepared[int(number)].name)
            if own is not None:
                self.own[at] = own
            elif aligned:
                self.own[at] = self.votes[at] = np.nan

    def __len__(self) -> int:
        return len(self.own)


def own_label(name: str) -> NDArray[np.float32] | None:
    """The label that a picture's folder gives, as far as it is one."""
    for folder in reversed(PurePosixPath(name).parts[:-1]):
        meant = known(folder, {})
        if meant is not None:
            return only(meant)
    return None


class FeelingCrops(Dataset[tuple[Tensor, Tensor]]):
    """Crop number n, (1, size, size) uint8, and its answers, (210,) as `FELT` says, NaN where nothing is known.

    labelled: cut as they are. aligned: sets with key points. sizes: (number, pixels): how large crops are before
    that number.
    """

    def __init__(
        self, labelled: Sequence[Feelings], aligned: Sequence[Feelings], sizes: Sequence[tuple[int, int]], seed: int
    ):
        self._sizes, self._seed = sizes, seed
        self._pools = [
            (share, pool, np.cumsum([len(one) for one in pool]) / sum(len(one) for one in pool))
            for share, pool in (
                ((1.0 - DRAWN) * (1.0 - ALIGNED), [one for one in labelled if not one.drawn]),
                ((1.0 - DRAWN) * ALIGNED, [one for one in aligned if not one.drawn]),
                (DRAWN, [one for one in aligned if one.drawn]),
            )
            if pool
        ]  # fmt: skip
        self._ladder = np.cumsum([share for share, _, _ in self._pools])

    def __getitem__(self, number: int) -> tuple[Tensor, Tensor]:
        chance = np.random.default_rng((self._seed, number))
        size = next((size for end, size in self._sizes if number < end), FEEL_SIZE)
        _, pool, ladder = self._pools[rung(self._ladder, chance.random() * self._ladder[-1])]
        chosen = pool[rung(ladder, chance.random())]
        at = int(chance.integers(len(chosen)))
        picture, side = crop(chosen, at, size, chance)
        answers = np.concatenate([chosen.own[at], chosen.votes[at], side]).astype(np.float32)
        return torch.from_numpy(spoilt(picture, chance)[None]), torch.from_numpy(answers)


def crop(
    chosen: Feelings, at: int, size: int, chance: np.random.Generator
) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
    """(size, size) grey of picture `at`, moved, turned and mirrored by chance; (192,) its muscles and key points."""
    if chosen.faces is None:
        pixels = chosen.pixels[at]
        square, cut = _moved(Square(np.zeros(2), float(pixels.shape[0]), 0.0), pixels, size, chance)
        return (cut[:, ::-1] if chance.random() < 0.5 else cut), np.full(sum(FELT[2:]), np.nan, np.float32)
    face = chosen.faces[at]
    pixels = over(face.pixels, chance.uniform(0, 255, 3)) if chosen.drawn else face.pixels
    if pixels.shape[2] == 3:
        pixels = np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), np.uint8)[..., None]
    square, cut = _moved(around(face.points, FEEL_MARGIN, FEEL_LEVEL), pixels, size, chance)
    points, channels = square.of(face.points).astype(np.float32), face.channels
    if chance.random() < 0.5:
        cut, points, channels = mirrored(cut, points, channels)
    return cut, np.concatenate([channels[MUSCLE_SLICE], points.reshape(-1)])


def _moved(
    start: Square, pixels: NDArray[np.uint8], size: int, chance: np.random.Generator
) -> tuple[Square, NDArray[np.uint8]]:
    """A square near `start`, and what it shows of (height, width, 1), (size, size)."""
    angle = start.angle + float(np.clip(chance.normal(0.0, 0.13), -0.4, 0.4))
    side = start.side * float(np.exp(np.clip(chance.normal(0.0, 0.07), -0.2, 0.2)))
    square = turned(start, side, angle, np.clip(chance.normal(0.0, 0.04, 2), -0.12, 0.12) * side)
    return square, square.cut(pixels, size)[..., 0]


def spoilt(picture: NDArray[np.uint8], chance: np.random.Generator) -> NDArray[np.uint8]:
    """Another light, some blur, a block in front; how often and how far: ours."""
    size = picture.shape[0]
    seen = picture.astype(np.float32) / 255.0
    seen = np.clip(0.5 + (seen - 0.5) * chance.uniform(0.6, 1.4) + chance.normal(0.0, 0.1), 0.0, 1.0).astype(np.float32)
    seen = seen ** np.float32(np.exp(chance.normal(0.0, 0.2)))
    if chance.random() < 0.15:
        seen = cv2.GaussianBlur(seen, (0, 0), float(chance.uniform(0.4, 1.1)) * size / FEEL_SIZE)
    if chance.random() < 0.2:
        seen = seen + chance.standard_normal(seen.shape, dtype=np.float32) * np.float32(chance.uniform(0.01, 0.05))
    if chance.random() < 0.5:
        x, y = chance.integers(0, size, 2)
        w, h = chance.integers(size // 8, size // 8 * 3, 2)
        seen[y : y + h, x : x + w] = chance.random()
    return np.asarray(np.clip(seen * 255.0 + 0.5, 0.0, 255.0), np.uint8)
