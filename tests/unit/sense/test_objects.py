"""Objects that a model writes in place of prose: their text is spoken with their feeling."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mien.face import FEELINGS
from mien.sense import Tagged, apart
from mien.sense.objects import LONGEST, parse
from mien.testing import FakeReader

FELT = ("emotion", "mood", "feeling", "expression", "表情", "情绪", "感情")
SPOKEN = ("text", "content", "reply", "message", "speech", "dialogue", "台词", "セリフ")
TEXTS = ("おはよう", "Hello there.", 'He said "hi" to me.', "It's fine, isn't it?", "你好，朋友。", "a: b, c, [1]")


def said(text: str) -> list[tuple[str, str, float]]:
    """Text, feeling and strength of each sentence."""
    reader = Tagged(FakeReader())
    readings = map(reader.read, apart(text))
    return [(one.text, one.emotion.dominant, round(one.emotion.strength, 2)) for one in readings]


@pytest.mark.parametrize("felt", FELT)
@pytest.mark.parametrize("spoken", SPOKEN)
def test_every_name_of_a_key(felt: str, spoken: str) -> None:
    for number, name in enumerate(FEELINGS):
        text = TEXTS[number % len(TEXTS)]
        for pairs in ({felt: name, spoken: text}, {spoken: text, felt: name}, {"id": "x", felt: name, spoken: text}):
            for written in (json.dumps(pairs), json.dumps(pairs, ensure_ascii=False), json.dumps(pairs, indent=2)):
                assert said(written) == [(text, name, 0.75)]
                assert said(f"```json\n{written}\n```") == [(text, name, 0.75)]
                assert said(f"```{written}```") == [(text, name, 0.75)]


SHAPES: list[tuple[str, list[tuple[str, str, float]]]] = [
    (
        '[{"emotion":"joy","text":"Hi."},{"emotion":"sad","text":"Bye."}]',
        [("Hi.", "happy", 0.75), ("Bye.", "sad", 0.75)],
    ),
    (
        '{"emotion":"joy","text":"Hi."}\n{"emotion":"sad","text":"Bye."}',
        [("Hi.", "happy", 0.75), ("Bye.", "sad", 0.75)],
    ),
    ('{"data":{"reply":{"text":"Hi","mood":"anger"}}}', [("Hi", "angry", 0.75)]),
    ('{"emotion":"fear","reply":{"text":"Hi"}}', [("Hi", "afraid", 0.75)]),
    ('{"text":"Hi","emotion":{"name":"joy","intensity":0.4}}', [("Hi", "happy", 0.4)]),
    ('{"text":"Hi","emotion":"joy","intensity":0.4}', [("Hi", "happy", 0.4)]),
    ('{"text":"Hi","emotion":{"joy":0.6,"sadness":0.1}}', [("Hi", "happy", 0.6)]),
    ('{"text":"Hi","emotion":["shy","joy"]}', [("Hi", "happy", 0.75)]),
    ('{"text":["Hi.","Ho."],"emotion":"shy"}', [("Hi.", "shy", 0.75), ("Ho.", "shy", 0.75)]),
    ('{"text":"One.\\nTwo.","emotion":"shy"}', [("One.", "shy", 0.75), ("Two.", "shy", 0.75)]),
    ('{"choices":[{"message":{"role":"assistant","content":"[sad] Hi"}}]}', [("Hi", "sad", 0.75)]),
    ('{"role":"user","content":"grr"}{"role":"assistant","content":"yay"}', [("yay", "happy", 0.9)]),
    ('{"name":"say","arguments":"{\\"text\\":\\"Hi\\",\\"emotion\\":\\"shy\\"}"}', [("Hi", "shy", 0.75)]),
    ('{"thought":"grr","reasoning":"sob","text":"Hi","emotion":"joy"}', [("Hi", "happy", 0.75)]),
    ("{'emotion': 'joy', 'text': \"it's me\"}", [("it's me", "happy", 0.75)]),
    ("{emotion: joy, text: Hello there}", [("Hello there", "happy", 0.75)]),
    ('{"emotion":"joy","text":"cut of', [("cut of", "happy", 0.75)]),
    ('{"emotion":"joy","text":"Hi",}', [("Hi", "happy", 0.75)]),
    ('{"response_text":"Hi","emotion_tag":"joy","emotionIntensity":0.3}', [("Hi", "happy", 0.3)]),
    ('[{"type":"emotion","value":"joy"},{"type":"text","value":"Hi"}]', [("Hi", "happy", 0.75)]),
    ('{"joy":"Hi"}', [("Hi", "happy", 0.75)]),
    ('{"emotion":"neutral","text":"yay"}', [("yay", "neutral", 0.0)]),
    ('{"emotion":"not happy","text":"yay"}', [("yay", "neutral", 0.0)]),
    ('{"text":"yay"}', [("yay", "happy", 0.9)]),
    ('{"emotion":"sad"} Hello', [("Hello", "sad", 0.75)]),
    ('<|ACT {"emotion":"sad"}|> Hello', [("Hello", "sad", 0.75)]),
    ('{"action":"wave","id":3} Hello', [("Hello", "neutral", 0.0)]),
]


@pytest.mark.parametrize(("written", "expected"), SHAPES)
def test_shapes(written: str, expected: list[tuple[str, str, float]]) -> None:
    assert said(written) == expected


@settings(max_examples=200)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers(-9, 9) | st.text("ab\"'\\\n,:{}[]哦", max_size=8),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("ab text", max_size=4), inner, max_size=3),
        max_leaves=12,
    )
)
def test_any_value_comes_through(value: object) -> None:
    parse(json.dumps(value))
    said(json.dumps(value))
    said(json.dumps(value)[: len(json.dumps(value)) // 2])


@settings(max_examples=200)
@given(st.text(alphabet="\"'{}[],: \n\\uabtext1", max_size=80))
def test_any_text_is_parsed(text: str) -> None:
    parse(text)


def test_plain_json_is_read_as_json() -> None:
    value = {"a": {"b": ["x", 'y "z"', "\n"]}, "c": "é 😊 \\"}
    assert parse(json.dumps(value)) == value
    assert parse(json.dumps(value, ensure_ascii=False)) == value


def test_depth_and_length_are_bounded() -> None:
    assert parse("[" * 100_000) is not None
    assert said('{"text":' * 9000) == []
    long = said(f'{{"emotion":"joy","text":"{"la " * LONGEST}"}}')
    assert all("{" not in text for text, _, _ in long)
    assert long[0][1] == "happy"
