"""Emotion tags that a language model writes into its lines: taken out of what is spoken, and felt.

Understood: `[joy]`, `(angry)`, `{sad}`, `<happy>`, `<emotion name="joy" intensity="0.8"/>`, `<joy>…</joy>`,
`*smiles softly*`, `[emotion: joy]`, `[joy:0.8]`, `[joy 80%]`, `【开心】`, `（生气）`, `［照れ］`, `[情绪：开心]`, and
the same broken: without their end, without their beginning, with the wrong bracket, split between chunks of a stream.
What stands in brackets and is no feeling stays in the text when it looks like prose, and is dropped as a stage
direction when it looks like a tag.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from mien.face import Emotion
from mien.face.names import begins, named
from mien.sense.reading import Reading, Reads

_PAIRS = {"[": "]", "(": ")", "{": "}", "<": ">", "*": "*", "【": "】", "（": "）", "［": "］", "〈": "〉", "｛": "｝"}
_OPEN = "[({<*【（［〈｛"
_NAMED = "\0"
"""Stands for an opening `<emotion>` in what is held back: what follows it may name the feeling."""

_CLOSE = "])}>】）］〉｝"
_PROSE, _PROSE_CLOSE = "(（*", ")）*"
"""Brackets that prose uses too: what stands in them is a tag only when it names a feeling."""

LONGEST = 64
"""Characters after which something that was opened is no tag any more."""

_ENDS = ".!?。！？…~～\n"
_WORD = re.compile(r"[^\W\d_]+(?:[_-][^\W\d_]+)*")
_KEYS_SAID = (
    "act action emo emotion emotions expression face feeling feelings id intensity level mood name strength "
    "style tone type value weight 动作 動作 強さ 强度 心情 情感 情绪 感情 気分 表情"
)
_KEYS = frozenset(_KEYS_SAID.split())
_DEGREES = {
    "very": 1.3, "so": 1.3, "extremely": 1.5, "really": 1.3, "slightly": 0.6, "little": 0.6, "bit": 0.6,
    "非常": 1.3, "很": 1.2, "有点": 0.6, "稍微": 0.6, "とても": 1.3, "すごく": 1.3, "ちょっと": 0.6, "少し": 0.6,
}  # fmt: skip
_NUMBER = re.compile(r"(\d+(?:\.\d+)?)\s*(%|/\s*(\d+))?")
_UNCLOSED = re.compile(
    r"\s*/?(?:(?:" + "|".join(sorted(_KEYS, key=len, reverse=True)) + r")\s*[:：=]?\s*[\"']?)*"
    r"[^\W\d_]+[\"']?(?:\s*[:：=]?\s*\d[\d.]*%?)?\s*[:：=]?\s*/?",
    re.IGNORECASE,
)
_HAN_DEGREE = re.compile(r"^(非常|很|有点|稍微|とても|すごく|ちょっと|少し)(?=.)")


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag as it was meant. emotion: None when it names no feeling; all zero when it asks for a neutral face."""

    emotion: Emotion | None


SURE = 0.95
"""The confidence of a reading that a tag gave."""

Piece = str | Tag
"""What comes out of a stream: text to be spoken, or a tag that holds for what follows it."""


def split_tags(text: str) -> list[Piece]:
    """The pieces of a whole text, in order; texts are never empty."""
    reader = TagFilter()
    return _joined([*reader.feed(text), *reader.close()])


def apart(text: str) -> list[str]:
    """The parts of a line that feel one thing each, a tag before each that has one: `[happy:0.75]Hello`.

    A tag holds for what follows it up to the next; one at the very end holds for what stands before it.
    """
    parts: list[tuple[Emotion | None, str]] = [(None, "")]
    for piece in split_tags(text):
        if isinstance(piece, Tag):
            parts.append((piece.emotion, ""))
        else:
            parts[-1] = (parts[-1][0], parts[-1][1] + piece)
    if len(parts) > 1 and not parts[-1][1].strip() and parts[-2][0] is None:
        parts[-2:] = [(parts[-1][0], parts[-2][1])]
    return [_written(emotion) + words.strip() for emotion, words in parts if words.strip() or emotion is not None]


