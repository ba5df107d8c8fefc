"""The head without hair: contour, ears, neck, nose, soft shades on the skin."""

from __future__ import annotations

import numpy as np

from mien.face import Expression
from mien.paint.drawn.curves import bend, ellipse, smooth, taper
from mien.paint.drawn.pose import Pose
from mien.paint.drawn.sheet import Linear, Points, Radial, Sheet
from mien.paint.identity import Identity, darker, mix

# the contour from the picture's left temple over the chin to the right one, and how deep each point lies
_CONTOUR = np.array(
    [
        [-57.5, -8], [-58, 6], [-57.3, 20], [-54, 33.5], [-47.5, 46.5], [-38, 58.5], [-26, 69.5], [-12.5, 78], [0, 82],
        [12.5, 78], [26, 69.5], [38, 58.5], [47.5, 46.5], [54, 33.5], [57.3, 20], [58, 6], [57.5, -8],
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
    contour[:, 0] *= 1 + (identity.jaw - 1) * np.sin(np.pi * np.clip(low, 0.0, 1.0) ** 0.8 * 0.93)
    contour[:, 0] += low * 3.0 * (expression["jawLeft"] - expression["jawRight"])
    contour[:, 0] *= 1 + 0.05 * expression["cheekPuff"] * np.exp(-(((contour[:, 1] - 46) / 16) ** 2))
    return contour


def draw_neck(sheet: Sheet, pose: Pose, identity: Identity) -> None:
    """The neck, between the head and the body: its sides, the chin's shadow, collarbones."""
    broad = 0.4 + 0.6 * identity.shoulders * (0.5 + 0.5 * identity.jaw)
    top = pose.place(np.array([[-18.5, 58.0], [18.5, 58.0]]) * (broad, 1.0), -6.0)
    bottom = pose.on_body(np.array([[27.0, 114.0], [-27.0, 114.0]]) * (broad, 1.0))
    waist = pose.on_body(np.array([[16.0, 92.0], [-16.0, 92.0]]) * (broad, 1.0))
    right = bend(top[1], waist[0], bottom[0])
    left = bend(bottom[1], waist[1], top[0])
    neck = np.concatenate([right, left])
    light, shade = darker(identity.skin, 0.05), darker(mix(identity.skin, (1.0, 0.62, 0.58), 0.25), 0.30)
    sheet.fill(neck, light)
    with sheet.clipped(neck):
        chin = pose.place(_CONTOUR[3:14] + (0.0, 17.0), CONTOUR_DEPTH[3:14])
        roof = pose.place(np.array([[40.0, 20.0], [-40.0, 20.0]]), 0.0)
        sheet.fill(np.concatenate([smooth(chin, steps=3), roof]), shade)
        for side in (-1, 1):  # the cord from behind the ear to the pit of the throat, and a collarbone
            cord = np.stack([pose.place(np.array([[side * 17.0, 66.0]]), -8.0)[0],
                             *pose.on_body(np.array([[side * 9.0, 100.0], [side * 3.0, 112.0]]))])  # fmt: skip
            sheet.line(smooth(cord, steps=5), taper(11, 1.5, 0.6, 0.3), shade, 0.75)
            bone = pose.on_body(np.array([[side * 4.0, 112.5], [side * 14.0, 109.5], [side * 26.0, 110.5]]))
            sheet.line(smooth(bone, steps=5), taper(11, 1.6, 0.3, 0.6), shade, 0.8)
    for edge in (right, left):
        sheet.line(edge, taper(9, 1.5, 0.2, 0.2), darker(identity.skin, 0.8))


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
    """The skin with its contour line, warm cheeks and the shade of its sides."""
    placed, outline = pose.place(contour, CONTOUR_DEPTH), skin_outline(pose, contour)
    sheet.fill(outline, identity.skin)
    rim = smooth(placed, steps=4)
    shade, warm = darker(identity.skin, 0.30), mix(identity.skin, (1.0, 0.45, 0.42), 0.55)
    with sheet.clipped(outline):
        for side in (-1, 1):
            x, y = (float(value) for value in pose.on_face(np.array([[side * 62.0, 30.0]]))[0])
            sheet.fill(
                ellipse(x, y, 22, 46, count=20),
                Radial((x, y), 22.0, ((0.0, shade, 0.5), (0.5, shade, 0.22), (1.0, shade, 0.0)), squash=2.1),
            )
            x, y = (float(value) for value in pose.on_face(np.array([[side * 37.0, 45.0]]))[0])
            sheet.fill(
                ellipse(x, y, 19, 12, count=20),
                Radial((x, y), 19.0, ((0.0, warm, 0.42), (0.5, warm, 0.24), (1.0, warm, 0.0)), squash=0.62),
            )
        jaw = smooth(pose.place(contour[4:13] - (0.0, 5.0), CONTOUR_DEPTH[4:13]), steps=3)
        below = smooth(pose.place(contour[4:13] + (0.0, 4.0), CONTOUR_DEPTH[4:13]), steps=3)
        sheet.fill(np.concatenate([jaw, below[::-1]]), shade, 0.16)
    width = 0.8 + 1.5 * np.sin(np.linspace(0.12, np.pi - 0.12, len(rim))) ** 2
    sheet.line(rim, width, darker(mix(identity.skin, (0.8, 0.3, 0.25), 0.3), 0.85))


def draw_fringe_shadow(sheet: Sheet, identity: Identity, outline: Points, strands: list[Points]) -> None:
    """The shadow that the fringe throws on the forehead."""
    shade = darker(mix(identity.skin, identity.hair, 0.12), 0.32)
    with sheet.clipped(outline):
        for strand in strands:
            sheet.fill(strand + (1.0, 7.0), shade)


def draw_nose(sheet: Sheet, pose: Pose, identity: Identity, expression: Expression) -> None:
    """A small nose: a touch of shadow, a line, and wrinkles when it is screwed up."""
    turn = 1.6 * np.sin(pose.yaw) / 0.42
    shade = darker(mix(identity.skin, (1.0, 0.5, 0.45), 0.3), 0.25)
    ink = darker(identity.skin, 0.85)
    if identity.nose != "button":  # the bridge, on the side that is turned away from the light
        far = 1.0 if pose.yaw >= 0.0 else -1.0
        strong = identity.nose == "strong"
        bridge = np.array(
            [[3.0 * far, 12.0], [3.4 * far + 0.6 * turn, 24.0], [(5.2 if strong else 4.0) * far + turn, 36.0]]
        )
        sheet.line(smooth(pose.on_face(bridge, 5.0), steps=4), taper(9, 1.3 if strong else 1.0, 0.7, 0.3), ink, 0.55)
        for side in (-1, 1):
            wing = np.array([[side * 4.6, 37.5], [side * 6.6, 40.5], [side * 4.4, 42.8]]) + (turn, 0.0)
            sheet.line(smooth(pose.on_face(wing, 5.0), steps=4), taper(9, 1.2, 0.4, 0.4), ink, 0.7)
    line = pose.on_face(np.array([[1.0 + turn, 35.5], [2.6 + turn, 40.0], [-1.0 + turn, 42.0]]), 7.0)
    side_ = pose.on_face(np.array([[2.6 + turn, 40.0], [5.0 + turn, 42.5], [-1.0 + turn, 42.6]]), 6.0)
    sheet.fill(side_, shade, 0.8)
    sheet.line(smooth(line, steps=4), taper(9, 1.5, 0.6, 0.4), ink)
    tip = pose.on_face(np.array([[-1.6 + turn, 37.6]]), 7.0)[0]
    sheet.fill(ellipse(tip[0], tip[1], 1.5, 1.2, count=12), (1.0, 1.0, 1.0), 0.8)
    _lines_of_age(sheet, pose, identity)
    sneer = 0.5 * (expression["noseSneerLeft"] + expression["noseSneerRight"])
    if sneer > 0.05:
        for dx, dy in ((-4.6, 0.0), (4.6, 0.0), (-3.4, -5.0), (3.4, -5.0)):
            fold = np.array([[dx, 27 + dy], [dx * 1.5, 30 + dy], [dx * 1.7, 33.5 + dy]])
            sheet.line(pose.on_face(fold, 4.0), taper(3, 1.7 * sneer), darker(identity.skin, 0.8), sneer)


def _lines_of_age(sheet: Sheet, pose: Pose, identity: Identity) -> None:
    """What years leave: folds from nose to mouth, under the eyes, on the forehead."""
    age, ink = identity.age, darker(identity.skin, 0.6)
    if age <= 0.02:
        return
    for side in (-1, 1):
        fold = np.array([[9.0, 42.0], [15.0, 48.0], [17.5, 57.0]]) * (side, 1.0)
        sheet.line(smooth(pose.on_face(fold, 2.0), steps=4), taper(9, 1.5, 0.3, 0.5), ink, min(1.0, 0.95 * age))
        bag = np.array([[17.0, 37.5], [27.0, 40.5], [38.0, 37.0]]) * (side, 1.0)
        sheet.line(smooth(pose.on_face(bag, 1.0), steps=4), taper(9, 1.3, 0.4, 0.5), ink, min(1.0, 0.8 * age))
        crow = np.array([[50.0, 22.0], [54.0, 24.5]]) * (side, 1.0)
        sheet.line(pose.on_face(crow, 1.0), np.array([1.1, 0.3]), ink, age)
    for y in (-20.0, -26.0):
        furrow = np.array([[-20.0, y + 1.0], [0.0, y], [20.0, y + 1.0]])
        sheet.line(smooth(pose.on_face(furrow, 1.0), steps=4), taper(9, 1.1, 0.5, 0.5), ink, 0.7 * max(0.0, age - 0.3))


def draw_beard(sheet: Sheet, pose: Pose, identity: Identity, contour: Points, lips: tuple[Points, Points]) -> None:
    """What grows on chin and cheeks. lips: (n, 2) head coordinates of the upper and of the lower one."""
    if identity.beard == "none":
        return
    colour = darker(mix(identity.hair, identity.skin, 0.15), 0.3)
    upper, lower = lips
    rim = pose.place(contour, CONTOUR_DEPTH)
    if identity.beard == "stubble":
        edge = [[52.0, 26.0], [40.0, 44.0], [24.0, 50.0], [0.0, 48.5], [-24.0, 50.0], [-40.0, 44.0], [-52.0, 26.0]]
        cheek = pose.on_face(np.array(edge))
        jaw = np.concatenate([smooth(rim[2:15], steps=3), smooth(cheek, steps=3)])
        x, y = (float(value) for value in pose.on_face(np.array([[0.0, 72.0]]))[0])
        tone = mix(colour, (0.4, 0.45, 0.5), 0.4)
        with sheet.clipped(skin_outline(pose, contour)):
            sheet.fill(jaw, Radial((x, y), 56.0, ((0.0, tone, 0.28), (0.45, tone, 0.2), (0.9, tone, 0.0)), squash=0.62))
        return
    low = pose.on_face(lower[4:13] + (0.0, 4.0))
    if identity.beard == "goatee":
        chin = rim[6:11]
        sheet.fill(np.concatenate([smooth(chin, steps=4), smooth(low[::-1], steps=3)]), colour, 0.92)
    else:
        sides = pose.on_face(np.array([[53.0, 22.0], [47.0, 40.0], [30.0, 52.0], [19.0, 52.0]]))
        other = pose.on_face(np.array([[-19.0, 52.0], [-30.0, 52.0], [-47.0, 40.0], [-53.0, 22.0]]))
        inner = np.concatenate(
            [
                sides,
                pose.on_face(upper[::-4] - (0.0, 2.5))[:1],
                low[::-1],
                pose.on_face(upper[::4] - (0.0, 2.5))[:1],
                other,
            ]
        )
        sheet.fill(np.concatenate([smooth(rim[2:15], steps=4), inner]), colour, 0.92)
    moustache = pose.on_face(
        np.concatenate(
            [
                upper[1:16:2] - (0.0, 1.0),
                np.stack([np.linspace(15, -15, 7), 52.5 - 2.0 * np.sin(np.linspace(0, np.pi, 7))], axis=1),
            ]
        ),
        2.0,
    )
    sheet.fill(smooth(moustache, closed=True, steps=3), colour, 0.92)


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
