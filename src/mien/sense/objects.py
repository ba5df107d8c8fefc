"""Objects that a language model writes in place of prose: `{"emotion": "happy", "text": "おはよう"}`.

JSON, and what models make of it: single quotes, bare names, quotes inside of quotes, a missing end. Known names of
keys say what is spoken and what is felt; the rest (roles, thoughts, ids) is dropped.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from mien.face import Emotion
from mien.face.names import named, plain
from mien.sense.later import later
from mien.sense.meaning import KEYS, Piece, Tag, meant

_SPOKEN_SAID = (
    "answer chat content dialog dialogue final_answer line lines message messages msg output output_text paragraphs "
    "replies reply response say sentence sentences speak speech spoken text texts utterance utterances words "
    "内容 台词 台詞 回复 回覆 回答 对话 對話 文本 文字 話 话 说 セリフ 本文 返答 返事 発話 文 テキスト"
)
_SPOKEN = frozenset(_SPOKEN_SAID.split())
_FELT = KEYS - frozenset(("id", "name", "type", "tone", "style", "value", "weight", "intensity", "level", "strength"))
_NAMED_FELT = later(r"(?:\w+_)?(emotion|mood|feeling|expression)s?(?:_?(?:tag|name|label|type|state))?")
_NAMED_SPOKEN = later(r"\w+_(?:text|reply|response|message|speech|content)")
_HOW_MUCH = ("intensity", "strength", "level", "weight", "value", "score", "强度", "強度", "強さ", "程度")
_CALLED = ("arguments", "args", "input", "parameters")
_THOUGHT = later(r"think|thought|reason|analysis|rationale|思考|内心|心理|推理|考え", re.IGNORECASE)
_OTHERS = frozenset(("user", "system", "tool", "developer", "function", "human"))

_BEGINS = later(r"\{\s*[\"'“]|\[\s*\{\s*[\"'“]|\{\s*(\w+)\s*[:：]")
_MAY_BEGIN = later(r"\{\s*\w*\s*|\[\s*(?:\{\s*)?")
_LONGEST_BEGINNING = 40
LONGEST = 16_384
"""Characters after which an object is read as if it ended there."""

_DEEPEST = 40
_CLOSED_BY = {'"': '"', "'": "'", "“": "”"}


@dataclass(slots=True)
class Objects:
    """Passes on text, and tags and text for each object in it as soon as it ends. pieces: reads a text that was
    found in an object."""

    pieces: Callable[[str], list[Piece]]
    _held: str = ""
    _parts: list[str] | None = None  # inside an object
    _size: int = 0
    _depth: int = 0
    _quote: str = ""
    _escape: bool = False
    _maybe: bool = False  # a quote that may be the end of what is quoted
    _last: str = ""  # the last character that is no blank

    def feed(self, char: str) -> Iterator[Piece]:
        """What is sure after this further character."""
        if self._parts is not None:
            yield from self._inside(char)
        elif self._held:
            self._held += char
            begun = _BEGINS.fullmatch(self._held)
            if begun and (begun[1] is None or plain(begun[1]) in _SPOKEN | KEYS):
                yield from self._begin()
            elif len(self._held) > _LONGEST_BEGINNING or not _MAY_BEGIN.fullmatch(self._held):
                yield from self._flush(char)
        elif char in "{[":
            self._held = char
        else:
            yield char

    def close(self) -> Iterator[Piece]:
        """What was held back: the text has ended."""
        held, self._held = self._held, ""
        yield from held
        if self._parts is not None:
            yield from self._end()

    def _flush(self, char: str) -> Iterator[Piece]:
        """What was held is no object; the last character of it may yet begin one."""
        held, self._held = self._held[:-1], ""
        if char == "{" and held.strip() == "{":
            yield from held
            self._held = char
        else:
            yield from held
            yield from self.feed(char)

    def _begin(self) -> Iterator[Piece]:
        held, self._held = self._held, ""
        self._parts, self._size, self._depth, self._quote, self._last = [], 0, 0, "", ""
        self._escape = self._maybe = False
        for char in held:
            yield from self._inside(char)

    def _inside(self, char: str) -> Iterator[Piece]:
        assert self._parts is not None
        self._parts.append(char)
        self._size += 1
        if self._quote and self._maybe and not char.isspace():
            self._maybe = False
            if char in ",:：}]":
                self._quote, self._last = "", '"'
        if self._quote:
            if self._escape:
                self._escape = False
            elif char == "\\":
                self._escape = True
            elif char == _CLOSED_BY[self._quote]:
                self._maybe = True
        elif not char.isspace():
            if char in _CLOSED_BY and self._last in ("", *"{[,:："):
                self._quote = char
            elif char in "{[":
                self._depth += 1
            elif char in "}]":
                self._depth -= 1
            self._last = char
        if (self._depth == 0 and not self._quote) or self._size >= LONGEST:
            yield from self._end()

    def _end(self) -> Iterator[Piece]:
        written, self._parts = "".join(self._parts or ()), None
        yield from self._spoken(parse(written), None)

    def _spoken(self, value: Any, role: Emotion | None) -> Iterator[Piece]:
        """The tags and texts of a value, in order; role: the feeling that holds for it."""
        if isinstance(value, list):
            for one in value:
                yield from self._spoken(one, role)
        if not isinstance(value, dict) or str(value.get("role", "")).lower() in _OTHERS:
            return
        kind = value.get("type")
        if isinstance(kind, str) and "value" in value and (_feels(plain(kind)) or _speaks(plain(kind))):
            value = {kind: value["value"]}  # {"type": "emotion", "value": "joy"}
        told = _told(value) or role
        found: list[Piece] = []
        for key, inner in value.items():
            name = plain(key)
            if _THOUGHT.search(name) or _feels(name):
                continue
            feeling = None if _speaks(name) else named(name)
            emotion = told if feeling is None else _emotion({feeling[0]: feeling[1]})
            for one in inner if isinstance(inner, list) else [inner]:
                if isinstance(one, str) and (_speaks(name) or feeling is not None):
                    for line in one.split("\n"):
                        found += [Tag(emotion, ends=emotion is None), *self.pieces(line), Tag(None, ends=True)]
                elif isinstance(one, str) and name in _CALLED and one.lstrip()[:1] in ("{", "["):
                    found += self._spoken(parse(one), emotion)
                else:
                    found += self._spoken(one, emotion)
        yield from found
        if not found and told is not None and told is not role:
            yield Tag(told)


def _feels(name: str) -> bool:
    return name in _FELT or _NAMED_FELT.fullmatch(name) is not None


def _speaks(name: str) -> bool:
    return name in _SPOKEN or _NAMED_SPOKEN.fullmatch(name) is not None


def _emotion(feelings: dict[str, float]) -> Emotion:
    return Emotion.of({name: min(1.0, max(0.0, much)) for name, much in feelings.items() if name != "neutral"})


def _told(value: dict[str, Any]) -> Emotion | None:
    """The feeling that an object names for itself, by a key or as a bare word."""
    much = next(
        (inner for key, inner in value.items() if plain(key).endswith(_HOW_MUCH) and _number(inner) is not None), None
    )
    told = [inner for key, inner in value.items() if _feels(plain(key))]
    told += [key for key, inner in value.items() if inner is None]
    return next((found for one in told if (found := _felt(one, much)) is not None), None)


def _felt(inner: Any, much: Any) -> Emotion | None:
    """What the value of a key of feeling says: a name, names, an object with a name, or a strength for each name."""
    if isinstance(inner, dict):
        each = {key: number for key in inner if named(key) and (number := _number(inner[key])) is not None}
        if each:
            total: dict[str, float] = {}
            for key, number in each.items():
                name = (named(key) or ("neutral", 0.0))[0]
                total[name] = max(total.get(name, 0.0), number if number <= 1.0 else number / 100.0)
            return _emotion(total)
        inner = " ".join(f"{one}" for one in inner.values() if isinstance(one, str | int | float))
    elif isinstance(inner, list):
        inner = ", ".join(str(one) for one in inner if isinstance(one, str))
    if not isinstance(inner, str):
        return None
    tag = meant(inner if much is None or re.search(r"\d", inner) else f"{inner} {much}")
    return None if tag is None else tag.emotion


def _number(value: Any) -> float | None:
    try:
        number = float(value) if not isinstance(value, bool | None) else None
    except (TypeError, ValueError):
        return None
    return number if number is not None and 0.0 <= number <= 100.0 else None


def parse(text: str) -> Any:
    """The value that a text of JSON means: dicts, lists, strings; None where nothing is. Never raises.

    What is missing at the end is taken as written; other quotes, names without quotes, quotes inside of quotes and a
    comma too many are understood. What lies deeper than 40 levels is None.
    """
    return _Parser(text).value(0)


_BARE = later(r"[^,:：{}\[\]\"\n]+")
_ESCAPES = {"n": "\n", "t": " ", "r": "", "b": "", "f": ""}


class _Parser:
    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0

    def _next(self) -> str:
        """The next character that is no blank, "" at the end."""
        self._at = self._behind_blanks()
        return self._text[self._at : self._at + 1]

    def _behind_blanks(self) -> int:
        at = self._at
        while at < len(self._text) and self._text[at].isspace():
            at += 1
        return at

    def value(self, depth: int) -> Any:
        char = self._next()
        if char in ("{", "["):
            self._at += 1
            return self._many(char, depth + 1) if depth < _DEEPEST else None
        if char in _CLOSED_BY and char:
            return self._quoted(_CLOSED_BY[char])
        found = _BARE.match(self._text, self._at)
        if found is None:
            return None
        self._at = found.end()
        bare = found[0].strip()
        return None if bare in ("null", "None", "") else bare

    def _many(self, opened: str, depth: int) -> Any:
        pairs: dict[str, Any] = {}
        values: list[Any] = []
        while (char := self._next()) and char not in "}]":
            before = self._at
            value = self.value(depth)
            if self._next() in (":", "：") and opened == "{":
                self._at += 1
                inner = self.value(depth) if self._next() not in ("}", "]", ",") else None
                pairs.setdefault(str(value), inner)
            elif opened == "{" and isinstance(value, str):
                pairs.setdefault(value, None)
            else:
                values.append(value)
            if self._next() in (",", ":", "：") or self._at == before:
                self._at += 1
        self._at += 1
        return pairs if opened == "{" else values

    def _quoted(self, closing: str) -> str:
        self._at += 1
        found = []
        while self._at < len(self._text):
            char = self._text[self._at]
            self._at += 1
            if char == "\\":
                found.append(self._escaped())
            elif char == closing and self._text[(at := self._behind_blanks()) : at + 1] in ("", *",:：}]"):
                break
            else:
                found.append(char)
        return "".join(found)

    def _escaped(self) -> str:
        char = self._text[self._at : self._at + 1]
        self._at += 1
        if char == "u":
            digits = self._text[self._at : self._at + 4]
            if re.fullmatch(r"[0-9a-fA-F]{4}", digits):
                self._at += 4
                code = int(digits, 16)
                if 0xD800 <= code < 0xDC00:
                    low = re.compile(r"\\u([dD][c-fC-F][0-9a-fA-F]{2})").match(self._text, self._at)
                    if low:
                        self._at = low.end()
                        return chr(0x10000 + ((code - 0xD800) << 10) + int(low[1], 16) - 0xDC00)
                return chr(code) if not 0xD800 <= code < 0xE000 else ""
        return _ESCAPES.get(char, char)
