"""The trained painter: key points from the expression, a small network, keyed cels laid over each other."""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from threading import Lock

import cv2
import numpy as np
from numpy.typing import NDArray
from wasmtime import Trap, WasmtimeError

from mien.character import Character
from mien.face import REST, Colours, Expression, Frame, Landmarks, WeightsError
from mien.face.channels import LOW, MARKS
from mien.paint.align import canonical, inverse
from mien.paint.identity import identity_of
from mien.paint.keyed import Condition
from mien.paint.keyed_bundle import read_canvas, read_crisp, read_painter, read_parts
from mien.paint.landmark_net import LandmarkNet
from mien.paint.posing import Pins, Poser
from mien.paint.raster import Raster
from mien.paint.tint import tint

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
        self._cels, self._weights = read_painter(character, self.canvas)
        self._crisp = read_crisp(character)
        self._raster, self._alone = self._tinted({}), Lock()
        self._parts = read_parts(character)
        self.colours: Colours = {name: part.colour for name, part in self._parts.items()}
        self._landmark_net = LandmarkNet(character.file("pointer"))
        self._poser = Poser(self._landmark_net, self._reach[0])
        self._last: tuple[bytes, Frame] | None = None
        if character.identity:
            identity_of(character.identity, str(character.folder / "character.json"))
        self._try(character)

    def _try(self, character: Character) -> None:
        """Paint once: a file of whole bytes may still hold numbers that paint nothing. Raises WeightsError."""
        try:
            with np.errstate(all="ignore"):
                shown = self.paint(REST).pixels[..., 3]
        except (cv2.error, Trap, WasmtimeError, ValueError, FloatingPointError) as error:
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

    def points(self, expression: Expression) -> Landmarks:
        """As `mien.paint.Poses`."""
        most, _, quiet = self._reach
        noise = np.clip(expression.noise, -quiet, quiet)
        return Landmarks(self._landmark_net.points(np.clip(expression.channels, -most, most), noise))

    def posed(self, expression: Expression, pins: Pins) -> Expression:
        """As `mien.paint.Poses`."""
        return self._poser.posed(expression, pins)

    def recoloured(self, colours: Colours) -> GanPainter:
        """As `mien.paint.Recolours`; both painters share their weights."""
        other = copy(self)
        other.colours, other._last = {**self.colours, **colours}, None
        tints: dict[str, NDArray[np.float64]] = {}
        for name, part in self._parts.items():
            if other.colours[name] != part.colour:
                tints |= dict.fromkeys(part.cels, np.vstack([tint(part.colour, other.colours[name]), [0, 0, 0, 1]]))
        other._raster, other._alone = other._tinted(tints), Lock()
        return other

    def _tinted(self, tints: dict[str, NDArray[np.float64]]) -> Raster:
        return Raster(self._cels, self._weights, self.size, tints, (_CLEAR, _SOLID), self._crisp)

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
        """Paint from key points and condition."""
        told = b"".join(part.tobytes() for part in (points, channels, emotion, noise)) + bytes(given)
        if self._last is not None and self._last[0] == told:
            return self._last[1]
        place = self.canvas.place(points)
        there = canonical(points, place, self.canvas.picture)
        asked = Condition(there, inverse(place), channels, emotion, noise, given)
        size = self.canvas.width, self.canvas.height
        marks = dict(zip(MARKS, channels[-len(MARKS) :] * given[1], strict=True))
        with self._alone:
            self._raster.think(asked.inputs(self._weights.others, size), there if given[0] else None)
            self._raster.mark([_marked(cel.marks, marks) for cel, _ in self._cels])
            frame = Frame(self._raster.lay(self.canvas.onto(place, self.size)))
        self._last = told, frame
        return frame


def _marked(names: tuple[str, ...], strengths: Mapping[str, np.float32]) -> NDArray[np.float32]:
    return np.concatenate([np.zeros(0, np.float32), *(mark_weights(float(strengths[name])) for name in names)])


def mark_weights(strength: float) -> NDArray[np.float32]:
    """(2,) how strongly a mark's half and full drawing show, from its strength in 0..1."""
    return np.array([1.0 - abs(2.0 * strength - 1.0), max(2.0 * strength - 1.0, 0.0)], np.float32)


def open_painter(character: Character, size: int) -> GanPainter:
    """The trained painter of this character, as the entry point "gan" opens it."""
    return GanPainter(character, size)
