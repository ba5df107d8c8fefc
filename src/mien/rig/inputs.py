"""What the tables compute with: an expression as one vector of named numbers."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from itertools import combinations
from typing import Final

import numpy as np
from numpy.typing import NDArray

from mien.face import FEELINGS, Expression, viseme_shape
from mien.face.channels import CHANNELS, beginning, sides
from mien.face.prototypes import feelings_shape

VOWELS: Final = ("a", "i", "u", "e", "o")
OWN: Final = (*(f"vowel_{name}" for name in VOWELS), "blink_left", "blink_right", "happy_lids")
"""What is computed beside channels and feelings. vowel_…: how much of each of five vowels the mouth shows beyond what
its feeling does with it. blink_…: how far a lid is shut beyond that. happy_lids: how far a smile has shut the eyes."""

NAMES: Final = (*CHANNELS, *FEELINGS, *OWN)
"""Of the inputs, in their order."""

_MOUTH = np.flatnonzero(beginning("jaw", "mouth"))
_LIDS = sides("eyeBlink")
_HAPPY = FEELINGS.index("happy")


def inputs(expression: Expression) -> NDArray[np.float64]:
    """(79,) the numbers of `NAMES`."""
    channels, emotion = expression.channels.astype(np.float64), expression.emotion.astype(np.float64)
    felt = feelings_shape(emotion).astype(np.float64)
    vowels = _vowels(np.clip(channels[_MOUTH] - felt[_MOUTH], 0.0, 1.0))
    left, right = felt[_LIDS]
    lids = [max(0.0, shut - by) / max(1.0 - by, 1e-3) for shut, by in zip(channels[_LIDS], (left, right), strict=True)]
    smiled = float(np.clip(2.0 * emotion[_HAPPY] - 0.5, 0.0, 1.0)) * min(left, right, *channels[_LIDS])
    return np.concatenate([channels, emotion, vowels, np.clip(lids, 0.0, 1.0), [smiled]])


@lru_cache(maxsize=1)
def _solvers() -> NDArray[np.float64]:
    """(31, 5, mouth) for each set of vowels what gives their amounts of a mouth, by least squares; others are 0."""
    shapes = np.stack([viseme_shape(name)[_MOUTH] for name in VOWELS], 1).astype(np.float64)
    found = []
    for size in range(1, len(VOWELS) + 1):
        for some in map(list, combinations(range(len(VOWELS)), size)):
            solver = np.zeros((len(VOWELS), len(_MOUTH)))
            solver[some] = np.linalg.pinv(shapes[:, some])
            found.append(solver)
    return np.stack(found)


@lru_cache(maxsize=1)
def _shapes() -> NDArray[np.float64]:
    return np.stack([viseme_shape(name)[_MOUTH] for name in VOWELS], 1).astype(np.float64)


def _vowels(mouth: NDArray[np.float64]) -> NDArray[np.float64]:
    """(5,) amounts in [0, 1] of the vowels that together come closest to a mouth, none of them negative.

    Of all sets of vowels that one whose least squares are least and nowhere negative: exact, for there are 31.
    """
    if mouth.max() < 0.01:
        return np.zeros(len(VOWELS))
    amounts = _solvers() @ mouth
    miss = ((amounts @ _shapes().T - mouth) ** 2).sum(axis=1)
    miss[(amounts < -1e-9).any(axis=1)] = np.inf
    best = int(miss.argmin())
    return np.clip(amounts[best] if miss[best] < float(mouth @ mouth) else np.zeros(len(VOWELS)), 0.0, 1.0)


def row(of: Mapping[str, float]) -> NDArray[np.float64]:
    """(79,) the weights of inputs by name; one without its side means both ("mouthSmile"). Raises KeyError."""
    weights = np.zeros(len(NAMES))
    for name, weight in of.items():
        if name in NAMES:
            weights[NAMES.index(name)] += weight
        else:
            weights[sides(name)] += weight
    return weights
