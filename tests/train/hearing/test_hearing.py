"""Learning to hear, of made-up speech and tiny nets."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from mien.cli import main
from mien.face import InputError, SettingsError, WeightsError
from mien.sense.hearing import OCULUS, Hearer
from mien.sense.hearing.nets import AFTER, BEFORE
from mien.sense.hearing.nets import Ear as Net
from mien.train.core import loop
from mien.train.core.checkpoint import save_checkpoint
from mien.train.core.loop import Recipe
from mien.train.hearing import prepare
from mien.train.hearing.clips import FRAMES, Clips
from mien.train.hearing.engines import installed, speak
from mien.train.hearing.espeak import held
from mien.train.hearing.measure import closed, measured, scores, wave, whole
from mien.train.hearing.networks import Answers, Ear
from mien.train.hearing.phonemes import TABLE, Span, frames, parts, tidy
from mien.train.hearing.prepare import prepare_speech, read_speech, utterances
from mien.train.hearing.programs import japanese
from mien.train.hearing.speech import SILENCE, Speech, Voice
from mien.train.hearing.spoil import background, coded, line, music, noise, room, spoilt, varied
from mien.train.hearing.texts import LANGUAGES, invented, sentences
from mien.train.hearing.train import HearingRecipe, to_learn, train_hearing
from mien.train.hearing.weights import export_hearing

LINES = """# remark
happy\t1\t今天终于通关了！！
sad\t1\t我想我的猫猫
今日はパンを食べた
We did it at last
fine\t1\tmy purple shoe
"""
HERTZ = {"a": 700.0, "m": 150.0, "s": 5000.0, "i": 300.0}


def said(text: str, _: Voice) -> Speech:
    """A stand-in for an engine: a tone for each letter."""
    if "shoe" in text:
        return SILENCE
    symbols = [list(HERTZ)[ord(letter) % len(HERTZ)] for letter in text]
    time = np.arange(1600) / 16_000
    sound = np.concatenate([0.3 * np.sin(2 * np.pi * HERTZ[symbol] * time) for symbol in symbols])
    spans = tuple(Span(symbol, 0.1 * number, 0.1 * number + 0.1) for number, symbol in enumerate(symbols))
    return Speech(sound.astype(np.float32), 16_000, spans)


@pytest.fixture
def speech(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(prepare, "speak", said)
    monkeypatch.setattr(prepare, "installed", lambda _: True)
    monkeypatch.setattr(prepare, "variants", lambda: ["", *(f"v{number}" for number in range(40))])
    (tmp_path / "lines.tsv").write_text(LINES, encoding="utf-8")
    prepare_speech([tmp_path / "lines.tsv"], tmp_path / "speech", 150, 3, progress=False)
    return tmp_path / "speech"


@pytest.mark.parametrize(("symbol", "found"), [
    ("", ()), ("ˈaɪ", ("a", "ɪ")), ("tʃ", ("tʃ",)), ("ts.h", ("ts.",)), ("ph", ("p",)), ("h", ("h",)), ("ɔː", ("ɔ",)),
    ("o-", ("o-",)), ("ˌo̞", ("o̞",)), ("yæ", ("y", "æ")),
])  # fmt: skip
def test_symbols_come_apart(symbol: str, found: tuple[str, ...]) -> None:
    assert parts(symbol) == found


def test_an_unknown_symbol_is_named() -> None:
    with pytest.raises(KeyError, match="ʘ"):
        parts("aʘ")


def test_the_table_is_whole() -> None:
    assert {OCULUS[place] for place, _ in TABLE.values()} == set(OCULUS) - {"sil"}
    assert all(0.0 <= opening <= 1.0 for _, opening in TABLE.values())
    assert {opening for place, opening in TABLE.values() if OCULUS[place] == "PP"} == {0.0}


def test_a_closure_belongs_to_its_stop() -> None:
    spans = [Span("a", 0.0, 0.2), Span("", 0.2, 0.26), Span("p", 0.26, 0.3), Span("", 0.3, 0.34), Span("s", 0.34, 0.4),
             Span("", 0.4, 0.9), Span("b", 0.9, 1.0)]  # fmt: skip
    assert [(span.symbol, span.start) for span in tidy(spans)] == [
        ("a", 0.0), ("p", 0.2), ("s", 0.34), ("", 0.4), ("b", 0.9),
    ]  # fmt: skip


def test_the_silence_before_a_burst_belongs_to_the_stop() -> None:
    sound = np.full(16_000, 0.1, np.float32)
    sound[4_800:5_600] = 0.0  # .3 s to .35 s
    spans = held([Span("a", 0.0, 0.35), Span("", 0.35, 0.35), Span("p", 0.35, 0.4), Span("i", 0.4, 1.0)], sound, 16_000)
    assert [span.symbol for span in spans] == ["a", "", "p", "i"]
    assert spans[0].end == spans[1].start == pytest.approx(0.3, abs=0.006)
    assert tidy(spans)[1] == Span("p", spans[1].start, 0.4)
    loud = held([Span("a", 0.0, 0.35), Span("p", 0.35, 0.4)], np.ones(16_000, np.float32), 16_000)
    assert tidy(loud)[1].start == 0.35


@pytest.mark.parametrize(("symbol", "after", "made"), [
    ("N", "p", "m"), ("N", "pau", "ɴ"), ("N", "k", "ɴ"), ("cl", "p", "p"), ("cl", "sh", "t"), ("h", "i", "ç"),
    ("h", "a", "h"), ("ky", "o", "k"),
])  # fmt: skip
def test_a_nasal_is_made_where_the_sound_after_it_is(symbol: str, after: str, made: str) -> None:
    assert japanese(symbol, after) == made


def test_lips_close_and_mouths_move_early() -> None:
    spans = [Span("a", 0.2, 0.5), Span("m", 0.5, 0.58), Span("a", 0.58, 0.9)]
    visemes, opening = frames(spans, 120)
    assert [OCULUS[visemes[at]] for at in (10, 30, 53, 70, 100)] == ["sil", "aa", "PP", "aa", "sil"]
    assert opening[53] < 0.02
    assert opening[35] == pytest.approx(0.9, abs=0.02)
    assert opening[20] > 0.45  # at the onset of the sound the mouth is more than half open
    assert opening[5] == 0.0


def test_sentences_are_sorted_by_language(tmp_path: Path) -> None:
    (tmp_path / "lines.tsv").write_text(LINES, encoding="utf-8")
    found = sentences([tmp_path / "lines.tsv"])
    assert found["zh"] == ["今天终于通关了！！", "我想我的猫猫"]
    assert found["ja"] == ["今日はパンを食べた"]
    assert found["en"] == ["We did it at last", "my purple shoe"]
    chance = np.random.default_rng(1)
    assert all(invented(name, chance).strip() for name in LANGUAGES for _ in range(20))


def test_what_is_held_out_is_not_learnt_from(speech: Path) -> None:
    rows = [json.loads(row) for row in (speech / "said.jsonl").read_text(encoding="utf-8").splitlines()]
    voices, texts = ({split: {row[key] for row in rows if row["split"] == split} for split in prepare.SPLITS}
                     for key in ("name", "text"))  # fmt: skip
    assert voices["held_out"]
    assert not voices["train"] & voices["held_out"]
    assert not texts["train"] & texts["held_out"]


def test_a_set_follows_from_its_seed(speech: Path) -> None:
    lines = speech.parent / "lines.tsv"
    prepare_speech([lines], speech.parent / "again", 150, 3, progress=False)
    prepare_speech([lines], speech.parent / "other", 150, 4, progress=False)
    for name in ("speech.bin", "said.jsonl"):
        assert (speech / name).read_bytes() == (speech.parent / "again" / name).read_bytes()
        assert (speech / name).read_bytes() != (speech.parent / "other" / name).read_bytes()
    manifest = json.loads((speech / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["skipped"]["nothing said"] > 0
    assert sum(manifest["counts"].values()) + sum(manifest["skipped"].values()) == 150


def test_what_is_no_set_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="mien prepare --speak"):
        read_speech(tmp_path, "train")
    (tmp_path / "empty.txt").write_text("# nothing\n", encoding="utf-8")
    with pytest.raises(InputError, match="expected lines"):
        prepare_speech([tmp_path / "empty.txt"], tmp_path / "out", 3, 1)
    assert main(["prepare", str(tmp_path / "only"), "--speak", "3"]) == 2


def test_a_clip_follows_from_its_number(speech: Path) -> None:
    clips = Clips(read_speech(speech, "train"), 1)
    for number in range(12):
        bands, visemes, answers = clips[number]
        assert bands.shape == (FRAMES + BEFORE + AFTER, 40)
        assert visemes.shape == (FRAMES,)
        assert answers.shape == (FRAMES, 2)
        assert bands.isfinite().all()
        assert torch.equal(bands, clips[number][0])
        assert torch.equal(visemes > 0, answers[:, 1] > 0)


def test_a_clip_comes_again_varied(speech: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mien.train.hearing.clips._ROUND", 5)
    clips = Clips(read_speech(speech, "train"), 1)
    first, again, other = clips[2], clips[7], clips[22]
    assert torch.equal(first[1], again[1])
    assert not torch.equal(first[0], again[0])
    assert not torch.equal(first[1], other[1])
    assert torch.equal(again[0], Clips(read_speech(speech, "train"), 1)[7][0])
    quiet = varied(np.full((50, 40), -2.0, np.float32), np.random.default_rng(1))
    np.testing.assert_allclose(quiet, -2.0, atol=1e-4)


def test_what_is_kept_aside_is_not_learnt_from(speech: Path) -> None:
    learnt, aside = (to_learn(speech, kept) for kept in (False, True))
    assert aside
    assert len(learnt) + len(aside) == len(read_speech(speech, "train"))
    assert len(learnt) > 10 * len(aside)


def test_bands_and_mouths_of_a_clip_belong_together(speech: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the stand-in hisses, the highest bands are the loudest."""
    monkeypatch.setattr("mien.train.hearing.clips._PLAIN", 1.0)
    monkeypatch.setattr("mien.train.hearing.clips._SILENT", 0.0)
    clips = Clips(read_speech(speech, "train"), 2)
    right = []
    for number in range(8):
        bands, visemes, _ = clips[number]
        hiss = bands[BEFORE : BEFORE + FRAMES].argmax(dim=1) > 30
        right.append(((visemes == OCULUS.index("SS")) == hiss).float().mean())
    assert float(np.mean(right)) > 0.93


