"""Where the parts of the head come to lie: a head turned in space, drawn flat, layer by layer.

Design units: 256 to the side of the picture, x to the right, y down. Head coordinates have their origin between the
ears; z comes towards the viewer. A part is given a depth, or lies on the curved front of the face or of the hair;
turning the head then moves near parts against far ones (parallax) and narrows what turns away.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import cos, sin

import numpy as np

from mien.face import Expression
from mien.paint.drawn.sheet import Points

CENTRE = (128.0, 124.0)
_NECK = 92.0  # the head tilts about the base of the neck, this far below its origin


@dataclass(frozen=True, slots=True)
class Pose:
    """A head's turn. yaw, pitch, roll in radians as in `Expression`; lift: how far breath raises the body, units."""

    yaw: float
    pitch: float
    roll: float
    lift: float = 0.0
    _turn: tuple[float, float, float, float, float, float] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        turn = (
            sin(self.yaw),
            cos(self.yaw),
            sin(self.pitch),
            cos(self.pitch),
            sin(self.roll),
            cos(self.roll),
        )
        object.__setattr__(self, "_turn", turn)

    @classmethod
    def of(cls, expression: Expression) -> Pose:
        """The pose of this expression's head."""
        yaw, pitch, roll = (float(value) for value in expression.head)
        return cls(yaw, pitch, roll)

    def place(self, points: Points, depth: float | Points) -> Points:
        """(n, 2) head coordinates at this depth (one number or one a point) -> (n, 2) picture coordinates."""
        sy, cy, sp, cp, sr, cr = self._turn
        x = points[:, 0] * cy + depth * sy
        deep = depth * cy - points[:, 0] * sy
        y = points[:, 1] * cp - deep * sp - _NECK
        placed = np.empty((len(points), 2))
        placed[:, 0] = x * cr - y * sr + (CENTRE[0] + 4.0 * sy)
        placed[:, 1] = x * sr + y * cr + (CENTRE[1] + _NECK + self.lift)
        return placed

    def on_face(self, points: Points, above: float = 0.0) -> Points:
        """(n, 2) head coordinates on the curved front of the face -> picture; above: units in front of the skin."""
        return self.place(points, face_depth(points) + above)

    def on_hair(self, points: Points, above: float = 0.0) -> Points:
        """Likewise on the dome of the front hair, which stands out from the face."""
        inside = 1.0 - (points[:, 0] / 88.0) ** 2 - ((points[:, 1] + 5.0) / 120.0) ** 2
        return self.place(points, 60.0 * np.sqrt(np.maximum(inside, 0.0)) + above)

    def on_body(self, points: Points) -> Points:
        """(n, 2) body coordinates (origin below the head) -> picture; the body follows the head a little."""
        angle = 0.12 * self.roll
        cr, sr = cos(angle), sin(angle)
        y = points[:, 1] - 120.0
        placed = np.empty((len(points), 2))
        placed[:, 0] = points[:, 0] * cr - y * sr + (CENTRE[0] + 5.0 * self._turn[0])
        placed[:, 1] = points[:, 0] * sr + y * cr + (CENTRE[1] + 120.0 + 0.6 * self.lift)
        return placed


def face_depth(points: Points) -> Points:
    """(n,) how far the skin lies in front of the head's axis at these head coordinates."""
    inside = 1.0 - (points[:, 0] / 74.0) ** 2 - ((points[:, 1] - 18.0) / 100.0) ** 2
    depth: Points = 50.0 * np.sqrt(np.maximum(inside, 0.0))
    return depth
