"""Training of the mapper: a face's crop to its key points, head and gaze."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor, nn

from mien.face import MUSCLES, POINTS, RIGHT_EYE, SettingsError
from mien.face.landmarks import JAW
from mien.train.core.loop import Recipe, fit
from mien.train.core.objectives import known_mean
from mien.train.sight.crops import Crops, Faces, shares
from mien.train.sight.networks import MAPPED, Mapper

_LINES = ((36, 39), (42, 45), (37, 41), (38, 40), (43, 47), (44, 46), (61, 67), (62, 66), (63, 65), (48, 54), (51, 57),
          (19, 37), (24, 44))  # fmt: skip
"""Pairs of points whose distance is an opening or a width that the face is read by."""


def _weights() -> Tensor:
    """(70, 1) how much each point counts: the jaw half, eyes, mouth and irises half as much again; ours."""
    weights = torch.full((POINTS, 1), 1.0)
    weights[JAW] = 0.5
    weights[RIGHT_EYE.start :] = 1.5
    return weights


@dataclass(frozen=True, slots=True)
class Losses:
    """How much the answers count beside the key points, 1."""

    lines: float = 0.5
    turns: float = 1.0
    gaze: float = 0.7
    there: float = 0.4


@dataclass(frozen=True, slots=True)
class MapperRecipe:
    """How the mapper is trained."""

    loop: Recipe = field(default_factory=lambda: Recipe(samples=320_000))
    losses: Losses = field(default_factory=Losses)


def objective(output: Tensor, answers: Tensor, losses: Losses) -> Tensor:
    """output: (batch, 146) as `Mapper` gives it. answers: (batch, 198) as `Crops` does; unknown ones are NaN.

    Key points by a Wing loss (Feng et al. 2018: near errors count more than they would squared), the rest by smooth
    absolute errors.
    """
    answers = torch.cat([answers[:, : 2 * POINTS], answers[:, 2 * POINTS + len(MUSCLES) :]], dim=1)
    known = ~answers.isnan()
    # NaN would reach the slopes even where it is left out
    answers = torch.where(known, answers, output.detach().float())
    places, turns, gaze, there = torch.split(output.float(), list(MAPPED), dim=1)
    true_places, true_turns, true_gaze, true_there = torch.split(answers, list(MAPPED), dim=1)
    placed, turned, looking, _ = torch.split(known, list(MAPPED), dim=1)
    placed = placed.reshape(-1, POINTS, 2)
    weights = _weights()
    found, true = places.reshape(-1, POINTS, 2), true_places.reshape(-1, POINTS, 2)
    off = (found - true).abs() * 100.0
    wing = torch.where(off < 6.0, 6.0 * torch.log1p(off / 1.5), off - 6.0 + 6.0 * torch.log1p(torch.tensor(4.0)))
    ends = torch.tensor(_LINES)
    spans = (found[:, ends[:, 0]] - found[:, ends[:, 1]]) - (true[:, ends[:, 0]] - true[:, ends[:, 1]])
    both = placed[:, ends[:, 0]] & placed[:, ends[:, 1]]
    return (
        known_mean(wing * weights, placed) / 3.0
        + losses.lines * known_mean((spans * 100.0).abs(), both) / 3.0
        + losses.turns * known_mean(F.smooth_l1_loss(turns, true_turns, reduction="none", beta=0.05), turned)
        + losses.gaze * known_mean(F.smooth_l1_loss(gaze, true_gaze, reduction="none", beta=0.05), looking)
        + losses.there * F.binary_cross_entropy_with_logits(there, true_there)
    )


def train_mapper(
    sets: Sequence[Path], run: Path, recipe: MapperRecipe, progress: bool = True,
    mistaken: NDArray[np.uint8] | None = None,
) -> Mapper:  # fmt: skip
    """Train on prepared sets with key points, real and drawn; gives the averaged net. Resumes.

    mistaken: (n, 144, 144, 3) of what a finder takes for faces (`mistakes`). Raises SettingsError when there is no set,
    or one without key points.
    """
    if not sets:
        raise SettingsError("expected prepared sets of faces, got none")
    faces = [Faces(folder, "train") for folder in sets]
    data = Crops(faces, shares(faces), recipe.loop.seed, mistaken=mistaken)

    def loss(net: nn.Module, batch: list[Tensor]) -> Tensor:
        pictures, answers = batch
        crops = (pictures.float() / 255.0).contiguous(memory_format=torch.channels_last)
        return objective(net(crops), answers, recipe.losses)

    return fit(Mapper, data, loss, recipe.loop, run, progress)