@pytest.mark.parametrize("spoil", [room, line, coded, lambda sound, chance: spoilt(sound, lambda: sound, chance)])
def test_spoilt_sound_stays_sound(spoil: Any) -> None:
    sound = (0.2 * np.sin(np.arange(16_000) / 7.0)).astype(np.float32)
    for seed in range(20):
        made: NDArray[np.float32] = spoil(sound, np.random.default_rng(seed))
        assert made.shape == sound.shape
        assert made.dtype == np.float32
        assert np.isfinite(made).all()
        assert np.abs(made).max() > 1e-4
    for other in (noise, music, background):
        assert np.abs(other(12_345, np.random.default_rng(1))).max() <= 3.0


def test_a_stream_is_the_whole() -> None:
    ear = Ear(width=8).eval()
    bands = torch.randn(2, 60 + BEFORE + AFTER, 40)
    with torch.no_grad():
        whole_answers, _ = ear(bands, ear.silent(2))
        state, pieces = ear.silent(2), []
        for start, count in ((0, 1), (1, 30), (31, 2), (33, 27)):
            answers, state = ear(bands[:, start : start + count + BEFORE + AFTER], state)
            pieces.append(answers)
    assert torch.allclose(torch.cat(pieces, dim=1), whole_answers, atol=1e-5)


