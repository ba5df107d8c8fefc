"""Chance that replays."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from mien.mood.chance import BLINK, GAZE, between, normals, normals_each, uniform, waiting

numbers = st.integers(-(2**70), 2**70)


@given(numbers, numbers)
def test_numbers_keep_their_ranges_and_repeat(seed: int, count: int) -> None:
    assert 0.0 <= uniform(seed, BLINK, count) < 1.0
    assert uniform(seed, BLINK, count) == uniform(seed, BLINK, count)
    assert -2.0 <= between(-2.0, 3.0, seed, GAZE, count) < 3.0
    assert 0.0 <= waiting(seed, GAZE, count) <= 4.0
    assert np.isfinite(normals(seed, GAZE, count, 5)).all()


def test_they_spread_as_they_should() -> None:
    drawn = np.array([uniform(3, BLINK, count) for count in range(4000)])
    assert abs(drawn.mean() - 0.5) < 0.02
    assert abs(drawn.std() - 12**-0.5) < 0.01
    assert abs(np.corrcoef(drawn[:-1], drawn[1:])[0, 1]) < 0.05
    normal = np.concatenate([normals(5, GAZE, count, 21) for count in range(400)])
    assert abs(normal.mean()) < 0.04
    assert abs(normal.std() - 1.0) < 0.03
    assert abs(np.array([waiting(1, BLINK, count) for count in range(4000)]).mean() - 0.98) < 0.05


def test_purposes_and_seeds_do_not_share() -> None:
    one, other = ([uniform(seed, BLINK, count) for count in range(50)] for seed in (1, 2))
    assert set(one).isdisjoint(other)
    assert uniform(1, BLINK, 0) != uniform(1, GAZE, 0)


def test_several_draw_what_each_would_alone() -> None:
    seeds, counts = np.array([0, 7, 2**64 - 3], np.uint64), np.array([5, 0, 9], np.uint64)
    for seed, count, drawn in zip((0, 7, -3), (5, 0, 9), normals_each(seeds, GAZE, counts, 21), strict=True):
        assert np.allclose(drawn, normals(seed, GAZE, count, 21), rtol=1e-12)
