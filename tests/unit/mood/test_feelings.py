"""Feelings come at their pace, hold, fade, and give way to each other."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from mien.face import FEELINGS, Directed, Emotion, Expression, Felt, Saw, prototype
from mien.face.channels import channel
from mien.mood import Temper, felt
from mien.mood.motion import GROWING, settled

Play = Callable[..., Any]

# Where each feeling shows first.
SIGN = {
    "happy": "mouthSmileLeft",
    "sad": "browInnerUp",
    "angry": "browDownLeft",
    "surprised": "browOuterUpLeft",
    "disgusted": "noseSneerLeft",
    "afraid": "browInnerUp",
    "shy": "mouthPressLeft",
    "relaxed": "mouthSmileLeft",
}


def first(curve: NDArray[np.float64], least: float) -> float:
    """Seconds, at 120 a second, until the curve reaches this."""
    return int(np.argmax(curve >= least)) / 120


@pytest.mark.parametrize("name", FEELINGS)
def test_a_feeling_shows_at_its_onset_and_at_its_prototype(play: Play, quiet: Temper, name: str) -> None:
    emotion = Emotion.of({name: 0.75})
    take = play([Felt(0.0, emotion, 5.0)], 4.5, fps=120, temper=quiet)
    curve = take.curve(SIGN[name])
    wanted = prototype(emotion)
    assert first(curve, 0.9 * wanted[SIGN[name]]) == pytest.approx(getattr(quiet, name).onset, rel=0.25)
    off = np.abs(take.expressions[-1].channels - wanted.channels)
    off[[channel("eyeBlinkLeft"), channel("eyeBlinkRight")]] = 0.0  # a smile shuts the eyes or lets them be
    off[GROWING] = 0.0  # they settle at levels of their own
    assert off.max() < 0.1


@pytest.mark.parametrize(("sad", "level"), [(0.45, 0.0), (0.65, 0.5), (0.97, 1.0)])
def test_tears_settle_at_none_half_or_full(play: Play, quiet: Temper, sad: float, level: float) -> None:
    take = play([Felt(0.0, Emotion(sad=sad), 6.0)], 5.0, temper=quiet)
    assert take.expressions[-1]["tears"] == pytest.approx(level, abs=0.02)
    directed = play([Felt(0.0, Emotion(sad=sad), 6.0), Directed(1.0, (("tears", 0.3),), 6.0)], 5.0, temper=quiet)
    assert directed.expressions[-1]["tears"] == pytest.approx(0.3, abs=0.02)  # who directs means it


def test_a_mark_near_a_border_does_not_come_and_go() -> None:
    rising, falling = (settled(np.full(4, 0.22), np.full(4, before)) for before in (0.0, 0.5))
    assert (rising.max(), falling.min()) == (0.0, 0.5)
    assert settled(np.array([0.14, 0.3, 0.7, 0.8]), np.array([0.5, 0.0, 1.0, 0.5])).tolist() == [0.0, 0.5, 1.0, 1.0]


def test_onsets_are_those_of_people(play: Play, quiet: Temper) -> None:
    for seed in range(4):
        smile = play([Felt(0.0, Emotion(happy=0.7), 3.0)], 2.0, fps=120, seed=seed, temper=quiet)
        curve = smile.curve("mouthSmileLeft")
        assert 0.45 <= first(curve, 0.9 * curve[-1]) <= 0.75
        shock = play([Felt(0.0, Emotion(surprised=0.7), 3.0)], 2.0, fps=120, seed=seed, temper=quiet)
        curve = shock.curve("browOuterUpLeft")
        assert first(curve, 0.9 * curve[-1]) <= 0.27


def test_brows_lead_the_mouth_in_surprise(play: Play, quiet: Temper) -> None:
    take = play([Felt(0.0, Emotion(surprised=0.9), 3.0)], 2.0, fps=120, temper=quiet)
    half = [first(curve, 0.5 * curve[-1]) for curve in (take.curve("browInnerUp"), take.curve("jawOpen"))]
    assert half[1] - half[0] > 0.08


def test_joy_shuts_the_eyes_or_lets_them_be(play: Play, quiet: Temper) -> None:
    for strength, lid in ((0.6, 0.0), (0.8, 0.0), (0.88, 1.0), (1.0, 1.0)):
        take = play([Felt(0.0, Emotion(happy=strength), 5.0)], 2.5, temper=quiet)
        assert take.expressions[-1]["eyeBlinkLeft"] == pytest.approx(lid, abs=0.05)


def test_a_new_feeling_makes_the_old_one_fade(play: Play, quiet: Temper) -> None:
    happy, sad = Felt(0.0, Emotion(happy=0.9), 10.0), Felt(2.0, Emotion(sad=0.9), 10.0)
    take = play([happy, sad], 5.0, temper=quiet)
    assert felt(take.moods[110]).dominant == "happy"
    later = felt(take.moods[-1])
    assert later.dominant == "sad"
    assert later.happy < 0.1
    both = np.minimum(take.curve("mouthSmileLeft"), take.curve("mouthFrownLeft"))
    assert both.max() < 0.12  # the mouth passes through rest: it never smiles and frowns at once


def test_feelings_blend_and_the_strongest_leads(play: Play, quiet: Temper) -> None:
    expression = play([Felt(0.0, Emotion(happy=0.7, surprised=0.4), 5.0)], 3.0, temper=quiet).expressions[-1]
    assert expression["mouthSmileLeft"] > 0.6
    assert 0.1 < expression["eyeWideLeft"] < 0.4


def test_it_holds_then_leaves_an_afterglow_then_nothing(play: Play, quiet: Temper) -> None:
    take = play([Felt(0.0, Emotion(happy=0.8), 2.0)], 30.0, fps=30, temper=quiet)
    level = [felt(mood).happy for mood in take.moods]
    assert level[59] > 0.75
    assert 0.05 < level[5 * 30] < 0.3
    assert level[-1] < 0.03
    assert all(later <= sooner + 1e-9 for sooner, later in pairwise(level[62:]))


def test_the_same_feeling_again_builds_up(play: Play, quiet: Temper) -> None:
    once = play([Felt(0.0, Emotion(angry=0.6), 3.0)], 2.5, temper=quiet)
    twice = play([Felt(0.0, Emotion(angry=0.6), 3.0), Felt(1.0, Emotion(angry=0.6), 3.0)], 2.5, temper=quiet)
    assert felt(twice.moods[-1]).angry > felt(once.moods[-1]).angry + 0.05


@pytest.mark.parametrize("every", [0.05, 0.1, 0.25])
def test_a_guess_told_often_does_not_build_up(play: Play, quiet: Temper, every: float) -> None:
    often = [Felt(every * n, Emotion(sad=0.6), 2.0, "one sentence") for n in range(round(3.0 / every))]
    assert felt(play(often, 3.0, fps=10, temper=quiet).moods[-1]).sad < 0.65


def test_a_neutral_line_lets_go(play: Play, quiet: Temper) -> None:
    take = play([Felt(0.0, Emotion(happy=0.8), 60.0), Felt(2.0, Emotion(), 1.0)], 5.0, temper=quiet)
    assert felt(take.moods[-1]).happy < 0.4


def test_a_seen_feeling_is_felt_while_it_is_seen(play: Play, quiet: Temper) -> None:
    seen = Expression.of({"mouthSmileLeft": 0.5}, emotion=Emotion(happy=0.8).vector())
    take = play([Saw(0.1 * n, seen) for n in range(1, 20)], 12.0, temper=quiet)
    assert felt(take.moods[110]).happy == pytest.approx(0.8, abs=0.05)
    assert felt(take.moods[-1]).happy < 0.25


def test_expressive_scales_and_zero_is_a_stone_face(play: Play) -> None:
    cue = Felt(0.0, Emotion(surprised=0.8), 3.0)
    stone = play([cue], 2.0, temper=Temper(expressive=0.0))
    assert felt(stone.moods[-1]).strength == 0.0
    assert stone.expressions[-1]["browInnerUp"] < 0.4
