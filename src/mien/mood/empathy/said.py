"""Words and the voice that says them: what is felt by somebody who says this, like that.

Words tell best what is felt, a voice how much: listeners hear arousal in voices of languages they do not know far more
surely than pleasantness (Scherer, "Vocal communication of emotion: a review of research paradigms", Speech
Communication 40, 2003). How much of each: ours.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from mien.face import Emotion
from mien.mood.empathy.fusion import Sensed, fuse
from mien.mood.feelings import AROUSAL

_PLAIN, _TELLING = 0.35, 0.3
"""What plain words weigh beside a voice, as a share of words that tell a feeling; its strength from which they do."""

_FLAT: Final = np.where(AROUSAL > 0.0, 0.75, 0.4)
"""(8,) how far a voice against it takes a feeling back: a flat one joy or anger, an agitated one grief or calm."""

_LIVELY = 0.5
"""How far a voice for it brings a feeling towards the strongest that was sensed of it."""


def as_said(voice: Sensed, arousal: float, words: Sensed | None = None) -> tuple[Emotion, float]:
    """The feeling of something said, and its confidence in [0, 1]. arousal: of the voice, in [-1, 1].

    1. Plain words count for less than telling ones: their confidence x (.35 + .65 x min(1, strength / .3)).
    2. `fuse` weighs words and voice, by reliability x confidence.
    3. With m = arousal x sign of the feeling's own arousal: m < 0 takes it back, x (1 + .75 m) where the feeling is
       an agitated one, x (1 + .4 m) where it is a quiet one; m > 0 raises it towards the stronger of what words and
       voice say of it, by .5 m of what lacks, times the share of it that is felt already.

    Raises ValueError when the arousal is out of range.
    """
    if not -1.0 <= arousal <= 1.0:
        raise ValueError(f"as_said: arousal: expected -1..1, got {arousal!r}")
    senses = [voice]
    if words is not None:
        telling = min(1.0, words.emotion.strength / _TELLING)
        weight = words.confidence * (_PLAIN + (1.0 - _PLAIN) * telling)
        senses.append(Sensed(voice.t, words.source, words.emotion, weight))
    emotion, confidence = fuse(voice.t, senses)
    felt = emotion.vector().astype(np.float64)
    most = np.max([one.emotion.vector() for one in senses], axis=0).astype(np.float64)
    backed = felt / np.maximum(most, 1e-9)  # as in `fuse`: a sense hardly trusted raises nothing
    way = arousal * np.sign(AROUSAL)
    lacks = np.maximum(0.0, most - felt)
    moved = np.where(way < 0.0, felt * (1.0 + _FLAT * way), felt + _LIVELY * way * backed * lacks)
    return Emotion.from_vector(moved), confidence
