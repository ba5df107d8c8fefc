"""The mouth: lips from the muscles, and what shows between them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mien.face import Expression
from mien.paint.drawn.curves import ellipse, ramp, taper
from mien.paint.drawn.pose import Pose
from mien.paint.drawn.sheet import Linear, Points, Sheet
from mien.paint.identity import INK, Color, Identity, darker, lighter, mix

MOUTH_Y = 58.0
_U = np.linspace(-1.0, 1.0, 17)
_ARC = 1.0 - _U**2
_FULL = (1.0 - np.abs(_U) ** 2.6) ** 0.7  # a rounder bow, for the open lower lip
_ROUND = np.sqrt(_ARC)
_LINE = mix(INK, (0.55, 0.16, 0.18), 0.35)
_CLOSED = 0.6  # units of `Mouth.gap`: below it the lips are one line
_INSIDE = (0.56, 0.13, 0.20)
_TONGUE = (0.95, 0.47, 0.50)


@dataclass(frozen=True, slots=True)
class Mouth:
    """upper, lower: (17, 2) head coordinates of the lips' inner edges, from the picture's left to its right.

    gap: greatest distance between them, units; teeth, lower_teeth, tongue: 0..1 how much of each shows.
    """

    upper: Points
    lower: Points
    gap: float
    teeth: float
    lower_teeth: float
    tongue: float


def shape_mouth(expression: Expression, identity: Identity) -> Mouth:
    """Where the lips are."""
    e = expression
    smile = np.array([e["mouthSmileRight"], e["mouthSmileLeft"]])  # picture's left, right
    frown = np.array([e["mouthFrownRight"], e["mouthFrownLeft"]])
    stretch = np.array([e["mouthStretchRight"], e["mouthStretchLeft"]])
    dimple = np.array([e["mouthDimpleRight"], e["mouthDimpleLeft"]])
    press = 0.5 * (e["mouthPressLeft"] + e["mouthPressRight"])
    lower_down = 0.5 * (e["mouthLowerDownLeft"] + e["mouthLowerDownRight"])
    upper_up = np.array([e["mouthUpperUpRight"], e["mouthUpperUpLeft"]])
    pucker, funnel, jaw = e["mouthPucker"], e["mouthFunnel"], e["jawOpen"]
    close = e["mouthClose"]
    half = 12.0 * identity.mouth_width * (1 + 0.52 * smile + 0.42 * stretch + 0.2 * dimple - 0.10 * frown)
    half = half * (1 - 0.52 * pucker) * (1 - 0.30 * funnel) * (1 - 0.1 * press)
    side = np.where(_U < 0, 0, 1)
    x = half[side] * _U + 5.5 * (e["mouthRight"] * -1 + e["mouthLeft"]) + 3.5 * (e["jawLeft"] - e["jawRight"])
    corner = -6.0 * smile + 5.6 * frown - 1.5 * dimple + 1.0 * stretch * frown
    edge = (corner[side] - 1.3) * np.abs(_U) ** 1.6
    edge = edge - 2.6 * (e["mouthShrugLower"] + 0.6 * e["mouthShrugUpper"]) * _ARC
    edge = edge + 1.4 * smile.mean() * _ARC
    # fear makes the lips tremble: a wave along the line
    edge = edge + 1.7 * min(stretch.mean(), 1.0) * frown.mean() ** 0.5 * np.sin(_U * 9.4) * _ARC**0.5
    gap = (25.0 * jaw * (1 - 0.9 * close) + 5.0 * lower_down) * (1 - 0.25 * press)
    gap = gap * (1 + 0.18 * funnel)
    lift = 3.8 * upper_up[side] * _ARC + 3.0 * funnel * jaw * _ARC + 1.2 * jaw * _ARC
    ring = float(np.clip(funnel + 0.8 * pucker, 0, 1))  # an O: both lips bow alike
    lift = lift + 0.30 * gap * ring * _ROUND
    roll = e["mouthRollUpper"] + e["mouthRollLower"]
    upper = edge - lift * (1 - 0.5 * roll)
    round_ = float(np.clip(0.35 + 0.8 * smile.mean() + funnel + 0.4 * stretch.mean(), 0, 1))
    bow = _ARC * (1 - round_) + _FULL * round_
    bow = bow + (_ROUND - bow) * ring
    boxy = float(np.clip(stretch.mean() * (0.4 + frown.mean()), 0, 1))  # a cry or a snarl bares a box
    bow = bow + (np.minimum(_FULL * 1.3, 1.0) - bow) * boxy
    lower = edge + (1.2 * lower_down + gap * (1 - 0.22 * ring)) * bow
    # while the mouth opens, its upper edge flattens under a smile
    upper = upper + 0.10 * gap * smile.mean() * _ARC
    lower = np.maximum(lower, upper)
    y = MOUTH_Y + 1.2 * jaw - 1.0 * e["noseSneerLeft"] + 1.0 * (1 - min(1.0, gap / 6))
    open_ = min(1.0, gap / 5.0)
    teeth = open_ * float(np.clip(0.25 + 0.7 * smile.mean() + 0.8 * upper_up.mean() + 0.3 * stretch.mean(), 0, 1))
    teeth *= 1 - 0.8 * min(1.0, funnel + 0.7 * pucker)
    lower_teeth = open_ * boxy * min(1.0, 1.6 * lower_down)
    return Mouth(
        np.stack([x, y + upper], axis=1),
        np.stack([x, y + lower], axis=1),
        float((lower - upper).max()),
        teeth,
        lower_teeth,
        e["tongueOut"],
    )


def draw_hole(sheet: Sheet, pose: Pose, mouth: Mouth) -> None:
    """The dark between the lips."""
    # a little outside the lips: where they meet, what lies between them is squeezed to nothing
    around = pose.on_face(mouth.upper) - (0.0, 1.0), pose.on_face(mouth.lower)[::-1] + (0.0, 1.0)
    sheet.follow(np.concatenate(around))
    if mouth.gap > _CLOSED:
        hole = _hole(pose, mouth)
        top, bottom = float(hole[:, 1].min()), float(hole[:, 1].max())
        middle = float(hole[:, 0].mean())
        sheet.fill(
            hole,
            Linear((middle, top), (middle, bottom), ((0.0, darker(_INSIDE, 0.55), 1.0), (1.0, _INSIDE, 1.0))),
        )


def draw_tongue(sheet: Sheet, pose: Pose, mouth: Mouth) -> None:
    """The tongue, inside the lips."""
    low = mouth.lower[8]
    width = 0.62 * float(mouth.lower[-1, 0] - mouth.lower[0, 0]) * 0.78
    tongue = pose.on_face(ellipse(low[0], low[1] + 1.0, width, 0.40 * mouth.gap + 0.5, count=20))
    sheet.follow(tongue if mouth.gap > _CLOSED else np.full_like(tongue, np.nan))
    if mouth.gap > _CLOSED:
        with sheet.clipped(_hole(pose, mouth)):
            sheet.fill(tongue, _TONGUE)


def draw_teeth(sheet: Sheet, pose: Pose, mouth: Mouth) -> None:
    """The upper teeth, inside the lips."""
    depth = mouth.teeth * (2.2 + 0.16 * mouth.gap)
    edge = mouth.upper + np.stack([0 * _U, depth * np.minimum(1.0, 1.6 * _ARC**0.5)], axis=1)
    _bared(sheet, pose, mouth, pose.on_face(mouth.upper) + (0.0, -1.0), edge, mouth.teeth)


def draw_lower_teeth(sheet: Sheet, pose: Pose, mouth: Mouth) -> None:
    """The lower teeth, inside the lips."""
    depth = mouth.lower_teeth * (1.6 + 0.12 * mouth.gap)
    edge = mouth.lower - np.stack([0 * _U, depth * np.minimum(1.0, 1.6 * _ARC**0.5)], axis=1)
    _bared(sheet, pose, mouth, pose.on_face(mouth.lower) + (0.0, 1.0), edge, mouth.lower_teeth)


def _bared(sheet: Sheet, pose: Pose, mouth: Mouth, root: Points, edge: Points, shown: float) -> None:
    row = np.concatenate([root, pose.on_face(edge)[::-1]])
    bared = mouth.gap > _CLOSED and shown > 0.03
    sheet.follow(row if bared else np.full_like(row, np.nan))
    if bared:
        with sheet.clipped(_hole(pose, mouth)):
            sheet.fill(row, (1.0, 0.99, 0.97))


def draw_lower_lip(sheet: Sheet, pose: Pose, identity: Identity, mouth: Mouth) -> None:
    """The lower lip's line, with pen pressure, where the mouth is open; and its colour."""
    lower = pose.on_face(mouth.lower)
    sheet.follow(lower)
    if identity.lips > 0.02:
        full = pose.on_face(mouth.lower + np.stack([0 * _U, 4.2 * _ARC**0.8], axis=1))
        sheet.fill(np.concatenate([lower, full[::-1]]), _tint(identity), 0.85 * identity.lips)
    if mouth.gap > _CLOSED:
        sheet.line(lower, 0.5 + 1.1 * _ARC, _LINE)


