"""Where a person's key points lie for an expression that their footage may never show.

The artist's key points, in the person's proportions, say how any expression moves a face; a linear model of the frames
(with the head's turn squared) says by how much this face does otherwise. Frames are few, and show few of the ways in
which channels meet: where they do not tell, the artist is believed.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mien.face import FEELINGS, LEFT_EYE, MOUTH, NOISE, POINTS, RIGHT_EYE, Expression
from mien.face.channels import CHANNELS, GAZE_SLICE, HEAD_SLICE, MUSCLE_SLICE
from mien.face.landmarks import JAW, LEFT_BROW, LEFT_CORNERS, RIGHT_BROW, RIGHT_CORNERS
from mien.paint.drawn import Identity, key_points

Numbers = NDArray[np.float32]

_RIDGE, _SEEN = 0.01, 1.0
"""What a square of the linear model costs, beside square picture units, where key points are exact, and where a tracker
saw them. # measured: LOG "Points a little off" """

_SHOWN = 1.0  # percent of the frames, at each end, that may be a tracker's mistakes
_MOST = (0.5, 2.0)  # times the artist's that a person's part may be, in proportion to the eyes' distance # ours
_BROW = 0.5  # times as far as the artist's as a person's brows move up and down # ours, by looking
_ARTIST = Identity()


class Moved:
    """How a person's key points move.

    channels: (frames, 63). points: (frames, 70, 2) picture units. rest: (70, 2) where they lie with the head upright,
    in the same units; NaN for those that nobody gave, whose parts move with the head alone. seen: a tracker saw them.
    """

    def __init__(self, channels: Numbers, points: Numbers, rest: Numbers, seen: bool):
        self._scale = _proportions(rest)
        ends = (np.percentile(channels, p, axis=0).astype(np.float32) for p in (_SHOWN, 100.0 - _SHOWN))
        self._low, self._high = ends
        rows, apart = _terms(channels), (points - self._borrowed(channels)).reshape(len(points), -1).astype(np.float64)
        self._middle, self._mean = rows.mean(axis=0), apart.mean(axis=0)
        rows -= self._middle
        square = rows.T @ rows + (_SEEN if seen else _RIDGE) * np.eye(rows.shape[1])
        self._own = np.linalg.solve(square, rows.T @ (apart - self._mean))

    def __call__(self, channels: Numbers) -> Numbers:
        """(n, 70, 2) picture units, for (n, 63). What a face does of its own is told by frames: beyond what any of them
        shows it grows no more."""
        kept = channels.copy()
        for part in (MUSCLE_SLICE, GAZE_SLICE):
            kept[:, part] = np.clip(channels[:, part], self._low[part], self._high[part])
        own = (_terms(kept) - self._middle) @ self._own + self._mean
        return np.asarray(own.reshape(-1, POINTS, 2) + self._borrowed(channels), np.float32)

    def _borrowed(self, channels: Numbers) -> Numbers:
        """(n, 70, 2) how the artist's key points move from rest, in the person's proportions."""
        rest = _drawn(np.zeros(len(CHANNELS), np.float32))
        return np.stack([(_drawn(row) - rest) * self._scale for row in channels]).astype(np.float32)


def _terms(channels: Numbers) -> NDArray[np.float64]:
    """(n, 69) the channels, and the products of the head's turns."""
    turn = channels[:, HEAD_SLICE].astype(np.float64)
    squares = [turn[:, a] * turn[:, b] for a in range(3) for b in range(a, 3)]
    return np.column_stack([channels.astype(np.float64), *squares])


def _drawn(channels: Numbers) -> Numbers:
    """(70, 2) the artist's key points, the head upright."""
    still = channels.copy()
    still[HEAD_SLICE] = 0.0
    quiet, calm = np.zeros(NOISE, np.float32), np.zeros(len(FEELINGS), np.float32)
    return key_points(_ARTIST, Expression.clipped(still, quiet, calm)).points


def _proportions(rest: Numbers) -> Numbers:
    """(70, 2) units of `rest` in one of the artist's, for each key point."""
    artist = _drawn(np.zeros(len(CHANNELS), np.float32))
    found = np.zeros((POINTS, 2), np.float32)
    whole = _eyes_apart(rest) / _eyes_apart(artist)
    low, high = (whole * share for share in _MOST)
    for parts, axis_x, axis_y in _PARTS:
        if not np.isnan(rest[[*parts, *axis_x, *axis_y]]).any():
            across = np.ptp(rest[axis_x, 0]) / np.ptp(artist[axis_x, 0])
            down = np.ptp(rest[axis_y, 1]) / np.ptp(artist[axis_y, 1])
            found[parts] = np.clip((across, down), low, high)
    found[_BROWS, 1] *= _BROW
    return found


def _eyes_apart(points: Numbers) -> float:
    return float(np.hypot(*(points[LEFT_CORNERS].mean(axis=0) - points[RIGHT_CORNERS].mean(axis=0))))


def _all(*parts: slice) -> list[int]:
    return [point for part in parts for point in range(part.start, part.stop)]


_BROWS = _all(RIGHT_BROW, LEFT_BROW)
_PARTS = (
    (_BROWS, _BROWS, [19, 24, 36, 45]),
    ([*_all(RIGHT_EYE), 68], _all(RIGHT_EYE), _all(RIGHT_EYE)),
    ([*_all(LEFT_EYE), 69], _all(LEFT_EYE), _all(LEFT_EYE)),
    (_all(MOUTH), _all(MOUTH), [33, 8]),
    (_all(JAW), _all(JAW), [33, 8]),
)
"""Key points; those whose width, and those whose height, tell how large the part is. The nose stays."""
