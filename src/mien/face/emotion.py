"""What is felt: a strength for each of eight feelings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

FEELINGS = ("happy", "sad", "angry", "surprised", "disgusted", "afraid", "shy", "relaxed")
"""The eight feelings, in the order of every vector of feelings in this project."""

CLASSES = (*FEELINGS, "neutral")
"""The nine answers of whatever classifies a line or a face, in the order of every vector of nine."""

# Positions on the circumplex (valence, arousal), each in [-1, 1]. Six from Russell & Mehrabian, "Evidence for a
# three-factor theory of emotions", Journal of Research in Personality 11, 1977 (their means for joyful, sad, angry,
# surprised, disgusted, fearful); shy from their "embarrassed", relaxed from their "relaxed".
_CIRCUMPLEX = np.array(
    [
        [0.76, 0.48],
        [-0.63, -0.27],
        [-0.51, 0.59],
        [0.40, 0.67],
        [-0.60, 0.35],
        [-0.64, 0.60],
        [-0.46, 0.54],
        [0.68, -0.46],
    ]
)

_FADE = 0.3
"""By how much the likeliest feeling exceeds neutral when all of it is felt. # ours"""


@dataclass(frozen=True, slots=True)
class Emotion:
    """A strength in [0, 1] for each feeling; all zero is neutral. Raises ValueError outside that range."""

    happy: float = 0.0
    sad: float = 0.0
    angry: float = 0.0
    surprised: float = 0.0
    disgusted: float = 0.0
    afraid: float = 0.0
    shy: float = 0.0
    relaxed: float = 0.0

    def __post_init__(self) -> None:
        for name in FEELINGS:
            value = getattr(self, name)
            if not 0.0 <= value <= 1.0:
                raise ValueError(f"Emotion.{name}: expected 0..1, got {value!r}")

    @classmethod
    def of(cls, feelings: Mapping[str, float]) -> Emotion:
        """The emotion with these named strengths, the rest zero. Raises ValueError on an unknown name."""
        unknown = sorted(set(feelings) - set(FEELINGS))
        if unknown:
            raise ValueError(f"no feeling {unknown[0]!r}; there are: {', '.join(FEELINGS)}")
        return cls(**{name: float(value) for name, value in feelings.items()})

    @classmethod
    def from_vector(cls, vector: NDArray[np.floating]) -> Emotion:
        """vector: (8,) strengths in the order of FEELINGS; values are clipped to [0, 1]."""
        return cls(*(float(value) for value in np.clip(vector, 0.0, 1.0)))

    @classmethod
    def weighed(cls, chances: NDArray[np.floating]) -> Emotion:
        """What (9,) chances of the `CLASSES` tell: nothing where neutral is the likeliest.

        The eight fade in as the strongest exceeds neutral, so that a face that is about to smile does not jump.
        """
        felt = np.asarray(chances, np.float64)[: len(FEELINGS)]
        beyond = (float(felt.max()) - float(chances[len(FEELINGS)])) / _FADE
        return cls.from_vector(felt * min(max(beyond, 0.0), 1.0))

    def vector(self) -> NDArray[np.float32]:
        """(8,) strengths in the order of FEELINGS."""
        return np.array([getattr(self, field.name) for field in fields(self)], np.float32)

    def as_dict(self) -> dict[str, float]:
        """All eight feelings by name."""
        return {name: getattr(self, name) for name in FEELINGS}

    @property
    def strength(self) -> float:
        """The strongest feeling's strength, in [0, 1]."""
        return float(self.vector().max())

    @property
    def dominant(self) -> str:
        """The name of the strongest feeling, or "neutral" when none reaches 0.1."""
        vector = self.vector()
        best = int(vector.argmax())
        return FEELINGS[best] if vector[best] >= 0.1 else "neutral"

    def _on_circumplex(self, axis: int) -> float:
        """One coordinate of the strength-weighted mean of the feelings' positions, scaled by the strength."""
        vector = self.vector().astype(np.float64)
        total = float(vector.sum())
        if total == 0.0:
            return 0.0
        return float(vector @ _CIRCUMPLEX[:, axis] / total) * self.strength

    @property
    def valence(self) -> float:
        """Pleasantness in [-1, 1]: the circumplex positions of the feelings, weighted by strength."""
        return self._on_circumplex(0)

    @property
    def arousal(self) -> float:
        """Activation in [-1, 1]: likewise."""
        return self._on_circumplex(1)


NEUTRAL = Emotion()
