"""Viewers who are passed over."""

from __future__ import annotations

from collections.abc import Collection
from threading import Event

from mien.face import ChatLine, Support
from mien.show.supervisor import Part
from mien.sources import Happening, Put, Source


def muted(happening: Happening, names: Collection[str]) -> bool:
    """Whether it is one of theirs, written large or small."""
    if not isinstance(happening, ChatLine | Support):
        return False
    return happening.author.casefold() in {name.casefold() for name in names}


class Muting:
    """Another source without what these viewers write or give."""

    def __init__(self, source: Source, names: Collection[str]) -> None:
        self._source, self._names = source, names

    def run(self, put: Put, stop: Event) -> None:
        """As the other source."""
        self._source.run(lambda one: None if muted(one, self._names) else put(one), stop)


def muting(part: Part[Source], names: Collection[str]) -> Part[Source]:
    """The same part, these viewers passed over."""
    return Part(part.name, lambda: Muting(part.make(), names)) if names else part
