"""Hearing a sound that comes in pieces."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from mien.face import WeightsError
from mien.face.prototypes import VISEMES
from mien.sense.hearing import LOOKAHEAD, OCULUS, Hearer, Moment
from mien.sense.hearing.features import HOP, RATE, REACH, Cutter, loudness
from mien.sense.hearing.names import TO_SHAPES, TO_VRM
from mien.sense.hearing.nets import WEIGHTS
from mien.sense.hearing.pitch import REACH as PITCH_REACH
from mien.sense.hearing.pitch import pitch

Sound = NDArray[np.float32]


def tone(hertz: float, seconds: float, rate: int = RATE) -> Sound:
    time = np.arange(round(seconds * rate)) / rate
    return (0.3 * np.sin(2 * np.pi * hertz * time) + 0.1 * np.sin(4 * np.pi * hertz * time)).astype(np.float32)


def buzz(seconds: float, rate: int = RATE) -> Sound:
    """Something like a voice that comes and goes, with a hiss."""
    chance = np.random.default_rng(5)
    time = np.arange(round(seconds * rate)) / rate
    swell = 0.5 + 0.5 * np.sin(2 * np.pi * 3.0 * time)
    return (tone(140.0, seconds, rate) * swell + 0.02 * chance.standard_normal(len(time))).astype(np.float32)


def heard(sound: Sound, rate: int = RATE, sizes: tuple[int, ...] = (1 << 20,)) -> list[Moment]:
    hearer, moments, at, turn = Hearer(), [], 0, 0
    while at < len(sound):
        moments += hearer.hear(sound[at : at + sizes[turn % len(sizes)]], rate)
        at += sizes[turn % len(sizes)]
        turn += 1
    return [*moments, *hearer.close()]


@pytest.mark.parametrize("rate", [8_000, 11_025, 16_000, 44_100, 48_000])
@pytest.mark.parametrize("sizes", [(1,), (7, 0, 400, 33), (160,), (4_801,)])
def test_chunks_do_not_matter(rate: int, sizes: tuple[int, ...]) -> None:
    sound = buzz(0.4, rate)
    whole, pieces = heard(sound, rate), heard(sound, rate, sizes)
    assert [one.t for one in whole] == [one.t for one in pieces]
    for one, other in zip(whole, pieces, strict=True):
        np.testing.assert_allclose(one.visemes, other.visemes, atol=2e-4)
        assert one.opening == pytest.approx(other.opening, abs=2e-4)
        assert one.speech == pytest.approx(other.speech, abs=2e-4)
        assert one.loudness == pytest.approx(other.loudness, abs=1e-3)
        assert one.pitch == pytest.approx(other.pitch, abs=0.05)


def test_every_hundredth_of_a_second_is_told_once() -> None:
    for count in (0, 1, 159, 160, 161, 5_000, 16_000):
        moments = heard(np.zeros(count, np.float32))
        assert [one.t for one in moments] == pytest.approx([0.01 * number for number in range(-(-count // HOP))])


def test_a_moment_is_told_when_the_lookahead_has_come() -> None:
    hearer = Hearer()
    first = round(LOOKAHEAD * RATE)
    assert LOOKAHEAD <= 0.08
    assert not hearer.hear(np.zeros(first - 1, np.float32), RATE)
    assert [one.t for one in hearer.hear(np.zeros(1, np.float32), RATE)] == [0.0]
    assert [one.t for one in hearer.hear(np.zeros(HOP, np.float32), RATE)] == [0.01]


def test_after_the_end_another_sound_begins() -> None:
    hearer = Hearer()
    once = [*hearer.hear(buzz(0.3), RATE), *hearer.close()]
    again = [*hearer.hear(buzz(0.3), RATE), *hearer.close()]
    assert all((a.visemes == b.visemes).all() and a.t == b.t for a, b in zip(once, again, strict=True))
    assert not hearer.close()


@pytest.mark.parametrize("rate", [8_000, 11_025, 22_050, 32_000, 44_100, 48_000])
def test_another_rate_keeps_times_and_pitch(rate: int) -> None:
    quiet = np.zeros(rate // 2, np.float32)
    moments = heard(np.concatenate([quiet, tone(200.0, 0.5, rate), quiet]), rate)
    assert len(moments) == pytest.approx(150, abs=1)
    loud = [one.t for one in moments if one.loudness > -30]
    assert loud[0] == pytest.approx(0.5, abs=0.015)
    assert loud[-1] == pytest.approx(1.0, abs=0.015)
    high = [one.pitch for one in moments if 0.55 < one.t < 0.95]
    assert high == pytest.approx([200.0] * len(high), rel=0.01)


def test_the_rate_may_change() -> None:
    hearer = Hearer()
    moments = [*hearer.hear(tone(200, 0.5, 48_000), 48_000), *hearer.hear(tone(200, 0.5, 8_000), 8_000)]
    assert len([*moments, *hearer.close()]) == pytest.approx(100, abs=1)


def test_chances_are_chances() -> None:
    for one in heard(buzz(1.0)):
        assert one.visemes.shape == (15,)
        assert one.visemes.sum() == pytest.approx(1.0, abs=1e-4)
        assert 0.0 <= one.opening <= 1.0
        assert 0.0 <= one.speech <= 1.0
        assert one.viseme == OCULUS[int(one.visemes.argmax())]
        assert 0.0 <= min(one.vrm.values()) <= max(one.vrm.values()) <= 1.0
        assert -1.0 <= one.live2d["ParamMouthForm"] <= 1.0
        with pytest.raises(ValueError, match="read-only"):
            one.visemes[0] = 1.0


@pytest.mark.parametrize(("sound", "most"), [
    (np.zeros(2 * RATE), 0.02), (np.full(2 * RATE, 0.5), 0.02),
    (1e-3 * np.random.default_rng(1).standard_normal(2 * RATE), 0.05),  # LOG "Hearing: a first net"
], ids=["silence", "one level", "a quiet room"])  # fmt: skip
def test_silence_is_still(sound: NDArray[np.float64], most: float) -> None:
    moments = heard(sound.astype(np.float32))[70:-10]  # a level that sets in or ends is a click, and remembered
    opened = np.array([one.opening for one in moments])
    assert np.abs(np.diff(opened)).max() < most
    assert {one.viseme for one in moments} == {"sil"}
    assert max(one.speech for one in moments) < 0.5


def test_what_is_broken_is_heard_as_silence_or_clipped() -> None:
    broken = buzz(0.3)
    broken[100:500] = np.nan
    broken[600] = np.inf
    assert len(heard(broken)) == 30
    loud = heard(buzz(0.3) * 1e6)
    assert all(np.isfinite(one.visemes).all() and one.loudness <= 0.0 for one in loud)
    shifted = heard(np.clip(0.2 * buzz(0.5) + 0.5, -1, 1))
    plain = heard(0.2 * buzz(0.5))
    assert [one.loudness for one in shifted[3:-3]] == pytest.approx([one.loudness for one in plain[3:-3]], abs=0.1)


@pytest.mark.parametrize("chunk", [np.zeros((2, 10), np.float32), np.float32(0.0)])
def test_another_shape_is_refused(chunk: Sound) -> None:
    with pytest.raises(ValueError, match="chunk: expected"):
        Hearer().hear(chunk, RATE)


@pytest.mark.parametrize("rate", [0, 7_999, 200_000])
def test_another_rate_is_refused(rate: int) -> None:
    with pytest.raises(ValueError, match="rate: expected"):
        Hearer().hear(np.zeros(10, np.float32), rate)


def test_pitch_and_loudness_of_a_tone() -> None:
    for hertz in (65.0, 100.0, 220.0, 440.0, 590.0):
        found = pitch(Cutter(PITCH_REACH).feed(tone(hertz, 0.3)))[5:-5]
        np.testing.assert_allclose(found, hertz, rtol=0.005)
    noise = np.random.default_rng(0).normal(0.0, 0.1, RATE).astype(np.float32)
    assert (pitch(Cutter(PITCH_REACH).feed(noise)) > 0).mean() < 0.02
    level = loudness(Cutter(REACH).feed(np.sqrt(2.0, dtype=np.float32) * 0.1 * tone(200.0, 0.5) / 0.3))
    assert level[10] == pytest.approx(-20.0 + 10 * np.log10(1 + 1 / 9), abs=0.3)


def test_every_viseme_has_a_mouth() -> None:
    assert (TO_SHAPES.sum(axis=1) > 0).all()
    assert TO_SHAPES[OCULUS.index("PP"), VISEMES.index("m")] == 1.0
    assert TO_VRM[OCULUS.index("PP")].sum() == 0.0
    assert [TO_VRM[OCULUS.index(name)].max() for name in ("aa", "E", "ih", "oh", "ou")] == [1.0] * 5


def test_the_net_is_small() -> None:
    assert sum((WEIGHTS / name).stat().st_size for name in ("ear.onnx", "ear.safetensors")) <= 1_000_000


@pytest.mark.parametrize("change", [{"format": "mien.hearing/0"}, {"visemes": ["sil"]}, {"width": None}])
def test_other_facts_are_refused(change: dict[str, object], tmp_path: Path) -> None:
    facts = json.loads((WEIGHTS / "hearing.json").read_text(encoding="utf-8")) | change
    (tmp_path / "hearing.json").write_text(json.dumps(facts), encoding="utf-8")
    with pytest.raises(WeightsError, match=r"hearing\.json"):
        Hearer(tmp_path)
    with pytest.raises(WeightsError, match=r"hearing\.json"):
        Hearer(tmp_path / "nowhere")
