"""The speaking mouth: smooth, lips that meet, and a mood that stays."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mien.face import VISEMES, Emotion, Felt, Spoke, Viseme
from mien.mood import Temper
from mien.mood.speech import SILENT, Utterance

Play = Callable[..., Any]


def said(names: str, each: float = 0.12) -> tuple[Viseme, ...]:
    return tuple(Viseme(each * place, each, name) for place, name in enumerate(names))


@given(st.text("aiueomfs", min_size=1, max_size=12), st.floats(0.06, 0.3))
@settings(max_examples=20)
def test_neighbouring_shapes_share_the_mouth(names: str, each: float) -> None:
    utterance = Utterance.of(Spoke(0.0, said(names, each)), now=-1.0)
    for t in np.linspace(0.15, max(0.16, each * len(names) - 0.15), 40):
        amounts = utterance.amounts(float(t))
        assert (amounts > -1e-9).all()
        assert amounts.sum() <= 1.0 + 1e-6
    middle = 0.5 * each
    assert utterance.amounts(middle)[VISEMES.index(names[0])] > 0.5


def test_vowels_open_their_own_way(play: Play, quiet: Temper) -> None:
    def middle(name: str) -> Any:
        return play([Spoke(0.0, said(name * 4, 0.15))], 0.4, fps=60, temper=quiet).expressions[-6]

    assert middle("a")["jawOpen"] > 0.55
    assert middle("i")["mouthStretchLeft"] > 0.4
    assert middle("u")["mouthPucker"] > 0.7
    assert middle("o")["mouthFunnel"] > 0.6


@pytest.mark.parametrize("feeling", ["happy", "surprised", "angry"])
def test_lips_close_on_m_whatever_the_mood(play: Play, quiet: Temper, feeling: str) -> None:
    cues = [Felt(0.0, Emotion.of({feeling: 0.9}), 9.0), Spoke(2.0, said("amama", 0.1))]
    take = play(cues, 2.6, fps=120, temper=quiet)
    open_jaw = take.curve("jawOpen")
    assert open_jaw[round(2.05 * 120)] > 0.3
    assert open_jaw[round(2.15 * 120)] < 0.08
    assert open_jaw[round(2.35 * 120)] < 0.08


def test_the_corners_keep_the_feeling(play: Play, quiet: Temper) -> None:
    words = Spoke(2.0, said("aioueaiou"))
    happy = play([Felt(0.0, Emotion(happy=0.8), 9.0), words], 3.0, temper=quiet)
    sad = play([Felt(0.0, Emotion(sad=0.8), 9.0), words], 3.0, temper=quiet)
    during = slice(130, 175)
    assert happy.curve("mouthSmileLeft")[during].min() > 0.5
    assert sad.curve("mouthFrownLeft")[during].min() > 0.5
    assert sad.curve("mouthSmileLeft")[during].max() < 0.1


def test_the_excited_open_wider_than_the_sad(play: Play, quiet: Temper) -> None:
    def opening(**feelings: float) -> float:
        take = play([Felt(0.0, Emotion.of(feelings), 9.0), Spoke(2.0, said("aaaa"))], 2.4, temper=quiet)
        return float(take.curve("jawOpen")[122:].max())

    assert opening(happy=0.8) > opening(sad=0.8)


def test_a_second_utterance_takes_over_smoothly(play: Play, quiet: Temper) -> None:
    take = play([Spoke(0.0, said("aaaaaaaa")), Spoke(0.5, said("uuuuuuuu"))], 1.2, fps=120, temper=quiet)
    jaw, pucker = take.curve("jawOpen"), take.curve("mouthPucker")
    assert jaw[50] > 0.55
    assert pucker[80] > 0.7
    assert jaw[80] < 0.35
    assert np.abs(np.diff(jaw)).max() < 0.15


def test_an_empty_utterance_stops_the_mouth(play: Play, quiet: Temper) -> None:
    take = play([Spoke(0.0, said("aaaaaaaaaaaa")), Spoke(0.5, ())], 1.2, fps=60, temper=quiet)
    assert take.curve("jawOpen")[-1] < 0.05


def test_silence_follows(play: Play, quiet: Temper) -> None:
    take = play([Spoke(0.0, said("aaa"))], 1.5, temper=quiet)
    assert take.moods[-1].voice.utterances == SILENT.utterances
    assert take.curve("jawOpen")[-1] < 0.05


def test_ten_thousand_shapes_cost_no_more_than_those_at_hand() -> None:
    utterance = Utterance.of(Spoke(0.0, said("am" * 5000, 0.1)), now=0.0)
    assert utterance.amounts(500.05).argmax() == VISEMES.index("a")
    assert utterance.talking(500.0) == 1.0
    assert utterance.over == pytest.approx(1000.0, abs=0.5)
