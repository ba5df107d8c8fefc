"""Mouth shapes of timed sounds: in order, apart, and closed where lips must meet."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mien.face import VISEMES, Spoke, Viseme
from mien.mood.speech import SILENT, Utterance
from mien.voice import Timed, shapes
from mien.voice.sounds import IPA


def said(*sounds: tuple[str, float], start: float = 0.0) -> list[Timed]:
    made = []
    for name, seconds in sounds:
        made.append(Timed(start, seconds, name, "ipa"))
        start += seconds
    return made


@st.composite
def timed(draw: st.DrawFn) -> list[Timed]:
    sounds = [*IPA, "h", "ˈaɪ", "tʃ", ""]
    at, made = 0.0, []
    for _ in range(draw(st.integers(0, 20))):
        at += draw(st.sampled_from([0.0, 0.0, 0.02, 0.3]))
        seconds = draw(st.floats(0.0, 0.4))
        made.append(Timed(at, seconds, draw(st.sampled_from(sounds)), "ipa"))
        at += seconds * draw(st.sampled_from([1.0, 0.5]))
    return made


@given(timed())
def test_shapes_follow_one_another(sounds: list[Timed]) -> None:
    made = shapes(sounds)
    assert all(shape.name in VISEMES and shape.seconds > 0.0 and 0.0 < shape.weight <= 1.0 for shape in made)
    assert all(one.start + one.seconds <= two.start + 1e-9 for one, two in pairwise(made))
    assert not made or made[-1].name == "rest"
    assert all(shape.start >= 0.0 for shape in made)


def test_words_alone_have_no_shapes() -> None:
    assert shapes([Timed(0.0, 0.4, "mum", "word")]) == ()


def test_a_pause_is_a_rest_and_a_short_one_is_not() -> None:
    names = [shape.name for shape in shapes([*said(("a", 0.2)), *said(("o", 0.2), start=0.5)])]
    assert names == ["a", "rest", "o", "rest"]
    names = [shape.name for shape in shapes([*said(("a", 0.2)), *said(("o", 0.2), start=0.23)])]
    assert names == ["a", "o", "rest"]


def test_h_takes_the_mouth_of_what_follows() -> None:
    (first, _) = shapes(said(("h", 0.1), ("a", 0.2)))
    assert (first.name, first.start, round(first.seconds, 6)) == ("a", 0.0, 0.3)


@pytest.mark.parametrize("sound", ["m", "b", "p"])
@pytest.mark.parametrize("seconds", [0.02, 0.03, 0.05, 0.1])
def test_lips_meet_however_short_the_sound(sound: str, seconds: float) -> None:
    """As the mood performs it, at 30 pictures a second, wherever they fall."""
    made = shapes(said(("ɐ", 0.12), (sound, seconds), ("ɔː", 0.15)))
    utterance = Utterance.of(Spoke(0.0, made), -1.0)
    closed = next(shape for shape in made if shape.name == "m")
    times = np.arange(closed.start - 0.05, closed.start + closed.seconds + 0.05, 0.001)
    sealed = np.array([1.4 * utterance.amounts(float(t))[VISEMES.index("m")] >= 1.0 for t in times])
    assert sealed.sum() * 0.001 >= 1 / 30
    assert closed.start <= 0.12  # they close ahead of their sound
    voice = SILENT.saying(Spoke(0.0, made), -1.0)
    jaw = [voice.mixed(np.zeros(63), np.ones(63), 0.0, float(t)).max() for t in times]
    assert all(np.isfinite(jaw))


def test_vowels_between_two_closures_are_not_swallowed() -> None:
    made = shapes(said(("m", 0.03), ("ɑ", 0.06), ("m", 0.03), ("ɑ", 0.06)))
    assert [shape.name for shape in made] == ["m", "a", "m", "a", "rest"]
    assert all(shape.seconds >= 0.015 for shape in made)


def test_all_kinds_of_sounds() -> None:
    for kind, name in (("ipa", "m"), ("romaji", "my"), ("kana", "み"), ("pinyin", "mi3")):
        made = shapes([Timed(0.0, 0.3, name, kind)])  # type: ignore[arg-type]
        assert made[0].name == "m"


def test_more_may_follow() -> None:
    assert shapes(said(("a", 0.2)), resting=False) == (Viseme(0.0, 0.2, "a"),)


@pytest.mark.parametrize(("start", "seconds"), [(-0.1, 0.1), (0.0, -1.0), (float("nan"), 0.1), (0.0, float("inf"))])
def test_times_are_checked(start: float, seconds: float) -> None:
    with pytest.raises(ValueError, match="expected times >= 0"):
        Timed(start, seconds, "m", "ipa")
    with pytest.raises(ValueError, match=r"Timed\.kind"):
        Timed(0.0, 0.1, "m", "sampa")  # type: ignore[arg-type]
