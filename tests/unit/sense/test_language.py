"""The language of a line by its scripts."""

import pytest

from mien.sense import language


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("今天几点开播？", "zh"),
        ("明日は何時から？", "ja"),
        ("マジ", "ja"),
        ("草www", "ja"),
        ("what time is it", "en"),
        ("yyds 永远的神", "zh"),
        ("😂😂", "und"),
        ("12:30", "und"),
        ("привет", "und"),
        ("", "und"),
    ],
)
def test_scripts_tell(text: str, expected: str) -> None:
    assert language(text) == expected


@pytest.mark.parametrize("text", ["無理", "最高", "限界", "草"])
def test_chinese_signs_alone_are_what_the_channel_speaks(text: str) -> None:
    assert language(text, "ja") == "ja"
    assert language("今日も", "zh") == "ja"
    assert language("hello", "ja") == "en"


@pytest.mark.parametrize("text", ["気分最悪", "残業続"])
def test_signs_of_japan_are_japanese_anywhere(text: str) -> None:
    assert language(text) == "ja"