def _written(emotion: Emotion | None) -> str:
    if emotion is None:
        return ""
    return f"[{emotion.dominant}:{emotion.strength:.2f}]" if emotion.strength else "[neutral]"


class Tagged:
    """A reader of tagged lines: what is tagged feels as the tag says, the rest as the reader behind it reads it.

    The reading's text is what may be spoken: no tag is left in it.
    """

    def __init__(self, reader: Reads) -> None:
        self._reader = reader

    def read(self, text: str) -> Reading:
        """The feeling of one line; the first tag counts, `apart` gives lines with one each."""
        pieces = split_tags(text)
        spoken = "".join(piece for piece in pieces if isinstance(piece, str)).strip()
        reading = self._reader.read(spoken)
        told = next((piece.emotion for piece in pieces if isinstance(piece, Tag) and piece.emotion is not None), None)
        return reading if told is None else replace(reading, emotion=told, confidence=SURE)


def meant(inside: str) -> Tag | None:
    """The tag that these letters between brackets are, None when they are none.

    A feeling may stand alone, after a key (`emotion: joy`), with a strength (0.8, 80%, 4/5) or among a few words.
    """
    if not inside.strip() or "\n" in inside:
        return None
    strength = _strength(inside)
    letters = [word for word in _WORD.findall(inside) if word.lower() not in _KEYS]
    degree = 1.0
    found: tuple[str, float] | None = None
    for word in letters:
        degree *= _DEGREES.get(word.lower(), 1.0)
        bare = _HAN_DEGREE.sub("", word)
        degree *= _DEGREES.get(word[: len(word) - len(bare)], 1.0)
        found = found or named(word) or named(bare) or named(bare.rstrip("的地な"))
    if found is None:
        return None
    feeling, plain = found
    if feeling == "neutral":
        return Tag(Emotion())
    return Tag(Emotion.of({feeling: min(1.0, max(0.1, strength if strength is not None else plain * degree))}))


def _strength(inside: str) -> float | None:
    """What a number in it says, in [0, 1]."""
    number = _NUMBER.search(inside)
    if number is None:
        return None
    value = float(number[1])
    if number[2] == "%":
        return value / 100.0
    if number[3]:
        return value / max(1.0, float(number[3]))
    return value if value <= 1.0 else value / 10.0 if value <= 10.0 else value / 100.0


def _looks_like_a_tag(inside: str) -> bool:
    """Whether something between square, angle or curly brackets is a stage direction: a few words, no sentence."""
    stripped = inside.strip(" /|")
    words = _WORD.findall(stripped)
    plain = re.fullmatch(r"[\w\s:：=\"'./|,_%-]+", stripped) is not None
    return bool(words) and plain and len(words) <= 4 and not stripped[0].isdigit()


