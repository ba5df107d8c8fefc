"""What a painter's errors cost, layer by layer and over the whole picture, and where they count."""

from __future__ import annotations

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor

from mien.train.core import objectives
from mien.train.painter.layers import Layer
from mien.train.painter.networks import Widths
from mien.train.painter.pixels import error_cost
from mien.train.painter.recipe import Recipe
from mien.train.painter.source import Batch, Source, whole

_BAND = 4.0
"""Pixels around a picture that are learnt as its edge goes on: what a loss over neighbours makes of an end of all that
is known lies outside then."""


def weight_map(widths: Widths, recipe: Recipe, source: Source) -> Tensor:
    """(1, 1, height, width) what an error costs, by place, where pictures come whole; mean 1."""
    weight = torch.ones(1, 1, widths.height, widths.width)
    costs = (recipe.eye_weight, recipe.lip_weight)
    for (left, top, right, bottom), value in zip(source.windows, costs, strict=True):
        weight[..., top:bottom, left:right] = value
    return weight / weight.mean()


def counts(batch: Batch, source: Source, layers: Sequence[Layer], hidden: float) -> list[Tensor]:
    """(batch, height, width) of each layer what its pixels count: 1, `hidden` where other layers lie over it, 0 beyond
    the picture."""
    canvas, unit = source.canvas, source.detail
    within = inside(batch, source)
    seen = batch.points.new_ones(len(batch.points), canvas.height * unit, canvas.width * unit)
    if within is not None:
        seen = F.interpolate(within, scale_factor=unit)[:, 0] if unit > 1 else within[:, 0]
    known = seen.clone()
    found = []
    for picture, layer in zip(reversed(batch.pictures), reversed(layers), strict=True):
        left, top, right, bottom = (edge * unit for edge in layer.box)
        place = slice(top, bottom), slice(left, right)
        below = seen[:, *place]
        found.append(hidden * known[:, *place] + (1.0 - hidden) * below)
        below *= 1.0 - picture[..., 3] / 255.0
    return found[::-1]


def inside(batch: Batch, source: Source) -> Tensor | None:
    """(batch, 1, height, width) 1 where a canvas pixel lies within the picture, or close to it, else 0; None where all
    is known."""
    if not source.bounded:
        return None
    canvas, place = source.canvas, batch.place
    x = torch.arange(canvas.width, dtype=place.dtype, device=place.device) + 0.5
    y = torch.arange(canvas.height, dtype=place.dtype, device=place.device)[:, None] + 0.5
    e = place[:, :, :, None, None]
    at = e[:, :, 0] * x + e[:, :, 1] * y + e[:, :, 2]
    found: Tensor = ((at > -_BAND) & (at < canvas.picture + _BAND)).all(dim=1, keepdim=True).to(place.dtype)
    return found


def layers_loss(
    pictures: Sequence[Tensor], batch: Batch, data: Source, recipe: Recipe, only: Sequence[int] | None = None
) -> Tensor:  # fmt: skip
    """What every layer's error costs, a pixel as much as it would on a whole canvas.

    pictures: painted, of the layers that are asked for. only: their numbers; all if None.
    """
    total = pictures[0].new_zeros(())
    area = data.canvas.width * data.canvas.height * data.detail**2
    layers = data.layers if only is None else [data.layers[n] for n in only]
    rows = zip(pictures, batch.pictures, counts(batch, data, layers, recipe.hidden_weight), layers, strict=True)
    for painted, target, count, layer in rows:
        share = layer.cost * count[0].numel() / area
        total = total + share * error_cost(painted, target, count, recipe.line_weight)
    return total


def whole_loss(painted: Tensor, batch: Batch, data: Source, weight: Tensor, strength: float) -> Tensor:
    """What the whole picture's error costs. painted: (batch, 4, height, width). weight: as `weight_map` has it.
    strength: of the lines' weight."""
    within = inside(batch, data)
    counts = weight if within is None else weight * within
    if data.detail > 1:
        counts = F.interpolate(counts, scale_factor=data.detail)
    if not data.apart:
        shape = len(painted), *painted.shape[2:]
        return error_cost(painted.permute(0, 2, 3, 1), batch.pictures[0], counts[:, 0].expand(shape), strength)
    target = whole(batch, data)
    return objectives.picture_loss(painted, target, counts * objectives.line_weight(target, strength))
