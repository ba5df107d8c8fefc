"""Hair in layers: what falls behind, the dome, the fringe strand by strand, the locks beside the face."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from mien.face import Expression
from mien.paint.drawn.curves import bend, smooth, taper
from mien.paint.drawn.pose import Pose
from mien.paint.drawn.sheet import Linear, Points, Sheet
from mien.paint.identity import Color, Identity, darker, lighter, mix

# fringes: (x of the root on the crown, of the middle on the forehead, of the tip, y of the tip, width) of each strand
# in head coordinates, from back to front
_FRINGES: dict[str, tuple[tuple[float, float, float, float, float], ...]] = {
    "swept": (
        (-14, -47, -62, 30, 17), (30, 52, 63, 30, 16), (-6, -36, -50, 17, 18), (26, 43, 49, 19, 15),
        (0, -20, -36, 9, 18), (20, 29, 31, 10, 14), (9, 4, -12, 15, 18),
    ),
    "straight": (
        (-16, -52, -57, 17, 15), (16, 52, 57, 17, 15), (-11, -36, -40, 10, 16), (11, 36, 40, 10, 16),
        (-5, -19, -21, 8, 16), (5, 19, 21, 8, 16), (0, 0, 1, 10, 16),
    ),
    "parted": (
        (-10, -48, -64, 34, 19), (10, 48, 64, 34, 19), (-5, -32, -54, 18, 19), (5, 32, 54, 18, 19),
        (-2, -14, -34, 4, 15), (2, 14, 34, 4, 15),
    ),
    "messy": (
        (-16, -50, -66, 20, 17), (18, 50, 64, 26, 17), (-10, -36, -53, 13, 17), (12, 38, 51, 8, 17),
        (-8, -20, -38, 5, 16), (10, 27, 16, 14, 15), (0, -4, -17, 12, 17), (6, 14, 6, 3, 13),
    ),
    "curtain": (
        (-6, -46, -64, 46, 22), (6, 46, 64, 46, 22), (-3, -26, -52, 22, 19), (3, 26, 52, 22, 19),
    ),
    "side": (
        (-34, -54, -62, 6, 13), (38, 57, 62, 3, 13), (-32, -44, -57, -8, 15), (-29, -32, -48, -17, 15),
        (-14, 37, 60, -6, 18), (-22, -18, -2, -9, 15), (-19, 18, 45, -13, 19), (-24, -4, 23, -17, 18),
    ),
    "short": (
        (-34, -54, -63, 2, 13), (34, 54, 63, 2, 13), (-24, -41, -54, -11, 15), (26, 42, 53, -14, 15),
        (-14, -25, -40, -19, 16), (16, 27, 25, -9, 16), (-4, -9, -22, -8, 16), (6, 10, 3, -19, 15),
    ),
    "back": ((-40, -59, -60, 12, 11), (40, 59, 60, 12, 11)),
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
    "crop": [(40, -76), (64, -46), (71, -8), (68, 18), (60, 34), (46, 38), (28, 36), (14, 36)],
    "bun": [(40, -74), (66, -42), (73, 0), (70, 28), (61, 46), (46, 50), (28, 46), (14, 46)],
    "twintails": [(40, -74), (66, -42), (74, 0), (70, 34), (60, 52), (46, 58), (28, 54), (14, 52)],
    "ponytail": [(40, -74), (66, -42), (73, 0), (70, 30), (60, 48), (46, 54), (28, 50), (14, 48)],
}


MOST_STRANDS = max(len(strands) for strands in _FRINGES.values())


@dataclass(frozen=True, slots=True)
class Strand:
    """A strand: `shape` is its closed outline, `left` and `right` its edges from root to tip, all placed."""

    shape: Points
    left: Points
    right: Points


def _line(identity: Identity) -> Color:
    return darker(identity.hair, 0.85)


def draw_tail(sheet: Sheet, pose: Pose, identity: Identity, expression: Expression, side: int) -> None:
    """What is tied: one of two tails, or the only one, at the picture's right. side: as in `draw_side_lock`."""
    if identity.back == "twintails":
        _tail(sheet, pose, identity, side, _swing(expression) + side * 1.5 * float(expression.noise[2]))
    if identity.back == "bun" and side > 0:
        _bun(sheet, pose, identity)
    if identity.back == "ponytail" and side > 0:
        _ponytail(sheet, pose, identity, _swing(expression))


