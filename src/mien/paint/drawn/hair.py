"""Hair in layers: what falls behind, the dome, the fringe strand by strand, the locks beside the face."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from mien.face import Expression
from mien.paint.drawn.curves import bend, smooth, taper
from mien.paint.drawn.identity import Identity, darker, lighter, mix
from mien.paint.drawn.pose import Pose
from mien.paint.drawn.sheet import Color, Linear, Points, Sheet

# fringes: (root left, root right, tip x, tip y, bow) of each strand in head coordinates, from back to front
_FRINGES: dict[str, tuple[tuple[float, float, float, float, float], ...]] = {
    "swept": (
        (-62, -42, -58, 16, -5), (42, 62, 57, 18, 5), (-46, -20, -42, 8, -4), (22, 48, 39, 11, 5),
        (-26, 2, -24, 3, -5), (2, 30, 20, 9, 5), (-12, 14, -5, 13, -3),
    ),
    "straight": (
        (-62, -44, -56, 13, -3), (44, 62, 56, 13, 3), (-48, -28, -40, 6, -1), (28, 48, 40, 6, 1),
        (-31, -10, -22, 5, -1), (10, 31, 22, 5, 1), (-13, 13, 0, 7, 0),
    ),
    "parted": (
        (-60, -34, -60, 22, -8), (34, 60, 60, 22, 8), (-40, -14, -48, 12, -10), (14, 40, 48, 12, 10),
        (-20, 3, -32, 2, -10), (-3, 20, 34, 3, 10),
    ),
    "messy": (
        (-62, -40, -63, 11, 4), (40, 62, 60, 20, 7), (-46, -24, -47, 12, 5), (26, 46, 47, 3, 7), (-28, -6, -34, 0, 5),
        (12, 32, 18, 12, -5), (-10, 18, -14, 10, -7), (4, 22, 8, 0, 6),
    ),
    "curtain": (
        (-60, -30, -62, 34, -14), (30, 60, 62, 34, 14), (-36, -4, -54, 20, -18), (4, 36, 54, 20, 18),
    ),
}  # fmt: skip

_DOME = np.array(
    [
        [-68, 16], [-72, -8], [-69, -36], [-54, -64], [-29, -82], [0, -88], [29, -82], [54, -64], [69, -36], [72, -8],
        [68, 16], [54, -14], [34, -31], [0, -37], [-34, -31], [-54, -14],
    ],
    float,
)  # fmt: skip
_DOME_DEPTH = np.array([2, 0, -2, -2, 0, 4, 0, -2, -2, 0, 2, 26, 44, 52, 44, 26], float)

# what falls behind, half of it (the other half mirrors): head coordinates from the crown to the middle of the hem
_BACKS: dict[str, list[tuple[float, float]]] = {
    "bob": [(40, -74), (66, -42), (77, 0), (80, 36), (78, 66), (68, 82), (44, 80), (20, 76)],
    "long": [(40, -74), (66, -42), (77, 0), (83, 48), (88, 96), (84, 136), (60, 140), (26, 138)],
    "wavy": [(40, -74), (68, -42), (80, 0), (84, 30), (96, 62), (86, 92), (98, 124), (60, 140), (26, 138)],
    "short": [(40, -74), (66, -42), (75, 0), (73, 30), (66, 52), (52, 58), (30, 52), (14, 50)],
    "twintails": [(40, -74), (66, -42), (74, 0), (70, 34), (60, 52), (46, 58), (28, 54), (14, 52)],
    "ponytail": [(40, -74), (66, -42), (73, 0), (70, 30), (60, 48), (46, 54), (28, 50), (14, 48)],
}


@dataclass(frozen=True, slots=True)
class Strand:
    """A strand: `shape` is its closed outline, `left` and `right` its edges from root to tip, all placed."""

    shape: Points
    left: Points
    right: Points


def _line(identity: Identity) -> Color:
    return darker(identity.hair, 0.85)


def draw_back(sheet: Sheet, pose: Pose, identity: Identity, expression: Expression) -> None:
    """All that falls behind the head and the shoulders."""
    swing = 3.2 * float(expression.noise[0]) + 2.4 * float(expression.noise[5])
    if identity.back == "twintails":
        for side in (-1, 1):
            _tail(sheet, pose, identity, side, swing + side * 1.5 * float(expression.noise[2]))
    if identity.back == "ponytail":
        _ponytail(sheet, pose, identity, swing)
    half = np.array(_BACKS[identity.back], float)
    shape = np.concatenate([half, (half * (-1, 1))[::-1]])
    hang = np.clip((shape[:, 1] - 10.0) / 120.0, 0.0, 1.0)
    shape[:, 0] += swing * hang**1.3
    placed = pose.place(shape, -22.0)
    if pose.roll:  # long hair hangs: its lower part follows the head's tilt less
        level = Pose(pose.yaw, pose.pitch, 0.3 * pose.roll, pose.lift).place(shape, -22.0)
        placed += (level - placed) * (hang**1.2)[:, None]
    outline = smooth(placed, closed=True, steps=5)
    shade = darker(identity.hair, 0.42)
    sheet.line(np.concatenate([outline, outline[:1]]), 2.6, _line(identity))
    top, bottom = float(outline[:, 1].min()), float(outline[:, 1].max())
    middle = float(outline[:, 0].mean())
    tip = darker(identity.hair_tip, 0.30)
    sheet.fill(outline, Linear((middle, top + 70), (middle, bottom), ((0.0, shade, 1.0), (1.0, tip, 1.0))))
    half_count = len(half)
    for share in (0.35, 0.62, 0.84):  # a few long lines follow the outer edge inwards
        for edge in (placed[2:half_count], placed[half_count:-2][::-1]):
            inner = edge.copy()
            inner[:, 0] = middle + (edge[:, 0] - middle) * share
            sheet.line(smooth(inner, steps=3), taper(3 * (len(inner) - 1) + 1, 1.5, 0.5, 0.4), _line(identity), 0.5)


def _tail(sheet: Sheet, pose: Pose, identity: Identity, side: int, swing: float) -> None:
    """A tail of hair on one side."""
    base = np.array([[62, -42], [84, -50], [104, -20], [112, 30], [108, 78], [96, 116], [88, 88], [84, 40], [72, -6]])
    base = base.astype(float) * (side, 1)
    base[:, 0] += swing * np.clip((base[:, 1] + 40) / 120, 0, 1) ** 1.4
    shape = smooth(pose.place(base, -12.0), closed=True, steps=5)
    _lock(sheet, identity, shape)
    knot = smooth(pose.place(np.array([[60, -46], [72, -54], [76, -40], [64, -34]], float) * (side, 1), -6.0), True)
    sheet.fill(knot, identity.accent)
    sheet.line(np.concatenate([knot, knot[:1]]), 1.2, darker(identity.accent, 0.8))


def _ponytail(sheet: Sheet, pose: Pose, identity: Identity, swing: float) -> None:
    base = np.array([[20, -70], [60, -76], [92, -40], [104, 20], [96, 84], [84, 60], [76, 10], [58, -28]], float)
    base[:, 0] += swing * np.clip((base[:, 1] + 60) / 120, 0, 1) ** 1.4
    _lock(sheet, identity, smooth(pose.place(base, -34.0), closed=True, steps=5))


def _lock(sheet: Sheet, identity: Identity, shape: Points) -> None:
    """One lock, from root to tip."""
    top, bottom = float(shape[:, 1].min()), float(shape[:, 1].max())
    x = float(shape[:, 0].mean())
    sheet.line(np.concatenate([shape, shape[:1]]), 2.4, _line(identity))
    stops = ((0.0, identity.hair, 1.0), (1.0, mix(identity.hair, identity.hair_tip, 0.9), 1.0))
    sheet.fill(shape, Linear((x, top), (x, bottom), stops))


def shape_fringe(pose: Pose, identity: Identity, expression: Expression) -> list[Strand]:
    """The strands of the fringe, placed, from back to front."""
    strands = []
    rows = _FRINGES[identity.fringe]
    jitters = _jitters(identity.seed, len(rows))
    for number, ((left, right, tip_x, tip_y, bow), jitter) in enumerate(zip(rows, jitters, strict=True)):
        sway = 1.5 * expression.noise[1] + 0.8 * expression.noise[1 + number % 3]
        tip = np.array([tip_x + jitter[0] + float(sway), tip_y + 1.4 * jitter[1]])
        roots = np.array([[left, _root(left)], [right, _root(right)]])
        middle = 0.5 * (roots + tip) + np.array([[bow + 0.10 * (left - tip_x), -3], [bow + 0.10 * (right - tip_x), -3]])
        near = pose.on_hair(np.stack([roots[0], middle[0], tip, middle[1], roots[1]]), 2.0)
        one, other = bend(near[0], near[1], near[2]), bend(near[4], near[3], near[2])
        strands.append(Strand(np.concatenate([one, other[::-1]]), one, other))
    return strands


@cache
def _jitters(seed: int, count: int) -> Points:
    """(count, 3) how the tips of this person's strands stray."""
    return np.random.default_rng(seed).normal(0, 1.6, (count, 3))


