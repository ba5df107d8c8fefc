"""Mouth shapes of a written line."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mien.face import VISEMES
from mien.sense.speech import LONGEST, visemes


def names(text: str, language: str) -> list[str]:
    """Shapes without the pauses."""
    return [shape.name for shape in visemes(text, language) if shape.name != "rest"]


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("你好", "zh", ["i", "a", "u"]),
        ("妈妈", "zh", ["m", "a", "m", "a"]),
        ("飞", "zh", ["f", "e", "i"]),
        ("是", "zh", ["s", "s"]),
        ("ありがとう", "ja", ["a", "i", "a", "o", "u"]),
        ("まま", "ja", ["m", "a", "m", "a"]),
        ("きゃ", "ja", ["i", "a"]),
        ("さんぽ", "ja", ["s", "a", "m", "m", "o"]),
        ("スーパー", "ja", ["s", "u", "m", "a"]),
        ("3.5", "ja", names("さんてんご", "ja")),
        ("3.5", "en", names("three point five", "en")),
        ("mama", "en", ["m", "a", "m", "a"]),
        ("see", "en", ["s", "i"]),
        ("food", "en", ["f", "u"]),
    ],
)
def test_shapes(text: str, language: str, expected: list[str]) -> None:
    assert names(text, language) == expected


@pytest.mark.parametrize("text", ["", "  ", "😂😂", "(^_^)", "https://example.org", "！！！", "www", "[doge]"])
def test_nothing_to_say(text: str) -> None:
    assert visemes(text, "zh") == ()


def test_a_long_vowel_is_one_long_shape() -> None:
    short, long = visemes("か", "ja")[0], visemes("かー", "ja")[0]
    assert long.name == short.name
    assert long.seconds > 1.8 * short.seconds


def test_rates() -> None:
    assert visemes("今天终于通关了", "zh")[-1].start == pytest.approx(7 * 0.2, abs=0.01)
    assert visemes("ありがとう", "ja")[-1].start == pytest.approx(5 * 0.13, abs=0.01)
    assert 0.5 <= visemes("wonderful day", "en")[-1].start <= 1.1


def test_kanji_are_two_morae_each() -> None:
    assert visemes("明日", "ja")[-1].start == pytest.approx(4 * 0.13, abs=0.02)


@settings(max_examples=100)
@given(st.text(max_size=300), st.sampled_from(["zh", "en", "ja", "und"]))
def test_shapes_follow_each_other_within_the_limit(text: str, language: str) -> None:
    shapes = visemes(text, language)
    assert all(shape.name in VISEMES and shape.seconds > 0 and 0 < shape.weight <= 1 for shape in shapes)
    for one, next_one in pairwise(shapes):
        assert next_one.start >= one.start + one.seconds - 1e-3
    if shapes:
        assert shapes[0].start == 0.0
        assert shapes[-1].name == "rest"
        assert shapes[-1].start + shapes[-1].seconds <= LONGEST + 1e-6


def test_a_long_line_is_cut() -> None:
    assert 7.0 <= visemes("今天天气很好" * 1000, "zh")[-1].start <= LONGEST
