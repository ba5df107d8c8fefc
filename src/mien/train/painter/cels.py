"""Keyed cels: transparent sheets over each other, as in drawn animation, each drawn anew by keys and moved smoothly.

A cel is a sheet with key drawings that the condition adds to it, and a field of its own that moves it. A line that
moves with the hair is learnt once, on the hair's cel, and not for every turn of the head; a mouth that changes its
shape is a mixture of mouths.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from mien.face import POINTS
from mien.face.channels import MARKS
from mien.paint.cels import CUBIC, MARK_KEYS
from mien.train.painter import pixels
from mien.train.painter.layers import Beginning, Layer

SCALE = 10.0
"""Canvas pixels that a field's unit moves a cel."""

_EDGE = 12.0
"""Canvas pixels from the edge over which a soft layer's field, and half as far its sheet, fades to nothing."""

_CLEARS = 3.0
"""Times the sheet that the key has which takes all of it away: from a third of its weight on nothing is left, so that
weights need not be exact. Ours.
"""


_SLACK = 0.02
"""Of a point's own weight: how exactly rubber goes through points that trackers find a little off."""


class Cel(nn.Module):
    """The cel of one layer.

    inputs, condition: sizes of the numbers that the condition consists of and of what its MLP makes of them. turn:
    which of the inputs are yaw and pitch. margin: (x, y) canvas pixels by which what stands on the ground reaches out
    over the picture's left and top. scale: pixels of a sheet in one of the canvas. heard: of the condition, how many
    numbers the keys' weights are made of; all, and the inputs too, if None.
    """

    knots: Tensor
    fade: Tensor
    edge: Tensor
    rest: Tensor

    def __init__(
        self, layer: Layer, inputs: int, condition: int, turn: tuple[int, int], margin: tuple[float, float],
        scale: float, heard: int | None = None,
    ):  # fmt: skip
        super().__init__()
        heard = condition + inputs if heard is None else heard
        self.layer, self.margin, self.scale = layer, margin, scale
        self.rare = self.hides = False  # as `begin` is told
        width, height = layer.extent
        wide, high = width // layer.knot + 1, height // layer.knot + 1
        size = round(height * scale), round(width * scale)
        self.sheet = nn.Parameter(torch.zeros(*size, 4))
        self.keys = nn.Parameter(torch.zeros(layer.keys + MARK_KEYS * len(layer.marks), *size, 4))
        self.weigh = nn.Linear(heard, layer.keys) if layer.keys else None
        self.gather = nn.Linear(condition + inputs, layer.rank)
        self.field = nn.Linear(layer.rank, 2 * high * wide)
        self.follow = nn.Parameter(torch.zeros(high * wide, POINTS)) if layer.start.follows else None
        alike = 0.05 * ((condition + inputs) / heard) ** 0.5
        for part, spread in ((self.weigh, alike), (self.field, 0.01)):
            if part is not None:
                nn.init.normal_(part.weight, std=spread)
                nn.init.zeros_(part.bias)
        x = 0.5 + torch.arange(wide, dtype=torch.float32) * (width - 1) / (wide - 1)
        y = 0.5 + torch.arange(high, dtype=torch.float32) * (height - 1) / (high - 1)
        knots = torch.stack(torch.meshgrid(x, y, indexing="xy"))
        self.register_buffer("knots", knots, persistent=False)
        extent = torch.tensor([width, height], dtype=torch.float32)[:, None, None]
        away = torch.minimum(knots, extent - knots).amin(dim=0) - 0.5 if layer.soft else torch.full((high, wide), 1e6)
        self.register_buffer("fade", (away / _EDGE).clamp(0.0, 1.0), persistent=False)
        down, across = ((torch.arange(n, dtype=torch.float32) + 0.5) / scale for n in size)
        away = torch.minimum(torch.minimum(down, height - down)[:, None], torch.minimum(across, width - across)[None])
        edge = (2.0 * (away - 0.5) / _EDGE).clamp(0.0, 1.0) if layer.soft else torch.ones(size)
        self.register_buffer("edge", edge[..., None], persistent=False)
        self.register_buffer("rest", torch.zeros(POINTS, 2))
        self._spread(condition + turn[0], condition + turn[1])

    @torch.no_grad()
    def _spread(self, yaw: int, pitch: int) -> None:
        """Let the cel move with the head's turn by its depth."""
        field = self.field.weight.view(2, -1, self.layer.rank)
        for row, column in enumerate((yaw, pitch)):
            self.gather.weight[row] = 0.0
            self.gather.weight[row, column] = 1.0
            self.gather.bias[row] = 0.0
            field[..., row] = 0.0
        field[0, :, 0] = -self.layer.start.depth / SCALE  # a cel that moves right is looked at further left
        field[1, :, 1] = self.layer.start.depth / SCALE

    @torch.no_grad()
    def begin(self, how: Beginning) -> None:
        """As `how` says."""
        self.rest.copy_(how.points)
        self.sheet.copy_(resized(how.sheet[None], self.sheet.shape[:2])[0])
        if self.layer.keys:
            self.keys[: self.layer.keys].normal_(std=0.002)
        if len(how.keys):
            self.keys[self.layer.keys :] = resized(how.keys, self.sheet.shape[:2])
        self.rare, self.hides = how.rare, how.hides
        if how.rare or how.hides:
            assert self.weigh is not None
            self.keys[0] = self.sheet if how.rare else -_CLEARS * self.sheet
            self.weigh.weight[0] = 0.0
        if how.rare:
            self.sheet.zero_()
        start = self.layer.start
        if self.follow is not None:
            points = list(start.follows)
            at = self.knots.flatten(1).T + torch.tensor(self.layer.box[:2])
            if start.bends:
                self.follow[:, points] = rubber(at, how.points[points], start.near)
            else:
                near = torch.exp(-torch.cdist(at, how.points[points]).square() / (2.0 * start.near**2))
                self.follow[:, points] = near / (near.sum(dim=1, keepdim=True) + 0.05)

    def moved(self, condition: Tensor, points: Tensor, known: Tensor, place: Tensor) -> Tensor:
        """(batch, 2, knots down, knots across): where on the cel, in canvas pixels of its box, a knot looks.

        condition: with the inputs. points: (batch, 70, 2) on the canvas; known: (batch, 1) 1 where they are, else 0.
        """
        shape = (-1, 2, *self.knots.shape[1:])
        moved = SCALE * self.field(self.gather(condition)).view(shape)
        if self.follow is not None:
            away = (points - self.rest) * known[:, :, None]
            moved = moved - torch.einsum("kp,bpd->bdk", self.follow, away).reshape(shape)
        base = self.knots
        if self.layer.start.ground:
            e = place[:, :, :, None, None]
            corner = place.new_tensor(self.layer.box[:2])[:, None, None]
            x, y = self.knots + corner
            base = e[:, :, 0] * x + e[:, :, 1] * y + e[:, :, 2]
            base = base + place.new_tensor(self.margin)[None, :, None, None] - corner
        field: Tensor = base + moved * self.fade
        return field

    def weights(self, condition: Tensor, marks: Tensor) -> Tensor:
        """(batch, keys) how much of each key drawing is added to the sheet, in -1..1; last those of the marks.

        Unbounded, a key's weight and its drawing would grow together without end. marks: (batch, 6) strengths in 0..1.
        """
        found = [] if self.weigh is None else [torch.tanh(self.weigh(condition[:, : self.weigh.in_features]))]
        if self.layer.marks:
            found.append(mark_weights(marks[:, [MARKS.index(name) for name in self.layer.marks]]))
        return torch.cat(found, dim=1) if found else marks[:, :0]

    def drawn(self, weights: Tensor) -> Tensor:
        """(batch, height, width, 4) the sheet with its keys, about 0..1."""
        sheet = self.sheet.expand(len(weights), -1, -1, -1)
        if len(self.keys):
            sheet = sheet + (weights @ self.keys.flatten(1)).view(len(weights), *self.sheet.shape)
        return sheet * self.edge if self.layer.soft else sheet

    def picture(self, field: Tensor, weights: Tensor, unit: float = 1.0) -> Tensor:
        """(batch, height / unit, width / unit, 4) what shows of the cel in its box, in pixels of `unit` canvas
        pixels."""
        cubic = self.scale * unit < CUBIC
        return pixels.sampled(
            self.drawn(weights), field * self.scale, self.layer.extent, not self.layer.open, unit, cubic
        )

    @torch.no_grad()
    def bound(self, shrink: float, smoothing: float, median: float) -> None:
        """Keep the sheet a picture, in 0..1 and no colour stronger than alpha, as it is kept in bytes: what is clipped
        there has a slope all the same, and would drift away for good. Keys to -1..1: a few that each reach far beyond
        what a sheet holds, and take each other away again, are no drawings any more, and do not survive being kept in
        bytes.

        shrink: by how much the keys come nearer to zero (the proximal step of an L1 penalty): what no picture asks for
        is exactly nothing, and need not be kept or added. smoothing: share by which they come nearer to the mean of
        each pixel and its neighbours: where no picture tells a key what to be, it is what it is around there. median:
        share by which sheets come nearer to the median there: where two cels may as well show, either does, pixel by
        pixel, and when they move against each other such pixels are specks; lines and edges are left as they are.
        """
        if median:
            self.sheet.lerp_(median_of(self.sheet), median)
        self.sheet.clamp_(0.0, 1.0)
        self.sheet.copy_(torch.minimum(self.sheet, self.sheet[..., 3:]))
        own = self.keys[: self.layer.keys]
        if len(own):
            most = _CLEARS if self.hides else 1.0
            own.copy_(F.softshrink(own, shrink).clamp(-most, most))
            if smoothing:
                near = F.avg_pool2d(F.pad(own.permute(0, 3, 1, 2), (1, 1, 1, 1), mode="replicate"), 3, 1)
                own.lerp_(near.permute(0, 2, 3, 1), smoothing)


