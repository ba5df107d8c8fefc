"""What is trained and how, as plain values; the recipes are functions that give them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from mien.face import CLASSES, POINTS, SettingsError
from mien.train.core.monitor import checked_action

OBJECTIVES = ("minimax", "non-saturating", "hinge", "wasserstein", "least-squares", "pairing")
PENALTIES = ("none", "slopes", "unit-slope")
PRECISIONS = ("bf16", "fp32")


@dataclass(frozen=True, slots=True)
class Task:
    """What the pictures are like and what is known of them: the part of a model that the data decide.

    size: pixels a side. channels: 1 grey, 3 RGB, 4 premultiplied RGBA. columns: names of the expression's numbers
    beside the nine class shares. points: key points a picture, 0 where there are none.
    """

    size: int
    channels: int
    columns: tuple[str, ...] = ()
    points: int = 0

    def __post_init__(self) -> None:
        if not 16 <= self.size <= 1024 or self.channels not in (1, 3, 4) or not 0 <= self.points <= POINTS:
            raise SettingsError(f"expected 16..1024 pixels, 1, 3 or 4 channels and at most {POINTS} points, got {self}")

    @property
    def asked(self) -> int:
        """Numbers that say which expression is asked for."""
        return len(CLASSES) + len(self.columns)


@dataclass(frozen=True, slots=True)
class Net:
    """A network's shape. channels: from the coarsest grid to the finest, each twice as fine as the one before.

    kernel: cells a side of a convolution, odd. depth: blocks on each grid. residual: blocks add to their input.
    modulated: the condition scales and shifts every block's maps (FiLM); else it enters at the first grid alone.
    palette: colours that every pixel of a generator's picture is mixed from; the noise alone chooses them, so a
    character's colours never follow its expression. 0: pixels are painted freely.
    """

    channels: tuple[int, ...]
    kernel: int = 3
    depth: int = 1
    residual: bool = True
    modulated: bool = True
    palette: int = 0

    def __post_init__(self) -> None:
        if not self.channels or len(self.channels) > 10 or not all(1 <= width <= 4096 for width in self.channels):
            raise SettingsError(f"channels: expected one or more numbers in 1..4096, got {self.channels}")
        if self.kernel % 2 != 1 or not 1 <= self.kernel <= 9:
            raise SettingsError(f"kernel: expected 1, 3, 5, 7 or 9 cells, got {self.kernel}")
        if self.palette < 0 or self.palette == 1:
            raise SettingsError(f"palette: expected 0 or at least 2 colours, got {self.palette}")

    def grid(self, size: int) -> int:
        """Cells a side of the coarsest grid for pictures of this size. Raises SettingsError when they do not fit."""
        times = 1 << (len(self.channels) - 1)
        if size % times or size // times < 2:
            raise SettingsError(
                f"{len(self.channels)} grids need pictures whose side is a multiple of {times}, at least {2 * times}; "
                f"got {size}: prepare them in another size"
            )
        return size // times


@dataclass(frozen=True, slots=True)
class Alarms:
    """When the monitor calls and what it does then: "warn", "stop" or "roll-back" (with half the rate).

    spread: least variety inside a condition, as a share of the real one. coverage: least share of real pictures that
    a generated one comes near. twins: largest share of generated pictures that are nearly equal to another. gap: widest
    distance of the critic's scores. slope: smallest norm of the generator's gradient. copies: largest share of pictures
    nearer to a training picture than real pictures ever are to each other. grace: images before pictures are judged,
    for a generator that has just begun paints all alike.
    """

    action: str = "warn"
    spread: float = 0.08
    coverage: float = 0.05
    twins: float = 0.2
    gap: float = 10.0
    slope: float = 1e-4
    copies: float = 0.2
    grace: int = 20_000

    def __post_init__(self) -> None:
        checked_action(self.action)


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a generator is trained. Amounts are in images seen.

    noise: size of the noise vector, 0 for none. pointed: key points are asked for where the data have them. squash: the
    generator ends in a tanh instead of a clipped line.
    objective, penalty: see `mien.train.core.objectives`; gamma, gamma_end: the penalty's weight, first and last;
    penalty_every: it is computed on every so many steps, and weighs as many times more.
    steady: weight of how much the picture at large changes when the same noise is asked for another expression, for who
    it is belongs to the noise (`objectives.steady_loss`).
    telling: weight of what the critic reads from a picture of what was asked (`objectives.telling_loss`).
    rate, rate_end, critic_rate: Adam's learning rates; they rise over the first `warm_up` images, for a critic that
    begins at the full rate shoots past everything, and then fall by a half cosine. betas: Adam's.
    batch: images a step, over all processes; accumulate: parts in which a step is computed. unrolled: steps that the
    critic looks ahead before the generator moves (its own second derivatives left out). half_life: of the averaged
    weights. mirror: left and right are the same. augment: how much of the critic's lead over held-out pictures is
    allowed before pictures are disturbed, 0 for never (adaptive augmentation). precision: "bf16" or "fp32".
    save_every, watch_every: images between checkpoints, and between looks of the monitor.
    """

    name: str
    generator: Net
    critic: Net
    noise: int = 64
    squash: bool = False
    pointed: bool = True
    objective: str = "pairing"
    penalty: str = "slopes"
    gamma: float = 0.2
    gamma_end: float = 0.03
    penalty_every: int = 4
    telling: float = 0.0
    steady: float = 0.0
    rate: float = 2e-4
    rate_end: float = 5e-5
    critic_rate: float = 4e-4
    warm_up: int = 500
    betas: tuple[float, float] = (0.5, 0.99)
    batch: int = 16
    accumulate: int = 1
    unrolled: int = 0
    images: int = 200_000
    half_life: float = 10_000.0
    mirror: bool = True
    augment: float = 0.0
    precision: str = "bf16"
    seed: int = 1
    save_every: int = 10_000
    watch_every: int = 10_000
    alarms: Alarms = Alarms()

    def __post_init__(self) -> None:
        for name, found, allowed in (
            ("objective", self.objective, OBJECTIVES), ("penalty", self.penalty, PENALTIES),
            ("precision", self.precision, PRECISIONS),
        ):  # fmt: skip
            if found not in allowed:
                raise SettingsError(f"{name}: expected one of {', '.join(allowed)}, got {found!r}")
        for name, number, least in (
            ("batch", self.batch, 2), ("accumulate", self.accumulate, 1), ("images", self.images, 1),
            ("noise", self.noise, 0), ("warm_up", self.warm_up, 0), ("unrolled", self.unrolled, 0),
            ("penalty_every", self.penalty_every, 1),
            ("save_every", self.save_every, 1), ("watch_every", self.watch_every, 1),
        ):  # fmt: skip
            if number < least:
                raise SettingsError(f"{name}: expected {least} or more, got {number}")
        if self.generator.palette and not self.noise:
            raise SettingsError("noise: expected 1 or more, for it chooses the generator's palette; got 0")
        if self.batch % self.accumulate:
            raise SettingsError(f"batch: expected a multiple of accumulate ({self.accumulate}), got {self.batch}")