def _tint(identity: Identity) -> Color:
    return mix(darker(identity.skin, 0.1), (0.86, 0.30, 0.36), 0.62)


def draw_upper_lip(sheet: Sheet, pose: Pose, identity: Identity, mouth: Mouth) -> None:
    """The upper lip's line, or that of a shut mouth, and the corners; and its colour."""
    upper, lower = pose.on_face(mouth.upper), pose.on_face(mouth.lower)
    if identity.lips > 0.02:
        bow = 2.6 * _ARC**0.7 - 1.0 * np.exp(-((_U / 0.22) ** 2))  # the dip in the middle
        full = pose.on_face(mouth.upper - np.stack([0 * _U, bow], axis=1))
        sheet.fill(np.concatenate([upper, full[::-1]]), darker(_tint(identity), 0.15), 0.85 * identity.lips)
    if mouth.gap > _CLOSED:
        sheet.follow(upper)
        sheet.line(upper, 0.7 + 1.2 * np.abs(_U) ** 0.5 + 0.3, _LINE)
    else:
        middle = 0.5 * (upper + lower)
        sheet.follow(middle)
        sheet.line(middle, taper(17, 2.0, 0.25, 0.25), _LINE)
    for end, inner in ((0, 2), (-1, -3)):  # the corners are pressed a little deeper
        sheet.line(np.stack([upper[inner], upper[end]]), np.array([0.7, 1.5]), _LINE)
        sheet.fill(ellipse(float(upper[end, 0]), float(upper[end, 1]), 0.85, 0.85, count=10), _LINE)


