"""The drawn artist: an expression and an identity in, a picture and its exact key points out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mien.face import Expression, Frame, Landmarks
from mien.paint.alpha import straight
from mien.paint.drawn import body, eyes, hair, head, marks, mouth
from mien.paint.drawn.identity import Identity
from mien.paint.drawn.pose import Pose
from mien.paint.drawn.sheet import Points, Sheet

MOMO = Identity()
"""The default character: every trait at its default."""


@dataclass(frozen=True, slots=True)
class Artist:
    """A painter that draws by rule. identity: who; size: pixels a side, 16 to 4096.

    Source of the manner: the common style of drawn virtual streamers; every line here is this project's own.
    """

    identity: Identity = MOMO
    size: int = 256

    def paint(self, expression: Expression) -> Frame:
        """The picture of this expression, (size, size) RGBA."""
        return Frame(straight(draw(self.identity, expression, self.size)))


def draw(
    identity: Identity,
    expression: Expression,
    size: int | tuple[int, int],
    view: NDArray[np.float64] | None = None,
) -> NDArray[np.uint8]:
    """(height, width, 4) uint8 RGBA premultiplied.

    size: pixels a side, or (width, height). view: (2, 3) the affine map from design units (256 to the side of a
    picture) to pixels; the whole picture where none is given.
    """
    width, height = (size, size) if isinstance(size, int) else size
    if view is None:
        view = np.array([[width / 256, 0.0, 0.0], [0.0, height / 256, 0.0]])
    sheet = Sheet(width, height, view)
    pose = Pose.of(expression)
    contour = head.shape_contour(expression, identity)
    pair = [eyes.shape_eye(expression, identity, side) for side in (-1, 1)]
    strands = hair.shape_fringe(pose, identity, expression)
    show = expression.marks
    body.draw_behind(sheet, pose, identity)
    hair.draw_back(sheet, pose, identity, expression)
    body.draw_body(sheet, pose, identity)
    head.draw_neck(sheet, pose, identity)
    body.draw_collar(sheet, pose, identity)
    head.draw_ears(sheet, pose, identity)
    outline = head.draw_face(sheet, pose, identity, contour)
    head.draw_fringe_shadow(sheet, identity, outline, [strand.shape for strand in strands])
    head.draw_gloom(sheet, pose, outline, show["gloom"])
    for eye in pair:
        eyes.draw_cheek_shadow(sheet, pose, identity, eye)
    head.draw_blush(sheet, pose, outline, show["blush"])
    head.draw_nose(sheet, pose, identity, expression)
    mouth.draw_mouth(sheet, pose, identity, expression, mouth.shape_mouth(expression, identity))
    for eye in pair:
        eyes.draw_eye(sheet, pose, identity, expression, eye)
        marks.draw_tears(sheet, pose, eye, show["tears"])
    body.draw_glasses(sheet, pose, identity)
    hair.draw_front(sheet, pose, identity, strands)
    hair.draw_side_locks(sheet, pose, identity, expression)
    hair.draw_ahoge(sheet, pose, identity, expression)
    for eye in pair:
        eyes.draw_brow(sheet, pose, identity, eyes.shape_brow(expression, eye.side))
    body.draw_worn(sheet, pose, identity)
    marks.draw_sweat(sheet, pose, show["sweat"])
    marks.draw_vein(sheet, pose, show["vein"])
    marks.draw_sparkles(sheet, pose, show["sparkle"])
    return sheet.pixels()


def key_points(identity: Identity, expression: Expression) -> Landmarks:
    """The exact 70 key points of what `draw` draws, in units of the picture."""
    pose = Pose.of(expression)
    contour = pose.place(head.shape_contour(expression, identity), head.CONTOUR_DEPTH)
    brows = [pose.on_face(eyes.shape_brow(expression, side), 4.0) for side in (-1, 1)]
    nose = pose.on_face(head.nose_points(), 6.0)
    pair = [eyes.shape_eye(expression, identity, side) for side in (-1, 1)]
    lids = [_lids(pose, eye) for eye in pair]
    irises = [pose.on_face(np.array([eye.iris])) for eye in pair]
    shape = mouth.shape_mouth(expression, identity)
    upper, lower = pose.on_face(shape.upper), pose.on_face(shape.lower)
    thick = np.array([0.0, 1.2])
    outer = np.concatenate([(upper - thick * 0.8)[[0, 3, 6, 8, 10, 13, 16]], (lower + thick)[[13, 10, 8, 6, 3]]])
    inner = np.concatenate([upper[[1, 5, 8, 11, 15]], lower[[11, 8, 5]]])
    points = np.concatenate([contour, brows[0][::-1], brows[1], nose, lids[0], lids[1], outer, inner, *irises])
    return Landmarks((points / 256.0).astype(np.float32))


def _lids(pose: Pose, eye: eyes.Eye) -> Points:
    """(6, 2) placed iBUG eye points, from the end at the picture's left over the upper lid and back below."""
    upper, lower = pose.on_face(eye.upper), pose.on_face(eye.lower)
    if eye.side < 0:  # stored from the inner corner; iBUG begins this eye at the outer one
        upper, lower = upper[::-1], lower[::-1]
    return np.concatenate([upper[[0, 5, 11, 16]], lower[[11, 5]]])
