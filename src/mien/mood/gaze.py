"""Where the eyes look: quick jumps, long looks at the viewer, short glances elsewhere.

Source of the pattern: Lee, Badler & Badler, "Eyes alive", ACM Transactions on Graphics 21, 2002.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, hypot, pi, sin
from typing import Final

from mien.face.emotion import FEELINGS
from mien.mood.chance import GAZE, between, uniform, waiting
from mien.mood.motion import Values, ease, eased
from mien.mood.rows import Rows
from mien.mood.temper import Temper

_SAD, _ANGRY, _SURPRISED, _AFRAID, _SHY = (
    FEELINGS.index(name) for name in ("sad", "angry", "surprised", "afraid", "shy")
)
BIG = 0.2
"""Radians: a jump that tends to bring a blink with it."""
AWAY = 0.06
"""Radians: whose eyes are further off do not look at the viewer."""


@dataclass(frozen=True, slots=True)
class Gaze:
    """The last jump of the eyes, in radians beside what the feelings ask for; its start and its seconds.

    next: when the eyes jump again, on the idle clock; count: jumps so far.
    """

    from_x: float = 0.0
    from_y: float = 0.0
    to_x: float = 0.0
    to_y: float = 0.0
    start: float = 0.0
    seconds: float = 0.05
    next: float = 1.0
    count: int = 0

    def at(self, t: float) -> tuple[float, float]:
        """(x, y) in radians at t."""
        share = ease((t - self.start) / self.seconds)
        return self.from_x + (self.to_x - self.from_x) * share, self.from_y + (self.to_y - self.from_y) * share

    @property
    def size(self) -> float:
        """Radians of the last jump."""
        return hypot(self.to_x - self.from_x, self.to_y - self.from_y)

    @property
    def away(self) -> bool:
        """Whether the eyes are off the viewer."""
        return hypot(self.to_x, self.to_y) > AWAY

    def jumping(self, now: float, clock: float, seed: int, temper: Temper, felt: Values) -> Gaze:
        """The next jump, begun now. clock: the idle clock in seconds; felt: (8,) what is felt."""
        draw = 8 * self.count
        stare = 1.0 - 0.8 * max(float(felt[_ANGRY]), float(felt[_SURPRISED]))
        leave = 0.62 * min(1.5, temper.roam) * stare
        returning = self.away and uniform(seed, GAZE, draw) < 0.75
        if returning or (not self.away and uniform(seed, GAZE, draw) > leave):
            x, y = between(-0.04, 0.04, seed, GAZE, draw + 1), between(-0.025, 0.025, seed, GAZE, draw + 2)
        else:
            x, y = self._elsewhere(seed, draw, temper, felt)
        at_x, at_y = self.at(now)
        away = hypot(x, y) > AWAY
        rest = (0.3, 0.4) if away else (0.7, 1.1 / max(0.3, temper.roam))
        dwell = (rest[0] + rest[1] * waiting(seed, GAZE, draw + 5)) * (1.0 - 0.4 * float(felt[_AFRAID]))
        # duration against amplitude: Bahill, Clark & Stark, "The main sequence", Mathematical Biosciences 24,
        # 1975 (21 ms and 2.2 ms a degree); a little slower, so that 30 frames a second still show it
        seconds = 0.035 + 0.14 * hypot(x - at_x, y - at_y)
        return Gaze(at_x, at_y, x, y, now, seconds, clock + max(0.25, dwell), self.count + 1)

    def _elsewhere(self, seed: int, draw: int, temper: Temper, felt: Values) -> tuple[float, float]:
        """Where the eyes go when they leave the viewer: radians across and up, by the feeling."""
        shy = float(felt[_SHY])
        if shy > 0.3:  # the feeling looks away already: a glance is a peek at the viewer
            return 0.34 * shy, 0.2 * shy
        angle = between(0.0, 2.0 * pi, seed, GAZE, draw + 3)
        sad, afraid = float(felt[_SAD]), float(felt[_AFRAID])
        reach = between(0.09, 0.26, seed, GAZE, draw + 4) * min(1.4, 0.4 + 0.6 * temper.roam)
        reach *= (1.0 - 0.35 * sad) * (1.0 + 0.35 * afraid)
        return reach * cos(angle), 0.6 * reach * sin(angle) - 0.06 * sad


def gazes_at(r: Rows, t: Values) -> tuple[Values, Values]:
    """As `Gaze.at`, of several: (n,) and (n,). t: (n,)."""
    share = eased((t - r.start) / r.seconds)
    return r.from_x + (r.to_x - r.from_x) * share, r.from_y + (r.to_y - r.from_y) * share


AHEAD: Final = Gaze()
