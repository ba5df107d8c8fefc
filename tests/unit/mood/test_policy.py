"""A policy answers what a viewer feels by its table, in range, and says plainly what is wrong with a user's file."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mien.face import FEELINGS, NEUTRAL, Emotion, InputError, SettingsError
from mien.mood.empathy import POLICIES, open_policy
from mien.mood.feelings import OPPOSED

SHIPPED = {name: open_policy(name) for name in POLICIES}
names = st.sampled_from(POLICIES)
strengths = st.floats(0.0, 1.0, width=32)
emotions = st.builds(Emotion, *[strengths for _ in FEELINGS])


def one(policy: str, feeling: str, strength: float = 0.8) -> Emotion:
    """What this policy makes of a single feeling."""
    return SHIPPED[policy].answer(Emotion.of({feeling: strength}))


def test_the_policies_are_there() -> None:
    assert set(POLICIES) >= {"mirror", "streamer", "service", "companion"}
    assert all(SHIPPED[name].name == name and SHIPPED[name].note for name in POLICIES)


@given(names, emotions)
def test_an_answer_is_in_range_and_under_the_cap(name: str, viewer: Emotion) -> None:
    own = SHIPPED[name].answer(viewer).vector()
    assert np.isfinite(own).all()
    assert own.min() >= 0.0
    assert own.max() <= SHIPPED[name].cap + 1e-6


@given(names, st.sampled_from(FEELINGS), strengths, strengths)
def test_more_of_a_feeling_is_never_answered_with_less(name: str, feeling: str, less: float, more: float) -> None:
    less, more = sorted((less, more))
    weak, strong = (one(name, feeling, strength).vector() for strength in (less, more))
    assert (strong >= weak - 1e-6).all()


@given(names, st.sampled_from(FEELINGS), st.floats(0.2, 1.0), st.floats(0.2, 1.0))
def test_a_stronger_feeling_is_answered_with_the_same_blend(
    name: str, feeling: str, first: float, other: float
) -> None:
    a, b = (one(name, feeling, strength).vector() for strength in (first, other))
    assert a / a.max() == pytest.approx(b / b.max(), abs=1e-5)


@pytest.mark.parametrize("name", POLICIES)
@pytest.mark.parametrize("feeling", FEELINGS)
def test_every_feeling_in_full_is_answered_visibly(name: str, feeling: str) -> None:
    assert one(name, feeling, 1.0).strength >= 0.3


@pytest.mark.parametrize("name", POLICIES)
def test_nothing_and_next_to_nothing_are_not_answered(name: str) -> None:
    assert SHIPPED[name].answer(NEUTRAL) == NEUTRAL
    assert SHIPPED[name].answer(Emotion(happy=0.03, sad=0.03)) == NEUTRAL


@given(st.lists(st.just(0.0) | st.floats(0.1, 1.0), min_size=8, max_size=8))
def test_the_mirror_takes_over_what_can_be_seen(values: list[float]) -> None:
    assert SHIPPED["mirror"].answer(Emotion(*values)).vector() == pytest.approx(np.array(values), abs=1e-6)


@given(names, st.sampled_from(FEELINGS), st.floats(0.2, 1.0))
def test_no_answer_mixes_feelings_that_exclude_each_other(name: str, feeling: str, strength: float) -> None:
    own = one(name, feeling, strength).as_dict()
    for leader, against in OPPOSED.items():
        for other in against:
            less, more = sorted((own[leader], own[other]))
            assert less <= 0.25 * more + 1e-6
    less, more = sorted((own["sad"], own["relaxed"]))
    assert less <= 0.45 * more + 1e-6  # calm sympathy is a face; half of each is a blank


def test_a_streamer_is_afraid_of_what_frightens_the_chat() -> None:
    own = one("streamer", "afraid")
    assert own.dominant == "afraid"
    assert own.happy == 0.0


def test_each_policy_has_its_manners() -> None:
    assert one("streamer", "happy", 0.5).happy > 0.5
    assert one("streamer", "surprised", 0.5).surprised > 0.5
    for name in ("streamer", "service", "companion"):
        assert one(name, "angry", 1.0).angry == 0.0  # anger is never given back
    assert one("service", "angry").sad > one("service", "angry").afraid > 0.1  # worried for them, not sleepy
    assert one("service", "angry").happy == 0.0  # nor smiled at
    assert one("service", "sad").dominant == "sad"
    assert one("service", "happy").dominant == "happy"
    assert one("service", "afraid").afraid == 0.0
    assert one("companion", "afraid").happy > 0.1 < one("companion", "afraid").relaxed
    assert one("companion", "angry").dominant == "relaxed"
    assert one("companion", "happy").dominant == "happy"


def test_over_the_cap_a_mixture_keeps_its_blend(tmp_path: Path) -> None:
    path = tmp_path / "loud.toml"
    path.write_text("gain = 2.0\ncap = 0.5\n[happy]\nhappy = 1.0\nsurprised = 0.5\n", encoding="utf-8")
    own = open_policy(path).answer(Emotion(happy=0.9))
    assert [own.happy, own.surprised] == pytest.approx([0.5, 0.25])


def test_a_users_file_is_read_and_what_it_leaves_out_is_usual(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text('note = "grins at fear"\n[afraid]\nhappy = 0.5\n', encoding="utf-8")
    policy = open_policy(path)
    assert (policy.name, policy.note) == ("mine", "grins at fear")
    assert policy.answer(Emotion(afraid=0.8)).happy == pytest.approx(0.4)
    assert policy.answer(Emotion(sad=1.0)) == NEUTRAL


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[hapy]\nhappy = 1.0", "hapy: not known; did you mean happy"),
        ("[happy]\nhapy = 1.0", r"\[happy\] hapy: not known; did you mean happy"),
        ("gian = 1.0\n[happy]\nhappy = 1.0", "gian: not known; did you mean gain"),
        ("[happy]\nhappy = 1.5", r"\[happy\] happy: expected a number in 0..1, got 1.5"),
        ("[happy]\nhappy = nan", "happy.happy: expected a finite number, got nan"),
        ("[happy]\nhappy = true", r"\[happy\] happy: expected a number in 0..1, got True"),
        ('cap = "much"\n[happy]\nhappy = 1.0', "cap: expected a number in 0..1, got 'much'"),
        ("happy = 1.0", "happy: expected a table"),
        ("name = 3", "name: expected text"),
        ("", "answers nothing"),
        ("[happy", "not TOML"),
    ],
)
def test_what_is_wrong_with_a_file_is_said_with_its_place(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=said) as caught:
        open_policy(path)
    assert str(path) in str(caught.value)


def test_a_file_that_is_not_there_or_no_text_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"no\.toml: cannot read it"):
        open_policy(tmp_path / "no.toml")
    (tmp_path / "bytes.toml").write_bytes(b"name = '\xff'")
    with pytest.raises(InputError, match="expected UTF-8"):
        open_policy(tmp_path / "bytes.toml")
    with pytest.raises(SettingsError, match=r"there are: .*mirror"):
        open_policy("miror")
    with pytest.raises(InputError, match="holds no NUL"):
        open_policy("mi\0rror.toml")


def test_a_policy_can_be_compared_and_kept_in_a_set() -> None:
    mirror, service = SHIPPED["mirror"], SHIPPED["service"]
    assert mirror != service
    assert len({mirror, service, mirror}) == 2
