"""Laws of the mood: in range, never snapping, the same at any frame rate, replayable, and back to rest."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from mien.face import (
    FEELINGS,
    NEUTRAL,
    VISEMES,
    Cue,
    Directed,
    Emotion,
    Expression,
    Felt,
    Saw,
    Spoke,
    Viseme,
)
from mien.face.channels import CHANNELS, HIGH, LOW, channel
from mien.face.expression import NOISE
from mien.mood import SPEED, Mood, Temper, begin, check, express, felt, step

Play = Callable[..., Any]

times = st.floats(0.0, 3.0)
emotions = st.builds(Emotion, *[st.floats(0.0, 1.0) for _ in FEELINGS])


@st.composite
def utterances(draw: st.DrawFn) -> tuple[Viseme, ...]:
    shapes: list[Viseme] = []
    at = 0.0
    for _ in range(draw(st.integers(0, 10))):
        seconds = draw(st.floats(0.02, 0.3))
        shapes.append(Viseme(at, seconds, draw(st.sampled_from(VISEMES)), draw(st.floats(0.0, 1.0))))
        at += seconds
    return tuple(shapes)


@st.composite
def poses(draw: st.DrawFn) -> Expression:
    random = np.random.default_rng(draw(st.integers(0, 2**32)))
    return Expression.clipped(random.uniform(LOW, HIGH), np.zeros(NOISE), random.uniform(0, 1, 8))


cues = st.one_of(
    st.builds(Felt, times, emotions, st.floats(0.0, 2.0)),
    st.builds(Spoke, times, utterances()),
    st.builds(
        Directed,
        times,
        st.lists(st.tuples(st.sampled_from(CHANNELS), st.floats(-2.0, 2.0)), max_size=4).map(tuple),
        st.floats(0.0, 2.0),
    ),
    st.builds(Saw, times, poses(), st.floats(0.0, 1.0)),
)
shows = st.lists(cues, max_size=10)
seeds = st.integers(-(2**63), 2**63)

SHOW = (
    Felt(0.3, Emotion(happy=0.9), 1.0),
    Spoke(0.6, tuple(Viseme(0.1 * n, 0.1, name) for n, name in enumerate("mamaosifu"))),
    Felt(1.7, Emotion(surprised=0.8, afraid=0.3), 0.8),
    Directed(2.1, (("yaw", 0.4), ("eyeBlinkLeft", 1.0)), 0.7),
    Saw(2.7, Expression.of({"jawOpen": 0.5, "pitch": -0.2}), 0.8),
)


@given(shows, seeds)
@settings(max_examples=8, phases=(Phase.generate,))
def test_every_channel_stays_in_range_and_below_its_speed(play: Play, show: list[Cue], seed: int) -> None:
    take = play(show, 4.0, fps=120, seed=seed)
    channels = take.channels()
    assert (channels >= LOW - 1e-6).all()
    assert (channels <= HIGH + 1e-6).all()
    speed = np.abs(np.diff(channels, axis=0)).max(axis=0) * 120
    assert (speed <= SPEED + 1e-3).all(), CHANNELS[int((speed / SPEED).argmax())]


@given(shows, seeds, st.sampled_from([24, 30, 144, 90]))
@settings(max_examples=8, phases=(Phase.generate,))
def test_the_frame_rate_only_samples(play: Play, show: list[Cue], seed: int, fps: int) -> None:
    one, other = play(show, 4.0, fps=60, seed=seed), play(show, 4.0, fps=fps, seed=seed)
    for sixth in range(24):
        expression, again = one.at(sixth / 6), other.at(sixth / 6)
        assert np.abs(expression.channels - again.channels).max() < 1e-3
        assert np.abs(expression.noise - again.noise).max() < 1e-3
        assert np.abs(expression.emotion - again.emotion).max() < 1e-3


def test_between_two_substeps_the_face_moves_on(play: Play) -> None:
    channels = play(SHOW, 3.5, fps=120, seed=3).channels()
    before, middle, after = channels[:-2:2], channels[1:-1:2], channels[2::2]
    off = np.abs(middle - 0.5 * (before + after)).sum(axis=0)
    moved = np.abs(after - before).sum(axis=0)
    moving = moved > 0.05
    assert moving.sum() > 30
    assert (off[moving] / moved[moving]).max() < 0.3  # half of the way: 0; waiting for the substep: 0.5


@given(shows, seeds)
@settings(max_examples=4, phases=(Phase.generate,))
def test_a_show_replays_equal(play: Play, show: list[Cue], seed: int) -> None:
    assert play(show, 3.0, fps=30, seed=seed).expressions == play(show, 3.0, fps=30, seed=seed).expressions


@given(shows, seeds)
@settings(max_examples=3, phases=(Phase.generate,))
def test_after_the_cues_the_face_comes_to_rest(quiet: Temper, show: list[Cue], seed: int) -> None:
    mood = step(begin(quiet, seed), show, 0.0)
    for second in range(1, 50):
        mood = step(mood, [], float(second))
    expression = express(mood)
    assert np.abs(expression.emotion).max() < 0.05
    off = np.abs(expression.channels)
    off[[channel("eyeBlinkLeft"), channel("eyeBlinkRight")]] = 0.0  # it may just be blinking
    assert off.max() < 0.06  # a breath


def test_irregular_ticks_change_nothing() -> None:
    def ended(ticks: list[float]) -> Expression:
        mood = begin(seed=5)
        for before, t in zip([-1.0, *ticks], ticks, strict=False):
            mood = step(mood, [cue for cue in SHOW if before < cue.t <= t], t)
        return express(mood)

    assert ended([n / 60 for n in range(241)]) == ended([0.0, 0.013, 0.31, 0.9, 2.11, 2.12, 3.5, 4.0])


def test_cues_may_come_early_and_wait_for_their_time(play: Play) -> None:
    early = step(begin(seed=1), SHOW, 0.0)
    for tick in range(1, 181):
        early = step(early, [], tick / 60)
    assert express(early) == play(SHOW, 3.0).expressions[-1]


def test_seeds_differ(play: Play) -> None:
    assert play(SHOW, 2.0, seed=1).expressions != play(SHOW, 2.0, seed=2).expressions


def test_time_does_not_go_back() -> None:
    mood = step(begin(), [], 1.0)
    with pytest.raises(ValueError, match=r"t >= 1, got 0\.5"):
        step(mood, [], 0.5)
    with pytest.raises(ValueError, match="got nan"):
        step(mood, [], float("nan"))
    assert express(step(mood, [], 1.0)) == express(mood)


def test_a_long_sleep_costs_no_more_than_half_a_minute() -> None:
    mood = step(begin(), [Felt(1.0, Emotion(happy=1.0))], 2.0)
    woken = step(mood, [], 1e6)
    assert woken.tick == 60_000_000
    assert felt(woken).strength < 0.1


def test_what_is_felt_is_told(play: Play) -> None:
    take = play([Felt(0.5, Emotion(angry=0.8), 1.5)], 2.0)
    assert felt(take.moods[0]) == NEUTRAL
    assert felt(take.moods[-1]).dominant == "angry"
    assert take.expressions[-1].emotion == pytest.approx(felt(take.moods[-1]).vector())


@pytest.mark.parametrize(
    ("cue", "message"),
    [
        (Directed(0.0, (("jaw", 1.0),)), "no channel 'jaw'"),
        (Directed(0.0, (("jawOpen", float("nan")),)), "jawOpen: expected a finite number"),
        (Directed(0.0, (), float("inf")), "hold: expected seconds >= 0"),
        (Felt(float("inf"), NEUTRAL), "Felt.t: expected a finite number"),
        (Felt(0.0, NEUTRAL, hold=-1.0), "Felt.hold"),
        (Spoke(0.0, (Viseme(0.0, 0.1, "q"),)), "no mouth shape 'q'"),
        (Spoke(0.0, (Viseme(float("nan"), 0.1, "a"),)), "finite"),
        (Saw(0.0, Expression.of({}), 1.5), "confidence"),
    ],
)
def test_a_cue_that_makes_no_sense_is_refused(cue: Cue, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        check(cue)


def test_the_state_is_a_value() -> None:
    mood: Mood = begin(seed=3)
    before = express(mood)
    step(mood, SHOW, 3.0)
    assert express(mood) == before
    assert mood.t == 0.0
