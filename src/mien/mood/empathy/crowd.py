"""Many voices, one feeling: a live chat of hundreds of lines a second as one crowd.

Every author is one voice, however many lines come from him; a voice fades beside newer ones; a paid one weighs more;
one hardly understood weighs little; the strongest feeling leads.
"""

from __future__ import annotations

from collections import OrderedDict
from math import isfinite

import numpy as np
from numpy.typing import NDArray

from mien.face import FEELINGS, Emotion

AUTHORS = 4096
"""Voices that are remembered; the one that has been silent longest goes first."""

_CALM = 0.3
"""What a neutral line weighs beside one that feels: most lines of any chat are plain."""
_FULL = 0.45
"""The share of voices from which a feeling is the crowd's own."""
_PRESENT = 0.5
"""Weight of the freshest voice at which the crowd is there in full; below, it fades."""
_KEPT = 0.4
"""How much of what an author has just said stays beside his new line; of what he said a while ago, less."""
_UNDERSTOOD = 0.45
"""Confidence from which on a line is taken as it was read; below, partly as the room feels: a scream has no words."""
_SMALL = 0.1
_DEAREST = 200.0
"""What is paid beyond this weighs no more: nobody buys the whole room."""


class Crowd:
    """The voices of the last seconds. Lines come by the hundred a second: no frozen value, it keeps what it hears.

    half_life: seconds in which a voice fades by half, > 0. Beside a newer one it fades by half in the same time, then
    quicker: in a slow chat what was said before the turn is not dragged along. Times in seconds on the show's clock.
    """

    def __init__(self, half_life: float = 1.2, authors: int = AUTHORS):
        if not (isfinite(half_life) and half_life > 0.0 and authors >= 1):
            raise ValueError(f"Crowd: expected half_life > 0 and authors >= 1, got {half_life!r} and {authors!r}")
        self._half_life = half_life
        self._rows: OrderedDict[str, int] = OrderedDict()
        self._said = np.zeros((authors, len(FEELINGS) + 1))  # feelings and how surely they were understood
        self._when = np.full(authors, -np.inf)
        self._worth = np.zeros(authors)
        self._room = np.zeros(len(FEELINGS))  # as it was felt last
        self._nameless = 0

    def hear(self, t: float, emotion: Emotion, confidence: float = 1.0, author: str = "", worth: float = 0.0) -> None:
        """One line. confidence in [0, 1]. author: lines without one count as a voice each.

        worth: what was paid with it, in any one currency, >= 0; it weighs by its logarithm.
        """
        if not (isfinite(t) and 0.0 <= confidence <= 1.0 and isfinite(worth) and worth >= 0.0):
            raise ValueError(
                f"Crowd: expected finite t, confidence 0..1, worth >= 0, got {t!r}, {confidence!r}, {worth!r}"
            )
        if not author:
            self._nameless += 1
            author = f"\0{self._nameless}"
        row = self._rows.get(author)
        fresh = row is None
        if row is None:
            row = self._rows.popitem(last=False)[1] if len(self._rows) == len(self._said) else len(self._rows)
            self._rows[author] = row
        else:
            self._rows.move_to_end(author)
        own = min(1.0, confidence / _UNDERSTOOD)
        feelings = emotion.vector().astype(np.float64)
        if own < 1.0:
            feelings = own * feelings + (1.0 - own) * self._room
        said = np.append(feelings, confidence)
        since = 0.0 if fresh else max(0.0, t - self._when[row]) / self._half_life
        self._said[row] = said if fresh else said + _KEPT * 0.5 ** (since * since) * (self._said[row] - said)
        paid = 0.0 if fresh else self._worth[row] * 0.5**since
        self._worth[row] = max(min(worth, _DEAREST), paid)
        self._when[row] = max(t, self._when[row] if not fresh else t)

    def feeling(self, t: float) -> Emotion:
        """What the crowd feels at t: each feeling's strength among those who feel it, by how many they are.

        A feeling that nearly half of the voices share is the crowd's in full; one in ten shows a little. The others
        step back behind the strongest, in proportion: a room in two minds is not felt as both.
        """
        count = len(self._rows)
        if not count:
            return Emotion()
        age = np.maximum(0.0, t - self._when[:count]) / self._half_life
        said, sure = self._said[:count, :-1], self._said[:count, -1]
        strongest = said.max(axis=1, initial=0.0)
        felt = np.minimum(1.0, strongest / _SMALL)
        voice = sure * (1.0 + np.log1p(self._worth[:count]))
        # as surely as it was understood, squared: weights of estimates go by variance (see `fusion`)
        newer = np.exp2(-((age - age.min()) ** 2))
        weight = newer * sure * voice * (_CALM + (1.0 - _CALM) * felt)
        total = float(weight.sum())
        if total < 1e-6:
            return Emotion()
        # A voice counts for the feelings it has, in proportion; strengths are those of the voices that have them.
        parts = said / np.maximum(said.sum(axis=1, keepdims=True), _SMALL)
        voices = weight @ parts
        strength = (weight[:, None] * parts * np.minimum(said, 0.95)).sum(axis=0) / np.maximum(voices, 1e-9)
        share = np.minimum(1.0, voices / (total * _FULL))
        fresh: NDArray[np.float64] = voice * np.exp2(-age)
        present = min(1.0, float(fresh.max()) / _PRESENT)  # a large room falls silent like a small one
        own = strength * share
        self._room = own * own * (present / max(float(own.max()), 1e-9))
        return Emotion.from_vector(self._room)

    def __len__(self) -> int:
        """How many voices are remembered."""
        return len(self._rows)
