"""Contact sheets: labelled pictures in rows, and one still for each feeling of a character."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from mien.face import FEELINGS, Emotion, Expression, Frame, prototype
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
    write(picture, label, (6, size - 7), (40, 30, 40), 0.42)
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
    return Frame(np.dstack([sheet, np.full(sheet.shape[:2], 255, np.uint8)]))
