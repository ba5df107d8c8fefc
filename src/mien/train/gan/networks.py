"""The two that play: a generator that paints what is asked for, a critic that tells painted from real.

One class each; `Recipe` and `Task` say how large they are and what they are asked. Neither normalises: residual blocks
that begin near zero keep both in range. Source of the shape: Huang et al., "The GAN is dead; long live the GAN!", 2024.
"""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from mien.face.landmarks import JAW, MOUTH, NOSE, POINTS
from mien.train.core.distance_maps import BROWS, IRISES, LIDS, DistanceMaps, spots
from mien.train.gan.recipe import Net, Recipe, Task

_EMBED = 256
_UNIT = 256.0
"""Key points come in units of the picture; distances are measured in steps made for a side of so many."""

_FINEST = 32
"""Cells a side of the finest grid that is given where the key points lie."""

_GROUPS = (range(JAW.stop), BROWS, range(NOSE.start, NOSE.stop), LIDS, range(MOUTH.start, MOUTH.stop), IRISES)
"""Key points that the critic gets as one map each: jaw, brows, nose, lids, lips, irises."""

SLOPE = 0.2


class Block(nn.Module):
    """A convolution, and where the condition modulates, its scale and shift of every map."""

    def __init__(self, inside: int, outside: int, net: Net, condition: int):
        super().__init__()
        self.conv = nn.Conv2d(inside, outside, net.kernel, padding=net.kernel // 2)
        self.again = nn.Conv2d(outside, outside, net.kernel, padding=net.kernel // 2) if net.residual else None
        self.pass_by = nn.Conv2d(inside, outside, 1, bias=False) if net.residual and inside != outside else None
        self.film = nn.Linear(condition, 2 * outside) if condition else None
        nn.init.kaiming_normal_(self.conv.weight, a=SLOPE)
        nn.init.zeros_(self.conv.bias)  # type: ignore[arg-type]  # the layer is made with a bias
        if self.again is not None:
            nn.init.kaiming_normal_(self.again.weight, a=SLOPE)
            self.again.weight.data *= 0.1
            nn.init.zeros_(self.again.bias)  # type: ignore[arg-type]  # likewise
        if self.film is not None:
            nn.init.normal_(self.film.weight, std=0.02)
            nn.init.zeros_(self.film.bias)

    def forward(self, x: Tensor, condition: Tensor) -> Tensor:
        """x: (batch, inside, height, width) -> (batch, outside, height, width)."""
        y = self.conv(x)
        if self.film is not None:
            scale, shift = self.film(condition)[:, :, None, None].chunk(2, dim=1)
            y = y * (1.0 + scale) + shift
        y = F.leaky_relu(y, SLOPE)
        if self.again is None:
            return y
        past = x if self.pass_by is None else self.pass_by(x)
        result: Tensor = past + self.again(y)
        return result


class Palette(nn.Module):
    """The colours of a character, chosen by its noise, and every pixel a mixture of them: drawn faces are cels."""

    def __init__(self, colours: int, channels: int, noise: int):
        super().__init__()
        self.colours = colours
        last = nn.Linear(_EMBED, colours * channels)
        self.choose = nn.Sequential(
            nn.Linear(noise, _EMBED), nn.SiLU(), nn.Linear(_EMBED, _EMBED), nn.SiLU(), last
        )  # fmt: skip
        for layer in self.choose:
            if isinstance(layer, nn.Linear):
                nn.init.kaiming_normal_(layer.weight)
                nn.init.uniform_(layer.bias, -1.0, 1.0)
        last.weight.data *= 0.5  # about half of a colour's range is the character's from the start

    def forward(self, logits: Tensor, noise: Tensor) -> Tensor:
        """logits: (batch, colours, height, width), of each colour at each pixel. noise: (batch, z).

        Returns (batch, channels, height, width), about -1..1.
        """
        colours = self.choose(noise).unflatten(1, (self.colours, -1))
        return torch.einsum("bkhw,bkc->bchw", logits.softmax(dim=1), colours)


class Generator(nn.Module):
    """Noise, what is asked for and key points in; pictures out."""

    def __init__(self, task: Task, recipe: Recipe):
        super().__init__()
        net = recipe.generator
        self.task, self.noise, self.squash = task, recipe.noise, recipe.squash
        self.grid = net.grid(task.size)
        self.embed = nn.Sequential(
            nn.Linear(recipe.noise + task.asked + 2 * task.points, _EMBED), nn.SiLU(),
            nn.Linear(_EMBED, _EMBED), nn.SiLU(),
        )  # fmt: skip
        self.start = nn.Linear(_EMBED, net.channels[0] * self.grid**2)
        condition = _EMBED if net.modulated else 0
        self.stages = nn.ModuleList()
        self.distances = nn.ModuleList()
        inside = net.channels[0]
        for number, outside in enumerate(net.channels):
            blocks = [Block(inside if n == 0 else outside, outside, net, condition) for n in range(net.depth)]
            self.stages.append(nn.ModuleList(blocks))
            cells = self.grid * 2**number
            if task.points and cells <= _FINEST:
                self.distances.append(DistanceMaps(task.points, inside, cells, cells, _UNIT / cells, 0.0, 0.0))
            inside = outside
        self.palette = Palette(net.palette, task.channels, recipe.noise) if net.palette else None
        self.paint = nn.Conv2d(inside, net.palette or task.channels, net.kernel, padding=net.kernel // 2)
        nn.init.normal_(self.paint.weight, std=0.5 / math.sqrt(inside * net.kernel**2))
        nn.init.zeros_(self.paint.bias)  # type: ignore[arg-type]  # the layer is made with a bias

    def forward(self, noise: Tensor, asked: Tensor, points: Tensor) -> Tensor:
        """noise: (batch, z). asked: (batch, 9 + columns). points: (batch, points, 2) in units of the picture.

        Returns (batch, channels, size, size), about 0..1, to be clipped by whoever shows it.
        """
        inputs = torch.cat([noise, asked, points.flatten(1) - 0.5], dim=1)
        condition = self.embed(inputs)
        x = self.start(condition).unflatten(1, (-1, self.grid, self.grid))
        for number, stage in enumerate(self.stages):
            if number:
                x = F.interpolate(x, scale_factor=2.0, mode="nearest")
            if number < len(self.distances):
                x = x + self.distances[number](points * _UNIT)
            for block in stage:  # type: ignore[attr-defined]  # a list of blocks
                x = block(x, condition)
        painted = self.paint(F.leaky_relu(x, SLOPE))
        if self.palette is not None:
            painted = self.palette(painted, noise)
        return 0.5 + 0.5 * torch.tanh(painted) if self.squash else 0.5 + 0.5 * painted


def maps(points: Tensor, size: int) -> Tensor:
    """(batch, maps, size, size) spots where the key points lie; (batch, points, 2) in units of the picture."""
    cells = (torch.arange(size, dtype=points.dtype, device=points.device) + 0.5) / size
    near_x = torch.exp(-((cells[None, None] - points[:, :, :1]) ** 2) * (0.5 * _UNIT**2 / 2.5**2))
    near_y = torch.exp(-((cells[None, None] - points[:, :, 1:]) ** 2) * (0.5 * _UNIT**2 / 2.5**2))
    count = points.shape[1]
    groups = _GROUPS if count == POINTS else (range(count),)
    return spots(near_x, near_y, groups)


class Critic(nn.Module):
    """Pictures with what they were asked for in, one score each out: higher is more real. Says also what it sees."""

    def __init__(self, task: Task, recipe: Recipe):
        super().__init__()
        net = recipe.critic
        self.task = task
        grid = net.grid(task.size)
        extra = 0 if not task.points else len(_GROUPS) if task.points == POINTS else 1
        finest_first = net.channels[::-1]
        self.begin = nn.Conv2d(task.channels + extra, finest_first[0], net.kernel, padding=net.kernel // 2)
        self.stages = nn.ModuleList()
        inside = finest_first[0]
        for outside in finest_first:
            self.stages.append(
                nn.ModuleList(Block(inside if n == 0 else outside, outside, net, 0) for n in range(net.depth))
            )
            inside = outside
        self.look = nn.Linear(inside * grid**2, _EMBED)
        self.score = nn.Linear(_EMBED, 1)
        self.tell = nn.Linear(_EMBED, task.asked)
        self.project = nn.Sequential(nn.Linear(task.asked, _EMBED), nn.SiLU(), nn.Linear(_EMBED, _EMBED))

    def forward(self, picture: Tensor, asked: Tensor, points: Tensor) -> tuple[Tensor, Tensor]:
        """picture: (batch, channels, size, size) in 0..1. Returns (batch,) raw scores, and what the picture alone
        tells of the expression: (batch, 9 + columns), the class shares' logits and the numbers.

        The condition joins by projection (Miyato and Koyama 2018), the key points as maps beside the picture.
        """
        x = 2.0 * picture - 1.0
        if self.task.points:
            x = torch.cat([x, maps(points, self.task.size)], dim=1)
        x = self.begin(x)
        for number, stage in enumerate(self.stages):
            if number:
                x = F.avg_pool2d(x, 2)
            for block in stage:  # type: ignore[attr-defined]  # a list of blocks
                x = block(x, x)
        seen = F.leaky_relu(self.look(F.leaky_relu(x, SLOPE).flatten(1)), SLOPE)
        fits = (seen * self.project(asked)).sum(dim=1) / math.sqrt(_EMBED)
        scores: Tensor = self.score(seen)[:, 0] + fits
        return scores, self.tell(seen)
