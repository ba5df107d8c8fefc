"""mien's own looker: find faces, map them, read what they seem to feel."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from mien.face import MUSCLES, NOISE, POINTS, Emotion, Expression, Face, InputError, Landmarks
from mien.face.expression import CHANNELS, channel
from mien.sense.sight.crop import Square, around, around_five, in_box, square_of
from mien.sense.sight.finder import LONGER, Finder, Found
from mien.sense.sight.nets import WEIGHTS, Facts, Net

MAP_SIZE, FEEL_SIZE = 112, 48
"""Pixels a side of what the mapper and the feeler are shown."""

FEEL_MARGIN, FEEL_LEVEL = 2.5, 0.4
"""The feeler's square: its side in distances between the eyes and how far down they lie, as FER2013 cuts faces."""

THERE = 0.998
"""The mapper's chance from which something that was found is a face."""

_HEAD, _GAZE = channel("yaw"), channel("gaze_x")
_ENDS = np.cumsum([2 * POINTS, len(MUSCLES), 3, 2])


@dataclass(frozen=True, slots=True)
class Mapped:
    """A face's key points, (70, 2) in pixels of the picture, its (63,) channels, and the chance of being one."""

    points: NDArray[np.float64]
    channels: NDArray[np.float32]
    chance: float


class Looker:
    """Sees faces in pictures: nothing is kept from one to the next.

    folder: where the nets lie, by default those that ship with mien. longer: pixels of the longer side at which faces
    are searched. Raises WeightsError when a net is missing or damaged.
    """

    def __init__(self, folder: Path = WEIGHTS, longer: int = LONGER):
        facts = Facts.read(folder)
        self.finder = Finder(folder / "finder.onnx", longer)
        self._mapper, self._feeler = Net(folder / "mapper.onnx"), Net(folder / "feeler.onnx")
        self._temperature = facts.temperature

    def see(self, picture: NDArray[np.uint8], crop: bool = False) -> list[Face]:
        """The faces of (height, width, 3) RGB uint8, the surest first. crop: the picture is one face already.

        Raises InputError on another shape or type.
        """
        check(picture)
        if crop:
            return [self._alone(picture)]
        faces = []
        for found in self.finder.find(picture):
            mapped = self.settled(picture, found)
            if mapped.chance >= THERE:
                faces.append(self.face(picture, mapped, (found.chance * mapped.chance) ** 0.5))
        return faces

    def _alone(self, picture: NDArray[np.uint8]) -> Face:
        height, width = picture.shape[:2]
        side = float(min(height, width))
        middle = np.array([width / 2.0, height / 2.0])
        tries = []
        for share in (1.0, 1.3):  # cut close, or with some room
            apart = side * share / 3.0
            eyes = middle + np.array([0.0, -0.1 * side * share])
            across, down = np.array([apart / 2.0, 0.0]), np.array([0.0, apart])
            first = self.mapped(picture, square_of(eyes - across, eyes + across, eyes + down))
            tries.append(self.mapped(picture, around(first.points)))
        best = max(tries, key=lambda one: one.chance)
        small = cv2.resize(_middle(picture), (FEEL_SIZE, FEEL_SIZE), interpolation=cv2.INTER_AREA)
        chances = self.feel(_grey(np.asarray(small, np.uint8)))
        return _face(picture, best, chances, best.chance)

    def settled(self, picture: NDArray[np.uint8], found: Found) -> Mapped:
        """A found face, mapped: from its five points, and from its box where those mislead, until there is one."""
        best: Mapped | None = None
        for start in (around_five(found.five), in_box(found.box)):
            mapped = self.mapped(picture, start)
            for _ in range(2):
                mapped = self.mapped(picture, around(mapped.points))
                if best is None or mapped.chance > best.chance:
                    best = mapped
                if best.chance >= THERE:
                    return best
        assert best is not None
        return best

    def mapped(self, picture: NDArray[np.uint8], square: Square) -> Mapped:
        """What the mapper sees in a square of the picture."""
        told = self._mapper(square.cut(picture, MAP_SIZE)[None])[0][0]
        places, muscles, turns, gaze, there = np.split(told, _ENDS)
        channels = np.zeros(len(CHANNELS), np.float32)
        channels[: len(MUSCLES)] = muscles
        channels[_HEAD : _HEAD + 3] = turns
        channels[_HEAD + 2] += square.angle
        channels[_GAZE : _GAZE + 2] = gaze
        return Mapped(square.back(places.reshape(POINTS, 2)), channels, float(1.0 / (1.0 + np.exp(-there[0]))))

    def feel(self, grey: NDArray[np.uint8]) -> NDArray[np.float32]:
        """(9,) chances of neutral and the eight feelings for (48, 48) grey: the mean of it and of its mirror image."""
        both = np.stack([grey, grey[:, ::-1]])[..., None]
        logits = self._feeler(np.ascontiguousarray(both))[0].mean(axis=0) / self._temperature
        raised = np.exp(logits - logits.max())
        return np.asarray(raised / raised.sum(), np.float32)

    def felt(self, picture: NDArray[np.uint8], points: NDArray[np.float64]) -> NDArray[np.float32]:
        """(9,) chances for the face with these key points in pixels."""
        return self.feel(_grey(around(points, FEEL_MARGIN, FEEL_LEVEL).cut(picture, FEEL_SIZE)))

    def face(self, picture: NDArray[np.uint8], mapped: Mapped, confidence: float) -> Face:
        """The face with these key points, and what it seems to feel."""
        return _face(picture, mapped, self.felt(picture, mapped.points), confidence)


def check(picture: NDArray[np.uint8]) -> None:
    """Raises InputError unless the picture is (height, width, 3) uint8 and not empty."""
    if picture.dtype != np.uint8 or picture.ndim != 3 or picture.shape[2] != 3 or min(picture.shape) < 1:
        raise InputError(f"expected a picture of (height, width, 3) uint8, got {picture.shape} {picture.dtype}")


def _face(picture: NDArray[np.uint8], mapped: Mapped, chances: NDArray[np.float32], confidence: float) -> Face:
    size = np.array([picture.shape[1], picture.shape[0]])
    points = (mapped.points / size).astype(np.float32)
    low, high = points[:68].min(axis=0), points[:68].max(axis=0)
    emotion = Emotion.from_vector(chances[1:])
    expression = Expression.clipped(mapped.channels, np.zeros(NOISE, np.float32), emotion.vector())
    box = (float(low[0]), float(low[1]), float(high[0] - low[0]), float(high[1] - low[1]))
    return Face(box, Landmarks(points), expression, emotion, float(min(1.0, confidence)))


def _grey(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), np.uint8)


def _middle(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    height, width = picture.shape[:2]
    side = min(height, width)
    top, left = (height - side) // 2, (width - side) // 2
    return picture[top : top + side, left : left + side]
