"""The painter's networks: a generator that paints from key points, expression, emotion and noise; the landmark net.

A small MLP makes of the condition how every cel moves and which of its key drawings show (`cels`); the rest is laying
them over each other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from mien.face import FEELINGS, NOISE, POINTS
from mien.face.channels import CHANNELS, HEAD, HEAD_SLICE, MARK_SLICE, channel
from mien.paint.keyed import EVEN
from mien.train.painter.cels import Cel, inside, laid
from mien.train.painter.layers import Layer

_TURNED = (channel("yaw"), channel("pitch"))

_TURN = 0.05
"""Radians that count as the head's spread where inputs are stirred. Ours."""

_STILL, _FAINT = 0.004, 0.05
"""Added to how far key points, in shares of the canvas, and numbers of the expression spread: less than that is
noise."""


@dataclass(frozen=True, slots=True)
class Widths:
    """The generator's shape.

    width, height: canvas pixels. picture: pixels a side of the picture that the canvas holds. layers: from back to
    front. margin: (x, y) pixels by which the canvas reaches out over the picture's left and top when the head is at
    rest. condition: units of the condition's MLP. scale: pixels of a sheet in one of the canvas. heard: as `Cel`
    has it.
    """

    width: int
    height: int
    picture: int
    layers: tuple[Layer, ...]
    margin: tuple[float, float]
    condition: int = 256
    scale: float = 2.0
    heard: int | None = None


@dataclass(frozen=True, slots=True)
class Parts:
    """What the networks make of the conditions, before anything is painted; the runtime takes it from here.

    fields, weights: of each cel, as `Cel.moved` and `Cel.weights` give them.
    """

    fields: tuple[Tensor, ...]
    weights: tuple[Tensor, ...]


