"""Curves over time as a picture, in panels one above the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from mien.face import CLASSES, Frame

FEELING_COLOURS = dict(zip(CLASSES, (
    (255, 190, 40), (70, 130, 255), (235, 60, 50), (255, 120, 200), (120, 180, 60), (160, 90, 220), (255, 150, 150),
    (60, 200, 190), (150, 150, 150),
), strict=True))  # fmt: skip
"""RGB of each feeling and of neutral, wherever one is drawn."""

_OTHERS = (
    (30, 60, 120), (200, 80, 30), (20, 130, 90), (150, 40, 110), (110, 110, 30), (60, 150, 200), (120, 80, 60),
    (40, 40, 40), (190, 50, 80), (90, 120, 180),
)  # fmt: skip
_LEFT, _RIGHT, _ABOVE, _BELOW = 60, 190, 26, 34
_INK, _FAINT = (60, 60, 60), (228, 228, 228)
_TICKS = 10


@dataclass(frozen=True, slots=True)
class Panel:
    """Curves in one frame. names: what they are; values: (n, len(names)), drawn from low to high."""

    names: Sequence[str]
    values: NDArray[np.floating]
    low: float = 0.0
    high: float = 1.0


def chart(
    times: Sequence[float], panels: Sequence[Panel], marks: Sequence[tuple[float, str]] = (), width: int = 1200,
    height: int = 420,
) -> Frame:  # fmt: skip
    """The panels under one another, (height * panels, width). times: (n,) seconds, rising. marks: moments with a name,
    in ASCII."""
    sheet = np.full((height * len(panels), width, 3), 255, np.uint8)
    last = max(times[-1], 1e-3) if len(times) else 1.0
    for number, panel in enumerate(panels):
        _draw(sheet[number * height : (number + 1) * height], panel, np.asarray(times), last, marks)
    return Frame(np.dstack([sheet, np.full(sheet.shape[:2], 255, np.uint8)]))


def write(
    sheet: NDArray[np.uint8], text: str, place: tuple[int, int], ink: tuple[int, int, int] = _INK, scale: float = 0.45,
    thick: int = 1,
) -> None:  # fmt: skip
    """Letters (ASCII) upon a picture; place: x, y of their lower left corner."""
    cv2.putText(sheet, text, place, cv2.FONT_HERSHEY_SIMPLEX, scale, ink, thick, cv2.LINE_AA)


def _draw(
    sheet: NDArray[np.uint8], panel: Panel, times: NDArray[np.floating], last: float, marks: Sequence[tuple[float, str]]
) -> None:
    """One panel: grid, times, marks, curves and their names."""
    right, bottom = sheet.shape[1] - _RIGHT, sheet.shape[0] - _BELOW
    across, down = right - _LEFT, bottom - _ABOVE
    for share in (0.0, 0.25, 0.5, 0.75, 1.0):
        y = round(bottom - down * share)
        cv2.line(sheet, (_LEFT, y), (right, y), _FAINT, 1)
        write(sheet, f"{panel.low + share * (panel.high - panel.low):g}", (14, y + 5))
    for tick in range(_TICKS + 1):
        write(sheet, f"{last * tick / _TICKS:.1f}", (_LEFT + round(across * tick / _TICKS) - 12, bottom + 22))
    write(sheet, "s", (right + 14, bottom + 22))
    for t, name in marks:
        x = _LEFT + round(across * t / last)
        cv2.line(sheet, (x, _ABOVE), (x, bottom), (200, 200, 200), 1)
        write(sheet, name, (x - 4, _ABOVE - 8), scale=0.4)
    for number, name in enumerate(panel.names):
        colour = FEELING_COLOURS.get(name, _OTHERS[number % len(_OTHERS)])
        height = (panel.values[:, number] - panel.low) / (panel.high - panel.low)
        line = np.stack([_LEFT + across * times / last, bottom - down * height], axis=1)
        if len(line):
            cv2.polylines(sheet, [np.round(line).astype(np.int32)], False, colour, 2, cv2.LINE_AA)
        y = _ABOVE + 10 + 24 * number
        cv2.line(sheet, (right + 16, y - 4), (right + 36, y - 4), colour, 3)
        write(sheet, name, (right + 42, y))
