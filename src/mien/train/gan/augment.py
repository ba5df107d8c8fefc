"""Disturbances between the pictures and the critic, so that it cannot learn few pictures by heart.

Painted and real pictures are disturbed alike, differentiably, and their key points move with them. How often is found
while training, by how much better the critic likes training pictures than held-out ones. Source: Karras et al.,
"Training generative adversarial networks with limited data", 2020 (their r_v).
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

_TURN, _ZOOM, _SHIFT = 0.26, 0.2, 0.1  # radians, natural logarithm, share of the picture
_BRIGHT, _CONTRAST, _STAIN = 0.15, 0.4, 0.5  # the last: side of the square that is cut out


@dataclass(frozen=True, slots=True)
class Disturbance:
    """What happens to each picture of a batch. affine: (batch, 2, 3) from where a pixel is seen to where it is read,
    in -1..1. bright: (batch,) added. contrast: (batch,) factor. stain: (batch, 3) centre x, y and side in 0..1."""

    affine: Tensor
    bright: Tensor
    contrast: Tensor
    stain: Tensor

    def part(self, rows: slice) -> Disturbance:
        """Some rows of it."""
        return Disturbance(self.affine[rows], self.bright[rows], self.contrast[rows], self.stain[rows])

    def twice(self) -> Disturbance:
        """The same one after itself."""
        return Disturbance(*(torch.cat([x, x]) for x in (self.affine, self.bright, self.contrast, self.stain)))


def disturbance(chance: torch.Generator, count: int, often: float) -> Disturbance:
    """Drawn by chance: each kind happens to a picture with the probability `often`."""

    def happens() -> Tensor:
        return (torch.rand(count, generator=chance) < often).float()

    def even() -> Tensor:
        return 2.0 * torch.rand(count, generator=chance) - 1.0

    turn, zoom = _TURN * even() * happens(), torch.exp(_ZOOM * even() * happens())
    moves = happens()
    across, down = 2.0 * _SHIFT * even() * moves, 2.0 * _SHIFT * even() * moves
    cos, sin = torch.cos(turn) / zoom, torch.sin(turn) / zoom
    affine = torch.stack([torch.stack([cos, -sin, across], dim=1), torch.stack([sin, cos, down], dim=1)], dim=1)
    bright, contrast = _BRIGHT * even() * happens(), torch.exp(_CONTRAST * even() * happens())
    stain = torch.stack([
        torch.rand(count, generator=chance), torch.rand(count, generator=chance), _STAIN * happens()
    ], dim=1)  # fmt: skip
    return Disturbance(affine, bright, contrast, stain)


def disturbed(pictures: Tensor, points: Tensor, how: Disturbance) -> tuple[Tensor, Tensor]:
    """Pictures (batch, channels, size, size) and key points (batch, points, 2) in units of the picture, disturbed."""
    grid = F.affine_grid(how.affine, list(pictures.shape), align_corners=False)
    moved = F.grid_sample(pictures, grid, mode="bilinear", padding_mode="reflection", align_corners=False)
    colour = slice(0, 3) if pictures.shape[1] == 4 else slice(None)
    ground = moved[:, 3:4] if pictures.shape[1] == 4 else torch.ones_like(moved[:, :1])  # premultiplied: 1 is alpha
    changed = (moved[:, colour] - 0.5 * ground) * how.contrast[:, None, None, None] + ground * (
        0.5 + how.bright[:, None, None, None]
    )
    if pictures.shape[1] == 4:
        changed = torch.cat([changed, moved[:, 3:]], dim=1)
    size = pictures.shape[2]
    cells = (torch.arange(size, device=pictures.device) + 0.5) / size
    x, y, side = how.stain[:, 0:1], how.stain[:, 1:2], how.stain[:, 2:3]
    column, row = (cells[None] - x).abs() < 0.5 * side, (cells[None] - y).abs() < 0.5 * side
    stained = (row[:, None, :, None] & column[:, None, None, :]).to(changed.dtype)
    changed = changed * (1.0 - stained)
    if not points.shape[1]:
        return changed, points
    # the affine map leads from the new picture to the old one; points go the other way
    seen = 2.0 * points - 1.0 - how.affine[:, None, :, 2]
    back = torch.linalg.inv(how.affine[:, :, :2])
    return changed, 0.5 + 0.5 * torch.einsum("bij,bpj->bpi", back, seen)


def oftener(often: float, lead: float, target: float, images: int) -> float:
    """The new probability after `images` more images: it climbs from 0 to 1 in half a million, and falls as fast.

    lead: of the critic's liking for training pictures over held-out ones, as a share of that over painted ones.
    """
    step = images / 500_000
    return min(0.8, max(0.0, often + (step if lead > target else -step)))
