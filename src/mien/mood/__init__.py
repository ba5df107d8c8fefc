"""Cues over time become an expression: feelings that come and go, speech, blinks, glances, breath, idle life.

Owns: `Temper` (how a character takes things), `Mood` (the state, a frozen value), `begin`, `step`, `express`,
`felt`, `retempered`; `Moods`, which holds many of them and works them out together. Never reads a clock or the world,
never draws, keeps no other state: equal seeds and cues replay equally, at any frame rate. numpy only.
"""

from mien.mood.motion import SPEED, SUBSTEP
from mien.mood.state import Mood, begin, retempered
from mien.mood.step import check, express, felt, step
from mien.mood.temper import SETTINGS, Pace, Temper
from mien.mood.together import Moods

__all__ = [
    "SETTINGS",
    "SPEED",
    "SUBSTEP",
    "Mood",
    "Moods",
    "Pace",
    "Temper",
    "begin",
    "check",
    "express",
    "felt",
    "retempered",
    "step",
]
