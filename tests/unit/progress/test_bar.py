"""Progress without a terminal: a line now and then, none for short work."""

from __future__ import annotations

import pytest

from mien.progress import bar, duration
from mien.progress.bar import EVERY, Lines


def test_a_line_now_and_then_says_how_far_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    times = iter([0.0, *(EVERY / 2 * step for step in range(1, 7))])
    shown = Lines[int](range(6), unit="images", name="train", clock=times.__next__)
    shown.set_postfix({"loss": "0.5"})
    assert list(shown) == list(range(6))
    told = capsys.readouterr().err.splitlines()
    assert told == [
        "train: 2 of 6 images after 30 s, 60 s left  loss 0.5", "train: 4 of 6 images after 60 s, 30 s left  loss 0.5",
        "train: 6 of 6 images after 2 min, 0 s left  loss 0.5",
    ]  # fmt: skip


def test_short_or_silent_work_says_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    for silent in (False, True):
        shown = bar(range(3), silent=silent)
        assert list(shown) == [0, 1, 2]
        shown.close()
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.2, "0 s"), (89, "89 s"), (600, "10 min"), (12_000, "3 h 20 min"), (200_000, "2 days 7 h")],
)
def test_durations_are_said_in_words(seconds: float, words: str) -> None:
    assert duration(seconds) == words
