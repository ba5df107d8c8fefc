"""Sight without nets: squares, gaze, filters, the mirror."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mien.face import MUSCLES, REST, Emotion, Expression, Face, Landmarks, SettingsError
from mien.face.channels import CHANNELS, channel
from mien.paint.drawn import MOMO, key_points
from mien.sense.sight import open_analyzer
from mien.sense.sight.crop import LEVEL, MARGIN, Square, around, around_five, five_of
from mien.sense.sight.gaze import gaze_of, with_gaze
from mien.sense.sight.mirror import Mirror
from mien.sense.sight.tracker import OneEuro

POINTS = key_points(MOMO, REST).points.astype(np.float64) * 256


@settings(max_examples=50)
@given(
    st.floats(-3.1, 3.1), st.floats(5.0, 500.0), st.floats(-100.0, 100.0), st.integers(0, 2**31),
)  # fmt: skip
def test_a_square_gives_back_what_it_took(angle: float, side: float, corner: float, seed: int) -> None:
    square = Square(np.array([corner, -corner]), side, angle)
    points = np.random.default_rng(seed).normal(0.0, 100.0, (9, 2))
    assert np.allclose(square.back(square.of(points)), points, atol=1e-6)


def test_the_eyes_lie_level_in_a_faces_square() -> None:
    for turn in (0.0, 0.5, -1.2):
        turned = POINTS @ np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
        square = around(turned)
        inside = square.of(turned)
        right, left = inside[36:42].mean(axis=0), inside[42:48].mean(axis=0)
        assert np.allclose((right + left) / 2, [0.5, LEVEL], atol=1e-6)
        assert abs(right[1] - left[1]) < 1e-6
        assert abs((left - right)[0] * square.side * MARGIN / square.side - 1.0) < 0.4
        assert np.allclose(around_five(five_of(turned)).back(np.zeros((1, 2))), square.back(np.zeros((1, 2))), atol=12)


def test_a_cut_shows_what_lies_in_the_square() -> None:
    picture = np.zeros((100, 100, 3), np.uint8)
    picture[40:60, 20:40] = (10, 200, 30)
    cut = Square(np.array([20.0, 40.0]), 20.0, 0.0).cut(picture, 40)
    assert cut.shape == (40, 40, 3)
    assert np.abs(cut[4:-4, 4:-4].astype(int) - (10, 200, 30)).max() <= 1
    large = Square(np.array([0.0, 0.0]), 100.0, 0.0).cut(picture, 25)
    assert np.abs(large[11:14, 6:9].astype(int) - (10, 200, 30)).max() <= 12


@given(st.floats(-0.6, 0.6), st.floats(-0.6, 0.6))
def test_gaze_goes_into_muscles_and_back(x: float, y: float) -> None:
    gaze = np.array([x, y], np.float32)
    assert np.allclose(gaze_of(with_gaze(REST.channels, gaze)), gaze, atol=1e-6)


def test_the_filter_is_calm_at_rest_and_quick_when_it_moves() -> None:
    chance = np.random.default_rng(1)
    steady = OneEuro(1.5, 18.0)
    noisy = 1.0 + chance.normal(0.0, 0.004, 200)
    calm = [float(steady(np.array([value]), 1 / 30)[0]) for value in noisy]
    assert np.std(calm[50:]) < 0.5 * np.std(noisy[50:])
    quick = OneEuro(1.5, 18.0)
    quick(np.array([0.0]), 1 / 30)
    path = [float(quick(np.array([min(1.0, 0.2 * number)]), 1 / 30)[0]) for number in range(1, 12)]
    assert path[0] > 0.5 * 0.2
    assert path[5] > 0.8  # one frame behind at most
    assert np.allclose(quick(np.array([1.0]), 0.0), path[-1])


def face(muscles: float = 0.0, **more: float) -> Face:
    channels = np.zeros(len(CHANNELS), np.float32)
    channels[: len(MUSCLES)] = muscles
    for name, value in more.items():
        channels[channel(name)] = value
    expression = Expression.clipped(channels, np.zeros(8, np.float32), np.zeros(8, np.float32))
    return Face((0.2, 0.2, 0.5, 0.5), Landmarks((POINTS / 256).astype(np.float32)), expression, Emotion(), 1.0)


def test_the_mirror_measures_from_this_persons_rest() -> None:
    mirror = Mirror()
    for _ in range(90):
        shown = mirror(face(browDownLeft=0.4, eyeBlinkLeft=0.2, yaw=0.2), 1 / 30)
    assert shown["browDownLeft"] < 0.12
    assert abs(shown["yaw"]) < 0.08
    angry = mirror(face(browDownLeft=0.9, eyeBlinkLeft=0.2, yaw=0.2), 1 / 30)
    assert angry["browDownLeft"] > 0.7
    shut = mirror(face(browDownLeft=0.4, eyeBlinkLeft=1.0, eyeBlinkRight=1.0, yaw=0.2), 1 / 30)
    assert shut["eyeBlinkLeft"] == 1.0


def test_what_is_shown_at_first_sight_is_not_all_rest() -> None:
    assert Mirror()(face(jawOpen=0.9), 0.0)["jawOpen"] > 0.8


@settings(max_examples=30)
@given(st.lists(st.floats(0.0, 1.0), min_size=1, max_size=20), st.floats(0.0, 2.0))
def test_the_mirror_stays_in_range(levels: list[float], dt: float) -> None:
    mirror = Mirror({"jaw": 3.0})
    for level in levels:
        shown = mirror(face(level), dt)  # Expression itself refuses what is out of range
        assert np.isfinite(shown.channels).all()


def test_an_unknown_analyzer_is_named() -> None:
    with pytest.raises(SettingsError, match="no face analyzer 'eye'; there are: mien"):
        open_analyzer("eye")