def draw_under(sheet: Sheet, pose: Pose, identity: Identity, expression: Expression, mouth: Mouth) -> None:
    """The shade below the lips."""
    shade = darker(mix(identity.skin, (1.0, 0.5, 0.45), 0.3), 0.4)
    under = pose.on_face(mouth.lower[4:13] + (0.0, 5.4))
    sheet.line(under, taper(9, 2.0, 0.5, 0.5), shade, 0.5 + 0.4 * min(1.0, expression["mouthShrugLower"]))
    light = pose.on_face(mouth.lower[7:10] + (0.0, 2.6))
    sheet.line(light, taper(3, 1.5, 0.5, 0.5), lighter(identity.skin, 0.8), 0.7)


def _hole(pose: Pose, mouth: Mouth) -> Points:
    """(34, 2) the placed outline of what the lips leave open."""
    return np.concatenate([pose.on_face(mouth.upper), pose.on_face(mouth.lower)[::-1]])


def draw_tongue_out(sheet: Sheet, pose: Pose, mouth: Mouth) -> None:
    """A tongue that is out."""
    if mouth.tongue <= 0.02:
        return
    """The tongue beyond the lips."""
    x, y = mouth.lower[8]
    length = 11.0 * mouth.tongue
    t = ramp(13) * np.pi
    shape = np.stack([x + 5.8 * np.cos(t), y - 1.5 + length * np.sin(t) ** 0.7], axis=1)
    placed = pose.on_face(shape, 3.0)
    sheet.fill(placed, _TONGUE)
    sheet.line(placed, 1.2, darker(_TONGUE, 0.65))
    groove = np.array([[x, y - 0.5], [x, y + 0.25 * length], [x, y + 0.55 * length]])
    sheet.line(pose.on_face(groove, 3.0), np.array([1.0, 0.9, 0.3]), darker(_TONGUE, 0.5))
