"""What a feeling asks of a voice."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from mien.face import FEELINGS, NEUTRAL, Emotion
from mien.voice import Manner, manner


def test_plain_speech_is_as_the_engine_has_it() -> None:
    assert manner(NEUTRAL) == Manner(1.0, 0.0, 1.0, 0.0)
    assert Manner().gain == 1.0


def test_directions() -> None:
    sad, angry, shy = (manner(Emotion.of({name: 1.0})) for name in ("sad", "angry", "shy"))
    assert sad.pace < 1.0 < angry.pace
    assert sad.pitch < 0.0 < angry.pitch
    assert sad.gain < 1.0 < angry.gain
    assert shy.loudness < 0.0


@given(st.dictionaries(st.sampled_from(FEELINGS), st.floats(0.0, 1.0)))
def test_never_more_than_a_voice_can(feelings: dict[str, float]) -> None:
    how = manner(Emotion.of(feelings))
    assert 0.8 <= how.pace <= 1.2
    assert -3.0 <= how.pitch <= 3.0
    assert 0.6 <= how.range <= 1.5
    assert 0.5 <= how.gain <= 2.0
