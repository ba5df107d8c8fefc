"""A person's resting face: feelings are what is shown beyond it, and nobody's laughter becomes the measure of calm."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from mien.face import CLASSES, FEELINGS, MUSCLES, Emotion
from mien.sense.sight.rest import Rest, calm

FPS = 30
STILL = np.zeros(len(MUSCLES))


def chances(**said: float) -> NDArray[np.float64]:
    """Nine of these, what is missing neutral."""
    nine = np.array([said.get(name, 0.005) for name in CLASSES])
    nine[-1] = 1.0 - nine[:-1].sum()
    return nine


def muscles(**said: float) -> NDArray[np.float64]:
    shown = STILL.copy()
    for name, value in said.items():
        shown[[at for at, muscle in enumerate(MUSCLES) if muscle.startswith(name)]] = value
    return shown


def seen(rest: Rest, nine: NDArray[np.float64], shown: NDArray[np.float64], seconds: float) -> str:
    for _ in range(round(seconds * FPS)):
        rest.learn(nine, shown, 1 / FPS)
    return CLASSES[int(rest.measured(nine).argmax())]


LOOKS = ("sad", "angry", "disgusted", "afraid")


@pytest.mark.parametrize("name", LOOKS)
@pytest.mark.parametrize("strength", [0.4, 0.5, 0.55])
def test_a_face_that_looks_so_at_rest_is_neutral_and_more_of_it_is_felt(name: str, strength: float) -> None:
    rest = Rest()
    resting = chances(**{name: strength})
    assert seen(rest, resting, STILL, 3.0) == "neutral"
    assert seen(rest, chances(**{name: 0.93}), STILL, 0.5) == name
    others = [other for other in FEELINGS if other != name]
    for other in others:
        shown = chances(**{other: 0.85, name: 0.05})
        assert CLASSES[int(rest.measured(shown).argmax())] == other


@pytest.mark.parametrize(
    "first", [{"mouthSmile": 0.8}, {"mouthSmile": 0.35}, {"jawOpen": 0.5}, {"eyeWide": 0.4}, {"mouthStretch": 0.6}]
)
@pytest.mark.parametrize("name", ["happy", "surprised", "afraid", "angry"])
def test_what_is_acted_first_does_not_become_rest(first: dict[str, float], name: str) -> None:
    rest = Rest()
    acted = chances(**{name: 0.7})
    assert seen(rest, acted, muscles(**first), 20.0) == name
    assert seen(rest, chances(sad=0.5), STILL, 3.0) == "neutral"
    assert seen(rest, acted, muscles(**first), 3.0) == name


@pytest.mark.parametrize("name", FEELINGS)
def test_rest_that_was_asked_for_is_neutral_however_it_looks_and_stays(name: str) -> None:
    rest = Rest()
    rest.set(chances(**{name: 0.8}))
    assert CLASSES[int(rest.measured(chances(**{name: 0.8})).argmax())] == "neutral"
    before = rest.measured(chances(**{name: 0.6}))
    seen(rest, chances(happy=0.6), STILL, 30.0)
    assert np.array_equal(rest.measured(chances(**{name: 0.6})), before)


def test_slowly_after_more_may_be_rest() -> None:
    rest = Rest()
    stern = chances(angry=0.75)
    assert seen(rest, stern, STILL, 2.0) == "angry"  # at once it may be anger
    assert seen(rest, stern, STILL, 90.0) == "neutral"  # after a minute and a half it is the person's face


@settings(max_examples=60)
@given(
    st.lists(st.lists(st.floats(0.0, 1.0), min_size=9, max_size=9), min_size=1, max_size=12), st.floats(0.0, 3.0),
    st.floats(0.0, 1.0), st.booleans(),
)  # fmt: skip
def test_measured_chances_are_chances(rows: list[list[float]], dt: float, jaw: float, asked: bool) -> None:
    rest = Rest()
    if asked:
        rest.set(np.array(rows[0]))
    for row in rows:
        rest.learn(np.array(row), muscles(jawOpen=jaw), dt)
        nine = rest.measured(np.array(row) if rest.odds is not None else chances())
        assert abs(nine.sum() - 1.0) < 1e-6
        assert (nine >= 0.0).all()
        assert max(Emotion.weighed(nine).vector()) <= nine[:8].max() + 1e-6


def test_calm_falls_with_every_muscle_that_tells() -> None:
    assert calm(STILL) == 1.0
    for name in ("jawOpen", "mouthSmile", "mouthStretch", "noseSneer", "eyeWide"):
        levels = [calm(muscles(**{name: level})) for level in (0.05, 0.1, 0.3, 0.8)]
        assert levels == sorted(levels, reverse=True)
        assert levels[-1] < 0.01
    assert calm(muscles(eyeBlink=1.0, eyeLook=1.0)) == 1.0


@given(st.lists(st.floats(0.0, 1.0), min_size=9, max_size=9))
def test_nothing_is_felt_where_neutral_is_likeliest(nine: list[float]) -> None:
    felt = Emotion.weighed(np.array(nine))
    if max(nine[:8]) <= nine[8]:
        assert felt == Emotion()
    elif max(nine[:8]) >= nine[8] + 0.3:
        assert felt == Emotion(*nine[:8])
