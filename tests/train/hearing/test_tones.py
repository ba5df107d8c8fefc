"""Learning to hear how something is said, of made-up voices and a short recipe."""

from __future__ import annotations

import io
import json
import wave
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from mien.cli import main
from mien.face import InputError, SettingsError
from mien.sense.hearing import TONES, Hearer, Tone, Vocal
from mien.sense.hearing.features import RATE
from mien.sense.hearing.tonenet import LEVELS
from mien.train.hearing import tonal
from mien.train.hearing.acted import Acted, prepare_acted, read_acted
from mien.train.hearing.tonal import Judged, confusion, judged, measured_tones
from mien.train.hearing.tones import ToneRecipe, learnt, material, save_tones, train_tones

SHORT = ToneRecipe(versions=1, nobody=12, samples=400, steps=60, batch=32, nets=2, hidden=16)
PITCH = {"aa": 110.0, "bb": 210.0}
ACTED = {"angry": (1.5, 0.25, 7.0), "sad": (0.85, 0.03, 2.5), "neutral": (1.0, 0.1, 4.0)}


def said(speaker: str, tone: str, number: int) -> np.ndarray:
    """Overtones of a pitch: higher, livelier and quicker where it is angry, the other way where it is sad."""
    high, wide, pace = ACTED[tone]
    time = np.arange(RATE) / RATE
    hertz = PITCH[speaker] * high * (1.0 + wide * np.sin(2.0 * np.pi * (1.1 + 0.1 * number) * time))
    phase = 2.0 * np.pi * np.cumsum(hertz) / RATE
    sound = sum(np.sin(k * phase) / k ** (2.0 - 0.5 * high) for k in range(1, 18))
    return np.asarray(0.15 * sound * (0.6 + 0.4 * np.sin(2.0 * np.pi * pace * time)))


def wav(samples: np.ndarray) -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE)
        out.writeframes((np.clip(samples, -1, 1) * 32767).astype(np.int16).tobytes())
    return file.getvalue()


@pytest.fixture
def voices(tmp_path: Path) -> Path:
    """A zip file like EmoDB's, with a folder that means no tone, a broken file and a table."""
    path = tmp_path / "voices.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for speaker in PITCH:
            for tone in ACTED:
                for number in range(4):
                    archive.writestr(f"set/{tone}/{speaker}{number}.wav", wav(said(speaker, tone, number)))
        archive.writestr("set/weather/aa9.wav", wav(said("aa", "sad", 0)))
        archive.writestr("set/sad/aa8.wav", b"no sound")
        archive.writestr("set/readme.txt", b"hello")
    return path


@pytest.fixture
def acted(voices: Path, tmp_path: Path) -> Path:
    prepare_acted(voices, tmp_path / "acted", "free", progress=False)
    return tmp_path / "acted"


