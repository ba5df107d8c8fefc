"""The painter's networks: a generator that paints from key points, expression, emotion and noise; a discriminator.

What moves is painted on cels (`cels.Cels`); what changes its shape is painted anew by convolutions and added. These
know where things are by asking, of every cell of their grid, how far it lies from every key point, in steps of several
sizes. Such maps are separable, so they cost next to nothing, and they let 4-pixel cells place an edge to a fraction of
a pixel. Capacity sits at low resolution, in dense 3x3 convolutions; a pixel shuffle makes the last step; two windows,
over the eyes and the mouth, get a finer branch of their own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from mien.face import FEELINGS, NOISE, POINTS
from mien.face.channels import CHANNELS, HEAD, HEAD_SLICE, MARK_SLICE, channel
from mien.paint.cels import CLEAR
from mien.train.core.distance_maps import DistanceMaps
from mien.train.painter.cels import Cels

Box = tuple[int, int, int, int]
_TURNED = (channel("yaw"), channel("pitch"))


@dataclass(frozen=True, slots=True)
class Widths:
    """The generator's shape. Channels at 1/16, 1/8 and 1/4 of the canvas, at 1/2 in the windows, in the condition's
    MLP.

    width, height: canvas pixels, multiples of 16. picture: pixels a side of the picture that the canvas holds.
    windows: (left, top, right, bottom) canvas pixels, multiples of 8.
    margin: (x, y) pixels by which the canvas reaches out over the picture's left and top when the head is at rest.
    cels: learnt sheets beside the marks' one. virtual: learnt key points beside the 70 given ones.
    """

    width: int
    height: int
    picture: int
    windows: tuple[Box, ...]
    margin: tuple[float, float]
    coarse: int = 128
    middle: int = 96
    fine: int = 32
    detail: int = 48
    cels: int = 5
    condition: int = 256
    virtual: int = 32


class Ground(nn.Module):
    """Maps of the picture's own coordinates, for what does not move with the head: shoulders, falling hair."""

    KNOTS = 12
    x: Tensor
    y: Tensor
    knots: Tensor

    def __init__(self, channels: int, width: int, height: int, step: float, picture: float):
        super().__init__()
        x = step * (torch.arange(width, dtype=torch.float32) + 0.5)
        y = step * (torch.arange(height, dtype=torch.float32) + 0.5)
        self.register_buffer("x", x[None, None, None, :], persistent=False)
        self.register_buffer("y", y[None, None, :, None], persistent=False)
        knots = torch.linspace(0.0, picture, self.KNOTS)
        self.register_buffer("knots", knots[None, :, None, None], persistent=False)
        self.reach = 1.5 * picture / self.KNOTS
        self.mix = nn.Conv2d(2 * self.KNOTS, channels, 1)

    def forward(self, place: Tensor) -> Tensor:
        """place: (batch, 2, 3) from canvas to picture pixels -> (batch, channels, height, width)."""
        e = place[:, :, :, None, None]
        across = e[:, 0, 0:1] * self.x + e[:, 0, 1:2] * self.y + e[:, 0, 2:3]
        down = e[:, 1, 0:1] * self.x + e[:, 1, 1:2] * self.y + e[:, 1, 2:3]
        ramps = [torch.clamp((axis - self.knots) / self.reach, -1.0, 1.0) for axis in (across, down)]
        maps: Tensor = self.mix(torch.cat(ramps, dim=1))
        return maps


Film = tuple[Tensor, Tensor]
"""(batch, channels, 1, 1) scale and shift of a block's maps."""


