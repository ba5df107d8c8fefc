"""A text that is still being written: read as it grows, revised smoothly, final at the end of each sentence."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from mien.face import Emotion
from mien.sense.meaning import Piece
from mien.sense.reading import Reading, Reads
from mien.sense.sentences import Sentences
from mien.sense.tags import SURE, TagFilter, felt
from mien.sense.thinking import Withdrawn

_LEAST = 4  # letters before a first guess is worth making
_STEP = 0.5  # of a change of mind that is shown at once while a sentence is unfinished
_GROWTH = 1 / 5  # ours: of a sentence's letters that must be new before it is guessed at again
_WINDOW = 64  # ours: letters at the end of an unfinished sentence that a guess looks at


@dataclass(frozen=True, slots=True)
class Heard:
    """What a sentence feels like so far.

    reading: its text is what may be spoken. final: the sentence has ended. withdrawn: all that was heard of this text
    before was a model's thinking, as a mark at its end has told only now; the reading is neutral and says nothing.
    """

    reading: Reading
    final: bool
    withdrawn: bool = False


class Listening:
    """Reads a text chunk by chunk, an LLM's tokens for instance.

    Each word that ends gives a guess; guesses go half of the way to what they find, so that the face does not jump
    about with every word; at a sentence's end the whole sentence is read, and the next begins afresh. That a sentence
    has ended is known when the next one begins, or its line ends: a tag may still follow, and 3.14 is none. Tags are
    felt and never spoken, thinking neither. The sentences are the same in whatever chunks they come, and the same as
    `apart` gives for the whole text. Work grows with the length of the text, whether it has ends or not.

    reader: `mien.sense.open_reader()`. thinking: the text begins in the middle of a thought, as it does where the
    model's template opens one: nothing is heard before its end.
    """

    def __init__(self, reader: Reads, thinking: bool = False) -> None:
        self.reader = reader
        self._tags = TagFilter(thinking)
        self._sentences = Sentences()
        self._shown: Emotion | None = None
        self._guessed = ""

    def feed(self, chunk: str) -> list[Heard]:
        """What these further characters change, in order."""
        heard = list(self._heard(self._tags.feed(chunk)))
        if self._grown():
            heard.append(self._guess())
        return heard

    def close(self) -> list[Heard]:
        """The last sentence, if one was begun."""
        heard = list(self._heard(self._tags.close()))
        heard += [self._final(one.text, one.told) for one in self._sentences.close()]
        return heard

    def _heard(self, pieces: list[Piece | Withdrawn]) -> Iterator[Heard]:
        for piece in pieces:
            if isinstance(piece, Withdrawn):
                self._sentences.forget()
                self._shown, self._guessed = None, ""
                yield Heard(replace(self.reader.read(""), emotion=Emotion()), False, withdrawn=True)
                continue
            for one in self._sentences.feed(piece):
                yield self._final(one.text, one.told)

    def _final(self, text: str, told: Emotion | None) -> Heard:
        self._shown, self._guessed = None, ""
        return Heard(felt(text, told, self.reader), True)

    def _grown(self) -> bool:
        """Whether a word has ended since the last guess, and the sentence is longer by a part that counts."""
        text, before = self._sentences.text, len(self._guessed)
        if len(text.strip()) < _LEAST or len(text) - before < max(1.0, _GROWTH * before):
            return False
        return any(char.isspace() or not char.isascii() for char in text[before:])

    def _guess(self) -> Heard:
        self._guessed = text = self._sentences.text
        told = self._sentences.told
        reading = replace(self.reader.read(_end(text)), text=text.strip())
        if told is not None:
            return Heard(replace(reading, emotion=told, confidence=SURE), False)
        before = self._shown or Emotion()
        mixed = before.vector() + _STEP * (reading.emotion.vector() - before.vector())
        self._shown = Emotion.from_vector(mixed)
        return Heard(replace(reading, emotion=self._shown), False)


def _end(text: str) -> str:
    """The last letters of a text, from the beginning of a word."""
    text = text.strip()
    if len(text) <= _WINDOW:
        return text
    tail = text[-_WINDOW:]
    space = tail.find(" ")
    return tail[space + 1 :] if 0 <= space < _WINDOW // 2 else tail
