"""What every painter promises: ours, the plug-ins that are installed, and the fake."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from mien.character import load
from mien.face import FEELINGS, REST, Emotion, Expression, SettingsError, prototype
from mien.face.channels import HIGH, LOW
from mien.face.expression import NOISE
from mien.paint import Painter, open_painter, painters
from mien.testing import FakePainter

SIZE = 96


@pytest.fixture(params=[*painters(), "FakePainter"], scope="module")
def painter(request: pytest.FixtureRequest) -> Painter:
    if request.param == "FakePainter":
        return FakePainter(SIZE)
    return open_painter(request.param, load("momo"), SIZE)


def test_the_frame_has_the_size_that_was_asked_for(painter: Painter) -> None:
    assert painter.paint(REST).pixels.shape == (SIZE, SIZE, 4)


def test_equal_expressions_give_equal_frames(painter: Painter) -> None:
    first = painter.paint(prototype(Emotion(happy=0.7))).pixels.copy()
    painter.paint(prototype(Emotion(angry=1.0)))
    assert np.array_equal(first, painter.paint(prototype(Emotion(happy=0.7))).pixels)


def test_an_old_frame_stays_as_it_was(painter: Painter) -> None:
    frame = painter.paint(REST)
    before = frame.pixels.copy()
    painter.paint(prototype(Emotion(surprised=1.0)))
    assert np.array_equal(frame.pixels, before)


def test_something_is_seen(painter: Painter) -> None:
    assert (painter.paint(REST).pixels[..., 3] > 200).mean() > 0.2


@pytest.mark.parametrize("channels", [LOW, HIGH], ids=["all at least", "all at most"])
def test_the_ends_of_every_range_are_painted(painter: Painter, channels: NDArray[np.float32]) -> None:
    painter.paint(Expression(channels, np.full(NOISE, 3.0, np.float32), np.ones(8, np.float32)))


def test_every_feeling_moves_pixels(painter: Painter) -> None:
    if isinstance(painter, FakePainter):
        pytest.skip("paints one flat colour")
    rest = painter.paint(REST).pixels.astype(int)
    for feeling in FEELINGS:
        moved = np.abs(painter.paint(prototype(Emotion.of({feeling: 0.9}))).pixels.astype(int) - rest)
        assert (moved.max(axis=2) > 24).mean() > 0.005, feeling


@pytest.mark.parametrize("name", painters())
def test_a_size_out_of_range_is_refused(name: str) -> None:
    for size in (0, 100_000):
        with pytest.raises(SettingsError, match="size: expected"):
            open_painter(name, load("momo"), size)


def test_an_unknown_painter_names_the_known_ones() -> None:
    with pytest.raises(SettingsError, match="no painter 'van gogh'; there are: artist, gan"):
        open_painter("van gogh", load("momo"))
