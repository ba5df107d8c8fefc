"""Eyes and brows: lids that close each alone, shaded irises with highlights, lashes, creases."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mien.face import Expression
from mien.face.channels import GAZE_LIMIT
from mien.paint.drawn.curves import ellipse, ramp, smooth, star
from mien.paint.drawn.pose import Pose
from mien.paint.drawn.sheet import Linear, Points, Radial, Sheet
from mien.paint.identity import INK, Identity, darker, lighter, mix

EYE_X, EYE_Y = 29.0, 20.0
_HALF = 19.0
_SHUT = 0.02  # of `Eye.open`: below it nothing shows between the lids
_NARROW = 0.15  # below it there is no line at the lower lid
_CREASED = 0.25  # above it there is a crease above the upper lid
_LASH = mix(INK, (0.62, 0.26, 0.24), 0.6)  # where lashes thin out into skin
_U = np.linspace(-1.0, 1.0, 17)  # along the eye: -1 is the inner corner, 1 the outer one
_DOME = (1.0 - np.abs(_U) ** 2.5) ** 0.62
_BOWL = (1.0 - np.abs(_U) ** 2.3) ** 0.75
_ARC = 1.0 - _U**2


@dataclass(frozen=True, slots=True)
class Eye:
    """One eye in head coordinates. side: -1 for the picture's left, 1 for its right.

    upper, lower: (17, 2) the lid edges from the inner to the outer corner; iris: its centre; open: 0 shut, 1 open.
    """

    side: int
    upper: Points
    lower: Points
    iris: tuple[float, float]
    radius: tuple[float, float]
    open: float


def shape_eye(expression: Expression, identity: Identity, side: int) -> Eye:
    """Where the lids and the iris of one eye are."""
    name = "Right" if side < 0 else "Left"  # the character's right eye is at the picture's left
    blink, wide = expression[f"eyeBlink{name}"], expression[f"eyeWide{name}"]
    squint, smile = expression[f"eyeSquint{name}"], expression[f"mouthSmile{name}"]
    cheek, frown = expression[f"cheekSquint{name}"], expression[f"mouthFrown{name}"]
    brow_down, brow_in = expression[f"browDown{name}"], expression["browInnerUp"]
    height = 18.5 * identity.eye_height
    # where the lids meet when shut: a bow downwards for a blink, upwards for a smile
    glad = min(1.0, smile * (0.35 + 0.9 * cheek))
    shut = 6.5 - 3.5 * glad + (3.6 - 11.5 * glad) * _ARC
    slant = -2.2 * identity.eye_slant * _U
    mood = 4.2 * (brow_down * (1 - 0.6 * brow_in)) * np.clip(-_U + 0.25, 0, 1)  # the frown presses the inner lid
    droop = 4.6 * brow_in * min(1.0, frown + 0.3 * blink) * (1 - 0.7 * wide) * np.clip(_U + 0.2, 0, 1)
    upper = 3.5 - height * (1 + 0.20 * wide) * _DOME + slant + mood + droop
    upper = upper + 3.2 * squint * _ARC
    lower = 3.5 + 13.0 * identity.eye_height * (1 + 0.06 * wide) * _BOWL + slant * 0.6
    lower = lower - (5.0 * squint + 4.6 * cheek) * _ARC
    closing = min(1.0, blink * (1.0 + 0.12 * squint))
    upper = upper + (shut + slant - upper) * closing
    lower = lower + (shut + slant - lower) * closing**2
    upper = np.minimum(upper, lower)
    half = _HALF * identity.eye_width
    x = side * (EYE_X + half * _U)
    look_x, look_y = (float(value) / GAZE_LIMIT for value in expression.gaze)
    out, inward = expression[f"eyeLookOut{name}"], expression[f"eyeLookIn{name}"]
    look_x += side * (out - inward)
    look_y += expression[f"eyeLookUp{name}"] - expression[f"eyeLookDown{name}"]
    iris = (
        side * (EYE_X - 0.8) + 7.0 * float(np.clip(look_x, -1, 1)),
        EYE_Y + 1.0 - 6.0 * float(np.clip(look_y, -1, 1)),
    )
    small = 1.0 - 0.24 * wide
    radius = (13.6 * small * identity.eye_width, 17.0 * small * identity.eye_height)
    return Eye(
        side,
        np.stack([x, EYE_Y + upper], axis=1),
        np.stack([x, EYE_Y + lower], axis=1),
        iris,
        radius,
        1.0 - closing,
    )


def opening(pose: Pose, eye: Eye) -> Points:
    """(34, 2) the placed outline of what the lids leave open."""
    return np.concatenate([pose.on_face(eye.upper), pose.on_face(eye.lower)[::-1]])


def draw_white(sheet: Sheet, pose: Pose, eye: Eye) -> None:
    """The white of the eye, where it is open."""
    # a little outside the lids: where they meet, what lies between them is squeezed to nothing
    around = pose.on_face(eye.upper) - (0.0, 1.5), pose.on_face(eye.lower)[::-1] + (0.0, 1.5)
    sheet.follow(np.concatenate(around))
    if eye.open > _SHUT:
        upper = pose.on_face(eye.upper)
        x, top, bottom = float(upper[8, 0]), float(upper[:, 1].min()), float(pose.on_face(eye.lower)[:, 1].max())
        stops = ((0.0, (0.80, 0.79, 0.88), 1.0), (0.45, (0.97, 0.965, 0.99), 1.0), (1.0, (1.0, 0.99, 0.99), 1.0))
        sheet.fill(opening(pose, eye), Linear((x, top), (x, max(bottom, top + 1.0)), stops))


def draw_iris(sheet: Sheet, pose: Pose, identity: Identity, expression: Expression, eye: Eye) -> None:
    """The iris with its highlights, inside the opening."""
    (x, y), (rx, ry) = eye.iris, eye.radius
    sheet.follow(pose.on_face(ellipse(x, y, rx, ry)))
    if eye.open > _SHUT:
        with sheet.clipped(opening(pose, eye)):
            _iris(sheet, pose, identity, expression, eye)


def draw_lid_shadow(sheet: Sheet, pose: Pose, eye: Eye) -> None:
    """What the upper lid throws on the white and the iris."""
    sheet.follow(pose.on_face(eye.upper))
    if eye.open > _SHUT:
        upper = pose.on_face(eye.upper)
        with sheet.clipped(opening(pose, eye)):
            shade = np.concatenate([upper + (0.0, -3.0), (upper + (0.0, 5.0))[::-1]])
            sheet.fill(shade, (0.30, 0.22, 0.42), 0.42)


def draw_lashes(sheet: Sheet, pose: Pose, identity: Identity, eye: Eye) -> None:
    """The upper lashes, thick at their outer end, with spikes that run on outwards and up."""
    upper, open_ = pose.on_face(eye.upper), eye.open
    thick = 0.45 + 0.55 * identity.lashes
    weight = 1.9 + 3.6 * thick * (0.35 + 0.65 * open_) * np.clip(0.5 + 0.6 * _U, 0.1, 1.0)
    weight[0] *= 0.3
    weight[-2:] *= (0.9, 0.7)
    raised = upper - np.stack([0 * _U, 0.34 * weight], axis=1)
    sheet.line(raised, weight + 0.9, _LASH, 0.75)
    sheet.line(raised, weight, INK)
    out = float(np.sign(upper[-1, 0] - upper[0, 0]) or eye.side)
    lift, long = 2.6 + 2.6 * open_, identity.lashes
    if long < 0.05:
        return
    for at, along, up, wide in ((-1, 6.6, lift, 3.4), (-1, 4.4, 0.4, 2.0), (-3, 4.6, lift + 1.6, 2.0)):
        root, inner = raised[at], raised[at - 2]
        tip = upper[at] + (out * along * long, -up * long)
        middle = root + 0.45 * (tip - root) + (out * 0.5, 0.7)
        sheet.line(np.stack([inner, root, middle, tip]), np.array([0.5 * wide, wide, 0.6 * wide, 0.2]), INK)


def draw_lower_lid(sheet: Sheet, pose: Pose, identity: Identity, eye: Eye) -> None:
    """The line along the lower lid."""
    lower, open_ = pose.on_face(eye.lower), eye.open
    sheet.follow(lower[3:] if open_ > _NARROW else np.full((14, 2), np.nan))
    if open_ > _NARROW:
        sheet.line(lower[9:], 0.5 + 1.0 * ramp(8), darker(identity.skin, 0.95), min(1.0, 1.5 * open_))
        sheet.line(lower[3:10], 0.8, darker(identity.skin, 0.7), 0.6 * min(1.0, 1.5 * open_))


def draw_crease(sheet: Sheet, pose: Pose, identity: Identity, eye: Eye) -> None:
    """The crease above the upper lid."""
    crease = pose.on_face(eye.upper)[3:15] + (0.0, -4.6 - 1.5 * eye.open)
    sheet.follow(crease if eye.open > _CREASED else np.full((12, 2), np.nan))
    if eye.open > _CREASED:
        sheet.line(crease, 1.1, darker(identity.skin, 0.55), 0.7 * min(1.0, eye.open * 1.6))


def _iris(sheet: Sheet, pose: Pose, identity: Identity, expression: Expression, eye: Eye) -> None:
    """The iris with pupil, shade and lights, cut by the lids."""
    (x, y), (rx, ry) = eye.iris, eye.radius

    def disc(dx: float, dy: float, sx: float, sy: float, tilt: float = 0.0) -> Points:
        return pose.on_face(ellipse(x + dx * rx, y + dy * ry, sx * rx, sy * ry, tilt))

    ball = disc(0, 0, 1, 1)
    top, bottom, middle = float(ball[:, 1].min()), float(ball[:, 1].max()), float(ball[:, 0].mean())
    color = identity.iris
    bright = mix(lighter(color, 0.55), (1.0, 0.98, 0.86), 0.25)
    sheet.fill(ball, darker(color, 1.0))
    stops = ((0.0, darker(color, 0.95), 1.0), (0.32, darker(color, 0.55), 1.0), (0.62, color, 1.0), (1.0, bright, 1.0))
    sheet.fill(disc(0, 0.01, 0.89, 0.91), Linear((middle, top), (middle, bottom), stops))
    sheet.fill(disc(0, 0.5, 0.66, 0.40), bright, 0.34)
    for angle in (-0.75, -0.38, 0.0, 0.38, 0.75):  # rays in the lower half
        ray = disc(0.62 * np.sin(angle), 0.14 + 0.5 * np.cos(angle), 0.05, 0.17, -angle)
        sheet.fill(ray, bright, 0.55)
    sheet.fill(disc(0, -0.04, 0.46, 0.48), mix(darker(color, 1.0), INK, 0.35), 0.55)
    sheet.fill(disc(0, -0.04, 0.38, 0.41), mix(darker(color, 1.0), INK, 0.7))
    shimmer = 0.04 * float(expression.noise[6])
    star_eye = expression.marks["sparkle"]
    if star_eye > 0.02:
        placed = disc(0, -0.02, 1, 1).mean(axis=0)
        reach = float(0.78 * rx * star_eye)
        sheet.fill(star(placed[0], placed[1], reach * 1.15, 0.30), (1.0, 0.96, 0.70), min(1.0, 1.6 * star_eye))
    wet = expression.marks["tears"]
    sheet.fill(disc(-0.36 + shimmer, -0.44, 0.36, 0.28, -0.25), (1.0, 1.0, 1.0))
    sheet.fill(disc(0.42 - shimmer, 0.36, 0.18 + 0.05 * wet, 0.15 + 0.04 * wet), (1.0, 1.0, 1.0), 0.92)
    sheet.fill(disc(-0.52 + shimmer, 0.12, 0.08, 0.09), (1.0, 1.0, 1.0), 0.85)
    if wet > 0.02:
        sheet.fill(disc(-0.1, 0.72 + shimmer, 0.55, 0.15), (1.0, 1.0, 1.0), 0.7 * wet)


def draw_cheek_shadow(sheet: Sheet, pose: Pose, identity: Identity, eye: Eye) -> None:
    """A soft warm shade on the skin around the eye."""
    x, y = pose.on_face(np.array([[eye.side * EYE_X, EYE_Y - 2.0]]))[0]
    warm = mix(identity.skin, (0.93, 0.48, 0.45), 0.5)
    sheet.fill(
        ellipse(x, y, 24, 24, count=20),
        Radial((float(x), float(y)), 24.0, ((0.0, warm, 0.30), (0.6, warm, 0.20), (1.0, warm, 0.0))),
    )


def shape_brow(expression: Expression, identity: Identity, side: int) -> Points:
    """(5, 2) head coordinates of one brow from its inner to its outer end."""
    name = "Right" if side < 0 else "Left"
    down, inner = expression[f"browDown{name}"], expression["browInnerUp"]
    outer, sneer = expression[f"browOuterUp{name}"], expression[f"noseSneer{name}"]
    wide = expression[f"eyeWide{name}"]
    u = np.linspace(0.0, 1.0, 5)
    y = -11.0 - 4.2 * np.sin(u * np.pi * 0.62) + 2.6 * u
    y = y + (10.5 * down + 2.0 * sneer - 9.0 * inner) * (1 - u) ** 1.3 - 7.5 * outer * u**0.8 * (1 - 0.3 * u)
    y = y + {"soft": 0.0 * u, "straight": 2.6 * np.sin(u * np.pi * 0.62), "sharp": 3.5 * (1 - u) - 2.5 * u**2,
             "bushy": 1.2 * np.sin(u * np.pi * 0.62)}[identity.brows]  # fmt: skip
    y = y + 3.0 * down - 2.0 * wide + 3.8 * inner * u**1.5 * (1 - outer)
    x = 12.0 - 3.2 * down + 1.2 * inner + 31.0 * u
    return np.stack([side * x, EYE_Y - 12.0 + y], axis=1)


def draw_brow(sheet: Sheet, pose: Pose, identity: Identity, brow: Points) -> None:
    """One brow, drawn over the fringe as is the custom of the style."""
    points = pose.on_face(smooth(brow, steps=4), 4.0)
    along = ramp(len(points))
    width = identity.brow_weight * (0.9 + 2.7 * np.sqrt(np.clip(1 - along, 0, 1)) * np.minimum(1.0, 0.45 + 5.0 * along))
    colour = darker(mix(identity.hair, INK, 0.35), 0.65)
    if identity.brows in ("sharp", "straight"):
        width = identity.brow_weight * 3.4 * np.minimum(1.05 - along, 0.35 + 2.0 * along) ** 0.8
    elif identity.brows == "bushy":
        width = identity.brow_weight * (
            1.4 + 3.6 * np.sqrt(np.clip(1 - along, 0, 1)) * np.minimum(1.0, 0.6 + 5.0 * along)
        )
    sheet.line(points, width, colour)
