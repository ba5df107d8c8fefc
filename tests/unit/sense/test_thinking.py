"""Thinking is never spoken and never felt, however it is marked and wherever a stream is cut."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mien.sense import Heard, Listening, Tagged, apart
from mien.testing import FakeReader

MARKS = [
    *((f"<{name}>", f"</{name}>") for name in ("think", "thinking", "thought", "reasoning", "analysis", "scratchpad")),
    *((f"<{name}>", f"</{name}>") for name in ("THINK", "Thinking", "REASONING", "inner_monologue", "思考")),
    ("<think >", "</think >"), ('<thinking effort="high">', "</thinking>"), ("<seed:think>", "</seed:think>"),
    ("<thinking>", "</think>"), ("◁think▷", "◁/think▷"), ("[THINK]", "[/THINK]"), ("＜think＞", "＜/think＞"),
    ("<|begin_of_thought|>", "<|end_of_thought|>"), ("<|START_THINKING|>", "<|END_THINKING|>"),
    ("<|channel|>analysis<|message|>", "<|end|><|start|>assistant<|channel|>final<|message|>"),
]  # fmt: skip
THOUGHTS = [
    "grr", "sob sob. grr!", "\nThe user says: sob.\n\nI must say [grr] now.\n", "a < b, {x}, *grr*, ```grr```",
    '{"emotion": "sad", "text": "grr"}', "eek (eek) 【害怕】",
]  # fmt: skip
SAID = ["yay it works.", "[joy] Hello. Bye.", "\n\nyay now!\n", '{"emotion": "joy", "text": "Hello"}', "（开心）好。"]


def heard(text: str, cuts: list[int], listening: Listening | None = None) -> list[Heard]:
    """What a stream hears of a text that is cut at these places, with what was withdrawn taken away."""
    listening = listening or Listening(FakeReader())
    found: list[Heard] = []
    places = [0, *sorted({cut for cut in cuts if cut < len(text)}), len(text)]
    for start, end in pairwise(places):
        found += listening.feed(text[start:end])
    found += listening.close()
    last = max((at + 1 for at, one in enumerate(found) if one.withdrawn), default=0)
    return found[last:]


def whole(text: str) -> list[tuple[str, str]]:
    """The sentences of a text and what they feel."""
    reader = Tagged(FakeReader())
    return [(reading.text, reading.emotion.dominant) for reading in map(reader.read, apart(text))]


@pytest.mark.parametrize(("opens", "closes"), MARKS)
@pytest.mark.parametrize("thought", THOUGHTS)
def test_it_leaves_nothing(opens: str, closes: str, thought: str) -> None:
    for said in SAID:
        assert whole(f"{opens}{thought}{closes}{said}") == whole(said)
        assert whole(f"{said} {opens}{thought}") == whole(said)


@pytest.mark.parametrize("closes", [closes for _, closes in MARKS if closes[:2] in ("</", "◁/", "[/", "＜/")])
def test_an_end_alone_says_that_all_before_it_was_thought(closes: str) -> None:
    assert whole(f"sob sob. grr!\nAnd [angry] so on{closes}yay now!") == [("yay now!", "happy")]


@settings(max_examples=150)
@given(
    st.sampled_from(MARKS), st.sampled_from(THOUGHTS), st.sampled_from(SAID), st.lists(st.integers(1, 90), max_size=9)
)
def test_a_stream_hears_none_of_it(marks: tuple[str, str], thought: str, said: str, cuts: list[int]) -> None:
    text = f"{marks[0]}{thought}{marks[1]}{said}"
    found = heard(text, cuts)
    assert [(one.reading.text, one.reading.emotion.dominant) for one in found if one.final] == whole(said)
    assert not any(one.reading.emotion.sad or one.reading.emotion.angry for one in found)


def test_a_stream_withdraws_what_turns_out_to_be_thought() -> None:
    listening = Listening(FakeReader())
    before = listening.feed("sob sob. And grr then </thi")
    assert any(one.final for one in before)
    (withdrawn,) = [one for one in listening.feed("nk>yay it works. ") if one.withdrawn]
    assert withdrawn.reading.text == ""
    assert withdrawn.reading.emotion.dominant == "neutral"
    assert [one.reading.text for one in listening.close() if one.final] == ["yay it works."]


@pytest.mark.parametrize("chunk", [1, 4, 99])
def test_a_stream_that_begins_in_a_thought_hears_nothing_before_its_end(chunk: int) -> None:
    text = "sob sob. grr\n</think>\nyay it works."
    found = heard(text, list(range(0, 99, chunk)), Listening(FakeReader(), thinking=True))
    assert [one.reading.text for one in found if one.final] == ["yay it works."]
    assert all("yay".startswith(one.reading.text[:3]) for one in found)


def test_nested_thoughts_and_answers_in_tags() -> None:
    assert whole("<think>grr <think>sob</think> eek</think>yay") == [("yay", "happy")]
    assert whole("<think>I should use <think> here</think>yay") == [("yay", "happy")]
    assert whole("<think>grr<answer>yay</answer>") == [("yay", "happy")]
    assert whole("<think>grr</think>yay</think>") == [("yay", "happy")]
    assert whole("<think/>yay") == [("yay", "happy")]


@pytest.mark.parametrize(
    "text", ["I think so ok", "x < think ok", "see [1] ok", "<thinker ok", "think> ok", "a/think ok"]
)
def test_words_about_thinking_are_no_thought(text: str) -> None:
    assert whole(text) == [(text, "neutral")]


def test_a_tag_of_a_thoughtful_face_is_no_thought() -> None:
    assert whole("[thinking] yay") == [("yay", "neutral")]
