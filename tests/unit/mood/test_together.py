"""Many moods at once move as each would alone."""

from __future__ import annotations

import numpy as np
import pytest

from mien.face import FEELINGS, Cue, Directed, Emotion, Expression, Felt, Saw, Spoke
from mien.mood import Mood, Moods, Temper, begin, express, felt, step
from mien.testing import mumble


def happening(chance: np.random.Generator, t: float) -> list[Cue]:
    """What may happen to a mood in one frame: mostly nothing."""
    draw = chance.random()
    if draw < 0.02:
        strengths = {FEELINGS[int(chance.integers(8))]: float(chance.uniform(0.3, 1.0)) for _ in range(2)}
        return [Felt(t + float(chance.uniform(-0.1, 0.3)), Emotion.of(strengths), float(chance.uniform(0.0, 1.5)))]
    if draw < 0.03:
        return [Spoke(t, mumble("hello there", "en"))]
    if draw < 0.035:
        return [Directed(t, (("yaw", 0.3), ("jawOpen", 0.5)), 0.5)]
    if draw < 0.04:
        return [Saw(t, Expression.of({"mouthSmileLeft": 0.8}), 0.9)]
    return []


def alike(one: Mood, other: Mood, shown: Expression) -> bool:
    """Whether a mood alone, the same among others, and what is shown of it are equal up to rounding."""
    own = express(one)
    pairs = [(own.channels, shown.channels), (own.noise, shown.noise), (own.emotion, shown.emotion),
             (felt(one).vector(), felt(other).vector()), (own.channels, express(other).channels)]  # fmt: skip
    return all(np.abs(mine - theirs).max() < 1e-5 for mine, theirs in pairs) and one.t == other.t


@pytest.mark.parametrize("fps", [30, 24])
def test_many_moods_move_as_each_would_alone(fps: int) -> None:
    chance = np.random.default_rng(fps)
    tempers = [Temper(lively=float(chance.uniform(0.4, 1.9)), sway=float(chance.uniform(0.0, 2.0))) for _ in range(12)]
    alone = [begin(temper, seed) for seed, temper in enumerate(tempers)]
    together = Moods()
    numbers = [together.add(mood) for mood in alone]
    for frame in range(1, 10 * fps):
        times = [frame / fps + 0.003 * number for number in numbers]
        cues = [happening(chance, t) for t in times]
        alone = [step(mood, own, t) for mood, own, t in zip(alone, cues, times, strict=True)]
        together.step(numbers, cues, times)
        shown = together.express(numbers)
        assert all(alike(one, together[at], shown[at]) for at, one in enumerate(alone))


def test_who_is_with_whom_makes_no_difference() -> None:
    chance = np.random.default_rng(5)
    alone = {seed: begin(seed=seed) for seed in range(20)}
    together = Moods()
    numbers = {seed: together.add(mood) for seed, mood in alone.items()}
    for frame in range(1, 200):
        some = [int(seed) for seed in chance.permutation(list(alone))[: chance.integers(1, len(alone) + 1)]]
        cues, times = [happening(chance, frame / 30) for _ in some], [frame / 30] * len(some)
        for seed, own in zip(some, cues, strict=True):
            alone[seed] = step(alone[seed], own, frame / 30)
        together.step([numbers[seed] for seed in some], cues, times)
        shown = together.express([numbers[seed] for seed in some])
        assert all(alike(alone[seed], together[numbers[seed]], shown[at]) for at, seed in enumerate(some))
        if frame % 40 == 0:  # one leaves, and another takes its place
            gone = some[0]
            together.remove(numbers.pop(gone))
            del alone[gone]
            alone[100 + frame] = step(begin(seed=frame), [], frame / 30)
            numbers[100 + frame] = together.add(alone[100 + frame])
    assert sorted(numbers.values()) == list(range(20))


def test_moods_of_different_ages_may_be_stepped_together() -> None:
    moods = [begin(seed=1), step(begin(seed=2), [], 3.0), begin(seed=3)]
    times = [0.0, 3.5, 100.0]
    alone = [step(mood, [], t) for mood, t in zip(moods, times, strict=True)]
    together = Moods()
    numbers = [together.add(mood) for mood in moods]
    with pytest.raises(ValueError, match="never goes back"):
        together.step(numbers, [[], [], []], [0.0, 1.0, 0.0])
    together.step(numbers, [[], [], []], times)
    shown = together.express(numbers)
    assert all(alike(one, together[at], shown[at]) for at, one in enumerate(alone))
    together.step([], [], [])
    assert len(together.express([])) == 0
