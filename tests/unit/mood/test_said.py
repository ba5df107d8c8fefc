"""Words and the voice that says them: neither is taken alone where both speak."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mien.face import FEELINGS, NEUTRAL, Emotion
from mien.mood.empathy import Sensed, as_said

strengths = st.floats(0.0, 1.0, width=32)
emotions = st.builds(Emotion, *[strengths for _ in FEELINGS])
arousals = st.floats(-1.0, 1.0)


def words(emotion: Emotion, confidence: float = 0.85) -> Sensed:
    return Sensed(0.0, "text", emotion, confidence)


def voice(emotion: Emotion, confidence: float = 0.5) -> Sensed:
    return Sensed(0.0, "voice", emotion, confidence)


CHEERFUL, CALM, PLAIN = words(Emotion(happy=0.9)), words(Emotion(relaxed=0.7)), words(NEUTRAL)
FLAT, ANGRY = voice(NEUTRAL), voice(Emotion(angry=0.8))


def test_a_cheerful_text_in_a_flat_voice_is_not_a_grin() -> None:
    flat = as_said(FLAT, -0.7, CHEERFUL)[0]
    lively = as_said(voice(Emotion(happy=0.7)), 0.7, CHEERFUL)[0]
    assert lively.happy > 0.8
    assert 0.15 < flat.happy < 0.5
    assert flat.dominant == "happy"


@pytest.mark.parametrize("said", [CALM, PLAIN], ids=["calm", "plain"])
def test_a_calm_text_in_an_angry_voice_is_not_calm(said: Sensed) -> None:
    felt = as_said(ANGRY, 0.8, said)[0]
    assert felt.angry > 0.3
    assert felt.relaxed < 0.45
    assert as_said(FLAT, -0.2, said)[0].angry == 0.0


def test_plain_words_in_an_angry_voice_are_angry() -> None:
    assert as_said(ANGRY, 0.8, PLAIN)[0].dominant == "angry"


def test_sad_words_in_a_low_voice_are_sad_and_in_an_agitated_one_less_quiet() -> None:
    said = words(Emotion(sad=0.8))
    low, agitated = (as_said(voice(NEUTRAL, 0.3), arousal, said)[0] for arousal in (-0.8, 0.8))
    assert low.sad > agitated.sad > 0.3


def test_a_voice_alone_is_felt_as_surely_as_it_was_heard() -> None:
    sure, unsure, unheard = (as_said(voice(Emotion(angry=0.8), trust), 0.5)[0].angry for trust in (0.6, 0.15, 0.0))
    assert sure > 2.0 * unsure > 0.0 == unheard
    assert as_said(voice(NEUTRAL, 0.0), 0.0) == (NEUTRAL, 0.0)


def test_a_voice_that_tells_nothing_leaves_the_words() -> None:
    felt, confidence = as_said(voice(NEUTRAL, 0.0), 0.0, CHEERFUL)
    assert felt.happy == pytest.approx(0.9, abs=0.01)
    assert confidence == pytest.approx(0.85, abs=0.01)


@given(emotions, emotions, strengths, strengths, arousals)
def test_never_above_the_strongest_that_was_sensed(
    one: Emotion, other: Emotion, first: float, second: float, arousal: float
) -> None:
    felt, confidence = as_said(voice(one, first), arousal, words(other, second))
    assert (felt.vector() <= np.maximum(one.vector(), other.vector()) + 1e-6).all()
    assert 0.0 <= confidence <= 1.0


@given(emotions, st.floats(-0.99, 0.99))
def test_a_little_more_arousal_changes_a_little(one: Emotion, arousal: float) -> None:
    near = [as_said(ANGRY, arousal + step, words(one))[0].vector() for step in (0.0, 0.01)]
    assert np.abs(near[1] - near[0]).max() < 0.02


@pytest.mark.parametrize("arousal", [1.1, -2.0, float("nan")])
def test_an_arousal_that_is_none_is_refused(arousal: float) -> None:
    with pytest.raises(ValueError, match="arousal"):
        as_said(ANGRY, arousal, PLAIN)
