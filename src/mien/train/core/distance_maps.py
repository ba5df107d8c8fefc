"""Key points as maps: how far every cell of a grid lies from each, for generators; spots of them, for critics."""

from __future__ import annotations

from collections.abc import Iterable

import torch
from torch import Tensor, nn

from mien.face.landmarks import LEFT_BROW, LEFT_EYE, LEFT_IRIS, RIGHT_BROW, RIGHT_EYE, RIGHT_IRIS

BROWS = range(RIGHT_BROW.start, LEFT_BROW.stop)
LIDS = range(RIGHT_EYE.start, LEFT_EYE.stop)
IRISES = range(RIGHT_IRIS, LEFT_IRIS + 1)


class DistanceMaps(nn.Module):
    """How far every cell lies from every key point, mixed to `channels` maps of a grid with cells of `step` pixels."""

    # sizes of the steps, in pixels: from a lid's edge to the whole face
    SCALES = (3.0, 10.0, 40.0)
    x: Tensor
    y: Tensor

    def __init__(self, points: int, channels: int, width: int, height: int, step: float, left: float, top: float):
        super().__init__()
        self.register_buffer("x", left + step * (torch.arange(width, dtype=torch.float32) + 0.5), persistent=False)
        self.register_buffer("y", top + step * (torch.arange(height, dtype=torch.float32) + 0.5), persistent=False)
        size = points * len(self.SCALES) * 2
        self.sum_x, self.sum_y = nn.Linear(size, channels), nn.Linear(size, channels)
        self.bump_x, self.bump_y = nn.Linear(size, channels), nn.Linear(size, channels)

    def _measure(self, cells: Tensor, place: Tensor) -> Tensor:
        """cells: (n,), place: (batch, points) -> (batch, features, n): signed and unsigned clipped distances."""
        offset = cells - place[:, None, :, None]
        signed = torch.clamp(offset / offset.new_tensor(self.SCALES)[:, None, None], -1.0, 1.0).flatten(1, 2)
        return torch.cat([signed, 1.0 - signed.abs()], dim=1)

    @staticmethod
    def _mixed(features: Tensor, total: nn.Linear, bump: nn.Linear) -> tuple[Tensor, Tensor]:
        """Both layers of (batch, features, n) at once: two of (batch, channels, n)."""
        weight, bias = torch.cat([total.weight, bump.weight]), torch.cat([total.bias, bump.bias])
        first, second = (weight @ features + bias[:, None]).chunk(2, dim=1)
        return first, second

    def forward(self, points: Tensor) -> Tensor:
        """points: (batch, points, 2) canvas pixels -> (batch, channels, height, width)."""
        sum_x, bump_x = self._mixed(self._measure(self.x, points[..., 0]), self.sum_x, self.bump_x)
        sum_y, bump_y = self._mixed(self._measure(self.y, points[..., 1]), self.sum_y, self.bump_y)
        bumps = bump_x[:, :, None, :] * bump_y[:, :, :, None]
        maps: Tensor = sum_x[:, :, None, :] + sum_y[:, :, :, None] + bumps
        return maps


def spots(near_x: Tensor, near_y: Tensor, groups: Iterable[Iterable[int]]) -> Tensor:
    """(batch, groups, height, width) in 0..1: the points of each group as spots on one map.

    near_x: (batch, points, width), near_y: (batch, points, height): how near a column and a row lie to each point.
    """
    found = [torch.einsum("bph,bpw->bhw", near_y[:, list(group)], near_x[:, list(group)]) for group in groups]
    return torch.stack(found, dim=1).clamp(max=1.0)
