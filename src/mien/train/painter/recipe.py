"""What a painter is trained by, as plain values; the recipes are functions that give them."""

from __future__ import annotations

from dataclasses import dataclass, replace

from mien.paint.drawn import MOMO, Identity
from mien.train.core.monitor import checked_action

MAY_CHANGE = frozenset(
    {"batch", "crops", "images", "fine", "alone", "rate", "rate_end", "haste", "save_every", "watch_every", "half_life",
     "eye_weight", "lip_weight", "line_weight", "hidden_weight", "trace_weight", "critic_rate", "critic_weight",
     "feature_weight", "gamma", "penalty_every", "stiffness", "fading", "thrift", "smoothing", "withheld", "alarms",
     "pool", "pool_fine", "settled", "median", "stirring"}
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

    identity: of a drawn character; None for one that is learnt from pictures. picture: pixels a side. scale: pixels of
    a cel's sheet in one of the canvas. condition: units of the network's layers. heard: of the last, those that the
    keys' weights are made of; all of them and the inputs too if None. poses, fit_steps: of the artist's lines, from
    which the layers' movements are learnt before any picture. pool, pool_fine: pictures drawn ahead, at the canvas'
    resolution and at twice that. batch: pictures of a step; crops: of so many more only what costs most, eyes, brows
    and lips, is painted, at the canvas' resolution; none where pictures come whole. images: total; fine: those before
    pictures are painted at twice the resolution; alone: those before the critic joins. rate: Adam's learning rate at
    first; in both parts it falls by a half cosine to `rate_end`, with the critic from a fifth. haste: how many times
    as fast the sheets, and their keys, go; at twice the resolution the sheets go like keys. settled: images over which
    the rate rises, and from which on weights are averaged. critic_*: the critic's. gamma: weight of R1 + R2.
    half_life: images in which the averaged weights forget half. *_weight: what an error costs over eyes and lips,
    where pictures come whole, over lines, where other layers hide it, and of movements beside the lines. stiffness:
    what a square pixel costs that a cel's field bends from knot to knot. fading: decoupled weight decay of the sheets
    and keys, so that what no picture asks for fades. thrift: weight of an L1 penalty on the keys, as a share of their
    learning rate. smoothing: share by which, every eighth step, keys come nearer to the mean of their neighbouring
    pixels; median: and sheets to their median. stirring: by which share of its spread each input is wrong, by chance,
    where it tells which keys show. withheld: shares of samples in which the key points, and in which the expression,
    are withheld. save_every, watch_every: images between checkpoints, and between looks of the monitor.
    """

    seed: int = 1
    identity: Identity | None = MOMO
    picture: int = 256
    scale: int = 2
    condition: int = 384
    heard: int | None = None
    poses: int = 16_000
    fit_steps: int = 3_000
    pool: int = 6_000
    pool_fine: int = 1_500
    batch: int = 4
    crops: int = 8
    images: int = 13_400
    fine: int = 7_200
    alone: int = 13_000
    rate: float = 5.0e-4
    rate_end: float = 5.0e-5
    haste: tuple[float, float] = (0.2, 1.0)
    settled: int = 2_000
    critic_rate: float = 4.0e-4
    critic_weight: float = 0.02
    feature_weight: float = 0.2
    gamma: float = 1.0
    penalty_every: int = 4
    half_life: float = 2_000.0
    eye_weight: float = 4.0
    lip_weight: float = 4.0
    line_weight: float = 4.0
    hidden_weight: float = 0.3
    trace_weight: float = 0.02
    stiffness: float = 2.0e-3
    fading: float = 0.0
    thrift: float = 0.15
    smoothing: float = 0.0
    median: float = 0.0
    stirring: float = 0.0
    withheld: tuple[float, float] = (0.03, 0.15)
    save_every: int = 2_000
    watch_every: int = 1_000
    alarms: Alarms = Alarms()


def drawn_character(identity: Identity = MOMO) -> Recipe:
    """A character that the artist draws."""
    return Recipe(identity=identity)


def character(filmed: bool = False) -> Recipe:
    """Another character, from prepared footage of it; shorter, for there is less to learn by heart.

    filmed: a camera's pictures of a real person, in which no line is as thin as a pixel, and which show few of the ways
    in which a face can be asked to look.
    """
    recipe = Recipe(
        identity=None, scale=1, condition=256, images=30_000, fine=30_000, alone=26_000, batch=4, rate=8.0e-4,
        rate_end=1.0e-4, haste=(4.0, 4.0), fading=0.01, half_life=4_000.0, thrift=0.02, smoothing=0.1,
    )  # fmt: skip
    return replace(recipe, median=0.2, heard=48, stirring=0.2) if filmed else recipe


def for_images(recipe: Recipe, images: int) -> Recipe:
    """The recipe for this many images: the critic joins as late as before, and weights are averaged over as much."""
    share = images / recipe.images
    fine, alone = (round(part * share) for part in (recipe.fine, recipe.alone))
    return replace(recipe, images=images, fine=fine, alone=alone, half_life=recipe.half_life * share)
