"""The trained painter: key points from the expression, a generator on the canonical canvas, its cels laid together."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from mien.character import Character
from mien.face import FEELINGS, NOISE, REST, Expression, Frame, Landmarks, SettingsError, WeightsError
from mien.face.channels import CHANNELS, LOW, MARKS
from mien.nets import open_session
from mien.paint.align import Canvas, canonical, inverse
from mien.paint.alpha import straight
from mien.paint.artist import identity_of
from mien.paint.cels import CLEAR, load_cels, pile
from mien.paint.landmark_net import LandmarkNet

PRECISIONS = ("int8", "fp32")
_LEAST = 0.05
"""Share of the picture that a face at rest covers at least. # ours: momo covers .6"""
_LONGEST_SIDE = 4096
_MOST_WINDOWS = 16
_FARTHEST = 100.0
"""Limit of `reach`; the shipped character's largest is 2.5."""

_CLEAR, _SOLID = 8, 244  # alpha this near to nothing or full is meant to be so


class GanPainter:
    """A character's generator: its networks run by ONNX Runtime, its cels sampled at the frame's own pixels.

    character: with painter files "pointer", "cels", and "int8" or "fp32". size: pixels a side of a frame.
    precision: "int8" or "fp32". threads: of the generator. Source of the design: docs/why.md.
    Raises WeightsError when a file is missing, damaged or made for another canvas.
    """

    def __init__(self, character: Character, size: int, precision: str = "int8", threads: int = 2):
        if precision not in PRECISIONS:
            raise SettingsError(f"precision: expected one of {', '.join(PRECISIONS)}, got {precision!r}")
        self.size = size
        self.canvas, self._windows, self._reach = _canvas(character)
        self._sheets, self._keys = load_cels(character.file("cels"), (self.canvas.width, self.canvas.height))
        self._landmark_net = LandmarkNet(character.file("pointer"))
        self._session = open_session(character.file(precision), threads)
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
        return self._frame(points, channels, emotion, noise, (1.0, 1.0))

    def paint_points(
        self, landmarks: Landmarks, noise: NDArray[np.float32] | None = None, expression: Expression | None = None
    ) -> Frame:
        """The picture whose key points lie here.

        noise: (8,) about standard normal; zeros where none is given. expression: what is known of the expression
        behind them; None for nothing.
        """
        quiet = np.zeros(8, np.float32) if noise is None else noise
        if expression is None:
            return self._frame(landmarks.points, np.zeros_like(LOW), np.zeros(8, np.float32), quiet, (1.0, 0.0))
        return self._frame(landmarks.points, expression.channels, expression.emotion, quiet, (1.0, 1.0))

    def _frame(
        self, points: NDArray[np.float32], channels: NDArray[np.float32], emotion: NDArray[np.float32],
        noise: NDArray[np.float32], given: tuple[float, float],
    ) -> Frame:  # fmt: skip
        """Paint from key points and condition: the generator's answer, its sheets sampled at the frame's pixels."""
        place = self.canvas.place(points)
        feed = {
            "points": canonical(points, place, self.canvas.picture)[None],
            "place": inverse(place)[None],
            "expression": channels[None],
            "emotion": emotion[None],
            "noise": noise[None],
            "given": np.array([given], np.float32),
        }
        fields, change, *windows = (found[0] for found in self._session.run(None, feed))
        onto = self.canvas.onto(place, self.size)
        extent = self.canvas.width, self.canvas.height
        marks = self._keys.cel(channels[-len(MARKS) :] * given[1], extent)
        sheets = self._sheets if marks is None else [*self._sheets, marks]
        cels = pile(sheets, fields[: len(sheets)], onto, extent, self.size)
        return Frame(straight(self._changed(cels, change, windows, onto), _CLEAR, _SOLID))

    def _changed(
        self, cels: NDArray[np.uint8], change: NDArray[np.float32], windows: list[NDArray[np.float32]],
        onto: NDArray[np.float64],
    ) -> NDArray[np.uint8]:  # fmt: skip
        """(size, size, 4) the pile of cels with the canvas' change and windows: cubic where the windows lie."""
        shown = np.ones(change.shape[1:], np.float32)
        for window, (left, top, right, bottom) in zip(windows, self._windows, strict=True):
            clear = 1.0 / (1.0 + np.exp(window[4] - CLEAR))
            shown[top:bottom, left:right] *= clear
            box = change[:, top:bottom, left:right]
            box[:] = box * clear + window[:4]
        added = cv2.merge(list(change))
        flags, size, edge = cv2.WARP_INVERSE_MAP, (self.size, self.size), cv2.BORDER_REPLICATE
        over = cv2.warpAffine(added, onto, size, flags=flags | cv2.INTER_LINEAR, borderMode=edge)
        laid = np.asarray(cv2.addWeighted(cels, 1.0, over, 255.0, 0.0, dtype=cv2.CV_8U), np.uint8)
        back = cv2.invertAffineTransform(onto)
        corners = [back[:, :2] @ (x, y) + back[:, 2] for left, top, right, bottom in self._windows
                   for x in (left, right) for y in (top, bottom)]  # fmt: skip
        low = np.clip(np.floor(np.min(corners, axis=0)).astype(int), 0, self.size)
        high = np.clip(np.ceil(np.max(corners, axis=0)).astype(int), 0, self.size)
        if (high > low).all():
            shifted = onto.copy()
            shifted[:, 2] += onto[:, :2] @ low
            wide = tuple(high - low)
            over = cv2.warpAffine(added, shifted, wide, flags=flags | cv2.INTER_CUBIC, borderMode=edge)
            veil = cv2.warpAffine(shown, shifted, wide, flags=flags | cv2.INTER_LINEAR, borderMode=edge)
            inside = np.s_[low[1] : high[1], low[0] : high[0]]
            below = cv2.multiply(cels[inside], cv2.merge([veil] * 4), dtype=cv2.CV_32F)
            laid[inside] = cv2.addWeighted(below, 1.0, over, 255.0, 0.0, dtype=cv2.CV_8U)
        return laid


