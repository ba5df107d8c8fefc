"""Training of the feeler: what a face seems to feel, from grey crops with annotators' votes, and from drawn faces.

A few ten thousand labels teach convolutions little; where key points and muscles are known, they are learnt beside.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from mien.sense.sight.analyzer import FEEL_SIZE
from mien.train.core.loop import Recipe, fit
from mien.train.core.objectives import known_mean
from mien.train.sight.feelings import FeelingCrops, Feelings
from mien.train.sight.mover import objective as moved
from mien.train.sight.mover import spread_of
from mien.train.sight.networks import FELT, Feeler

OWN = 0.5  # measured: LOG "Sight, fourth round"
"""What the feeler says at last is a mixture of the corpus' own label, this share, and its annotators' votes."""

POINTS = 0.3  # ours
"""How much the key points count beside the muscles, 1."""


@dataclass(frozen=True, slots=True)
class FeelerRecipe:
    """How the feeler is trained.

    sizes: up to which share of the crops these are shown at how many pixels a side, small first: a third of the work
    teaches most (Tan & Le, "EfficientNetV2", 2021). side: how much muscles and key points count beside the labels.
    """

    loop: Recipe = field(default_factory=lambda: Recipe(samples=1_600_000, batch=64, rate=2e-3, decay=0.05))
    sizes: tuple[tuple[float, int], ...] = ((0.35, 32), (0.7, 40), (1.0, FEEL_SIZE))
    side: float = 0.3


def objective(output: Tensor, answers: Tensor, side: float, spread: Tensor) -> Tensor:
    """output: (batch, 210) as `Feeler` gives it in training. answers: the same, labels as shares; NaN where unknown.

    Cross-entropy of own label and votes, the mean of both, and `side` times what the mover is trained by. spread: (52,)
    of the muscles.
    """
    parts = torch.split(output.float(), list(FELT), dim=1)
    true = torch.split(answers, list(FELT), dim=1)
    value = output.new_zeros((), dtype=torch.float32)
    for logits, labels in zip(parts[:2], true[:2], strict=True):
        known = ~labels.isnan().any(dim=1)
        off = torch.sum(-labels.nan_to_num() * torch.log_softmax(logits, dim=1), dim=1)
        value = value + 0.5 * known_mean(off, known)
    return value + side * moved(torch.cat(parts[2:], dim=1), torch.cat(true[2:], dim=1), POINTS, spread)


def train_feeler(
    labelled: Sequence[Path], faces: Sequence[Path], run: Path, recipe: FeelerRecipe, progress: bool = True
) -> Feeler:
    """Train on sets with labels (48 pixels, grey, cut as FER2013 is) and on faces with key points, real and drawn.

    The labels of these count where their folders name one. Gives the averaged net, which mixes by `OWN`. Resumes.
    """
    crops = recipe.loop.samples
    batches = [(int(share * crops) // recipe.loop.batch * recipe.loop.batch, size) for share, size in recipe.sizes]
    whole = [Feelings(folder, "train") for folder in labelled]
    cut = [Feelings(folder, "train", aligned=True) for folder in faces]
    data = FeelingCrops(whole, cut, batches, recipe.loop.seed)
    spread = spread_of([one.faces for one in cut if one.faces is not None])

    def loss(net: nn.Module, batch: list[Tensor]) -> Tensor:
        pictures, answers = batch
        output = net((pictures.float() / 255.0).contiguous(memory_format=torch.channels_last))
        return objective(output, answers, recipe.side, spread)

    net = fit(Feeler, data, loss, recipe.loop, run, progress)
    net.own = OWN
    return net


@torch.no_grad()
def temperature(net: Feeler, held: Feelings) -> float:
    """The number by which logits are divided so that the chances agree best with the labels."""
    net.eval()
    pictures = torch.from_numpy(held.pixels).permute(0, 3, 1, 2)
    logits = torch.cat([net(part.float() / 255.0) for part in torch.split(pictures, 256)])
    labels = torch.from_numpy(OWN * held.own + (1.0 - OWN) * held.votes)
    tries = torch.linspace(0.5, 2.5, 81)
    losses = [float(torch.sum(-labels * torch.log_softmax(logits / one, dim=1), dim=1).mean()) for one in tries]
    return float(tries[int(np.argmin(losses))])
