"""The net that hears how something is said: some small layers side by side, run by numpy."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from mien.face import WeightsError
from mien.sense.hearing.prosody import COUNT

WEIGHTS: Final = Path(__file__).parent / "tone"
"""Where the net that ships lies: tone.safetensors; tone.json holds the facts, MODEL_CARD.md tells how it was made."""

FORMAT: Final = "mien.tone/1"

TONES: Final = ("happy", "sad", "angry", "disgusted", "afraid", "bored", "neutral")
"""What a voice may sound like; nobody acted surprise, shyness or calm for the net to learn from."""

AROUSALS: Final = ("low", "middle", "high")

LEVELS: Final = dict(zip(TONES, (2, 0, 2, 1, 2, 0, 1), strict=True))
"""Which of `AROUSALS` each tone is: joy, anger and fear are high, grief and boredom low (Russell & Mehrabian, "Evidence
for a three-factor theory of emotions", Journal of Research in Personality 11, 1977)."""

BOUND: Final = 5.0
"""Spreads beyond which a number is no more unusual."""

_SHAPES: Final = {
    "middle": (COUNT,), "spread": (COUNT,), "first": (-1, COUNT, -1), "first_bias": (-1, 1, -1),
    "second": (-1, -1, len(TONES) + 1 + len(AROUSALS)), "second_bias": (-1, 1, len(TONES) + 1 + len(AROUSALS)),
}  # fmt: skip
"""Of the weights; -1: any. The first of three is the number of nets, whose answers are averaged."""

Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Answer:
    """tones: (7,) chances of `TONES`, and levels: (3,) of `AROUSALS`, if somebody spoke. nobody: the chance that nobody
    did."""

    tones: Numbers
    levels: Numbers
    nobody: float


@dataclass(frozen=True, slots=True, eq=False)
class ToneNet:
    """weights: as of _SHAPES. prior: how many phrases' worth a stranger's voice counts beside what was heard.
    warmth: the temperature of the chances."""

    weights: dict[str, Numbers]
    prior: float
    warmth: float

    @classmethod
    def opened(cls, folder: Path) -> ToneNet:
        """Raises WeightsError when a file is missing, damaged or of another net."""
        from safetensors import SafetensorError
        from safetensors.numpy import load_file

        try:
            facts = json.loads((folder / "tone.json").read_text(encoding="utf-8"))
            for name, wanted in (("format", FORMAT), ("tones", list(TONES)), ("arousals", list(AROUSALS))):
                if facts[name] != wanted:
                    raise ValueError(f"{name} {facts[name]!r} in place of {wanted!r}")
            weights = load_file(folder / "tone.safetensors")
            for name, shape in _SHAPES.items():
                have = weights[name].shape
                if len(have) != len(shape) or any(b not in (-1, a) for a, b in zip(have, shape, strict=True)):
                    raise ValueError(f"{name} of shape {have} in place of {shape}")
            wide = {name: weights[name].astype(np.float64) for name in _SHAPES}
            return cls(wide, float(facts["prior"]), float(facts["warmth"]))
        except (OSError, ValueError, KeyError, TypeError, SafetensorError) as error:
            raise WeightsError(
                f"{folder}: expected the net of the tone of voice ({error}); install mien again"
            ) from error

    def inputs(self, numbers: Numbers) -> Numbers:
        """(COUNT,) functionals beside those of all the voices that it learnt from, in their spreads."""
        return np.clip((numbers - self.weights["middle"]) / self.weights["spread"], -BOUND, BOUND)

    def __call__(self, inputs: Numbers) -> Answer:
        """The answer to (COUNT,) inputs from which the speaker's own mean was taken."""
        hidden = np.maximum(inputs[None] @ self.weights["first"] + self.weights["first_bias"], 0.0)
        logits = (hidden @ self.weights["second"] + self.weights["second_bias"]).mean(axis=(0, 1)) / self.warmth
        who, levels = _softmax(logits[: len(TONES) + 1]), _softmax(logits[len(TONES) + 1 :])
        tones = _softmax(logits[: len(TONES)])
        # asked for twice: of the tones' levels and by itself; the mean is better than either, LOG "The tone of a voice"
        return Answer(tones, 0.5 * (levels + tones @ _LEVEL_OF_TONE), float(who[-1]))


_LEVEL_OF_TONE = np.eye(len(AROUSALS))[list(LEVELS.values())]


def _softmax(logits: Numbers) -> Numbers:
    raised = np.exp(logits - logits.max())
    return np.asarray(raised / raised.sum(), np.float64)
