"""How a face would move in ways that its footage never shows: as the artist's does, in the person's proportions.

Who is filmed talking may never have frowned. What the film shows is believed; what an expression asks for beyond that
is borrowed from the artist's key points, part by part, and the cels, which bend with the key points, follow.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mien.face import LEFT_EYE, MOUTH, NOISE, POINTS, RIGHT_EYE, Expression
from mien.face.channels import CHANNELS, GAZE_SLICE, HEAD_SLICE, MUSCLE_SLICE
from mien.face.landmarks import JAW, LEFT_BROW, LEFT_CORNERS, RIGHT_BROW, RIGHT_CORNERS
from mien.paint.drawn import Identity, key_points

Numbers = NDArray[np.float32]

_SHOWN = 1.0  # percent of the frames, at each end, that may be a tracker's mistakes
_MOST = (0.5, 2.0)  # times the artist's that a person's part may be, in proportion to the eyes' distance # ours
_ARTIST = Identity()


@dataclass(frozen=True, slots=True)
class Shown:
    """What footage shows of each channel: (63,) least and most."""

    low: Numbers
    high: Numbers

    @classmethod
    def of(cls, channels: Numbers) -> Shown:
        """channels: (frames, 63)."""
        return cls(*(np.percentile(channels, p, axis=0).astype(np.float32) for p in (_SHOWN, 100.0 - _SHOWN)))

    def within(self, channels: Numbers) -> Numbers:
        """(n, 63) the same, with muscles and gaze no further than footage shows them."""
        kept = channels.copy()
        for part in (MUSCLE_SLICE, GAZE_SLICE):
            kept[:, part] = np.clip(channels[:, part], self.low[part], self.high[part])
        return kept


def borrowed(channels: Numbers, shown: Shown, rest: Numbers) -> Numbers:
    """(n, 70, 2) by how much the key points move beyond what footage shows, in the units of `rest`.

    channels: (n, 63). rest: (70, 2) the person's key points at rest, upright; parts with NaN stay where they are.
    """
    scale = _proportions(rest)
    pairs = zip(channels, shown.within(channels), strict=True)
    return np.stack([(_drawn(asked) - _drawn(seen)) * scale for asked, seen in pairs]).astype(np.float32)


def _drawn(channels: Numbers) -> Numbers:
    """(70, 2) the artist's key points, the head upright."""
    still = channels.copy()
    still[HEAD_SLICE] = 0.0
    return key_points(_ARTIST, Expression.clipped(still, np.zeros(NOISE, np.float32), np.zeros(8, np.float32))).points


def _proportions(rest: Numbers) -> Numbers:
    """(70, 2) units of `rest` in one of the artist's, for each key point."""
    artist = _drawn(np.zeros(len(CHANNELS), np.float32))
    found = np.zeros((POINTS, 2), np.float32)
    whole = _eyes_apart(rest) / _eyes_apart(artist)
    low, high = (whole * share for share in _MOST)
    for parts, axis_x, axis_y in _PARTS:
        if not np.isnan(rest[parts]).any():
            across = np.ptp(rest[axis_x, 0]) / np.ptp(artist[axis_x, 0])
            down = np.ptp(rest[axis_y, 1]) / np.ptp(artist[axis_y, 1])
            found[parts] = np.clip((across, down), low, high)
    return found


def _eyes_apart(points: Numbers) -> float:
    return float(np.hypot(*(points[LEFT_CORNERS].mean(axis=0) - points[RIGHT_CORNERS].mean(axis=0))))


def _all(*parts: slice) -> list[int]:
    return [point for part in parts for point in range(part.start, part.stop)]


_PARTS = (
    (_all(RIGHT_BROW, LEFT_BROW), _all(RIGHT_BROW, LEFT_BROW), [19, 24, 36, 45]),
    ([*_all(RIGHT_EYE), 68], _all(RIGHT_EYE), _all(RIGHT_EYE)),
    ([*_all(LEFT_EYE), 69], _all(LEFT_EYE), _all(LEFT_EYE)),
    (_all(MOUTH), _all(MOUTH), [33, 8]),
    (_all(JAW), _all(JAW), [33, 8]),
)
"""Key points; those whose width, and those whose height, tell how large the part is. The nose stays."""
