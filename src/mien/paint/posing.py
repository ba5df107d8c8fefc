"""From dragged key points to the muscles that bring them there, as far as muscles can.

Each point asks muscles of its own part of the face (the corner of the mouth those that smile and frown, the outline
the head). Damped least squares finds how far each has to pull: Gauss-Newton steps on the landmark net, a ridge towards
the expression as it was, and every channel inside its range. So neighbours move as they do when the face moves by
itself, and no drag tears it: what no muscle does is left undone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from mien.face import POINTS, Expression, Landmarks
from mien.face.channels import CHANNELS, GAZE, HEAD, HIGH, LOW, MUSCLES, channel
from mien.paint.landmark_net import LandmarkNet

Pins = Mapping[int, tuple[float, float]]
"""Where points are dragged to: (x, y) in picture units, by the number of the point (see `Landmarks`)."""

_STEPS = 6  # ours: the net bends little over the range of a muscle
_ENOUGH = 2e-3  # ours: a step this small in every channel is the last
_RIDGE = 2e-5  # ours, squared picture units: a hundredth of what a smile's corner goes
_AGAINST = 3.0  # ours, times the ridge: what it costs that two antagonists pull at once
_FAR = 1.15  # ours: a point goes no further than this times the farthest that one muscle brings it
_LONGEST = 0.5  # ours: the most that a channel changes in one step


def _both(*names: str) -> tuple[str, ...]:
    return tuple(name + side for name in names for side in ("Left", "Right"))


def _asked() -> dict[int, tuple[str, ...]]:
    """The channels that each point asks."""
    asked: dict[int, tuple[str, ...]] = {}

    def put(points: Iterable[int], *names: str) -> None:
        asked.update(dict.fromkeys(points, names))

    put((0, 1, 2, 14, 15, 16), "roll")
    put((3, 4, 5, 11, 12, 13), "yaw", "pitch")
    put((*range(27, 36), 36, 39, 42, 45), *HEAD)
    put(range(6, 11), "jawOpen", "jawLeft", "jawRight")
    parts = (
        ("Right", range(17, 22), (37, 38), (40, 41), (48, 60)),
        ("Left", range(22, 27), (43, 44), (46, 47), (54, 64)),
    )
    for side, brow, upper, lower, corner in parts:
        put(brow, f"browDown{side}", f"browOuterUp{side}", "browInnerUp")
        put(upper, f"eyeBlink{side}", f"eyeWide{side}")
        put(lower, f"eyeSquint{side}", f"cheekSquint{side}")
        pulls = (f"mouth{pull}{side}" for pull in ("Smile", "Frown", "Stretch", "Dimple"))
        put(corner, *pulls, "mouthPucker", "mouthLeft", "mouthRight")
    lips = ("mouthLeft", "mouthRight", "mouthShrugLower")
    put((*range(49, 54), 61, 62, 63), *_both("mouthUpperUp"), *lips)
    put((*range(55, 60), 65, 66, 67), "jawOpen", *_both("mouthLowerDown"), *lips)
    put((68, 69), *GAZE)
    return asked


ASKED: Final = _asked()
"""The channels that each of the 70 points asks when it is dragged."""

_LOOKS = tuple(name for name in MUSCLES if name.startswith("eyeLook"))
"""Asked beside the gaze where both irises are dragged: eyes may cross."""

_ASIDE = ("mouthLeft", "mouthRight", "mouthPucker", "mouthShrugLower")
_COSTS = {**dict.fromkeys(_ASIDE, 4.0), **dict.fromkeys(_LOOKS, 8.0), "roll": 12.0}  # ours: they move much else
_PAIRS = (
    *((one + side, other + side) for side in ("Left", "Right") for one, other in (
        ("mouthSmile", "mouthFrown"), ("mouthDimple", "mouthFrown"), ("eyeWide", "eyeBlink"),
        ("browDown", "browOuterUp"),
    )),
    *((one + side, other) for side in ("Left", "Right") for one, other in (
        ("browDown", "browInnerUp"), ("mouthStretch", "mouthPucker"),
    )),
    ("jawLeft", "jawRight"), ("mouthLeft", "mouthRight"),
)  # fmt: skip


@runtime_checkable
class Poses(Protocol):
    """A painter whose character has key points that somebody may drag."""

    def points(self, expression: Expression) -> Landmarks:
        """Where the key points of this expression's picture lie."""
        ...

    def posed(self, expression: Expression, pins: Pins) -> Expression:
        """The expression nearest to this one whose key points lie where they are dragged, as far as a face can."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class Poser:
    """Solves for one character. net: of its key points. reach: (63,) how far from 0 each channel was learnt."""

    net: LandmarkNet
    reach: NDArray[np.float32]

    def posed(self, expression: Expression, pins: Pins) -> Expression:
        """As `Poses.posed`. Raises ValueError for a point that there is not, or a place that is no place."""
        numbers = sorted(pins)
        if not numbers:
            return expression
        wanted = np.array([pins[number] for number in numbers], np.float64)
        if not (numbers[0] >= 0 and numbers[-1] < POINTS and np.isfinite(wanted).all()):
            raise ValueError(f"pins: expected points in 0..{POINTS - 1} with finite places, got {dict(pins)!r:.200}")
        names = _channels(numbers)
        at = np.array([channel(name) for name in names])
        low, high = np.maximum(LOW[at], -self.reach[at]), np.minimum(HIGH[at], self.reach[at])
        channels = np.clip(expression.channels, -self.reach, self.reach)
        begun = channels[at].astype(np.float64)
        wanted = self._within_reach(channels, expression.noise, numbers, at, (low, high), wanted)
        ridge, now = _ridge(names), begun.copy()
        for _ in range(_STEPS):
            points, slopes = self.net.slopes(channels, expression.noise, numbers)
            slopes = slopes[:, at]
            missing = (wanted - points[numbers]).ravel()
            step = _bounded(
                slopes.T @ slopes + ridge, slopes.T @ missing - ridge @ (now - begun), low - now, high - now
            )
            most = float(np.abs(step).max())
            now += step * min(1.0, _LONGEST / max(most, 1e-9))
            channels[at] = now
            if most < _ENOUGH:
                break
        return Expression.clipped(channels, expression.noise, expression.emotion)

    def _within_reach(
        self, channels: NDArray[np.float32], noise: NDArray[np.float32], numbers: list[int], at: NDArray[np.intp],
        bounds: tuple[NDArray[np.float32], NDArray[np.float32]], wanted: NDArray[np.float64],
    ) -> NDArray[np.float64]:  # fmt: skip
        """The places that are wanted, drawn back to about where one channel alone could bring each point."""
        points, slopes = self.net.slopes(channels, noise, numbers)
        here = points[numbers].astype(np.float64)
        span = np.maximum(np.abs(bounds[0] - channels[at]), np.abs(bounds[1] - channels[at]))
        ways = np.hypot(slopes[0::2, at], slopes[1::2, at]) * span
        farthest = _FAR * ways.max(axis=1)
        far = np.hypot(*(wanted - here).T)
        held: NDArray[np.float64] = here + (wanted - here) * np.minimum(1.0, farthest / np.maximum(far, 1e-9))[:, None]
        return held


def _channels(numbers: list[int]) -> list[str]:
    """The channels that these points ask together, each once, in the order of CHANNELS."""
    asked = {name for number in numbers for name in ASKED[number]}
    if {68, 69} <= set(numbers):
        asked.update(_LOOKS)
    return [name for name in CHANNELS if name in asked]


def _ridge(names: list[str]) -> NDArray[np.float64]:
    """What it costs to leave the expression as it was: (n, n), positive definite."""
    ridge: NDArray[np.float64] = np.diag([_COSTS.get(name, 1.0) for name in names])
    for one, other in _PAIRS:
        if one in names and other in names:
            a, b = names.index(one), names.index(other)
            ridge[np.ix_((a, b), (a, b))] += _AGAINST
    ridge *= _RIDGE
    return ridge


def _bounded(
    curve: NDArray[np.float64], pull: NDArray[np.float64], low: NDArray[np.float64], high: NDArray[np.float64]
) -> NDArray[np.float64]:
    """About the step in low..high with the least ½ step·curve·step − pull·step: what leaves the bounds is set on them,
    and the others are solved for anew."""
    step = np.zeros(len(pull))
    free = np.ones(len(pull), bool)
    while free.any():
        rest = pull[free] - curve[np.ix_(free, ~free)] @ step[~free]
        found = np.linalg.solve(curve[np.ix_(free, free)], rest)
        held = np.clip(found, low[free], high[free])
        step[free] = held
        out = np.flatnonzero(free)[held != found]
        if not out.size:
            break
        free[out] = False
    return step
