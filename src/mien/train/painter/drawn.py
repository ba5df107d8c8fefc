"""Training pictures without end: the artist draws what chance asks for, each sample decided by its number alone."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.utils.data import Dataset

from mien.face import FEELINGS, NOISE, REST, Expression
from mien.face.channels import HEAD_SLICE, HIGH, MARK_SLICE, MARKS, channel
from mien.face.landmarks import JAW, LEFT_BROW, LEFT_EYE, LEFT_IRIS, MOUTH, RIGHT_BROW, RIGHT_EYE, RIGHT_IRIS
from mien.paint.align import Canvas, canonical, canvas_for, inverse
from mien.paint.cels import MARK_KEYS
from mien.paint.drawn import Identity, key_points
from mien.paint.drawn.artist import LAYERS, Scene, draw_scene
from mien.paint.drawn.artist import Layer as Drawing
from mien.paint.drawn.hair import MOST_STRANDS
from mien.train.core.poses import NOISE_MOST, TURN, sample_expression
from mien.train.painter.layers import Beginning, Box, Layer, Start

_WINDOWS = ((84, 96, 220, 180), (112, 160, 192, 224))
"""Where the eyes and the mouth lie on a drawn character's canvas of 304 by 288 pixels."""

_PROBED = 400
"""Poses from which it is found where each layer may show."""

_MARGIN = 6
"""Canvas pixels around them."""

_LIPS = tuple(range(MOUTH.start, MOUTH.stop))


_STILL = Start()
_OPEN = (("jawOpen", 0.5),)
_BARED = ("mouthStretch", "mouthFrown", "mouthLowerDown")
_SNARL = (*_OPEN, *((f"{name}{side}", 0.6) for name in _BARED for side in ("Left", "Right")))
_TONGUE = (("jawOpen", 0.3), ("tongueOut", 1.0))


@dataclass(frozen=True, slots=True)
class _How:
    """How a layer's cel is made: as `Layer` says. rest: channels of the pose that it begins as, beside zeros. rare,
    hides: as `Beginning` says.

    All ours: what moves far has depth, what changes its shape keys.
    """

    keys: int
    start: Start = _STILL
    rank: int = 24
    cost: float = 1.0
    knot: int = 8
    rest: tuple[tuple[str, float], ...] = ()
    rare: bool = False
    hides: bool = False


def _eye(name: str, lids: slice, iris: int) -> dict[str, _How]:
    around = tuple(range(lids.start, lids.stop))

    def how(keys: int, follows: tuple[int, ...], near: float = 6.0, cost: float = 8.0, hides: bool = False) -> _How:
        return _How(keys, Start(follows=follows, near=near), cost=cost, knot=4, hides=hides)

    return {
        f"{name}_white": how(6, around, cost=30.0, hides=True), f"{name}_iris": how(8, (iris,), 30.0),
        f"{name}_shadow": how(4, around[:4]), f"{name}_lashes": how(8, around[:4]),
        f"{name}_lower_lid": how(4, around, hides=True), f"{name}_crease": how(3, around[:4], hides=True),
    }  # fmt: skip


def _lip(
    keys: int, rest: tuple[tuple[str, float], ...] = _OPEN, rare: bool = False, hides: bool = False
) -> _How:  # fmt: skip
    return _How(keys, Start(follows=_LIPS), cost=12.0, knot=4, rest=rest, rare=rare, hides=hides)