def article() -> Recipe:
    """The baseline: a plain network of 128 channels and 5 x 5 convolutions, 100 numbers of noise, the minimax game.

    As such networks are described in introductions, with what cannot work put right: the generator grows from a coarse
    grid to the picture. The label enters both networks, so that an expression can be asked for. No averaging of weights
    to speak of, no penalty, no augmentation.
    """
    net = Net((128, 128, 128), kernel=5, residual=False, modulated=False)
    return Recipe(
        "article", net, net, noise=100, squash=True, objective="minimax", penalty="none", betas=(0.5, 0.999),
        critic_rate=2e-4, rate_end=2e-4, warm_up=0, half_life=1.0, mirror=False,
    )  # fmt: skip


def faces() -> Recipe:
    """Many people: class, key points where the data have them, and noise; relativistic pairing with both slopes."""
    channels = (256, 192, 128, 64, 32)
    return Recipe("faces", Net(channels), Net(channels, modulated=False), telling=1.0, augment=0.4)


def cast() -> Recipe:
    """Many drawn characters: who it is comes from the noise, what the face does from the expression.

    Key points would tell who it is, so they are not asked for. Its colours are a palette of the noise's.
    For 96 pixels a side, from a grid of 3 by 3.
    """
    channels = (256, 192, 128, 96, 48, 24)
    return Recipe(
        "cast", Net(channels, palette=16), Net(channels, modulated=False), noise=96, pointed=False, gamma=3.2,
        gamma_end=0.5, rate=3e-4, critic_rate=3e-4, telling=0.5, steady=2.0, images=180_000, mirror=False,
    )  # fmt: skip


RECIPES: dict[str, Callable[[], Recipe]] = {"article": article, "faces": faces, "cast": cast}


def chosen(name: str, **changes: Any) -> Recipe:
    """The recipe of this name with some settings changed. Raises SettingsError."""
    if name not in RECIPES:
        raise SettingsError(f"recipe: expected one of {', '.join(RECIPES)}, got {name!r}")
    return replace(RECIPES[name](), **changes)


def task_from(found: dict[str, Any]) -> Task:
    """A task as JSON holds it."""
    return Task(int(found["size"]), int(found["channels"]), tuple(found["columns"]), int(found["points"]))


def recipe_from(found: dict[str, Any]) -> Recipe:
    """A recipe as JSON holds it."""
    nets = {
        name: Net(**{**found[name], "channels": tuple(found[name]["channels"])}) for name in ("generator", "critic")
    }
    rest = {**found, **nets, "betas": tuple(found["betas"]), "alarms": Alarms(**found["alarms"])}
    return Recipe(**rest)
