"""Shoulders and collar, and what is worn on the head."""

from __future__ import annotations

import numpy as np

from mien.paint.drawn.curves import ellipse, smooth, taper
from mien.paint.drawn.hair import held
from mien.paint.drawn.pose import Pose
from mien.paint.drawn.sheet import Linear, Points, Sheet
from mien.paint.identity import INK, Identity, darker, lighter, mix


def _mirror(half: list[tuple[float, float]]) -> Points:
    right = np.array(half, float)
    return np.concatenate([right, (right * (-1, 1))[::-1]])


_SHOULDERS = _mirror([(22, 98), (34, 104), (64, 112), (88, 124), (100, 146), (104, 170)])
_YOKE = _mirror([(21, 96), (44, 103), (50, 118), (26, 131), (0, 140)])
_OPEN = np.array([[-20, 95], [20, 95], [12, 114], [0, 127], [-12, 114]], float)


def draw_body(sheet: Sheet, pose: Pose, identity: Identity) -> None:
    """Shoulders, garment and collar; drawn before the neck's front edge so that the opening shows skin."""
    broad = 1 + (identity.shoulders - 1) * np.clip((np.abs(_SHOULDERS[:, :1]) - 30.0) / 40.0, 0.0, 1.0)
    outline = smooth(
        pose.on_body(_SHOULDERS * np.concatenate([broad, np.ones_like(broad)], axis=1)), closed=True, steps=5
    )
    line = darker(identity.cloth, 0.75)
    sheet.line(np.concatenate([outline, outline[:1]]), 2.4, line)
    x, top = (float(value) for value in pose.on_body(np.array([[0.0, 98.0]]))[0])
    stops = ((0.0, identity.cloth, 1.0), (1.0, darker(identity.cloth, 0.18), 1.0))
    sheet.fill(outline, Linear((x, top), (x, top + 44), stops))
    shade = darker(identity.cloth, 0.30)
    with sheet.clipped(outline):
        for side in (-1, 1):
            # the shade under the collar and at the outer side, then folds from the armpit
            under = np.array([[14, 106], [48, 104], [60, 124], [40, 144], [22, 140]], float) * (side, 1)
            sheet.fill(smooth(pose.on_body(under), closed=True, steps=4), shade, 0.4)
            outer = np.array([[88, 124], [100, 146], [104, 170], [88, 170], [91, 146], [80, 128]], float) * (side, 1)
            sheet.fill(smooth(pose.on_body(outer), closed=True, steps=4), shade, 0.55)
            for fold, wide in (([[60, 126], [67, 140], [66, 162]], 1.7), ([[70, 132], [73, 144], [71, 160]], 1.1)):
                sheet.line(
                    smooth(pose.on_body(np.array(fold, float) * (side, 1))), taper(13, wide, 0.5, 0.2), line, 0.7
                )


