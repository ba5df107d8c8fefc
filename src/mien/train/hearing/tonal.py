"""The figures of the net that hears how something is said, on speakers that it has not learnt from."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mien.face import SettingsError
from mien.sense.hearing import TONES, Hearer, Moment, Tone, Vocal
from mien.sense.hearing.features import RATE
from mien.sense.hearing.tonenet import AROUSALS, LEVELS
from mien.train.hearing.acted import Acted, read_acted
from mien.train.hearing.measure import cost, in_noise, whole
from mien.train.hearing.spoil import background

LOOKED_AT = ("03", "08", "10", "13")
"""Speakers of EmoDB, two men and two women, on whom everything was chosen; the others were measured once."""

WAYS = ("stranger", "running", "known")
"""Nothing of the speaker was heard before; what they said before this, in some order; all that they say."""

_EMPTY = 100  # sounds in which nobody speaks


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """One utterance: who said it in which tone, and what was heard, by `WAYS`."""

    speaker: str
    tone: str
    heard: dict[str, Tone]


def measured_tones(weights: Path, data: Path, folds: Path | None) -> tuple[dict[str, Any], list[Judged]]:
    """All figures, and what was heard of each utterance.

    data: a set that mien prepare --acted made. folds: the run whose `without` holds a net for every speaker that the
    net at `weights` has learnt from; raises SettingsError where one lacks.
    """
    said = read_acted(data)
    learnt = json.loads((weights / "tone.json").read_text(encoding="utf-8"))["speakers"]
    nets = {}
    for name in sorted({one.speaker for one in said}):
        nets[name] = weights if name not in learnt else (folds or Path()) / "without" / name
        if folds is None and name in learnt:
            raise SettingsError(f"{data}: the net has learnt from speaker {name}; expected --folds RUN")
    hearer = Hearer()
    plain = judged(said, nets, lambda one, _: whole(hearer, one.samples))
    rough = judged(said, nets, lambda one, number: whole(hearer, in_noise(one.samples, number)))
    groups = {"looked_at": [name for name in nets if name in LOOKED_AT],
              "others": [name for name in nets if name not in LOOKED_AT]}  # fmt: skip
    found: dict[str, Any] = {"utterances": len(said), "learnt_from": learnt, "groups": groups}
    for group, names in groups.items():
        found[group] = {}
        for way in WAYS:
            in_noise_too = {f"{key}_10_db": value for key, value in _scores(rough, names, way).items()}
            found[group][way] = _scores(plain, names, way) | in_noise_too
    found["speakers"] = {name: {way: _scores(plain, [name], way)["seven"] for way in WAYS} for name in nets}
    table = confusion(plain, groups["others"], "running")
    found["confusion"] = {"of": "others, running", "columns": list(TONES), **table}
    found["surest_half_right"] = surest(plain, groups["others"])
    found["nobody"] = nobody(hearer, weights)
    found["ms_per_10_ms"] = round(cost(hearer, np.concatenate([one.samples for one in said[:12]]), Vocal(weights)), 3)
    return found, plain


def judged(said: Sequence[Acted], nets: dict[str, Path], hear: Callable[[Acted, int], list[Moment]]) -> list[Judged]:
    """Every utterance heard in every way; the order in which a speaker says theirs is shuffled, by a fixed seed."""
    made = []
    for name, weights in nets.items():
        own = [(one, hear(one, number)) for number, one in enumerate(said) if one.speaker == name]
        own = [own[at] for at in np.random.default_rng(5).permutation(len(own))]
        stranger, running, known = Vocal(weights), Vocal(weights), Vocal(weights)
        for _, moments in own:
            known.meet(moments)
        for one, moments in own:
            heard = {way: who.tone(moments) for way, who in zip(WAYS, (stranger, running, known), strict=True)}
            running.meet(moments)
            made.append(Judged(name, one.tone, heard))
    return made


def _scores(made: Sequence[Judged], names: Sequence[str], way: str) -> dict[str, float | None]:
    """Shares right of the seven tones and of the three arousals, and the mean over the seven of their shares."""
    own = [one for one in made if one.speaker in names]
    if not own:
        return {"seven": None, "mean_recall": None, "arousal": None}
    right = np.array([one.heard[way].name == one.tone for one in own])
    tones = np.array([one.tone for one in own])
    roused = [int(one.heard[way].levels.argmax()) == LEVELS[one.tone] for one in own]
    recalls = [right[tones == tone].mean() for tone in sorted(set(tones.tolist()))]
    return {"seven": _round(right.mean()), "mean_recall": _round(np.mean(recalls)), "arousal": _round(np.mean(roused))}


def confusion(made: Sequence[Judged], names: Sequence[str], way: str) -> dict[str, list[int]]:
    """For each tone, as what it was heard, in counts in the order of TONES; and for each arousal."""
    own = [one for one in made if one.speaker in names]
    rows = {tone: [sum(one.tone == tone and one.heard[way].name == other for one in own) for other in TONES]
            for tone in TONES}  # fmt: skip
    levels = {f"arousal {name}": [sum(LEVELS[one.tone] == place and int(one.heard[way].levels.argmax()) == other
                                      for one in own) for other in range(len(AROUSALS))]
              for place, name in enumerate(AROUSALS)}  # fmt: skip
    return rows | levels


def surest(made: Sequence[Judged], names: Sequence[str]) -> dict[str, float]:
    """Of the half that is told most surely, the share that is right, and what the confidence of all promised."""
    own = [one for one in made if one.speaker in names]
    if not own:
        return {}
    sure = np.array([one.heard["running"].confidence for one in own])
    right = np.array([one.heard["running"].name == one.tone for one in own])
    top = np.argsort(-sure, kind="stable")[: len(own) // 2]
    return {"right": _round(right[top].mean()), "mean_confidence": _round(sure.mean())}


def nobody(hearer: Hearer, weights: Path) -> dict[str, float]:
    """Of _EMPTY sounds of 2 s without a voice, the share that is told as anything but neutral, and the highest
    confidence."""
    chance = np.random.default_rng(77)
    tones = [Vocal(weights).tone(whole(hearer, background(2 * RATE, chance))) for _ in range(_EMPTY)]
    return {"told": _round(np.mean([one.name != "neutral" for one in tones])),
            "confidence": _round(max(one.confidence for one in tones))}  # fmt: skip


def _round(value: float | np.floating[Any] | NDArray[Any]) -> float:
    return round(float(value), 3)
