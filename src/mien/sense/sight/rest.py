"""A person's own resting face: many look sad or stern at rest, and what they feel is what they show beyond that."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mien.face import FEELINGS, MUSCLES

_AT_REST = np.log(0.16)
"""The log-odds of a feeling to neutral that a resting face may keep; what it shows beyond is taken off. # ours"""

_SHARE = 0.25
"""The share of calm pictures that show less than the rest does: a face that frowns now and then rests between."""

_FIRST, _LATER = 1.5, 0.1
"""How far the notion of rest moves in a second of calm, in log-odds: in its first three seconds, and once it is known.
# ours"""

_KNOWN = 3.0
"""Seconds of calm after which rest is known."""

_MOST_FIRST, _MOST, _MOST_AFTER = 1.0, 3.0, 60.0
"""The most that is taken off unasked, in log-odds, at first sight and after this many seconds of calm: somebody who is
sad from the first picture on must not become the measure of calm. # measured: LOG "Faces, fifth round" """

_MOST_ASKED = 6.0
"""The most that is taken off when the person said that this is rest."""

_CALM = {"jawOpen": 0.15, "mouthSmile": 0.15, "mouthStretch": 0.15, "noseSneer": 0.15, "eyeWide": 0.1}
"""How much of a muscle makes a picture tell little about rest. # ours"""

_SCALES = np.array(
    [next((1.0 / most for start, most in _CALM.items() if name.startswith(start)), 0.0) for name in MUSCLES]
)

_MISTAKEN = np.array([0.4 if name == "surprised" else 1.0 for name in FEELINGS])
"""How much of the most counts for a feeling: resting faces are seldom taken for surprised ones. # ours"""


def calm(muscles: NDArray[np.floating]) -> float:
    """How much a face with these (52,) muscles tells of rest, in [0, 1]: nothing where it laughs, gapes or stares."""
    return float(np.exp(-(float((muscles * _SCALES).max()) ** 2)))


@dataclass(slots=True)
class Rest:
    """What the feeler sees in one person's face while it rests, and chances measured against that.

    It is estimated from pictures with a calm mouth, quickly at first and slowly after, or set by `set`, and stays then.
    """

    odds: NDArray[np.float64] | None = None
    """(8,) log-odds of each feeling to neutral at rest, None before a calm picture came."""

    seconds: float = 0.0
    """How much calm was seen."""

    asked: bool = False

    def set(self, chances: NDArray[np.floating]) -> None:
        """This is rest. chances: (9,) of the `CLASSES`."""
        self.odds, self.asked = _odds(chances), True

    def learn(self, chances: NDArray[np.floating], muscles: NDArray[np.floating], dt: float) -> None:
        """Take a picture into account. chances: (9,); muscles: (52,); dt: seconds since the last."""
        if self.asked:
            return
        weight = calm(muscles)
        now = _odds(chances)
        if self.odds is None:
            if weight > 0.5:
                self.odds = now
            return
        step = (_FIRST if self.seconds < _KNOWN else _LATER) * weight * min(dt, 0.2)
        # a quantile by small steps: up when above it, down when below, in proportion to how rare each is
        self.odds = self.odds + step * np.where(now > self.odds, _SHARE, _SHARE - 1.0) / (1.0 - _SHARE)
        self.seconds += weight * min(dt, 0.2)

    def measured(self, chances: NDArray[np.floating]) -> NDArray[np.float64]:
        """(9,) chances of these (9,), measured against this person's rest; the same before anything is known of it."""
        if self.odds is None:
            return np.asarray(chances, np.float64)
        grown = min(self.seconds / _MOST_AFTER, 1.0)
        most = _MOST_ASKED if self.asked else _MOST_FIRST + grown * (_MOST - _MOST_FIRST)
        off = np.clip(self.odds - _AT_REST, 0.0, most if self.asked else most * _MISTAKEN)
        raised = np.append(np.exp(_odds(chances) - off), 1.0)
        return np.asarray(raised / raised.sum(), np.float64)


def _odds(chances: NDArray[np.floating]) -> NDArray[np.float64]:
    logs = np.log(np.maximum(np.asarray(chances, np.float64), 1e-6))
    return np.asarray(logs[: len(FEELINGS)] - logs[len(FEELINGS)])
