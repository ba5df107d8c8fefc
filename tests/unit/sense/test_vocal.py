"""The tone of a voice: the same however it comes, nothing told of nobody, compared with the same speaker."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from mien.face import CLASSES, WeightsError
from mien.sense.hearing import TONES, Hearer, Moment, Tone, Vocal
from mien.sense.hearing.features import BANDS, RATE
from mien.sense.hearing.prosody import COUNT, WIDTH, described, functionals
from mien.sense.hearing.tonenet import WEIGHTS, Answer, ToneNet
from mien.sense.hearing.vocal import EVERY, LONGEST

Sound = NDArray[np.float32]


def sung(seconds: float, hertz: float = 150.0, loud: float = 0.2, wide: float = 0.1, pace: float = 4.0) -> Sound:
    """Something like speech: overtones of a pitch that moves by `wide`, in `pace` syllables a second."""
    time = np.arange(int(seconds * RATE)) / RATE
    pitch = hertz * (1.0 + wide * np.sin(2.0 * np.pi * 1.3 * time))
    phase = 2.0 * np.pi * np.cumsum(pitch) / RATE
    tones = sum(np.sin(k * phase) / k for k in range(1, 25))
    return (loud * tones * (0.55 + 0.45 * np.sin(2.0 * np.pi * pace * time))).astype(np.float32)


def heard(sound: Sound, spoken: bool = True) -> list[Moment]:
    """Moments of a sound, all of them as if somebody spoke, or nobody: what the ear says of a buzz is no matter."""
    hearer = Hearer()
    return [
        Moment(one.t, one.visemes, one.opening, float(spoken), one.loudness, one.pitch, one.bands)
        for one in [*hearer.hear(sound, RATE), *hearer.close()]
    ]


def same(one: Tone, other: Tone) -> bool:
    return bool(np.allclose(one.chances, other.chances, atol=1e-6)) and one.arousal == pytest.approx(other.arousal)


def test_moments_carry_their_bands() -> None:
    moments = heard(sung(0.3))
    assert all(one.bands.shape == (BANDS,) and not one.bands.flags.writeable for one in moments)
    assert moments[15].bands.max() > moments[0].bands.min() + 0.5


def test_tones_are_the_same_however_the_moments_come() -> None:
    moments = heard(sung(3.0))
    whole = Vocal().hear(moments)
    assert [one.t for one in whole] == pytest.approx(
        [0.01 * (EVERY * (n + 1) - 1) for n in range(len(moments) // EVERY)]
    )
    for size in (1, 7, 64):
        vocal = Vocal()
        parts = [tone for at in range(0, len(moments), size) for tone in vocal.hear(moments[at : at + size])]
        assert len(parts) == len(whole)
        assert all(same(*pair) for pair in zip(parts, whole, strict=True))


def test_each_moment_stands_beside_the_last_tone() -> None:
    moments = heard(sung(1.0))
    pairs = list(Vocal().beside(moments))
    assert [one for one, _ in pairs] == moments
    assert pairs[0][1].confidence == 0.0
    tones = Vocal().hear(moments)
    assert same(pairs[-1][1], tones[-1])
    assert same(pairs[EVERY][1], tones[0])


def test_chances_are_chances() -> None:
    for tone in Vocal().hear(heard(sung(2.0))):
        assert tone.chances.shape == (len(TONES),)
        assert tone.chances.sum() == pytest.approx(1.0, abs=1e-4)
        assert tone.levels.sum() == pytest.approx(1.0, abs=1e-4)
        assert -1.0 <= tone.arousal <= 1.0
        assert 0.0 <= tone.confidence <= 0.65
        assert tone.name == TONES[int(tone.chances.argmax())]
        assert tone.emotion.dominant in CLASSES
        with pytest.raises(ValueError, match="read-only"):
            tone.chances[0] = 1.0


def test_boredom_is_none_of_the_feelings() -> None:
    chances = np.array([name == "bored" for name in TONES], np.float32)
    tone = Tone(0.0, chances, np.array([1.0, 0.0, 0.0], np.float32), -1.0, 0.6)
    assert tone.name == "bored"
    assert tone.emotion.strength == 0.0


@pytest.mark.parametrize("sound", [
    np.zeros(2 * RATE, np.float32), np.full(2 * RATE, 0.5, np.float32), sung(0.3),
    (0.05 * np.random.default_rng(1).standard_normal(2 * RATE)).astype(np.float32),
], ids=["silence", "one level", "very short", "hiss"])  # fmt: skip
def test_of_nobody_nothing_is_told(sound: Sound) -> None:
    hearer = Hearer()
    tone = Vocal().tone([*hearer.hear(sound, RATE), *hearer.close()])
    assert tone.name == "neutral"
    assert tone.confidence < 0.2
    assert abs(tone.arousal) < 0.4


def test_where_nobody_speaks_nothing_is_told_of_any_sound() -> None:
    tone = Vocal().tone(heard(sung(2.0), spoken=False))
    assert (tone.confidence, tone.arousal, tone.name) == (0.0, 0.0, "neutral")
    assert Vocal().phrases(heard(sung(2.0), spoken=False)) == []
    assert Vocal().hear([]) == []


def always(tones: dict[str, float], level: float, nobody: float = 0.0) -> Answer:
    """A net's answer: chances of tones, and of high arousal beside low."""
    chances = np.array([tones.get(name, 0.0) for name in TONES])
    return Answer(chances, np.array([0.5 - level / 2.0, 0.0, 0.5 + level / 2.0]), nobody)


