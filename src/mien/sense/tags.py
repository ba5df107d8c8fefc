"""Emotion tags that a language model writes into its lines: taken out of what is spoken, and felt.

Understood: `[joy]`, `(angry)`, `{sad}`, `<happy>`, `<emotion name="joy" intensity="0.8"/>`, `<joy>…</joy>`,
`*smiles softly*`, `_giggles_`, `:happy:`, `[emotion: joy]`, `[joy:0.8]`, `[joy 80%]`, `[not happy]`, `【开心】`,
`（生气）`, `［照れ］`, `[情绪：开心]`, `{"emotion": "joy", "text": "Hello"}`, and the same broken: without their end,
without their beginning, with the wrong bracket, with backslashes, split between chunks of a stream. What stands in
brackets and is no feeling stays in the text when it looks like prose, and is dropped as a stage direction when it
looks like a tag. Thinking, code and the marks of Markdown are dropped before.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from mien.face import Emotion
from mien.sense.brackets import Brackets
from mien.sense.markup import Markup
from mien.sense.meaning import Piece, Tag
from mien.sense.objects import Objects
from mien.sense.reading import Reading, Reads
from mien.sense.sentences import Sentence, Sentences
from mien.sense.thinking import Thoughts, Withdrawn

SURE = 0.95
"""The confidence of a reading that a tag gave."""


class TagFilter:
    """Takes a text piece by piece, as it is written, and gives text and tags as soon as they are sure.

    What may yet become a tag is held back. thinking: the text begins in the middle of a thought, as it does where
    the model's template opens one.
    """

    def __init__(self, thinking: bool = False) -> None:
        self._thinking = thinking
        self._begin()

    def _begin(self) -> None:
        self._thoughts = Thoughts(self._thinking)
        self._reset()

    def _reset(self) -> None:
        self._markup, self._objects, self._brackets = Markup(), Objects(split_tags), Brackets()

    def feed(self, chunk: str) -> list[Piece | Withdrawn]:
        """What is sure after these further characters. Withdrawn: nothing before it was meant to be spoken."""
        return _joined(piece for char in chunk for piece in self._thought(self._thoughts.feed(char)))

    def close(self) -> list[Piece | Withdrawn]:
        """What was held back: the text has ended, and another may begin."""
        pieces = list(self._thought(self._thoughts.close()))
        pieces += self._bracketed(self._objected(self._markup.close()))
        pieces += self._bracketed(self._objects.close())
        pieces += self._brackets.close()
        self._begin()
        return _joined(pieces)

    def _thought(self, found: Iterable[str | Withdrawn]) -> Iterator[Piece | Withdrawn]:
        for text in found:
            if isinstance(text, Withdrawn):
                self._reset()
                yield text
            else:
                yield from self._bracketed(self._objected(one for char in text for one in self._markup.feed(char)))

    def _objected(self, chars: Iterable[str]) -> Iterator[Piece]:
        for char in chars:
            if char:
                yield from self._objects.feed(char)

    def _bracketed(self, pieces: Iterable[Piece]) -> Iterator[Piece]:
        for piece in pieces:
            if isinstance(piece, Tag):
                yield from self._brackets.feed(piece)
            else:
                for char in piece:
                    yield from self._brackets.feed(char)


def split_tags(text: str) -> list[Piece]:
    """The pieces of a whole text, in order; texts are never empty."""
    reader = TagFilter()
    found: list[Piece] = []
    for piece in (*reader.feed(text), *reader.close()):
        if isinstance(piece, Withdrawn):
            found = []
        else:
            found.append(piece)
    return [piece for piece in _joined(found) if not isinstance(piece, Withdrawn)]


class Part(str):
    """A sentence as `apart` gives it: written with its tag, `[happy:0.75]Hello`, but known by itself to `Tagged`."""

    __slots__ = ("sentence",)

    sentence: Sentence

    def __new__(cls, sentence: Sentence) -> Part:
        """The part for a sentence."""
        part = super().__new__(cls, _written(sentence.told) + sentence.text)
        part.sentence = sentence
        return part


def apart(text: str) -> list[str]:
    """The sentences of a text, each with the tags that hold for it before it: `[happy:0.75]Hello`.

    They are what `Listening` gives for the same text. A tag alone, or at the end with nothing before it, is one too.
    """
    sentences = Sentences()
    found = [one for piece in split_tags(text) for one in sentences.feed(piece)]
    return [Part(one) for one in (*found, *sentences.close())]


def _written(emotion: Emotion | None) -> str:
    if emotion is None:
        return ""
    told = ", ".join(f"{name}:{value:.2f}" for name, value in emotion.as_dict().items() if value)
    return f"[{told or 'neutral'}]"


class Tagged:
    """A reader of tagged lines: what is tagged feels as the tag says, the rest as the reader behind it reads it.

    The reading's text is what may be spoken: no tag is left in it.
    """

    def __init__(self, reader: Reads) -> None:
        self._reader = reader

    def read(self, text: str) -> Reading:
        """The feeling of one line; several tags are felt together. `apart` gives a line's sentences."""
        if isinstance(text, Part):
            return felt(text.sentence.text, text.sentence.told, self._reader)
        pieces = split_tags(text)
        spoken = "".join(piece for piece in pieces if isinstance(piece, str)).strip()
        told = [piece.emotion for piece in pieces if isinstance(piece, Tag) and piece.emotion is not None]
        most = {name: max(getattr(one, name) for one in told) for name in told[0].as_dict()} if told else None
        return felt(spoken, None if most is None else Emotion.of(most), self._reader)


def felt(text: str, told: Emotion | None, reader: Reads) -> Reading:
    """The reading of a text, with the feeling that was told for it if one was."""
    reading = reader.read(text)
    return reading if told is None else replace(reading, emotion=told, confidence=SURE)


def _joined(pieces: Iterable[Piece | Withdrawn]) -> list[Piece | Withdrawn]:
    """Neighbouring texts as one."""
    joined: list[Piece | Withdrawn] = []
    for piece in pieces:
        if isinstance(piece, str) and joined and isinstance(joined[-1], str):
            joined[-1] += piece
        elif piece != "":
            joined.append(piece)
    return joined
