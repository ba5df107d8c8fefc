"""What several senses say becomes one feeling: nothing invented, nothing jumps, the order tells nothing."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mien.face import FEELINGS, NEUTRAL, Emotion
from mien.mood.empathy import Sensed, fuse

HAPPY, SAD = Emotion(happy=0.8), Emotion(sad=0.8)
NOW = 10.0

strengths = st.floats(0.0, 1.0, width=32)
emotions = st.builds(Emotion, *[strengths for _ in FEELINGS])
sensed = st.builds(Sensed, st.floats(0.0, 12.0), st.sampled_from(("text", "voice", "face")), emotions, strengths)


@given(st.lists(sensed, max_size=6))
def test_never_above_the_strongest_and_confidence_in_range(heard: list[Sensed]) -> None:
    emotion, confidence = fuse(NOW, heard)
    most = np.max([one.emotion.vector() for one in heard], axis=0, initial=0.0)
    assert (emotion.vector() <= most + 1e-6).all()
    assert 0.0 <= confidence <= 1.0


@given(st.lists(sensed, max_size=6, unique_by=lambda one: one.t), st.randoms(use_true_random=False))
def test_the_order_does_not_matter(heard: list[Sensed], random: object) -> None:
    assert fuse(NOW, heard) == fuse(NOW, sorted(heard, key=lambda _: random.random()))  # type: ignore[attr-defined]


def test_nor_does_it_for_what_came_at_once() -> None:
    both = [Sensed(NOW, "text", HAPPY, 1.0), Sensed(NOW, "text", SAD, 1.0)]
    assert fuse(NOW, both) == fuse(NOW, both[::-1])


def test_nothing_or_only_the_future_is_neutral() -> None:
    assert fuse(NOW, []) == (NEUTRAL, 0.0)
    assert fuse(NOW, [Sensed(NOW + 0.1, "text", HAPPY, 1.0)]) == (NEUTRAL, 0.0)
    assert fuse(NOW, [Sensed(NOW, "text", HAPPY, 0.0)]) == (NEUTRAL, 0.0)
    assert fuse(1000.0, [Sensed(NOW, "text", HAPPY, 1.0)]) == (NEUTRAL, 0.0)


def test_the_newest_of_a_sense_counts() -> None:
    old, new = Sensed(NOW - 1.0, "text", SAD, 1.0), Sensed(NOW, "text", HAPPY, 1.0)
    assert fuse(NOW, [new, old]) == fuse(NOW, [new])


def test_senses_that_agree_are_surer_than_one_and_than_two_that_differ() -> None:
    text = Sensed(NOW, "text", HAPPY, 0.5)
    alone = fuse(NOW, [text])[1]
    agree = fuse(NOW, [text, Sensed(NOW, "face", HAPPY, 0.5)])
    differ = fuse(NOW, [text, Sensed(NOW, "face", SAD, 0.5)])
    assert agree[1] > alone
    assert agree[1] > differ[1]
    assert agree[0].happy == pytest.approx(0.8, abs=1e-6)


def test_in_a_disagreement_the_surer_leads_and_the_other_can_be_read() -> None:
    emotion, _ = fuse(NOW, [Sensed(NOW, "text", HAPPY, 0.9), Sensed(NOW, "face", SAD, 0.7)])
    assert emotion.dominant == "happy"
    assert 0.1 <= emotion.sad <= 0.65 * emotion.happy


@given(st.lists(sensed, min_size=1, max_size=3, unique_by=lambda one: one.source), st.data())
def test_a_small_change_in_makes_a_small_change_out(heard: list[Sensed], data: st.DataObject) -> None:
    heard = [Sensed(min(one.t, NOW - 0.1), one.source, one.emotion, max(0.05, one.confidence)) for one in heard]
    one = heard[data.draw(st.integers(0, len(heard) - 1))]
    step = 1e-4
    near = Sensed(
        one.t + step, one.source,
        Emotion.from_vector(one.emotion.vector() + data.draw(st.sampled_from((-step, step)))),
        min(1.0, one.confidence + step),
    )  # fmt: skip
    sooner, later = (fuse(NOW, [*(other for other in heard if other is not one), this])[0] for this in (one, near))
    assert np.abs(sooner.vector() - later.vector()).max() < 300.0 * step


@pytest.mark.parametrize("other", ["voice", "face"])
def test_a_sense_hardly_trusted_hardly_counts(other: str) -> None:
    text = Sensed(NOW, "text", NEUTRAL, 1.0)
    weak = Sensed(NOW, other, HAPPY, 1e-4)  # type: ignore[arg-type]
    assert fuse(NOW, [text, weak])[0].happy < 0.01
    old = Sensed(NOW - 10.0, other, HAPPY, 1.0)  # type: ignore[arg-type]
    assert fuse(NOW, [text, old])[0].happy < 0.05


@pytest.mark.parametrize("wrong", [{"source": "smell"}, {"confidence": 1.1}, {"confidence": np.nan}])
def test_what_makes_no_sense_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="Sensed"):
        Sensed(**({"t": 0.0, "source": "text", "emotion": HAPPY, "confidence": 1.0} | wrong))  # type: ignore[arg-type]


@given(st.floats(0.3, 0.9), st.floats(0.3, 0.9), st.floats(0.2, 1.0), st.floats(0.2, 1.0))
def test_a_change_of_lead_is_no_jump(happy: float, sad: float, one: float, other: float) -> None:
    def fused(more: float) -> np.ndarray:
        senses = [Sensed(0.0, "text", Emotion(happy=happy + more), one), Sensed(0.0, "face", Emotion(sad=sad), other)]
        return fuse(0.1, senses)[0].vector()

    steps = np.stack([fused(0.01 * number) for number in range(11)])
    assert np.abs(np.diff(steps, axis=0)).max() < 0.05
    even = [Sensed(0.0, "text", Emotion(happy=h, sad=1.0 - h), 1.0) for h in (0.499, 0.501)]
    assert np.abs(fuse(0.1, even[:1])[0].vector() - fuse(0.1, even[1:])[0].vector()).max() < 0.02
