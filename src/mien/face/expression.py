"""What the face does: muscles, head, gaze, drawn marks, and the small accidents that nobody asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from mien.face.channels import (
    CHANNELS,
    GAZE_SLICE,
    HEAD_SLICE,
    HIGH,
    LOW,
    MARK_SLICE,
    MARKS,
    MUSCLES,
    channel,
)
from mien.face.emotion import FEELINGS

NOISE = 8
"""Length of the noise vector: strands of hair, highlights, cloth."""


def _frozen(values: Any, length: int, what: str) -> NDArray[np.float32]:
    """A read-only float32 copy. Raises ValueError on another length or a number that is not finite."""
    array = np.array(values, np.float32)
    if array.shape != (length,):
        raise ValueError(f"{what}: expected shape ({length},), got {array.shape}")
    if not np.isfinite(array).all():
        raise ValueError(f"{what}: expected finite numbers, got {array}")
    array.flags.writeable = False
    return array


@dataclass(frozen=True, slots=True, eq=False)
class Expression:
    """One pose of the face.

    channels: (63,) float32, by name in CHANNELS. Muscles and marks in [0, 1]. Head yaw, pitch, roll in radians,
    [-0.8, 0.8]: yaw > 0 turns towards the picture's right, pitch > 0 looks up, roll > 0 tilts clockwise as seen.
    Gaze in radians from straight ahead of the head, [-0.6, 0.6]: x > 0 to the picture's right, y > 0 up.
    noise: (8,) float32, about standard normal: what the face does that nobody asked for (strands, highlights).
    emotion: (8,) float32 in [0, 1], the feeling behind it, in the order of FEELINGS.
    Raises ValueError on a wrong shape or a value out of range.
    """

    channels: NDArray[np.float32]
    noise: NDArray[np.float32]
    emotion: NDArray[np.float32]

    def __post_init__(self) -> None:
        channels = _frozen(self.channels, len(CHANNELS), "Expression.channels")
        wrong = np.flatnonzero((channels < LOW - 1e-5) | (channels > HIGH + 1e-5))
        if wrong.size:
            at = int(wrong[0])
            raise ValueError(f"Expression.{CHANNELS[at]}: expected {LOW[at]:g}..{HIGH[at]:g}, got {channels[at]:g}")
        object.__setattr__(self, "channels", channels)
        object.__setattr__(self, "noise", _frozen(self.noise, NOISE, "Expression.noise"))
        object.__setattr__(self, "emotion", _frozen(self.emotion, len(FEELINGS), "Expression.emotion"))

    @classmethod
    def of(cls, values: Mapping[str, float], noise: Any = None, emotion: Any = None) -> Expression:
        """The expression with these named channels, the rest at rest. Raises ValueError on an unknown name."""
        channels = np.zeros(len(CHANNELS), np.float32)
        for name, value in values.items():
            if name not in CHANNELS:
                raise ValueError(f"no channel {name!r}; there are: {', '.join(CHANNELS)}")
            channels[channel(name)] = value
        zeros = np.zeros(NOISE, np.float32)
        neutral = np.zeros(len(FEELINGS), np.float32)
        return cls(channels, zeros if noise is None else noise, neutral if emotion is None else emotion)

    @classmethod
    def clipped(cls, channels: Any, noise: Any, emotion: Any) -> Expression:
        """Like the constructor, with every channel clipped into its range first."""
        return cls(np.clip(channels, LOW, HIGH), noise, np.clip(emotion, 0.0, 1.0))

    def __getitem__(self, name: str) -> float:
        """The value of one channel by name. Raises KeyError on an unknown name."""
        return float(self.channels[channel(name)])

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Expression):
            return NotImplemented
        return (
            np.array_equal(self.channels, other.channels)
            and np.array_equal(self.noise, other.noise)
            and np.array_equal(self.emotion, other.emotion)
        )

    __hash__ = None  # type: ignore[assignment]  # arrays inside: compared by value, not usable as a key

    @property
    def head(self) -> NDArray[np.float32]:
        """(3,) yaw, pitch, roll in radians."""
        return self.channels[HEAD_SLICE]

    @property
    def gaze(self) -> NDArray[np.float32]:
        """(2,) radians, x to the picture's right, y up."""
        return self.channels[GAZE_SLICE]

    @property
    def marks(self) -> dict[str, float]:
        """The six drawn marks by name, each in [0, 1]."""
        return {name: float(value) for name, value in zip(MARKS, self.channels[MARK_SLICE], strict=True)}

    @property
    def muscles(self) -> dict[str, float]:
        """The 52 ARKit blendshape weights by name, each in [0, 1]."""
        return {name: float(value) for name, value in zip(MUSCLES, self.channels, strict=False)}


@dataclass(frozen=True, slots=True, eq=False)
class Expressions:
    """Several poses as arrays: channels (n, 63), noise and emotion (n, 8), float32, as in `Expression`."""

    channels: NDArray[np.float32]
    noise: NDArray[np.float32]
    emotion: NDArray[np.float32]

    @classmethod
    def clipped(cls, channels: Any, noise: Any, emotion: Any) -> Self:
        """Checked together, after every channel was clipped into its range.

        Raises ValueError on another shape or a number that is not finite.
        """
        arrays = [
            np.asarray(one, np.float32) for one in (np.clip(channels, LOW, HIGH), noise, np.clip(emotion, 0.0, 1.0))
        ]
        for array, length in zip(arrays, (len(CHANNELS), NOISE, len(FEELINGS)), strict=True):
            if array.shape != (len(arrays[0]), length) or not np.isfinite(array).all():
                raise ValueError(f"Expressions: expected finite numbers of shape (n, {length}), got {array.shape}")
            array.flags.writeable = False
        return cls(*arrays)

    def __len__(self) -> int:
        return len(self.channels)

    def __getitem__(self, at: int) -> Expression:
        """One of them."""
        return Expression(self.channels[at], self.noise[at], self.emotion[at])


REST = Expression.of({})
