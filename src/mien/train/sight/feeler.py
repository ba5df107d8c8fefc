"""Training of the feeler: what a face seems to feel, from grey crops with annotators' votes, and from drawn faces."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.utils.data import Dataset

from mien.sense.sight.crop import Square, around
from mien.sense.sight.looker import FEEL_LEVEL, FEEL_MARGIN, FEEL_SIZE
from mien.train.prepare import Prepared
from mien.train.prepare.labels import known, only
from mien.train.sight.crops import over
from mien.train.sight.loop import Recipe, fit
from mien.train.sight.networks import Feeler

DRAWN = 0.12
"""Share of drawn faces among the crops."""

OWN = 0.5
"""Of a picture's label, the share of the folder it lies in; the rest is what annotators voted."""


@dataclass(frozen=True, slots=True)
class FeelerRecipe:
    """How the feeler is trained."""

    loop: Recipe = field(default_factory=lambda: Recipe(crops=1_400_000, batch=64, rate=2e-3, decay=0.05))


class Feelings:
    """One split of a prepared set in memory, for the feeler.

    pixels: (n, 48, 48, channels) or larger. votes, own, labels: (n, 9), by annotators, by the folder, both mixed.
    """

    def __init__(self, folder: Path, split: str):
        prepared = Prepared(folder, split)
        self.drawn = prepared.channels == 4
        self.points = prepared.points
        self.pixels = np.stack([prepared.pixels(number) for number in range(len(prepared))])
        self.votes = prepared.labels
        self.own = prepared.labels.copy()
        for number in range(0 if self.drawn else len(prepared)):
            own = own_label(prepared[number].name)
            if own is not None:
                self.own[number] = own
        self.labels = OWN * self.own + (1.0 - OWN) * self.votes

    def __len__(self) -> int:
        return len(self.labels)


def own_label(name: str) -> NDArray[np.float32] | None:
    """The label that a picture's folder gives, as far as it is one."""
    for folder in reversed(PurePosixPath(name).parts[:-1]):
        meant = known(folder, {})
        if meant is not None:
            return only(meant)
    return None


class FeelingCrops(Dataset[tuple[Tensor, Tensor]]):
    """Crop number n, (1, 48, 48) uint8, and its label, (9,)."""

    def __init__(self, sets: Sequence[Feelings], seed: int):
        self._sets, self._seed = sets, seed
        self._real = [one for one in sets if not one.drawn]
        self._drawn = [one for one in sets if one.drawn]
        self._ladder = np.cumsum([len(one) for one in self._real]) / max(1, sum(len(one) for one in self._real))

    def __getitem__(self, number: int) -> tuple[Tensor, Tensor]:
        chance = np.random.default_rng((self._seed, number))
        if self._drawn and (not self._real or chance.random() < DRAWN):
            chosen = self._drawn[int(chance.integers(len(self._drawn)))]
        else:
            chosen = self._real[min(int(np.searchsorted(self._ladder, chance.random())), len(self._real) - 1)]
        at = int(chance.integers(len(chosen)))
        picture = spoilt(moved(chosen, at, chance), chance)
        return torch.from_numpy(picture[None]), torch.from_numpy(chosen.labels[at].copy())


def moved(chosen: Feelings, at: int, chance: np.random.Generator) -> NDArray[np.uint8]:
    """(48, 48) grey of picture `at`, moved, turned and mirrored by chance."""
    pixels = chosen.pixels[at]
    if chosen.drawn:
        pixels = np.asarray(cv2.cvtColor(over(pixels, chance.uniform(0, 255, 3)), cv2.COLOR_RGB2GRAY), np.uint8)[
            ..., None
        ]
        points = chosen.points[at] * np.float32(pixels.shape[0])
        start = around(points, FEEL_MARGIN, FEEL_LEVEL)
    else:
        start = Square(np.zeros(2), float(pixels.shape[0]), 0.0)
    angle = start.angle + float(np.clip(chance.normal(0.0, 0.13), -0.4, 0.4))
    side = start.side * float(np.exp(np.clip(chance.normal(0.0, 0.07), -0.2, 0.2)))
    middle = start.back(np.array([[0.5, 0.5]]))[0] + np.clip(chance.normal(0.0, 0.04, 2), -0.12, 0.12) * side
    fresh = Square(middle, side, angle)
    cut = Square(middle - fresh.axes @ np.array([0.5, 0.5]) * side, side, angle).cut(pixels, FEEL_SIZE)[..., 0]
    return cut[:, ::-1] if chance.random() < 0.5 else cut


def spoilt(picture: NDArray[np.uint8], chance: np.random.Generator) -> NDArray[np.uint8]:
    """Another light, some blur, a block in front."""
    seen = picture.astype(np.float32) / 255.0
    seen = np.clip(0.5 + (seen - 0.5) * chance.uniform(0.6, 1.4) + chance.normal(0.0, 0.1), 0.0, 1.0).astype(np.float32)
    seen = seen ** np.float32(np.exp(chance.normal(0.0, 0.2)))
    if chance.random() < 0.15:
        seen = cv2.GaussianBlur(seen, (0, 0), float(chance.uniform(0.4, 1.1)))
    if chance.random() < 0.2:
        seen = seen + chance.standard_normal(seen.shape, dtype=np.float32) * np.float32(chance.uniform(0.01, 0.05))
    if chance.random() < 0.5:
        x, y = chance.integers(0, FEEL_SIZE, 2)
        w, h = chance.integers(6, 20, 2)
        seen[y : y + h, x : x + w] = chance.random()
    return np.asarray(np.clip(seen * 255.0 + 0.5, 0.0, 255.0), np.uint8)


def train_feeler(sets: Sequence[Path], run: Path, recipe: FeelerRecipe, progress: bool = True) -> Feeler:
    """Train on prepared sets with labels, real (48 pixels, grey) and drawn; gives the averaged net. Resumes."""
    data = FeelingCrops([Feelings(folder, "train") for folder in sets], recipe.loop.seed)

    def loss(net: nn.Module, batch: list[Tensor]) -> Tensor:
        pictures, labels = batch
        logits = net((pictures.float() / 255.0).contiguous(memory_format=torch.channels_last)).float()
        return torch.sum(-labels * torch.log_softmax(logits, dim=1), dim=1).mean()

    return fit(Feeler, data, loss, recipe.loop, run, progress)


@torch.no_grad()
def temperature(net: Feeler, held: Feelings) -> float:
    """The number by which logits are divided so that the chances agree best with the labels."""
    net.eval()
    logits = torch.cat([
        net(torch.from_numpy(part).permute(0, 3, 1, 2).float() / 255.0) for part in np.array_split(held.pixels, 16)
    ])  # fmt: skip
    labels = torch.from_numpy(held.labels)
    tries = torch.linspace(0.5, 2.5, 81)
    losses = [float(torch.sum(-labels * torch.log_softmax(logits / one, dim=1), dim=1).mean()) for one in tries]
    return float(tries[int(np.argmin(losses))])