_HOW = {
    "worn_behind": _How(2, Start(depth=-30.0), 16),
    "right_tail": _How(2, Start(depth=-50.0), 24),
    "left_tail": _How(2, Start(depth=-50.0), 24),
    "back": _How(3, Start(depth=-65.0), 48),
    "body": _How(0, Start(ground=True), 16),
    "neck": _How(3, Start(depth=-30.0), 16),
    "collar": _How(0, Start(ground=True), 16),
    "ears": _How(1, Start(depth=-47.0), 16),
    "face": _How(4, Start(follows=tuple(range(JAW.start, JAW.stop)), near=14.0), 48, 2.0),
    "fringe_shadow": _How(3, Start(depth=8.0), 24),
    "flush": _How(0, Start(depth=0.0), 16, 2.0),
    "nose": _How(3, Start(depth=7.0), 16, 2.0),
    "mouth_hole": _lip(6, hides=True),
    "tongue": _lip(4, hides=True),
    "teeth": _lip(6, hides=True),
    "lower_teeth": _lip(3, _SNARL, rare=True),
    "lower_lip": _lip(4),
    "upper_lip": _lip(6),
    "under": _lip(2),
    "tongue_out": _lip(3, _TONGUE, rare=True),
    **_eye("right_eye", RIGHT_EYE, RIGHT_IRIS),
    **_eye("left_eye", LEFT_EYE, LEFT_IRIS),
    "tears": _How(0, Start(depth=0.0), 16, 6.0),
    "right_lock": _How(2, Start(depth=-25.0), 24),
    "left_lock": _How(2, Start(depth=-25.0), 24),
    "dome": _How(3, Start(depth=12.0), 48),
    **{f"strand{n}": _How(3, Start(depth=16.0), 24) for n in range(MOST_STRANDS)},
    "ahoge": _How(3, Start(depth=-40.0), 24),
    "right_brow": _How(6, Start(follows=tuple(range(RIGHT_BROW.start, RIGHT_BROW.stop)), near=8.0), cost=6.0),
    "left_brow": _How(6, Start(follows=tuple(range(LEFT_BROW.start, LEFT_BROW.stop)), near=8.0), cost=6.0),
    "worn": _How(2, Start(depth=5.0), 16),
    "air": _How(0, Start(depth=-15.0), 16, 3.0),
}


class Drawn(Dataset[tuple[Tensor, ...]]):
    """A `Source`: sample number n of a drawn character, on its canonical canvas, layer by layer, with its conditions.

    picture: pixels a side of the picture that the canvas holds. detail: pixels that are drawn in one of the canvas.
    """

    apart = bounded = True  # the artist draws on beyond the picture's edges, where nobody ever looks
    most = None

    def __init__(self, identity: Identity, picture: int, seed: int, detail: int = 1):
        self.identity, self.seed, self.detail = identity, seed, detail
        self.name = f"drawn {identity}"
        self.canvas = canvas_for(key_points(identity, REST).points, picture)
        eyes, mouth = (self._eighths(box) for box in _WINDOWS)
        self.windows: tuple[Box, Box] = (eyes, mouth)

    @property
    def layers(self) -> tuple[Layer, ...]:
        """As `Source.layers`: of the artist's those that ever show, each in the box in which it does."""
        return _layers(self.identity, self.canvas, self.seed)

    @cached_property
    def rests(self) -> list[Expression]:
        """Of each layer the pose that its cel begins as: straight on, most at rest, the mouth's open."""
        return [_posed(_how(layer.name).rest) for layer in self.layers]

    def beginnings(self, detail: int) -> list[Beginning]:
        """As `Source.beginnings`."""
        found = []
        for layer, pose in zip(self.layers, self.rests, strict=True):
            sheet = self._drawn(layer, pose, detail).astype(np.float32) / 255.0
            marked = [_marked(pose, mark, (n + 1) / MARK_KEYS) for mark in layer.marks for n in range(MARK_KEYS)]
            marks = [self._drawn(layer, one, detail) / np.float32(255.0) - sheet for one in marked]
            points = canonical(key_points(self.identity, pose).points, self.place(pose), self.canvas.picture)
            drawn = np.stack(marks) if marks else np.zeros((0, *sheet.shape), np.float32)
            sheets, keys, at = (torch.from_numpy(part) for part in (sheet, drawn, points))
            how = _how(layer.name)
            found.append(Beginning(sheets, keys, at, how.rare, how.hides))
        return found

    def pose(self, number: int) -> tuple[Expression, NDArray[np.float32], NDArray[np.float64]]:
        """As `Source.pose`."""
        chance = np.random.default_rng((self.seed, number) if number >= 0 else (self.seed, -number, 1))
        expression = sample_expression(chance)
        points = key_points(self.identity, expression).points
        return expression, points, self.canvas.place(points)

    def __getitem__(self, number: int) -> tuple[Tensor, ...]:
        expression, points, place = self.pose(number)
        scene, view = Scene.of(self.identity, expression), self.view(place, self.detail)
        drawings = {one.name: one for one in LAYERS}
        pictures = [self._cut(scene, drawings[layer.name], layer, view, self.detail) for layer in self.layers]
        return (
            torch.from_numpy(np.concatenate([picture.ravel() for picture in pictures])),
            torch.from_numpy(canonical(points, place, self.canvas.picture)),
            torch.from_numpy(inverse(place)),
            torch.from_numpy(expression.channels.copy()),
            torch.from_numpy(expression.emotion.copy()),
            torch.from_numpy(expression.noise.copy()),
        )

    def reach(self) -> NDArray[np.float32]:
        """As far as poses are drawn by chance."""
        most = HIGH.copy()
        most[HEAD_SLICE] = TURN
        return np.concatenate([most, np.ones(len(FEELINGS)), np.full(NOISE, NOISE_MOST)]).astype(np.float32)

    def place(self, expression: Expression) -> NDArray[np.float64]:
        """(2, 3) the map from picture pixels to canvas pixels for this pose."""
        return self.canvas.place(key_points(self.identity, expression).points)

    def view(self, place: NDArray[np.float64], detail: int) -> NDArray[np.float64]:
        """(2, 3) from design units to pixels, `detail` of which go into one of the canvas."""
        return _view(self.canvas, place, detail)

    def _drawn(self, layer: Layer, pose: Expression, detail: int) -> NDArray[np.uint8]:
        """(height, width, 4) one layer of a pose, in its box."""
        drawing = next(one for one in LAYERS if one.name == layer.name)
        scene = Scene.of(self.identity, pose)
        return self._cut(scene, drawing, layer, self.view(self.place(pose), detail), detail)

    @staticmethod
    def _cut(
        scene: Scene, drawing: Drawing, layer: Layer, view: NDArray[np.float64], detail: int
    ) -> NDArray[np.uint8]:  # fmt: skip
        width, height = layer.extent
        moved = view.copy()
        moved[:, 2] -= np.array(layer.box[:2]) * detail
        return draw_scene(scene, (width * detail, height * detail), moved, [drawing])

    def _eighths(self, box: Box) -> Box:
        """A box for 256 pixels as one for this picture, out to multiples of 8."""
        left, top, right, bottom = (edge * self.canvas.picture / 256 / 8 for edge in box)
        return 8 * math.floor(left), 8 * math.floor(top), 8 * math.ceil(right), 8 * math.ceil(bottom)


