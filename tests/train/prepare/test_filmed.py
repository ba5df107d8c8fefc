"""Footage of one's own: which frames of a video are used, by which square they are cut, what is held out."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from mien.face import NOISE, POINTS, Emotion, Expression, Face, InputError, Landmarks
from mien.train.prepare.filmed import Look, Window, held_out_of, judged, one_face, shots_of, window_of
from mien.train.prepare.gathered import splits_of

PATH = Path("clip.mp4")
WIDE, HIGH = 640, 360
_SHAPE = np.random.default_rng(5).uniform(-0.5, 0.5, (POINTS, 2)).astype(np.float32)
_SHAPE[0], _SHAPE[1] = (-0.5, -0.5), (0.5, 0.5)


def look(
    number: int, middle: tuple[float, float] = (320.0, 180.0), height: float = 100.0, moves: float = 0.02,
    light: float = 0.5, fps: float = 20.0,
) -> Look:  # fmt: skip
    """A frame with a face; its inner key points tremble by `moves` of its height."""
    shape = _SHAPE.copy()
    shape[2:68] *= 1.0 - moves * (1.0 + np.sin(number))
    points = (np.array(middle) + shape * height).astype(np.float32)
    face = Face(
        (0.3, 0.3, 0.3, 0.3), Landmarks(points / np.array([WIDE, HIGH], np.float32)),
        Expression.of({}, np.zeros(NOISE)), Emotion(), 0.99,
    )  # fmt: skip
    return Look(number, number / fps, face, points, False, np.full((32, 32), light, np.float32), (WIDE, HIGH))


def test_the_square_lies_around_the_face_and_inside_the_picture() -> None:
    looks = [look(n, (320 + n % 3, 180)) for n in range(9)]
    window = window_of(looks)
    assert window == Window(191, 58, 260)
    assert all(window.holds(one) for one in looks)
    assert not window.holds(look(0, (600, 180)))
    near = window_of([look(n, (40, 180), 200) for n in range(3)])
    assert (near.left, near.top, near.side) == (0, 0, HIGH)  # as far as the picture reaches
    corner = window_of([look(n, (620, 340)) for n in range(3)])
    assert corner.left + corner.side == WIDE
    assert corner.top + corner.side == HIGH


def test_cuts_part_shots_and_the_longest_is_used() -> None:
    said: list[str] = []
    first, other = [look(n) for n in range(40)], [look(n, light=0.9) for n in range(40, 100)]
    assert [len(shot) for shot in shots_of(first + other)] == [40, 60]
    assert one_face(first + other, PATH, said.append) == other
    assert "1 cut(s)" in said[0]
    assert "from 2.0 s to 5.0 s" in said[0]
    jumps = [*first, *(look(n, (500, 100)) for n in range(40, 50))]
    assert [len(shot) for shot in shots_of(jumps)] == [40, 10]
    sways = [look(n, (320 + 60 * np.sin(n / 10), 180)) for n in range(100)]
    assert len(shots_of(sways)) == 1


def test_footage_without_a_face_or_with_two_is_refused() -> None:
    said: list[str] = []
    empty = [replace(look(n), face=None) for n in range(50)]
    with pytest.raises(InputError, match=r"clip.mp4: expected a face, saw none in 50 frames"):
        one_face(empty, PATH, said.append)
    with pytest.raises(InputError, match="saw two in 50 of 50 frames"):
        one_face([replace(look(n), several=True) for n in range(50)], PATH, said.append)
    assert not said
    some = [look(n) if n > 3 else replace(look(n), several=True) for n in range(100)]
    assert len(one_face(some, PATH, said.append)) == 96
    assert "4 of 100 frames show no face, or two" in said[0]


def test_footage_that_is_too_short_small_slow_or_still_is_refused() -> None:
    said: list[str] = []
    with pytest.raises(InputError, match=r"expected 10 s of one whole face in one take, got 3.0 s"):
        judged([look(n) for n in range(61)], PATH, said.append)
    with pytest.raises(InputError, match="face of 64 pixels or more from brows to chin, got 40"):
        judged([look(n, height=40) for n in range(300)], PATH, said.append)
    with pytest.raises(InputError, match="frames are all alike"):
        judged([look(n, moves=0.0) for n in range(300)], PATH, said.append)
    with pytest.raises(InputError, match="expected 48 frames of one whole face, got 30"):
        judged([look(n, fps=2.0) for n in range(30)], PATH, said.append)
    assert not said
    judged([look(n) for n in range(141)], PATH, said.append)
    assert "only 7.0 s" in said[0]


def test_the_end_or_whole_clips_are_held_out() -> None:
    assert held_out_of(1000) == 200
    assert held_out_of(50) == 16
    alone = splits_of([None] * 100, [""] * 100)
    assert alone == ["train"] * 80 + ["held_out"] * 20
    clips = [f"clip {n // 10}" for n in range(100)]
    parted = splits_of([None] * 100, clips)
    assert parted.count("held_out") == 20
    for clip in set(clips):
        assert len({split for split, name in zip(parted, clips, strict=True) if name == clip}) == 1
    two = splits_of([None] * 40, ["a"] * 20 + ["b"] * 20)
    assert two.count("held_out") == 20
    assert splits_of(["held_out", None, "train"], ["", "", ""]) == ["held_out", "train", "train"]