def draw_back(sheet: Sheet, pose: Pose, identity: Identity, expression: Expression) -> None:
    """What falls loose behind the head and the shoulders."""
    swing = _swing(expression)
    half = np.array(_BACKS[identity.back], float)
    shape = np.concatenate([half, (half * (-1, 1))[::-1]])
    hang = np.clip((shape[:, 1] - 10.0) / 120.0, 0.0, 1.0)
    shape[:, 0] += swing * hang**1.3
    placed = pose.place(shape, -22.0)
    if pose.roll:  # long hair hangs: its lower part follows the head's tilt less
        level = Pose(pose.yaw, pose.pitch, 0.3 * pose.roll, pose.lift).place(shape, -22.0)
        placed += (level - placed) * (hang**1.2)[:, None]
    outline = smooth(placed, closed=True, steps=5)
    shade, deep = darker(identity.hair, 0.5), darker(identity.hair, 0.75)
    sheet.line(np.concatenate([outline, outline[:1]]), 2.4, _line(identity))
    top, bottom = float(outline[:, 1].min()), float(outline[:, 1].max())
    middle = float(outline[:, 0].mean())
    tip = darker(identity.hair_tip, 0.28)
    sheet.fill(outline, Linear((middle, top + 70), (middle, bottom), ((0.0, shade, 1.0), (1.0, tip, 1.0))))
    half_count = len(half)
    for side, edge in ((1, placed[1 : half_count - 2]), (-1, placed[half_count + 2 : -1][::-1])):
        # locks side by side follow the outer edge inwards: a shade between two, a light on each; all end above the hem
        for share, width, ink, alpha in (
            (0.30, 0.18, deep, 0.35), (0.58, 0.10, deep, 0.5), (0.80, 0.07, deep, 0.45),
            (0.69, 0.07, lighter(identity.hair_tip, 0.1), 0.22), (0.91, 0.05, lighter(identity.hair, 0.3), 0.35),
        ):  # fmt: skip
            lock = np.linspace(0.0, 1.0, len(edge))
            spread = 0.5 * width * np.sin(np.pi * np.clip(lock * 1.08, 0.0, 1.0)) ** 0.7
            one, other = edge.copy(), edge.copy()
            one[:, 0] = middle + (edge[:, 0] - middle) * (share - spread)
            other[:, 0] = middle + (edge[:, 0] - middle) * (share + spread)
            sheet.fill(np.concatenate([smooth(one, steps=4), smooth(other, steps=4)[::-1]]), ink, alpha)
        rim = edge[:-1].copy()
        rim[:, 0] -= side * 2.0
        rim = smooth(rim, steps=4)
        sheet.line(rim, taper(len(rim), 1.4, 0.4, 0.4), lighter(identity.hair, 0.45), 0.5)


def _swing(expression: Expression) -> float:
    return 3.2 * float(expression.noise[0]) + 2.4 * float(expression.noise[5])


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


def _bun(sheet: Sheet, pose: Pose, identity: Identity) -> None:
    shape = np.array([[-20, -80], [-25, -94], [-13, -108], [11, -108], [25, -95], [20, -80]], float)
    round_ = smooth(pose.place(shape, -34.0), closed=True, steps=5)
    _lock(sheet, identity, round_)
    for dx, lean in ((-10, -4), (6, 5)):
        turn = pose.place(np.array([[dx, -84], [dx + lean, -96], [dx - lean, -105]], float), -33.0)
        sheet.line(smooth(turn, steps=5), taper(11, 1.4, 0.4, 0.4), darker(identity.hair, 0.5), 0.7)


