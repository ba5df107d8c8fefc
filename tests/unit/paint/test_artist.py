"""The drawn artist: what a viewer must be able to see, measured in its pixels and points."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from mien.face import FEELINGS, REST, Emotion, Expression, prototype
from mien.face.channels import CHANNELS, HIGH, LOW
from mien.paint.align import canonical, canvas_for, inverse
from mien.paint.drawn import Artist, Identity, draw, key_points

MOMO = Identity()


def picture(expression: Expression, identity: Identity = MOMO, size: int = 128) -> NDArray[np.float64]:
    return draw(identity, expression, size).astype(np.float64)


def difference(one: Expression, other: Expression) -> float:
    return float(np.abs(picture(one) - picture(other)).mean())


@given(st.integers(0, 2**32), st.integers(0, 10_000))
@settings(max_examples=25)
def test_any_pose_of_anybody_can_be_drawn(seed: int, who: int) -> None:
    chance = np.random.default_rng(seed)
    channels = LOW + (HIGH - LOW) * chance.random(len(CHANNELS), np.float32)
    expression = Expression(channels, chance.standard_normal(8, np.float32), REST.emotion)
    frame = Artist(Identity.of(who), 48).paint(expression)
    assert frame.pixels[..., 3].max() == 255
    assert np.isfinite(key_points(Identity.of(who), expression).points).all()


def test_drawing_repeats_exactly() -> None:
    assert np.array_equal(picture(REST), picture(REST))


def test_the_feelings_are_told_apart_in_pixels() -> None:
    shown = [prototype(Emotion(**{name: 0.7})) for name in FEELINGS] + [REST]
    for one in range(len(shown)):
        for other in range(one):
            assert difference(shown[one], shown[other]) > 1.0, (one, other)


@pytest.mark.parametrize("mark", ["blush", "tears", "sweat", "sparkle", "vein", "gloom"])
def test_every_mark_shows(mark: str) -> None:
    assert difference(REST, Expression.of({mark: 1.0})) > 0.1


@pytest.mark.parametrize(
    "muscle",
    ["jawOpen", "mouthSmileLeft", "mouthFrownRight", "mouthPucker", "mouthFunnel", "browDownLeft", "browInnerUp",
     "browOuterUpRight", "eyeWideLeft", "eyeSquintRight", "noseSneerLeft", "tongueOut", "cheekPuff", "mouthLeft",
     "jawRight", "eyeLookOutLeft", "mouthUpperUpLeft"],
)  # fmt: skip
def test_the_muscles_move_the_drawing(muscle: str) -> None:
    base = {"jawOpen": 0.3} if muscle.startswith("mouth") else {}
    assert difference(Expression.of(base), Expression.of(base | {muscle: 1.0})) > 0.02


def test_each_eye_blinks_alone() -> None:
    rest = key_points(MOMO, REST).points
    wink = key_points(MOMO, Expression.of({"eyeBlinkLeft": 1.0})).points

    def opening(points: NDArray[np.float32], first: int) -> float:
        return float(points[first + 4, 1] + points[first + 5, 1] - points[first + 1, 1] - points[first + 2, 1])

    assert opening(wink, 42) < 0.1 * opening(rest, 42)
    assert opening(wink, 36) == pytest.approx(opening(rest, 36))


def test_points_follow_the_head() -> None:
    rest = key_points(MOMO, REST).points
    right = key_points(MOMO, Expression.of({"yaw": 0.3})).points
    up = key_points(MOMO, Expression.of({"pitch": 0.2})).points
    assert right[30, 0] > rest[30, 0] + 0.03
    assert up[30, 1] < rest[30, 1] - 0.02
    assert rest[0, 0] < rest[8, 0] < rest[16, 0]
    assert rest[36, 0] < rest[39, 0] < rest[42, 0] < rest[45, 0]
    assert rest[68, 0] < rest[69, 0]


def test_the_iris_lies_where_its_point_says() -> None:
    pixels = draw(MOMO, Expression.of({"gaze_x": 0.3}), 256)
    for point in key_points(MOMO, Expression.of({"gaze_x": 0.3})).points[68:]:
        x, y = (point * 256).astype(int)
        assert pixels[y, x, :3].mean() < 110  # the pupil is dark


def test_the_canonical_canvas_keeps_steady_points_still_and_comes_back() -> None:
    canvas = canvas_for(key_points(MOMO, REST).points)
    pose = Expression.of({"yaw": 0.2, "roll": 0.3, "pitch": -0.1, "jawOpen": 0.5})
    points = key_points(MOMO, pose).points
    place = canvas.place(points)
    eyes = canonical(points, place, 256)[[36, 39, 42, 45]]
    assert np.ptp([eyes[:2, 1].mean(), eyes[2:, 1].mean()]) < 0.01  # upright
    whole = np.concatenate([place, [[0, 0, 1]]]) @ np.concatenate([inverse(place), [[0, 0, 1]]])
    assert whole == pytest.approx(np.eye(3), abs=1e-4)
    straight_on = draw(MOMO, pose, 256).astype(float)
    laid = draw(MOMO, pose, (canvas.width, canvas.height), place)
    flags = cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP
    back = cv2.warpAffine(laid, canvas.onto(place, 256), (256, 256), flags=flags)
    error = np.mean((back.astype(float) - straight_on) ** 2)
    assert -10 * np.log10(error / 255**2) > 28


def test_identities_differ_and_unknown_traits_are_refused() -> None:
    looks = {Identity.of(seed) for seed in range(40)}
    assert len(looks) == 40
    with pytest.raises(ValueError, match=r"Identity\.fringe: no 'mohawk'; there are: swept"):
        Identity(fringe="mohawk")
