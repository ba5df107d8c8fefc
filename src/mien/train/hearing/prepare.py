"""A set of speech: sentences spoken by many voices, with what the mouth does in each hundredth of a second.

`speech.bin` holds all sounds one after another (int16, mono, `RATE`), `mouths.npz` for each utterance its place, its
frames' visemes and openings, its split, and `manifest.json` who said what. All follows from the texts and the seed.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mien.face import DeviceError, InputError, SettingsError
from mien.files import atomic_path, make_folder, write_atomic
from mien.progress import bar
from mien.sense.hearing.rates import resampled
from mien.train.hearing.engines import ENGINES, installed, speak
from mien.train.hearing.espeak import variants
from mien.train.hearing.phonemes import STEP, frames, tidy
from mien.train.hearing.speech import Voice
from mien.train.hearing.texts import LANGUAGES, invented, sentences

RATE = 16_000
"""Samples a second of a set."""

FORMAT = "mien.speech/1"

SPLITS = ("train", "held_out")
"""held_out: sentences and voices that are not learnt from."""

_HELD = 0.08  # share of utterances that are held out; ours
_HELD_LINES, _HELD_VOICES = 0.12, 0.15  # of the lines, and of espeak-ng's variants; ours
_ODD = (
    "whisper",
    "Demonic",
    "UniRobot",
    "robosoft",
    "anikaRobot",
    "Nguyen",
    "serious",
    "fast",
    "Storm",
    "klatt",
    "croak",
)
"""Variants of espeak-ng that sound like no person, by how their names begin."""

_INVENTED = 0.35  # share of invented sentences; ours
_SHARES = {
    ("espeak", "zh"): 18.0, ("espeak", "ja"): 10.0, ("espeak", "en"): 18.0, ("espeak", ""): 14.0,
    ("openjtalk", "ja"): 13.0, ("flite", "en"): 20.0, ("festival", "en"): 7.0,
}  # fmt: skip
"""How often each engine speaks which language ("" is any other); what is not installed is left out; ours."""

_JTALK_THROATS = ("0.47", "0.49", "0.51", "0.53", "0.55", "0.57", "0.59")
_FLITE_VOICES = ("slt", "awb", "kal16", "rms")
_FESTIVAL_VOICES = ("ked_diphone", "cmu_us_slt_arctic_hts")
_ALONE: Mapping[str, Sequence[str]] = {"openjtalk": ("0.51",), "flite": ("rms",), "festival": ()}
"""Voices that are only held out."""


@dataclass(frozen=True, slots=True)
class Utterance:
    """Who says what, and which of `SPLITS` it is in."""

    voice: Voice
    text: str
    split: str


def utterances(count: int, seed: int, texts: Mapping[str, Sequence[str]]) -> Iterator[Utterance]:
    """`count` utterances; which comes as number n is decided by the texts, the engines that are here, seed and n."""
    shares = {key: share for key, share in _SHARES.items() if installed(key[0])}
    if not shares:
        raise DeviceError(f"expected a speech engine, found none of: {', '.join(ENGINES)}")
    keys, weights = list(shares), np.array(list(shares.values()))
    voices = _voices()
    others = [name for name in LANGUAGES if name not in texts]
    lines = {
        (spoken, held): [line for line in all_lines if (_share(line) < _HELD_LINES) == held]
        for spoken, all_lines in texts.items()
        for held in (False, True)
    }
    for number in range(count):
        chance = np.random.default_rng((seed, number))
        engine, spoken = keys[int(chance.choice(len(keys), p=weights / weights.sum()))]
        spoken = spoken or str(chance.choice(others))
        held = bool(chance.random() < _HELD and voices[engine, True])
        known = lines.get((spoken, held), [])
        made_up = not known or chance.random() < _INVENTED
        text = invented(spoken, chance) if made_up else known[int(chance.integers(len(known)))]
        names = voices[engine, held]
        pace, pitch = float(np.exp(chance.normal(0.0, 0.16))), float(np.clip(chance.normal(0.0, 2.5), -6.0, 6.0))
        name = names[int(chance.integers(len(names)))]
        yield Utterance(Voice(engine, name, spoken, round(pace, 3), round(pitch, 2)), text, SPLITS[held])


def _voices() -> dict[tuple[str, bool], list[str]]:
    """The names of each engine's voices, of those to learn from and of those held out."""
    found: dict[tuple[str, bool], list[str]] = {}
    for engine, names in (
        ("openjtalk", _JTALK_THROATS), ("flite", _FLITE_VOICES), ("festival", _FESTIVAL_VOICES),
    ):  # fmt: skip
        found[engine, False] = [name for name in names if name not in _ALONE[engine]]
        found[engine, True] = list(_ALONE[engine])
    plain = [name for name in variants() if not name.startswith(_ODD)] if installed("espeak") else []
    for held in (False, True):
        found["espeak", held] = [name for name in plain if (_share(f"voice {name}") < _HELD_VOICES) == held]
    return found