class Block(nn.Module):
    """A 3x3 convolution whose maps the condition scales and shifts (FiLM; Perez et al. 2018)."""

    def __init__(self, inside: int, outside: int, condition: int):
        super().__init__()
        self.conv = nn.Conv2d(inside, outside, 3, padding=1)
        self.film = nn.Linear(condition, 2 * outside)
        self.residual = inside == outside
        nn.init.zeros_(self.film.weight)
        nn.init.zeros_(self.film.bias)
        nn.init.kaiming_normal_(self.conv.weight, a=0.2)
        if self.residual:
            self.conv.weight.data *= 0.4
        nn.init.zeros_(self.conv.bias)  # type: ignore[arg-type]  # the layer is made with a bias

    def forward(self, x: Tensor, film: Film) -> Tensor:
        scale, shift = film
        y = F.leaky_relu(self.conv(x) * scale + shift, 0.2)
        result: Tensor = x + y if self.residual else y
        return result


def films(blocks: Sequence[Block], condition: Tensor) -> Iterator[Film]:
    """The scale and shift of every block, from one product: small ones cost more to start than to compute."""
    unscaled = [
        torch.cat([torch.ones(bias.numel() // 2), torch.zeros(bias.numel() // 2)]).to(bias)
        for bias in (block.film.bias for block in blocks)
    ]
    biases = [block.film.bias + one for block, one in zip(blocks, unscaled, strict=True)]
    made = F.linear(condition, torch.cat([block.film.weight for block in blocks]), torch.cat(biases))
    sizes = [block.film.out_features // 2 for block in blocks for _ in range(2)]
    parts = torch.split(made[:, :, None, None], sizes, dim=1)
    return zip(parts[::2], parts[1::2], strict=True)


class Window(nn.Module):
    """A finer branch over one box of the canvas: half-resolution cells, its own distance maps.

    What it paints covers what lies below as far as it says: a lid that closes need not undo an iris, line by line.
    """

    def __init__(self, widths: Widths, box: Box, points: int):
        super().__init__()
        self.box = box
        left, top, right, bottom = box
        self.lift = nn.Conv2d(widths.middle, 16 * widths.detail, 1)
        self.distances = DistanceMaps(points, widths.detail, (right - left) // 2, (bottom - top) // 2, 2.0, left, top)
        self.blocks = nn.ModuleList(Block(widths.detail, widths.detail, widths.condition) for _ in range(4))
        self.paint = nn.Conv2d(widths.detail, 20, 3, padding=1)
        nn.init.zeros_(self.paint.weight)
        nn.init.zeros_(self.paint.bias)  # type: ignore[arg-type]  # the layer is made with a bias

    def forward(self, middle: Tensor, points: Tensor, film: Iterator[Film]) -> Tensor:
        """middle: the trunk's maps at 1/8. film: of its blocks, to be taken.

        Returns (batch, 5, height, width) of the box: RGBA, and what it covers."""
        left, top, right, bottom = (edge // 8 for edge in self.box)
        x = F.pixel_shuffle(self.lift(middle[:, :, top:bottom, left:right]), 4)
        x = x + self.distances(points)
        for block in self.blocks:
            x = block(x, next(film))
        painted: Tensor = F.pixel_shuffle(self.paint(x), 2)
        return painted


@dataclass(frozen=True, slots=True)
class Parts:
    """What the networks make of the conditions, before it is laid together; the runtime takes it from here.

    fields: of the cels, as `Cels.fields` gives them. change: (batch, 4, height, width) what is added to the pile of
    cels. windows: (batch, 5, height, width) over each window's box what is added, and last how far it first covers
    what lies there. All premultiplied, about -1..1, linear; the cover before its sigmoid, less `CLEAR`.
    """

    fields: Tensor
    change: Tensor
    windows: tuple[Tensor, ...]


class Generator(nn.Module):
    """Key points, expression, emotion and noise in; premultiplied RGBA on the canonical canvas out."""

    extent: Tensor
    turned: Tensor

    def __init__(self, widths: Widths):
        super().__init__()
        self.widths = widths
        w, h = widths.width, widths.height
        total = POINTS + widths.virtual
        inputs = 2 * POINTS + len(CHANNELS) + len(FEELINGS) + NOISE + 2 + 6  # the last: what is given, and the place
        size = widths.condition
        self.embed = nn.Sequential(nn.Linear(inputs, size), nn.SiLU(), nn.Linear(size, size), nn.SiLU())
        self.virtual = nn.Linear(size, 2 * widths.virtual)
        nn.init.normal_(self.virtual.weight, std=0.003)
        spread = torch.rand(widths.virtual, 2, generator=torch.Generator().manual_seed(7)) * 0.8 + 0.1
        self.virtual.bias.data.copy_(spread.flatten())
        self.register_buffer("extent", torch.tensor([float(w), float(h)]), persistent=False)
        turn = 2 * POINTS + channel("yaw"), 2 * POINTS + channel("pitch")
        self.turn = nn.Linear(2 * POINTS, len(_TURNED))
        self.register_buffer("turned", torch.tensor(_TURNED), persistent=False)
        self.cels = Cels(widths.cels, w, h, widths.margin, inputs, size, turn)
        self.distances_coarse = DistanceMaps(total, widths.coarse, w // 16, h // 16, 16.0, 0.0, 0.0)
        self.distances_middle = DistanceMaps(total, widths.middle, w // 8, h // 8, 8.0, 0.0, 0.0)
        self.distances_fine = DistanceMaps(total, widths.fine, w // 4, h // 4, 4.0, 0.0, 0.0)
        self.ground_middle = Ground(widths.middle, w // 8, h // 8, 8.0, widths.picture)
        self.ground_fine = Ground(widths.fine, w // 4, h // 4, 4.0, widths.picture)
        self.start = nn.Parameter(torch.randn(1, widths.coarse, h // 16, w // 16) * 0.5)
        self.coarse = nn.ModuleList(Block(widths.coarse, widths.coarse, size) for _ in range(3))
        self.to_middle = nn.Conv2d(widths.coarse, widths.middle, 1)
        self.middle = nn.ModuleList(Block(widths.middle, widths.middle, size) for _ in range(3))
        self.to_fine = nn.Conv2d(widths.middle, widths.fine, 1)
        self.fine = Block(widths.fine, widths.fine, size)
        self.paint = nn.Conv2d(widths.fine, 64, 3, padding=1)
        nn.init.zeros_(self.paint.weight)
        nn.init.zeros_(self.paint.bias)  # type: ignore[arg-type]  # the layer is made with a bias
        self.windows = nn.ModuleList(Window(widths, box, total) for box in widths.windows)

    def parts(
        self, points: Tensor, place: Tensor, expression: Tensor, emotion: Tensor, noise: Tensor, given: Tensor
    ) -> Parts:
        """As `forward`, but not laid together."""
        # in single precision whatever surrounds it: a place rounded to bfloat16 is off by half a pixel
        with torch.autocast(points.device.type, enabled=False):
            flat = (points / self.extent - 0.5).flatten(1) * given[:, :1]
            known = given[:, 1:]
            # how far the head is turned shows in the key points, where nobody says it
            turned = torch.zeros_like(expression).index_copy(1, self.turned, self.turn(flat) * given[:, :1])
            where = place.flatten(1) * place.new_tensor([1.0, 1.0, 0.01, 1.0, 1.0, 0.01])
            inputs = torch.cat(
                [flat, expression * known + turned * (1.0 - known), emotion * known, noise, given, where], dim=1
            )
            condition = self.embed(inputs)
            learnt = self.virtual(condition).unflatten(1, (-1, 2)) * self.extent
            every = torch.cat([points * given[:, :1, None], learnt], dim=1)
            fields = self.cels.fields(condition, inputs, place)
        x = self.start + self.distances_coarse(every)
        film = films([part for part in self.modules() if isinstance(part, Block)], condition)
        for block in self.coarse:
            x = block(x, next(film))
        x = F.interpolate(self.to_middle(x), scale_factor=2.0, mode="nearest")
        x = x + self.distances_middle(every) + self.ground_middle(place)
        for block in self.middle:
            x = block(x, next(film))
        fine = next(film)
        windows = tuple(window(x, every, film) for window in self.windows)
        x = F.interpolate(self.to_fine(x), scale_factor=2.0, mode="nearest")
        x = self.fine(x + self.distances_fine(every) + self.ground_fine(place), fine)
        return Parts(fields, F.pixel_shuffle(self.paint(x), 4), windows)

    def forward(
        self, points: Tensor, place: Tensor, expression: Tensor, emotion: Tensor, noise: Tensor, given: Tensor
    ) -> Tensor:
        """points: (batch, 70, 2) canvas pixels. place: (batch, 2, 3) from canvas to picture pixels.

        expression: (batch, 63), emotion: (batch, 8), noise: (batch, 8) as in `Expression`.
        given: (batch, 2) 1 where the key points and where the expression with its emotion are known, else 0.
        Returns (batch, 4, height, width), premultiplied RGBA, about 0..1: linear, to be clipped by the caller.
        """
        parts = self.parts(points, place, expression, emotion, noise, given)
        return self.laid(parts, expression[:, MARK_SLICE] * given[:, 1:])

    def laid(self, parts: Parts, marks: Tensor) -> Tensor:
        """The parts laid together: (batch, 4, height, width). marks: (batch, 6) strengths in 0..1."""
        picture: Tensor = self.cels(parts.fields, marks) + parts.change
        for window, (left, top, right, bottom) in zip(parts.windows, self.widths.windows, strict=True):
            below = picture[:, :, top:bottom, left:right].clone()
            picture[:, :, top:bottom, left:right] = below * torch.sigmoid(CLEAR - window[:, 4:]) + window[:, :4]
        return picture

    @torch.no_grad()
    def begin(self, mean: Tensor, points: Tensor, turns: Tensor, reach: Tensor) -> None:
        """What is known before training: the mean picture for the cels, and how the key points tell the turn.

        mean: (4, height, width). points: (n, 70, 2) canvas pixels; turns: (n, 2) their yaw and pitch in radians.
        reach: (79,) how far from zero the pictures show each number of expression, emotion and noise; those that stay
        at zero never get a say, or they would paint whatever chance gave their weights.
        """
        self.cels.begin(mean)
        unknown = 2 * POINTS + torch.nonzero(reach < 1e-3).flatten()
        first, gather = self.embed[0], self.cels.gather
        assert isinstance(first, nn.Linear)
        first.weight[:, unknown] = 0.0
        gather.weight[:, gather.in_features - first.in_features + unknown] = 0.0
        flat = (points / self.extent - 0.5).flatten(1).double()
        rows = torch.cat([flat, torch.ones_like(flat[:, :1])], dim=1)
        # a little ridge: the points move together in many ways
        square = rows.T @ rows + 1e-4 * torch.eye(rows.shape[1], dtype=rows.dtype)
        found = torch.linalg.solve(square, rows.T @ turns.double())
        self.turn.weight.copy_(found[:-1].T)
        self.turn.bias.copy_(found[-1])


class LandmarkNet(nn.Module):
    """Where the key points of this expression lie: (batch, 63) and (batch, 8) noise -> (batch, 70, 2) picture units."""

    def __init__(self, size: int = 256):
        super().__init__()
        self.layers = nn.Sequential(
            nn.Linear(len(CHANNELS) + 2 * len(HEAD) + NOISE, size), nn.SiLU(), nn.Linear(size, size), nn.SiLU(),
            nn.Linear(size, size), nn.SiLU(), nn.Linear(size, 2 * POINTS),
        )  # fmt: skip

    @staticmethod
    def inputs(expression: Tensor, noise: Tensor) -> Tensor:
        """(batch, 77) what the layers are given: the expression, sines and cosines of the head's turns, the noise."""
        turn = expression[:, HEAD_SLICE]
        return torch.cat([expression, torch.sin(turn), torch.cos(turn), noise], dim=1)

    def forward(self, expression: Tensor, noise: Tensor) -> Tensor:
        """As the class says."""
        points: Tensor = self.layers(self.inputs(expression, noise)).unflatten(1, (POINTS, 2))
        return points
