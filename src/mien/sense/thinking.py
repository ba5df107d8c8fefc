"""What a language model thinks before it speaks, taken out of a text that comes character by character.

Understood: `<think>…</think>` and its kin (`thinking`, `reasoning`, `analysis`, `scratchpad`, 思考 …) in any case and
with a prefix or attributes, `[THINK]…[/THINK]`, `◁think▷…◁/think▷`, `<|begin_of_thought|>…<|end_of_thought|>`,
`<|START_THINKING|>…<|END_THINKING|>`, and the channels of `<|channel|>analysis<|message|>…<|end|>`. A thought that is
never closed lasts to the end of the text. A closing mark alone says that all before it was thought: templates of
reasoning models often write the opening one into the prompt.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from mien.sense.later import later


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """All of the text before this was thought, and is not to be spoken or felt."""


_NAMES = (
    r"(?:(?:inner|internal|chain_of|cot)[ _-]?)?(?:think|thinks|thinking|thoughts?|thought_process|reason|reasoning|"
    r"reflect|reflections?|analysis|analyze|scratch_?pad|monologue|rationale|deliberation|cot|plan|planning)"
    r"|思考|思考过程|思考過程|思维|思維|推理|分析|内心|心理|心の声"
)
_ANSWERS = r"answer|final|final_answer|response|reply|output|speech|say|solution"
_OPENS = later(
    rf"<\s*(?:[\w-]+:)?(?:{_NAMES})(?:\s[^<>]*)?(?<!/)>|[＜◁](?:{_NAMES})[＞▷]"
    rf"|\[(?:think|thoughts?|reasoning|analysis)\]|<\|(?:think|(?:begin_of_|begin_|start_of_|start_)(?:{_NAMES}))\|>",
    re.IGNORECASE,
)
_CLOSES = later(
    rf"<\s*/\s*(?:[\w-]+:)?(?:{_NAMES})\s*>|[＜◁]/(?:{_NAMES})[＞▷]|\[/(?:{_NAMES})\]"
    rf"|<\|(?:/think|(?:end_of_|end_)(?:{_NAMES}))\|>",
    re.IGNORECASE,
)
_ANSWER = later(rf"<(?:{_ANSWERS})>|<\|(?:begin_of_|start_)(?:{_ANSWERS})\|>", re.IGNORECASE)
_HEADER, _MESSAGE, _OVER = ("<|channel|>", "<|start|>"), "<|message|>", ("<|end|>", "<|return|>", "<|call|>")
_SILENT = later(r"analysis|commentary|user|system|developer|tool", re.IGNORECASE)

_STARTS, _STOPS = "<＜◁[", ">＞▷]"
_LETTERS = later(r"[\w/|:\s='\".-]")
LONGEST = 48
"""Characters after which what was opened is no mark of a thought any more."""

_LONGEST_HEADER = 200


@dataclass(slots=True)
class Thoughts:
    """Passes on what is not thought. thinking: the text begins in the middle of a thought."""

    thinking: bool = False
    _held: str = ""
    _header: str | None = None  # between <|start|> and <|message|>
    _opened: int = 0
    _closed: int = 0

    def feed(self, char: str) -> Iterator[str | Withdrawn]:
        """What is sure after this further character."""
        held = self._held
        if not held:
            if char in _STARTS:
                self._held = char
            else:
                yield from self._passed(char)
        elif char in _STOPS:
            self._held = ""
            yield from self._mark(held + char)
        elif char in _STARTS or len(held) >= LONGEST or char == "\n" or not _LETTERS.match(char):
            self._held = ""
            yield from self._passed(held)
            yield from self.feed(char)
        else:
            self._held += char

    def close(self) -> Iterator[str | Withdrawn]:
        """What was held back: the text has ended."""
        held, self._held = self._held, ""
        yield from self._passed(held)

    def _mark(self, mark: str) -> Iterator[str | Withdrawn]:
        name = mark.lower()
        if name in _HEADER:
            self._header = (self._header or "") + " "
        elif name == _MESSAGE and self._header is not None:
            self.thinking = _SILENT.search(self._header) is not None and "final" not in self._header
            self._header = None
        elif name in _OVER:
            self.thinking = False
        elif _CLOSES.fullmatch(mark):
            if not self.thinking and (self._opened > self._closed or not self._closed):
                yield Withdrawn()
            self.thinking = False
            self._closed += 1
        elif self.thinking:
            self._opened += _OPENS.fullmatch(mark) is not None
            if _ANSWER.fullmatch(mark):
                self.thinking = False
                self._closed += 1
        elif _OPENS.fullmatch(mark):
            self.thinking = True
            self._opened += 1
        else:
            yield from self._passed(mark)

    def _passed(self, text: str) -> Iterator[str]:
        if self._header is not None:
            self._header += text
            if len(self._header) > _LONGEST_HEADER:
                self._header = None
        elif not self.thinking:
            yield from text
