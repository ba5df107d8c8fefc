"""Trouble by name, and what any training against a critic can suffer: NaN and Inf, a critic that wins or is dead."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from mien.face import SettingsError

ACTIONS = ("warn", "stop", "roll-back")
"""What an alarm may do; roll-back returns to the last good checkpoint with half the rates."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """An alarm. kind: its name. message: a sentence with the figure and the bound."""

    kind: str
    message: str


def checked_action(action: str) -> None:
    """Raises SettingsError unless it is one of `ACTIONS`."""
    if action not in ACTIONS:
        raise SettingsError(f"action: expected one of {', '.join(ACTIONS)}, got {action!r}")


def figure_troubles(figures: Mapping[str, float], gap: float, slope: float) -> list[Trouble]:
    """What the means since the last look tell.

    gap: widest distance of the critic's scores. slope: smallest norm of the generator's gradient. A figure that is NaN
    or Inf is the only trouble named, for nothing else can be judged then.
    """
    wrong = [name for name, value in figures.items() if not math.isfinite(value)]
    if wrong:
        return [Trouble("not-finite", f"{', '.join(wrong)}: NaN or Inf, not a finite number; lower the rates")]
    found = []
    if figures.get("gap", 0.0) > gap:
        found.append(Trouble(
            "runaway-critic", f"the critic's scores lie {figures['gap']:.1f} apart (bound {gap:g}): it wins"
        ))  # fmt: skip
    if figures.get("slope", math.inf) < slope:
        message = f"the generator's gradient is {figures['slope']:.1e} (bound {slope:g}): nothing is learnt"
        found.append(Trouble("dead-critic", message))
    return found
