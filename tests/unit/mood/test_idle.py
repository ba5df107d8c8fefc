"""Idle life: it moves, within bounds, and feelings tint it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from mien.face import Directed, Emotion, Felt, Spoke, Viseme
from mien.mood import Temper
from mien.mood.gaze import AHEAD, BIG, Gaze
from mien.mood.gesture import accent
from mien.mood.idle import Life

Play = Callable[..., Any]


def test_the_head_sways_a_little_and_never_much(play: Play) -> None:
    take = play([], 30.0, fps=30, seed=3, temper=Temper(roam=0.0))
    for name in ("yaw", "pitch", "roll"):
        curve = take.curve(name)
        assert 0.01 < curve.std() < 0.06
        assert np.abs(curve).max() < 0.16


def test_a_quiet_temper_is_still(play: Play, quiet: Temper) -> None:
    take = play([], 8.0, fps=30, seed=3, temper=quiet)
    assert np.abs(take.curve("yaw")).max() < 1e-6
    assert 0.004 < np.abs(take.curve("pitch")).max() < 0.03  # but it breathes


def test_eyes_stay_on_the_viewer_most_of_the_time(play: Play) -> None:
    take = play([], 60.0, fps=30, seed=4)
    aim = take.curve("gaze_x") + take.curve("yaw")  # where the eyes look, seen from outside
    assert (np.abs(aim) < 0.15).mean() > 0.65
    assert (np.abs(aim) > 0.12).mean() > 0.03
    assert 15 < take.moods[-1].gaze.count < 65


def test_eyes_counter_the_sway_of_the_head(play: Play) -> None:
    take = play([], 20.0, fps=30, seed=4, temper=Temper(roam=0.0, sway=2.0, micro=0.0))
    assert np.corrcoef(take.curve("gaze_x"), take.curve("yaw"))[0, 1] < -0.8


def test_a_glance_takes_as_long_as_it_is_wide() -> None:
    gaze = AHEAD
    calm = np.zeros(8)
    for count in range(200):
        new = gaze.jumping(float(count), float(count), 7, Temper(), calm)
        assert 0.03 <= new.seconds <= 0.15
        assert new.at(new.start) == gaze.at(new.start)
        assert new.at(new.start + new.seconds) == pytest.approx((new.to_x, new.to_y))
        assert 0.25 <= new.next - count <= 6.0
        gaze = new
    assert Gaze(to_x=0.3).size > BIG


def test_noise_is_about_standard_normal_and_slow() -> None:
    life, temper, none, still = Life.born(6), Temper(), np.zeros(8), np.zeros(3)
    rows = []
    for tick in range(1, 60 * 150):
        life = life.after_substep(tick, 6, temper, none, 0.0, still, still)
        if tick % 2 == 0:
            rows.append(life.noise(0.0, temper))
    noise = np.stack(rows)
    assert np.abs(noise.mean(axis=0)).max() < 0.35
    assert (noise.std(axis=0) > 0.45).all()
    assert (noise.std(axis=0) < 1.1).all()
    assert np.abs(noise).max() <= 2.6
    assert np.abs(np.diff(noise, axis=0)).max() * 30 < 6.0
    for row in noise.T:
        assert 0.1 < np.corrcoef(row[:-30], row[30:])[0, 1] < 0.95  # a second later it remembers, but not all


def test_hair_lags_behind_a_turning_head_and_swings_through(play: Play, quiet: Temper) -> None:
    take = play([Directed(1.0, (("yaw", 0.5),), 5.0)], 5.0, fps=60, temper=quiet)
    for strand in (0, 1):
        hair = np.array([expression.noise[strand] for expression in take.expressions])
        turning = hair[60:90]
        assert turning.min() < -0.4  # the head goes right, the strands are left behind
        assert hair[90:150].max() > 0.05  # and swing through when it stops
        assert abs(hair[-1]) < 0.1


def test_excited_is_quicker_and_larger_than_sad(play: Play) -> None:
    def travel(**feelings: float) -> float:
        take = play([Felt(0.0, Emotion.of(feelings), 60.0)], 20.0, fps=30, seed=8)
        head = np.stack([expression.head for expression in take.expressions[60:]])
        return float(np.abs(np.diff(head, axis=0)).sum())

    assert travel(happy=0.8) > 1.5 * travel(sad=0.8)


def test_it_nods_and_raises_its_brows_while_speaking(play: Play) -> None:
    words = Spoke(0.5, tuple(Viseme(0.1 * n, 0.1, "a") for n in range(60)))
    still = Temper(sway=0.0, micro=0.0, roam=0.0)
    speaking, silent = (play(cues, 6.0, fps=30, seed=2, temper=still) for cues in ([words], []))
    assert speaking.curve("pitch").min() < silent.curve("pitch").min() - 0.015
    assert speaking.curve("browInnerUp").max() > silent.curve("browInnerUp").max() + 0.05


def test_a_jolt_only_for_news() -> None:
    none, happy = np.zeros(8), np.eye(8)[0] * 0.9
    jolt = accent(happy, none, 1.0)
    assert jolt is not None
    assert jolt.name == "happy"
    assert accent(happy, happy, 1.0) is None
    assert accent(happy * 0.2, none, 1.0) is None


def test_a_surprise_jolts_the_head_up(play: Play, quiet: Temper) -> None:
    pitch = play([Felt(0.5, Emotion(surprised=0.9), 2.0)], 3.0, temper=quiet).curve("pitch")
    assert pitch[30:66].max() > pitch[-40:].mean() + 0.02


def test_idle_life_has_no_loop(play: Play) -> None:
    take = play([], 75.0, fps=5, seed=11, temper=Temper(roam=0.0, breath=0.05))
    noise = np.stack([expression.noise for expression in take.expressions])
    head = np.stack([take.curve(name) for name in ("yaw", "roll", "browDownLeft")], axis=1)
    moving = np.concatenate([noise, head], axis=1)
    moving = (moving - moving.mean(axis=0)) / moving.std(axis=0)
    alike = [float((moving[:-lag] * moving[lag:]).mean()) for lag in range(15, 250)]  # three seconds to fifty
    assert max(alike) < 0.3
