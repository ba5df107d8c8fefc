"""Messages from the page, as any text may be one."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mien.face import PeerError
from mien.wire.page import (
    LONGEST,
    Asked,
    Audible,
    Chosen,
    Coloured,
    Filmed,
    Hushed,
    Recorded,
    Said,
    Tempered,
    Wanted,
    Written,
    decode,
    news,
)


@settings(max_examples=60)
@given(st.text(max_size=60))
def test_any_text_is_a_line_or_a_peer_error(message: str) -> None:
    try:
        line = decode(message)
    except PeerError:
        return
    assert isinstance(line, Said)
    assert json.loads(message)["say"] == line.text


def test_a_text_may_come_in_pieces() -> None:
    assert decode('{"write": "[jo"}') == Written("[jo", False)
    assert decode('{"write": "", "end": true}') == Written("", True)
    assert decode('{"camera": "mirror", "consent": true}') == Filmed("mirror", "", True)
    assert decode('{"camera": "answer", "policy": "service", "consent": true}') == Filmed("answer", "service", True)
    assert decode('{"camera": "rest"}') == Filmed("rest", "", False)
    assert decode('{"camera": "off"}') == Filmed("off", "", False)
    assert decode('{"colours": {"hair": "#3355aa"}}') == Coloured({"hair": (0x33, 0x55, 0xAA)})
    assert decode('{"colours": {}}') == Coloured({})
    assert decode('{"want": "numbers"}') == Wanted("numbers")
    assert decode('{"character": "momo"}') == Chosen("momo")
    assert decode('{"temper": {"lively": 2}}') == Tempered({"lively": 2.0})
    assert decode('{"temper": {}}') == Tempered({})
    assert decode('{"explain": "hm"}') == Asked("hm")
    assert decode('{"hush": true}') == Hushed()
    assert decode('{"sound": false}') == Audible(False)
    assert decode('{"microphone": "listens", "policy": "service", "consent": true}') == Recorded(
        "listens", "service", True
    )
    assert decode('{"microphone": "off"}') == Recorded("off", "", False)
    assert decode('{"say": "hello"}') == Said("hello", "")
    assert decode('{"say": "hello", "policy": "service"}') == Said("hello", "service")


@pytest.mark.parametrize(
    ("message", "says"),
    [
        ("{", "expected JSON"), ("[" * 100_000, "expected JSON"),
        ('{"say": "a", "end": NaN}', "finite number"), ('{"say": "a", "x": ' + "7" * 5000 + "}", "finite number"),
        ('{"say": "a", "policy": "\\udcff"}', "half of a character"), ('{"say": "a", "x": 1e999}', "finite number"),
 ("[]", "say"), ('{"say": 1}', "say"),
        ('{"say": " "}', "blank"), (json.dumps({"say": "x" * (LONGEST + 1)}), "at most 10000"),
        ('{"say": "a", "policy": 1}', "policy: expected a name"),
        ('{"write": 1}', "some tokens"), ('{"write": "a", "end": 2}', "end: expected true or false"),
        ('{"want": "pixels"}', "want: expected frames or numbers"), ('{"want": {}}', "want: expected frames"),
        ('{"colours": []}', "colours: expected {.hair"), ('{"colours": {"nose": "#112233"}}', "of hair, iris, skin,"),
        ('{"colours": {"hair": "red"}}', "expected a colour like"), ('{"colours": {"iris": 3}}', "a colour like"),
        ('{"camera": 1}', "expected {.camera"), ('{"camera": "mirror", "consent": "yes"}', "consent"),
        ('{"hush": 1}', "hush: expected true"), ('{"sound": "on"}', "sound: expected true or false"),
        ('{"microphone": 1}', "expected {.microphone"), ('{"microphone": "speaks", "consent": 1}', "consent"),
        ('{"character": 3}', "character: expected a text"), ('{"explain": null}', "explain: expected a text"),
        ('{"temper": 2}', "temper: expected {.lively"), ('{"temper": {"lively": "much"}}', "temper: expected"),
        ('{"temper": {"lively": ' + "9" * 400 + "}}", "finite number"), ('{"temper": {"lively": true}}', "temper"),
        ('{"camera": "answer", "policy": 3}', "policy"), ('{"say": "\\ud800"}', "half of a character"),
    ],
)  # fmt: skip
def test_a_bad_message_says_what_was_expected(message: str, says: str) -> None:
    with pytest.raises(PeerError, match=says):
        decode(message)


@settings(max_examples=60)
@given(
    st.recursive(st.none() | st.booleans() | st.floats() | st.text(), lambda inner: st.dictionaries(st.text(), inner))
)
def test_any_json_at_all_is_a_message_or_a_peer_error(data: object) -> None:
    for message in (
        json.dumps(data),
        json.dumps({"say": data}),
        json.dumps({"camera": data}),
        json.dumps({"want": data}),
        json.dumps({"hush": data, "sound": data}),
        json.dumps({"microphone": data}),
        json.dumps({"temper": data}),
        json.dumps({"temper": {"lively": data}, "character": data}),
    ):
        try:
            decode(message)
        except PeerError:
            continue


def test_a_number_of_many_digits_is_no_message() -> None:
    with pytest.raises(PeerError):
        decode("9" * 6000)


def test_news_are_one_object_with_what_it_is_about_first() -> None:
    assert json.loads(news("camera", "off", why="taken")) == {"camera": "off", "why": "taken"}
