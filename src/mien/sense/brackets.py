"""Tags and stage directions between brackets, stars and other marks, in a text that comes character by character."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from mien.face.names import begins, named
from mien.sense.later import later
from mien.sense.meaning import KEYS, WORD, Piece, Tag, directs, dropped, meant

_PAIRS = {
    "[": "]", "(": ")", "{": "}", "<": ">", "*": "*", "_": "_",
    "【": "】", "（": "）", "［": "］", "〈": "〉", "｛": "｝",
}  # fmt: skip
_OPEN = "[({<*【（［〈｛"
_NAMED = "\0"
"""Stands for an opening `<emotion>` in what is held back: what follows it may name the feeling."""

_CLOSE = "])}>】）］〉｝"
_ROUND, _STARS = "(（", "*_"
_PROSE = _ROUND + _STARS
"""Brackets that prose uses too: what stands in them is a tag only when it names a feeling or tells what one does."""

_SIGNS = "#:"
"""Marks in front of a bare name: `#happy`, `:happy:`."""

LONGEST = 160
"""Characters after which something that was opened is no tag any more."""

_ENDS = '.!?。！？…~～\n"“「『'
_UNCLOSED = later(
    r"\s*/?(?:(?:" + "|".join(sorted(KEYS, key=len, reverse=True)) + r")\s*[:：=]?\s*[\"']?)*"
    r"[^\W\d_]+[\"']?(?:\s*[:：=]?\s*\d[\d.]*%?)?\s*[:：=]?\s*/?",
    re.IGNORECASE,
)
_LONGEST_UNCLOSED, _LONGEST_NAME = 64, 24
_EMPHASISED = later(r"[\w\s'’,.!?。、，！？…~-]+")
_STRESSED = later(
    r"(?:\b(?:am|is|are|was|were|be|been|being|so|very|really|too|not|feel|feels|felt|how|that|this|the|an?|of|to|just"
    r"|i|we|they|he|she|will|would|can|could|do|did|don['’]t|never|my|your|our|more|and|or|in|with)"
    r"|['’](?:m|re|s))\s+$",
    re.IGNORECASE,
)
_IRONY = ("棒", "棒读", "棒読み", "嘘", "大嘘", "狗头", "狗頭", "反语", "反話", "逃", "划掉", "bushi", "不是")
_SPEAKERS_SAID = "i i'm i've i'd i'll you you're he's she's it's we we're they're if but or and because"
_SPEAKERS = frozenset(_SPEAKERS_SAID.split())


@dataclass(slots=True)
class Brackets:
    """Passes on text, and tags in place of what stands in brackets."""

    _held: str = ""
    _start: bool = True  # a sentence may begin here
    _after: bool = False  # a tag has just ended
    _carried: bool = False  # a tag came out of what is held
    _before: str = ""  # the last characters that were spoken

    def feed(self, piece: Piece) -> Iterator[Piece]:
        """What is sure after this further character, or tag that was found before."""
        if isinstance(piece, Tag):
            if self._held and self._held[0] in _OPEN and self._held[0] not in _PROSE:  # <|ACT {"emotion": "joy"}|>
                self._carried = True
            elif self._held:
                yield from self.close()
            yield piece
            return
        after, self._after = self._after, False
        if after and piece in _CLOSE and piece not in ")）":  # [[joy]] has one end too many
            self._after = True
        elif self._held and self._held[0] == _NAMED:
            yield from self._between(piece)
        elif self._held and self._held[0] in _SIGNS:
            yield from self._sign(piece)
        elif self._held and self._held[0] in _PAIRS:
            yield from self._inside(piece)
        elif self._held:  # a first word that may be a tag which lost its beginning
            yield from self._first_word(piece)
        elif piece in _OPEN or (piece in "_#:" and not self._in_word()) or self._may_be_named(piece):
            self._held = piece
        else:
            yield self._said(piece)

    def close(self) -> Iterator[Piece]:
        """What was held back: the text has ended."""
        held, self._held = self._held, ""
        if held and held[0] in _STARS and len(held) > 1 and held[-1] == held[0]:
            yield from self._closed(held[0], held[1:-1], held[0])
        elif held and held[0] == "#" and named(held[1:]):
            yield from self._meant(held[1:])
        elif held:
            yield from self._broken(held, ended=True)
        self._start = True

    def _may_be_named(self, char: str) -> bool:
        return self._start and char.isalpha() and begins(char)

    def _in_word(self) -> bool:
        last = self._before[-1:]
        return last.isascii() and (last.isalnum() or last == "_")

    def _inside(self, char: str) -> Iterator[Piece]:
        opened, inside = self._held[0], self._held[1:]
        if opened == "_":
            yield from self._underlined(char)
        elif (
            char == _PAIRS[opened]
            or (char in _CLOSE and opened != "*")
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
        elif char == "\n" or len(self._held) >= (LONGEST if opened in _PROSE else _LONGEST_UNCLOSED):
            held, self._held = self._held, ""
            yield from self._broken(held, ended=char == "\n" and opened in _STARS)
            yield from self.feed(char)
        else:
            self._held += char

    def _underlined(self, char: str) -> Iterator[Piece]:
        """Between two underscores that stand outside of a word: _smiles_, but not snake_case or ^_^."""
        held = self._held
        if len(held) > 2 and held[-1] == "_" and not (char.isascii() and (char.isalnum() or char == "_")):
            self._held = ""
            yield from self._closed("_", held[1:-1], "_")
            yield from self.feed(char)
        elif char == "\n" or len(held) >= LONGEST or (len(held) == 1 and not char.isalpha()):
            self._held = ""
            yield self._said(held)
            yield from self.feed(char)
        else:
            self._held += char

    def _sign(self, char: str) -> Iterator[Piece]:
        """Behind # or : at the beginning of a word."""
        held, self._held = self._held, ""
        if held[0] == ":" and char == ":" and named(held[1:]):
            yield from self._meant(held[1:])
        elif (char.isalpha() or char == "_") and len(held) < _LONGEST_NAME:
            self._held = held + char
        else:
            if held[0] == "#" and not char.isalnum() and named(held[1:]):
                yield from self._meant(held[1:])
            else:
                yield self._said(held)
            yield from self.feed(char)

    def _between(self, char: str) -> Iterator[Piece]:
        """Between <emotion> and </emotion>."""
        if char != "<" and char != "\n" and len(self._held) < _LONGEST_UNCLOSED:
            self._held += char
            return
        held, self._held = self._held, ""
        yield from self._broken(held, ended=False)
        yield from self.feed(char)

    def _meant(self, inside: str) -> Iterator[Piece]:
        tag = meant(inside)
        yield tag if tag is not None else self._said(inside)

    def _closed(self, opened: str, inside: str, closing: str) -> Iterator[Piece]:
        carried, self._carried = self._carried, False
        self._after = opened not in _STARS
        if inside.lstrip().startswith("/") and opened not in _PROSE:
            name = inside.strip(" /|").lower()
            yield Tag(None, ends=not name or name in KEYS or meant(name) is not None)
        elif opened == "<" and inside.strip().lower() in KEYS:
            self._held = _NAMED
        elif opened in _PROSE:
            yield from self._prose(opened, inside, closing)
        elif (tag := meant(inside)) is not None:
            yield tag
        elif carried or dropped(inside) or (not inside.strip() and not self._in_word()):
            yield Tag(None)
        else:
            self._after = False
            yield self._said(opened + inside + closing)

    def _prose(self, opened: str, inside: str, closing: str) -> Iterator[Piece]:
        """What stood in round brackets, stars or underscores."""
        opens = self._start or (opened in _STARS and not self._before.strip())
        tag = meant(inside, direction=False)
        few = len(WORD.findall(inside)) <= 4
        first = inside.strip().lower().split(" ")[0]
        telling = directs(inside, opens)
        if opened in _STARS:
            stressed = self._in_word() or (not opens and _STRESSED.search(self._before) is not None)
            telling = telling and not stressed
            tag = None if stressed else tag if tag is not None and few else meant(inside) if telling else None
        elif first in _SPEAKERS or inside.strip() in _IRONY:
            tag, telling = None, False
        else:
            tag = tag if tag is not None and few else meant(inside) if telling else None
        if tag is not None or telling:
            yield tag or Tag(None)
        elif opened in _STARS and not self._in_word() and inside[:1].strip() and _EMPHASISED.fullmatch(inside):
            self._after = False
            yield self._said(inside)
        else:
            self._after = False
            yield self._said(opened + inside + closing)

    def _broken(self, held: str, ended: bool) -> Iterator[Piece]:
        """What was opened and not closed: its first word is the tag when it names a feeling and nothing else can."""
        self._carried = False
        if held[0] == _NAMED:
            tag = meant(held[1:])
            yield tag if tag is not None and len(WORD.findall(held)) <= 4 else self._said(held[1:])
            return
        if held[0] not in _PAIRS:
            yield self._said(held)
            return
        opened, inside = held[0], held[1:]
        first = _UNCLOSED.match(inside)
        tag = meant(first[0]) if first else None
        if opened in _STARS and ended and inside[:1].isalpha() and directs(inside, self._start):
            yield meant(inside) or Tag(None)
        elif first is not None and tag is not None and (opened not in _PROSE or (ended and first.end() == len(inside))):
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
        yield from self.feed(char)

    def _said(self, text: str) -> str:
        """Text that is spoken; remembers whether a sentence may begin after it."""
        for char in text:
            if char in _ENDS:
                self._start = True
            elif not char.isspace():
                self._start = False
        self._before = (self._before + text)[-12:]
        return text
