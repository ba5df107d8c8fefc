"""A flood is let through as far as a face can follow it; what is given always passes."""

from __future__ import annotations

import time
from collections.abc import Callable

from mien.face import ChatLine
from mien.sources.source import Happening, Note, Put

RATE = 100.0
"""Lines a second; reading one costs about half a millisecond, and no crowd is felt better by more of them."""

_BURST = 200.0  # lines that may come at once
_EACH = 10.0  # seconds between two notes about what was left out


class Sluice:
    """Hands on to `put` at most RATE lines a second; what is left out is counted and told. name: of the room."""

    def __init__(self, name: str, put: Put, now: Callable[[], float] = time.monotonic) -> None:
        self._name, self._put, self._now = name, put, now
        self._room, self._last, self._told = _BURST, now(), -_EACH
        self.left_out = 0
        """Lines so far."""
        self._untold = 0

    def __call__(self, happening: Happening) -> None:
        """Hand it on, or leave it out."""
        if not isinstance(happening, ChatLine):
            self._put(happening)
            return
        t = self._now()
        self._room, self._last = min(_BURST, self._room + RATE * (t - self._last)), t
        if self._room >= 1.0:
            self._room -= 1.0
            self._put(happening)
            return
        self.left_out, self._untold = self.left_out + 1, self._untold + 1
        if t - self._told >= _EACH:
            self._put(Note(f"{self._name}: more than {RATE:g} lines a second; {self._untold} were left out"))
            self._told, self._untold = t, 0