@dataclass(slots=True)
class TagFilter:
    """Takes a text piece by piece, as it is written, and gives text and tags as soon as they are sure.

    What may yet become a tag is held back: at most LONGEST characters.
    """

    _held: str = ""
    _start: bool = True  # a sentence may begin here
    _after: bool = False  # a tag has just ended

    def feed(self, chunk: str) -> list[Piece]:
        """What is sure after these further characters."""
        pieces: list[Piece] = []
        for char in chunk:
            pieces += self._take(char)
        return _joined(pieces)

    def close(self) -> list[Piece]:
        """What was held back: the text has ended."""
        held, self._held = self._held, ""
        self._start = True
        return _joined(self._broken(held, ended=True)) if held else []

    def _take(self, char: str) -> Iterator[Piece]:
        after, self._after = self._after, False
        if after and char in _CLOSE and char not in _PROSE_CLOSE:  # [[joy]] has one end too many
            self._after = True
        elif self._held and self._held[0] == _NAMED:
            yield from self._between(char)
        elif self._held and self._held[0] in _OPEN:
            yield from self._inside(char)
        elif self._held:  # a first word that may be a tag which lost its beginning
            yield from self._first_word(char)
        elif char in _OPEN or (self._start and char.isalpha() and begins(char)):
            self._held = char
        else:
            yield self._said(char)

    def _inside(self, char: str) -> Iterator[Piece]:
        opened, inside = self._held[0], self._held[1:]
        if (
            char == _PAIRS[opened]
            or (char in _CLOSE and opened not in "*")
            or (char == opened and named(inside.strip()) is not None)
        ):
            self._held = ""
            yield from self._closed(opened, inside, char)
        elif char in _OPEN and char != "*" and opened != "*":  # the one before was never closed
            self._held = char
            if inside.strip():
                yield from self._broken(opened + inside, ended=False)
            elif opened in _PROSE:
                yield self._said(opened)
        elif char.isspace() and not inside and opened in "<*":  # a smaller sign, a product
            self._held = ""
            yield self._said(opened + char)
        elif char == "\n" or len(self._held) >= LONGEST or (opened == "*" and char in _ENDS):
            held, self._held = self._held, ""
            yield from self._broken(held, ended=False)
            yield from self._take(char)
        else:
            self._held += char

    def _between(self, char: str) -> Iterator[Piece]:
        """Between <emotion> and </emotion>."""
        if char != "<" and char != "\n" and len(self._held) < LONGEST:
            self._held += char
            return
        held, self._held = self._held, ""
        yield from self._broken(held, ended=False)
        yield from self._take(char)

    def _closed(self, opened: str, inside: str, closing: str) -> Iterator[Piece]:
        self._after = True
        tag = meant(inside)
        if inside.lstrip().startswith("/"):
            yield Tag(None)
        elif opened == "<" and inside.strip().lower() in _KEYS:
            self._held = _NAMED
        elif tag is not None and (len(_WORD.findall(inside)) <= 4 or opened not in _PROSE):
            yield tag
        elif opened not in _PROSE and _looks_like_a_tag(inside):
            yield Tag(None)
        else:
            self._after = False
            yield self._said(opened + inside + closing)

    def _broken(self, held: str, ended: bool) -> Iterator[Piece]:
        """What was opened and not closed: its first word is the tag when it names a feeling and nothing else can."""
        if held[0] == _NAMED:
            tag = meant(held[1:])
            yield tag if tag is not None and len(_WORD.findall(held)) <= 4 else self._said(held[1:])
            return
        if held[0] not in _OPEN:
            yield self._said(held)
            return
        opened, inside = held[0], held[1:]
        first = _UNCLOSED.match(inside)
        tag = meant(first[0]) if first else None
        if first is not None and tag is not None and (opened not in _PROSE or (ended and first.end() == len(inside))):
            yield tag
            if inside[first.end() :]:
                yield self._said(inside[first.end() :])
        elif ended and opened not in _PROSE and (not inside.strip() or begins(inside)):
            yield Tag(None)  # cut off in the middle
        else:
            yield self._said(held)

    def _first_word(self, char: str) -> Iterator[Piece]:
        if char in "]】］>}" and named(self._held) is not None:
            tag = meant(self._held)
            self._held = ""
            if tag is not None:
                yield tag
            return
        if (char.isalpha() or char in "_-") and begins(self._held + char) and len(self._held) < LONGEST:
            self._held += char
            return
        held, self._held = self._held, ""
        yield self._said(held)
        yield from self._take(char)

    def _said(self, text: str) -> str:
        """Text that is spoken; remembers whether a sentence may begin after it."""
        for char in text:
            if char in _ENDS:
                self._start = True
            elif not char.isspace():
                self._start = False
        return text


def _joined(pieces: Iterable[Piece]) -> list[Piece]:
    """Neighbouring texts as one."""
    joined: list[Piece] = []
    for piece in pieces:
        if isinstance(piece, str) and joined and isinstance(joined[-1], str):
            joined[-1] += piece
        elif piece != "":
            joined.append(piece)
    return joined
