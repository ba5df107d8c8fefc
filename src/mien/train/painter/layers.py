"""What a character is drawn in: its layers from back to front, one for every cel of the painter."""

from __future__ import annotations

from dataclasses import dataclass, replace

from torch import Tensor

from mien.face import POINTS

Box = tuple[int, int, int, int]
"""Left, top, right and bottom, in canvas pixels."""


@dataclass(frozen=True, slots=True)
class Start:
    """How a cel begins. faint: strength of the mean picture upon it, where it has no picture of its own. depth: pixels
    a radian by which it moves with the head's turn. follows: key points that it hangs upon, each as far as `near`
    pixels, elsewhere resting. bends: between them it gives way like rubber, and each takes its place along almost
    exactly. ground: it lies on the picture and not on the canvas."""

    faint: float = 0.0
    depth: float = 0.0
    follows: tuple[int, ...] = ()
    near: float = 6.0
    bends: bool = False
    ground: bool = False


@dataclass(frozen=True, slots=True)
class Layer:
    """One layer.

    box: where it may show, its sides multiples of 8. start: of its cel. keys: key drawings that the condition weighs.
    knot: canvas pixels from knot to knot of its field. rank: fields of which that is mixed. open: what lies at the box'
    edge goes on beyond it; else nothing does. soft: what reaches the edge fades out. clipped: it shows only inside the
    nearest layer below that is not. marks: those of which it has two drawings each. cost: what an error counts for.
    """

    name: str
    box: Box
    start: Start
    keys: int
    knot: int = 8
    rank: int = 24
    open: bool = False
    soft: bool = False
    clipped: bool = False
    marks: tuple[str, ...] = ()
    cost: float = 1.0

    @property
    def extent(self) -> tuple[int, int]:
        """Width and height of the box in canvas pixels."""
        left, top, right, bottom = self.box
        return right - left, bottom - top


REACH = 24.0
"""Pixels of a 256-pixel picture: how far a face goes along with each key point. # ours"""

_ALL = tuple(range(POINTS))

_BEHIND = (
    Start(1.0, ground=True), Start(0.5, -30.0), Start(0.05, ground=True), Start(0.5, -12.0),
    Start(0.9, follows=_ALL, near=REACH, bends=True),
)  # fmt: skip
"""The ground; hair behind; shoulders; the head's far parts; the face, which bends with all key points."""

_WINDOW = Start(0.2, follows=_ALL, near=16.0, bends=True)
_BEFORE = (Start(0.1, follows=_ALL, near=REACH, bends=True), Start(0.1, 12.0))


def footage_layers(extent: tuple[int, int], windows: tuple[Box, Box], pixel: float) -> tuple[Layer, ...]:
    """Of a character that is learnt from footage, where nobody says what lies over what.

    extent: (width, height) of the canvas. windows: boxes of the eyes and of the mouth. pixel: of a 256-pixel picture,
    in those of the canvas.
    """
    whole = (0, 0, *extent)

    def full(name: str, starts: tuple[Start, ...]) -> list[Layer]:
        return [Layer(f"{name}{n}", whole, sized(start), 3, 16, 64, open=True) for n, start in enumerate(starts)]

    def window(name: str, box: Box, count: int) -> list[Layer]:
        return [Layer(f"{name}{n}", box, sized(_WINDOW), 12, 8, 24, soft=True) for n in range(count)]

    def sized(start: Start) -> Start:
        return replace(start, depth=start.depth * pixel, near=start.near * pixel)

    eyes, mouth = windows
    ground, *behind = full("behind", _BEHIND)
    still = replace(ground, keys=2, knot=32, rank=4)  # it is lit, and shakes with the camera, no more
    inner = [*window("mouth", mouth, 4), *window("eyes", eyes, 5)]
    return (still, *behind, *inner, *full("before", _BEFORE))


@dataclass(frozen=True, slots=True)
class Beginning:
    """How a layer's cel begins. sheet: (height, width, 4) premultiplied, in 0..1. keys: (2 marks, height, width, 4) the
    marks' drawings, to be added to it. points: (70, 2) key points, on the canvas, of what the sheet shows. rare: it
    shows in few poses only; so the sheet is clear, and what is drawn is its first key. hides: in some poses it does not
    show at all; so its first key takes away all of it.
    """

    sheet: Tensor
    keys: Tensor
    points: Tensor
    rare: bool = False
    hides: bool = False
