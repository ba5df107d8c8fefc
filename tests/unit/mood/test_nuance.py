"""No feeling is shown twice in the same way, and no face shows two that exclude each other."""

from __future__ import annotations

from collections.abc import Callable
from itertools import permutations
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mien.face import FEELINGS, Cue, Directed, Emotion, Felt, Spoke, Viseme
from mien.face.channels import CHANNELS
from mien.mood import Temper, begin, step
from mien.mood.feelings import OPPOSED, loudness
from mien.mood.nuance import PLAIN

Play = Callable[..., Any]

FACE = [at for at, name in enumerate(CHANNELS) if name.startswith(("brow", "mouth", "cheek", "nose", "eyeWide"))]
SIGN = {
    "happy": "mouthSmile", "sad": "mouthFrown", "angry": "browDown", "surprised": "browOuterUp",
    "disgusted": "noseSneer", "afraid": "mouthStretch", "shy": "mouthPress", "relaxed": "mouthSmile",
}  # fmt: skip


SMILING = [pair for pair in permutations(FEELINGS, 2) if {*pair} & {"happy", "relaxed"}]


@pytest.mark.parametrize("name", ["happy", "sad", "angry", "surprised", "shy"])
def test_the_same_line_again_is_not_shown_in_the_same_way(play: Play, quiet: Temper, name: str) -> None:
    apart, sides = [], []
    for seed in range(5):
        line = Emotion.of({name: 0.7})
        takes = [play([Felt(t, line, 2.0)], t + 2.0, fps=30, seed=seed, temper=quiet) for t in (0.5, 2.5)]
        once, again = (
            np.stack([take.curve(f"{SIGN[name]}{side}")[-60:] for side in ("Left", "Right")]) for take in takes
        )
        apart.append(float(np.abs(once - again).max() / once.max()))
        sides.append(float(np.abs(once[0] - once[1]).max() / once.max()))
    assert min(apart) > 0.01  # never the same
    assert float(np.median(apart)) > 0.06  # and as a rule one can see it
    assert float(np.median(sides)) > 0.02


@given(st.integers(0, 2**40), st.integers(0, 10**6))
def test_a_nuance_is_small_and_is_eased_into(seed: int, count: int) -> None:
    drawn = PLAIN.drawn(seed, count)
    assert 0.8 <= drawn.tempo <= 1.2
    before = drawn
    assert (before.sized, before.leaning) == (0.0, 0.0)
    for _ in range(120):
        after = before.after_substep()
        assert abs(after.sized - before.sized) < 0.01
        assert abs(after.leaning - before.leaning) < 0.01
        before = after
    assert before.sized == pytest.approx(drawn.size, abs=0.01)
    assert np.abs(before.sides - 1.0).max() <= 0.1


@given(
    st.sampled_from([(one, other) for one, against in OPPOSED.items() for other in against]), st.booleans(),
    st.floats(0.4, 1.0), st.floats(0.0, 0.6), st.integers(0, 1000),
)  # fmt: skip
@settings(max_examples=12)
def test_feelings_that_exclude_each_other_do_not_blend(
    play: Play, quiet: Temper, pair: tuple[str, str], turned: bool, strength: float, share: float, seed: int
) -> None:
    leader, other = reversed(pair) if turned else pair
    faces = [
        play([Felt(0.0, Emotion.of(feelings), 9.0)], 3.0, fps=10, seed=seed, temper=quiet).channels()[-1]
        for feelings in ({leader: strength}, {leader: strength, other: share * strength})
    ]
    assert np.abs(faces[0] - faces[1])[FACE].max() < 0.2


def test_a_happy_surprise_is_a_blend(play: Play, quiet: Temper) -> None:
    face = play([Felt(0.0, Emotion(happy=0.7, surprised=0.6), 9.0)], 3.0, temper=quiet).expressions[-1]
    assert face["mouthSmileLeft"] > 0.6
    assert face["browOuterUpLeft"] > 0.6