def _root(x: float) -> float:
    return -46.0 + 22.0 * (abs(x) / 62.0) ** 2


def draw_front(sheet: Sheet, pose: Pose, identity: Identity, strands: list[Strand]) -> None:
    """The dome of the hair, the fringe and the ring of light on it."""
    dome = smooth(pose.place(_DOME, _DOME_DEPTH), closed=True, steps=5)
    line = _line(identity)
    sheet.line(dome[: 10 * 5 + 1], 2.4, line)
    top = float(dome[:, 1].min())
    x = float(dome[:, 0].mean())
    light, deep = lighter(identity.hair, 0.22), darker(identity.hair, 0.16)
    stops = ((0.0, identity.hair, 1.0), (0.32, light, 1.0), (0.62, identity.hair, 1.0), (1.0, deep, 1.0))
    sheet.fill(dome, Linear((x, top), (x, top + 84), stops))
    tip = mix(identity.hair, identity.hair_tip, 0.75)
    for strand in strands:
        low = float(strand.left[-1, 1])
        high = float(strand.left[0, 1])
        stops = ((0.0, identity.hair, 1.0), (0.35, deep, 1.0), (0.7, identity.hair, 1.0), (1.0, tip, 1.0))
        sheet.line(strand.left, taper(9, 2.4, 0.85, 0.0), line)
        sheet.line(strand.right, taper(9, 2.4, 0.85, 0.0), line)
        sheet.fill(strand.shape, Linear((x, high), (x, low), stops))
        inner = 0.5 * (strand.left + strand.right)
        sheet.line(inner[2:8], taper(6, 1.1, 0.5, 0.5), darker(identity.hair, 0.38), 0.7)
    with sheet.clipped(dome):
        for place in (-40, -22, -6, 10, 26, 42):  # partings run from the crown into the fringe
            root = pose.on_hair(np.array([[place * 0.25, -84], [place * 0.8, -66], [place, -40]]), 0.0)
            sheet.line(bend(*root), taper(9, 1.2, 0.5, 0.5), darker(identity.hair, 0.42), 0.6)
        _ring(sheet, pose, identity)


