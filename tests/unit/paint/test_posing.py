"""From dragged key points to muscles: what is dragged is met, what is not stays, and nothing tears."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mien.character import load
from mien.face import LEFT_EYE, POINTS, REST, RIGHT_EYE, Expression
from mien.face.channels import CHANNELS, HIGH, LOW
from mien.paint import Poses
from mien.paint.gan import GanPainter
from mien.paint.posing import ASKED, Pins

PAINTER = GanPainter(load("momo"), 64)
HERE = PAINTER.points(REST).points
APART = float(np.hypot(*(HERE[LEFT_EYE].mean(axis=0) - HERE[RIGHT_EYE].mean(axis=0))))


def pins(**ways: tuple[float, float]) -> dict[int, tuple[float, float]]:
    """Points, named p48, dragged this far in distances between the eyes."""
    return {
        int(name[1:]): (float(HERE[int(name[1:])][0] + APART * x), float(HERE[int(name[1:])][1] + APART * y))
        for name, (x, y) in ways.items()
    }


def changed(posed: Expression) -> dict[str, float]:
    return {name: posed[name] for name in CHANNELS if abs(posed[name]) > 0.02}


@pytest.mark.parametrize(
    ("drag", "muscle", "least"),
    [
        (pins(p37=(0, 0.4)), "eyeBlinkRight", 0.8), (pins(p44=(0, 0.2)), "eyeBlinkLeft", 0.35),
        (pins(p43=(0, -0.06)), "eyeWideLeft", 0.5), (pins(p41=(0, -0.08)), "eyeSquintRight", 0.3),
        (pins(p54=(0.02, -0.12)), "mouthSmileLeft", 0.6), (pins(p48=(0, 0.09)), "mouthFrownRight", 0.5),
        (pins(p48=(0.09, 0), p54=(-0.09, 0)), "mouthPucker", 0.5), (pins(p57=(0, 0.3)), "jawOpen", 0.5),
        (pins(p8=(0, 0.2)), "jawOpen", 0.7), (pins(p22=(0, 0.18)), "browDownLeft", 0.5),
        (pins(p21=(0, -0.12)), "browInnerUp", 0.5), (pins(p17=(0, -0.08)), "browOuterUpRight", 0.5),
        (pins(p69=(0.1, 0)), "gaze_x", 0.3), (pins(p30=(0.35, 0)), "yaw", 0.25), (pins(p30=(0, -0.2)), "pitch", 0.1),
        (pins(p16=(0.2, 0.12)), "roll", 0.08),
    ],
)  # fmt: skip
def test_a_point_moves_the_muscle_that_moves_it(drag: Pins, muscle: str, least: float) -> None:
    posed = PAINTER.posed(REST, drag)
    assert max(changed(posed), key=lambda name: abs(posed[name])) == muscle
    assert posed[muscle] > least


def test_what_muscles_can_do_is_met_and_the_rest_of_the_face_stays() -> None:
    begun = Expression.of({"mouthSmileLeft": 0.3, "browDownLeft": 0.4, "blush": 1.0, "roll": 0.1})
    other = Expression.of({"mouthSmileLeft": 0.3, "browDownLeft": 0.4, "blush": 1.0, "roll": 0.1, "eyeBlinkRight": 0.7})
    there = PAINTER.points(other).points
    posed = PAINTER.posed(begun, {37: (float(there[37][0]), float(there[37][1]))})
    assert posed["eyeBlinkRight"] == pytest.approx(0.7, abs=0.03)
    moved = np.flatnonzero(np.abs(posed.channels - begun.channels) > 1e-6)
    assert {CHANNELS[at] for at in moved} <= set(ASKED[37])


def test_dragging_back_gives_back_the_face() -> None:
    begun = Expression.of({"mouthFrownLeft": 0.5, "jawOpen": 0.2})
    here = PAINTER.points(begun).points
    posed = PAINTER.posed(begun, {point: (float(here[point][0]), float(here[point][1])) for point in (48, 54, 57, 37)})
    assert np.abs(posed.channels - begun.channels).max() < 5e-3
    assert PAINTER.posed(begun, {}) is begun


@settings(max_examples=40, deadline=None)
@given(
    st.dictionaries(st.integers(0, POINTS - 1), st.tuples(st.floats(-1, 2), st.floats(-1, 2)), min_size=1, max_size=6)
)
def test_no_drag_leaves_the_range_of_a_face_nor_asks_for_opposites_in_full(drag: Pins) -> None:
    posed = PAINTER.posed(REST, drag)
    assert ((posed.channels >= LOW - 1e-6) & (posed.channels <= HIGH + 1e-6)).all()
    for side in ("Left", "Right"):
        assert min(posed[f"eyeBlink{side}"], posed[f"eyeWide{side}"]) < 0.75
    assert posed.emotion.max() == 0.0
    assert posed.marks == REST.marks


def test_slopes_are_those_of_small_steps() -> None:
    chance = np.random.default_rng(2)
    net = PAINTER._landmark_net
    channels = np.where(chance.random(63) < 0.3, chance.random(63) * 0.5, 0.0).astype(np.float32)
    channels[52:57] = chance.normal(0, 0.2, 5)
    noise = chance.normal(0, 1, 8).astype(np.float32)
    points, slopes = net.slopes(channels, noise, [8, 37, 54])
    assert np.abs(points - net.points(channels, noise)).max() < 1e-5
    for at in range(57):
        step = np.zeros(63, np.float32)
        step[at] = 2e-2
        ways = net.points(channels + step, noise) - net.points(channels - step, noise)
        assert slopes[:, at] == pytest.approx(ways[[8, 37, 54]].ravel() / 4e-2, abs=2e-3)


@pytest.mark.parametrize("bad", [{70: (0.1, 0.1)}, {-1: (0.1, 0.1)}, {4: (float("nan"), 0.0)}])
def test_points_that_there_are_not_are_refused(bad: Pins) -> None:
    with pytest.raises(ValueError, match=r"pins: expected points in 0\.\.69"):
        PAINTER.posed(REST, bad)


def test_every_point_asks_and_the_trained_painter_poses() -> None:
    assert sorted(ASKED) == list(range(POINTS))
    assert {name for names in ASKED.values() for name in names} <= set(CHANNELS)
    assert isinstance(PAINTER, Poses)
