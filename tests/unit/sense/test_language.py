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
