"""Blinks: random with a rest between, sometimes double, never while the eyes are shut by a smile."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from mien.mood.chance import BLINK, LIDS, between, uniform, waiting
from mien.mood.motion import BLINK_LEFT, SUBSTEP, Values, ease, eased
from mien.mood.rows import Rows
from mien.mood.temper import Temper

# A lid goes down in 0.08 s and comes up in twice that: closing is 40 to 47 % faster than opening in Sforza et
# al., "Spontaneous blinking in healthy persons", Ophthalmic and Physiological Optics 28, 2008; drawn faces
# exaggerate it.
DOWN, UP = 0.08, 0.16
_REST = 0.7  # seconds after a blink in which none starts by itself
_AGAIN = 0.29  # seconds from the start of a blink to that of its double
_CLOSED = 0.45  # a lid that the mood holds lower than this needs no blink


@dataclass(frozen=True, slots=True)
class Blink:
    """One blink: its start; for each eye a delay, all in seconds, and how far it shuts, in [0, 1]."""

    start: float
    late_left: float
    late_right: float
    left: float
    right: float

    def lids(self, t: float) -> tuple[float, float]:
        """How far the left and the right eye are shut at t, in [0, 1]."""
        return (
            self.left * _course(t - self.start - self.late_left),
            self.right * _course(t - self.start - self.late_right),
        )


def lids_at(r: Rows, t: Values) -> Values:
    """(n, 2) as `Lids.lids`, of several; t: (n,)."""
    since = (t - r.blinked)[:, None] - np.stack((r.late_left, r.late_right), axis=1)
    course = eased(since / DOWN) * (1.0 - eased((since - DOWN) / UP))
    return course * np.stack((r.left, r.right), axis=1)


def _course(seconds: float) -> float:
    return ease(seconds / DOWN) * (1.0 - ease((seconds - DOWN) / UP))


@dataclass(frozen=True, slots=True)
class Lids:
    """The blinks under way and the chance of the next.

    due: what is left of an exponential waiting time of mean 1; ready: from when a blink may start, seconds;
    again: when a double blink is to follow, or infinity; count: blinks so far.
    """

    blinks: tuple[Blink, ...] = ()
    due: float = 0.6
    ready: float = 0.0
    again: float = float("inf")
    count: int = 0

    def lids(self, t: float) -> tuple[float, float]:
        """How far blinks shut the left and the right eye at t, in [0, 1]."""
        left = right = 0.0
        for blink in self.blinks:
            one, other = blink.lids(t)
            left, right = max(left, one), max(right, other)
        return left, right

    def prompted(self) -> Lids:
        """A blink at the next chance: after a large shift of gaze, or as the mood turns.

        Source: Evinger et al., "Not looking while leaping: the linkage of blinking and saccadic gaze shifts",
        Experimental Brain Research 100, 1994.
        """
        return replace(self, due=0.0)

    def after_substep(self, now: float, seed: int, temper: Temper, haste: float, lid: float) -> Lids:
        """The lids one substep later.

        haste: multiplies the rate. lid: how far the mood shuts the eyes, in [0, 1].
        """
        if lid > _CLOSED:  # and when they open again, they stay open a while
            return replace(self, ready=max(self.ready, now + _REST), again=float("inf"))
        if now >= self.again:
            return self._start(now, seed, again=float("inf"))
        if now < self.ready:
            return self
        due = self.due - SUBSTEP * haste / max(0.1, temper.blink_every - _REST)
        if due > 0.0:
            return Lids(self.blinks, due, self.ready, self.again, self.count)
        double = uniform(seed, LIDS, 8 * self.count) < temper.double_blink
        return self._start(now, seed, again=now + _AGAIN if double else float("inf"))

    def _start(self, now: float, seed: int, again: float) -> Lids:
        """The lids as a blink begins: its asymmetry is drawn, and when the next one is due."""
        draw = 8 * self.count
        late = between(-0.012, 0.012, seed, LIDS, draw + 1)
        blink = Blink(
            start=now,
            late_left=max(0.0, late),
            late_right=max(0.0, -late),
            left=between(0.95, 1.0, seed, LIDS, draw + 2),
            right=between(0.95, 1.0, seed, LIDS, draw + 3),
        )
        kept = tuple(old for old in self.blinks if old.start + DOWN + UP + 0.02 > now)
        ready = max(now, again if again != float("inf") else now) + _REST
        return Lids(
            blinks=(*kept, blink), due=waiting(seed, BLINK, self.count), ready=ready, again=again, count=self.count + 1
        )


def lids_after(r: Rows, now: Values, haste: Values) -> NDArray[np.intp]:
    """As `Lids.after_substep`, of several but those whose lids begin a blink: gives their rows.

    now, haste: (n,).
    """
    shut = r.place[:, BLINK_LEFT] > _CLOSED
    again = ~shut & (now >= r.again)
    waits = ~shut & ~again & (now >= r.ready)
    due = r.due - SUBSTEP * haste / np.maximum(0.1, r.blink_every - _REST)
    begins = again | (waits & (due <= 0.0))
    r.ready[:] = np.where(shut, np.maximum(r.ready, now + _REST), r.ready)
    r.again[shut] = np.inf
    r.due[:] = np.where(waits & ~begins, due, r.due)
    return np.flatnonzero(begins)


AWAKE: Final = Lids()
