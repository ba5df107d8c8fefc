"""How far every cell of a grid lies from every key point, as maps that a generator of faces is given."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class Rulers(nn.Module):
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
