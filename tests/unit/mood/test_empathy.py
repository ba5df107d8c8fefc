"""Policies, the crowd, the blend of senses, and the audience that holds them."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mien.face import FEELINGS, Emotion, Felt, InputError
from mien.mood.empathy import POLICIES, Audience, Crowd, Sensed, fuse, open_policy
from mien.mood.empathy.policy import parse

strengths = st.lists(st.floats(0.0, 1.0), min_size=8, max_size=8)
emotions = strengths.map(lambda values: Emotion.from_vector(np.array(values)))
sources = st.sampled_from(["text", "voice", "face"])
senses = st.builds(Sensed, st.floats(0.0, 10.0), sources, emotions, st.floats(0.0, 1.0))


@pytest.mark.parametrize("name", POLICIES)
@given(emotions)
@settings(max_examples=30)
def test_a_policy_answers_in_range_and_under_its_cap(name: str, viewer: Emotion) -> None:
    policy = open_policy(name)
    assert policy.answer(viewer).strength <= policy.cap + 1e-6
    assert policy.answer(Emotion()) == Emotion()


@pytest.mark.parametrize("name", POLICIES)
@pytest.mark.parametrize("feeling", FEELINGS)
def test_more_feeling_is_answered_with_no_less(name: str, feeling: str) -> None:
    policy = open_policy(name)
    answers = [policy.answer(Emotion.of({feeling: strength / 20})).strength for strength in range(21)]
    assert all(after >= before - 1e-6 for before, after in pairwise(answers))
    assert answers[-1] >= 0.3, "every feeling in full is answered visibly"


def test_mirror_gives_back_what_came() -> None:
    viewer = Emotion(sad=0.6, afraid=0.3)
    assert open_policy("mirror").answer(viewer).vector() == pytest.approx(viewer.vector(), abs=1e-6)


@pytest.mark.parametrize(
    ("name", "viewer", "own", "never"),
    [
        ("service", "angry", "sad", "angry"), ("service", "sad", "sad", "happy"), ("service", "happy", "happy", "sad"),
        ("companion", "afraid", "happy", "afraid"), ("companion", "angry", "relaxed", "angry"),
        ("streamer", "angry", "surprised", "angry"), ("streamer", "happy", "happy", "sad"),
    ],
)  # fmt: skip
def test_a_policy_answers_as_it_says(name: str, viewer: str, own: str, never: str) -> None:
    answer = open_policy(name).answer(Emotion.of({viewer: 0.9}))
    assert answer.dominant == own
    assert answer.as_dict()[never] == 0.0


def test_a_users_own_policy(tmp_path: Path) -> None:
    path = tmp_path / "shy.toml"
    path.write_text('note = "blushes at everything"\ncap = 0.5\n[happy]\nshy = 1.0\n', encoding="utf-8")
    policy = open_policy(path)
    assert policy.name == "shy"
    assert policy.answer(Emotion(happy=0.8)) == Emotion(shy=0.5)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[hapy]\nsad = 1.0", "did you mean happy"), ("[happy]\nsadd = 1.0", "did you mean sad"),
        ("[happy]\nsad = 1.5", "0..1"), ("[happy]\nsad = true", "expected a number"),
        ("cap = 2\n[sad]\nsad = 1.0", "cap"),
        ("happy = 3", "expected a table"), ("[happy", "not TOML"), ("", "answers nothing"),
        ("name = 3", "text in quotes"),
    ],
)  # fmt: skip
def test_a_wrong_policy_is_refused_by_name(text: str, says: str) -> None:
    with pytest.raises(InputError, match=r"mine\.toml") as caught:
        parse(text, "mine.toml")
    assert says in str(caught.value)


def test_a_policy_that_is_not_there() -> None:
    with pytest.raises(InputError, match="streamer"):
        open_policy("streamr")
    with pytest.raises(InputError, match="cannot read"):
        open_policy("nowhere.toml")


@given(st.lists(senses, max_size=6), st.floats(0.0, 12.0))
@settings(max_examples=60)
def test_a_blend_stays_below_the_strongest_sense(sensed: list[Sensed], now: float) -> None:
    emotion, confidence = fuse(now, sensed)
    known = [one for one in sensed if one.t <= now]
    most = max((one.emotion.strength for one in known), default=0.0)
    assert emotion.strength <= most + 1e-6
    assert 0.0 <= confidence <= 1.0
    assert fuse(now, sensed[::-1])[0].vector() == pytest.approx(emotion.vector(), abs=1e-6) or len(
        {(one.source, one.t) for one in sensed}
    ) < len(sensed)


@given(st.lists(senses, min_size=1, max_size=3, unique_by=lambda one: one.source), st.floats(0.0, 1.0))
@settings(max_examples=60)
def test_a_small_change_of_a_sense_changes_the_blend_a_little(sensed: list[Sensed], aim: float) -> None:
    first = sensed[0]
    moved = first.emotion.vector().astype(np.float64)
    moved += 1e-3 * (aim - moved)
    near = [Sensed(first.t, first.source, Emotion.from_vector(moved), first.confidence), *sensed[1:]]
    before, after = (fuse(10.0, senses)[0].vector() for senses in (sensed, near))
    assert float(np.abs(before - after).max()) < 0.02


def test_agreeing_senses_are_surer_than_one_and_disagreeing_ones_less() -> None:
    text = Sensed(0.0, "text", Emotion(happy=0.8), 0.7)
    same, other = (Sensed(0.0, "face", Emotion.of({name: 0.8}), 0.7) for name in ("happy", "sad"))
    alone, agreed, torn = (fuse(0.0, parts) for parts in ((text,), (text, same), (text, other)))
    assert agreed[1] > alone[1] > torn[1]
    assert torn[0].happy > torn[0].sad > 0.2, "the stronger leads, the other still reads"


def test_what_is_old_weighs_little_and_what_is_to_come_nothing() -> None:
    old, new = Sensed(0.0, "face", Emotion(angry=1.0), 1.0), Sensed(10.0, "text", Emotion(happy=1.0), 1.0)
    assert fuse(10.0, (old, new))[0].angry < 0.01
    assert fuse(5.0, (new,)) == (Emotion(), 0.0)
    with pytest.raises(ValueError, match="confidence"):
        Sensed(0.0, "text", Emotion(), 1.5)


def test_a_crowd_feels_what_most_of_it_feels() -> None:
    crowd = Crowd()
    for number in range(60):
        crowd.hear(number * 0.01, Emotion(happy=0.8) if number % 3 else Emotion(), author=str(number))
    assert crowd.feeling(0.6).happy > 0.6
    assert crowd.feeling(30.0).strength < 0.02, "and lets go of it"


@given(st.integers(1, 400))
@settings(max_examples=20)
def test_one_spammer_is_one_voice(lines: int) -> None:
    crowd = Crowd()
    for number in range(30):
        crowd.hear(0.0, Emotion(happy=0.7), author=str(number))
    for number in range(lines):
        crowd.hear(number * 1e-4, Emotion(angry=1.0), author="spammer")
    felt = crowd.feeling(0.05)
    assert felt.angry < 0.12
    assert felt.happy > 0.55


@given(st.permutations(range(12)))
@settings(max_examples=20)
def test_the_order_of_lines_of_one_moment_does_not_matter(order: list[int]) -> None:
    feelings = [Emotion.of({FEELINGS[number % 8]: 0.5 + 0.04 * number}) for number in range(12)]
    crowds = Crowd(), Crowd()
    for number in range(12):
        crowds[0].hear(1.0, feelings[number], author=str(number))
        crowds[1].hear(1.0, feelings[order[number]], author=str(order[number]))
    assert crowds[0].feeling(1.0).vector() == pytest.approx(crowds[1].feeling(1.0).vector(), abs=1e-6)


def test_a_crowd_remembers_a_bounded_number_of_voices() -> None:
    crowd = Crowd(authors=10)
    for number in range(1000):
        crowd.hear(number * 0.001, Emotion(sad=0.5))
    assert len(crowd) == 10
    with pytest.raises(ValueError, match="confidence"):
        crowd.hear(0.0, Emotion(), confidence=2.0)


def _cues(audience: Audience, until: float, start: float = 0.0) -> list[Felt]:
    found = (audience.cue(start + tick / 60.0) for tick in range(int((until - start) * 60)))
    return [cue for cue in found if cue is not None]


def test_the_face_changes_at_most_so_often() -> None:
    chance = np.random.default_rng(5)
    audience = Audience(open_policy("mirror"))
    cues = []
    for number in range(4000):
        t = number / 200.0
        feeling = FEELINGS[int(chance.integers(8))]
        worth = 20.0 if number % 90 == 0 else 0.0
        audience.hear(t, Emotion.of({feeling: 1.0}), author=str(int(chance.integers(900))), worth=worth)
        cues.append(audience.cue(t))
    times = [cue.t for cue in cues if cue is not None]
    assert len(times) > 5
    assert min(np.diff(times)) >= 0.4 - 1e-9


def test_a_paid_line_is_answered_at_once() -> None:
    audience = Audience(open_policy("streamer"))
    for number in range(40):
        audience.hear(0.0, Emotion(), author=str(number))
    assert not _cues(audience, 1.0)
    audience.hear(1.0, Emotion(happy=0.9), author="a patron", worth=50.0)
    (cue,) = _cues(audience, 1.1, start=1.0)
    assert cue.emotion.dominant == "happy"
    assert cue.t - 1.0 <= 0.35


def test_a_quiet_audience_is_left_alone_after_its_feeling_is_gone() -> None:
    audience = Audience(open_policy("mirror"))
    audience.hear(0.0, Emotion(sad=0.9), author="one")
    assert _cues(audience, 2.0)[0].emotion.sad > 0.6, "a single viewer is answered in full"
    assert not _cues(audience, 40.0, start=15.0)


def test_a_persons_face_is_read_with_consent_only() -> None:
    seen = Sensed(0.0, "face", Emotion(sad=0.9), 0.9)
    with pytest.raises(ValueError, match="consent"):
        Audience(open_policy("service")).sense(seen)
    audience = Audience(open_policy("service"), consent=["face"])
    audience.sense(seen)
    cue = audience.cue(0.0)
    assert cue is not None
    assert cue.emotion.dominant == "sad"
