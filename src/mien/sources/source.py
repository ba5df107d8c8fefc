"""The seam: what a source is, what it hands on, and how one is found by name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import entry_points
from threading import Event
from typing import Literal, Protocol

from mien.face import ChatLine, Cue, SettingsError, Sound, Support
from mien.sources.microphone import Caught
from mien.sources.pictures import Picture

GROUP = "mien.source"
"""The entry-point group; each entry makes a source of its settings, given by keyword."""


@dataclass(frozen=True, slots=True)
class Say:
    """A whole line of the character's own, to be felt and said at once; with `answer`, a viewer's line.

    answer: the name of the policy by which it is answered, silently.
    """

    text: str
    answer: str = ""


@dataclass(frozen=True, slots=True)
class Write:
    """Some further characters of a text that is being written: a sentence that ends is said in its turn.

    end: the text is over. writer: whose text, where several are written at once.
    """

    text: str
    end: bool = False
    writer: str = ""


@dataclass(frozen=True, slots=True)
class Note:
    """Something that a person should know, in words: a damaged file, a room that closed.

    state: what it says of the source that hands it on: that it hears the other end, or waits for it; "" for neither.
    """

    text: str
    state: Literal["", "connected", "waiting"] = ""


@dataclass(frozen=True, slots=True)
class Hush:
    """The character is to say no more, at once: its voice and its lips stop, what it feels stays."""


Happening = Cue | ChatLine | Support | Say | Write | Hush | Picture | Sound | Caught | Note
"""What a source may hand on."""

Put = Callable[[Happening], None]


class Source(Protocol):
    """Reads the world and hands on what happens.

    `run` is called in a thread of its own, calls `put` from there as things happen, and returns when there is no more,
    or soon after `stop` is set. What it raises is reported, and it is run again after a while where that can help.
    """

    def run(self, put: Put, stop: Event) -> None:
        """Read until there is no more, or until `stop` is set."""
        ...


def sources() -> list[str]:
    """Names of the installed sources, ours and the plug-ins', in alphabetical order."""
    return sorted({entry.name for entry in entry_points(group=GROUP)})


def source_maker(name: str) -> Callable[..., Source]:
    """What makes the source of this name, by keyword. Raises SettingsError when there is none."""
    found = [entry for entry in entry_points(group=GROUP) if entry.name == name]
    if not found:
        raise SettingsError(f"no source {name!r}; there are: {', '.join(sources())}")
    maker: Callable[..., Source] = found[0].load()
    return maker