def _lock(sheet: Sheet, identity: Identity, shape: Points) -> None:
    """One lock, from root to tip."""
    top, bottom = float(shape[:, 1].min()), float(shape[:, 1].max())
    x = float(shape[:, 0].mean())
    sheet.line(np.concatenate([shape, shape[:1]]), 2.4, _line(identity))
    stops = ((0.0, identity.hair, 1.0), (1.0, mix(identity.hair, identity.hair_tip, 0.9), 1.0))
    sheet.fill(shape, Linear((x, top), (x, bottom), stops))


def shape_fringe(pose: Pose, identity: Identity, expression: Expression) -> list[Strand]:
    """The strands of the fringe, placed, from back to front."""
    edges = []
    rows = _FRINGES[identity.fringe]
    jitters = _jitters(identity.seed, len(rows))
    for number, ((root, middle, tip_x, tip_y, width), jitter) in enumerate(zip(rows, jitters, strict=True)):
        sway = 1.5 * expression.noise[1] + 0.8 * expression.noise[1 + number % 3]
        tip = (tip_x + jitter[0] + float(sway), tip_y + 1.4 * jitter[1])
        lean = 0.5 * (tip[0] - middle)
        # a strand that ends on the forehead bends higher
        brow, below = (-32.0, -8.0) if tip_y >= 0.0 else (-70.0 + share * (tip[1] + 70.0) for share in (0.45, 0.72))
        shoulder = 0.72 * middle + 0.2 * root
        spine = np.array([[0.8 * root + 0.2 * shoulder, -70.0 + 0.012 * root**2], [shoulder, -56.0], [middle, brow],
                          [middle + lean, below], tip])  # fmt: skip
        curve = smooth(spine, steps=4)
        half = 0.5 * (width + 0.8 * jitter[2]) * _leaf(len(curve))
        edges += [curve + np.stack([side * half, 0.0 * half], axis=1) for side in (-1, 1)]
    count = len(edges[0])  # all at once: each of them costs as much as all
    hold = np.tile(_fall(count, 0.55, 0.9, 0.55), len(edges))
    placed = held(pose.on_hair(np.concatenate(edges), 2.0), pose, hold).reshape(-1, 2, count, 2)
    return [Strand(np.concatenate([left, right[::-1]]), left, right) for left, right in placed]


def held(points: Points, pose: Pose, hold: Points | float = 1.0) -> Points:
    """Points that lie on the hair, held to the skull's: where the head is turned away, what would lie beyond the
    outline of the dome, and of the temples below it, comes back to it. hold: 1 all the way, 0 not at all; one number
    or one a point."""
    ends = pose.place(np.array([[-66.0, 60.0], [-68.0, 38.0], [68.0, 38.0], [66.0, 60.0]]), 2.0)
    skull = np.concatenate([ends[:2], dome(pose)[: 10 * 5 + 1], ends[2:]])
    apart = points[:, None] - skull[None, 1:-1]
    nearest = (apart**2).sum(axis=2).argmin(axis=1)
    along = skull[nearest + 2] - skull[nearest]
    outwards = np.stack([along[:, 1], -along[:, 0]], axis=1) / np.maximum(np.hypot(*along.T), 1e-6)[:, None]
    beyond = (np.take_along_axis(apart, nearest[:, None, None], axis=1)[:, 0] * outwards).sum(axis=1)
    return np.asarray(points - outwards * (hold * np.maximum(beyond + 1.5, 0.0))[:, None])


@cache
def _fall(count: int, at: float, middle: float, end: float) -> Points:
    """(count,) from 1 at a strand's root by `middle` at the share `at` of its length to `end` at its tip."""
    return np.interp(np.linspace(0.0, 1.0, count), [0.0, at, 1.0], [1.0, middle, end])


