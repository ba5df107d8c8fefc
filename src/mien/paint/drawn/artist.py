"""The drawn artist: an expression and an identity in, a picture and its exact key points out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mien.face import PARTS, Colour, Colours, Expression, Frame, Landmarks
from mien.paint.alpha import straight
from mien.paint.drawn import body, eyes, hair, head, marks, mouth
from mien.paint.drawn.cast import MOMO
from mien.paint.drawn.pose import Pose
from mien.paint.drawn.sheet import Points, Sheet
from mien.paint.identity import Color, Identity
from mien.paint.tint import tint


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

    @property
    def colours(self) -> Colours:
        """As `mien.paint.Recolours`."""
        return {part: _bytes(getattr(self.identity, part)) for part in PARTS}

    def recoloured(self, colours: Colours) -> Artist:
        """As `mien.paint.Recolours`; the tips of the hair go with the hair."""
        changes: dict[str, Any] = {part: _shares(colour) for part, colour in colours.items()}
        if "hair" in colours:
            tip = tint(self.colours["hair"], colours["hair"]) @ (*self.identity.hair_tip, 1.0)
            changes["hair_tip"] = tuple(float(part) for part in np.clip(tip, 0.0, 1.0))
        return replace(self, identity=replace(self.identity, **changes))


def _bytes(color: Color) -> Colour:
    red, green, blue = (round(255 * part) for part in color)
    return red, green, blue


def _shares(colour: Colour) -> Color:
    red, green, blue = (part / 255 for part in colour)
    return red, green, blue


@dataclass(frozen=True, slots=True)
class Scene:
    """What is drawn, with the shapes that several layers need."""

    identity: Identity
    expression: Expression
    pose: Pose
    contour: Points
    outline: Points
    pair: tuple[eyes.Eye, eyes.Eye]
    strands: list[hair.Strand]
    mouth: mouth.Mouth

    @classmethod
    def of(cls, identity: Identity, expression: Expression) -> Scene:
        """The scene of this person with this expression."""
        pose = Pose.of(expression)
        contour = head.shape_contour(expression, identity)
        return cls(
            identity, expression, pose, contour, head.skin_outline(pose, contour),
            (eyes.shape_eye(expression, identity, -1), eyes.shape_eye(expression, identity, 1)),
            hair.shape_fringe(pose, identity, expression), mouth.shape_mouth(expression, identity),
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Layer:
    """One of the drawings that lie over each other. clipped: it shows only inside the nearest one below that is not.

    marks: the marks that it shows. part: of whose colour, one of PARTS, and its shades it is drawn; "" for its own.
    """

    name: str
    draw: Callable[[Sheet, Scene], None]
    clipped: bool = False
    marks: tuple[str, ...] = ()
    part: str = ""


def _fringe_shadow(sheet: Sheet, scene: Scene) -> None:
    shapes = [hair.dome(scene.pose), *(strand.shape for strand in scene.strands)]
    head.draw_fringe_shadow(sheet, scene.identity, scene.outline, shapes)


def _flush(sheet: Sheet, scene: Scene) -> None:
    show = scene.expression.marks
    head.draw_gloom(sheet, scene.pose, scene.outline, show["gloom"])
    for eye in scene.pair:
        eyes.draw_cheek_shadow(sheet, scene.pose, scene.identity, eye)
    head.draw_blush(sheet, scene.pose, scene.outline, show["blush"])


def _tears(sheet: Sheet, scene: Scene) -> None:
    for eye in scene.pair:
        marks.draw_tears(sheet, scene.pose, eye, scene.expression.marks["tears"])


def _air(sheet: Sheet, scene: Scene) -> None:
    show = scene.expression.marks
    marks.draw_sweat(sheet, scene.pose, show["sweat"])
    marks.draw_vein(sheet, scene.pose, show["vein"])
    marks.draw_sparkles(sheet, scene.pose, show["sparkle"])


def _eye_layers(name: str, side: int) -> tuple[Layer, ...]:
    at = 0 if side < 0 else 1
    return (
        Layer(f"{name}_white", lambda sheet, s: eyes.draw_white(sheet, s.pose, s.pair[at])),
        Layer(f"{name}_iris", lambda sheet, s: eyes.draw_iris(sheet, s.pose, s.identity, s.expression, s.pair[at]),
              clipped=True, marks=("sparkle",), part="iris"),
        Layer(f"{name}_shadow", lambda sheet, s: eyes.draw_lid_shadow(sheet, s.pose, s.pair[at]), clipped=True),
        Layer(f"{name}_lashes", lambda sheet, s: eyes.draw_lashes(sheet, s.pose, s.identity, s.pair[at])),
        Layer(f"{name}_lower_lid", lambda sheet, s: eyes.draw_lower_lid(sheet, s.pose, s.identity, s.pair[at]),
              part="skin"),
        Layer(f"{name}_crease", lambda sheet, s: eyes.draw_crease(sheet, s.pose, s.identity, s.pair[at]), part="skin"),
    )  # fmt: skip


def _lock(name: str, side: int) -> Layer:
    def draw(sheet: Sheet, s: Scene) -> None:
        hair.draw_side_lock(sheet, s.pose, s.identity, s.expression, side)

    return Layer(name, draw, part="hair")


def _tail(name: str, side: int) -> Layer:
    def draw(sheet: Sheet, s: Scene) -> None:
        hair.draw_tail(sheet, s.pose, s.identity, s.expression, side)

    return Layer(name, draw, part="hair")


def _strand(number: int) -> Layer:
    def draw(sheet: Sheet, s: Scene) -> None:
        if number < len(s.strands):
            hair.draw_strand(sheet, s.identity, s.strands[number])

    return Layer(f"strand{number}", draw, part="hair")


def _brow(name: str, side: int) -> Layer:
    def draw(sheet: Sheet, s: Scene) -> None:
        eyes.draw_brow(sheet, s.pose, s.identity, eyes.shape_brow(s.expression, s.identity, side))

    return Layer(name, draw, part="hair")


LAYERS = (
    Layer("worn_behind", lambda sheet, s: body.draw_behind(sheet, s.pose, s.identity), part="hair"),
    _tail("right_tail", -1),
    _tail("left_tail", 1),
    Layer("back", lambda sheet, s: hair.draw_back(sheet, s.pose, s.identity, s.expression), part="hair"),
    Layer("body", lambda sheet, s: body.draw_body(sheet, s.pose, s.identity), part="cloth"),
    Layer("neck", lambda sheet, s: head.draw_neck(sheet, s.pose, s.identity), part="skin"),
    Layer("collar", lambda sheet, s: body.draw_collar(sheet, s.pose, s.identity)),
    Layer("ears", lambda sheet, s: head.draw_ears(sheet, s.pose, s.identity), part="skin"),
    Layer("face", lambda sheet, s: head.draw_face(sheet, s.pose, s.identity, s.contour), part="skin"),
    Layer("fringe_shadow", _fringe_shadow, clipped=True, part="skin"),
    Layer("flush", _flush, clipped=True, marks=("gloom", "blush")),
    Layer("nose", lambda sheet, s: head.draw_nose(sheet, s.pose, s.identity, s.expression), part="skin"),
    Layer("beard", lambda sheet, s: head.draw_beard(
        sheet, s.pose, s.identity, s.contour, (s.mouth.upper, s.mouth.lower)), part="hair"),
    Layer("mouth_hole", lambda sheet, s: mouth.draw_hole(sheet, s.pose, s.mouth)),
    Layer("tongue", lambda sheet, s: mouth.draw_tongue(sheet, s.pose, s.mouth), clipped=True),
    Layer("teeth", lambda sheet, s: mouth.draw_teeth(sheet, s.pose, s.mouth), clipped=True),
    Layer("lower_teeth", lambda sheet, s: mouth.draw_lower_teeth(sheet, s.pose, s.mouth), clipped=True),
    Layer("lower_lip", lambda sheet, s: mouth.draw_lower_lip(sheet, s.pose, s.identity, s.mouth)),
    Layer("upper_lip", lambda sheet, s: mouth.draw_upper_lip(sheet, s.pose, s.identity, s.mouth)),
    Layer("under", lambda sheet, s: mouth.draw_under(sheet, s.pose, s.identity, s.expression, s.mouth),
          part="skin"),
    Layer("tongue_out", lambda sheet, s: mouth.draw_tongue_out(sheet, s.pose, s.mouth)),
    *_eye_layers("right_eye", -1),
    *_eye_layers("left_eye", 1),
    Layer("tears", _tears, marks=("tears",)),
    Layer("glasses", lambda sheet, s: body.draw_glasses(sheet, s.pose, s.identity)),
    _lock("right_lock", -1),
    _lock("left_lock", 1),
    Layer("dome", lambda sheet, s: hair.draw_dome(sheet, s.pose, s.identity), part="hair"),
    *(_strand(number) for number in range(hair.MOST_STRANDS)),
    Layer("ahoge", lambda sheet, s: hair.draw_ahoge(sheet, s.pose, s.identity, s.expression), part="hair"),
    _brow("right_brow", -1),
    _brow("left_brow", 1),
    Layer("worn", lambda sheet, s: body.draw_worn(sheet, s.pose, s.identity)),
    Layer("air", _air, marks=("sweat", "vein", "sparkle")),
)  # fmt: skip
"""From back to front; right and left are the character's own."""


