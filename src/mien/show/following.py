"""A performance by ear: the mouth follows a recorded voice, and the face how it sounds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby, zip_longest
from math import inf
from typing import Final

import numpy as np

from mien.face import Cue, Felt, Sound, Spoke, Viseme
from mien.face.channels import channel
from mien.face.prototypes import VISEMES, viseme_shape
from mien.mood.empathy import Sensed, as_said
from mien.sense import Reading
from mien.sense.hearing import Moment, Phrase
from mien.show.script import AFTER, BREATH, SINK_IN, Line, Script

START: Final = 0.5
"""Seconds of idle life before the voice."""

_VOICE = "voice"  # the utterance of all that is felt in it: each phrase tells how the one voice feels now
_STEP = 0.01  # seconds from moment to moment
_EARLY = 0.02  # seconds by which a shape is shown before its sound
_SHORTEST = 2  # moments; a shape that is heard shorter is a slip, unless it closes the lips
_LEAST = 0.35  # weight of the faintest shape; ours
_CLOSING = ("m", "f", "s")
_OPENS = {name: max(float(viseme_shape(name)[channel("jawOpen")]), 0.15) for name in VISEMES}


def visemes_heard(moments: Sequence[Moment]) -> tuple[Viseme, ...]:
    """The mouth shapes of a heard voice, from second 0: what is likeliest, as wide as it was heard."""
    names = ["rest" if one.viseme == "sil" else VISEMES[int(one.shapes.argmax())] for one in moments]
    shapes, at = [], 0
    for name, run in groupby(names):
        count = len(list(run))
        if name != "rest" and (count >= _SHORTEST or name == "m"):
            heard = float(np.mean([one.opening for one in moments[at : at + count]]))
            weight = 1.0 if name in _CLOSING else float(np.clip(heard / _OPENS[name], _LEAST, 1.0))
            shapes.append(Viseme(max(0.0, at * _STEP - _EARLY), count * _STEP, name, weight))
        at += count
    return tuple(shapes)


def felt_in(phrases: Sequence[Phrase], reading: Reading | None = None) -> list[Felt]:
    """What is felt with each phrase of a voice that begins at START: how it sounds, and what its words tell.

    It shows a breath before the phrase, and is held until a moment after it, or until the next one.
    """
    cues = []
    for phrase, following in zip_longest(phrases, phrases[1:]):
        end = min(phrase.end + SINK_IN, following.start if following else inf)
        tone, t = phrase.tone, START + max(0.0, phrase.start - BREATH)
        words = None if reading is None else Sensed(t, "text", reading.emotion, reading.confidence)
        emotion, _ = as_said(Sensed(t, "voice", tone.emotion, tone.confidence), tone.arousal, words)
        cues.append(Felt(t, emotion, START + end - t, _VOICE))
    return cues


def follow(
    moments: Sequence[Moment], reading: Reading | None = None, sounds: Sequence[Sound] = (),
    phrases: Sequence[Phrase] = (),
) -> Script:  # fmt: skip
    """The performance of a voice that begins at START.

    moments: what was heard of it. reading: what its words feel like. sounds: its sound, from second 0. phrases: how it
    sounds, phrase by phrase; without any the words alone are felt, while it speaks.
    """
    seconds = len(moments) * _STEP
    shapes = visemes_heard(moments)
    end = START + seconds
    cues: list[Cue] = list(felt_in(phrases, reading))
    if reading is not None and not phrases:
        cues.append(Felt(START, reading.emotion, hold=seconds))
    lines = () if reading is None else (Line(reading, START, end, START + 0.6 * seconds),)
    if shapes:
        cues.append(Spoke(START, shapes))
    heard = tuple(replace(sound, t=sound.t + START) for sound in sounds)
    return Script(tuple(sorted(cues, key=lambda cue: cue.t)), end + AFTER, lines, heard)
