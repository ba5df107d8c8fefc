"""The marks of Markdown, taken out of a text that comes character by character: what is spoken has none.

Code in fences is dropped, unless it is prose or an object that says what to speak; `**bold**`, `code`, headings and
bullets lose their marks; escaped brackets lose their backslash. Single stars and underscores stay: they are read
with the other brackets.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

_RUNS, _LINE_RUNS = "`*_", "#-"
_ESCAPED, _ESCAPED_BESIDE_LETTERS = "[]{}*<>#`【】", "()_"
_QUOTES = "\"'“‘「『([【（<"
_PROSE = frozenset(("text", "txt", "plain", "plaintext", "markdown", "md"))

_OBJECTS = frozenset(("", "json", "json5", "jsonc"))


@dataclass(slots=True)
class Markup:
    """Passes on the text without its marks."""

    _held: str = ""
    _before: str = "\n"  # the last character in front of what is held
    _line: bool = True  # nothing but blanks stands on the line so far
    _code: bool = False  # inside `code`
    _bold: str = ""  # the marks that are open
    _fence: str = ""  # "": outside; else "info", "open" (passed on) or "shut" (dropped)
    _info: str = ""

    def feed(self, char: str) -> Iterator[str]:
        """What is sure after this further character."""
        if self._held and self._held[0] == "\\":
            yield from self._escaped(char)
        elif self._held and char == self._held[0]:
            self._held += char
        elif self._held:
            run, self._held = self._held, ""
            yield from self._run(run, char)
            yield from self.feed(char)
        elif self._fence in ("info", "shut"):
            yield from self._fenced(char)
        elif char == "\\" or char in _RUNS or (self._line and char in _LINE_RUNS):
            self._held = char
        else:
            yield self._passed(char)

    def close(self) -> Iterator[str]:
        """What was held back: the text has ended."""
        run, self._held = self._held, ""
        if run and run[0] == "\\":
            yield from run
        elif run:
            yield from self._run(run, "")

    def _passed(self, char: str) -> str:
        self._before = char
        if char == "\n":
            self._line, self._code, self._bold = True, False, ""
        elif not char.isspace():
            self._line = False
        return char

    def _escaped(self, char: str) -> Iterator[str]:
        held, self._held = self._held, ""
        if len(held) == 2:  # a bracket that typed faces use too: \(happy\), but not \(^o^)/
            yield from (self._passed(one) for one in (held[1] if char.isalpha() else held))
            yield from self.feed(char)
        elif char in _ESCAPED or (char in _ESCAPED_BESIDE_LETTERS and self._before.isalpha()):
            yield self._passed(char)
        elif char in _ESCAPED_BESIDE_LETTERS:
            self._held = held + char
        elif char == "n" and not (self._before.isascii() and (self._before.isalnum() or self._before in ':_"')):
            yield self._passed("\n")
        elif char == "\\":
            yield from (self._passed(one) for one in held + char)
        else:
            yield self._passed(held)
            yield self._passed(char) if char in '"/' else ""
            if char not in '"/':
                yield from self.feed(char)

    def _run(self, run: str, after: str) -> Iterator[str]:
        """Decide on a run of equal marks; after: the next character, "" at the end."""
        mark, count = run[0], len(run)
        if mark == "`":
            dropped = self._backticks(count, after)
        elif self._line and mark in "#-*" and self._opens_line(mark, count, after):
            dropped = count
        elif count >= 2 and mark in "*_":
            dropped = self._emphasis(mark, count, after)
        else:
            dropped = 0
        for char in run[dropped:]:
            yield self._passed(char)

    def _opens_line(self, mark: str, count: int, after: str) -> bool:
        """Whether a run is a heading, a bullet or a rule."""
        if mark == "#":
            return count <= 6 and after in ("", " ")
        return (count == 1 and after == " ") or (count >= 3 and after in ("", "\n"))

    def _emphasis(self, mark: str, count: int, after: str) -> int:
        dropped = 2 if count == 3 else count
        if mark in self._bold and not self._before.isspace():
            self._bold = self._bold.replace(mark, "")
            return dropped
        word = self._before.isascii() and self._before.isalnum()
        if after and (after.isalnum() or after in _QUOTES or after in _RUNS) and not word:
            self._bold += mark
            return dropped
        return 0

    def _backticks(self, count: int, after: str) -> int:
        if count >= 3:
            self._fence, self._info = ("" if self._fence else "info"), ""
            return count
        if self._fence == "shut":
            return count
        if self._code:
            self._code = False
            return count
        self._code = after.isascii() and (after.isalnum() or after in "$./-_<")
        return count if self._code else 0

    def _fenced(self, char: str) -> Iterator[str]:
        """The name of the language behind a fence, or code."""
        if char == "`":
            self._held = char
        elif self._fence == "info" and (
            (char in "{[" and self._info.strip() in _OBJECTS) or (char.isspace() and self._info in _PROSE)
        ):
            self._fence = "open"
            yield from self.feed(char)
        elif self._fence == "info" and not char.isspace() and not self._info.endswith(" "):
            self._info += char.lower()
        elif self._fence == "info":  # behind the name: an object, or else code
            if not char.isspace():
                self._fence = "shut"
            elif not self._info.endswith(" "):
                self._info += " "
