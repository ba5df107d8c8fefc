"""Turned copies of a picture: what is found in them lies where it is in the picture."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from mien.sense.sight.crop import Square, around_five, in_box
from mien.sense.sight.finder import Found
from mien.sense.sight.search import WAYS, view

FIVE = np.array([[-10.0, -8.0], [10.0, -8.0], [0.0, 2.0], [-7.0, 12.0], [7.0, 12.0]])


def spots(points: NDArray[np.float64], size: tuple[int, int]) -> NDArray[np.uint8]:
    """A dark picture with a bright spot at each point."""
    y, x = np.mgrid[: size[1], : size[0]] + 0.5
    near = np.min([np.hypot(x - px, y - py) for px, py in points], axis=0)
    return np.repeat((255 * np.clip(4.0 - near, 0, 1)).astype(np.uint8)[..., None], 3, axis=2)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("size", [(200, 140), (140, 200), (90, 90)])
def test_what_is_turned_stands_upright_in_its_copy_and_comes_back(way: float, size: tuple[int, int]) -> None:
    turn = Square(np.zeros(2), 1.0, way).axes
    there = FIVE @ turn.T + np.array(size) / 2.0 + [6.0, -9.0]
    turned = view(spots(there, size), way)
    inside = there @ turned.matrix[:, :2].T + turned.matrix[:, 2]
    for x, y in inside:
        assert turned.pixels[int(y), int(x), 0] > 150
    along = inside[1] - inside[0]
    assert along[0] > 0
    assert abs(along[1]) < 0.05 * along[0]  # the eyes lie level in the copy
    box = np.concatenate([inside.min(axis=0), inside.max(axis=0)])
    back = turned.back(Found(box, inside, 0.9))
    assert np.allclose(back.five, there, atol=1e-6)
    assert back.angle == way
    by_points, by_box = around_five(back.five), in_box(back.box, back.angle)
    assert np.cos(by_points.angle - by_box.angle) > 0.999


@settings(max_examples=40)
@given(st.sampled_from(WAYS), st.integers(1, 300), st.integers(1, 300))
def test_every_picture_has_its_copies(way: float, width: int, height: int) -> None:
    turned = view(np.zeros((height, width, 3), np.uint8), way)
    corners = np.array([[0, 0], [width, 0], [0, height], [width, height]]) @ turned.matrix[:, :2].T
    corners += turned.matrix[:, 2]
    assert (corners > -1.5).all()
    assert (corners < np.array(turned.pixels.shape[1::-1]) + 1.5).all()
    assert max(turned.pixels.shape) < 900