def draw_collar(sheet: Sheet, pose: Pose, identity: Identity) -> None:
    """The collar lies over the neck."""
    kind = identity.collar
    trim, line = identity.trim, darker(identity.trim, 0.75)
    if kind == "sailor":
        for side in (-1, 1):
            flap = np.array([[19, 92], [44, 101], [52, 122], [30, 138], [1, 134], [12, 116]], float) * (
                side,
                1,
            )
            placed = pose.on_body(flap)
            sheet.fill(placed, trim)
            fold = np.array([[19, 92], [27, 95], [24, 116], [14, 134], [1, 134], [12, 116]], float) * (side, 1)
            sheet.fill(pose.on_body(fold), darker(trim, 0.4), 0.5)
            edge = np.array([[24, 95.5], [43, 102.5], [46, 109]], float) * (side, 1)
            sheet.line(pose.on_body(edge), taper(3, 1.4), lighter(trim, 0.4), 0.6)
            sheet.line(np.concatenate([placed, placed[:1]]), 1.5, line)
            stripe = np.array([[41, 104], [47, 120], [28, 132.5], [3, 130.5]], float) * (side, 1)
            sheet.line(pose.on_body(stripe), 1.7, (1.0, 1.0, 1.0), 0.92)
        _bow(sheet, pose.on_body(np.array([[0.0, 135.0]]))[0], 1.0, identity)
    elif kind == "shirt":
        for side in (-1, 1):
            flap = np.array([[17, 90], [27, 98], [22, 124], [1, 118]], float) * (side, 1)
            placed = pose.on_body(flap)
            sheet.fill(placed, lighter(identity.cloth, 0.6))
            sheet.line(np.concatenate([placed, placed[:1]]), 1.5, darker(identity.cloth, 0.75))
        tie = pose.on_body(np.array([[-5, 118], [5, 118], [8, 150], [0, 160], [-8, 150]], float))
        sheet.fill(tie, trim)
        sheet.line(np.concatenate([tie, tie[:1]]), 1.4, line)
    elif kind == "hoodie":
        _hood(sheet, pose, identity)
        for side in (-1, 1):
            cord = pose.on_body(np.array([[13, 122], [15, 134], [13, 148]], float) * (side, 1))
            sheet.line(smooth(cord), 2.0, lighter(identity.cloth, 0.5))
    elif kind == "suit":
        _suit(sheet, pose, identity)
    elif kind == "turtleneck":
        tube = smooth(pose.on_body(_mirror([(19, 84), (25, 92), (28, 106), (16, 112), (0, 113)])), True, 4)
        sheet.fill(tube, identity.cloth)
        sheet.line(np.concatenate([tube, tube[:1]]), 1.6, darker(identity.cloth, 0.75))
        for x in (-18, -11, -4, 4, 11, 18):
            rib = pose.on_body(np.array([[0.9 * x, 88.0], [1.06 * x, 98.0], [x, 109.0]]))
            sheet.line(smooth(rib, steps=4), taper(9, 1.2, 0.3, 0.3), darker(identity.cloth, 0.4), 0.7)
    elif kind == "ribbon":
        yoke = smooth(pose.on_body(_mirror([(19, 93), (36, 100), (30, 116), (0, 122)])), True, 4)
        sheet.fill(yoke, lighter(identity.cloth, 0.7))
        sheet.line(np.concatenate([yoke, yoke[:1]]), 1.5, darker(identity.cloth, 0.7))
        _bow(sheet, pose.on_body(np.array([[0.0, 121.0]]))[0], 1.5, identity)
    else:  # kimono: the left side lies over the right one
        for side, end in ((1, -22), (-1, 22)):
            band = pose.on_body(np.array([[19 * side, 91], [33 * side, 98], [end + 9 * side, 162], [end, 150]], float))
            sheet.fill(band, trim)
            sheet.line(np.concatenate([band, band[:1]]), 1.4, line)
            seam = pose.on_body(np.array([[26 * side, 95], [end + 4 * side, 152]], float))
            sheet.line(seam, 1.6, lighter(identity.accent, 0.35))


def _hood(sheet: Sheet, pose: Pose, identity: Identity) -> None:
    """The hood of a pullover, lying on the shoulders, and the round shirt under it."""
    shirt, line = lighter(identity.cloth, 0.9), darker(identity.trim, 0.75)
    front = pose.on_body(_mirror([(22, 97), (24, 112), (12, 130), (0, 136)]))
    neckline = smooth(pose.on_body(_mirror([(22, 96), (17, 105), (8, 111), (0, 112.5)])), steps=4)
    sheet.fill(np.concatenate([neckline, front[::-1]]), shirt)
    sheet.line(neckline, 3.2, darker(shirt, 0.3))
    sheet.line(neckline, 2.0, lighter(shirt, 0.4))
    for side in (-1, 1):
        half = [[18, 90], [30, 89], [46, 96], [53, 110], [40, 123], [20, 132], [2, 138], [1, 130], [13, 120], [19, 107]]
        flap = smooth(pose.on_body(np.array(half, float) * (side, 1)), True, 4)
        sheet.fill(flap, identity.trim)
        with sheet.clipped(flap):
            roll = np.array([[24, 88], [31, 99], [29, 114], [12, 130], [1, 138], [-4, 126], [10, 110], [14, 92]], float)
            sheet.fill(smooth(pose.on_body(roll * (side, 1)), True, 4), darker(identity.trim, 0.35), 0.55)
            glow = np.array([[36, 95], [45, 102], [46, 110], [39, 112], [38, 102]], float) * (side, 1)
            sheet.fill(smooth(pose.on_body(glow), True, 4), lighter(identity.trim, 0.35), 0.5)
        sheet.line(np.concatenate([flap, flap[:1]]), 1.7, line)


