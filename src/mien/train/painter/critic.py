"""The discriminator: looks at crops (eyes, mouth, a place that changes) together with where the points should be."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from mien.face import FEELINGS
from mien.face.channels import CHANNELS
from mien.face.landmarks import JAW, MOUTH
from mien.train.core.distance_maps import BROWS, IRISES, LIDS, spots
from mien.train.painter.layers import Box
from mien.train.painter.source import Batch

_GROUPS = (BROWS, LIDS, range(MOUTH.start, MOUTH.stop), IRISES, range(JAW.stop))
"""Key points that are drawn as maps for the critic: brows, lids, lips, irises, jaw."""

_SIGMA = 2.5


def asked(batch: Batch) -> Tensor:
    """(batch, 71) what the picture should show: expression and emotion."""
    return torch.cat([batch.expression, batch.emotion], dim=1)


def crop_maps(batch: Batch, crops: tuple[Box, ...]) -> list[Tensor]:
    """For each crop (batch, 5, height, width): the key points of each group as spots, on the canvas' grid."""
    maps = []
    for left, top, right, bottom in crops:
        x = torch.arange(left, right, dtype=torch.float32, device=batch.points.device) + 0.5
        y = torch.arange(top, bottom, dtype=torch.float32, device=batch.points.device) + 0.5
        near_x = torch.exp(-((x[None, None] - batch.points[:, :, :1]) ** 2) / (2 * _SIGMA**2))
        near_y = torch.exp(-((y[None, None] - batch.points[:, :, 1:]) ** 2) / (2 * _SIGMA**2))
        maps.append(spots(near_x, near_y, _GROUPS))
    return maps


class Patch(nn.Module):
    """Strided convolutions over one kind of crop, scored with the condition by projection (Miyato & Koyama 2018)."""

    def __init__(self, width: int = 40):
        super().__init__()
        sizes = (4 + len(_GROUPS), width, 2 * width, 3 * width, 4 * width)
        self.layers = nn.ModuleList(
            nn.Conv2d(inside, outside, 4, stride=2, padding=1) for inside, outside in pairwise(sizes)
        )
        self.score = nn.Conv2d(sizes[-1], 1, 3, padding=1)
        self.project = nn.Linear(len(CHANNELS) + len(FEELINGS), sizes[-1])

    def forward(self, picture: Tensor, maps: Tensor, condition: Tensor) -> tuple[Tensor, list[Tensor]]:
        x = torch.cat([picture, maps], dim=1)
        features = []
        for layer in self.layers:
            x = F.leaky_relu(layer(x), 0.2)
            features.append(x)
        local = self.score(x).mean(dim=(1, 2, 3))
        whole = (x.mean(dim=(2, 3)) * self.project(condition)).mean(dim=1)
        return local + whole, features


class Critic(nn.Module):
    """One `Patch` for each fixed window and one for a crop that wanders; the scores are added.

    extent: (width, height) of the canvas; the wandering crop has a third of its height, in steps of 16.
    """

    def __init__(self, windows: tuple[Box, ...], extent: tuple[int, int]):
        super().__init__()
        self.windows = windows
        self.extent = extent
        self.side = max(16, extent[1] // 3 // 16 * 16)
        self.patches = nn.ModuleList(Patch() for _ in range(len(windows) + 1))

    def crops(self, number: int) -> tuple[Box, ...]:
        """The crops of step `number`: the windows, and a wandering one that the number decides."""
        chance = np.random.default_rng(number)
        left = int(chance.integers(0, self.extent[0] - self.side))
        top = int(chance.integers(0, self.extent[1] - self.side))
        return (*self.windows, (left, top, left + self.side, top + self.side))

    def forward(
        self, picture: Tensor, maps: list[Tensor], crops: tuple[Box, ...], condition: Tensor
    ) -> tuple[Tensor, list[Tensor]]:
        """picture: (batch, 4, height, width); condition: (batch, 71). Returns (batch,) scores and all features."""
        scores: list[Tensor] = []
        features: list[Tensor] = []
        for patch, shown, (left, top, right, bottom) in zip(self.patches, maps, crops, strict=True):
            score, seen = patch(picture[:, :, top:bottom, left:right], shown, condition)
            scores.append(score)
            features += seen
        return torch.stack(scores).sum(dim=0), features
