"""Whole performances in one call: the painted shots of a script, and the one still that shows a line best."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from mien.face import Shot, prototype
from mien.face.channels import CHANNELS, TURNS
from mien.mood import Temper
from mien.paint import Painter
from mien.show.clock import Metronome
from mien.show.inbox import Inbox
from mien.show.perform import painted, perform
from mien.show.script import Line, Script

_NEAR = 0.4  # seconds around a line's peak in which its still is looked for
_STILL_FPS = 30.0
# A still is judged by the face; where the head and the eyes happen to be is no matter, a blink is.
_FACE = np.array([name not in TURNS for name in CHANNELS])


def played(
    play: Script, painter: Painter, fps: float = 30.0, seed: int = 0, temper: Temper | None = None
) -> Iterator[Shot]:
    """The painted shots of a script, as fast as they can be made.

    Raises SettingsError when fps is not in 1..240.
    """
    clock = Metronome(fps, play.seconds)
    return painted(perform(Inbox.of(play.cues), clock, temper, seed), painter)


def peak(play: Script, line: Line, seed: int = 0, temper: Temper | None = None) -> Shot:
    """The unpainted shot that shows a line of a script best: near its peak, the face at its fullest."""
    wanted = prototype(line.reading.emotion).channels
    clock = Metronome(_STILL_FPS, line.peak + _NEAR + 1.0 / _STILL_FPS)
    shots = perform(Inbox.of(play.cues), clock, temper, seed)
    near = (shot for shot in shots if abs(shot.t - line.peak) <= _NEAR)
    return min(near, key=lambda shot: float(np.abs(shot.expression.channels - wanted)[_FACE].sum()))