class Generator(nn.Module):
    """Key points, expression, emotion and noise in; premultiplied RGBA on the canonical canvas out."""

    extent: Tensor
    turned: Tensor
    middle: Tensor
    steep: Tensor
    loose: Tensor

    def __init__(self, widths: Widths):
        super().__init__()
        self.widths = widths
        inputs = 2 * POINTS + len(CHANNELS) + len(FEELINGS) + NOISE + 2 + 6  # the last: what is given, and the place
        size = widths.condition
        self.embed = nn.Sequential(
            nn.Linear(inputs, size), nn.SiLU(), nn.Linear(size, size), nn.SiLU(), nn.Linear(size, size), nn.SiLU()
        )
        extent = torch.tensor([float(widths.width), float(widths.height)])
        self.register_buffer("extent", extent, persistent=False)
        self.register_buffer("middle", torch.full((POINTS, 2), 0.5))
        self.register_buffer("steep", torch.ones(inputs))
        self.register_buffer("loose", torch.zeros(inputs), persistent=False)
        self.turn = nn.Linear(2 * POINTS, len(_TURNED))
        self.register_buffer("turned", torch.tensor(_TURNED), persistent=False)
        turn = 2 * POINTS + channel("yaw"), 2 * POINTS + channel("pitch")
        self.cels = nn.ModuleList(
            Cel(layer, inputs, size, turn, widths.margin, widths.scale, widths.heard) for layer in widths.layers
        )

    @property
    def all_cels(self) -> list[Cel]:
        """The cels from back to front, typed."""
        return [cel for cel in self.cels if isinstance(cel, Cel)]

    def parts(
        self, points: Tensor, place: Tensor, expression: Tensor, emotion: Tensor, noise: Tensor, given: Tensor,
        stir: Tensor | None = None,
    ) -> Parts:  # fmt: skip
        """As `forward`, but not painted. stir: (batch, inputs) by how much of its spread each input is wrong where it
        tells which keys show; where it moves cels it is right, for pictures would be learnt askew."""
        flat = (points / self.extent - self.middle).flatten(1) * given[:, :1]
        known = given[:, 1:]
        # how far the head is turned shows in the key points, where the expression is withheld
        turned = torch.zeros_like(expression).index_copy(1, self.turned, self.turn(flat) * given[:, :1])
        where = place.flatten(1) * place.new_tensor([1.0, 1.0, 0.01, 1.0, 1.0, 0.01])
        shown = expression * known + turned * (1.0 - known)
        inputs = torch.cat([flat, shown, emotion * known, noise, given, where], dim=1) * self.steep
        condition = self._condition(inputs)
        stirred = condition if stir is None else self._condition(inputs + stir * self.loose)
        marks = expression[:, MARK_SLICE] * known
        fields = tuple(cel.moved(condition, points, given[:, :1], place) for cel in self.all_cels)
        return Parts(fields, tuple(cel.weights(stirred, marks) for cel in self.all_cels))

    def _condition(self, inputs: Tensor) -> Tensor:
        """(batch, condition + inputs) what the layers make of the inputs, and these. Of even size, whatever the layers
        grow to: weights of keys and their drawings are a product that runs away."""
        made = F.rms_norm(self.embed(inputs), (self.widths.condition,), eps=EVEN)
        return torch.cat([made, inputs], dim=1)

    def pictures(self, parts: Parts, unit: float = 1.0, only: Sequence[int] | None = None) -> list[Tensor]:
        """(batch, height, width, 4) of each cel in its box, clipped ones inside what they are clipped to.

        unit: canvas pixels from one pixel of the picture to the next. only: numbers of the cels that are wanted, with
        those that they are clipped to; all if None.
        """
        found: list[Tensor] = []
        cels = self.all_cels
        base, below = cels[0].layer, None
        for n in range(len(cels)) if only is None else only:
            picture = cels[n].picture(parts.fields[n], parts.weights[n], unit)
            if cels[n].layer.clipped and below is not None:
                picture = inside(picture, cels[n].layer, below, base, unit)
            else:
                base, below = cels[n].layer, picture
            found.append(picture)
        return found

    def laid(self, pictures: Sequence[Tensor], unit: float = 1.0) -> Tensor:
        """(batch, 4, height, width) these pictures over each other, on the whole canvas."""
        size = self.widths.width, self.widths.height
        return laid(pictures, self.widths.layers, size, unit).permute(0, 3, 1, 2)

    def forward(
        self, points: Tensor, place: Tensor, expression: Tensor, emotion: Tensor, noise: Tensor, given: Tensor
    ) -> Tensor:
        """points: (batch, 70, 2) canvas pixels. place: (batch, 2, 3) from canvas to picture pixels.

        expression: (batch, 63), emotion: (batch, 8), noise: (batch, 8) as in `Expression`.
        given: (batch, 2) 1 where the key points and where the expression with its emotion are known, else 0.
        Returns (batch, 4, height, width), premultiplied RGBA, about 0..1.
        """
        return self.laid(self.pictures(self.parts(points, place, expression, emotion, noise, given)))

    @torch.no_grad()
    def spread(self, points: Tensor, numbers: Tensor) -> None:
        """Let what moves little in the pictures count as much as what moves far: lids as much as the jaw.

        points: (n, 70, 2) canvas pixels. numbers: (n, 71) expression and emotion. The head's turns stay as they are,
        for cels begin to move by them. Call it before `begin`.
        """
        places = points / self.extent
        self.middle.copy_(places.mean(dim=0))
        channels = numbers.std(dim=0)
        steep = 1.0 / torch.cat([places.std(dim=0).flatten() + _STILL, channels + _FAINT])
        steep[2 * POINTS + HEAD_SLICE.start : 2 * POINTS + HEAD_SLICE.stop] = 1.0
        self.steep[: len(steep)] = steep

    @torch.no_grad()
    def begin(self, points: Tensor, turns: Tensor, reach: Tensor) -> None:
        """What is known before training beside the sheets: how the key points tell the turn.

        points: (n, 70, 2) canvas pixels; turns: (n, 2) their yaw and pitch in radians.
        reach: (79,) how far from zero the pictures show each number of expression, emotion and noise; those that stay
        at zero, and key points that stay where they are, never get a say, or they would paint whatever chance gave
        their weights.
        """
        still = (points / self.extent).flatten(1).std(dim=0) < _STILL / 100
        self.steep[: len(still)][still] = 0.0  # they are not quite at their mean, and Adam makes much of little
        unknown = torch.nonzero(torch.cat([still, reach < 1e-3])).flatten()
        self.loose[: len(still) + len(CHANNELS) + len(FEELINGS)] = 1.0
        self.loose[len(still) + HEAD_SLICE.start : len(still) + HEAD_SLICE.stop] = _TURN
        self.loose[unknown] = 0.0
        first = self.embed[0]
        assert isinstance(first, nn.Linear)
        first.weight[:, unknown] = 0.0
        for cel in self.all_cels:
            for layer in (cel.gather, cel.weigh):
                if layer is not None and layer.in_features > self.widths.condition:
                    layer.weight[:, self.widths.condition + unknown] = 0.0
        flat = (points / self.extent - self.middle).flatten(1).double()
        rows = torch.cat([flat, torch.ones_like(flat[:, :1])], dim=1)
        # a little ridge: the points move together in many ways
        square = rows.T @ rows + 1e-4 * torch.eye(rows.shape[1], dtype=rows.dtype)
        found = torch.linalg.solve(square, rows.T @ turns.double())
        self.turn.weight.copy_(found[:-1].T)
        self.turn.bias.copy_(found[-1])

    def bound(self, shrink: float, smoothing: float, median: float) -> None:
        """Keep the sheets pictures and the keys few; see `Cel.bound`."""
        for cel in self.all_cels:
            cel.bound(shrink, smoothing, median)


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
