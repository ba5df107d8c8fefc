"""Cues over time become an expression: feelings that come and go, speech, blinks, glances, breath, idle life.

Owns: `Temper` (how a character takes things), `Mood` (the state, a frozen value), `begin`, `step`, `express`,
`felt`, `retempered`. Never reads a clock or the world, never draws, never keeps state of its own: equal seeds and cues
replay equally, at any frame rate. numpy only.
"""

from mien.mood.motion import SPEED, SUBSTEP
from mien.mood.state import Mood, begin, retempered
from mien.mood.step import check, express, express_together, felt, step, step_together
from mien.mood.temper import SETTINGS, Pace, Temper

__all__ = [
    "SETTINGS",
    "SPEED",
    "SUBSTEP",
    "Mood",
    "Pace",
    "Temper",
    "begin",
    "check",
    "express",
    "express_together",
    "felt",
    "retempered",
    "step",
    "step_together",
]
