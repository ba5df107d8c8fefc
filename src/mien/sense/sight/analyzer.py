"""mien's own face analyzer: find faces, map them, read what they seem to feel."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from mien.face import CLASSES, MUSCLES, NOISE, POINTS, Emotion, Expression, Face, InputError, Landmarks
from mien.face.channels import CHANNELS, TURN_SLICE
from mien.face.landmarks import INNER
from mien.sense.sight.crop import Square, around, around_five, in_box, square_of
from mien.sense.sight.finder import LONGER, Finder, Found
from mien.sense.sight.nets import WEIGHTS, Facts, Net
from mien.sense.sight.search import WAYS, found_in

MAP_SIZE, MOVE_SIZE, FEEL_SIZE = 112, 80, 48
"""Pixels a side of what the mapper, the mover and the feeler are shown."""

MOVE_MARGIN, MOVE_LEVEL = 2.4, 0.36
FEEL_MARGIN, FEEL_LEVEL = 2.5, 0.4
"""The mover's and the feeler's squares: the side in distances between the eyes and how far down they lie. The feeler's
is as FER2013 cuts faces."""

JUDGE_SIZE = 64
"""Pixels a side of what the judge is shown: the mapper's square."""

JUDGED = ("real", "drawn", "none")
"""What the judge tells apart."""

THERE = 0.97
"""The mapper's chance from which something that was found is a face."""

_NONE = 0.3
"""The judge's chance of there being none up to which it still is one. # measured: LOG "Faces, fifth round" """

_SURE, _NONE_SURE = 0.99, 0.03
"""The mapper's and the judge's chances from which there is no doubt: then a face is not looked for elsewhere, and one
that was found elsewhere must be as sure. # measured: LOG "Faces, fifth round" """

_CERTAIN, _NONE_MOST = 0.995, 0.9
"""The mapper's chance from which a face that is plain to the finder too is one, and the judge's up to which: small
drawn faces in the dark it takes for none. # measured: LOG "Faces, fifth round" """

_SEEN, _LEAST, _NONE_HIDDEN, _NONE_LEAST = 0.5, 0.3, 0.1, 0.02
"""A face in a mask or dark glasses is plain to the finder and less so to the mapper: from these chances of both, and
up to this one of the judge's, it is one; up to the last, whatever the finder says.
# measured: LOG "Faces, fifth round" """

_KIND = 0.8
"""The judge's chance from which a face is said to be real, or drawn."""

_ENDS = np.cumsum([2 * POINTS, 3, 2])

_HOPELESS = 0.1
"""The mapper's chance below which a second look at its own points finds no face either."""


@dataclass(frozen=True, slots=True)
class Mapped:
    """A face's key points, (70, 2) in pixels of the picture, its head's yaw, pitch and roll and its gaze, (5,) radians,
    and the chance of being one."""

    points: NDArray[np.float64]
    turns: NDArray[np.float32]
    chance: float


@dataclass(frozen=True, slots=True)
class Known:
    """A face that was found, mapped and judged. judged: (3,) chances of `JUDGED`. chance: in [0, 1] that it is one.
    sure: mapper and judge have no doubt."""

    mapped: Mapped
    judged: NDArray[np.float64]
    chance: float
    sure: bool

    @property
    def middle(self) -> NDArray[np.float64]:
        """(2,) pixels."""
        return np.asarray(self.mapped.points[INNER].mean(axis=0), np.float64)

    @property
    def span(self) -> float:
        """The longer side of its key points, pixels."""
        return float(np.ptp(self.mapped.points[:68], axis=0).max())


def kind_of(judged: NDArray[np.floating], there: float) -> str:
    """As in `Face`, of (3,) chances of `JUDGED` and the mapper's chance: where that doubts, nobody says what it is."""
    best = int(judged[:2].argmax())
    plain = there >= THERE and judged[JUDGED.index("none")] <= _NONE_SURE
    return JUDGED[best] if plain and judged[best] >= _KIND else "unsure"


