"""What a painter is trained by, as plain values; the recipes are functions that give them."""

from __future__ import annotations

from dataclasses import dataclass, replace

from mien.paint.drawn import MOMO, Identity
from mien.train.core.monitor import checked_action

MAY_CHANGE = frozenset(
    {"batch", "images", "alone", "rate", "rate_end", "save_every", "watch_every", "half_life", "eye_weight",
     "lip_weight", "line_weight", "mark_weight", "critic_rate", "critic_weight", "feature_weight", "gamma",
     "penalty_every", "stiffness", "fading", "alarms"}
)  # fmt: skip
"""Settings that a resumed run may change: how long and how hard, not what."""


@dataclass(frozen=True, slots=True)
class Alarms:
    """When the monitor calls, and what it does then: one of `core.monitor.ACTIONS`.

    gap, slope: as `core.monitor.figure_troubles` takes them. variety: least variety of the painted pictures, as a share
    of the real ones'. fall: decibels by which they may be worse than they once were. grace: images before pictures are
    judged. All ours: far beyond what runs that ended well have shown.
    """

    action: str = "warn"
    gap: float = 20.0
    slope: float = 1e-7
    variety: float = 0.3
    fall: float = 4.0
    grace: int = 8_000

    def __post_init__(self) -> None:
        checked_action(self.action)


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a painter is trained. Amounts are in images seen.

    identity: of a drawn character; None for one that is learnt from pictures.
    images: total; alone: images before the critic joins. rate: Adam's learning rate at first; in both parts it falls
    by a half cosine to `rate_end`, with the critic from a fifth. critic_*: the critic's. gamma: weight of R1 + R2.
    *_weight: what an error costs over eyes, lips, lines and marks. stiffness: what a square pixel costs that a cel's
    field bends from knot to knot. fading: decoupled weight decay of the cels, so that what no picture asks for fades.
    save_every, watch_every: images between checkpoints, and between looks of the monitor.
    picture: pixels a side. channels: of the generator at 1/16, 1/8, 1/4 of the canvas and in its windows. cels: learnt
    sheets that lie over each other.
    """

    seed: int = 1
    identity: Identity | None = MOMO
    picture: int = 256
    channels: tuple[int, int, int, int] = (128, 96, 32, 48)
    cels: int = 5
    batch: int = 4
    images: int = 70_000
    alone: int = 66_000
    rate: float = 2.2e-3
    rate_end: float = 1.0e-4
    critic_rate: float = 4.0e-4
    critic_weight: float = 0.02
    feature_weight: float = 0.2
    gamma: float = 1.0
    penalty_every: int = 4
    half_life: float = 4_000.0
    eye_weight: float = 3.0
    lip_weight: float = 3.0
    line_weight: float = 4.0
    mark_weight: float = 3.0
    stiffness: float = 2.0e-3
    fading: float = 0.01
    save_every: int = 2_000
    watch_every: int = 2_000
    alarms: Alarms = Alarms()


def momo() -> Recipe:
    """The default character."""
    return Recipe()


def character() -> Recipe:
    """Another character, from prepared footage of it; shorter, for there is less to learn by heart."""
    return Recipe(identity=None, images=20_000, alone=17_000, eye_weight=5.0, lip_weight=5.0)


def for_images(recipe: Recipe, images: int) -> Recipe:
    """The recipe for this many images, the critic joining as late as before."""
    return replace(recipe, images=images, alone=images * recipe.alone // recipe.images)