def test_the_exported_net_is_the_trained_one(tmp_path: Path) -> None:
    torch.manual_seed(1)
    ear = Ear(width=16).eval()
    export_hearing(ear, tmp_path, 0.1, ["espeak"])
    net, state = Net(tmp_path), ear.silent()
    for count in (1, 20, 3):
        bands = torch.randn(1, count + BEFORE + AFTER, 40)
        with torch.no_grad():
            visemes, others, state = Answers(ear)(bands, state)
        told = net(bands[0].numpy())
        np.testing.assert_allclose(told[0], visemes[0].numpy(), atol=5e-3)
        np.testing.assert_allclose(told[1], others[0].numpy(), atol=5e-3)


def test_a_run_goes_on_where_it_stopped(speech: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    recipe = HearingRecipe(Recipe(samples=32, batch=8, warm_up=8, save_every=16, workers=0, precision="fp32"))
    wanted = train_hearing([speech], tmp_path / "whole", recipe, progress=False)
    kept = save_checkpoint

    def killed(*arguments: Any) -> None:
        kept(*arguments)
        raise KeyboardInterrupt

    monkeypatch.setattr(loop, "save_checkpoint", killed)
    with pytest.raises(KeyboardInterrupt):
        train_hearing([speech], tmp_path / "parts", recipe, progress=False)
    monkeypatch.setattr(loop, "save_checkpoint", kept)
    again = train_hearing([speech], tmp_path / "parts", recipe, progress=False)
    sound = wave(read_speech(speech, "held_out")[0])
    for one, other in zip(whole(Hearer(wanted), sound), whole(Hearer(again), sound), strict=True):
        np.testing.assert_allclose(one.visemes, other.visemes, atol=2e-3)
    figures = measured(wanted, [speech], None)
    assert {"zh", "ja", "en", "others", "silence", "ms_per_10_ms"} <= set(figures)
    assert 0.0 <= figures["espeak"]["frames_right"] <= 1.0
    with pytest.raises(WeightsError):
        Hearer(tmp_path / "nowhere")


def test_figures_of_a_perfect_hearer(speech: Path) -> None:
    spoken = read_speech(speech, "held_out")[:5]

    class Told:
        def __init__(self, viseme: int, opening: float):
            self.visemes, self.opening, self.loudness = np.eye(15)[viseme], opening, -20.0

    late = 3

    def rolled(by: int) -> Any:
        both = [(np.roll(one.visemes, by), np.roll(one.openings, by)) for one in spoken]
        return [[Told(int(v), float(o)) for v, o in zip(*one, strict=True)] for one in both]

    figures = scores(spoken, rolled(0))
    assert figures["frames_right"] == figures["opening_r"] == figures["lips_found"] == figures["lips_precision"] == 1.0
    assert figures["lag_ms"] == 0
    assert scores(spoken, rolled(late))["lag_ms"] == 10 * late
    assert scores(spoken, rolled(2))["frames_right_20_ms"] > 0.98 > scores(spoken, rolled(2))["frames_right"]
    on = np.zeros(50, bool)
    on[10:14] = True
    assert closed(on, np.roll(on, 5)).tolist() == [1, 1, 1, 1]
    assert closed(on, np.roll(on, 20)).tolist() == [0, 1, 0, 1]


@pytest.mark.skipif(not installed("espeak"), reason="espeakng-loader is not installed")
@pytest.mark.parametrize(("language", "text", "lips"), [
    ("en", "my mother bought a purple map", 6), ("zh", "妈妈买苹果", 4), ("ja", "ぱぱとまま", 4),
])  # fmt: skip
def test_espeak_tells_when_each_phoneme_sounds(language: str, text: str, lips: int) -> None:
    if language == "ja":
        pytest.importorskip("pyopenjtalk")  # reads characters as kana, which espeak-ng does not
    spoken = speak(text, Voice("espeak", "", language))
    spans = tidy(spoken.spans)
    assert spans[-1].end <= len(spoken.samples) / spoken.rate + 0.01
    assert all(a.end == pytest.approx(b.start) for a, b in pairwise(spans))
    assert sum(span.symbol in ("p", "b", "m") for span in spans) >= lips
    assert list(utterances(3, 1, {"zh": ["你好"], "ja": [], "en": []}))
