"""The springs: no ringing, no speeding, and a step that may be cut anywhere."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mien.face.channels import CHANNELS
from mien.mood.motion import LIMIT, PLACES, SPEED, STILL, SUBSTEP, Body, Values, ease, eased, within

drawn = np.full(PLACES, 0.7)


def test_a_spring_arrives_without_ringing() -> None:
    body = replace(STILL, goal=drawn)
    before = body.place
    for _ in range(600):
        place, speed = body.after(SUBSTEP)
        assert (place <= drawn + 1e-12).all()
        assert (place >= before - 1e-12).all()
        before = place
        body = replace(body, place=place, speed=speed)
    assert np.abs(before - drawn).max() < 0.01


@given(st.floats(0.05, 0.95))
def test_a_step_may_be_cut_anywhere(share: float) -> None:
    slow = replace(STILL, goal=np.full(PLACES, 0.02))  # slow enough that no limit is met
    whole, speed = slow.after(SUBSTEP)
    part, there = slow.after(SUBSTEP * share)
    rest, after = replace(slow, place=part, speed=there).after(SUBSTEP * (1.0 - share))
    assert rest == pytest.approx(whole, abs=1e-12)
    assert after == pytest.approx(speed, abs=1e-9)


@given(st.floats(-5.0, 5.0), st.floats(-50.0, 50.0))
def test_nothing_is_faster_than_its_limit(goal: float, speed: float) -> None:
    start: Values = np.full(PLACES, speed)
    body = Body(STILL.place, start, np.full(PLACES, goal), STILL.rate, LIMIT)
    place, after = body.after(SUBSTEP)
    assert (np.abs(place) <= LIMIT * SUBSTEP + 1e-12).all()
    assert (np.abs(after) <= LIMIT + 1e-12).all()


def test_brows_are_quicker_than_the_mouth_and_the_head_is_slow() -> None:
    rate = dict(zip(CHANNELS, STILL.rate, strict=False))
    assert rate["browInnerUp"] > rate["mouthSmileLeft"] > rate["yaw"] > rate["blush"]
    assert (SPEED > 0).all()
    assert SPEED.shape == (len(CHANNELS),)


def test_easing() -> None:
    assert [ease(-1.0), ease(0.0), ease(0.5), ease(1.0), ease(2.0)] == [0.0, 0.0, 0.5, 1.0, 1.0]
    assert eased(np.array([-1.0, 0.25, 2.0])) == pytest.approx([0.0, ease(0.25), 1.0])
    assert within(np.full(PLACES, 9.0)).max() <= 1.0
