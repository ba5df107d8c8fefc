"""What a character is drawn in: its layers from back to front, one for every cel of the painter."""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor

from mien.face.landmarks import JAW, LEFT_EYE, MOUTH, RIGHT_EYE
from mien.train.core.distance_maps import BROWS, IRISES, LIDS

Box = tuple[int, int, int, int]
"""Left, top, right and bottom, in canvas pixels."""


@dataclass(frozen=True, slots=True)
class Start:
    """How a cel begins. faint: strength of the mean picture upon it, where it has no picture of its own. depth: pixels
    a radian by which it moves with the head's turn. follows: key points that it hangs upon, each as far as `near`
    pixels, elsewhere resting. ground: it lies on the picture and not on the canvas."""

    faint: float = 0.0
    depth: float = 0.0
    follows: tuple[int, ...] = ()
    near: float = 6.0
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


_LIPS = tuple(range(MOUTH.start, MOUTH.stop))
_UPPER_LIDS = tuple(eye.start + n for eye in (RIGHT_EYE, LEFT_EYE) for n in range(4))

_BEHIND = (
    Start(0.5, -30.0), Start(0.5, ground=True), Start(0.5, -12.0),
    Start(0.5, follows=tuple(range(JAW.start, JAW.stop)), near=10.0),
)  # fmt: skip
"""Hair behind; shoulders; the head's far parts; the face, whose outline hangs upon the jaw's key points."""

_MOUTH = (Start(0.2, follows=_LIPS[12:]), Start(0.2, follows=_LIPS), Start(0.2, follows=_LIPS[:12]), Start(0.2))
_EYES = (
    Start(0.2, follows=tuple(LIDS)), Start(0.2, follows=tuple(IRISES), near=12.0), Start(0.2, follows=tuple(LIDS)),
    Start(0.2, follows=_UPPER_LIDS), Start(0.2, follows=tuple(BROWS), near=8.0),
)  # fmt: skip
_BEFORE = (Start(0.2, 4.0), Start(0.2, 12.0))


def footage_layers(extent: tuple[int, int], windows: tuple[Box, Box]) -> tuple[Layer, ...]:
    """Of a character that is learnt from footage, where nobody says what lies over what.

    extent: (width, height) of the canvas. windows: boxes of the eyes and of the mouth.
    """
    whole = (0, 0, *extent)

    def full(name: str, starts: tuple[Start, ...]) -> list[Layer]:
        return [Layer(f"{name}{n}", whole, start, 3, 16, 64, open=True) for n, start in enumerate(starts)]

    def window(name: str, box: Box, starts: tuple[Start, ...]) -> list[Layer]:
        return [Layer(f"{name}{n}", box, start, 12, 8, 24, soft=True) for n, start in enumerate(starts)]

    eyes, mouth = windows
    inner = [*window("mouth", mouth, _MOUTH), *window("eyes", eyes, _EYES)]
    return (*full("behind", _BEHIND), *inner, *full("before", _BEFORE))


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
