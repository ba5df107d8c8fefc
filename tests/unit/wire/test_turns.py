"""Turns of heads: there and back, and against matrices."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mien.wire.turns import angles, from_unity, looked, multiplied, to_unity, turned

turns = st.tuples(*[st.floats(-1.2, 1.2)] * 3)


@given(turns)
def test_angles_come_back_from_unity(told: tuple[float, float, float]) -> None:
    quaternion = to_unity(*told)
    assert np.allclose(from_unity(quaternion), told, atol=1e-6)
    x, y, z, w = (-3.0 * part for part in quaternion)
    assert np.allclose(from_unity((x, y, z, w)), told, atol=1e-6)  # the same turn
    assert sum(part * part for part in quaternion) == pytest.approx(1.0)


def test_signs_are_those_of_unity() -> None:
    # an avatar looks along +z, its right is +x: to its own left, up, and to its own left shoulder
    forward = (0.0, 0.0, 1.0)
    assert turned(to_unity(0.3, 0.0, 0.0), forward)[0] < -0.29
    assert turned(to_unity(0.0, 0.3, 0.0), forward)[1] > 0.29
    assert turned(to_unity(0.0, 0.0, 0.3), (0.0, 1.0, 0.0))[0] < -0.29


@given(turns, turns)
def test_turns_follow_one_another(one: tuple[float, float, float], other: tuple[float, float, float]) -> None:
    both = multiplied(to_unity(*one), to_unity(*other))
    vector = (0.3, -0.5, 0.9)
    assert np.allclose(turned(both, vector), turned(to_unity(*one), turned(to_unity(*other), vector)), atol=1e-6)


def test_a_face_that_looks_at_the_viewer_is_not_turned() -> None:
    assert angles((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 2.0)) == (0.0, 0.0, 0.0)
    assert angles((0.0, 0.0, 0.0), (0.0, 0.0, 0.0), (0.0, 0.0, 0.0)) == (0.0, 0.0, 0.0)
    assert looked((0.1, 0.2, 1.0)) == pytest.approx((0.0997, 0.1964), abs=1e-3)
