"""Directions override by name, a camera leads by its confidence, and both let go gently."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from mien.face import Directed, Emotion, Expression, Felt, Saw, Spoke, Viseme
from mien.face.channels import beginning
from mien.mood import Temper, check, felt

Play = Callable[..., Any]


def test_a_direction_overrides_for_its_time(play: Play) -> None:
    cues = [Felt(0.0, Emotion(happy=0.9), 9.0), Directed(2.0, (("mouthSmileLeft", 0.1), ("roll", 0.3)), 1.5)]
    take = play(cues, 6.0)
    smile, roll = take.curve("mouthSmileLeft"), take.curve("roll")
    assert smile[118] > 0.7
    assert smile[200] == pytest.approx(0.1, abs=0.03)
    assert roll[205] == pytest.approx(0.3, abs=0.03)
    assert smile[-1] > 0.7
    assert abs(roll[-1]) < 0.2
    assert take.curve("mouthSmileRight")[200] > 0.7  # nobody directed that one


def test_a_wink_keeps_the_other_eye_open(play: Play, quiet: Temper) -> None:
    take = play([Directed(0.5, (("eyeBlinkLeft", 1.0), ("eyeBlinkRight", 0.0)), 1.0)], 1.4, temper=quiet)
    assert take.expressions[-1]["eyeBlinkLeft"] > 0.95
    assert take.curve("eyeBlinkRight")[40:].max() < 0.05


def test_directed_values_are_held_inside_their_range(play: Play, quiet: Temper) -> None:
    take = play([Directed(0.0, (("jawOpen", 7.0), ("yaw", -9.0)), 3.0)], 3.0, temper=quiet)
    assert take.expressions[-1]["jawOpen"] == pytest.approx(1.0, abs=0.01)
    assert take.expressions[-1]["yaw"] == pytest.approx(-0.8, abs=0.01)


def test_a_flood_of_directions_is_one_direction(play: Play, quiet: Temper) -> None:
    flood = [Directed(n / 240, (("yaw", n / 1000),), 0.5) for n in range(480)]
    take = play(flood, 2.2, temper=quiet)
    assert take.expressions[-1]["yaw"] == pytest.approx(0.479, abs=0.05)


def test_a_camera_leads_and_the_mood_returns_when_it_stops(play: Play, quiet: Temper) -> None:
    seen = Expression.of({"jawOpen": 0.6, "yaw": 0.3, "gaze_x": 0.2})
    take = play([Saw(n / 30, seen) for n in range(60)], 6.0, temper=quiet)
    led, left = take.expressions[118], take.expressions[-1]
    assert led["jawOpen"] == pytest.approx(0.6, abs=0.03)
    assert led["yaw"] == pytest.approx(0.3, abs=0.03)
    assert led["gaze_x"] == pytest.approx(0.2, abs=0.03)
    assert abs(left["jawOpen"]) < 0.05
    assert abs(left["yaw"]) < 0.05


def test_half_a_confidence_leads_half_way(play: Play, quiet: Temper) -> None:
    seen = Expression.of({"jawOpen": 0.8})
    take = play([Saw(n / 30, seen, 0.5) for n in range(60)], 2.0, temper=quiet)
    assert take.expressions[-2]["jawOpen"] == pytest.approx(0.4, abs=0.05)


def test_a_camera_follows_a_blink(play: Play, quiet: Temper) -> None:
    shut, open_ = Expression.of({"eyeBlinkLeft": 1.0}), Expression.of({})
    cues = [Saw(n / 30, shut if 30 <= n < 34 else open_) for n in range(60)]
    lid = play(cues, 2.0, fps=120, temper=quiet).curve("eyeBlinkLeft")
    assert lid[110] < 0.1
    assert lid[118:146].max() > 0.85
    assert lid[170] < 0.1


def test_a_camera_sees_no_marks(play: Play, quiet: Temper) -> None:
    cues = [Felt(0.0, Emotion(shy=0.9), 9.0)] + [Saw(n / 30, Expression.of({})) for n in range(90)]
    take = play(cues, 3.0, temper=quiet)
    assert take.expressions[-2]["blush"] > 0.7
    assert np.abs(take.expressions[-2].head).max() < 0.05


def test_who_is_mirrored_may_speak_and_keeps_the_smile(play: Play, quiet: Temper) -> None:
    seen = Expression.of({"mouthSmileLeft": 0.8, "mouthSmileRight": 0.8, "browInnerUp": 0.7})
    mirrored = [Saw(n / 30, seen) for n in range(90)]
    said = Spoke(1.0, tuple(Viseme(0.15 * n, 0.15, "am"[n % 2]) for n in range(8)))
    silent, talking = play(mirrored, 2.8, temper=quiet), play([*mirrored, said], 2.8, temper=quiet)
    assert silent.curve("jawOpen").max() < 0.05
    assert talking.curve("jawOpen")[60:130].max() > 0.3
    assert talking.curve("mouthClose")[60:130].max() > silent.curve("mouthClose").max() + 0.05  # lips meet on m
    assert talking.curve("mouthSmileLeft")[60:130].max() > 0.5
    assert np.allclose(talking.curve("browInnerUp"), silent.curve("browInnerUp"), atol=1e-6)
    assert np.allclose(talking.channels()[-1], silent.channels()[-1], atol=1e-3)


def test_two_trackers_lead_a_part_of_the_face_each(play: Play, quiet: Temper) -> None:
    head, mouth = Expression.of({"yaw": 0.3, "jawOpen": 1.0}), Expression.of({"yaw": -0.5, "jawOpen": 0.6})
    cues: list[Any] = [Felt(0.0, Emotion(shy=0.9), 9.0)]
    for n in range(60):
        cues.append(Saw(n / 30, head, knows=beginning("yaw", "pitch", "roll"), feels=False))
        cues.append(Saw(n / 30 + 0.01, mouth, 0.8, beginning("jaw", "mouth"), feels=False))
    take = play(cues, 4.0, temper=quiet)
    led, left = take.expressions[118], take.expressions[-1]
    assert led["yaw"] == pytest.approx(0.3, abs=0.03)
    assert led["jawOpen"] == pytest.approx(0.6 * 0.8, abs=0.05)
    assert led["blush"] > 0.7  # nobody spoke of it
    assert left["jawOpen"] < 0.1


def test_a_tracker_that_reads_no_feeling_leaves_the_one_that_does(play: Play, quiet: Temper) -> None:
    joyful = Expression.of({}, emotion=Emotion(happy=0.9).vector())
    cues: list[Any] = []
    for n in range(60):
        cues.append(Saw(n / 30, joyful))
        cues.append(Saw(n / 30 + 0.005, Expression.of({"yaw": 0.2}), knows=beginning("yaw"), feels=False))
    assert felt(play(cues, 2.0, temper=quiet).moods[-1]).happy > 0.7


def test_a_mask_of_another_shape_is_refused() -> None:
    with pytest.raises(ValueError, match=r"Saw.knows: expected shape \(63,\)"):
        check(Saw(0.0, Expression.of({}), knows=np.ones(52, bool)))


def test_a_feeling_that_is_directed_leads_whatever_else_is_felt(play: Play) -> None:
    cues = [Directed(0.5, (("sad", 0.8),), 2.0), Felt(1.0, Emotion(happy=0.9), 3.0)]
    take = play(cues, 6.0)
    held = [felt(mood).sad for mood in take.moods[110:145]]
    assert min(held) > 0.65
    assert max(held) < 0.88
    assert felt(take.moods[-1]).sad < 0.5


def test_a_hand_is_followed_quickly(play: Play, quiet: Temper) -> None:
    slow, quick = (
        play([Directed(0.5, (("mouthSmileLeft", 1.0),), 2.0, quick)], 0.62, temper=quiet).curve("mouthSmileLeft")[-1]
        for quick in (False, True)
    )
    assert quick > 0.9
    assert slow < 0.7