def _share(text: str) -> float:
    """A number in [0, 1) that only the text decides."""
    return int.from_bytes(sha256(text.encode()).digest()[:6], "big") / 2.0**48


def prepare_speech(
    files: Sequence[Path], out: Path, count: int, seed: int, encoding: str | None = None, progress: bool = True
) -> dict[str, Any]:
    """Have `count` utterances of the files' lines spoken into the new folder `out`; gives its manifest.

    An utterance with a sound that the table of phonemes lacks, or with none at all, is left out and counted.
    """
    texts = sentences(files, encoding)
    if not any(texts.values()):
        raise InputError(f"{', '.join(map(str, files))}: expected lines of Chinese, Japanese or English, found none")
    make_folder(out)
    sounds: list[NDArray[np.int16]] = []
    mouths: list[tuple[NDArray[np.uint8], NDArray[np.float32]]] = []
    said: list[dict[str, Any]] = []
    skipped: Counter[str] = Counter()
    for one in bar(utterances(count, seed, texts), total=count, unit="line", silent=not progress):
        spoken = speak(one.text, one.voice)
        if not spoken.spans:
            skipped["nothing said"] += 1
            continue
        samples = resampled(spoken.samples, spoken.rate, RATE)
        try:
            visemes, opening = frames(tidy(spoken.spans), int(len(samples) / RATE / STEP))
        except KeyError as error:
            skipped[str(error.args[0])] += 1
            continue
        if not visemes.any():
            skipped["nothing said"] += 1
            continue
        sounds.append((np.clip(samples, -1.0, 1.0) * 32767.0).astype(np.int16))
        mouths.append((visemes, opening))
        said.append(asdict(one.voice) | {"text": one.text, "split": one.split})
    counts = Counter(f"{row['split']} {row['engine']} {row['language']}" for row in said)
    manifest = {
        "format": FORMAT, "seed": seed, "asked": count, "hours": round(sum(map(len, sounds)) / RATE / 3600.0, 3),
        "counts": dict(sorted(counts.items())), "skipped": dict(skipped),
    }  # fmt: skip
    write_atomic(out / "speech.bin", b"".join(sound.tobytes() for sound in sounds))
    with atomic_path(out / "mouths.npz") as fresh, fresh.open("wb") as file:
        np.savez(
            file, samples=np.array([len(sound) for sound in sounds]), frames=np.array([len(one) for one, _ in mouths]),
            visemes=np.concatenate([one for one, _ in mouths]), openings=np.concatenate([one for _, one in mouths]),
        )  # fmt: skip
    write_atomic(out / "said.jsonl", "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in said).encode())
    write_atomic(out / "manifest.json", (json.dumps(manifest, indent=1, ensure_ascii=False) + "\n").encode())
    return manifest


@dataclass(frozen=True, slots=True, eq=False)
class Spoken:
    """One utterance of a set. samples: (n,) int16 at RATE. visemes, openings: of its frames."""

    samples: NDArray[np.int16]
    visemes: NDArray[np.uint8]
    openings: NDArray[np.float32]
    engine: str
    language: str


def read_speech(folder: Path, split: str) -> list[Spoken]:
    """The utterances of one split. Raises SettingsError when the folder holds no such set."""
    try:
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        if manifest.get("format") != FORMAT:
            raise ValueError(f"format {manifest.get('format')!r} in place of {FORMAT!r}")
        rows = [json.loads(line) for line in (folder / "said.jsonl").read_text(encoding="utf-8").splitlines()]
        sounds = np.memmap(folder / "speech.bin", np.int16, "r")
        with np.load(folder / "mouths.npz") as mouths:
            visemes, openings = mouths["visemes"], mouths["openings"]
            sound_ends, frame_ends = (np.cumsum(mouths[name]) for name in ("samples", "frames"))
    except (OSError, ValueError, KeyError) as error:
        raise SettingsError(f"{folder}: expected a set that mien prepare --speak made ({error})") from error
    found = []
    for row, a, b, c, d in zip(
        rows, sound_ends - np.diff(sound_ends, prepend=0), sound_ends, frame_ends - np.diff(frame_ends, prepend=0),
        frame_ends, strict=True,
    ):  # fmt: skip
        if row["split"] == split:
            found.append(Spoken(sounds[a:b], visemes[c:d], openings[c:d], row["engine"], row["language"]))
    return found
