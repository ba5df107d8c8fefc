"""The painter's cels: learnt transparent sheets that lie over each other, as in drawn animation, each moved smoothly.

A line that moves with the hair is learnt once, on the hair's cel, and not for every turn of the head. Nobody says what
belongs on which cel: all begin as the same faint mean picture. They come apart in training, because each is moved by a
field of its own, and at first each as if it lay at another depth of the turning head. What changes its shape rather
than its place (lids, irises, lips) is not theirs to paint.
"""

from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from mien.face.channels import MARKS
from mien.paint.cels import GROUND, KEYS, KNOT

_SCALE = 10.0
"""Pixels that a field's unit moves a cel."""

_HIDDEN = 64

_DEPTHS = (-30.0, 10.0)
"""Pixels a radian that the farthest and the nearest cel begin by moving against the eyes: hair falls further behind the
eyes than the fringe hangs before them."""


class Cels(nn.Module):
    """`count` cels of width by height pixels, the second of them standing on the ground, and above them the marks' cel.

    inputs: numbers that the condition consists of, with yaw and pitch at `turn`; condition: size of what the
    condition's MLP makes of them.
    margin: (x, y) pixels by which the ground's cel reaches out over the picture's left and top.
    The marks' cel holds two drawings a mark, at half and at full strength, laid over each other as the mark asks.
    """

    upon_x: Tensor
    upon_y: Tensor
    knots: Tensor

    def __init__(
        self, count: int, width: int, height: int, margin: tuple[float, float], inputs: int, condition: int,
        turn: tuple[int, int],
    ):  # fmt: skip
        super().__init__()
        high, wide = height // KNOT + 1, width // KNOT + 1
        self.count, self.margin, self.extent = count, margin, (width, height)
        self.sheets = nn.Parameter(0.02 * torch.randn(count, 4, height, width))
        self.keys = nn.Parameter(torch.zeros(len(MARKS) * KEYS, 4, height, width))
        self.gather = nn.Linear(condition + inputs, _HIDDEN)
        self.field = nn.Linear(_HIDDEN, (count + 1) * 2 * high * wide)
        nn.init.normal_(self.field.weight, std=0.01)
        nn.init.zeros_(self.field.bias)
        self._spread(condition + turn[0], condition + turn[1])
        x = 0.5 + torch.arange(wide, dtype=torch.float32) * (width - 1) / (wide - 1)
        y = 0.5 + torch.arange(high, dtype=torch.float32) * (height - 1) / (high - 1)
        self.register_buffer("knots", torch.stack(torch.meshgrid(x, y, indexing="xy")), persistent=False)
        self.register_buffer("upon_x", _between(wide, width), persistent=False)
        self.register_buffer("upon_y", _between(high, height), persistent=False)

    @torch.no_grad()
    def _spread(self, yaw: int, pitch: int) -> None:
        """Let the cels move with the head's turn, each by its depth, the farthest first; ground and marks stay."""
        fields = self.field.weight.view(self.count + 1, 2, -1, _HIDDEN)
        for row, column in enumerate((yaw, pitch)):
            self.gather.weight[row] = 0.0
            self.gather.weight[row, column] = 1.0
            self.gather.bias[row] = 0.0
            fields[..., row] = 0.0
        for cel, depth in enumerate(torch.linspace(*_DEPTHS, self.count)):
            if cel != GROUND:
                fields[cel, 0, :, 0] = -depth / _SCALE  # a cel that moves right is looked at further left
                fields[cel, 1, :, 1] = depth / _SCALE

    @torch.no_grad()
    def begin(self, mean: Tensor) -> None:
        """Lay the mean picture (4, height, width), half as strong, on every cel: blurred, it draws the cels apart."""
        self.sheets.add_(0.5 * mean)

    def fields(self, condition: Tensor, inputs: Tensor, place: Tensor) -> Tensor:
        """(batch, count + 1, 2, knots down, knots across): where on its cel, in pixels, a knot of the canvas looks."""
        moved = self.field(self.gather(torch.cat([condition, inputs], dim=1)))
        moved = _SCALE * moved.view(-1, self.count + 1, 2, *self.knots.shape[1:])
        e = place[:, :, :, None, None]
        ground = e[:, :, 0] * self.knots[0] + e[:, :, 1] * self.knots[1] + e[:, :, 2]
        ground = ground + place.new_tensor(self.margin)[None, :, None, None]
        base = [ground if n == GROUND else self.knots.expand_as(ground) for n in range(self.count + 1)]
        fields: Tensor = torch.stack(base, dim=1) + moved
        return fields

    def forward(self, fields: Tensor, marks: Tensor) -> Tensor:
        """fields: as from `fields`. marks: (batch, 6) strengths in 0..1. Returns (batch, 4, height, width)."""
        with torch.autocast(fields.device.type, enabled=False):
            width, height = self.extent
            scaled = 2.0 * fields / fields.new_tensor([width, height])[:, None, None] - 1.0
            upon = (self.upon_y @ scaled @ self.upon_x.T).permute(1, 0, 3, 4, 2)
            drawn = key_weights(marks.float()) @ _kept(self.keys).flatten(1)
            sheets = [sheet[None].expand(len(marks), -1, -1, -1) for sheet in _kept(self.sheets).unbind()]
            sheets.append(drawn.view(len(marks), *self.keys.shape[1:]))
            seen = [
                F.grid_sample(sheet, at, mode="bilinear", padding_mode="border", align_corners=False)
                for sheet, at in zip(sheets, upon, strict=True)
            ]
            picture: Tensor = _Pile.apply(*seen)  # type: ignore[no-untyped-call]  # torch does not annotate it
            return picture


