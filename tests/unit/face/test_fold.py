"""Traditional Chinese is read as simplified, and names of feelings with it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mien.face.fold import fold
from mien.face.names import begins, named

PAIRS = (
    ("難過", "难过"),
    ("開心", "开心"),
    ("生氣", "生气"),
    ("驚訝", "惊讶"),
    ("傷心", "伤心"),
    ("厭惡", "厌恶"),
    ("興奮", "兴奋"),
    ("緊張", "紧张"),
    ("臉紅", "脸红"),
    ("放鬆", "放松"),
    ("噁心", "恶心"),
    ("焦慮", "焦虑"),
)


@pytest.mark.parametrize(("traditional", "simplified"), PAIRS)
def test_words_of_feeling_fold(traditional: str, simplified: str) -> None:
    assert fold(traditional) == simplified


@pytest.mark.parametrize(("traditional", "simplified"), PAIRS)
def test_names_of_feelings_are_known_in_both_spellings(traditional: str, simplified: str) -> None:
    assert named(traditional) == named(simplified) is not None
    assert begins(traditional[:1])


@pytest.mark.parametrize("name", ["驚き", "無表情", "興奮", "緊張", "嬉しい", "悲しみ", "Joy", "困"])
def test_names_that_look_traditional_stand_for_themselves(name: str) -> None:
    assert named(name) is not None


@given(st.text(max_size=40))
def test_folding_is_done_once_and_keeps_every_place(text: str) -> None:
    once = fold(text)
    assert len(once) == len(text)
    assert fold(once) == once


def test_what_is_not_chinese_stays() -> None:
    assert fold("happy うれしい 开心 😀") == "happy うれしい 开心 😀"
    assert named("無關的字") is None
