"""What a feeling asks of a voice, in numbers that engines understand."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mien.face import FEELINGS, Emotion

# How speech of each feeling differs from plain speech, at full strength: pace as a factor, pitch and its range in
# semitones and as a factor, loudness in decibels. Directions after Scherer, "Vocal communication of emotion: a review
# of research paradigms", Speech Communication 40, 2003 (table 2), and Juslin & Laukka, "Communication of emotions in
# vocal expression and music performance", Psychological Bulletin 129, 2003 (table 7). # ours: the sizes, kept small
_VOICES = {
    "happy": (1.10, 2.0, 1.30, 2.0),
    "sad": (0.85, -1.5, 0.70, -4.0),
    "angry": (1.12, 1.0, 1.25, 5.0),
    "surprised": (1.08, 3.0, 1.40, 2.0),
    "disgusted": (0.95, -1.0, 0.90, 0.0),
    "afraid": (1.15, 2.5, 0.85, -1.0),
    "shy": (0.94, 0.5, 0.80, -5.0),
    "relaxed": (0.90, -1.0, 0.90, -2.0),
}
_TABLE = np.array([_VOICES[name] for name in FEELINGS])
_PLAIN = np.array([1.0, 0.0, 1.0, 0.0])


@dataclass(frozen=True, slots=True)
class Manner:
    """How a line is said. pace: times the usual speed, in [0.8, 1.2]; pitch: semitones above the usual, in [-3, 3];
    range: times the usual movement of the pitch, in [0.6, 1.5]; loudness: decibels above the usual, in [-6, 6]."""

    pace: float = 1.0
    pitch: float = 0.0
    range: float = 1.0
    loudness: float = 0.0

    @property
    def gain(self) -> float:
        """The loudness as a factor of the samples, in [0.5, 2]."""
        return float(10.0 ** (self.loudness / 20.0))


def manner(feeling: Emotion) -> Manner:
    """How somebody who feels this says it: each feeling's difference by its strength, together no more than one full
    feeling's worth."""
    strengths = feeling.vector().astype(np.float64)
    strengths /= max(1.0, float(strengths.sum()))
    pace, pitch, span, loudness = (float(value) for value in _PLAIN + strengths @ (_TABLE - _PLAIN))
    return Manner(pace, pitch, span, loudness)