@pytest.mark.parametrize(("one", "other"), SMILING)
def test_a_mouth_never_smiles_and_frowns_at_once(play: Play, quiet: Temper, one: str, other: str) -> None:
    cues = [Felt(0.0, Emotion.of({one: 0.9}), 9.0), Felt(2.0, Emotion.of({other: 0.9}), 9.0)]
    take = play(cues, 4.0, fps=30, temper=quiet)
    assert np.minimum(take.curve("mouthSmileLeft"), take.curve("mouthFrownLeft")).max() < 0.12


@given(st.floats(0.85, 1.0), st.floats(0.72, 0.83), st.floats(0.3, 0.6), st.integers(0, 100))
@settings(max_examples=6)
def test_eyes_that_a_smile_has_shut_stay_so_for_a_little_less_joy(
    play: Play, much: float, less: float, little: float, seed: int
) -> None:
    cues = [Felt(t, Emotion(happy=joy), 4.0, utterance="one") for t, joy in ((0.0, much), (1.5, less), (2.8, little))]
    lid = play(cues, 4.5, fps=30, seed=seed, temper=Temper(blink_every=60.0)).curve("eyeBlinkLeft")
    assert lid[45:84].min() > 0.9
    assert lid[120:].min() < 0.3


def test_who_shouts_opens_wide_and_who_whispers_hardly(play: Play, quiet: Temper) -> None:
    def opening(**feelings: float) -> float:
        words = Spoke(2.0, tuple(Viseme(0.12 * n, 0.12, "a") for n in range(8)))
        take = play([Felt(0.0, Emotion.of(feelings), 9.0), words], 3.0, temper=quiet)
        return float(take.curve("jawOpen")[130:170].mean())

    plain = opening()
    assert opening(angry=0.9) > opening(happy=0.9) - 0.1 > plain
    assert opening(shy=0.9) < 0.8 * plain
    assert opening(sad=0.9) < 0.9 * plain
    assert loudness(np.eye(len(FEELINGS))[FEELINGS.index("shy")]) == -1.0


def test_a_large_shift_of_the_eyes_often_brings_a_blink_and_a_small_one_seldom() -> None:
    def blinked(gaze: float) -> float:
        count = 0
        for seed in range(60):
            glance = Directed(1.0, (("gaze_x", gaze),), 2.0)
            mood = step(begin(Temper(blink_every=60.0, roam=0.0), seed), [glance], 0.98)
            count += int(step(mood, [], 1.3).lids.count > mood.lids.count)
        return count / 60

    assert 0.2 < blinked(0.3) < 0.55
    assert blinked(0.1) < 0.05


def test_a_startled_face_hardly_blinks() -> None:
    def blinks(**feelings: float) -> int:
        cues: list[Cue] = [Directed(3.0 * n, (("gaze_x", 0.3),), 1.0) for n in range(1, 20)]
        cues.append(Felt(0.0, Emotion.of(feelings), 90.0))
        return sum(step(begin(Temper(), seed), cues, 60.0).lids.count for seed in range(3))

    calm = blinks()
    assert blinks(afraid=0.8) < 0.8 * calm
    assert blinks(surprised=0.8) < 0.6 * calm


def test_a_feeling_that_lasts_is_not_held_like_a_pose(play: Play) -> None:
    still = Temper(sway=0.0, roam=0.0, blink_every=60.0)
    for name, sign in (("afraid", "pitch"), ("angry", "eyeSquintLeft"), ("happy", "browOuterUpLeft")):
        take = play([Felt(0.0, Emotion.of({name: 0.8}), 60.0)], 20.0, fps=10, seed=3, temper=still)
        windows = take.channels()[31:].reshape(10, 17, -1)
        assert np.ptp(windows, axis=1).max(axis=1).min() > 0.03  # never frozen for two seconds
        assert np.ptp(take.curve(sign)[31:]) > 0.04  # and now and then its gesture comes again
