"""From what a person's face does to what a character should do: measured from this person's own rest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from mien.face import MUSCLES, Expression, Face
from mien.face.channels import HEAD_SLICE, MUSCLE_SLICE, by_prefix, sides

_GAIN = {
    "mouthSmile": 1.25,
    "browInnerUp": 1.2,
    "browOuterUp": 1.2,
    "browDown": 1.2,
    "mouthFrown": 1.4,
    "noseSneer": 1.3,
}
"""How much more than a person a drawn face has to do for the same impression; what is not named is 1.1."""

_REST = 0.25
"""The share of a person's pictures that show less than the rest of a muscle does: faces at work rest now and then."""

_FIRST, _LATER = 0.35, 0.02
"""How far the notion of rest moves in a second, at first and once it is known."""

_FIRST_REST, _MOST_REST = 0.25, 0.6
"""The most of a muscle that is taken for rest: at first sight, when anything may be shown, and ever."""

_LIDS = sides("eyeBlink")
_SHARES = np.concatenate([np.full(len(MUSCLES), _REST), np.full(3, 0.5)])


def _gains(gains: Mapping[str, float]) -> NDArray[np.float32]:
    known = _GAIN | dict(gains)
    return by_prefix(known, 1.1)[MUSCLE_SLICE].astype(np.float32)


@dataclass(slots=True)
class Mirror:
    """One person's calibration. gains: by the beginning of a muscle's name, in place of the usual ones."""

    gains: Mapping[str, float] = field(default_factory=dict)
    _rest: NDArray[np.float32] | None = None
    _asked: bool = False
    _seconds: float = 0.0
    _gain: NDArray[np.float32] = field(init=False)

    def __post_init__(self) -> None:
        self._gain = _gains(self.gains)

    def rest(self) -> None:
        """The next face is this person's at rest: what it does is measured from there. Any thread may call."""
        self._asked = True

    def __call__(self, face: Face, dt: float) -> Expression:
        """What a character should do for this face, `dt` seconds after the last: rest taken off, gain put on."""
        channels = face.expression.channels.copy()
        muscles = channels[: len(MUSCLES)]
        head = channels[HEAD_SLICE]
        if self._rest is None:
            self._rest = np.concatenate([np.minimum(0.7 * muscles, _FIRST_REST), 0.5 * head]).astype(np.float32)
        if self._asked:
            self._asked, self._seconds = False, 3.0
            self._rest = np.concatenate([np.minimum(muscles, _MOST_REST), head]).astype(np.float32)
        self._seconds += dt
        step = (_FIRST if self._seconds < 3.0 else _LATER) * min(dt, 0.2)
        # a quantile by small steps: up when above it, down when below, in proportion to how rare each is
        now = np.concatenate([np.minimum(muscles, _MOST_REST), head])
        self._rest = (self._rest + step * np.where(now > self._rest, _SHARES, _SHARES - 1.0)).astype(np.float32)
        rest = np.clip(self._rest[: len(MUSCLES)], 0.0, _MOST_REST)
        rest[_LIDS] *= 0.8  # narrow eyes are not closed ones
        moved = np.clip((muscles - rest) / (1.0 - rest), 0.0, 1.0) * self._gain
        channels[: len(MUSCLES)] = moved
        channels[HEAD_SLICE] = head - self._rest[len(MUSCLES) :]
        return Expression.clipped(channels, face.expression.noise, face.expression.emotion)
