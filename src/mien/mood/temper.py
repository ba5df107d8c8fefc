"""How a character takes things: settings of the mood, with units, ranges and where the numbers come from."""

from __future__ import annotations

from dataclasses import dataclass, fields
from math import isfinite
from typing import Any

from mien.face import FEELINGS, SettingsError

_PACE_RANGES = {"onset": (0.05, 10.0), "release": (0.05, 30.0), "decay": (0.1, 120.0), "linger": (0.0, 0.9)}


def _check(owner: Any, what: str, ranges: dict[str, tuple[float, float]]) -> None:
    """Raises SettingsError when a number of `owner` is missing, not finite or out of its range."""
    for name, (low, high) in ranges.items():
        value = getattr(owner, name)
        number = isinstance(value, int | float) and not isinstance(value, bool)
        if not (number and isfinite(value) and low <= value <= high):
            raise SettingsError(f"{what}.{name}: expected {low:g}..{high:g}, got {value!r}")


@dataclass(frozen=True, slots=True)
class Pace:
    """How one feeling comes and goes.

    onset: seconds from the cue until the face shows nine tenths of it, 0.05..10.
    release: seconds from the end of the hold until nine tenths of the way to the afterglow, 0.05..30.
    decay: half-life of the afterglow in seconds, 0.1..120.
    linger: the share of the feeling that stays as afterglow, 0..0.9.
    Raises SettingsError outside these ranges.
    """

    onset: float
    release: float
    decay: float
    linger: float

    def __post_init__(self) -> None:
        _check(self, "Pace", _PACE_RANGES)


_RANGES = {
    "expressive": (0.0, 1.5),
    "lively": (0.3, 2.0),
    "blink_every": (0.8, 60.0),
    "double_blink": (0.0, 1.0),
    "sway": (0.0, 3.0),
    "roam": (0.0, 2.0),
    "micro": (0.0, 3.0),
    "nod": (0.0, 3.0),
    "breath": (0.05, 1.0),
    "stir": (0.0, 1.2),
}


@dataclass(frozen=True, slots=True)
class Temper:
    """One character's temper. Raises SettingsError outside the ranges given here.

    happy ... relaxed: the pace of each feeling. Onsets: lip corners of spontaneous smiles rise in half to
        three quarters of a second whatever the occasion (Schmidt, Cohn & Tian, "Signal characteristics of
        spontaneous facial expressions", Biological Psychology 65, 2003); surprise is the briefest feeling
        and, like fear, starts with the eyes (Ekman & Friesen, "Unmasking the face", 1975; Jack, Garrod &
        Schyns, "Dynamic facial expressions of emotion transmit an evolving hierarchy of signals over time",
        Current Biology 24, 2014). The order of the decays is that of Verduyn & Lavrijsen, "Which emotions
        last longest and why", Motivation and Emotion 39, 2015 (sadness lasts longest; surprise, fear, disgust
        and shame are short), the seconds are ours: a stream is not a life.
    expressive: multiplies every feeling's strength, 0..1.5.
    lively: multiplies the speed of all idle movement, 0.3..2.
    blink_every: mean seconds between blinks at rest, 0.8..60 (8 to 21 a minute looking ahead, more in
        conversation: Doughty, "Consideration of three types of spontaneous eyeblink activity", Optometry and
        Vision Science 78, 2001).
    double_blink: the chance that a second blink follows at once, 0..1.
    sway: size of the head's idle sway, 0..3; at 1 it is about 0.03 rad and hardly ever 0.1.
    roam: size and frequency of glances away from the viewer, 0..2.
    micro: size of the small movements of brows and mouth, 0..3.
    nod: size of the nods and brow raises that go with speech, 0..3.
    breath: breaths a second at rest, 0.05..1 (adults breathe 12 to 20 times a minute).
    stir: standard deviation of the expression's noise, 0..1.2.
    """

    happy: Pace = Pace(onset=0.60, release=1.4, decay=4.0, linger=0.26)
    sad: Pace = Pace(onset=1.30, release=2.4, decay=7.0, linger=0.30)
    angry: Pace = Pace(onset=0.50, release=1.5, decay=4.5, linger=0.26)
    surprised: Pace = Pace(onset=0.20, release=0.7, decay=0.8, linger=0.06)
    disgusted: Pace = Pace(onset=0.55, release=1.0, decay=2.0, linger=0.10)
    afraid: Pace = Pace(onset=0.32, release=1.3, decay=2.4, linger=0.18)
    shy: Pace = Pace(onset=0.80, release=1.6, decay=3.0, linger=0.24)
    relaxed: Pace = Pace(onset=1.10, release=2.2, decay=6.0, linger=0.30)
    expressive: float = 1.0
    lively: float = 1.0
    blink_every: float = 4.0
    double_blink: float = 0.12
    sway: float = 1.0
    roam: float = 1.0
    micro: float = 1.0
    nod: float = 1.0
    breath: float = 0.27
    stir: float = 0.8

    def __post_init__(self) -> None:
        for name in FEELINGS:
            if not isinstance(getattr(self, name), Pace):
                raise SettingsError(f"Temper.{name}: expected a Pace, got {getattr(self, name)!r}")
        _check(self, "Temper", _RANGES)

    @property
    def paces(self) -> tuple[Pace, ...]:
        """The eight paces in the order of FEELINGS."""
        return tuple(getattr(self, name) for name in FEELINGS)


SETTINGS = tuple(field.name for field in fields(Temper))
"""Names of all settings of a Temper."""
