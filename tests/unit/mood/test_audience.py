"""The audience as cues: what is paid comes first, nothing without consent, and the face is given its time."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mien.face import FEELINGS, NEUTRAL, Emotion, Felt
from mien.mood.empathy import Audience, Sensed, fuse, open_policy

HAPPY, SAD = Emotion(happy=0.8), Emotion(sad=0.8)
CHANGE, RATE, LINES = 25.0, 200.0, 10_000


def replay(seed: int, spammer: str = "") -> list[Felt]:
    """10,000 lines at 200 a second; the chat turns from joy to grief at CHANGE. spammer: always angry, every tenth."""
    chance = np.random.default_rng(seed)
    audience, cues = Audience(open_policy("mirror")), []
    for number in range(LINES):
        t = number / RATE
        draw, mood = chance.random(), "happy" if t < CHANGE else "sad"
        feeling = mood if draw > 0.4 else "" if draw > 0.1 else FEELINGS[int(chance.integers(8))]
        emotion = Emotion.of({feeling: float(chance.uniform(0.3, 1.0))}) if feeling else NEUTRAL
        audience.hear(t, emotion, author=f"viewer {chance.integers(1500)}")
        if spammer and number % 10 == 0:
            audience.hear(t, Emotion(angry=1.0), author=spammer)
        cue = audience.cue(t)
        if cue is not None:
            cues.append(cue)
    return cues


def test_the_face_turns_with_the_chat_and_not_too_often() -> None:
    cues = replay(seed=3)
    before = [cue for cue in cues if 2.0 < cue.t < CHANGE]
    assert before
    assert {cue.emotion.dominant for cue in before} == {"happy"}
    turned = next(cue.t for cue in cues if cue.t >= CHANGE and cue.emotion.dominant == "sad")
    assert turned - CHANGE < 3.0
    assert {cue.emotion.dominant for cue in cues if cue.t >= turned} == {"sad"}
    assert 10.0 < 60.0 * len(cues) / (LINES / RATE) <= 50.0
    assert min(b.t - a.t for a, b in pairwise(cues)) >= 0.4 - 1e-9


def test_a_spammer_does_not_turn_the_face() -> None:
    cues = [cue for cue in replay(seed=3, spammer="spammer") if cue.t > 1.0]  # the first voice is alone
    assert cues
    assert all(cue.emotion.angry < 0.2 for cue in cues)


def test_a_replay_is_equal() -> None:
    assert replay(seed=5) == replay(seed=5)


def test_a_paid_line_is_answered_at_once_but_not_within_0_4_seconds() -> None:
    audience = Audience(open_policy("mirror"))
    for number in range(50):
        audience.hear(0.0, HAPPY, author=f"viewer {number}")
    first = audience.cue(0.0)
    assert first is not None
    assert first.emotion.dominant == "happy"
    audience.hear(0.1, SAD, author="guest", worth=50.0)
    assert audience.cue(0.1) is None
    paid = audience.cue(0.45)
    assert paid is not None
    assert paid.emotion.dominant == "sad"


def test_a_paid_line_hardly_understood_moves_little() -> None:
    audience = Audience(open_policy("mirror"))
    audience.hear(0.0, HAPPY, confidence=0.05, author="guest", worth=50.0)
    cue = audience.cue(0.0)
    assert cue is None or cue.emotion.strength < 0.2


def test_a_persons_voice_or_face_is_read_with_consent_only() -> None:
    with pytest.raises(ValueError, match="consent"):
        Audience(open_policy("mirror")).sense(Sensed(0.0, "face", HAPPY, 1.0))
    audience = Audience(open_policy("mirror"), consent=["face"])
    audience.sense(Sensed(0.0, "face", HAPPY, 1.0))
    assert audience.feeling(0.0).happy > 0.5


def test_a_smile_long_past_is_over() -> None:
    audience = Audience(open_policy("mirror"), consent=["face"])
    audience.hear(0.0, NEUTRAL, author="viewer")
    audience.sense(Sensed(0.0, "face", HAPPY, 1.0))
    assert audience.feeling(30.0).happy < 0.01


def cues_of(audience: Audience, start: float, until: float) -> list[Felt]:
    """What it answers from start to until, asked sixty times a second."""
    found = (audience.cue(start + tick / 60.0) for tick in range(int((until - start) * 60)))
    return [cue for cue in found if cue is not None]


def test_the_face_changes_at_most_so_often_whatever_is_paid() -> None:
    chance = np.random.default_rng(5)
    audience = Audience(open_policy("mirror"))
    cues = []
    for number in range(4000):
        t = number / RATE
        emotion = Emotion.of({FEELINGS[int(chance.integers(8))]: 1.0})
        audience.hear(t, emotion, author=f"viewer {chance.integers(900)}", worth=20.0 if number % 90 == 0 else 0.0)
        cues.append(audience.cue(t))
    times = [cue.t for cue in cues if cue is not None]
    assert len(times) > 5
    assert min(np.diff(times)) >= 0.4 - 1e-9


def test_a_paid_line_in_a_calm_room_is_answered_at_once() -> None:
    audience = Audience(open_policy("streamer"))
    for number in range(40):
        audience.hear(0.0, NEUTRAL, author=f"viewer {number}")
    assert not cues_of(audience, 0.0, 1.0)
    audience.hear(1.0, Emotion(happy=0.9), author="guest", worth=50.0)
    (cue,) = cues_of(audience, 1.0, 1.1)
    assert cue.emotion.dominant == "happy"
    assert cue.t - 1.0 <= 0.35


def test_a_quiet_audience_is_left_alone_after_its_feeling_is_gone() -> None:
    audience = Audience(open_policy("mirror"))
    audience.hear(0.0, Emotion(sad=0.9), author="viewer")
    assert cues_of(audience, 0.0, 2.0)[0].emotion.sad > 0.6, "a single viewer is answered in full"
    assert not cues_of(audience, 15.0, 40.0)


def test_a_chat_that_fell_silent_does_not_calm_what_is_seen() -> None:
    seen = Sensed(20.0, "face", HAPPY, 0.9)
    audience = Audience(open_policy("mirror"), consent=["face"])
    for number in range(30):
        audience.hear(0.0, NEUTRAL, author=f"viewer {number}")
    audience.sense(seen)
    assert audience.feeling(20.0).happy == pytest.approx(fuse(20.0, [seen])[0].happy, abs=0.02)


@pytest.mark.parametrize("start", [number / 10.0 for number in range(10, 80, 2)])
def test_only_an_answer_costs_a_pause(start: float) -> None:
    audience = Audience(open_policy("mirror"))
    audience.hear(0.0, HAPPY, author="viewer")
    asked = [tick / 60.0 for tick in range(round(start * 60))]
    last = max(t for t in asked if audience.cue(t) is not None)
    audience.hear(start, Emotion(sad=1.0), author="another")
    audience.hear(start, Emotion(sad=1.0), author="a third")
    answered = next(t for t in (start + tick / 60.0 for tick in range(120)) if audience.cue(t) is not None)
    assert answered <= max(start, last + 1.2) + 1 / 60


def told(lines: list[tuple[float, Emotion, float]], until: float, policy: str = "mirror") -> list[Felt]:
    """The cues of a chat in which each line comes from somebody else: (seconds, feeling, worth)."""
    audience, cues, at = Audience(open_policy(policy)), [], 0
    for tick in range(int(until * 60)):
        while at < len(lines) and lines[at][0] <= tick / 60:
            audience.hear(lines[at][0], lines[at][1], 0.9, f"viewer {at}", lines[at][2])
            at += 1
        cues.append(audience.cue(tick / 60))
    return [cue for cue in cues if cue is not None]


@given(st.floats(0.05, 0.39), st.sampled_from([SAD, Emotion(relaxed=0.8), Emotion(angry=0.8)]))  # slower: no crowd
@settings(max_examples=5)
def test_a_tie_turns_no_face(every: float, other: Emotion) -> None:
    lines = [(every * number, (HAPPY, other)[number % 2], 0.0) for number in range(round(12.0 / every))]
    cues = told(lines, 12.0)
    assert sum(a.emotion.dominant != b.emotion.dominant for a, b in pairwise(cues)) <= 1
    assert all(b.t - a.t >= 1.2 - 1e-9 for a, b in pairwise(cues))


def test_only_a_fright_cuts_a_feeling_short() -> None:
    joy = [(0.1 * number, HAPPY, 0.0) for number in range(20)]
    turned = {}
    for name in ("afraid", "surprised", "sad", "angry"):
        lines = [*joy, *((2.0 + 0.02 * number, Emotion.of({name: 0.9}), 0.0) for number in range(20))]
        cues = told(lines, 5.0)
        cue = next(cue for cue in cues if cue.emotion.dominant == name)
        before = max(other.t for other in cues if other.t < cue.t)
        turned[name] = cue.t - before
    assert max(turned["afraid"], turned["surprised"]) < 1.0
    assert min(turned["sad"], turned["angry"]) >= 1.2 - 1e-9


def test_what_only_fades_is_not_told() -> None:
    cues = told([(0.1 * number, HAPPY, 0.0) for number in range(20)], 12.0)
    assert all(cue.t < 4.0 for cue in cues)  # the mood lets go by itself, once


@given(st.integers(0, 1000))
@settings(max_examples=5)
def test_a_feeling_that_lasts_is_not_played_up_and_down(seed: int) -> None:
    chance = np.random.default_rng(seed)
    lines = [(0.4 * number, Emotion(happy=float(chance.uniform(0.65, 0.9))), 0.0) for number in range(60)]
    joys = [cue.emotion.happy for cue in told(lines, 24.0)]
    assert max(abs(a - b) for a, b in pairwise(joys[1:])) < 0.2


def test_a_gift_without_a_word_of_feeling_is_a_kindness() -> None:
    (thanks, *_) = told([(1.0, NEUTRAL, 20.0)], 2.0)
    assert thanks.emotion.dominant == "happy"
    assert thanks.emotion.strength > 0.4
    assert not told([(1.0, NEUTRAL, 0.0)], 2.0)
