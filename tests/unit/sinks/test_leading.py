"""Which feeling leads: it changes seldom, and never to nothing in between."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mien.face import FEELINGS, NEUTRAL, Emotion, SettingsError
from mien.sinks.leading import Leading, by_feeling, texts


def test_it_leads_from_a_strength_on_and_stays_a_while() -> None:
    leading = Leading(0.3, 2.0)
    assert not leading.changed(0.0, Emotion(happy=0.2))
    assert leading.changed(0.1, Emotion(happy=0.4))
    assert leading.name == "happy"
    assert not leading.changed(0.2, Emotion(sad=0.9))  # two seconds have not passed
    assert not leading.changed(2.2, Emotion(happy=0.4, sad=0.45))  # hardly stronger
    assert leading.changed(2.3, Emotion(happy=0.4, sad=0.6))
    assert not leading.changed(5.0, Emotion(sad=0.2))  # between the two it stays
    assert leading.changed(5.1, Emotion(sad=0.1))
    assert leading.name == "neutral"
    assert not leading.changed(9.0, NEUTRAL)


@given(st.lists(st.tuples(st.floats(0.01, 1.0), st.lists(st.floats(0, 1), min_size=8, max_size=8)), max_size=60))
def test_two_changes_lie_apart_and_each_is_to_another(shots: list[tuple[float, list[float]]]) -> None:
    leading, t, last, before = Leading(0.3, 1.5), 0.0, -10.0, "neutral"
    for step, strengths in shots:
        t += step
        if leading.changed(t, Emotion(*strengths)):
            assert t - last >= 1.5
            assert leading.name != before
            assert leading.name == "neutral" or getattr(Emotion(*strengths), leading.name) >= 0.18
            last, before = t, leading.name
        assert leading.name == before


def test_ranges_and_names_are_checked() -> None:
    for least, hold, says in ((0.0, 1.0, "least"), (1.1, 1.0, "least"), (0.3, -1.0, "hold"), (0.3, 601.0, "hold")):
        with pytest.raises(SettingsError, match=f"{says}: expected 0"):
            Leading(least, hold)
    assert by_feeling(None, "scenes") == {}
    assert texts(dict.fromkeys((*FEELINGS, "neutral"), "x"), "scenes")["neutral"] == "x"
    with pytest.raises(SettingsError, match=r"scenes\.joyful: not known; there are: happy,"):
        texts({"joyful": "x"}, "scenes")
    for wrong in (3, "", None):
        with pytest.raises(SettingsError, match=r"scenes\.happy: expected text"):
            texts({"happy": wrong}, "scenes")
