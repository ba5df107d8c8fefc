"""Pictures that the artist draws: any number of identities, exact key points, the feeling that was asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from mien.face import CLASSES, FEELINGS, Expression
from mien.face.channels import CHANNELS
from mien.paint.alpha import straight
from mien.paint.drawn import Identity, draw, key_points
from mien.train.core.poses import sample_expression
from mien.train.prepare.labels import Shares
from mien.train.prepare.picture import Pixels
from mien.train.prepare.sources import Raw

_OVER = 2
"""Times the prepared size that is drawn, so that the crop stays sharp."""


def drawn(count: int, size: int, seed: int) -> Iterator[Raw]:
    """`count` pictures, each of another identity and expression, decided by seed and number alone."""
    side = int(np.clip(_OVER * size, 128, 2048))
    for number in range(count):
        chance = np.random.default_rng((seed, number))
        identity = Identity.of(int(chance.integers(2**31)))
        expression = sample_expression(chance)
        points = key_points(identity, expression).points * np.float32(side)
        group = f"drawn {seed}/{number}"
        numbers = dict(zip(CHANNELS, (float(value) for value in expression.channels), strict=True))
        yield Raw(
            group, _picture(identity, expression, side), "drawn", _shares(expression), group, None, points, numbers
        )


def _picture(identity: Identity, expression: Expression, side: int) -> Callable[[], Pixels]:
    """A reader that draws when it is called, so that pictures are not all held at once."""

    def read() -> Pixels:
        return straight(draw(identity, expression, side))

    return read


def _shares(expression: Expression) -> Shares:
    """The feelings by their strength; what is missing to 1 is neutral."""
    felt = np.clip(expression.emotion, 0.0, 1.0)
    shares = np.zeros(len(CLASSES), np.float32)
    total = float(felt.sum())
    shares[: len(FEELINGS)] = felt / np.float32(max(total, 1.0))
    shares[CLASSES.index("neutral")] = max(0.0, 1.0 - total)
    return shares