class SightAnalyzer:
    """Sees faces in pictures: nothing is kept from one to the next.

    folder: where the nets lie, by default those that ship with mien. longer: pixels of the longer side at which faces
    are searched. Raises WeightsError when a net is missing or damaged.
    """

    def __init__(self, folder: Path = WEIGHTS, longer: int = LONGER):
        facts = Facts.read(folder)
        self.finder = Finder(Net(folder / "finder.onnx"), longer)
        self._mapper, self._mover, self._feeler, self._judge = (
            Net(folder / f"{name}.onnx") for name in ("mapper", "mover", "feeler", "judge")
        )
        self._temperature = facts.temperature
        self._order = [facts.classes.index(name) for name in CLASSES]

    def see(self, picture: NDArray[np.uint8], crop: bool = False) -> list[Face]:
        """The faces of (height, width, 3) RGB uint8, the surest first. crop: the picture is one face already.

        Raises InputError on another shape or type.
        """
        check(picture)
        if crop:
            mapped = self._alone(picture)
            told = self.judged(picture, mapped)
            sure = min(mapped.chance, 1.0 - float(told[JUDGED.index("none")]))
            face = self._face(picture, mapped, self.felt_alone(picture, mapped), sure)
            return [replace(face, kind=kind_of(told, mapped.chance))]
        known = [one for found in self.finder.find(picture) for one in self.known(picture, found)]
        if not any(one.sure for one in known):  # a face upside down may look like one in a mask
            known = next(filter(None, (self.elsewhere(picture, way) for way in WAYS)), known)
        return [
            self.face(picture, one.mapped, one.chance, kind=kind_of(one.judged, one.mapped.chance)) for one in known
        ]

    def elsewhere(self, picture: NDArray[np.uint8], way: float) -> list[Known]:
        """Faces turned by about this many radians, one of `WAYS`; at the first, those that the frame cuts."""
        known: list[Known] = []
        for found in found_in(self.finder, picture, way):
            for one in self.known(picture, found, plain=False):
                if all(np.hypot(*(one.middle - other.middle)) > 0.5 * one.span for other in known):
                    known.append(one)
        return known

    def known(self, picture: NDArray[np.uint8], found: Found, plain: bool = True) -> list[Known]:
        """What was found, if it is a face: mapped and judged. plain: in the upright picture, not in a turned copy."""
        mapped = self.settled(picture, found)
        if mapped.chance < (_LEAST if plain else _SURE):
            return []
        judged = self.judged(picture, mapped)
        none = float(judged[JUDGED.index("none")])
        seen = plain and found.chance >= _SEEN
        sure = mapped.chance >= _SURE and none <= _NONE_SURE
        sure = sure or (seen and mapped.chance >= _CERTAIN and none <= _NONE_MOST)
        there = mapped.chance >= THERE and none <= _NONE
        hidden = none <= (_NONE_HIDDEN if seen else _NONE_LEAST)
        if not sure and not (plain and (there or hidden)):
            return []
        return [Known(mapped, judged, (found.chance * mapped.chance) ** 0.5, sure)]

    def judged(self, picture: NDArray[np.uint8], mapped: Mapped) -> NDArray[np.float64]:
        """(3,) chances of `JUDGED`: that these key points are of a person's face, of a drawn one, or of none."""
        logits = self._judge(around(mapped.points).cut(picture, JUDGE_SIZE)[None])[0][0]
        raised = np.exp(logits.astype(np.float64) - logits.max())
        return np.asarray(raised / raised.sum(), np.float64)

    def _alone(self, picture: NDArray[np.uint8]) -> Mapped:
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
        return max(tries, key=lambda one: one.chance)

    def felt_alone(self, picture: NDArray[np.uint8], mapped: Mapped | None = None) -> NDArray[np.float32]:
        """(9,) chances of the `CLASSES` in a picture that is one face already.

        The mean of it as it was cut and of the mirror image of what its key points cut.
        """
        small = cv2.resize(_middle(picture), (FEEL_SIZE, FEEL_SIZE), interpolation=cv2.INTER_AREA)
        points = (mapped or self._alone(picture)).points
        upright = self._close(picture, points, FEEL_MARGIN, FEEL_LEVEL, FEEL_SIZE)
        return self.feel(np.stack([_grey(np.asarray(small, np.uint8)), upright[:, ::-1, 0]]))

    def settled(self, picture: NDArray[np.uint8], found: Found) -> Mapped:
        """A found face, mapped: from its five points, and from its box where those mislead, until there is one."""
        best: Mapped | None = None
        for start in (around_five(found.five), in_box(found.box, found.angle)):
            mapped = self.mapped(picture, start)
            for _ in range(2):
                mapped = self.mapped(picture, around(mapped.points))
                if best is None or mapped.chance > best.chance:
                    best = mapped
                if best.chance >= THERE:
                    return best
                if mapped.chance < _HOPELESS:
                    break
        assert best is not None
        return best

    def mapped(self, picture: NDArray[np.uint8], square: Square) -> Mapped:
        """What the mapper sees in a square of the picture."""
        told = self._mapper(square.cut(picture, MAP_SIZE)[None])[0][0]
        places, head, gaze, there = np.split(told, _ENDS)
        head[2] += square.angle
        chance = float(1.0 / (1.0 + np.exp(-there[0])))
        return Mapped(square.back(places.reshape(POINTS, 2)), np.concatenate([head, gaze]), chance)

    def moving(self, picture: NDArray[np.uint8], points: NDArray[np.float64]) -> NDArray[np.float32]:
        """(52,) muscles of the face with these (70, 2) key points in pixels."""
        told = self._mover(self._close(picture, points, MOVE_MARGIN, MOVE_LEVEL, MOVE_SIZE)[None])[0]
        return np.asarray(told[0], np.float32)

    def feel(self, views: NDArray[np.uint8]) -> NDArray[np.float32]:
        """(9,) chances of the `CLASSES` for (n, 48, 48) grey views of one face, their mean."""
        logits = self._feeler(np.ascontiguousarray(views[..., None]))[0].mean(axis=0) / self._temperature
        raised = np.exp(logits - logits.max())
        return np.asarray(raised / raised.sum(), np.float32)[self._order]

    def face(
        self, picture: NDArray[np.uint8], mapped: Mapped, confidence: float | None = None, mirrored: bool | None = None,
        kind: str = "unsure",
    ) -> Face:  # fmt: skip
        """The face with these key points: what its muscles do and what it seems to feel.

        confidence: in [0, 1], by default the chance of being a face. mirrored: whether feelings are read in the mirror
        image; by default they are the mean of both. kind: as in `Face`.
        """
        grey = self._close(picture, mapped.points, FEEL_MARGIN, FEEL_LEVEL, FEEL_SIZE)[..., 0]
        sides = np.stack([grey, grey[:, ::-1]])
        chances = self.feel(sides if mirrored is None else sides[int(mirrored)][None])
        return replace(self._face(picture, mapped, chances, confidence), kind=kind)

    def _face(
        self, picture: NDArray[np.uint8], mapped: Mapped, chances: NDArray[np.float32], confidence: float | None = None
    ) -> Face:
        channels = np.zeros(len(CHANNELS), np.float32)
        channels[: len(MUSCLES)] = self.moving(picture, mapped.points)
        channels[TURN_SLICE] = mapped.turns
        emotion = Emotion.weighed(chances)
        points = (mapped.points / (picture.shape[1], picture.shape[0])).astype(np.float32)
        low, high = points[:68].min(axis=0), points[:68].max(axis=0)
        box = (float(low[0]), float(low[1]), float(high[0] - low[0]), float(high[1] - low[1]))
        expression = Expression.clipped(channels, np.zeros(NOISE, np.float32), emotion.vector())
        sure = mapped.chance if confidence is None else confidence
        nine = tuple(float(chance) for chance in np.clip(chances, 0.0, 1.0))
        return Face(box, Landmarks(points), expression, emotion, min(1.0, sure), chances=nine)

    @staticmethod
    def _close(
        picture: NDArray[np.uint8], points: NDArray[np.float64], margin: float, level: float, size: int
    ) -> NDArray[np.uint8]:
        """(size, size, 1) grey around these key points."""
        return _grey(around(points, margin, level).cut(picture, size))[..., None]


def check(picture: NDArray[np.uint8]) -> None:
    """Raises InputError unless the picture is (height, width, 3) uint8 and not empty."""
    if picture.dtype != np.uint8 or picture.ndim != 3 or picture.shape[2] != 3 or min(picture.shape) < 1:
        raise InputError(f"expected a picture of (height, width, 3) uint8, got {picture.shape} {picture.dtype}")


def _grey(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), np.uint8)


def _middle(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    height, width = picture.shape[:2]
    side = min(height, width)
    top, left = (height - side) // 2, (width - side) // 2
    return picture[top : top + side, left : left + side]
