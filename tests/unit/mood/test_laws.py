"""How layers share a face, for any mixture of feelings, any temper and any speech."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mien.face import FEELINGS, Emotion, Felt, Spoke, Viseme
from mien.face.channels import CHANNELS, channel
from mien.mood import Temper, begin, express, step

emotions = st.builds(Emotion, *[st.floats(0.0, 1.0) for _ in FEELINGS])
tempers = st.builds(
    Temper,
    expressive=st.floats(0.5, 1.5),
    lively=st.floats(0.5, 2.0),
    sway=st.floats(0.0, 2.0),
    micro=st.floats(0.0, 2.0),
)
SIDES = [
    (channel(name), channel(name[:-4] + "Right"))
    for name in CHANNELS
    if name.endswith("Left") and not name.startswith(("eyeLook", "mouthLeft"))
]
"""Muscles that come in pairs, but for those that turn the eyes, which are opposed by their nature."""


def _played(cues: list[Any], seconds: float, seed: int, temper: Temper) -> np.ndarray:
    """(ticks of 1/60 s, 63) channels."""
    mood, rows, last = begin(temper, seed), [], -1.0
    for tick in range(round(60 * seconds) + 1):
        t = tick / 60
        mood = step(mood, [cue for cue in cues if last < cue.t <= t], t)
        rows.append(express(mood).channels)
        last = t
    return np.stack(rows).astype(np.float64)


def _col(rows: np.ndarray, name: str) -> np.ndarray:
    return np.asarray(rows[:, channel(name)])


@settings(max_examples=10)
@given(emotions, emotions, st.integers(0, 10_000), tempers)
def test_the_sides_differ_and_never_tear(one: Emotion, other: Emotion, seed: int, temper: Temper) -> None:
    speech = tuple(Viseme(0.2 * n, 0.2, "aiueom"[n % 6]) for n in range(8))
    rows = _played([Felt(0.2, one, 1.0), Spoke(0.4, speech), Felt(1.4, other, 1.0)], 3.2, seed, temper)
    apart = np.array([np.abs(rows[:, left] - rows[:, right]) for left, right in SIDES])
    lids = [at for at, (left, _) in enumerate(SIDES) if CHANNELS[left].startswith(("eyeBlink", "eyeWide"))]
    brows = [at for at, (left, _) in enumerate(SIDES) if CHANNELS[left].startswith("browOuter")]
    rest = [at for at in range(len(SIDES)) if at not in (*lids, *brows)]
    assert apart[rest].max() < 0.25 + 0.15 * max(0.0, temper.micro - 1.0)  # a temper may ask for larger small movements
    assert apart[brows].max() < 0.05 + 0.35 * max(1.0, temper.micro)  # one brow alone is raised on purpose
    assert (apart[lids] > 0.3).mean() < 0.02  # one lid is at most a frame or so behind the other


@settings(max_examples=10)
@given(emotions, st.integers(0, 10_000), tempers)
def test_lips_meet_on_m_whatever_is_felt(emotion: Emotion, seed: int, temper: Temper) -> None:
    speech = (Viseme(0.0, 0.25, "a"), Viseme(0.25, 0.14, "m"), Viseme(0.39, 0.25, "a"))
    rows = _played([Felt(0.1, emotion, 3.0), Spoke(1.6, speech)], 2.6, seed, temper)
    jaw, low, up = (_col(rows, name) for name in ("jawOpen", "mouthLowerDownLeft", "mouthUpperUpLeft"))
    shut = slice(round(60 * 1.88), round(60 * 1.96))
    assert jaw[shut].min() < 0.12
    assert (jaw + low + up)[shut].min() < 0.3
    assert jaw[round(60 * 1.72)] > jaw[shut].min() + 0.15  # and they part again


@pytest.mark.parametrize("seed", range(6))
def test_eyes_that_smile_shut_do_not_blink(seed: int) -> None:
    rows = _played([Felt(0.0, Emotion(happy=1.0), 4.0)], 3.1, seed, Temper(blink_every=0.8, micro=2.0))
    lid = _col(rows, "eyeBlinkLeft")[90:]
    assert lid.min() > 0.95  # nor do they open to a slit
    assert np.abs(np.diff(lid)).max() < 0.05  # a blink's lid moves a third in a frame


@pytest.mark.parametrize("seed", range(4))
def test_a_sad_mouth_stays_sad_while_it_speaks(seed: int) -> None:
    speech = tuple(Viseme(0.16 * n, 0.16, "aiueo"[n % 5]) for n in range(12))
    rows = _played([Felt(0.0, Emotion(sad=0.9), 6.0), Spoke(2.0, speech)], 4.0, seed, Temper())
    frown, smile = _col(rows, "mouthFrownLeft")[130:230], _col(rows, "mouthSmileLeft")[130:230]
    assert frown.min() > 0.35
    assert (frown - smile).min() > 0.25


@settings(max_examples=5)
@given(st.lists(st.tuples(st.floats(0.0, 1.5), emotions), max_size=4), st.integers(0, 10_000))
def test_after_a_minute_nothing_is_left(felt: list[tuple[float, Emotion]], seed: int) -> None:
    quiet = Temper(sway=0.0, micro=0.0, roam=0.0, nod=0.0, stir=0.0, blink_every=60.0)
    mood, last = begin(quiet, seed), -1.0
    cues = [Felt(t, emotion, 1.0) for t, emotion in felt]
    for t in (*np.arange(0.0, 3.0, 0.1), *np.arange(3.0, 75.0, 1.0)):
        mood = step(mood, [cue for cue in cues if last < cue.t <= t], float(t))
        last = float(t)
    face = [at for at, name in enumerate(CHANNELS) if name.startswith(("brow", "mouth", "cheek", "nose", "jaw"))]
    assert np.abs(express(mood).channels[face]).max() < 0.05
