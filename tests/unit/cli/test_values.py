"""What the command line allows."""

from __future__ import annotations

import argparse

import pytest

from mien.cli.values import beside, colour, output, seconds, whole


@pytest.mark.parametrize("text", ["0", "100000", "-1", "", "6.5", "1e3", "nan"])
def test_whole_numbers_out_of_range(text: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError, match=r"expected a whole number in 64\.\.2048"):
        whole(64, 2048)(text)


def test_values_in_range() -> None:
    assert [whole(64, 2048)(text) for text in ("64", "2048")] == [64, 2048]
    assert seconds("0.5") == 0.5
    assert colour("#e6EDf5") == (230, 237, 245)
    assert str(beside("a/b.mp4", ".srt")) == "a/b.srt"
    assert str(beside("shots/", ".srt")) == "shots.srt"


@pytest.mark.parametrize("text", ["", "#12345", "#12345g", "red", "##12345"])
def test_colours_that_are_none(text: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError, match="expected a colour"):
        colour(text)


@pytest.mark.parametrize("text", ["0", "-1", "nan", "inf", "x", "86401"])
def test_durations_that_are_none(text: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError, match="expected seconds"):
        seconds(text)


def test_a_path_that_is_none() -> None:
    for text in ("", "a\0b"):
        with pytest.raises(argparse.ArgumentTypeError, match="expected a path"):
            output(text)
