"""Which feeling leads, for programs that can show one at a time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mien.face import FEELINGS, Emotion, SettingsError

_LETS_GO = 0.6
"""The share of `least` below which a feeling no longer leads: between the two it stays. # ours"""

_MARGIN = 0.1
"""By how much another feeling must be stronger. # ours"""


@dataclass(slots=True)
class Leading:
    """The feeling that leads, "neutral" while none does: it changes seldom, so that nothing flickers.

    least: the strength from which a feeling leads, in (0, 1]. hold: seconds for which one leads at least. Raises
    SettingsError out of range.
    """

    least: float = 0.3
    hold: float = 2.0
    name: str = "neutral"
    _since: float = float("-inf")

    def __post_init__(self) -> None:
        if not 0.0 < self.least <= 1.0:
            raise SettingsError(f"least: expected 0..1, got {self.least:g}")
        if not 0.0 <= self.hold <= 600.0:
            raise SettingsError(f"hold: expected 0..600 seconds, got {self.hold:g}")

    def changed(self, t: float, emotion: Emotion) -> bool:
        """Whether another feeling leads at t, in seconds, than at the last call."""
        felt = {"neutral": 0.0} | emotion.as_dict()
        best = max(felt, key=lambda name: felt[name])
        if felt[best] < self.least:
            best = self.name if felt[self.name] >= _LETS_GO * self.least else "neutral"
        elif self.name != "neutral" and felt[best] < felt[self.name] + _MARGIN and felt[self.name] >= self.least:
            best = self.name
        if best == self.name or t - self._since < self.hold:
            return False
        self.name, self._since = best, t
        return True


def by_feeling(told: Mapping[str, Any] | None, setting: str) -> dict[str, Any]:
    """A table of the user's by feeling, "neutral" among them. Raises SettingsError on another name."""
    for name in told or {}:
        if name not in (*FEELINGS, "neutral"):
            raise SettingsError(f"{setting}.{name}: not known; there are: {', '.join(FEELINGS)}, neutral")
    return dict(told or {})


def texts(told: Mapping[str, Any] | None, setting: str) -> dict[str, str]:
    """The same, each a text. Raises SettingsError."""
    found = by_feeling(told, setting)
    for name, value in found.items():
        if not isinstance(value, str) or not value:
            raise SettingsError(f"{setting}.{name}: expected text in quotes, got {value!r}")
    return found