def rubber(at: Tensor, points: Tensor, near: float) -> Tensor:
    """(n, points) by how much each of the points takes the places (n, 2) along when it moves: a smooth surface through
    what all points do, which comes to rest some `near` pixels away from them (kriging, with a Matérn kernel)."""

    def kernel(one: Tensor, other: Tensor) -> Tensor:
        far = 3**0.5 * torch.cdist(one, other) / near
        return (1.0 + far) * torch.exp(-far)

    own = kernel(points, points) + _SLACK * torch.eye(len(points))
    taken: Tensor = torch.linalg.solve(own, kernel(points, at))
    return taken.T


def resized(sheets: Tensor, size: Sequence[int]) -> Tensor:
    """(n, height, width, 4) of another size."""
    if tuple(sheets.shape[1:3]) == tuple(size):
        return sheets
    planes = sheets.permute(0, 3, 1, 2)
    grown = F.interpolate(planes, size=tuple(size), mode="bicubic", align_corners=False, antialias=True)
    return grown.permute(0, 2, 3, 1)


def median_of(sheet: Tensor) -> Tensor:
    """(height, width, 4) of each number the median of it and its eight neighbours."""
    height, width = sheet.shape[:2]
    wide = F.pad(sheet.permute(2, 0, 1)[None], (1, 1, 1, 1), mode="replicate")[0]
    nine = torch.stack([wide[:, y : y + height, x : x + width] for y in range(3) for x in range(3)])
    return nine.median(dim=0).values.permute(1, 2, 0)