def draw(
    identity: Identity,
    expression: Expression,
    size: int | tuple[int, int],
    view: NDArray[np.float64] | None = None,
    layers: Sequence[Layer] = LAYERS,
) -> NDArray[np.uint8]:
    """(height, width, 4) uint8 RGBA premultiplied.

    size: pixels a side, or (width, height). view: (2, 3) the affine map from design units (256 to the side of a
    picture) to pixels; the whole picture where none is given. layers: those that are drawn, from back to front.
    """
    width, height = (size, size) if isinstance(size, int) else size
    if view is None:
        view = np.array([[width / 256, 0.0, 0.0], [0.0, height / 256, 0.0]])
    return draw_scene(Scene.of(identity, expression), (width, height), view, layers)


def draw_scene(
    scene: Scene, size: tuple[int, int], view: NDArray[np.float64], layers: Sequence[Layer] = LAYERS
) -> NDArray[np.uint8]:
    """As `draw`, of a scene whose shapes are known."""
    sheet = Sheet(*size, view)
    for layer in layers:
        layer.draw(sheet, scene)
    return sheet.pixels()


def key_points(identity: Identity, expression: Expression) -> Landmarks:
    """The exact 70 key points of what `draw` draws, in units of the picture."""
    pose = Pose.of(expression)
    contour = pose.place(head.shape_contour(expression, identity), head.CONTOUR_DEPTH)
    brows = [pose.on_face(eyes.shape_brow(expression, identity, side), 4.0) for side in (-1, 1)]
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
