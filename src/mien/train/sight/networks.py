"""The five nets of sight: plain convolutions with batch norm, small enough for one core of a CPU.

Source of the residual blocks: He et al., "Identity Mappings in Deep Residual Networks", 2016.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from mien.face import CLASSES, MUSCLES, POINTS
from mien.face.channels import GAZE, HEAD
from mien.sense.sight.crop import FIVE

MAPPED = (2 * POINTS, len(HEAD), len(GAZE), 1)
"""Numbers that the mapper tells: key points, head, gaze, and whether there is a face at all."""

MOVED = (len(MUSCLES), 2 * POINTS)
"""Numbers that the mover tells: muscles, and, while it is trained, key points."""


FELT = (len(CLASSES), len(CLASSES), *MOVED)
"""Numbers that the feeler tells while it is trained: own label, votes, and what the mover tells."""


def _conv(into: int, out: int, stride: int = 1, kernel: int = 3) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(into, out, kernel, stride, kernel // 2, bias=False), nn.BatchNorm2d(out), nn.ReLU(inplace=True)
    )


class Block(nn.Module):
    """Two 3x3 convolutions added to what came in."""

    def __init__(self, width: int):
        super().__init__()
        self.first = _conv(width, width)
        self.second = nn.Sequential(nn.Conv2d(width, width, 3, 1, 1, bias=False), nn.BatchNorm2d(width))

    def forward(self, x: Tensor) -> Tensor:
        """Same shape."""
        return torch.relu(x + self.second(self.first(x)))


class Mapper(nn.Module):
    """(batch, 3, 112, 112) in 0..1 to (batch, 146): a face's crop to its key points in units of the crop, then yaw,
    pitch and roll within the crop, gaze, and the logit of there being a face."""

    def __init__(self, widths: tuple[int, int, int, int] = (24, 48, 96, 128)):
        super().__init__()
        a, b, c, d = widths
        self.body = nn.Sequential(
            _conv(3, a, 2), _conv(a, b, 2), Block(b), _conv(b, c, 2), Block(c), Block(c), _conv(c, d, 2), Block(d),
            _conv(d, 24, kernel=1), nn.Flatten(),
        )  # fmt: skip
        self.neck = nn.Sequential(nn.Linear(24 * 49, 224), nn.ReLU(inplace=True))
        self.points = nn.Linear(224, 2 * POINTS)
        self.rest = nn.Linear(224, sum(MAPPED[1:]))

    def forward(self, crops: Tensor) -> Tensor:
        """As the class says."""
        seen = self.neck(self.body(2.0 * crops - 1.0))
        return torch.cat([self.points(seen) * 0.1 + 0.5, self.rest(seen)], dim=1)


class Mover(nn.Module):
    """(batch, 1, 80, 80) grey in 0..1, a face cut close by its key points, to (batch, 192): the 52 muscles, then the
    key points in units of the crop, from which the convolutions learn to see fine. outputs: how many of these are asked
    for, in this order."""

    def __init__(self, widths: tuple[int, int, int, int] = (16, 32, 64, 72), outputs: int = sum(MOVED)):
        super().__init__()
        a, b, c, d = widths
        self.outputs = outputs
        self.body = nn.Sequential(
            _conv(1, a, 2), Block(a), _conv(a, b, 2), Block(b), Block(b), _conv(b, c, 2), Block(c), Block(c),
            _conv(c, d, 2), Block(d), _conv(d, 24, kernel=1), nn.Flatten(),
        )  # fmt: skip
        self.neck = nn.Sequential(nn.Linear(24 * 25, 144), nn.ReLU(inplace=True))
        self.muscles = nn.Linear(144, MOVED[0])
        self.points = nn.Linear(144, MOVED[1])

    def forward(self, crops: Tensor) -> Tensor:
        """As the class says."""
        seen = self.neck(self.body(2.0 * crops - 1.0))
        muscles = torch.sigmoid(self.muscles(seen))
        return muscles if self.outputs == MOVED[0] else torch.cat([muscles, self.points(seen) * 0.1 + 0.5], dim=1)


class Feeler(nn.Module):
    """(batch, 1, 48, 48) grey in 0..1 to (batch, 9) logits over `mien.face.CLASSES`; any size in eights.

    While it is trained (`own` is None) it gives (batch, 210) as `FELT` says: the logits of the corpus' own label and of
    the annotators' votes, and what the mover tells, from which the convolutions learn how faces move. Then the logits
    are mixed, `own` the share of the first.
    """

    def __init__(
        self, widths: tuple[int, int, int] = (48, 80, 160), drop: float = 0.3, own: float | None = None
    ):  # fmt: skip
        super().__init__()
        a, b, c = widths
        self.own = own
        self.body = nn.Sequential(
            nn.PixelUnshuffle(2), _conv(4, a), Block(a), _conv(a, b, 2), Block(b), Block(b), _conv(b, c, 2), Block(c),
        )  # fmt: skip
        self.drop = nn.Dropout(drop)
        self.read = nn.Linear(c, sum(FELT[:2]))
        self.side = nn.Linear(c, sum(FELT[2:]))

    def forward(self, crops: Tensor) -> Tensor:
        """As the class says."""
        seen = self.body(2.0 * crops - 1.0).mean(dim=(2, 3))
        logits: Tensor = self.read(self.drop(seen))
        if self.own is None:
            muscles, points = torch.split(self.side(seen), list(MOVED), dim=1)
            return torch.cat([logits, torch.sigmoid(muscles), points * 0.1 + 0.5], dim=1)
        first, second = logits.chunk(2, dim=1)
        return self.own * first + (1.0 - self.own) * second


class Judge(nn.Module):
    """(batch, 3, 64, 64) in 0..1, a face's square, to (batch, 3) logits: a person's face, a drawn one, none."""

    TOLD = 3

    def __init__(self, widths: tuple[int, int, int] = (16, 24, 48), drop: float = 0.2):
        super().__init__()
        a, b, c = widths
        self.body = nn.Sequential(
            nn.PixelUnshuffle(2), _conv(12, a), _conv(a, b, 2), _conv(b, c, 2), Block(c), _conv(c, 12, kernel=1),
            nn.Flatten(),
        )  # fmt: skip
        self.drop = nn.Dropout(drop)
        self.tell = nn.Linear(12 * 64, self.TOLD)

    def forward(self, crops: Tensor) -> Tensor:
        """As the class says."""
        told: Tensor = self.tell(self.drop(self.body(2.0 * crops - 1.0)))
        return told


class Finder(nn.Module):
    """(batch, 3, height, width) in 0..1, sides in multiples of 32, to three maps at 1/8, 1/16 and 1/32.

    Each map: (batch, 15, h, w): the logit of a face whose middle lies in this cell, the face's box as left, top, right
    and bottom in cells from the cell's middle, and its five points as x, y in cells from there.
    Source of the heads: Tian et al., "FCOS", 2019.
    """

    OUTPUTS = 1 + 4 + 2 * FIVE

    def __init__(self, widths: tuple[int, int, int, int, int] = (12, 24, 48, 64, 96), head: int = 48):
        super().__init__()
        a, b, c, d, e = widths
        self.near = nn.Sequential(_conv(3, a, 2), _conv(a, b, 2), _conv(b, c, 2), Block(c))
        self.middle = nn.Sequential(_conv(c, d, 2), Block(d))
        self.far = nn.Sequential(_conv(d, e, 2), Block(e))
        self.lift = nn.ModuleList(_conv(width, head, kernel=1) for width in (c, d, e))
        self.blend = nn.ModuleList(_conv(head, head) for _ in range(3))
        self.tell = nn.ModuleList(nn.Conv2d(head, self.OUTPUTS, 1) for _ in range(3))
        for layer in self.tell:
            assert isinstance(layer, nn.Conv2d)
            assert layer.bias is not None
            nn.init.zeros_(layer.bias)
            nn.init.constant_(layer.bias[:1], -4.0)

    def forward(self, pictures: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """As the class says."""
        near = self.near(2.0 * pictures - 1.0)
        middle = self.middle(near)
        far = self.far(middle)
        levels = [lift(x) for lift, x in zip(self.lift, (near, middle, far), strict=True)]
        levels[1] = levels[1] + nn.functional.interpolate(levels[2], scale_factor=2.0)
        levels[0] = levels[0] + nn.functional.interpolate(levels[1], scale_factor=2.0)
        a, b, c = (tell(blend(x)) for tell, blend, x in zip(self.tell, self.blend, levels, strict=True))
        return a, b, c
