"""Contact sheets: labelled pictures in rows; what a character can show, and one still for each of its feelings."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from mien.face import FEELINGS, MARKS, NOISE, REST, Emotion, Expression, Frame, prototype, viseme_shape
from mien.mood.empathy import Policy
from mien.paint import Painter
from mien.tell.chart import write

GROUND = (232, 236, 242)
"""RGB behind the pictures of a sheet."""

Picture = NDArray[np.uint8]


def cell(painter: Painter, expression: Expression, label: str, size: int) -> Picture:
    """One labelled picture, (size, size, 3) RGB. label: in ASCII."""
    picture = np.asarray(painter.paint(expression).over(GROUND), np.uint8)
    if picture.shape[0] != size:
        picture = np.asarray(cv2.resize(picture, (size, size), interpolation=cv2.INTER_AREA), np.uint8)
    for ink, thick in ((GROUND, 3), ((40, 30, 40), 1)):  # readable on dark hair too
        write(picture, label, (6, size - 7), ink, 0.42, thick)
    return picture


def grid(cells: Sequence[Picture], columns: int) -> Picture:
    """Cells of one size in rows, the last filled up with ground."""
    blank = np.full_like(cells[0], 0) + np.array(GROUND, np.uint8)
    cells = [*cells, *[blank] * (-len(cells) % columns)]
    rows = [np.concatenate(cells[at : at + columns], axis=1) for at in range(0, len(cells), columns)]
    return np.concatenate(rows, axis=0)


def feelings_sheet(painter: Painter, size: int, policy: Policy | None = None, strength: float = 0.85) -> Frame:
    """One still for neutral and each feeling, three in a row, (3 size, 3 size).

    policy: shows how the character answers a viewer who feels it, in place of its own feeling. strength: of what is
    felt, in [0, 1].
    """
    felt = {"neutral": Emotion(), **{name: Emotion.of({name: strength}) for name in FEELINGS}}
    shown = {name: policy.answer(emotion) if policy else emotion for name, emotion in felt.items()}
    label = "to {}" if policy else "{}"
    sheet = grid([cell(painter, prototype(one), label.format(name), size) for name, one in shown.items()], 3)
    return _solid(sheet)


def strengths(painter: Painter, size: int) -> Picture:
    """The eight feelings at strengths .4, .7 and 1, a row each; size: pixels a side of each picture."""
    return grid(
        [
            cell(painter, prototype(Emotion(**{name: strength})), f"{name} {strength:g}", size)
            for strength in (0.4, 0.7, 1.0)
            for name in FEELINGS
        ],
        len(FEELINGS),
    )


def poses(painter: Painter, size: int) -> Picture:
    """Vowels, blinks, turns of the head and marks, eight in a row; size: pixels a side of each picture."""
    quiet = np.zeros(NOISE, np.float32)
    named = [(f"vowel {name}", Expression.clipped(viseme_shape(name), quiet, quiet)) for name in _VOWELS]
    named += [(label, Expression.of(values)) for label, values in _POSES]
    named += [(mark, Expression.of({mark: 1.0})) for mark in MARKS]
    named += [("strands", Expression.of({}, [1.5] * NOISE)), ("rest", REST)]
    return grid([cell(painter, pose, label, size) for label, pose in named], len(FEELINGS))


_VOWELS = "aiueo"

_POSES: tuple[tuple[str, dict[str, float]], ...] = (
    ("blink", {"eyeBlinkLeft": 1, "eyeBlinkRight": 1}), ("wink", {"eyeBlinkLeft": 1, "mouthSmileLeft": 0.6}),
    ("tongue", {"tongueOut": 1, "jawOpen": 0.25}), ("yaw -25", {"yaw": -0.436}), ("yaw 25", {"yaw": 0.436}),
    ("pitch 15", {"pitch": 0.262}), ("pitch -15", {"pitch": -0.262}), ("roll 20", {"roll": 0.349}),
    ("roll -20", {"roll": -0.349}), ("gaze x 23", {"gaze_x": 0.4}), ("gaze y 17", {"gaze_y": 0.3}),
)  # fmt: skip
"""Labels, and channels; angles in radians."""


def character_sheet(painter: Painter, size: int) -> Frame:
    """All of it, (6 size, 8 size); size: pixels a side of each picture."""
    return _solid(np.concatenate([strengths(painter, size), poses(painter, size)], axis=0))


def _solid(sheet: Picture) -> Frame:
    return Frame(np.dstack([sheet, np.full(sheet.shape[:2], 255, np.uint8)]))
