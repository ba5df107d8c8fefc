"""Training of the judge: whether a crop is a person's face, a drawn one or none, also where it is covered or cut."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.utils.data import Dataset

from mien.face import SettingsError
from mien.face.landmarks import LEFT_EYE, RIGHT_EYE
from mien.sense.sight.analyzer import JUDGE_SIZE, JUDGED
from mien.sense.sight.crop import Square, around
from mien.train.core.loop import Recipe, fit
from mien.train.sight.crops import BENT, BY_FINDER, Faces, Pool, astray, bent, laid, moved, spoilt
from mien.train.sight.networks import Judge
from mien.train.sight.scenes import Picture

REAL, DRAWN = 0.36, 0.26
"""Shares of real and of drawn faces; the others are none."""

HIDDEN = 0.35
"""Share of faces of which a part is covered or cut off."""

SPOILT = 0.75
"""Share of crops in another light or through another camera."""


@dataclass(frozen=True, slots=True)
class JudgeRecipe:
    """How the judge is trained."""

    loop: Recipe = field(default_factory=lambda: Recipe(samples=160_000, rate=3e-3))


class JudgeCrops(Dataset[tuple[Tensor, Tensor]]):
    """Crop number n, (3, 64, 64) uint8, and which of `JUDGED` it is.

    real, drawn: sets of faces. mistaken: (n, 144, 144, 3) of what a finder takes for faces. empty: pictures without.
    """

    def __init__(
        self, real: Sequence[Faces], drawn: Sequence[Faces], mistaken: NDArray[np.uint8], empty: Sequence[Picture],
        seed: int,
    ):  # fmt: skip
        if not real or not drawn or not empty:
            raise SettingsError("expected real and drawn faces and pictures without, got none of one of these")
        self._pools = [Pool(sets, [len(one) ** 0.5 for one in sets]) for sets in (real, drawn)]
        self._mistaken, self._empty, self._seed = mistaken, empty, seed

    def __getitem__(self, number: int) -> tuple[Tensor, Tensor]:
        chance = np.random.default_rng((self._seed, number))
        kind = chance.random()
        which = 0 if kind < REAL else 1 if kind < REAL + DRAWN else 2
        picture = self._nothing(chance) if which == 2 else self._face(self._pools[which], chance)
        if chance.random() < 0.5:
            picture = picture[:, ::-1]
        if chance.random() < SPOILT:
            picture = spoilt(np.ascontiguousarray(picture), chance)
        return torch.from_numpy(np.ascontiguousarray(picture.transpose(2, 0, 1))), torch.tensor(which)

    def _face(self, pool: Pool, chance: np.random.Generator) -> Picture:
        known, drawn = pool.draw(chance)
        square = moved(around(known.points), chance)
        picture, points = square.cut(laid(known, chance, pool), JUDGE_SIZE), square.of(known.points).astype(np.float32)
        if drawn and chance.random() < BENT:
            picture, points = bent(picture, points, chance)
        return hidden(picture, points, chance) if chance.random() < HIDDEN else picture

    def _nothing(self, chance: np.random.Generator) -> Picture:
        """A mistake of the finder, a face out of order or beside the square, or some part of an empty picture."""
        kind = chance.random()
        if len(self._mistaken) and kind < 0.55:
            whole = self._mistaken[int(chance.integers(len(self._mistaken)))]
            square = Square(np.zeros(2), float(whole.shape[0]), 0.0).grown(1.0 / 1.3)
            return moved(square, chance, BY_FINDER).cut(whole, JUDGE_SIZE)
        if kind < 0.75:
            pool = self._pools[int(chance.integers(2))]
            known, _ = pool.draw(chance)
            pixels = laid(known, chance, pool)
            if chance.random() < 0.5:
                return astray(around(known.points), chance).cut(pixels, JUDGE_SIZE)
            return disordered(around(known.points).cut(pixels, JUDGE_SIZE), chance)
        ground = self._empty[int(chance.integers(len(self._empty)))]
        side = float(min(ground.shape[:2]) * np.exp(chance.uniform(np.log(0.08), 0.0)))
        corner = chance.uniform(0.0, 1.0, 2) * (np.array([ground.shape[1], ground.shape[0]]) - side)
        return Square(corner, side, float(chance.normal(0.0, 0.3))).cut(ground, JUDGE_SIZE)


def hidden(picture: Picture, points: NDArray[np.float32], chance: np.random.Generator) -> Picture:
    """A face in a mask or in dark glasses, or cut by the frame: what the square shows there is the edge, repeated."""
    kind, size = chance.random(), picture.shape[0]
    seen = np.array(picture)
    colour = tuple(int(value) for value in chance.integers(0, 256, 3))
    if kind < 0.45:
        top = points[28] + (points[30] - points[28]) * chance.uniform(0.0, 0.9)
        cv2.fillPoly(seen, [np.round(np.concatenate([points[1:16], top[None]]) * size).astype(np.int32)], colour)
    elif kind < 0.6:
        for eye in (RIGHT_EYE, LEFT_EYE):
            middle = points[eye].mean(axis=0) * size
            reach = np.ptp(points[eye], axis=0).max() * size * chance.uniform(0.6, 1.0)
            centre = (round(float(middle[0])), round(float(middle[1])))
            cv2.ellipse(seen, centre, (max(1, round(reach)), max(1, round(0.8 * reach))), 0, 0, 360, colour, -1)
    else:
        edge, quarters = int(size * chance.uniform(0.1, 0.42)), int(chance.choice([0, 0, 1, 2, 3]))
        turned = np.ascontiguousarray(np.rot90(seen, quarters))
        turned[:edge] = turned[edge]
        seen = np.ascontiguousarray(np.rot90(turned, -quarters))
    return seen


def disordered(face: Picture, chance: np.random.Generator) -> Picture:
    """A face upside down, on its side, or with its quarters exchanged."""
    if chance.random() < 0.5:
        return np.ascontiguousarray(np.rot90(face, int(chance.integers(1, 4))))
    half = face.shape[0] // 2
    parts = [face[:half, :half], face[:half, half:], face[half:, :half], face[half:, half:]]
    a, b, c, d = (parts[at] for at in np.roll(np.arange(4), int(chance.integers(1, 4))))
    return np.concatenate([np.concatenate([a, b], axis=1), np.concatenate([c, d], axis=1)], axis=0)


def train_judge(
    real: Sequence[Path], drawn: Sequence[Path], mistaken: NDArray[np.uint8], empty: Sequence[Picture], run: Path,
    recipe: JudgeRecipe, progress: bool = True,
) -> Judge:  # fmt: skip
    """Train on prepared sets with key points and on what is no face; gives the averaged net. Resumes."""
    sets = [[Faces(folder, "train") for folder in folders] for folders in (real, drawn)]
    data = JudgeCrops(sets[0], sets[1], mistaken, empty, recipe.loop.seed)

    def loss(net: nn.Module, batch: list[Tensor]) -> Tensor:
        pictures, which = batch
        told = net((pictures.float() / 255.0).contiguous(memory_format=torch.channels_last))
        return F.cross_entropy(told.float(), which, label_smoothing=0.02)

    assert len(JUDGED) == Judge.TOLD
    return fit(Judge, data, loss, recipe.loop, run, progress)