def test_loudness_counts_beside_the_same_speaker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ToneNet, "__call__", lambda *_: always({"neutral": 1.0}, 0.0))
    usual, loud = heard(sung(6.0, loud=0.02)), heard(sung(2.0, loud=0.04))
    vocal = Vocal()
    assert vocal.tone(loud).arousal == pytest.approx(0.0, abs=1e-6)  # of a stranger nobody knows how loud they are
    vocal.meet(usual)
    assert vocal.tone(usual).arousal == pytest.approx(0.0, abs=0.05)
    assert vocal.tone(loud).arousal == pytest.approx(6.0 / 15.0, abs=0.05)  # 6 dB more
    vocal.forget()
    assert vocal.tone(loud).arousal == pytest.approx(0.0, abs=1e-6)


def test_confidence_is_evidence_times_chance_and_never_full(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ToneNet, "__call__", lambda *_: always({"angry": 0.8, "happy": 0.2}, 1.0, nobody=0.25))
    tone = Vocal().tone(heard(sung(2.0)))
    assert tone.confidence == pytest.approx(0.65 * 0.75 * 0.8)
    assert tone.chances[TONES.index("angry")] == pytest.approx(0.75 * 0.8)
    assert tone.chances[TONES.index("neutral")] == pytest.approx(0.25)
    assert tone.arousal == pytest.approx(0.75)
    short = Vocal().tone(heard(sung(0.6)))
    assert 0.0 < short.confidence < tone.confidence
    assert Vocal().tone(heard(sung(0.3))).confidence == 0.0


