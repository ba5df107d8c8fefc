"""Fixed phrases of phrases.txt: names that carry no feeling, idioms, litotes, irony in a plain frame, plain loss."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from mien.face import FEELINGS
from mien.sense.later import later

_PLACES = len(FEELINGS) + 1
_ANGRY = FEELINGS.index("angry")
_USUAL = 1.6
_NAMED = 0.8
"""Logits that a name, and as much again that the frame of a plain fact, adds to neutral."""


@dataclass(frozen=True, slots=True)
class Phrases:
    """What the fixed phrases of a line say.

    text: the line without them; the frame of a fact stays. row: (9,) logits. ironic: praise in it is not meant.
    fact: it is framed as a plain fact or a question of one.
    """

    text: str
    row: NDArray[np.float32]
    ironic: bool
    fact: bool


def take(text: str, language: str) -> Phrases:
    """Take the fixed phrases out of a line in lower case. language: "zh", "ja", "en"; others have none."""
    row = np.zeros(_PLACES, np.float32)
    index = _index(language)
    if not index:
        return Phrases(text, row, False, False)
    heads: set[str] = set()
    cut: list[tuple[int, int]] = []
    done = 0
    for at in _starts(text, language):
        if at < done:
            continue
        for head, weight, source in _candidates(index, text, at):
            match = _compiled(source).match(text, at)
            if match is None or (language == "en" and _inside(text, match.end())):
                continue
            if head in FEELINGS:
                place = FEELINGS.index(head)
                row[place] += weight * (0.5 if row[place] else 1.0)  # a second phrase of one feeling counts half
            elif head == "irony" and "irony" not in heads:
                row[_ANGRY] += _USUAL
            heads.add(head)
            if head != "fact":
                cut.append(match.span())
                done = match.end()
                break
    for start, end in reversed(cut):
        text = f"{text[:start]} {text[end:]}"
    row[-1] += _NAMED * (("name" in heads) + ("fact" in heads))
    return Phrases(text, row, "irony" in heads, "fact" in heads)


def _starts(text: str, language: str) -> Iterable[int]:
    return (match.start() for match in _WORD.finditer(text)) if language == "en" else range(len(text))


def _inside(text: str, end: int) -> bool:
    """Whether a word of an alphabet goes on at `end`."""
    return text[end - 1 : end].isalnum() and text[end : end + 1].isalnum()


Entry = tuple[str, float, str]
"""What a phrase says, its weight in logits, and its regular expression."""


def _candidates(index: dict[str, list[Entry]], text: str, at: int) -> Iterator[Entry]:
    for size in range(_PREFIX, 0, -1):
        yield from index.get(text[at : at + size], ())


_compiled = cache(re.compile)


def _entries(text: str) -> Iterator[tuple[str, Entry]]:
    """Language and entry of everything in the file."""
    language, head = "", ""
    macros: dict[str, str] = {}
    for line in text.splitlines():
        if line.startswith("["):
            language, macros = line.strip("[]"), {}
        elif line.startswith("$"):
            name, _, body = line[1:].partition(": ")
            macros[name] = body
        elif line and not line.startswith("#"):
            if not line.startswith(" "):
                head, _, line = line.partition(": ")
            for entry in line.split():
                pattern, star, weight = entry.rpartition("*")
                given = bool(star) and weight.replace(".", "", 1).isdigit()
                pattern = pattern if given else entry
                for name, body in macros.items():
                    pattern = pattern.replace(f"{{{name}}}", body)
                yield language, (head, float(weight) if given else _USUAL, pattern.replace("_", r"\s"))


@cache
def _index(language: str) -> dict[str, list[Entry]]:
    """From the first signs of a phrase to the phrases of this language that may begin so."""
    index: dict[str, list[Entry]] = {}
    text = files("mien.sense").joinpath("phrases.txt").read_text(encoding="utf-8")
    for entry in (entry for own, entry in _entries(text) if own == language):
        for prefix in prefixes(entry[2], _PREFIX if language == "en" else 2):
            if not prefix:
                raise ValueError(f"phrases.txt: {entry[2]!r}: expected a literal at its beginning")
            index.setdefault(prefix, []).append(entry)
    return index


def prefixes(pattern: str, size: int) -> set[str]:
    """The first `size` signs, or all if fewer, of whatever a regular expression may match.

    It knows literals, groups, classes (0-9 is the one range), blanks, and `?`, `*`, `+` behind them; at anything else a
    prefix ends early.
    """
    if size == 0 or not pattern or pattern[0] in ".{" or pattern.startswith(("[^", r"\w", r"\d")):
        return {""}
    if pattern[0] in "^$" or pattern.startswith(r"\b"):
        return prefixes(pattern[1 if pattern[0] in "^$" else 2 :], size)
    if pattern[0] == "(":
        end = _closing(pattern)
        if pattern[1] == "?":  # a look around takes no room
            return prefixes(pattern[end + 1 :], size)
        options, rest = _options(pattern[1:end]), pattern[end + 1 :]
    elif pattern[0] == "[":
        end = pattern.index("]")
        options, rest = _members(pattern[1:end]), pattern[end + 1 :]
    elif pattern[0] == "\\":
        options, rest = [" " if pattern[1] == "s" else pattern[1]], pattern[2:]
    else:
        options, rest = [pattern[0]], pattern[1:]
    many, rest = (rest[0], rest[1:]) if rest[:1] in ("?", "*", "+") else ("", rest)
    found = prefixes(rest, size) if many in ("?", "*") else set()
    again = f"{pattern[: len(pattern) - len(rest) - 1]}*{rest}" if many in ("*", "+") else rest
    for option in options:
        for first in prefixes(option, size) if len(option) > 1 else {option}:
            left = size - len(first)
            found |= {first + then for then in (prefixes(again, left) if left else {""})}
    return found


def _closing(pattern: str) -> int:
    depth = 0
    for at, sign in enumerate(pattern):
        depth += (sign == "(") - (sign == ")")
        if depth == 0:
            return at
    raise ValueError(f"phrase {pattern!r}: expected a closing bracket")


def _options(body: str) -> list[str]:
    """The alternatives of a group."""
    parts, depth = [""], 0
    for sign in body:
        depth += (sign == "(") - (sign == ")")
        if sign == "|" and depth == 0:
            parts.append("")
        else:
            parts[-1] += sign
    return parts


def _members(body: str) -> list[str]:
    return [*"0123456789", *body.replace("0-9", "")] if "0-9" in body else list(body)


_WORD = later(r"(?<![a-z0-9'])[a-z0-9^]")
_PREFIX = 3