@cache
def _leaf(count: int) -> Points:
    """(count,) how broad a strand is from root to tip: narrow on the crown, broadest above the brows, pointed."""
    t = np.linspace(0.0, 1.0, count)
    return np.interp(t, [0, 0.25, 0.5, 0.65, 0.85, 1], [0.3, 0.9, 1.25, 1.2, 0.66, 0.0])


@cache
def _jitters(seed: int, count: int) -> Points:
    """(count, 3) how this person's strands stray."""
    return np.random.default_rng(seed).normal(0, 1.6, (count, 3))


def draw_dome(sheet: Sheet, pose: Pose, identity: Identity) -> None:
    """The hair on the skull, under the fringe."""
    outline = dome(pose)
    sheet.line(outline[: 10 * 5 + 1], 2.4, _line(identity))
    top, x = float(outline[:, 1].min()), float(outline[:, 0].mean())
    light, deep = lighter(identity.hair, 0.22), darker(identity.hair, 0.16)
    stops = ((0.0, identity.hair, 1.0), (0.32, light, 1.0), (0.62, identity.hair, 1.0), (1.0, deep, 1.0))
    sheet.fill(outline, Linear((x, top), (x, top + 84), stops))


def draw_strand(sheet: Sheet, identity: Identity, strand: Strand) -> None:
    """One strand of the fringe, with a dark and a light side, and its part of the ring of light."""
    line, deep, tip = _line(identity), darker(identity.hair, 0.22), mix(identity.hair, identity.hair_tip, 0.75)
    left, right = strand.left, strand.right
    high, low, x = float(left[0, 1]), float(left[-1, 1]), float(strand.shape[:, 0].mean())
    stops = ((0.0, identity.hair, 0.0), (0.16, identity.hair, 1.0), (0.36, identity.hair, 1.0),
             (0.66, mix(identity.hair, deep, 0.7), 1.0), (1.0, tip, 1.0))  # fmt: skip
    for edge in (left[5:], right[5:]):
        sheet.line(edge, taper(len(edge), 2.0, 0.7, 0.1), line)
    sheet.fill(strand.shape, Linear((x, high), (x, low), stops))
    bow = np.sin(np.linspace(0.0, np.pi, 10))
    shade = darker(identity.hair, 0.45)
    sheet.fill(_inside(strand, 7, 1.0 - 0.42 * bow, np.ones(10)), shade, 0.5)
    sheet.fill(_inside(strand, 7, np.full(10, 0.2), 0.2 + 0.09 * bow), shade, 0.4)
    bow = np.sin(np.linspace(0.0, np.pi, 6))
    glow = lighter(identity.hair, 0.72)
    sheet.fill(_inside(strand, 3, 0.34 - 0.2 * bow, 0.34 + 0.2 * bow), glow, 0.62)
    sheet.fill(_inside(strand, 4, 0.74 - 0.11 * bow, 0.74 + 0.11 * bow), glow, 0.5)


def _inside(strand: Strand, begin: int, one: Points, other: Points) -> Points:
    """A shape on a strand, from a place of its edges on: between two shares of the way from the left to the right."""
    left, across = strand.left[begin : begin + len(one)], (strand.right - strand.left)[begin : begin + len(one)]
    return np.concatenate([left + across * one[:, None], (left + across * other[:, None])[::-1]])


def dome(pose: Pose) -> Points:
    """The outline of the hair on the skull."""
    return smooth(pose.place(_DOME, _DOME_DEPTH), closed=True, steps=5)