def test_a_zip_file_becomes_a_set(acted: Path) -> None:
    manifest = json.loads((acted / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["tones"] == {"angry": 8, "neutral": 8, "sad": 8}
    assert manifest["speakers"] == {"aa": 12, "bb": 12}
    assert [one["name"] for one in manifest["skipped"]] == ["set/sad/aa8.wav"]
    utterances = read_acted(acted)
    assert len(utterances) == 24
    assert {len(one.samples) for one in utterances} == {RATE}
    assert {one.tone for one in utterances} == set(ACTED)
    one = next(one for one in utterances if one.name == "set/sad/bb1.wav")
    np.testing.assert_allclose(one.samples, said("bb", "sad", 1), atol=1e-3)


def test_a_folder_gives_the_same_set(voices: Path, acted: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(voices) as archive:
        archive.extractall(tmp_path / "plain")
    assert main(["prepare", str(tmp_path / "plain"), str(tmp_path / "other"), "--acted", "--licence", "free"]) == 0
    assert (tmp_path / "other" / "acted.bin").read_bytes() == (acted / "acted.bin").read_bytes()


def test_boredom_is_known_by_name(tmp_path: Path) -> None:
    (tmp_path / "in" / "Boredom").mkdir(parents=True)
    (tmp_path / "in" / "Boredom" / "aa1.wav").write_bytes(wav(said("aa", "sad", 0)))
    assert prepare_acted(tmp_path / "in", tmp_path / "out", progress=False)["tones"] == {"bored": 1}


def test_what_is_no_set_is_refused(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError, match="folders named"):
        prepare_acted(tmp_path / "empty", tmp_path / "out", progress=False)
    (tmp_path / "broken.zip").write_bytes(b"PK nothing")
    with pytest.raises(InputError, match="zip file"):
        prepare_acted(tmp_path / "broken.zip", tmp_path / "out", progress=False)
    with pytest.raises(SettingsError, match="--acted"):
        read_acted(tmp_path / "empty")
    assert main(["prepare", str(tmp_path / "empty"), "--acted"]) == 2


def test_equal_seeds_make_equal_nets_and_they_learn(acted: Path) -> None:
    utterances = read_acted(acted)
    made = material(utterances, SHORT, progress=False)
    again = material(utterances, SHORT, progress=False)
    np.testing.assert_array_equal(made.whole, again.whole)
    np.testing.assert_array_equal(made.nobody, again.nobody)
    first, second = (learnt(made, ["aa", "bb"], SHORT) for _ in range(2))
    for name, weights in first.items():
        np.testing.assert_array_equal(weights, second[name])
    other = learnt(made, ["aa", "bb"], replace(SHORT, seed=2))
    assert not np.array_equal(first["second"], other["second"])


def test_training_exports_nets_that_tell_the_tones(
    acted: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    weights = train_tones(acted, tmp_path / "run", replace(SHORT, steps=200), folds=True, progress=False)
    assert json.loads((weights / "tone.json").read_text(encoding="utf-8"))["speakers"] == ["aa", "bb"]
    without = json.loads((tmp_path / "run" / "without" / "aa" / "tone.json").read_text(encoding="utf-8"))
    assert without["speakers"] == ["bb"]
    # of made-up voices the ear does not know that somebody speaks
    monkeypatch.setattr("mien.sense.hearing.vocal._SPOKEN", 0.0)
    monkeypatch.setattr(tonal, "_EMPTY", 2)
    figures, heard = measured_tones(weights, acted, tmp_path / "run")
    assert len(heard) == 24
    assert figures["groups"] == {"looked_at": [], "others": ["aa", "bb"]}
    assert figures["looked_at"]["running"]["seven"] is None
    own = judged(read_acted(acted), {"aa": weights, "bb": weights}, lambda one, _: moments_of(one))
    assert np.mean([one.heard["known"].name == one.tone for one in own]) > 0.8
    with pytest.raises(SettingsError, match="--folds"):
        measured_tones(weights, acted, None)


def moments_of(one: Acted) -> list:  # type: ignore[type-arg]
    hearer = Hearer()
    return [*hearer.hear(one.samples, RATE), *hearer.close()]


def test_one_speaker_is_too_few(tmp_path: Path) -> None:
    (tmp_path / "in" / "sad").mkdir(parents=True)
    (tmp_path / "in" / "sad" / "aa1.wav").write_bytes(wav(said("aa", "sad", 0)))
    prepare_acted(tmp_path / "in", tmp_path / "out", progress=False)
    with pytest.raises(SettingsError, match="two speakers"):
        train_tones(tmp_path / "out", tmp_path / "run", SHORT, progress=False)


def test_the_exported_net_is_the_trained_one(acted: Path, tmp_path: Path) -> None:
    import torch

    from mien.sense.hearing.tonenet import ToneNet
    from mien.train.hearing.tones import Tones

    made = material(read_acted(acted), SHORT, progress=False)
    weights = learnt(made, ["aa", "bb"], SHORT)
    save_tones(weights, tmp_path / "net", SHORT, {"speakers": ["aa", "bb"]})
    net = ToneNet.opened(tmp_path / "net")
    plain = Tones(SHORT.nets, SHORT.hidden)
    plain.load_state_dict({name: torch.from_numpy(weights[name]) for name, _ in plain.named_parameters()})
    inputs = net.inputs(made.whole[0, 0].astype(np.float64))
    logits = plain(torch.from_numpy(inputs.astype(np.float32))[None]).mean(dim=(0, 1)) / SHORT.warmth
    np.testing.assert_allclose(net(inputs).tones, logits[:7].softmax(0).detach().numpy(), atol=5e-3)
    levels = np.eye(3)[list(LEVELS.values())]
    mean = 0.5 * (logits[8:].softmax(0).detach().numpy() + net(inputs).tones @ levels)
    np.testing.assert_allclose(net(inputs).levels, mean, atol=5e-3)


def test_confusion_counts_every_utterance() -> None:
    def tone(name: str) -> Tone:
        chances = np.array([one == name for one in TONES], np.float32)
        return Tone(0.0, chances, np.eye(3, dtype=np.float32)[LEVELS[name]], 0.0, 0.5)

    heard = [Judged("aa", "sad", {"running": tone("bored")}), Judged("aa", "happy", {"running": tone("happy")})]
    table = confusion(heard, ["aa"], "running")
    assert table["sad"][TONES.index("bored")] == 1
    assert table["happy"][TONES.index("happy")] == 1
    assert table["arousal low"] == [1, 0, 0]
    assert sum(map(sum, table.values())) == 4
    assert sum(map(sum, confusion(heard, ["bb"], "running").values())) == 0


def test_the_shipped_net_says_what_it_learnt_from() -> None:
    from mien.sense.hearing.tonenet import WEIGHTS

    facts = json.loads((WEIGHTS / "tone.json").read_text(encoding="utf-8"))
    assert len(facts["speakers"]) == 8
    assert (WEIGHTS / "MODEL_CARD.md").exists()
    assert Vocal().tone(moments_of(Acted("", np.zeros(RATE, np.float32), "sad", "aa"))).confidence == 0.0