def test_what_was_heard_of_a_speaker_is_taken_from_what_is_heard(monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[NDArray[np.float64]] = []

    def answer(_: ToneNet, inputs: NDArray[np.float64]) -> Answer:
        given.append(inputs)
        return always({"neutral": 1.0}, 0.0)

    monkeypatch.setattr(ToneNet, "__call__", answer)
    moments = heard(sung(2.0))
    vocal = Vocal()
    vocal.tone(moments)
    for _ in range(4):  # four phrases of two seconds: as much as the prior
        vocal.meet(moments)
    vocal.tone(moments)
    np.testing.assert_allclose(given[1], 0.5 * given[0], atol=1e-6)


def test_phrases_lie_between_pauses_and_long_ones_are_cut() -> None:
    quiet = heard(np.zeros(RATE // 2, np.float32), spoken=False)
    loud, long = heard(sung(1.5)), heard(sung(7.0))
    moments = [
        Moment(0.01 * at, one.visemes, one.opening, one.speech, one.loudness, one.pitch, one.bands)
        for at, one in enumerate([*quiet, *loud, *quiet, *long, *quiet])
    ]
    phrases = Vocal().phrases(moments)
    assert [(round(one.start, 2), round(one.end, 2)) for one in phrases[:1]] == [(0.5, 2.0)]
    assert [phrases[1].start, phrases[-1].end] == pytest.approx([2.5, 9.5])
    assert len(phrases) == 4
    assert all(one.end - one.start <= 0.01 * LONGEST + 0.02 for one in phrases)
    assert all(a.end <= b.start + 1e-6 for a, b in pairwise(phrases))


def test_after_a_pause_another_phrase_is_heard_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ToneNet, "__call__", lambda *_: always({"angry": 1.0}, 1.0))
    quiet = heard(np.zeros(2 * RATE // 5, np.float32), spoken=False)
    tones = Vocal().hear([*heard(sung(1.6)), *quiet, *heard(sung(1.6))])  # seconds 0 to 1.6 and 2.0 to 3.6
    sure = {round(0.2 * (number + 1), 1): one.confidence for number, one in enumerate(tones)}
    assert sure[1.6] == pytest.approx(0.65)
    assert sure[2.2] == 0.0  # two tenths of it are too few to tell
    assert 0.0 < sure[2.6] < sure[3.2] == pytest.approx(0.65)


def test_numbers_of_any_sound_are_finite() -> None:
    chance = np.random.default_rng(3)
    for loud in (-100.0, -30.0, 0.0):
        bands = chance.normal(0.0, 1.0, (30, BANDS)).astype(np.float32)
        for pitch in (np.zeros(30), np.full(30, 200.0), np.where(chance.random(30) < 0.5, 0.0, 120.0)):
            rows = described(bands, bands[0], np.full(30, loud), pitch)
            assert rows.shape == (30, WIDTH)
            assert functionals(rows).shape == (COUNT,)
            assert np.isfinite(functionals(rows)).all()


def test_half_as_loud_is_another_loudness_and_not_another_colour() -> None:
    hiss = 0.02 * np.random.default_rng(4).standard_normal(RATE, dtype=np.float32)  # above the floor of every band
    full, half = (np.array([one.bands for one in heard(np.float32(loud) * (sung(1.0) + hiss))]) for loud in (1.0, 0.5))
    loud, pitch = np.full(len(full), -20.0), np.full(len(full), 150.0)
    colours = [functionals(described(bands, bands[0], loud, pitch))[:19] for bands in (full, half)]
    np.testing.assert_allclose(colours[0], colours[1], atol=0.5)


def test_the_net_is_small() -> None:
    assert sum(path.stat().st_size for path in WEIGHTS.iterdir()) <= 300_000


@pytest.mark.parametrize("change", [{"format": "mien.tone/0"}, {"tones": ["happy"]}, {"prior": None}])
def test_other_facts_are_refused(change: dict[str, object], tmp_path: Path) -> None:
    facts = json.loads((WEIGHTS / "tone.json").read_text(encoding="utf-8")) | change
    (tmp_path / "tone.json").write_text(json.dumps(facts), encoding="utf-8")
    (tmp_path / "tone.safetensors").write_bytes((WEIGHTS / "tone.safetensors").read_bytes())
    with pytest.raises(WeightsError, match="tone of voice"):
        Vocal(tmp_path)
    (tmp_path / "tone.safetensors").write_bytes(b"nothing")
    with pytest.raises(WeightsError, match="tone of voice"):
        Vocal(tmp_path)
    with pytest.raises(WeightsError, match="tone of voice"):
        Vocal(tmp_path / "nowhere")
