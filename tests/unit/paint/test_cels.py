"""Cels laid over each other, against arithmetic that is written out."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from mien.paint.cels import FINE, Cel, Key, lay_all

WIDTH, HEIGHT, KNOT = 96, 80, 16
WHOLE = (0, 0, WIDTH, HEIGHT)
NONE = np.zeros(0, np.float32)


def full(sheet: NDArray[np.uint8], **how: Any) -> Cel:
    """A cel that covers the canvas."""
    return Cel("full", WHOLE, sheet, **{"open": True, **how})


def laid(cels: list[Cel], fields: list[NDArray[np.float32]], onto: NDArray[np.float64], size: int) -> NDArray[np.uint8]:
    """The picture of cels without keys."""
    picture = np.zeros((size, size, 4), np.uint8)
    lay_all(picture, cels, fields, [NONE] * len(cels), onto)
    return picture


def resting() -> NDArray[np.float32]:
    """A field in which every knot looks at its own place."""
    return np.zeros((2, HEIGHT // KNOT + 1, WIDTH // KNOT + 1), np.float32)


def shifted(x: float, y: float) -> NDArray[np.float64]:
    return np.array([[1.0, 0.0, x], [0.0, 1.0, y]])


def turned(angle: float, x: float, y: float) -> NDArray[np.float64]:
    return np.array([[np.cos(angle), -np.sin(angle), x], [np.sin(angle), np.cos(angle), y]])


@pytest.fixture
def sheets() -> list[NDArray[np.uint8]]:
    chance = np.random.default_rng(3)
    made = chance.integers(0, 256, (3, HEIGHT, WIDTH, 4), np.uint8)
    made[..., :3] = np.minimum(made[..., :3], made[..., 3:])
    return list(made)


def test_a_resting_cel_is_seen_as_it_is(sheets: list[NDArray[np.uint8]]) -> None:
    seen = laid([full(sheets[0])], [resting()], shifted(10.0, 6.0), 64)
    assert np.abs(seen.astype(int) - sheets[0][6:70, 10:74]).max() <= 1


def test_a_moved_cel_is_looked_at_where_its_field_says(sheets: list[NDArray[np.uint8]]) -> None:
    field = resting() + np.array([5.0, -3.0], np.float32)[:, None, None]
    seen = laid([full(sheets[0])], [field], shifted(10.0, 6.0), 60)
    assert np.abs(seen.astype(int) - sheets[0][3:63, 15:75]).max() <= 1


def test_cels_lie_over_each_other(sheets: list[NDArray[np.uint8]]) -> None:
    seen = laid([full(sheet) for sheet in sheets], [resting()] * 3, shifted(0.0, 0.0), 64)
    wanted = sheets[0].astype(float)
    for sheet in sheets[1:]:
        wanted = wanted * (1 - sheet[..., 3:] / 255.0) + sheet
    assert np.abs(seen - np.minimum(wanted, 255)[:64, :64]).max() <= 2


def test_a_turned_picture_reads_turned_places() -> None:
    ramp = np.zeros((HEIGHT, WIDTH, 4), np.uint8)
    ramp[..., 0] = 2 * np.arange(WIDTH)
    ramp[..., 1] = 2 * np.arange(HEIGHT)[:, None]
    onto = turned(0.3, 30.0, 10.0)
    seen = laid([full(ramp)], [resting()], onto, 48).astype(float) / 2
    y, x = np.mgrid[:48, :48]
    assert np.abs(seen[..., 0] - (onto[0, 0] * x + onto[0, 1] * y + 30.0)).max() < 0.6
    assert np.abs(seen[..., 1] - (onto[1, 0] * x + onto[1, 1] * y + 10.0)).max() < 0.6


@pytest.mark.parametrize("opened", [True, False])
def test_a_cel_is_read_only_where_it_shows_and_nothing_is_lost(sheets: list[NDArray[np.uint8]], opened: bool) -> None:
    chance = np.random.default_rng(5)
    for x, y, wide, high in ((20, 30, 9, 7), (0, 0, 5, 60), (90, 70, 6, 10), (40, 79, 3, 1)):
        sheet = np.zeros_like(sheets[0])
        sheet[y : y + high, x : x + wide] = sheets[0][y : y + high, x : x + wide] | 1
        field = resting() + chance.normal(0, 3, resting().shape).astype(np.float32)
        onto = turned(chance.uniform(-0.5, 0.5), 3.0, 2.0)
        part, whole = full(sheet, open=opened), full(sheet, open=opened)
        whole.shows = WHOLE
        pictures = [laid([cel], [field], onto, 90) for cel in (part, whole)]
        assert pictures[1].any()
        assert np.abs(pictures[0].astype(int) - pictures[1]).max() <= 1


def test_weights_much_alike_share_a_drawing_that_is_nearly_that_of_each() -> None:
    cel = full(
        np.full((HEIGHT, WIDTH, 4), 100, np.uint8), keys=[Key(np.full((4, 6, 4), 60 * FINE, np.int16), (10, 20), 60.0)]
    )
    levels = [float(weight) for weight in np.linspace(0.0, 1.0, 241)]
    pixels = [int(cel.drawn(np.array([weight], np.float32))[21, 12, 0]) for weight in levels]  # type: ignore[index]
    assert all(abs(pixel - (100 + 60 * weight)) <= 1.0 for pixel, weight in zip(pixels, levels, strict=True))
    first = cel.drawn(np.array([0.5], np.float32))
    assert first is not None
    first[21, 12] = 7  # a mark on the drawing: it is still there when nothing was drawn anew
    again = cel.drawn(np.array([0.5001], np.float32))
    assert again is not None
    assert again[21, 12, 0] == 7


def test_keys_are_added_by_weight_and_only_when_weights_change() -> None:
    key = np.full((4, 6, 4), -30 * FINE, np.int16)
    keys = [Key(key, (10, 20), 30.0), Key(-key, (12, 22), 30.0)]
    cel = full(np.full((HEIGHT, WIDTH, 4), 100, np.uint8), keys=keys)
    assert cel.drawn(np.zeros(2, np.float32)) is cel.sheet
    drawn = cel.drawn(np.array([0.5, 1.0], np.float32))
    assert drawn is not None
    assert drawn[20, 10, 0] == 85
    assert drawn[22, 12, 0] == 115
    assert drawn[25, 17, 0] == 130
    assert int((drawn != 100).sum()) == 4 * (24 + 24 - 2 * 4)
    before = drawn.copy()
    again = cel.drawn(np.array([0.5, 1.0], np.float32))
    assert again is not None
    assert np.array_equal(again, before)
    strong = cel.drawn(np.array([1.0, -4.0], np.float32))
    assert strong is not None
    assert strong[23, 13, 0] == 0  # never below zero
    assert cel.sheet.min() == cel.sheet.max() == 100


def test_a_key_may_have_a_clear_margin() -> None:
    pixels = np.zeros((9, 9, 4), np.int16)
    pixels[4, 4] = 50 * FINE
    cel = full(np.full((HEIGHT, WIDTH, 4), 100, np.uint8), keys=[Key(pixels, (10, 20), 50.0)])
    drawn = cel.drawn(np.ones(1, np.float32))
    assert drawn is not None
    assert np.argwhere(drawn[..., 0] != 100).tolist() == [[24, 14]]


def test_a_clear_sheet_without_strong_keys_is_nothing() -> None:
    key = Key(np.full((4, 6, 4), 90 * FINE, np.int16), (10, 20), 90.0)
    cel = full(np.zeros((HEIGHT, WIDTH, 4), np.uint8), keys=[key])
    assert cel.drawn(np.array([0.001], np.float32)) is None
    assert cel.drawn(np.array([0.5], np.float32)) is not None


def test_a_cel_ends_at_its_box() -> None:
    sheet = np.full((64, 64, 4), 200, np.uint8)  # twice as fine as the canvas
    cel = Cel("box", (32, 16, 64, 48), sheet)
    picture = laid([cel], [np.zeros((2, 5, 5), np.float32)], shifted(0.0, 0.0), 96)
    assert picture[17:47, 33:63].min() == 200
    picture[15:49, 31:65] = 0
    assert picture.max() == 0


def test_a_clipped_cel_shows_only_inside_the_one_below() -> None:
    base = np.zeros((HEIGHT, WIDTH, 4), np.uint8)
    base[20:40, 30:60] = (0, 0, 120, 240)
    over = np.full((HEIGHT, WIDTH, 4), 200, np.uint8)
    picture = laid([full(base), full(over, clipped=True)], [resting()] * 2, shifted(0.0, 0.0), 64)
    assert np.abs(picture[25, 40].astype(int) - (188, 188, 220, 251)).max() <= 2
    picture[20:40, 30:60] = 0
    assert picture.max() == 0
    assert laid([full(over, clipped=True)], [resting()], shifted(0.0, 0.0), 64).max() == 0


def test_a_cel_on_the_ground_lies_on_the_picture(sheets: list[NDArray[np.uint8]]) -> None:
    cel = full(sheets[0], ground=True, margin=(7.0, 5.0))
    picture = laid([cel], [resting()], turned(0.4, 30.0, 10.0), 48)
    assert np.abs(picture.astype(int) - sheets[0][5:53, 7:55]).max() <= 1