def bending(fields: Tensor) -> Tensor:
    """(batch,) mean square of how much the fields bend from knot to knot, in pixels.

    Where a cel is clear nothing else tells its field how to run, and a wild one tears the edge of what is not clear.
    fields: as from `Cels.fields`.
    """
    across = fields[..., :, 2:] - 2.0 * fields[..., :, 1:-1] + fields[..., :, :-2]
    down = fields[..., 2:, :] - 2.0 * fields[..., 1:-1, :] + fields[..., :-2, :]
    return across.square().flatten(1).mean(dim=1) + down.square().flatten(1).mean(dim=1)


def key_weights(marks: Tensor) -> Tensor:
    """(batch, 12) how strongly each mark's half and full drawing show, from (batch, 6) strengths in 0..1."""
    half = 1.0 - (2.0 * marks - 1.0).abs()
    full = F.relu(2.0 * marks - 1.0)
    return torch.stack([half, full], dim=2).flatten(1)


def _between(knots: int, cells: int) -> Tensor:
    """(cells, knots) linear interpolation from knots at the ends of a row and evenly between, to its cells."""
    at = torch.arange(cells, dtype=torch.float32) * (knots - 1) / (cells - 1)
    return F.relu(1.0 - (at[:, None] - torch.arange(knots)[None, :]).abs())


def _kept(sheets: Tensor) -> Tensor:
    """Clipped to 0..1, with the gradient of the unclipped."""
    return sheets + (sheets.clamp(0.0, 1.0) - sheets).detach()


class _Pile(torch.autograd.Function):
    """Premultiplied pictures (batch, 4, height, width) laid over each other, the first at the bottom.

    Written out because the chain of plain operations passes over the memory three times as often.
    """

    @staticmethod
    def forward(ctx: Any, *cels: Tensor) -> Tensor:
        piles = [cels[0]]
        for cel in cels[1:]:
            piles.append(torch.addcmul(cel, piles[-1], 1.0 - cel[:, 3:]))
        ctx.save_for_backward(*cels, *piles[:-1])
        return piles[-1]

    @staticmethod
    def backward(ctx: Any, *slopes: Tensor) -> tuple[Tensor, ...]:
        count = (len(ctx.saved_tensors) + 1) // 2
        cels, piles = ctx.saved_tensors[:count], ctx.saved_tensors[count:]
        (slope,) = slopes
        found: list[Tensor] = []
        for cel, pile in zip(cels[:0:-1], piles[::-1], strict=True):
            own = slope.clone()
            own[:, 3] -= (slope * pile).sum(dim=1)
            found.append(own)
            slope = slope * (1.0 - cel[:, 3:])
        return (slope, *found[::-1])