def bending(field: Tensor) -> Tensor:
    """(batch,) mean square of how much a field bends from knot to knot, in pixels.

    Where a cel is clear nothing else tells its field how to run, and a wild one tears the edge of what is not clear.
    field: as from `Cel.moved`.
    """
    across = field[..., :, 2:] - 2.0 * field[..., :, 1:-1] + field[..., :, :-2]
    down = field[..., 2:, :] - 2.0 * field[..., 1:-1, :] + field[..., :-2, :]
    bent = field.new_zeros(len(field))
    for part in (across, down):
        if part.numel():
            bent = bent + part.square().flatten(1).mean(dim=1)
    return bent


def mark_weights(marks: Tensor) -> Tensor:
    """(batch, 2 n) how strongly each mark's half and full drawing show, from (batch, n) strengths in 0..1."""
    half = 1.0 - (2.0 * marks - 1.0).abs()
    full = F.relu(2.0 * marks - 1.0)
    return torch.stack([half, full], dim=2).flatten(1)


def laid(pictures: Sequence[Tensor], layers: Sequence[Layer], size: tuple[int, int], unit: float = 1.0) -> Tensor:
    """(batch, height / unit, width / unit, 4): the pictures of all layers over each other on the whole canvas.

    pictures: as from `Cel.picture`, clipped ones already inside what they are clipped to. size: (width, height).
    """
    edges = [[round(edge / unit) for edge in layer.box] for layer in layers]
    boxes = [(left, top, right, bottom) for left, top, right, bottom in edges]
    return pixels.laid(pictures, boxes, (round(size[0] / unit), round(size[1] / unit)))


def inside(picture: Tensor, layer: Layer, base: Tensor, below: Layer, unit: float = 1.0) -> Tensor:
    """A clipped layer's picture times the alpha of the picture of the layer that it is clipped to."""
    offsets = [round((a - b) / unit) for a, b in zip(below.box, layer.box, strict=True)]
    pad = (offsets[0], -offsets[2], offsets[1], -offsets[3])
    return picture * F.pad(base[..., 3], pad)[..., None]
