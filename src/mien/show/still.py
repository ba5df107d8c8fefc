"""The one still that shows a line best."""

from __future__ import annotations

import numpy as np

from mien.face import Felt, Shot, prototype
from mien.face.channels import CHANNELS, TURNS
from mien.mood import Temper
from mien.show.clock import Metronome
from mien.show.script import Line, Script
from mien.show.session import Session

_NEAR = 0.4  # seconds around a line's peak in which its still is looked for
_STILL_FPS = 30.0
# A still is judged by the face; where the head and the eyes happen to be is no matter, a blink is.
_FACE = np.array([name not in TURNS for name in CHANNELS])


def peak(play: Script, line: Line, seed: int = 0, temper: Temper | None = None) -> Shot:
    """The unpainted shot that shows a line of a script best: near its peak, the face at its fullest."""
    felt = [cue.emotion for cue in play.cues if isinstance(cue, Felt) and line.start <= cue.t <= line.peak]
    wanted = prototype(felt[-1] if felt else line.reading.emotion).channels
    clock = Metronome(_STILL_FPS, line.peak + _NEAR + 1.0 / _STILL_FPS)
    shots = Session(clock=clock, cues=play.cues, temper=temper, seed=seed).shots()
    near = (shot for shot in shots if abs(shot.t - line.peak) <= _NEAR)
    return min(near, key=lambda shot: float(np.abs(shot.expression.channels - wanted)[_FACE].sum()))
