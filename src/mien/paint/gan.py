"""The trained painter: key points from the expression, a small network, keyed cels laid over each other."""

from __future__ import annotations

from copy import copy

import cv2
import numpy as np
from numpy.typing import NDArray

from mien.character import Character
from mien.face import REST, Colours, Expression, Frame, Landmarks, WeightsError
from mien.face.channels import LOW, MARKS
from mien.paint.align import canonical, inverse
from mien.paint.alpha import straight
from mien.paint.artist import identity_of
from mien.paint.cels import lay_all
from mien.paint.drawn.tint import tint
from mien.paint.keyed import Condition
from mien.paint.keyed_bundle import read_canvas, read_painter, read_parts
from mien.paint.landmark_net import LandmarkNet

_LEAST = 0.05
"""Share of the picture that a face at rest covers at least. # ours: momo covers .6"""

_CLEAR, _SOLID = 8, 244  # alpha this near to nothing or full is meant to be so


class GanPainter:
    """Paints one character as its generator learnt to. size: pixels a side of the frames.

    Frames are a pure function of the expression. It can also be driven by key points alone (`paint_points`).
    Raises WeightsError when a file is missing, damaged or made for another canvas.
    """

    def __init__(self, character: Character, size: int):
        self.size = size
        self.canvas, self._reach = read_canvas(character)
        self._cels, self._network = read_painter(character, self.canvas)
        self._parts = read_parts(character)
        self.colours: Colours = {name: part.colour for name, part in self._parts.items()}
        self._landmark_net = LandmarkNet(character.file("pointer"))
        self._last: tuple[bytes, Frame] | None = None
        if character.identity:
            identity_of(character.identity, str(character.folder / "character.json"))
        self._try(character)

    def _try(self, character: Character) -> None:
        """Paint once: a file of whole bytes may still hold numbers that paint nothing. Raises WeightsError."""
        try:
            with np.errstate(all="ignore"):
                shown = self.paint(REST).pixels[..., 3]
        except (cv2.error, ValueError, IndexError, RuntimeError, FloatingPointError) as error:
            raise WeightsError(
                f"{character.folder}: its files do not fit each other ({str(error)[:120]}); get the character again"
            ) from error
        if float((shown > 0).mean()) < _LEAST:
            raise WeightsError(f"{character.folder}: paints nothing; its weights are damaged, get the character again")

    def paint(self, expression: Expression) -> Frame:
        """The picture of this expression, (size, size) RGBA."""
        asked = (expression.channels, expression.emotion, expression.noise)
        channels, emotion, noise = (
            np.clip(numbers, -most, most) for numbers, most in zip(asked, self._reach, strict=True)
        )
        points = self._landmark_net.points(channels, noise)
        return self._frame(points, channels, emotion, noise, (True, True))

    def recoloured(self, colours: Colours) -> GanPainter:
        """As `mien.paint.Recolours`; both painters share their weights."""
        other = copy(self)
        other.colours, other._last = {**self.colours, **colours}, None
        tints: dict[str, NDArray[np.float64]] = {}
        for name, part in self._parts.items():
            if other.colours[name] != part.colour:
                tints |= dict.fromkeys(part.cels, np.vstack([tint(part.colour, other.colours[name]), [0, 0, 0, 1]]))
        other._cels = [cel.fresh(tints.get(cel.name)) for cel in self._cels]
        return other

    def paint_points(
        self, landmarks: Landmarks, noise: NDArray[np.float32] | None = None, expression: Expression | None = None
    ) -> Frame:
        """The picture whose key points lie here.

        noise: (8,) about standard normal; zeros where none is given. expression: what is known of the expression
        behind them; None for nothing.
        """
        quiet = np.zeros(8, np.float32) if noise is None else noise
        if expression is None:
            return self._frame(landmarks.points, np.zeros_like(LOW), np.zeros(8, np.float32), quiet, (True, False))
        return self._frame(landmarks.points, expression.channels, expression.emotion, quiet, (True, True))

    def _frame(
        self, points: NDArray[np.float32], channels: NDArray[np.float32], emotion: NDArray[np.float32],
        noise: NDArray[np.float32], given: tuple[bool, bool],
    ) -> Frame:  # fmt: skip
        """Paint from key points and condition: the network's answer, its cels sampled at the frame's pixels."""
        told = b"".join(part.tobytes() for part in (points, channels, emotion, noise)) + bytes(given)
        if self._last is not None and self._last[0] == told:
            return self._last[1]
        place = self.canvas.place(points)
        asked = Condition(
            canonical(points, place, self.canvas.picture), inverse(place), channels, emotion, noise, given
        )
        fields, weights = self._network(asked)
        marks = dict(zip(MARKS, channels[-len(MARKS) :] * given[1], strict=True))
        shown = [
            np.concatenate([own, *(mark_weights(marks[name]) for name in cel.marks)]).astype(np.float32)
            for cel, own in zip(self._cels, weights, strict=True)
        ]
        picture = np.zeros((self.size, self.size, 4), np.uint8)
        lay_all(picture, self._cels, fields, shown, self.canvas.onto(place, self.size))
        frame = Frame(straight(picture, _CLEAR, _SOLID))
        self._last = told, frame
        return frame


def mark_weights(strength: float) -> NDArray[np.float32]:
    """(2,) how strongly a mark's half and full drawing show, from its strength in 0..1."""
    return np.array([1.0 - abs(2.0 * strength - 1.0), max(2.0 * strength - 1.0, 0.0)], np.float32)


def open_painter(character: Character, size: int) -> GanPainter:
    """The trained painter of this character, as the entry point "gan" opens it."""
    return GanPainter(character, size)
