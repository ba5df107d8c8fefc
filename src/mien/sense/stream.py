"""A text that is still being written: read as it grows, revised smoothly, final at the end of each sentence."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from mien.face import Emotion
from mien.sense.reading import Reading, Reads
from mien.sense.tags import SURE, Tag, TagFilter

_ENDS = frozenset(".!?。！？…～\n")
_CLOSING = frozenset("\"'”’」』)）～~!?！？。….")
_LEAST = 4  # letters before a first guess is worth making
_STEP = 0.5  # of a change of mind that is shown at once while a sentence is unfinished
_LONGEST = 240  # letters after which a sentence counts as ended


@dataclass(frozen=True, slots=True)
class Heard:
    """What a sentence feels like so far. reading: its text is what may be spoken. final: the sentence has ended."""

    reading: Reading
    final: bool


@dataclass(slots=True)
class Listening:
    """Reads a text chunk by chunk, an LLM's tokens for instance. reader: `mien.sense.open_reader()`.

    Each word that ends gives a guess; guesses go half of the way to what they find, so that the face does not jump
    about with every word; at a sentence's end the whole sentence is read, and the next begins afresh. Tags are felt
    and never spoken.
    """

    reader: Reads
    _tags: TagFilter = field(default_factory=TagFilter)
    _text: str = ""
    _told: Emotion | None = None
    _shown: Emotion | None = None

    def feed(self, chunk: str) -> list[Heard]:
        """What these further characters change, in order."""
        return list(self._heard(self._tags.feed(chunk)))

    def close(self) -> list[Heard]:
        """The last sentence, if one was begun."""
        heard = list(self._heard(self._tags.close()))
        if self._text.strip():
            heard.append(self._ended())
        self._text, self._told, self._shown = "", None, None
        return heard

    def _heard(self, pieces: list[str | Tag]) -> Iterator[Heard]:
        for piece in pieces:
            if isinstance(piece, Tag):
                if self._text.strip():
                    yield self._ended()
                self._told = piece.emotion
                continue
            grown = False
            for char in piece:
                over = bool(self._text) and self._text[-1] in _ENDS and char not in _CLOSING
                if (over or len(self._text) >= _LONGEST) and self._text.strip():
                    yield self._ended()
                    grown = False
                if char == "\n":
                    self._told = None
                self._text += char
                grown = grown or char.isspace() or not char.isascii()
            if grown and len(self._text.strip()) >= _LEAST:
                yield self._guess()

    def _guess(self) -> Heard:
        reading = self._read()
        if self._told is not None:
            return Heard(reading, False)
        before = self._shown or Emotion()
        mixed = before.vector() + _STEP * (reading.emotion.vector() - before.vector())
        self._shown = Emotion.from_vector(mixed)
        return Heard(replace(reading, emotion=self._shown), False)

    def _ended(self) -> Heard:
        reading = self._read()
        self._text, self._shown = "", None
        return Heard(reading, True)

    def _read(self) -> Reading:
        reading = self.reader.read(self._text.strip())
        return reading if self._told is None else replace(reading, emotion=self._told, confidence=SURE)
