"""A move that was recorded in the studio, played on top of whatever the face does."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from threading import Event

from mien.face import Directed, SettingsError
from mien.files import read_text
from mien.sources.source import Put, Source
from mien.wire import Move, parse_move
from mien.wire.move import MOST_BYTES

_TICK = 1.0 / 60.0
_FRESH = 0.25  # seconds that a moment of a move counts; the next comes before


def read_move(file: Path | str) -> Move:
    """The move in this file. Raises InputError that names it, and what is wrong with it."""
    return parse_move(read_text(file, most=MOST_BYTES), str(file))


@dataclass(frozen=True, slots=True)
class MoveFile:
    """A move, played `first` seconds after the beginning, and where `every` is not 0 again so many seconds after it
    ended. now: the machine's clock, for tests another. Raises InputError when the file is damaged, SettingsError."""

    file: Path
    first: float = 0.0
    every: float = 0.0
    now: Callable[[], float] = time.perf_counter

    def __post_init__(self) -> None:
        for name, value in (("first", self.first), ("every", self.every)):
            if not 0.0 <= value <= 86_400.0:
                raise SettingsError(f"{name}: expected 0..86400 seconds, got {value:g}")
        read_move(self.file)

    def run(self, put: Put, stop: Event) -> None:
        """Raises InputError when it cannot be read."""
        move, pause = read_move(self.file), self.first
        while not stop.wait(pause):
            begun = self.now()
            while (t := self.now() - begun) < move.seconds:
                put(Directed(0.0, move.at(t), _FRESH, quick=True))  # of a time gone by: at once
                if stop.wait(_TICK):
                    return
            put(Directed(0.0, tuple((name, 0.0) for name in move.names), 0.0))  # let go
            if not self.every:
                return
            pause = self.every


def open_move(*, file: Path, first: float = 0.0, every: float = 0.0) -> Source:
    """A recorded move."""
    return MoveFile(file, first, every)
