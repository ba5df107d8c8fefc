"""Names trouble while it happens: collapse, a critic that is dead or runs away, NaN and Inf, memorising.

Each look paints the same conditions with the same noise and compares with the same real pictures, so that figures of
one run can be read one after another. What the alarms do is `core.run`'s.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mien.train.core.distances import apart, nearest, spread, squared_distances
from mien.train.core.monitor import Trouble, figure_troubles
from mien.train.gan.features import Eyes, RandomEyes, features, in_batches
from mien.train.gan.model import noises, painted
from mien.train.gan.networks import Generator
from mien.train.gan.pictures import Asked, Pictures
from mien.train.gan.recipe import Alarms

_COUNT = 256  # pictures of a look
_INSIDE = 24  # pictures of one condition
_TWIN = 0.05  # of the real pictures' median distance: closer is nearly equal


@dataclass(frozen=True, slots=True)
class Look:
    """What one look saw.

    precision, recall, coverage: on random convolutions. inside: variety under one condition, as a share of the real
    pictures' of one class. twins: share of pictures with a nearly equal one. copies: share of pictures nearer to a
    training picture than real ones of the same number ever are to each other.
    """

    precision: float
    recall: float
    coverage: float
    inside: float
    twins: float
    copies: float


class Monitor:
    """Looks at a generator. pictures: the training split; seed: of the conditions and noises that it always asks."""

    def __init__(self, pictures: Pictures, noise: int, seed: int = 0, count: int = _COUNT):
        chance = np.random.default_rng((seed, 77))
        count = min(count, len(pictures))
        shown = chance.permutation(len(pictures))[:count]
        self._eyes: Eyes = RandomEyes(pictures.task.channels)
        real = pictures.pixels(shown)
        self._real = features(self._eyes, in_batches(real))
        self._asked = pictures.asked(shown)
        self._noise = noises(count, noise, seed + 77)
        largest = np.bincount(pictures.labels.argmax(axis=1)).argmax()
        same = np.flatnonzero(pictures.labels.argmax(axis=1) == largest)[:_COUNT]
        self._variety = apart(features(self._eyes, in_batches(pictures.pixels(same))))
        one = pictures.asked(same[:1])
        self._one = Asked(one.wishes.expand(_INSIDE, -1), one.points.expand(_INSIDE, -1, -1))
        between = _to_nearest(self._real)
        self._near, self._least = float(np.median(between)), float(np.min(between))
        # where a rich set of training pictures is asked whether one was copied
        self._training = features(
            self._eyes, (pictures.pixels(part) for part in np.array_split(chance.permutation(len(pictures))[:4096], 16))
        )

    def look(self, generator: Generator) -> Look:
        """One look at the generator as it is now. Raises ValueError when it paints NaN or Inf."""
        fake = features(self._eyes, in_batches(painted(generator, self._asked, self._noise)))
        alike = painted(generator, self._one, self._noise[:_INSIDE])
        inside = features(self._eyes, in_batches(alike))
        found = spread(self._real, fake, min(5, len(fake) - 1))
        _, near = nearest(fake, self._training)
        return Look(
            found.precision, found.recall, found.coverage, apart(inside) / max(self._variety, 1e-9),
            float(np.mean(_to_nearest(fake) < _TWIN * self._near)), float(np.mean(near < 0.5 * self._least)),
        )  # fmt: skip


def _to_nearest(rows: NDArray[np.float32]) -> NDArray[np.float64]:
    """(n,) distance of every row to the nearest other one."""
    table = squared_distances(rows, rows)
    np.fill_diagonal(table, np.inf)
    return np.asarray(np.sqrt(table.min(axis=1)))


def troubles(look: Look | None, figures: Mapping[str, float], alarms: Alarms, seen: int, noisy: bool) -> list[Trouble]:
    """What is wrong, if anything.

    look: None between looks. figures: means since the last ones: "gap", "slope", "critic", "generator".
    noisy: the generator is given noise, so pictures of one condition ought to differ.
    """
    found = figure_troubles(figures, alarms.gap, alarms.slope)
    if (
        look is None or any(one.kind == "not-finite" for one in found) or seen < alarms.grace
    ):  # a generator that has just begun paints all alike
        return found
    if noisy and look.inside < alarms.spread:
        found.append(Trouble(
            "collapse", f"pictures of one condition vary {look.inside:.3f} of the real ones (bound {alarms.spread:g})"
        ))  # fmt: skip
    if look.twins > alarms.twins:
        found.append(
            Trouble("collapse", f"{look.twins:.0%} of the pictures have a near twin (bound {alarms.twins:.0%})")
        )
    if look.coverage < alarms.coverage:
        found.append(Trouble("collapse", f"coverage {look.coverage:.3f} (bound {alarms.coverage:g})"))
    if look.copies > alarms.copies:
        found.append(Trouble(
            "memorising", f"{look.copies:.0%} of the pictures are copies of real ones (bound {alarms.copies:.0%})"
        ))  # fmt: skip
    return found