def open_painter(character: Character, size: int) -> GanPainter:
    """The trained painter of this character, as the entry point "gan" opens it."""
    return GanPainter(character, size)


def _canvas(character: Character) -> tuple[Canvas, list[list[int]], tuple[NDArray[np.float32], ...]]:
    """The canvas, the windows' boxes upon it, and how far from nought channels, emotion and noise were learnt."""
    try:
        c = character.canvas
        picture, width, height = (_within(c[name], 16, _LONGEST_SIDE, name) for name in ("picture", "width", "height"))
        if not all(0.5 * picture <= side <= 4.0 * picture for side in (width, height)):
            raise ValueError(f"a canvas of {width:g} x {height:g} for a picture of {picture:g}")
        x, y = (float(_within(c[name], -_LONGEST_SIDE, 2 * _LONGEST_SIDE, name)) for name in "xy")
        canvas = Canvas(int(picture), int(width), int(height), (x, y))
        reach = np.asarray([_within(most, 0.0, _FARTHEST, "reach") for most in c["reach"]], np.float32)
        if reach.shape != (len(CHANNELS) + len(FEELINGS) + NOISE,):
            raise ValueError(f"reach: shape {reach.shape}")
        if len(c["windows"]) > _MOST_WINDOWS:
            raise ValueError(f"windows: {len(c['windows'])} of them")
        windows = [
            [
                int(_within(left, 0, right - 1, "windows")), int(_within(top, 0, bottom - 1, "windows")),
                int(_within(right, 1, width, "windows")), int(_within(bottom, 1, height, "windows")),
            ]
            for left, top, right, bottom in c["windows"]
        ]  # fmt: skip
        return canvas, windows, tuple(np.split(reach, [len(CHANNELS), len(CHANNELS) + len(FEELINGS)]))
    except (KeyError, TypeError, ValueError) as error:
        raise WeightsError(
            f"{character.folder / 'character.json'}: canvas: expected picture, width, height, x, y, windows, reach "
            f"that fit each other; got {error!s:.160}"
        ) from error


def _within(value: Any, low: float, high: float, name: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
        raise ValueError(f"{name}: {value!r:.40} in place of a number in {low:g}..{high:g}")
    return value
