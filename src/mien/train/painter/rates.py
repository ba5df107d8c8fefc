"""How fast a painter learns: the optimizer, and the learning rate over a run."""

from __future__ import annotations

import math

import torch
from torch import nn

from mien.train.painter.networks import Generator
from mien.train.painter.recipe import Recipe


def optimizer_of(generator: Generator, recipe: Recipe) -> torch.optim.Optimizer:
    """Adam.

    The sheets, of which each number is met once a picture, go faster; what hangs on key points, of which 70 pull at
    every knot, and the keys' weights, which make a product with the keys, slower.
    """
    kinds: dict[str, list[nn.Parameter]] = {}
    for name, weight in generator.named_parameters():
        *_, part, last = ("", *name.split("."))
        kind = "weigh" if part == "weigh" else last if last in ("sheet", "keys", "follow") else "others"
        kinds.setdefault(kind, []).append(weight)
    # .06, .3, .1: measured, LOG "Keyed cels": what runs away otherwise
    hastes = {"sheet": recipe.haste[0], "keys": recipe.haste[1], "follow": 0.06, "weigh": 0.3, "others": 1.0}
    decays = {"sheet": recipe.fading, "keys": recipe.fading, "follow": 0.0, "weigh": 0.1, "others": 0.0}
    groups = [
        {"params": kinds[kind], "kind": kind, "haste": haste, "weight_decay": decays[kind]}
        for kind, haste in hastes.items() if kind in kinds
    ]  # fmt: skip
    return torch.optim.AdamW(groups, recipe.rate, betas=(0.9, 0.99), fused=True)


def rate_at(recipe: Recipe, seen: int) -> float:
    """The generator's learning rate after this many images."""
    if seen < recipe.alone:
        warm = min(1.0, (seen + 1) / recipe.settled)
        high, share = recipe.rate * warm, seen / recipe.alone
    else:
        high, share = 0.2 * recipe.rate, (seen - recipe.alone) / max(1, recipe.images - recipe.alone)
    return recipe.rate_end + (high - recipe.rate_end) * 0.5 * (1 + math.cos(math.pi * min(1.0, share)))
