"""The one training loop of the senses' nets: AdamW, a rate that rises and falls, averaged weights, exact resume."""

from __future__ import annotations

import copy
import math
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, TypeVar

import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader, Dataset

from mien.files import make_folder
from mien.progress import Bar, bar
from mien.train.core.average import follow
from mien.train.core.checkpoint import load_checkpoint, save_checkpoint
from mien.train.core.cores import cores
from mien.train.core.device import narrow

_CHANGE = frozenset({"samples", "save_every", "workers", "precision"})
_BUFFERS = 0.02  # share of the running statistics that is new at a step; ours
_Net = TypeVar("_Net", bound=nn.Module)


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a net is trained.

    samples: seen until it ends; the rate falls to zero there. rate: of AdamW at its height, after `warm_up` samples.
    decay: of the weights. keep: share of the averaged weights that stays at a step. precision: "bf16" or "fp32".
    """

    samples: int
    batch: int = 64
    rate: float = 2e-3
    decay: float = 0.02
    warm_up: int = 20_000
    keep: float = 0.998
    seed: int = 1
    precision: str = "bf16"
    save_every: int = 20_000
    workers: int = 1


def fit(
    build: Callable[[], _Net], data: Dataset[Any], loss: Callable[[nn.Module, list[Tensor]], Tensor], recipe: Recipe,
    run: Path, progress: bool = True,
) -> _Net:  # fmt: skip
    """Train a net on samples number 0 to `recipe.samples`; gives the averaged one. Resumes where the run stopped."""
    torch.manual_seed(recipe.seed)
    net = build()
    net.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    average = copy.deepcopy(net).eval()
    optimizer = torch.optim.AdamW(net.parameters(), recipe.rate, (0.9, 0.99), weight_decay=recipe.decay, fused=True)
    parts = {"net": net, "average": average, "optimizer": optimizer}
    said = asdict(recipe)
    seen = 0
    path = run / "checkpoint.safetensors"
    make_folder(run)
    if path.exists():
        seen = load_checkpoint(path, parts, said, _CHANGE).seen
    loader = DataLoader(
        data, recipe.batch, sampler=range(seen, recipe.samples - recipe.samples % recipe.batch), drop_last=True,
        num_workers=min(recipe.workers, cores()), prefetch_factor=8 if recipe.workers else None,
    )  # fmt: skip
    counter: Bar[None] = bar(total=recipe.samples, initial=seen, unit="sample", silent=not progress)
    calm = 0.0
    for batch in loader:
        torch.manual_seed(recipe.seed + seen)  # so that a resumed run drops out the same
        _rate(optimizer, recipe, seen)
        net.train()
        with narrow(batch[0].device, recipe.precision == "bf16"):
            value = loss(net, batch)
        optimizer.zero_grad(set_to_none=True)
        value.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(net.parameters(), 5.0)
        optimizer.step()
        seen += len(batch[0])
        _follow(average, net, min(recipe.keep, seen / (seen + 20.0 * recipe.batch)))
        now = float(value.detach())
        calm = now if calm == 0.0 else calm + 0.02 * (now - calm)
        counter.update(len(batch[0]))
        counter.set_postfix({"loss": f"{calm:.4g}"})
        if seen // recipe.save_every != (seen - len(batch[0])) // recipe.save_every:
            save_checkpoint(path, parts, said, seen)
    counter.close()
    save_checkpoint(path, parts, said, seen)
    return average


def _rate(optimizer: torch.optim.Optimizer, recipe: Recipe, seen: int) -> None:
    """Set the learning rate: a rise over `warm_up` samples, then a half cosine down."""
    warm = min(1.0, (seen + recipe.batch) / max(1, recipe.warm_up))
    fall = 0.5 * (1.0 + math.cos(math.pi * min(1.0, seen / recipe.samples)))
    for group in optimizer.param_groups:
        group["lr"] = recipe.rate * warm * max(fall, 0.005)


@torch.no_grad()
def _follow(average: nn.Module, net: nn.Module, keep: float) -> None:
    """Move the averaged weights and the running statistics towards the current ones."""
    follow(average, net, keep)
    for old, new in zip(average.buffers(), net.buffers(), strict=True):
        if old.is_floating_point():  # running means and variances
            old.lerp_(new, _BUFFERS)
        else:
            old.copy_(new)