def _ring(sheet: Sheet, pose: Pose, identity: Identity) -> None:
    """The ring of light on the crown."""
    u = np.linspace(-1, 1, 19)
    teeth = np.where(np.arange(19) % 2 == 0, 2.6, -2.6)
    fade = (1 - u**2) ** 0.5
    upper = np.stack([49 * u, -61 + 11 * u**2 - 3.0 * fade + 0.5 * teeth * fade], axis=1)
    lower = np.stack([49 * u, -61 + 11 * u**2 + 4.2 * fade + teeth * fade], axis=1)
    band = pose.on_hair(np.concatenate([upper, lower[::-1]]))
    sheet.fill(band, lighter(identity.hair, 0.75), 0.62)


def draw_side_lock(sheet: Sheet, pose: Pose, identity: Identity, expression: Expression, side: int) -> None:
    """The lock in front of one ear. side: -1 for the picture's left, 1 for its right."""
    length = {"short": 44.0, "ponytail": 56.0, "twintails": 62.0}.get(identity.back, 84.0)
    sway = 2.2 * float(expression.noise[0]) + 2.6 * float(expression.noise[2 if side < 0 else 3])
    spine = np.array([[58, -46], [69.5, -6], [67, 0.5 * length], [58, length]]) * (side, 1.0)
    hang = np.clip((spine[:, 1] + 10) / (length + 10), 0, 1)
    spine[:, 0] += sway * hang**1.4
    placed = pose.place(spine, np.array([22.0, 20.0, 18.0, 16.0]))
    level = Pose(pose.yaw, pose.pitch, 0.45 * pose.roll, pose.lift).place(spine, 18.0)
    placed += (level - placed) * (hang**1.3)[:, None] * (1.0 if pose.roll else 0.0)
    curve = smooth(placed, steps=6)
    width = 16.5 * np.clip(1.05 - np.linspace(0, 1, len(curve)) ** 2.2, 0.02, 1)
    width *= np.clip(3.0 * np.linspace(0, 1, len(curve)), 0.02, 1) ** 0.8
    shape = np.empty((2 * len(curve), 2))
    shape[: len(curve)] = curve + np.stack([-0.5 * width, 0 * width], axis=1)
    shape[len(curve) :] = (curve + np.stack([0.5 * width, 0 * width], axis=1))[::-1]
    sheet.line(np.concatenate([shape, shape[:1]]), 2.2, _line(identity))
    top, bottom = float(curve[0, 1]), float(curve[-1, 1])
    x = float(curve[:, 0].mean())
    stops = ((0.0, identity.hair, 1.0), (0.4, identity.hair, 1.0), (1.0, identity.hair_tip, 1.0))
    sheet.fill(shape, Linear((x, top), (x, bottom), stops))
    for shift in (-0.18, 0.2):
        detail = curve[4:-2] + np.stack([shift * width, 0 * width], axis=1)[4:-2]
        sheet.line(detail, taper(len(detail), 1.1, 0.4, 0.5), darker(identity.hair, 0.45), 0.65)


def draw_ahoge(sheet: Sheet, pose: Pose, identity: Identity, expression: Expression) -> None:
    """The one hair that stands up, and nods with the noise."""
    if not identity.ahoge:
        return
    sway = 3.6 * float(expression.noise[4]) + 1.5 * float(expression.noise[0])
    left = np.array([[-3, -84], [-13, -100], [8 + sway, -112]], float)
    right = np.array([[5, -85], [-3, -99], [8 + sway, -112]], float)
    one, other = bend(*pose.place(left, 4.0)), bend(*pose.place(right, 4.0))
    shape = np.concatenate([one, other[::-1]])
    sheet.line(one, taper(9, 2.4, 0.1, 0.3), _line(identity))
    sheet.line(other, taper(9, 2.4, 0.1, 0.3), _line(identity))
    sheet.fill(shape, identity.hair)