def _suit(sheet: Sheet, pose: Pose, identity: Identity) -> None:
    """A jacket over a shirt with a tie."""
    shirt, line = (0.97, 0.97, 0.99), darker(identity.cloth, 0.75)
    front = pose.on_body(_mirror([(20, 90), (30, 98), (16, 140), (0, 176)]))
    sheet.fill(front, shirt)
    tie = pose.on_body(np.array([[-6, 112], [6, 112], [4, 122], [10, 160], [0, 172], [-10, 160], [-4, 122]], float))
    sheet.fill(tie, identity.trim)
    sheet.fill(
        pose.on_body(np.array([[0, 122], [4, 122], [10, 160], [0, 172]], float)), darker(identity.trim, 0.35), 0.6
    )
    sheet.line(np.concatenate([tie, tie[:1]]), 1.4, darker(identity.trim, 0.75))
    for side in (-1, 1):
        flap = pose.on_body(np.array([[18, 88], [29, 97], [20, 122], [2, 112]], float) * (side, 1))
        sheet.fill(flap, shirt)
        sheet.line(np.concatenate([flap, flap[:1]]), 1.4, (0.45, 0.45, 0.55))
        lapel = pose.on_body(
            np.array([[29, 95], [42, 101], [48, 116], [38, 120], [40, 128], [6, 178], [16, 140]], float) * (side, 1)
        )
        sheet.fill(lapel, lighter(identity.cloth, 0.10))
        sheet.line(np.concatenate([lapel, lapel[:1]]), 1.5, line)


def _bow(sheet: Sheet, at: Points, size: float, identity: Identity, tilt: float = 0.0) -> None:
    """The ribbon at the collar."""
    color, line = identity.accent, darker(identity.accent, 0.8)
    c, s = np.cos(tilt), np.sin(tilt)
    turn = np.array([[c, s], [-s, c]]) * size
    for side in (-1, 1):
        tail = np.array([[1, 2], [5, 3], [11, 17], [5, 15]], float) * (side, 1) @ turn + at
        sheet.fill(tail, darker(color, 0.25))
        sheet.line(np.concatenate([tail, tail[:1]]), 1.2 * size**0.5, line)
        wing = smooth(np.array([[1, 0], [10, -8], [18, -6], [18, 6], [10, 8]], float) * (side, 1) @ turn + at, True, 4)
        sheet.fill(wing, color)
        glow = smooth(np.array([[9, -5.5], [15, -4.5], [15, -1.5], [9, -2]], float) * (side, 1) @ turn + at, True, 4)
        sheet.fill(glow, lighter(color, 0.35), 0.7)
        deep = smooth(np.array([[2, 1], [8, 1], [17, 4], [11, 7]], float) * (side, 1) @ turn + at, True, 4)
        sheet.fill(deep, darker(color, 0.4), 0.6)
        sheet.line(np.concatenate([wing, wing[:1]]), 1.3 * size**0.5, line)
        fold = np.array([[3, 0], [8, -2], [12, -2]], float) * (side, 1) @ turn + at
        sheet.line(fold, taper(3, 1.2), line, 0.7)
    knot = ellipse(float(at[0]), float(at[1]), 4.2 * size, 4.8 * size, count=16)
    sheet.fill(knot, lighter(color, 0.12))
    sheet.line(np.concatenate([knot, knot[:1]]), 1.2 * size**0.5, line)


