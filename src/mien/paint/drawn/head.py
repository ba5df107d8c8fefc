"""The head without hair: contour, ears, neck, nose, soft shades on the skin."""

from __future__ import annotations

import numpy as np

from mien.face import Expression
from mien.paint.drawn.curves import bend, ellipse, smooth, taper
from mien.paint.drawn.identity import Identity, darker, mix
from mien.paint.drawn.pose import Pose
from mien.paint.drawn.sheet import Linear, Points, Radial, Sheet

# the contour from the picture's left temple over the chin to the right one, and how deep each point lies
_CONTOUR = np.array(
    [
        [-58.5, -8], [-58.5, 6], [-57.5, 20], [-54, 34], [-48, 47], [-39, 59], [-27.5, 69.5], [-14, 77.5], [0, 81],
        [14, 77.5], [27.5, 69.5], [39, 59], [48, 47], [54, 34], [57.5, 20], [58.5, 6], [58.5, -8],
    ],
    float,
)  # fmt: skip
CONTOUR_DEPTH = np.array([6, 7, 8, 11, 15, 19, 24, 29, 31, 29, 24, 19, 15, 11, 8, 7, 6], float)
_CROWN = np.array([[52, -38], [30, -58], [0, -64], [-30, -58], [-52, -38]], float)


def shape_contour(expression: Expression, identity: Identity) -> Points:
    """(17, 2) head coordinates of the jaw line from temple over chin to temple: iBUG points 0 to 16."""
    contour = _CONTOUR * (identity.face_width, 1.0)
    low = np.clip((contour[:, 1] - 34) / 47, 0, 1)
    contour[:, 1] += low * (7.0 * (identity.chin - 1) * 8 / 7 + 6.0 * expression["jawOpen"])
    contour[:, 0] += low * 3.0 * (expression["jawLeft"] - expression["jawRight"])
    contour[:, 0] *= 1 + 0.05 * expression["cheekPuff"] * np.exp(-(((contour[:, 1] - 46) / 16) ** 2))
    return contour


def draw_neck(sheet: Sheet, pose: Pose, identity: Identity) -> None:
    """The neck, between the head and the body, with the chin's shadow on it."""
    top = pose.place(np.array([[-18.0, 58.0], [18.0, 58.0]]), -6.0)
    bottom = pose.on_body(np.array([[24.0, 112.0], [-24.0, 112.0]]))
    waist = pose.on_body(np.array([[17.0, 90.0], [-17.0, 90.0]]))
    right = bend(top[1], waist[0], bottom[0])
    left = bend(bottom[1], waist[1], top[0])
    neck = np.concatenate([right, left])
    sheet.fill(neck, darker(identity.skin, 0.10))
    with sheet.clipped(neck):
        x, y = (float(value) for value in pose.place(np.array([[0.0, 74.0]]), 16.0)[0])
        sheet.fill(ellipse(x, y, 40, 24), darker(identity.skin, 0.40))
    for side in (right, left):
        sheet.line(side, taper(9, 1.4, 0.2, 0.2), darker(identity.skin, 0.8))


def draw_ears(sheet: Sheet, pose: Pose, identity: Identity) -> None:
    """Both ears, behind the cheeks."""
    for side in (-1, 1):
        shape = np.array([[57, 6], [63, 2], [67.5, 9], [66, 21], [60, 31], [55, 30]], float) * (side, 1)
        shape[:, 0] *= identity.face_width
        placed = smooth(pose.place(shape, -2.0), closed=True, steps=4)
        sheet.line(np.concatenate([placed, placed[:1]]), 2.2, darker(identity.skin, 0.85))
        sheet.fill(placed, identity.skin)
        fold = pose.place(np.array([[60.5, 12], [63.5, 14], [61.5, 24]], float) * (side, 1), -1.0)
        sheet.line(fold, taper(3, 1.6), darker(identity.skin, 0.5))


def skin_outline(pose: Pose, contour: Points) -> Points:
    """The placed outline of the skin, round the crown."""
    rim = pose.place(contour, CONTOUR_DEPTH)
    return smooth(np.concatenate([rim, pose.place(_CROWN, 10.0)]), closed=True, steps=4)


