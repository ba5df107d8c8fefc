"""One way to play cues against a mood, for all tests of this room."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from mien.face import Cue, Expression
from mien.face.channels import channel
from mien.mood import Mood, Temper, begin, express, step


class Take:
    """What came of it: moods and expressions at every tick."""

    def __init__(self, moods: list[Mood], fps: float) -> None:
        self.moods, self.fps = moods, fps
        self.expressions: list[Expression] = [express(mood) for mood in moods]

    def curve(self, name: str) -> NDArray[np.float64]:
        """One channel over time."""
        return np.array([expression.channels[channel(name)] for expression in self.expressions], np.float64)

    def channels(self) -> NDArray[np.float64]:
        """(ticks, 63)."""
        return np.stack([expression.channels for expression in self.expressions]).astype(np.float64)

    def at(self, t: float) -> Expression:
        """The expression at the tick nearest to t."""
        return self.expressions[round(t * self.fps)]


Play = Callable[..., Take]


def _play(cues: Sequence[Cue], seconds: float, fps: float = 60.0, seed: int = 1, temper: Temper | None = None) -> Take:
    mood = begin(temper, seed)
    moods: list[Mood] = []
    last = -1.0
    for tick in range(round(seconds * fps) + 1):
        t = tick / fps
        mood = step(mood, [cue for cue in cues if last < cue.t <= t], t)
        moods.append(mood)
        last = t
    return Take(moods, fps)


@pytest.fixture(scope="session")
def play() -> Play:
    """`play(cues, seconds, fps=60, seed=1, temper=None) -> Take`."""
    return _play


@pytest.fixture(scope="session")
def quiet() -> Temper:
    """A temper without idle movement, so that a test sees only what it asked for."""
    return Temper(sway=0.0, micro=0.0, roam=0.0, nod=0.0, stir=0.0, blink_every=60.0)
