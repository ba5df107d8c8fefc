"""What a character is drawn in: its layers from back to front, one for every cel of the painter."""

from __future__ import annotations

from dataclasses import dataclass

Box = tuple[int, int, int, int]
"""Left, top, right and bottom, in canvas pixels."""


@dataclass(frozen=True, slots=True)
class Start:
    """How a cel begins. faint: strength of the mean picture upon it, where it has no picture of its own. depth: pixels a
    radian by which it moves with the head's turn. follows: key points that it hangs upon, each as far as `near` pixels,
    elsewhere resting. ground: it lies on the picture and not on the canvas."""

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
