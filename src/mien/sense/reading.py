"""What a line of text was understood to feel like."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from mien.face import Emotion


@dataclass(frozen=True, slots=True)
class Reading:
    """One line and its feeling.

    text: the line as it came. emotion: strengths of the eight feelings, all zero for a neutral line.
    confidence: the probability, in [0, 1], that the model gives to its own answer (the dominant feeling or
    neutral). language: "zh", "en", "ja" or "und".
    """

    text: str
    emotion: Emotion
    confidence: float
    language: str

    def as_dict(self) -> dict[str, Any]:
        """The reading as plain data for JSON, numbers to four decimals."""
        emotion = self.emotion
        return {
            "text": self.text,
            "feelings": {name: round(value, 4) for name, value in emotion.as_dict().items()},
            "dominant": emotion.dominant,
            "strength": round(emotion.strength, 4),
            "valence": round(emotion.valence, 4),
            "arousal": round(emotion.arousal, 4),
            "confidence": round(self.confidence, 4),
            "language": self.language,
        }


class Reads(Protocol):
    """Whatever understands a line; `mien.sense.open_reader()` gives one."""

    def read(self, text: str) -> Reading:
        """The feeling of one line."""
        ...
