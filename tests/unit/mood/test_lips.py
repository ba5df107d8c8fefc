"""The live mouth: it follows what is heard, never snaps, and shuts when nothing more comes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from mien.face import Emotion, Felt, Mouthed, Spoke, Viseme
from mien.mood import Temper, check
from mien.mood.lips import SHUT

Play = Callable[..., Any]


def heard(name: str, start: float, seconds: float, each: float = 0.01, amount: float = 1.0) -> list[Mouthed]:
    """One mouth, heard again and again."""
    return [Mouthed(start + each * place, ((name, amount),)) for place in range(round(seconds / each))]


def test_the_mouth_follows_within_a_few_frames_and_shuts_again(play: Play, quiet: Temper) -> None:
    take = play([*heard("a", 0.5, 0.4), Mouthed(0.9, (), 0.0)], 1.5, fps=60, temper=quiet)
    jaw = take.curve("jawOpen")
    assert jaw[:30].max() < 0.03
    assert jaw[round(60 * 0.56)] > 0.4
    assert jaw[round(60 * 0.96)] < 0.15
    assert jaw[-1] < 0.03
    assert take.moods[-1].voice.lips is SHUT


def test_when_nothing_more_is_heard_the_mouth_shuts(play: Play, quiet: Temper) -> None:
    take = play(heard("o", 0.2, 0.3), 1.6, fps=60, temper=quiet)
    assert take.curve("mouthFunnel")[round(60 * 0.45)] > 0.4
    assert take.curve("mouthFunnel")[-1] < 0.02
    assert take.moods[-1].voice.lips is SHUT


def test_in_silence_nothing_moves(play: Play, quiet: Temper) -> None:
    cues = [Mouthed(0.05 + 0.01 * place, (), 0.0) for place in range(100)]
    still = play([], 1.2, fps=60, temper=quiet).channels()
    assert play(cues, 1.2, fps=60, temper=quiet).channels() == pytest.approx(still, abs=1e-12)


@pytest.mark.parametrize("fps", [24.0, 30.0, 60.0, 144.0])
def test_it_is_the_same_at_any_frame_rate(play: Play, quiet: Temper, fps: float) -> None:
    cues = [*heard("a", 0.5, 0.2), *heard("m", 0.7, 0.1), *heard("u", 0.8, 0.2)]
    fine = play(cues, 1.5, fps=720, temper=quiet).curve("jawOpen")
    rough = play(cues, 1.5, fps=fps, temper=quiet).curve("jawOpen")
    assert rough == pytest.approx(fine[:: round(720 / fps)], abs=0.03)


def test_lips_meet_and_the_corners_keep_the_feeling(play: Play, quiet: Temper) -> None:
    cues = [Felt(0.0, Emotion(happy=0.8), 9.0), *heard("a", 2.0, 0.2), *heard("m", 2.2, 0.1), *heard("a", 2.3, 0.2)]
    take = play(cues, 2.6, fps=120, temper=quiet)
    jaw = take.curve("jawOpen")
    assert jaw[round(120 * 2.19)] > 0.4
    assert jaw[round(120 * 2.3)] < 0.1
    assert take.curve("mouthSmileLeft")[round(120 * 2.05) :].min() > 0.5


def test_nothing_snaps(play: Play, quiet: Temper) -> None:
    chance = np.random.default_rng(3)
    cues = [Mouthed(0.3 + 0.01 * place, (("aiueomfs"[chance.integers(8)], 1.0),)) for place in range(100)]
    jaw = play(cues, 2.0, fps=240, temper=quiet).curve("jawOpen")
    assert np.abs(np.diff(jaw)).max() * 240 < 30.0


def test_it_speaks_over_what_was_said(play: Play, quiet: Temper) -> None:
    said = Spoke(0.2, (Viseme(0.0, 2.0, "u"),))
    take = play([said, Spoke(1.0, ()), *heard("a", 1.0, 0.5)], 1.4, fps=60, temper=quiet)
    assert take.curve("jawOpen")[-1] > 0.5
    assert take.curve("mouthPucker")[-1] < 0.1


@pytest.mark.parametrize(
    ("cue", "says"),
    [
        (Mouthed(0.0, (("x", 1.0),)), "no mouth shape 'x'"), (Mouthed(0.0, (("a", 1.5),)), "in 0..1"),
        (Mouthed(0.0, (("a", float("nan")),)), "in 0..1"), (Mouthed(0.0, (), -0.1), "in 0..1"),
        (Mouthed(float("inf"), ()), "finite number of seconds"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused(cue: Mouthed, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        check(cue)
