"""Many moods at once move as each would alone."""

from __future__ import annotations

import numpy as np
import pytest

from mien.face import FEELINGS, Cue, Directed, Emotion, Expression, Felt, Saw, Spoke
from mien.mood import Mood, Temper, begin, express, express_together, felt, step, step_together
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


@pytest.mark.parametrize("fps", [30, 24])
def test_many_moods_move_as_each_would_alone(fps: int) -> None:
    chance = np.random.default_rng(fps)
    tempers = [Temper(lively=float(chance.uniform(0.4, 1.9)), sway=float(chance.uniform(0.0, 2.0))) for _ in range(12)]
    alone = [begin(temper, seed) for seed, temper in enumerate(tempers)]
    together = list(alone)
    for frame in range(1, 10 * fps):
        times = [frame / fps + 0.003 * number for number in range(len(alone))]
        cues = [happening(chance, t) for t in times]
        alone = [step(mood, own, t) for mood, own, t in zip(alone, cues, times, strict=True)]
        together = step_together(together, cues, times)
        for one, other, shown in zip(alone, together, express_together(together), strict=True):
            assert np.abs(express(one).channels - shown.channels).max() < 1e-5
            assert np.abs(express(one).noise - shown.noise).max() < 1e-5
            assert np.abs(express(one).emotion - shown.emotion).max() < 1e-5
            assert np.abs(felt(one).vector() - felt(other).vector()).max() < 1e-5


def test_moods_of_different_ages_may_be_stepped_together() -> None:
    moods: list[Mood] = [begin(seed=1), step(begin(seed=2), [], 3.0), begin(seed=3)]
    times = [0.0, 3.5, 100.0]
    alone = [step(mood, [], t) for mood, t in zip(moods, times, strict=True)]
    for one, other in zip(step_together(moods, [[], [], []], times), alone, strict=True):
        assert one.t == other.t
        assert np.allclose(express(one).channels, express(other).channels, atol=1e-5)
    assert step_together([], [], []) == []
    with pytest.raises(ValueError, match="never goes back"):
        step_together(moods, [[], [], []], [0.0, 1.0, 0.0])
