"""Several processes as one: started by PyTorch's own launcher, `torchrun --nproc-per-node 2 -m mien train gan ...`.

Every process computes its rows of the same batch and all add up their gradients, so two processes learn what one would
with the same batch. Plain sums, because the penalties differentiate twice, which wrappers around networks forbid.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass

import torch
import torch.distributed as dist
from torch import Tensor

from mien.face import SettingsError


@dataclass(frozen=True, slots=True)
class Processes:
    """Who works together. rank: this process' number; world: how many there are."""

    rank: int = 0
    world: int = 1

    @property
    def leads(self) -> bool:
        """Whether this process writes files."""
        return self.rank == 0

    def rows(self, count: int) -> slice:
        """This process' part of a batch. Raises SettingsError when it cannot be shared evenly."""
        if count % self.world:
            raise SettingsError(f"batch: expected a multiple of {self.world} processes, got {count}")
        share = count // self.world
        return slice(self.rank * share, (self.rank + 1) * share)

    def average_gradients(self, weights: Iterable[Tensor]) -> None:
        """Make every gradient the mean over all processes."""
        if self.world == 1:
            return
        gradients = [weight.grad for weight in weights if weight.grad is not None]
        flat = torch.cat([gradient.flatten() for gradient in gradients])
        dist.all_reduce(flat)
        flat /= self.world
        place = 0
        for gradient in gradients:
            gradient.copy_(flat[place : place + gradient.numel()].view_as(gradient))
            place += gradient.numel()

    def mean(self, figures: dict[str, float]) -> dict[str, float]:
        """The means of figures over all processes."""
        if self.world == 1:
            return figures
        row = torch.tensor([figures[name] for name in sorted(figures)], dtype=torch.float64)
        dist.all_reduce(row)
        return {name: float(value) / self.world for name, value in zip(sorted(figures), row, strict=True)}


def processes() -> Processes:
    """The processes that the launcher started, or this one alone."""
    world = int(os.environ.get("WORLD_SIZE", "1"))
    if world == 1:
        return Processes()
    if not dist.is_initialized():
        dist.init_process_group("gloo")
    return Processes(dist.get_rank(), world)
