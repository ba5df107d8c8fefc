"""Training of the mover: a face cut close by its key points to what its muscles do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np
import torch
from torch import Tensor, nn
from torch.utils.data import Dataset

from mien.face import MUSCLES, SettingsError
from mien.face.channels import MUSCLE_SLICE
from mien.sense.sight.analyzer import MOVE_LEVEL, MOVE_MARGIN, MOVE_SIZE
from mien.sense.sight.crop import around
from mien.train.core.loop import Recipe, fit
from mien.train.core.objectives import known_mean
from mien.train.sight.crops import BENT, BY_POINTS, Faces, Pool, bent, laid, mirrored, moved, shares, spoilt
from mien.train.sight.networks import MOVED, Mover

DRAWN = 0.2  # measured: LOG "Sight, fourth round"
"""Share of drawn faces: fewer than the mapper sees, for they move far more than people do."""

SPOILT = 0.5  # ours
"""Share of crops in another light or through another camera."""


@dataclass(frozen=True, slots=True)
class MoverRecipe:
    """How the mover is trained. points: how much the key points count beside the muscles, 1."""

    loop: Recipe = field(default_factory=lambda: Recipe(samples=1_300_000, rate=3e-3))
    points: float = 0.3


class MovingCrops(Dataset[tuple[Tensor, Tensor]]):
    """Crop number n, (1, 80, 80) uint8, and its answers, (192,): muscles, then key points in units of the crop."""

    def __init__(self, sets: Sequence[Faces], shares: Sequence[float], seed: int):
        self._pool, self._seed = Pool(sets, shares), seed

    def __getitem__(self, number: int) -> tuple[Tensor, Tensor]:
        chance = np.random.default_rng((self._seed, number))
        known, drawn = self._pool.draw(chance)
        square = moved(around(known.points, MOVE_MARGIN, MOVE_LEVEL), chance, BY_POINTS)
        picture = square.cut(laid(known, chance, self._pool), MOVE_SIZE)
        points, channels = square.of(known.points).astype(np.float32), known.channels
        if drawn and chance.random() < BENT:
            picture, points = bent(picture, points, chance)
        if chance.random() < 0.5:
            picture, points, channels = mirrored(picture, points, channels)
        if chance.random() < SPOILT:
            picture = spoilt(np.ascontiguousarray(picture), chance)
        grey = cv2.cvtColor(np.ascontiguousarray(picture), cv2.COLOR_RGB2GRAY)
        answers = np.concatenate([channels[MUSCLE_SLICE], points.reshape(-1)]).astype(np.float32)
        return torch.from_numpy(np.asarray(grey)[None]), torch.from_numpy(answers)


LEAST_SPREAD = 0.04  # ours
"""A muscle that moves less in the training pictures counts as if it moved by this much."""


def spread_of(sets: Sequence[Faces]) -> Tensor:
    """(52,) standard deviation of each muscle over the faces of people (drawn ones where there are no others)."""
    people = [one.channels[:, MUSCLE_SLICE] for one in [one for one in sets if not one.drawn] or sets]
    channels = np.concatenate(people)
    channels = channels[~np.isnan(channels).any(axis=1)]
    spread = channels.std(axis=0) if len(channels) > 1 else np.ones(len(MUSCLES), np.float32)
    return torch.from_numpy(np.maximum(spread, LEAST_SPREAD).astype(np.float32))


def objective(output: Tensor, answers: Tensor, points: float, spread: Tensor) -> Tensor:
    """output: (batch, 192) as `Mover` gives it. answers: the same, NaN where unknown. spread: (52,) as of `spread_of`.

    A muscle's error counts by how little that muscle moves at all, else presses and dimples were never learnt beside
    jaws and lids; squared while it is small, absolute beyond half a spread; a strong muscle's counts up to twice.
    Key points by their absolute errors in hundredths of the crop.
    """
    known = ~answers.isnan()
    # NaN would reach the slopes even where it is left out
    answers = torch.where(known, answers, output.detach().float())
    said, found = torch.split(output.float(), list(MOVED), dim=1)
    muscles, places = torch.split(answers, list(MOVED), dim=1)
    moving, placed = torch.split(known, list(MOVED), dim=1)
    off = (torch.sqrt(((said - muscles) / spread) ** 2 + 0.25) - 0.5) * (1.0 + muscles)
    away = (found - places).abs() * 100.0
    return 2.0 * known_mean(off, moving) + points * known_mean(away, placed)


def train_mover(sets: Sequence[Path], run: Path, recipe: MoverRecipe, progress: bool = True) -> Mover:
    """Train on prepared sets with key points and muscles, real and drawn; gives the averaged net. Resumes.

    Raises SettingsError when there is no set, or one without key points.
    """
    if not sets:
        raise SettingsError("expected prepared sets of faces, got none")
    faces = [Faces(folder, "train") for folder in sets]
    data = MovingCrops(faces, shares(faces, DRAWN), recipe.loop.seed)
    spread = spread_of(faces)

    def loss(net: nn.Module, batch: list[Tensor]) -> Tensor:
        pictures, answers = batch
        crops = (pictures.float() / 255.0).contiguous(memory_format=torch.channels_last)
        return objective(net(crops), answers, recipe.points, spread)

    net = fit(Mover, data, loss, recipe.loop, run, progress)
    net.outputs = MOVED[0]
    return net
