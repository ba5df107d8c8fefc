"""A written line's shapes in the time of its sound."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mien.face import Viseme
from mien.voice.stretch import stretched, voiced

RATE = 16_000


def hums(*lengths: float) -> np.ndarray:
    """A hum and a silence in turn, of these seconds."""
    parts = [
        0.4 * np.sin(np.arange(round(length * RATE)) * 0.1) * (1 - place % 2) for place, length in enumerate(lengths)
    ]
    return np.concatenate(parts).astype(np.float32)


def test_where_somebody_speaks() -> None:
    sound = np.concatenate([np.zeros(RATE // 5, np.float32), hums(0.5, 0.3, 0.25, 0.05, 0.2)])
    noise = 0.002 * np.random.default_rng(0).standard_normal(len(sound)).astype(np.float32)
    assert np.array(voiced(sound + noise, RATE)) == pytest.approx(np.array([[0.2, 0.7], [1.0, 1.5]]))


@pytest.mark.parametrize("samples", [np.zeros(0), np.zeros(3), np.zeros(RATE)])
def test_silence_is_silence(samples: np.ndarray) -> None:
    assert voiced(samples.astype(np.float32), RATE) == []


def test_shapes_keep_their_shares_and_rest_in_silence() -> None:
    shapes = [Viseme(0.0, 0.1, "m"), Viseme(0.1, 0.3, "a"), Viseme(0.4, 0.2, "rest"), Viseme(0.6, 0.4, "o", 0.5)]
    made = stretched(shapes, [(0.2, 0.6), (1.0, 1.4)])
    assert [(shape.name, round(shape.start, 3), round(shape.seconds, 3)) for shape in made] == [
        ("m", 0.2, 0.1), ("a", 0.3, 0.3), ("rest", 0.6, 0.4), ("o", 1.0, 0.4), ("rest", 1.4, 0.1),
    ]  # fmt: skip
    assert made[3].weight == 0.5


def test_phrases_lie_between_the_longest_pauses() -> None:
    shapes = [Viseme(0.0, 0.2, "a"), Viseme(0.2, 0.3, "rest"), Viseme(0.5, 0.6, "o")]
    parts = [(0.0, 0.3), (0.45, 0.75), (1.5, 1.7)]  # the gap of 0.15 s is inside the first phrase
    assert [(shape.name, round(shape.start, 3)) for shape in stretched(shapes, parts)] == [
        ("a", 0.0), ("rest", 0.3), ("o", 1.5), ("rest", 1.7),
    ]  # fmt: skip
    assert [shape.name for shape in stretched(shapes, parts[:1], resting=False)] == ["a", "o"]


def test_nothing_in_nothing() -> None:
    assert stretched([], [(0.0, 1.0)]) == stretched([Viseme(0.0, 0.1, "m")], []) == ()
    assert stretched([Viseme(0.0, 0.1, "rest")], [(0.0, 1.0)]) == ()


@given(
    st.lists(st.tuples(st.floats(0.001, 1.0), st.sampled_from("maio")), min_size=1, max_size=20),
    st.lists(st.floats(0.01, 1.0), min_size=1, max_size=9),
)
def test_shapes_stay_in_order_and_inside(sizes: list[tuple[float, str]], edges: list[float]) -> None:
    times = np.cumsum([*edges, *edges[: len(edges) % 2 == 0]])
    parts = [(float(start), float(end)) for start, end in zip(times[:-1:2], times[1::2], strict=False)]
    made = stretched([Viseme(0.0, seconds, name) for seconds, name in sizes], parts, resting=False)
    assert bool(made) == bool(parts)
    assert all(one.start + one.seconds <= two.start + 2e-3 for one, two in pairwise(made))
    assert all(parts[0][0] - 1e-6 <= shape.start <= parts[-1][1] for shape in made)
