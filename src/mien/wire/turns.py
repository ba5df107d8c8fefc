"""Turns of a head or an eye: angles, quaternions, and the directions of a face's axes."""

from __future__ import annotations

from math import asin, atan2, cos, hypot, sin, sqrt

Vector = tuple[float, float, float]
Quaternion = tuple[float, float, float, float]
"""x, y, z, w."""


def angles(left: Vector, up: Vector, forward: Vector) -> Vector:
    """Yaw, pitch, roll in radians, as of `mien.face.Expression`, of a head with these axes.

    left, up, forward: where the face's own left, its crown and its nose point, each as parts along the picture's right,
    up, and towards the viewer, of any length.
    """
    length = sqrt(sum(part * part for part in forward)) or 1.0
    pitch = asin(max(-1.0, min(1.0, forward[1] / length)))
    return atan2(forward[0], forward[2]), pitch, atan2(-left[1], up[1])


def multiplied(first: Quaternion, then: Quaternion) -> Quaternion:
    """The turn `then` within what `first` has turned."""
    x, y, z, w = first
    a, b, c, d = then
    return (
        w * a + x * d + y * c - z * b, w * b - x * c + y * d + z * a,
        w * c + x * b - y * a + z * d, w * d - x * a - y * b - z * c,
    )  # fmt: skip


def turned(turn: Quaternion, vector: Vector) -> Vector:
    """The vector after the turn; the quaternion may be of any length but 0."""
    x, y, z, w = turn
    size = x * x + y * y + z * z + w * w or 1.0
    a, b, c = vector
    across = (y * c - z * b, z * a - x * c, x * b - y * a)
    twice = (y * across[2] - z * across[1], z * across[0] - x * across[2], x * across[1] - y * across[0])
    return tuple(v + 2.0 * (w * u + t) / size for v, u, t in zip(vector, across, twice, strict=True))  # type: ignore[return-value]


def to_unity(yaw: float, pitch: float, roll: float) -> Quaternion:
    """Angles as of `mien.face.Expression` as the local rotation of a bone in Unity, whose face looks along +z.

    Unity's axes are x to the face's own right, y up, z forwards; its angles are applied z, x, y.
    """
    y, x, z = -yaw / 2.0, -pitch / 2.0, roll / 2.0
    turn_y, turn_x, turn_z = (0.0, sin(y), 0.0, cos(y)), (sin(x), 0.0, 0.0, cos(x)), (0.0, 0.0, sin(z), cos(z))
    return multiplied(multiplied(turn_y, turn_x), turn_z)


def from_unity(turn: Quaternion) -> Vector:
    """Yaw, pitch, roll of a rotation as of `to_unity`."""
    left, up, forward = (turned(turn, axis) for axis in ((-1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)))
    # the picture's right is the face's own left, which is Unity's -x
    return angles(_seen(left), _seen(up), _seen(forward))


def _seen(vector: Vector) -> Vector:
    return -vector[0], vector[1], vector[2]


def looked(forward: Vector) -> tuple[float, float]:
    """Where an eye looks, as of `Expression.gaze`, when it points there: parts along right, up, towards the viewer."""
    return atan2(forward[0], forward[2]), atan2(forward[1], hypot(forward[0], forward[2]))