def draw_face(sheet: Sheet, pose: Pose, identity: Identity, contour: Points) -> None:
    """The skin with its contour line and shades."""
    placed, outline = pose.place(contour, CONTOUR_DEPTH), skin_outline(pose, contour)
    sheet.fill(outline, identity.skin)
    rim = smooth(placed, steps=4)
    with sheet.clipped(outline):
        for side in (-1, 1):  # the cheeks round away from the light
            x, y = (float(value) for value in pose.on_face(np.array([[side * 60.0, 34.0]]))[0])
            shade = darker(identity.skin, 0.35)
            sheet.fill(
                ellipse(x, y, 26, 44, count=20),
                Radial((x, y), 26.0, ((0.0, shade, 0.5), (0.5, shade, 0.22), (1.0, shade, 0.0)), squash=1.7),
            )
    sheet.line(rim, 0.9 + 1.5 * np.sin(np.linspace(0.12, np.pi - 0.12, len(rim))) ** 2, darker(identity.skin, 0.9))


def draw_fringe_shadow(sheet: Sheet, identity: Identity, outline: Points, strands: list[Points]) -> None:
    """The shadow that the fringe throws on the forehead."""
    shade = darker(mix(identity.skin, identity.hair, 0.12), 0.32)
    with sheet.clipped(outline):
        for strand in strands:
            sheet.fill(strand + (1.0, 6.0), shade)


def draw_nose(sheet: Sheet, pose: Pose, identity: Identity, expression: Expression) -> None:
    """A small nose: a touch of shadow, a line, and wrinkles when it is screwed up."""
    turn = 1.6 * np.sin(pose.yaw) / 0.42
    line = pose.on_face(np.array([[0.6 + turn, 37.0], [1.8 + turn, 40.6], [-0.8 + turn, 42.2]]), 7.0)
    sheet.line(smooth(line, steps=4), taper(9, 1.5, 0.5, 0.4), darker(identity.skin, 0.9))
    tip = pose.on_face(np.array([[-1.5 + turn, 38.0]]), 7.0)[0]
    sheet.fill(ellipse(tip[0], tip[1], 1.5, 1.1, count=12), (1.0, 1.0, 1.0), 0.75)
    sneer = 0.5 * (expression["noseSneerLeft"] + expression["noseSneerRight"])
    if sneer > 0.05:
        for dx, dy in ((-4.6, 0.0), (4.6, 0.0), (-3.4, -5.0), (3.4, -5.0)):
            fold = np.array([[dx, 27 + dy], [dx * 1.5, 30 + dy], [dx * 1.7, 33.5 + dy]])
            sheet.line(pose.on_face(fold, 4.0), taper(3, 1.7 * sneer), darker(identity.skin, 0.8), sneer)


def nose_points() -> Points:
    """(9, 2) head coordinates of iBUG points 27 to 35: the bridge downwards, then the base from left to right."""
    return np.array([[0, 14], [0, 22], [0, 30], [0, 38], [-6, 42], [-3, 43], [0, 43.5], [3, 43], [6, 42]], float)


def draw_blush(sheet: Sheet, pose: Pose, outline: Points, strength: float) -> None:
    """Cheek blush, with the slanted strokes of the style when it is strong."""
    if strength < 0.02:
        return
    red = (1.0, 0.42, 0.44)
    with sheet.clipped(outline):
        for side in (-1, 1):
            x, y = (float(value) for value in pose.on_face(np.array([[side * 34.0, 44.0]]))[0])
            alpha = 0.62 * min(1.0, strength)
            sheet.fill(
                ellipse(x, y, 19, 11, count=20),
                Radial((x, y), 19.0, ((0.0, red, alpha), (0.55, red, 0.6 * alpha), (1.0, red, 0.0)), squash=0.58),
            )
            if strength > 0.55:
                for shift in (-6.5, 0.0, 6.5):
                    stroke = np.array([[side * 34 + shift + 1.8, 40.6], [side * 34 + shift - 1.8, 47.4]])
                    alpha = (strength - 0.55) / 0.45
                    sheet.line(pose.on_face(stroke), np.array([1.3, 1.0]), (0.90, 0.26, 0.32), 0.85 * alpha)


def draw_gloom(sheet: Sheet, pose: Pose, outline: Points, strength: float) -> None:
    """The shadow of dread over the upper face, with its vertical strokes."""
    if strength < 0.02:
        return
    x, top = (float(value) for value in pose.on_face(np.array([[0.0, -34.0]]))[0])
    blue = (0.22, 0.24, 0.46)
    alpha = 0.72 * strength
    with sheet.clipped(outline):
        sheet.fill(
            outline,
            Linear((x, top), (x, top + 78.0), ((0.0, blue, alpha), (0.45, blue, 0.55 * alpha), (1.0, blue, 0.0))),
        )
        for place in (-26, -17, -8, 8, 17, 26):
            stroke = np.array([[place, -26.0], [place, 2.0 + 0.2 * abs(place)]])
            sheet.line(pose.on_face(stroke), np.array([1.5, 0.5]), blue, 0.7 * strength)
