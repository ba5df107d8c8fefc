"""A performance by ear: the mouth follows a recorded voice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from mien.face import Cue, Felt, Sound, Spoke
from mien.sense import Reading
from mien.sense.hearing import Moment
from mien.show.heard import STEP, visemes_heard
from mien.show.script import AFTER, Line, Script

START: Final = 0.5
"""Seconds of idle life before the voice."""


def follow(moments: Sequence[Moment], reading: Reading | None = None, sounds: Sequence[Sound] = ()) -> Script:
    """The performance of a voice that begins at START.

    moments: what was heard of it. reading: what its words feel like, felt while it speaks. sounds: its sound, from
    second 0.
    """
    seconds = len(moments) * STEP
    shapes = visemes_heard(moments)
    cues: list[Cue] = []
    lines: tuple[Line, ...] = ()
    end = START + seconds
    if reading is not None:
        cues.append(Felt(START, reading.emotion, hold=seconds))
        lines = (Line(reading, START, end, START + 0.6 * seconds),)
    if shapes:
        cues.append(Spoke(START, shapes))
    heard = tuple(replace(sound, t=sound.t + START) for sound in sounds)
    return Script(tuple(cues), end + AFTER, lines, heard)