def draw_behind(sheet: Sheet, pose: Pose, identity: Identity) -> None:
    """Worn things that the hair covers in part: ears of a cat, the bow of headphones."""
    if identity.worn == "cat_ears":
        for side in (-1, 1):
            ear = pose.place(np.array([[28, -76], [64, -114], [68, -46]], float) * (side, 1), 4.0)
            inner = pose.place(np.array([[38, -76], [60, -101], [62, -58]], float) * (side, 1), 6.0)
            sheet.line(np.concatenate([ear, ear[:1]]), 3.0, darker(identity.hair, 0.85))
            sheet.fill(ear, identity.hair)
            sheet.fill(inner, mix(identity.hair, (1.0, 0.75, 0.78), 0.75))


def draw_worn(sheet: Sheet, pose: Pose, identity: Identity) -> None:
    """Worn things in front of the hair."""
    kind, accent = identity.worn, identity.accent
    line = darker(accent, 0.8)
    if kind == "clip":
        for shift in (0.0, 8.0):
            bar = held(pose.on_hair(np.array([[38 + 0.2 * shift, -34 + shift], [57, -25 + shift]], float), 4.0), pose)
            sheet.line(bar, 5.6, line)
            sheet.line(bar, 3.6, accent)
    elif kind == "bow":
        at = pose.on_hair(np.array([[46.0, -62.0]]), 4.0)[0]
        _bow(sheet, at, 1.5, identity, pose.roll + 0.35)
    elif kind == "flower":
        x, y = (float(value) for value in pose.on_hair(np.array([[52.0, -38.0]]), 4.0)[0])
        for petal in range(5):
            angle = petal * 2 * np.pi / 5 + pose.roll
            shape = ellipse(x + 7.5 * np.cos(angle), y + 7.5 * np.sin(angle), 7.2, 5.4, angle, 16)
            sheet.line(np.concatenate([shape, shape[:1]]), 1.3, line)
            sheet.fill(shape, lighter(accent, 0.25))
        sheet.fill(ellipse(x, y, 4.4, 4.4, count=14), (1.0, 0.86, 0.42))
    elif kind == "headphones":
        arc = np.linspace(-1, 1, 15)
        band = pose.place(np.stack([76 * np.sin(arc * 1.5), -4 - 92 * np.cos(arc * 1.5)], axis=1), 2.0)
        sheet.line(band, 9.0, line)
        sheet.line(band, 6.0, accent)
        for side in (-1, 1):
            x, y = (float(value) for value in pose.place(np.array([[side * 74.0, 10.0]]), 4.0)[0])
            width = 9.0 + 8.0 * max(0.0, -side * np.sin(pose.yaw) * 2)
            sheet.fill(ellipse(x, y, width + 1.4, 20.4, pose.roll), line)
            sheet.fill(ellipse(x, y, width, 19.0, pose.roll), accent)
            sheet.fill(ellipse(x, y, 0.55 * width, 11.0, pose.roll), darker(accent, 0.4))


def draw_glasses(sheet: Sheet, pose: Pose, identity: Identity) -> None:
    """Round glasses, if worn: they sit in front of the eyes and under the fringe."""
    if identity.worn != "glasses":
        return
    frame = mix(INK, identity.accent, 0.25)
    for side in (-1, 1):
        ring = pose.on_face(ellipse(side * 28.0, 22.0, 22.5, 20.0, count=32), 7.0)
        sheet.fill(ring, (0.85, 0.93, 1.0), 0.16)
        sheet.line(np.concatenate([ring, ring[:2]]), 2.0, frame)
        temple = pose.on_face(np.array([[side * 50.0, 19.0], [side * 60.0, 16.0]]), 4.0)
        sheet.line(temple, 2.0, frame)
    bridge = pose.on_face(np.array([[-5.8, 20.0], [0, 17.6], [5.8, 20.0]]), 7.0)
    sheet.line(smooth(bridge), 2.0, frame)
