"""The text reader: signs in front, a trained pair of small nets behind."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mien.face import CLASSES, Emotion
from mien.sense.reading import Reading
from mien.sense.signs import Signs, scan
from mien.sense.textnet import TextNet, load

WEIGHTS = Path(__file__).parent / "weights" / "text.safetensors"
"""What ships with mien; its facts are in text.json and MODEL_CARD.md beside it."""

AGAINST_NEUTRAL = 0.5
"""Of the strongest plain sign's logits, the share that also speaks against neutral: a face that reacts to a sign
needlessly is a lesser fault than one that stays blank."""

_FEELINGS = len(CLASSES) - 1
_HAPPY, _ANGRY, _DISGUSTED, _RELAXED = (CLASSES.index(name) for name in ("happy", "angry", "disgusted", "relaxed"))


def odds(logits: NDArray[np.float32]) -> NDArray[np.float32]:
    """(9,) probabilities: softmax."""
    raised = np.exp(logits - logits.max())
    return np.asarray(raised / raised.sum(), np.float32)


def strengths(chances: NDArray[np.float32], force: float, signs: Signs) -> NDArray[np.float32]:
    """(8,) strengths in [0, 1] of the feelings.

    The strongest feeling gets the strength of the line: the nets' own estimate `force` (a logit), raised
    by the signs' boost, lowered by "a little", and let through as far as the line is felt at all (1 -
    P(neutral)) and as far as they are sure of it: a guess leans to neutral. The others follow their
    probability, a little held down; traces under 0.03 are dropped, to keep the face clean.
    """
    feelings = chances[:_FEELINGS]
    best = float(feelings.max())
    felt = 1.0 - float(chances[_FEELINGS])
    gate = min(1.0, max(0.0, (felt - 0.32) / 0.38))
    gate = gate * gate * (3.0 - 2.0 * gate)
    sure = min(1.0, best / 0.42)
    plain = 1.0 / (1.0 + np.exp(-force))
    level = 1.0 - (1.0 - plain) * (1.0 - signs.boost)
    result = (feelings / max(best, 1e-6)) ** 1.3 * (level * signs.damp * gate * sure)
    result[result < 0.03] = 0.0
    return np.asarray(np.clip(result, 0.0, 1.0), np.float32)


def turned(logits: NDArray[np.float32]) -> NDArray[np.float32]:
    """(9,) logits of what is meant, of irony's plain sense: joy and calm speak for anger, and nothing is neutral."""
    turned = logits.copy()
    praise = np.logaddexp(logits[_HAPPY], logits[_RELAXED])
    turned[_ANGRY] = np.logaddexp(logits[_ANGRY], praise) + 0.5
    turned[_DISGUSTED] = np.logaddexp(logits[_DISGUSTED], praise - 1.0)
    turned[[_HAPPY, _RELAXED]] = praise - 4.0
    turned[_FEELINGS] -= 1.5
    return turned


class Reader:
    """Reads lines. Holds the trained nets and the channel's language, nothing else: equal lines get equal readings."""

    def __init__(self, net: TextNet, home: str = "zh") -> None:
        """home: the language of a line of Chinese signs alone (無理), "zh" or "ja"."""
        self._net = net
        self._home = home

    def read(self, text: str) -> Reading:
        """The feeling of one line. Any string will do: a blank one is neutral."""
        signs = scan(text, self._home)
        if not signs.evidence.any() and not any(map(str.isalnum, signs.text)):  # blank, or a stop alone
            return Reading(text, Emotion(), 1.0, signs.language)
        chances, force = self._judge(signs)
        emotion = Emotion.from_vector(strengths(chances, force, signs))
        neutral = emotion.dominant == "neutral"
        sure = chances[_FEELINGS] if neutral else chances[:_FEELINGS].max()
        return Reading(text, emotion, float(sure), signs.language)

    def odds(self, text: str) -> NDArray[np.float32]:
        """(9,) probabilities over the eight feelings and neutral, before strengths: for measuring."""
        return self._judge(scan(text, self._home))[0]

    def _judge(self, signs: Signs) -> tuple[NDArray[np.float32], float]:
        logits, force = self._net(signs.text)
        logits = logits + signs.evidence
        logits[_FEELINGS] -= AGAINST_NEUTRAL * signs.plain
        if signs.ironic:
            logits = turned(logits)
        return odds(logits), force


def open_reader(path: Path | None = None, home: str = "zh") -> Reader:
    """The reader with the weights at `path`, by default those that ship with mien.

    home: what a line of Chinese signs alone is in, "zh" or, on a Japanese channel, "ja". Raises WeightsError when a
    file is missing, damaged, or made for something else.
    """
    return Reader(load(path or WEIGHTS), home)
