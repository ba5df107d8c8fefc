"""Names a painter's trouble while it happens: pictures that are all alike, or worse than they were.

Each look paints the same poses, which are beside the training ones, and compares with the same pictures.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import torch
from torch import Tensor

from mien.train.core.monitor import Trouble, figure_troubles
from mien.train.painter.recipe import Alarms
from mien.train.painter.source import Batch, Source, as_batch, batches, shapes

COUNT = 16
"""Pictures of a look."""

_AT_ONCE = 4


@dataclass(frozen=True, slots=True)
class Look:
    """What one look saw. psnr: in dB, of the painted pictures against the wanted ones. variety: how much the painted
    ones differ from their mean, as a share of how much the wanted ones do."""

    psnr: float
    variety: float


class Monitor:
    """Looks at a painter. data: whose poses beside the training ones are painted, the same ones. where: the device."""

    def __init__(self, data: Source, where: torch.device):
        loader = batches(data, -COUNT, 0, _AT_ONCE, workers=0)
        self._batches = [as_batch(parts, torch.ones(len(parts[0]), 2), shapes(data), where) for parts in loader]

    @torch.no_grad()
    def look(self, paint: Callable[[Batch], tuple[Tensor, Tensor]]) -> Look:
        """One look. paint: gives the painted and the wanted pictures of a batch."""
        pairs = [paint(batch) for batch in self._batches]
        painted, wanted = (torch.cat([pair[side] for pair in pairs]) for side in range(2))
        error = float((painted - wanted).square().mean())
        spread, true = (float((one - one.mean(dim=0)).abs().mean()) for one in (painted, wanted))
        return Look(-10.0 * math.log10(max(error, 1e-12)), spread / max(true, 1e-9))


def troubles(
    look: Look | None, figures: Mapping[str, float], alarms: Alarms, seen: int, best: float = -math.inf
) -> list[Trouble]:  # fmt: skip
    """What is wrong, if anything.

    look: None where a figure is not finite. figures: means since the last look: "gap", "slope", the losses. best: the
    highest psnr of any look so far.
    """
    found = figure_troubles(figures, alarms.gap, alarms.slope)
    if look is None or seen < alarms.grace:
        return found
    if look.variety < alarms.variety:
        message = f"pictures vary {look.variety:.3f} of the wanted ones (bound {alarms.variety:g})"
        found.append(Trouble("collapse", message))
    if look.psnr < best - alarms.fall:
        message = f"{look.psnr:.1f} dB, it was {best:.1f} dB (bound: {alarms.fall:g} less): it unlearns"
        found.append(Trouble("fall", message))
    return found
