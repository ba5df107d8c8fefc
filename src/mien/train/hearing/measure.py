"""The figures of hearing, on voices and sentences that its net has not learnt from, and on a real speaker's video."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from mien.face import SettingsError
from mien.sense.hearing import OCULUS, Hearer, Moment, Vocal
from mien.sense.hearing.features import HOP, RATE
from mien.sense.sight import SightAnalyzer
from mien.sense.sight.tracker import Tracker
from mien.sources import pictures
from mien.sources.sound import sounds
from mien.train.hearing.prepare import Spoken, read_speech
from mien.train.hearing.spoil import at_level, noise

_LIPS = OCULUS.index("PP")
_NEAR = 3  # frames by which closed lips may miss the true ones
_SLACK = 2  # frames by which a viseme may come sooner or later where that is asked
_LATEST = 15  # frames of lag that are tried, both ways
_CHUNK = RATE // 50  # samples that come at once where time is taken: 20 ms
_UPPER_LIP, _LOWER_LIP, _EYES = 62, 66, (36, 45)  # inner lips and outer corners of the eyes, iBUG order

Sound = NDArray[np.float32]


def measured(weights: Path, sets: Sequence[Path], clip: Path | None) -> dict[str, Any]:
    """All figures of a net. sets: that mien prepare --speak made. clip: a video of one person speaking."""
    spoken = [one for folder in sets for one in read_speech(folder, "held_out")]
    if not spoken:
        raise SettingsError(f"{', '.join(map(str, sets))}: expected held-out utterances, found none")
    hearer = Hearer(weights)
    heard = [whole(hearer, wave(one)) for one in spoken]
    noisy = [whole(hearer, in_noise(wave(one), number)) for number, one in enumerate(spoken)]
    found: dict[str, Any] = {"utterances": len(spoken)}
    for name, numbers in _groups(spoken):
        truth = [spoken[number] for number in numbers]
        clean = scores(truth, [heard[number] for number in numbers])
        rough = scores(truth, [noisy[number] for number in numbers])
        found[name] = clean | {"frames_right_10_db": rough["frames_right"]}
    found["silence"] = stillness(hearer)
    found["ms_per_10_ms"] = round(cost(hearer, np.concatenate([wave(one) for one in spoken[:20]])), 3)
    if clip is not None:
        found["real_speaker"] = against_sight(hearer, clip)
    return found


def wave(one: Spoken) -> Sound:
    """(n,) samples in [-1, 1]."""
    return one.samples.astype(np.float32) / np.float32(32768.0)


def whole(hearer: Hearer, sound: Sound) -> list[Moment]:
    """What is heard in a whole sound."""
    return [*hearer.hear(sound, RATE), *hearer.close()]


def _groups(spoken: Sequence[Spoken]) -> Iterator[tuple[str, list[int]]]:
    """Names and the places of what belongs to each: languages, then engines."""
    named = ("zh", "ja", "en")
    for language in (*named, "others"):
        yield (
            language,
            [at for at, one in enumerate(spoken) if (one.language if one.language in named else "others") == language],
        )
    for engine in sorted({one.engine for one in spoken}):
        yield engine, [at for at, one in enumerate(spoken) if one.engine == engine]


def scores(truth: Sequence[Spoken], heard: Sequence[Sequence[Moment]]) -> dict[str, Any]:
    """Frames right of all, of those with speech, and where _SLACK frames sooner or later will do; closed lips found
    and true, opening and loudness against truth (r), lag in milliseconds; empty when there is nothing to measure."""
    visemes, openings, said, opened, loud, nearly = ([] for _ in range(6))
    lips = np.zeros(4, np.int64)
    for one, moments in zip(truth, heard, strict=True):
        count = min(len(one.visemes), len(moments))
        told = np.array([moment.visemes for moment in moments[:count]]).argmax(axis=1)
        lips += closed(one.visemes[:count] == _LIPS, told == _LIPS)
        visemes.append(one.visemes[:count])
        openings.append(one.openings[:count])
        said.append(told)
        nearly.append(_nearly(one.visemes[:count], told))
        opened.append(np.array([moment.opening for moment in moments[:count]]))
        loud.append(np.array([moment.loudness for moment in moments[:count]]))
    if not visemes:
        return {"frames": 0, "frames_right": None}
    true, guess = np.concatenate(visemes), np.concatenate(said)
    wide, seen = np.concatenate(openings), np.concatenate(opened)
    lags = {shift: _r(wide[_LATEST:-_LATEST], np.roll(seen, -shift)[_LATEST:-_LATEST])
            for shift in range(-_LATEST, _LATEST + 1)}  # fmt: skip
    return {
        "frames": len(true), "frames_right": _round((true == guess).mean()),
        "speech_frames_right": _round((true == guess)[true > 0].mean()),
        "frames_right_20_ms": _round(np.concatenate(nearly).mean()),
        "lips_found": _round(lips[0] / max(lips[1], 1)), "lips_precision": _round(lips[2] / max(lips[3], 1)),
        "opening_r": _round(_r(wide, seen)), "loudness_r": _round(_r(wide, np.concatenate(loud))),
        "lag_ms": 10 * max(lags, key=lambda shift: lags[shift]),
    }  # fmt: skip


def _nearly(true: NDArray[np.uint8], told: NDArray[np.intp]) -> NDArray[np.bool_]:
    """(n,) whether what was told of a frame is true of one that is no more than _SLACK away."""
    windows = np.lib.stride_tricks.sliding_window_view(np.pad(true, _SLACK, mode="edge"), 2 * _SLACK + 1)
    return np.asarray((windows == told[:, None]).any(axis=1))


def closed(true: NDArray[np.bool_], told: NDArray[np.bool_]) -> NDArray[np.int64]:
    """(4,) closures found, closures, told ones that are true, told ones; each may miss by _NEAR frames."""
    hits = sum(bool(told[max(0, a - _NEAR) : b + _NEAR].any()) for a, b in _runs(true))
    rights = sum(bool(true[max(0, a - _NEAR) : b + _NEAR].any()) for a, b in _runs(told))
    return np.array([hits, len(_runs(true)), rights, len(_runs(told))], np.int64)


def _runs(on: NDArray[np.bool_]) -> list[tuple[int, int]]:
    edges = np.flatnonzero(np.diff(np.concatenate([[False], on, [False]]).astype(np.int8)))
    return [(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True)]


def stillness(hearer: Hearer) -> dict[str, float]:
    """How much the opening moves from frame to frame at most, in silence and in the noise of a quiet room (-60 dB)."""
    quiet = np.zeros(5 * RATE, np.float32)
    rustle = at_level(noise(len(quiet), np.random.default_rng(3)), 1e-3)
    found = {}
    for name, sound in (("silence", quiet), ("quiet_room", rustle)):
        opened = np.array([moment.opening for moment in whole(hearer, sound)])
        found[f"{name}_jitter"] = _round(np.abs(np.diff(opened)).max())
        found[f"{name}_opening"] = _round(opened.max())
    return found


def cost(hearer: Hearer, sound: Sound, vocal: Vocal | None = None) -> float:
    """Milliseconds of this thread for 10 ms of sound, which comes 20 ms at once; the median of a second's means. vocal:
    hears the tone too."""
    spent = []
    for start in range(0, len(sound) - RATE, RATE):
        began = time.thread_time()
        for at in range(start, start + RATE, _CHUNK):
            moments = hearer.hear(sound[at : at + _CHUNK], RATE)
            if vocal is not None:
                vocal.hear(moments)
        spent.append((time.thread_time() - began) * 1e3 / (RATE / HOP))
    hearer.close()
    return float(np.median(spent))


def against_sight(hearer: Hearer, clip: Path) -> dict[str, Any]:
    """The opening that is heard in a video against the lips' that our own sight sees, and the lag that fits best."""
    cv2.setNumThreads(1)
    moments = [moment for sound in sounds(clip) for moment in hearer.hear(sound.samples, sound.rate)] + hearer.close()
    tracker, times, lips = Tracker(SightAnalyzer()), [], []
    for seen in pictures(clip):
        faces = tracker.see(seen.pixels, seen.t)
        if faces:
            points = faces[0].landmarks.points * np.array([seen.pixels.shape[1], seen.pixels.shape[0]])
            times.append(seen.t)
            lips.append(float(np.linalg.norm(points[_UPPER_LIP] - points[_LOWER_LIP])
                              / np.linalg.norm(points[_EYES[0]] - points[_EYES[1]])))  # fmt: skip
    clock = np.array([moment.t for moment in moments])
    found: dict[str, Any] = {"frames": len(times)}
    for name, curve in (
        ("opening", np.array([moment.opening for moment in moments])),
        ("loudness", np.array([moment.loudness for moment in moments])),
    ):
        fits = {shift: _r(np.array(lips), np.interp(np.array(times) + shift / 100.0, clock, curve))
                for shift in range(-_LATEST, _LATEST + 1)}  # fmt: skip
        best = max(fits, key=lambda shift: fits[shift])
        found |= {f"{name}_r": _round(fits[0]), f"{name}_r_best": _round(fits[best]), f"{name}_lag_ms": 10 * best}
    return found


def in_noise(sound: Sound, seed: int) -> Sound:
    """The sound with noise 10 dB below it."""
    level = float(np.sqrt(np.square(sound).mean())) * 10.0**-0.5
    return np.asarray(np.clip(sound + at_level(noise(len(sound), np.random.default_rng(seed)), level), -1.0, 1.0))


def _r(a: NDArray[np.floating], b: NDArray[np.floating]) -> float:
    return float(np.corrcoef(a, b)[0, 1]) if len(a) > 1 and a.std() > 0 and b.std() > 0 else 0.0


def _round(value: float) -> float:
    return round(float(value), 3)
