"""Training of the finder: where faces are in a picture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import torch
from torch import Tensor, nn

from mien.sense.sight.crop import FIVE
from mien.sense.sight.finder import SPAN, STRIDES
from mien.train.core.loop import Recipe, fit
from mien.train.sight.crops import Faces, shares
from mien.train.sight.networks import Finder
from mien.train.sight.scenes import Scenes, grounds

_REACH = ((0.0, 40.0), (32.0, 88.0), (72.0, 1e9))
"""Pixels to a face's longer side that each map is asked for; where they overlap both are."""


@dataclass(frozen=True, slots=True)
class FinderRecipe:
    """How the finder is trained."""

    loop: Recipe = field(default_factory=lambda: Recipe(samples=130_000, batch=16, warm_up=6_000, save_every=8_000))


def targets(faces: Tensor, height: int, width: int, level: int) -> tuple[Tensor, Tensor, Tensor]:
    """What a map should say of (batch, n, 14) faces in pixels.

    (batch, h, w) how much a face's middle lies here, (batch, 14, h, w) its answers, (batch, h, w) whether those are
    asked for.

    The middle is soft: 1 at the nearest cell, a Gaussian around it (Zhou et al., "Objects as Points", 2019).
    """
    stride = STRIDES[level]
    h, w = height // stride, width // stride
    x = (torch.arange(w) + 0.5) * stride
    y = (torch.arange(h) + 0.5) * stride
    boxes = faces[..., :4]
    middle = (boxes[..., :2] + boxes[..., 2:]) / 2.0
    spans = boxes[..., 2:] - boxes[..., :2]
    length = spans.amax(dim=-1)
    low, high = _REACH[level]
    meant = (length > low) & (length <= high)
    dx = x[None, None, None, :] - middle[..., 0, None, None]
    dy = y[None, None, :, None] - middle[..., 1, None, None]
    wide = (0.12 * spans).clamp(min=0.35 * stride)
    near = torch.exp(-0.5 * ((dx / wide[..., 0, None, None]) ** 2 + (dy / wide[..., 1, None, None]) ** 2))
    near = torch.where(meant[..., None, None], torch.nan_to_num(near), 0.0)
    best, which = near.max(dim=1)
    chosen = torch.gather(faces, 1, which.flatten(1)[..., None].expand(-1, -1, faces.shape[2]))
    chosen = chosen.transpose(1, 2).reshape(len(faces), -1, h, w)
    centre = torch.stack([x[None, :].expand(h, w), y[:, None].expand(h, w)])
    answers = torch.cat([
        (centre[None] - chosen[:, :2]) / stride, (chosen[:, 2:4] - centre[None]) / stride,
        (chosen[:, 4:] - centre.repeat(FIVE, 1, 1)[None]) / stride,
    ], dim=1) / SPAN  # fmt: skip
    # the nearest cell is asked for even where the Gaussian is narrow
    peak = (near == near.amax(dim=(2, 3), keepdim=True)) & meant[..., None, None]
    there = peak.any(dim=1)
    return torch.where(there, 1.0, best), answers, (best > 0.45) | there


def objective(maps: Sequence[Tensor], faces: Tensor, height: int, width: int) -> Tensor:
    """Soft focal loss for the middle, smooth errors and overlap for the rest (weights: ours); maps as of `Finder`."""
    total = faces.new_zeros(())
    count = (~faces[..., 0].isnan()).sum().clamp(min=1)
    for level, output in enumerate(maps):
        said = output.float()
        near, answers, asked = targets(faces, height, width, level)
        logit = said[:, 0]
        chance = torch.sigmoid(logit)
        cross = nn.functional.binary_cross_entropy_with_logits(logit, near, reduction="none")
        total = total + ((near - chance).abs() ** 2 * cross).sum() / count * 2.0
        if asked.any():
            found = said[:, 1:].permute(0, 2, 3, 1)[asked]
            true = answers.permute(0, 2, 3, 1)[asked]
            off = nn.functional.smooth_l1_loss(found, true, reduction="none", beta=0.1)
            total = total + (off[:, :4].mean() * 4.0 + off[:, 4:].mean() * 4.0 + _apart(found[:, :4], true[:, :4]))
    return total


def _apart(found: Tensor, true: Tensor) -> Tensor:
    """1 - the overlap (IoU) of boxes given as distances from one cell."""
    found = found.clamp(min=0.01)
    inner = torch.minimum(found, true).clamp(min=0.0)
    both = (inner[:, 0] + inner[:, 2]) * (inner[:, 1] + inner[:, 3])
    area = (found[:, 0] + found[:, 2]) * (found[:, 1] + found[:, 3])
    area_true = (true[:, 0] + true[:, 2]) * (true[:, 1] + true[:, 3])
    return (1.0 - both / (area + area_true - both).clamp(min=1e-4)).mean()


def train_finder(sets: Sequence[Path], empty: Path, run: Path, recipe: FinderRecipe, progress: bool = True) -> Finder:
    """Train on prepared sets of faces laid into the pictures without faces of the folder `empty`. Resumes."""
    faces = [Faces(folder, "train") for folder in sets]
    data = Scenes(faces, shares(faces), grounds(empty), recipe.loop.seed)

    def loss(net: nn.Module, batch: list[Tensor]) -> Tensor:
        pictures, known = batch
        seen = (pictures.float() / 255.0).contiguous(memory_format=torch.channels_last)
        return objective(net(seen), known, pictures.shape[2], pictures.shape[3])

    return fit(Finder, data, loss, recipe.loop, run, progress)
