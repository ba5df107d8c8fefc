"""Laws of the nouns."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mien.face import (
    FEELINGS,
    MUSCLES,
    NEUTRAL,
    REST,
    VISEMES,
    Emotion,
    Expression,
    Frame,
    Landmarks,
    prototype,
    viseme_shape,
)
from mien.face.channels import CHANNELS, HIGH, LOW, channel
from mien.face.names import LOOSE, begins, named
from mien.face.prototypes import feelings_shape

emotions = st.builds(Emotion, *[st.floats(0, 1) for _ in FEELINGS])


def test_there_are_52_muscles_in_the_published_spelling() -> None:
    assert len(MUSCLES) == 52 == len(set(MUSCLES))
    assert list(MUSCLES) == sorted(MUSCLES)


@given(emotions)
@settings(max_examples=60)
def test_an_emotion_survives_its_vector(emotion: Emotion) -> None:
    again = Emotion.from_vector(emotion.vector())
    assert again.vector() == pytest.approx(emotion.vector())
    assert -1 <= emotion.valence <= 1
    assert -1 <= emotion.arousal <= 1


@given(emotions)
@settings(max_examples=60)
def test_every_prototype_stays_in_range(emotion: Emotion) -> None:
    expression = prototype(emotion)
    assert (expression.channels >= LOW).all()
    assert (expression.channels <= HIGH).all()


def test_neutral_is_the_face_at_rest() -> None:
    assert prototype(NEUTRAL) == REST
    assert NEUTRAL.dominant == "neutral"
    assert NEUTRAL.valence == NEUTRAL.arousal == 0.0


@pytest.mark.parametrize("name", FEELINGS)
def test_a_feeling_grows_with_its_strength(name: str) -> None:
    sizes = [np.abs(prototype(Emotion(**{name: s})).channels).sum() for s in (0.1, 0.4, 0.7, 1.0)]
    assert sizes == sorted(sizes)
    assert sizes[0] < sizes[-1]


def test_the_eight_feelings_differ_from_each_other() -> None:
    shapes = [feelings_shape(row) for row in np.eye(8, dtype=np.float32)]
    for one in range(8):
        for other in range(one):
            assert np.abs(shapes[one] - shapes[other]).sum() > 1.5


def test_vowels_open_the_jaw_and_m_does_not() -> None:
    jaw = channel("jawOpen")
    assert all(viseme_shape(name)[jaw] > 0.1 for name in "aiueo")
    assert viseme_shape("m")[jaw] == 0.0
    assert {"a", "i", "u", "e", "o", "m", "rest"} <= set(VISEMES)


@pytest.mark.parametrize("value", [-0.1, 1.1, float("nan")])
def test_a_strength_out_of_range_is_refused(value: float) -> None:
    with pytest.raises(ValueError, match=r"Emotion\.sad"):
        Emotion(sad=value)


def test_unknown_names_say_what_there_is() -> None:
    with pytest.raises(ValueError, match="no feeling 'joy'; there are: happy"):
        Emotion.of({"joy": 1.0})
    with pytest.raises(ValueError, match="no channel 'smile'"):
        Expression.of({"smile": 1.0})


def test_an_expression_is_checked_once_and_cannot_be_changed() -> None:
    with pytest.raises(ValueError, match=r"Expression\.jawOpen: expected 0\.\.1, got 2"):
        Expression.of({"jawOpen": 2.0})
    with pytest.raises(ValueError, match="finite"):
        Expression(np.full(len(CHANNELS), np.nan, np.float32), REST.noise, REST.emotion)
    with pytest.raises(ValueError, match="read-only"):
        REST.channels[0] = 1.0
    assert Expression.clipped(np.full(len(CHANNELS), 9.0), np.zeros(8), np.zeros(8))["jawOpen"] == 1.0


def test_named_parts_of_an_expression() -> None:
    pose = Expression.of({"yaw": 0.3, "gaze_y": -0.2, "tears": 0.5, "jawOpen": 0.25})
    assert pose.head[0] == pytest.approx(0.3)
    assert pose.gaze[1] == pytest.approx(-0.2)
    assert pose.marks["tears"] == 0.5
    assert pose.muscles["jawOpen"] == 0.25
    assert len(pose.muscles) == 52


def test_frames_and_landmarks_are_checked() -> None:
    with pytest.raises(ValueError, match="uint8"):
        Frame(np.zeros((2, 2, 3), np.uint8))
    with pytest.raises(ValueError, match=r"\(70, 2\)"):
        Landmarks(np.zeros((68, 2), np.float32))
    frame = Frame(np.full((2, 3, 4), 255, np.uint8))
    assert (frame.width, frame.height) == (3, 2)


def test_a_frame_over_a_background() -> None:
    pixels = np.zeros((1, 3, 4), np.uint8)
    pixels[0, 1] = (200, 100, 0, 255)
    pixels[0, 2] = (200, 100, 0, 128)
    over = Frame(pixels).over((10, 20, 30))
    assert over[0, 0].tolist() == [10, 20, 30]
    assert over[0, 1].tolist() == [200, 100, 0]
    assert over[0, 2].tolist() == [105, 60, 15]


def test_no_channel_is_taken_for_the_name_of_a_feeling() -> None:
    assert not [name for name in CHANNELS if named(name) and name not in LOOSE]  # a table's columns may be channels
    assert named(" Very-Nothing ") is None
    assert named("Furious") == ("angry", 1.0)
    assert begins("furi")
    assert not begins("zz")
