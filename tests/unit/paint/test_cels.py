"""Cels laid over each other, against arithmetic that is written out."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from mien.paint.cels import KNOT, Keys, pile

WIDTH, HEIGHT = 96, 80


def resting(count: int) -> NDArray[np.float32]:
    """Fields in which every knot looks at its own place."""
    wide, high = WIDTH // KNOT + 1, HEIGHT // KNOT + 1
    x = 0.5 + np.arange(wide) * (WIDTH - 1) / (wide - 1)
    y = 0.5 + np.arange(high) * (HEIGHT - 1) / (high - 1)
    return np.repeat(np.stack(np.meshgrid(x, y))[None], count, axis=0).astype(np.float32)


def shifted(x: float, y: float) -> NDArray[np.float64]:
    return np.array([[1.0, 0.0, x], [0.0, 1.0, y]])


@pytest.fixture
def sheets() -> list[NDArray[np.uint8]]:
    chance = np.random.default_rng(3)
    made = chance.integers(0, 256, (3, HEIGHT, WIDTH, 4), np.uint8)
    made[..., :3] = np.minimum(made[..., :3], made[..., 3:])
    return list(made)


def test_a_resting_cel_is_seen_as_it_is(sheets: list[NDArray[np.uint8]]) -> None:
    seen = pile(sheets[:1], resting(1), shifted(10.0, 6.0), (WIDTH, HEIGHT), 64)
    assert np.abs(seen.astype(int) - sheets[0][6:70, 10:74]).max() <= 1


def test_a_moved_cel_is_looked_at_where_its_field_says(sheets: list[NDArray[np.uint8]]) -> None:
    fields = resting(1) + np.array([5.0, -3.0], np.float32)[None, :, None, None]
    seen = pile(sheets[:1], fields, shifted(10.0, 6.0), (WIDTH, HEIGHT), 60)
    assert np.abs(seen.astype(int) - sheets[0][3:63, 15:75]).max() <= 1


def test_cels_lie_over_each_other(sheets: list[NDArray[np.uint8]]) -> None:
    seen = pile(sheets, resting(3), shifted(0.0, 0.0), (WIDTH, HEIGHT), 64)
    wanted = sheets[0].astype(float)
    for sheet in sheets[1:]:
        wanted = wanted * (1 - sheet[..., 3:] / 255.0) + sheet
    assert np.abs(seen - np.minimum(wanted, 255)[:64, :64]).max() <= 2


def test_a_turned_picture_reads_turned_places() -> None:
    ramp = np.zeros((HEIGHT, WIDTH, 4), np.uint8)
    ramp[..., 0] = 2 * np.arange(WIDTH)
    ramp[..., 1] = 2 * np.arange(HEIGHT)[:, None]
    angle = 0.3
    onto = np.array([[np.cos(angle), -np.sin(angle), 30.0], [np.sin(angle), np.cos(angle), 10.0]])
    seen = pile([ramp], resting(1), onto, (WIDTH, HEIGHT), 48).astype(float) / 2
    y, x = np.mgrid[:48, :48]
    assert np.abs(seen[..., 0] - (onto[0, 0] * x + onto[0, 1] * y + 30.0)).max() < 0.6
    assert np.abs(seen[..., 1] - (onto[1, 0] * x + onto[1, 1] * y + 10.0)).max() < 0.6


def test_marks_show_their_half_and_their_full_drawing() -> None:
    drawings = [np.full((2, 3, 4), 10 * (number + 1), np.uint8) for number in range(12)]
    keys = Keys(drawings, [(4 * number, 5) for number in range(12)])
    assert keys.cel(np.zeros(6, np.float32), (WIDTH, HEIGHT)) is None
    marks = np.array([0, 0.5, 0, 0, 0, 1.0], np.float32)
    cel = keys.cel(marks, (WIDTH, HEIGHT))
    assert cel is not None
    assert cel.shape == (HEIGHT, WIDTH, 4)
    assert cel[5:7, 8:11].min() == 30  # the second mark's half drawing
    assert cel[5:7, 44:47].min() == 120  # the last mark's full drawing
    assert int((cel > 0).sum()) == 2 * 2 * 3 * 4
    quarter = keys.cel(np.array([0, 0.25, 0, 0, 0, 0], np.float32), (WIDTH, HEIGHT))
    assert quarter is not None
    assert quarter[5, 8, 0] == 15
