"""Many voices become one feeling: each counts once, what is paid weighs more, silence is calm, the face has time."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mien.face import FEELINGS, NEUTRAL, Emotion
from mien.mood.empathy import Crowd

HAPPY, ANGRY, SAD = Emotion(happy=0.8), Emotion(angry=0.9), Emotion(sad=0.8)

emotions = st.builds(Emotion, *[st.floats(0.0, 1.0, width=32) for _ in FEELINGS])
lines = st.tuples(st.floats(0.0, 5.0), emotions, st.floats(0.0, 1.0), st.sampled_from("abcdef"), st.floats(0.0, 500.0))


def room(voices: int, emotion: Emotion, t: float = 0.0, name: str = "viewer") -> Crowd:
    """As many viewers, each with one line."""
    crowd = Crowd()
    for number in range(voices):
        crowd.hear(t, emotion, author=f"{name} {number}")
    return crowd


@given(st.lists(lines, max_size=40), st.floats(0.0, 30.0))
def test_a_crowd_feels_within_range_and_no_more_than_its_strongest_voice(
    heard: list[tuple[float, Emotion, float, str, float]], later: float
) -> None:
    crowd, most = Crowd(), np.zeros(len(FEELINGS))
    for t, emotion, confidence, author, worth in sorted(heard, key=lambda line: line[0]):
        crowd.hear(t, emotion, confidence, author, worth)
        most = np.maximum(most, emotion.vector())
    assert (crowd.feeling(5.0 + later).vector() <= most + 1e-6).all()


@given(st.lists(st.tuples(emotions, st.floats(0.0, 50.0)), min_size=1, max_size=12), st.randoms())
def test_lines_of_one_moment_come_in_any_order(heard: list[tuple[Emotion, float]], random: object) -> None:
    told = [(f"viewer {number}", *line) for number, line in enumerate(heard)]
    mixed = sorted(told, key=lambda _: random.random())  # type: ignore[attr-defined]
    felt = []
    for order in (told, mixed):
        crowd = Crowd()
        for author, emotion, worth in order:
            crowd.hear(1.0, emotion, author=author, worth=worth)
        felt.append(crowd.feeling(1.5).vector())
    assert felt[0] == pytest.approx(felt[1], abs=1e-6)


@given(st.integers(0, 40), st.integers(1, 20))
def test_more_voices_are_felt_no_less(voices: int, more: int) -> None:
    felt = []
    for angry in (voices, voices + more):
        crowd = room(50, HAPPY)
        for number in range(angry):
            crowd.hear(0.0, ANGRY, author=f"angry {number}")
        felt.append(crowd.feeling(0.0))
    assert felt[1].angry >= felt[0].angry - 1e-9
    assert felt[1].happy <= felt[0].happy + 1e-9


def test_a_spammer_is_one_voice() -> None:
    once, often = room(50, HAPPY), room(50, HAPPY)
    once.hear(0.0, ANGRY, author="spammer")
    for _ in range(1000):
        often.hear(0.0, ANGRY, author="spammer")
    assert often.feeling(0.0).vector() == pytest.approx(once.feeling(0.0).vector(), abs=1e-6)
    assert 0.0 < often.feeling(0.0).angry < 0.1
    assert len(often) == 51


def test_what_is_paid_weighs_more_by_its_logarithm() -> None:
    def anger(worth: float) -> float:
        crowd = room(50, HAPPY)
        crowd.hear(0.0, ANGRY, author="guest", worth=worth)
        return crowd.feeling(0.0).angry

    free, some, much = anger(0.0), anger(10.0), anger(100.0)
    assert free < some < much
    assert much - some < 2.0 * (some - free)  # ten times the money, not ten times the weight


def test_plain_lines_calm_but_do_not_drown() -> None:
    mixed = room(30, HAPPY)
    for number in range(30):
        mixed.hear(0.0, NEUTRAL, author=f"plain {number}")
    assert mixed.feeling(0.0).happy > 0.5
    assert room(30, NEUTRAL).feeling(0.0) == NEUTRAL


@pytest.mark.parametrize("voices", [1, 30, 1500])
def test_a_silent_crowd_fades_to_neutral(voices: int) -> None:
    crowd = room(voices, HAPPY)
    felt = [crowd.feeling(float(t)).happy for t in range(61)]
    assert felt[0] == pytest.approx(0.8, abs=0.01)
    assert all(later <= sooner + 1e-9 for sooner, later in pairwise(felt))
    assert felt[-1] < 1e-3


@pytest.mark.parametrize("voices", [1, 30, 1500])
def test_a_large_crowd_falls_silent_like_a_small_one(voices: int) -> None:
    assert room(voices, HAPPY).feeling(5.0).happy < 0.2


def test_no_money_buys_the_whole_room() -> None:
    felt = []
    for worth in (1e3, 1e300):
        crowd = room(50, HAPPY)
        for number in range(2):
            crowd.hear(0.0, ANGRY, author=f"guest {number}", worth=worth)
        felt.append(crowd.feeling(0.0))
    assert felt[0] == felt[1]
    assert felt[1].dominant == "happy"


def test_authors_are_bounded_and_the_longest_silent_goes() -> None:
    crowd = Crowd(authors=8)
    for number in range(100):
        crowd.hear(0.01 * number, SAD if number < 92 else HAPPY, author=f"viewer {number}")
    assert len(crowd) == 8
    assert crowd.feeling(1.0).sad == 0.0


@pytest.mark.parametrize("wrong", [{"t": np.nan}, {"confidence": 1.1}, {"worth": -1.0}, {"worth": np.inf}])
def test_a_line_that_makes_no_sense_is_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="Crowd: expected"):
        Crowd().hear(**({"t": 0.0, "emotion": HAPPY} | wrong))  # type: ignore[arg-type]


@given(st.floats(2.0, 6.0), st.integers(3, 8), st.sampled_from(FEELINGS[1:]))
def test_a_slow_chat_turns_with_its_newest_lines(gap: float, voices: int, name: str) -> None:
    crowd = room(voices, HAPPY)
    for number in range(2):
        crowd.hear(gap + number, Emotion.of({name: 0.8}), 0.9, author=f"newcomer {number}")
    felt = crowd.feeling(gap + 1.1)
    assert felt.dominant == name
    assert felt.happy < 0.25


@given(st.integers(1, 30), st.integers(1, 30))
def test_a_room_in_two_minds_is_led_by_the_larger(happy: int, sad: int) -> None:
    crowd = room(happy, HAPPY)
    for number in range(sad):
        crowd.hear(0.0, SAD, author=f"sad {number}")
    felt = crowd.feeling(0.0)
    less, more = sorted((felt.happy, felt.sad))
    if max(happy, sad) >= 2 * min(happy, sad):
        assert less < 0.6 * more


def test_what_is_hardly_understood_is_heard_as_the_room_feels() -> None:
    scared, calm = room(4, Emotion(afraid=0.8)), room(4, NEUTRAL)
    for crowd in (scared, calm):
        crowd.feeling(0.5)
        for number in range(3):  # screams, misread as joy
            crowd.hear(0.6, Emotion(happy=0.7), 0.2, author=f"screaming {number}")
    assert scared.feeling(0.7).dominant == "afraid"
    assert scared.feeling(0.7).happy < 0.15
    assert calm.feeling(0.7).happy < 0.4


def test_an_author_is_taken_by_what_he_says_now() -> None:
    crowd = Crowd()
    crowd.hear(0.0, HAPPY, author="viewer")
    crowd.hear(5.0, SAD, author="viewer")
    felt = crowd.feeling(5.0)
    assert felt.sad > 0.75
    assert felt.happy < 0.05
