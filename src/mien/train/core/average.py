"""Averaged weights: what a run shows and ships is calmer than what it trains."""

from __future__ import annotations

import torch
from torch import nn


@torch.no_grad()
def follow(average: nn.Module, current: nn.Module, keep: float) -> None:
    """Move the averaged weights towards the current ones (EMA); keep: share of the old average that stays."""
    torch._foreach_lerp_(list(average.parameters()), list(current.parameters()), 1.0 - keep)
