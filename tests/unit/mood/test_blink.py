"""Blinks: their shape, their rhythm, and when they do not come."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mien.face import Emotion, Felt
from mien.mood import Temper
from mien.mood.blink import DOWN, UP, Blink, Lids

Play = Callable[..., Any]


def test_a_blink_goes_down_in_a_third_of_its_time() -> None:
    blink = Blink(start=1.0, late_left=0.0, late_right=0.01, left=1.0, right=0.96)
    assert blink.lids(1.0) == (0.0, 0.0)
    assert blink.lids(1.0 + DOWN) == pytest.approx((1.0, 0.96), abs=0.05)
    assert blink.lids(1.0 + DOWN + UP + 0.02) == (0.0, 0.0)
    assert UP == 2 * DOWN


@given(st.integers(0, 1000))
@settings(max_examples=10)
def test_a_resting_face_blinks_every_few_seconds(seed: int) -> None:
    lids, starts = Lids(), []
    for tick in range(60 * 120):
        new = lids.after_substep(tick / 60, seed, Temper(), 1.0, 0.0)
        if new.count > lids.count:
            starts.append(tick / 60)
        lids = new
    gaps = np.diff(starts)
    assert 2.2 <= 120 / len(starts) <= 6.0
    assert gaps.min() > DOWN + UP  # one at a time
    assert gaps.max() < 16.0


def test_an_aroused_face_blinks_more() -> None:
    def blinks(haste: float) -> int:
        lids = Lids()
        for tick in range(60 * 120):
            lids = lids.after_substep(tick / 60, 1, Temper(), haste, 0.0)
        return lids.count

    assert blinks(2.0) > 1.4 * blinks(1.0)


def test_double_blinks_come_sometimes_or_never() -> None:
    def gaps(chance: float) -> list[float]:
        temper, lids, starts = Temper(double_blink=chance), Lids(), []
        for tick in range(60 * 100):
            new = lids.after_substep(tick / 60, 4, temper, 1.0, 0.0)
            if new.count > lids.count:
                starts.append(tick / 60)
            lids = new
        return [float(gap) for gap in np.diff(starts)]

    assert min(gaps(1.0)) < 0.35
    assert min(gaps(0.0)) > 0.6


@given(st.integers(0, 500))
@settings(max_examples=3)
def test_a_closed_eye_smile_does_not_blink(play: Play, seed: int) -> None:
    take = play([Felt(0.0, Emotion(happy=1.0), 9.0)], 9.0, fps=30, seed=seed)
    lid = take.curve("eyeBlinkLeft")
    assert lid[45:90].min() > 0.8  # no flutter while the eyes are shut
    assert take.moods[45].lids.count == take.moods[90].lids.count
    assert lid[135:].min() < 0.1  # and though the joy goes on, they look again


def test_eyes_blink_nearly_together(play: Play) -> None:
    take = play([], 15.0, fps=60, seed=2)
    left, right = take.curve("eyeBlinkLeft"), take.curve("eyeBlinkRight")
    assert left.max() > 0.9
    assert right.max() > 0.9
    assert 0.0 < np.abs(left - right).max() < 0.35


def test_wide_eyes_close_when_they_blink(play: Play) -> None:
    take = play([Felt(0.0, Emotion(afraid=0.9), 30.0)], 12.0, fps=60, seed=2)
    shut, wide = take.curve("eyeBlinkLeft"), take.curve("eyeWideLeft")
    assert shut.max() > 0.9
    assert wide[shut > 0.9].max() < 0.15
