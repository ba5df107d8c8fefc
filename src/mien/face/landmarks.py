"""Key points of a face: 68 in the iBUG order and two irises."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

POINTS = 70
"""68 points in the iBUG 300-W order, then the iris centres: 68 at the picture's left, 69 at its right."""

JAW = slice(0, 17)
RIGHT_BROW = slice(17, 22)
LEFT_BROW = slice(22, 27)
NOSE = slice(27, 36)
RIGHT_EYE = slice(36, 42)
"""The character's right eye, at the picture's left; begins at the outer corner, runs over the upper lid."""
LEFT_EYE = slice(42, 48)
"""The character's left eye, at the picture's right; begins at the inner corner, runs over the upper lid."""
MOUTH = slice(48, 68)
RIGHT_IRIS = 68
LEFT_IRIS = 69

STEADY = (27, 28, 29, 30, 33, 36, 39, 42, 45)
"""Points that no expression moves: the bridge and tip of the nose and the eye corners; used for alignment."""

RIGHT_CORNERS, LEFT_CORNERS = [36, 39], [42, 45]
"""The corners of the eyes, each in the order of the points."""
NOSE_TIP, MOUTH_CORNERS = 30, [48, 54]

GROUPS = (JAW, RIGHT_BROW, LEFT_BROW, NOSE, RIGHT_EYE, LEFT_EYE, MOUTH)
"""The parts of a face whose points are drawn as one line each."""

MIRROR_POINTS = (
    *range(16, -1, -1), *range(26, 16, -1), *range(27, 31), *range(35, 30, -1),
    45, 44, 43, 42, 47, 46, 39, 38, 37, 36, 41, 40,
    54, 53, 52, 51, 50, 49, 48, 59, 58, 57, 56, 55, 64, 63, 62, 61, 60, 67, 66, 65, 69, 68,
)  # fmt: skip
"""The number of each point in a mirror: `points[list(MIRROR_POINTS)]`, with x turned round, is the mirrored face."""

INNER = slice(17, 68)
"""The 51 points inside the face, without jaw and irises: what published errors are of."""


def inner_error(seen: NDArray[np.floating], true: NDArray[np.floating]) -> float:
    """Mean distance of the 51 inner points over that of the outer eye corners; both (70, 2) in the same unit.

    Source: Sagonas et al., "300 Faces in-the-Wild challenge", 2013 (their normalised error, inter-ocular).
    """
    apart = max(float(np.hypot(*(true[45] - true[36]))), 1e-6)
    return float(np.hypot(*(seen[INNER] - true[INNER]).T).mean()) / apart


@dataclass(frozen=True, slots=True, eq=False)
class Landmarks:
    """points: (70, 2) float32, x to the right and y down, in units of the face crop (the whole picture for a painter).

    0 is the left or upper edge and 1 the right or lower one; points may lie outside. Raises ValueError on a wrong
    shape or a number that is not finite. Source of the order: Sagonas et al., "300 Faces in-the-Wild", 2013.
    """

    points: NDArray[np.float32]

    def __post_init__(self) -> None:
        points = np.array(self.points, np.float32)
        if points.shape != (POINTS, 2):
            raise ValueError(f"Landmarks.points: expected shape ({POINTS}, 2), got {points.shape}")
        if not np.isfinite(points).all():
            raise ValueError("Landmarks.points: expected finite numbers")
        points.flags.writeable = False
        object.__setattr__(self, "points", points)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Landmarks) and np.array_equal(self.points, other.points)

    __hash__ = None  # type: ignore[assignment]  # arrays inside: compared by value, not usable as a key