@cache
def _layers(identity: Identity, canvas: Canvas, seed: int) -> tuple[Layer, ...]:
    extent = (canvas.width, canvas.height)
    shown = {drawing.name: np.zeros(extent[::-1], np.uint8) for drawing in LAYERS}
    for number in range(_PROBED):
        expression = sample_expression(np.random.default_rng((seed, number, 2)))
        scene = Scene.of(identity, expression)
        view = _view(canvas, canvas.place(key_points(identity, expression).points), 1)
        for drawing in LAYERS:
            alpha = draw_scene(scene, extent, view, [drawing])[..., 3]
            np.maximum(shown[drawing.name], alpha, out=shown[drawing.name])
    return tuple(_layer(drawing, canvas, shown[drawing.name]) for drawing in LAYERS if shown[drawing.name].any())


def _layer(drawing: Drawing, canvas: Canvas, alpha: NDArray[np.uint8]) -> Layer:
    """The layer of a drawing that shows where there is any alpha."""
    width, height = canvas.width, canvas.height
    x, y, wide, high = cv2.boundingRect((alpha > 0).astype(np.uint8))
    left, top = (max(0, (edge - _MARGIN) // 8 * 8) for edge in (x, y))
    right, bottom = (
        min(most, 8 * math.ceil((edge + _MARGIN) / 8)) for edge, most in ((x + wide, width), (y + high, height))
    )
    how = _how(drawing.name)
    cut = x == 0 or y == 0 or x + wide == width or y + high == height
    return Layer(
        drawing.name, (left, top, right, bottom), replace(how.start, near=how.start.near * canvas.picture / 256),
        how.keys, how.knot, how.rank, open=cut, clipped=drawing.clipped, marks=drawing.marks, cost=how.cost,
    )  # fmt: skip


def _view(canvas: Canvas, place: NDArray[np.float64], detail: int) -> NDArray[np.float64]:
    unit = canvas.picture / 256
    view: NDArray[np.float64] = detail * place * np.array([unit, unit, 1.0])
    return view


def _how(name: str) -> _How:
    return _HOW.get(name, _How(3))


def _posed(shown: Sequence[tuple[str, float]]) -> Expression:
    """At rest but for these channels."""
    channels = REST.channels.copy()
    for name, value in shown:
        channels[channel(name)] = value
    return Expression(channels, REST.noise, REST.emotion)


def _marked(pose: Expression, mark: str, strength: float) -> Expression:
    channels = pose.channels.copy()
    channels[MARK_SLICE.start + MARKS.index(mark)] = strength
    return Expression(channels, pose.noise, pose.emotion)
