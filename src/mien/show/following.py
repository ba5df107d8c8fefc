"""A performance by ear: the mouth follows a recorded voice, and the face how it sounds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import zip_longest
from math import inf
from typing import TYPE_CHECKING, Final

from mien.face import Cue, Felt, Sound, Spoke
from mien.mood.empathy import Sensed, as_said
from mien.sense import Reading
from mien.show.heard import STEP, visemes_heard
from mien.show.script import AFTER, BREATH, SINK_IN, Line, Script

if TYPE_CHECKING:
    from mien.sense.hearing import Moment, Phrase

START: Final = 0.5
"""Seconds of idle life before the voice."""

_VOICE = "voice"  # the utterance of all that is felt in it: each phrase tells how the one voice feels now


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
    seconds = len(moments) * STEP
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
