"""Lines of IRC with tags.

Source: RFC 1459, section 2.3; IRCv3, "Message Tags".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from mien.face import PeerError

_LONGEST = 16_384
"""Characters of a line: 8,191 of tags, and the rest with room."""

_MOST_TAGS = 256
_ESCAPES = {":": ";", "s": " ", "r": "\r", "n": "\n", "\\": "\\"}


@dataclass(frozen=True, slots=True)
class Message:
    """One line. source: who sent it, "" for nobody; parameters: the last may hold blanks."""

    command: str
    parameters: tuple[str, ...] = ()
    tags: Mapping[str, str] = field(default_factory=dict)
    source: str = ""

    @property
    def nick(self) -> str:
        """The name in the source, before its ! or @."""
        return self.source.split("!")[0].split("@")[0]


def parse(line: str) -> Message:
    """The message of a line, without its end. Raises PeerError when it is none."""
    rest, tags, source = line, {}, ""
    if len(line) > _LONGEST:
        raise PeerError(f"IRC: expected a line of at most {_LONGEST:,} characters, got {len(line):,}")
    if rest.startswith("@"):
        told, _, rest = rest[1:].partition(" ")
        pairs = (one.partition("=") for one in told.split(";")[:_MOST_TAGS] if one)
        tags = {name: _unescaped(value) for name, _, value in pairs}
        rest = rest.lstrip(" ")
    if rest.startswith(":"):
        source, _, rest = rest[1:].partition(" ")
    middle, colon, trailing = f" {rest}".partition(" :")
    words = middle.split(" ")
    command, *parameters = [word for word in words if word] or [""]
    if not (command.isascii() and command.isalnum()):
        raise PeerError(f"IRC: expected a line such as ':a PRIVMSG #b :hello', got {line!r:.80}")
    return Message(command.upper(), (*parameters, *([trailing] if colon else [])), tags, source)


def format(message: Message) -> str:
    """The line of a message, without its end. Raises ValueError when a line cannot hold it."""
    *middle, last = message.parameters or ("",)
    if any(not one or " " in one or one.startswith(":") for one in middle) or not message.command:
        raise ValueError(f"Message: only the last parameter may hold blanks or be empty, got {message.parameters!r}")
    tags = ";".join(f"{name}={_escaped(value)}" for name, value in message.tags.items())
    parts = [f"@{tags}"] * bool(tags) + [f":{message.source}"] * bool(message.source) + [message.command, *middle]
    marked = f":{last}" if not last or " " in last or last.startswith(":") else last
    return " ".join([*parts, marked] if message.parameters else parts)


def _escaped(value: str) -> str:
    for name, sign in reversed(_ESCAPES.items()):
        value = value.replace(sign, f"\\{name}")
    return value


def _unescaped(value: str) -> str:
    if "\\" not in value:
        return value
    out, signs = [], iter(value)
    for sign in signs:
        if sign == "\\":
            sign = next(signs, "")
            out.append(_ESCAPES.get(sign, sign))
        else:
            out.append(sign)
    return "".join(out)
