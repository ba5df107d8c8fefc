"""Can painted pictures be told from drawn ones? A small classifier tries: a two-sample test.

Source: Lopez-Paz and Oquab, "Revisiting classifier two-sample tests", 2017.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import nn

from mien.paint import Painter
from mien.paint.drawn import Identity, draw
from mien.progress import Bar, bar
from mien.train.core.poses import sample_expression
from mien.train.painter.measure import premultiplied

_WIDTHS = (4, 12, 24, 32, 48, 64)
_BATCH = 32
_EPOCHS = 4


def told_apart(
    painter: Painter, identity: Identity, seed: int, count: int = 2_000, size: int = 256, progress: bool = True
) -> float:
    """How often, in 0..1, a classifier is right about pictures that it did not learn from; 0.5 is chance.

    It learns from `count` painted and `count` drawn pictures, each of a pose of its own, and is tried on a quarter as
    many others.
    """
    torch.manual_seed(seed)
    others = count // 4
    counter: Bar[None] = bar(total=2 * (count + others), unit="pictures", silent=not progress, name="two-sample test")
    kinds: list[NDArray[np.uint8]] = []
    for painted in (False, True):
        shown = np.empty((count + others, size, size, 4), np.uint8)
        for number in range(len(shown)):
            expression = sample_expression(np.random.default_rng((seed, int(painted), number)))
            if painted:
                shown[number] = np.rint(255.0 * premultiplied(painter.paint(expression)))
            else:
                shown[number] = draw(identity, expression, size)
            counter.update(1)
        kinds.append(shown)
    counter.close()
    model = _network()
    optimizer = torch.optim.AdamW(model.parameters(), 2e-3, weight_decay=0.01)
    steps = _EPOCHS * (2 * count // _BATCH)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 2e-3, total_steps=steps)
    chance = np.random.default_rng(seed)
    learning: Bar[None] = bar(total=steps, unit="steps", silent=not progress, name="two-sample test")
    for _ in range(_EPOCHS):
        order = chance.permutation(2 * count)
        for start in range(0, 2 * count - _BATCH + 1, _BATCH):
            pick = order[start : start + _BATCH]
            pictures = np.stack([kinds[n % 2][n // 2] for n in pick])
            loss = F.binary_cross_entropy_with_logits(_scores(model, pictures), torch.from_numpy(pick % 2).float())
            optimizer.zero_grad(set_to_none=True)
            loss.backward()  # type: ignore[no-untyped-call]  # torch does not annotate it
            optimizer.step()
            schedule.step()
            learning.update(1)
    learning.close()
    model.eval()
    with torch.no_grad():
        right = [
            float(((_scores(model, kind[at : at + _BATCH]) > 0) == bool(what)).sum())
            for what, kind in enumerate(kinds) for at in range(count, count + others, _BATCH)
        ]  # fmt: skip
    return round(sum(right) / (2 * others), 4)


def _network() -> nn.Module:
    """Five strided convolutions, and the mean of what they see."""
    layers: list[nn.Module] = []
    for inside, outside in pairwise(_WIDTHS):
        layers += [nn.Conv2d(inside, outside, 3, stride=2, padding=1), nn.BatchNorm2d(outside), nn.ReLU()]
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(2), nn.Flatten(), nn.Linear(4 * _WIDTHS[-1], 1))


def _scores(model: nn.Module, pictures: NDArray[np.uint8]) -> torch.Tensor:
    planes = torch.from_numpy(pictures).permute(0, 3, 1, 2).float() / 127.5 - 1.0
    scores: torch.Tensor = model(planes)[:, 0]
    return scores