def draw_side_lock(sheet: Sheet, pose: Pose, identity: Identity, expression: Expression, side: int) -> None:
    """The locks in front of one ear: a thin one and a broad one over it. side: -1 for the picture's left, 1 for its
    right."""
    length = {"crop": 22.0, "bun": 52.0, "short": 40.0, "ponytail": 58.0, "twintails": 66.0, "bob": 62.0}.get(
        identity.back, 88.0
    )
    locks: tuple[tuple[float, float, float], ...] = ((4.0, 0.72, 11.0), (0.0, 1.0, 18.0))  # lean, length, width
    if identity.back == "crop":
        locks = ((0.0, 1.0, 11.0),)
    elif identity.back == "bun":
        locks = ((0.0, 1.0, 9.0),)
    back = 18.0 if identity.back in ("crop", "bun") else 0.0  # short ones grow before the ear
    sway = 2.2 * float(expression.noise[0]) + 2.6 * float(expression.noise[2 if side < 0 else 3])
    for lean, share, width in locks:
        end = share * length
        spine = np.array(
            [
                [55.0, -46.0],
                [66.0, -14.0],
                [66.5 + lean, 0.45 * end],
                [61.0 + lean, 0.78 * end],
                [55.0 + 2.5 * lean, end],
            ]
        )
        spine *= (side, 1.0)
        hang = np.clip((spine[:, 1] + 10) / (length + 10), 0, 1)
        spine[:, 0] += sway * hang**1.4
        placed = pose.place(spine, np.array([24.0, 22.0, 19.0, 17.0, 16.0]) - back)
        level = Pose(pose.yaw, pose.pitch, 0.45 * pose.roll, pose.lift).place(spine, 18.0 - back)
        placed += (level - placed) * (hang**1.3)[:, None] * (1.0 if pose.roll else 0.0)
        curve = smooth(placed, steps=4)
        half = (
            0.5
            * width
            * np.interp(np.linspace(0.0, 1.0, len(curve)), [0, 0.3, 0.55, 0.85, 1], [0.7, 1.0, 0.92, 0.45, 0.0])
        )
        edges = np.concatenate([curve + np.stack([turn * half, 0.0 * half], axis=1) for turn in (-1, 1)])
        left, right = held(edges, pose, np.tile(_fall(len(curve), 0.45, 0.0, 0.0), 2)).reshape(2, -1, 2)
        _hanging(sheet, identity, Strand(np.concatenate([left, right[::-1]]), left, right), side)


def _hanging(sheet: Sheet, identity: Identity, strand: Strand, side: int) -> None:
    """A lock that hangs beside the face: dark towards it, light outside."""
    line, shade = _line(identity), darker(identity.hair, 0.45)
    left, right = strand.left, strand.right
    top, bottom, x = float(left[0, 1]), float(left[-1, 1]), float(strand.shape[:, 0].mean())
    for edge in (left, right):
        sheet.line(edge, taper(len(edge), 2.0, 0.05, 0.12), line)
    stops = (
        (0.0, darker(identity.hair, 0.3), 1.0),
        (0.3, identity.hair, 1.0),
        (0.6, identity.hair, 1.0),
        (1.0, identity.hair_tip, 1.0),
    )
    sheet.fill(strand.shape, Linear((x, top), (x, bottom), stops))
    bow = np.sin(np.linspace(0.0, np.pi, 14))
    inner, outer = (1.0, 0.0) if side < 0 else (0.0, 1.0)
    sheet.fill(_inside(strand, 3, np.full(14, inner), inner + (outer - inner) * 0.38 * bow), shade, 0.5)
    bow = np.sin(np.linspace(0.0, np.pi, 8))
    middle = inner + (outer - inner) * 0.68
    sheet.fill(_inside(strand, 4, middle - 0.13 * bow, middle + 0.13 * bow), lighter(identity.hair, 0.7), 0.5)
    thin = _inside(strand, 6, np.full(10, 0.5), np.full(10, 0.5))[:10]
    sheet.line(thin, taper(10, 1.0, 0.5, 0.5), darker(identity.hair, 0.45), 0.5)


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
    strand = Strand(shape, one, other)
    bow = np.sin(np.linspace(0.0, np.pi, 7))
    sheet.fill(_inside(strand, 1, 1.0 - 0.42 * bow, np.ones(7)), darker(identity.hair, 0.4), 0.5)
    sheet.fill(_inside(strand, 1, 0.28 - 0.12 * bow, 0.28 + 0.12 * bow), lighter(identity.hair, 0.6), 0.6)
