"""A live room is written down as it happens: a chat log, which plays again in its own time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TextIO

from mien.face import ChatLine, Cue, Face, Support
from mien.files import AtomicFile, refusals
from mien.show.clock import Clock, Ticker
from mien.show.director import Spoken
from mien.show.session import Session
from mien.show.supervisor import Failure, Part
from mien.sources import Note, Source, log_line

_TICKS = 30.0  # a second: as finely the times of lines are told
_LONGEST = 86_400.0  # seconds that a chat log holds


@dataclass(frozen=True, slots=True)
class Recorded:
    """How it went: lines and gifts that were written down, seconds, and what failed meanwhile."""

    lines: int
    gifts: int
    seconds: float
    failures: tuple[Failure, ...]


class _Writer:
    """A director that answers nothing and writes everything down."""

    def __init__(self, file: TextIO, path: Path) -> None:
        self._file, self._path = file, path
        self.lines = self.gifts = 0
        self.refused: Exception | None = None

    def take(self, line: Spoken, t: float) -> tuple[Cue, ...]:
        """Write down what viewers wrote or gave. Raises DeviceError when the disk is full."""
        if isinstance(line, ChatLine | Support):
            try:
                with refusals(self._path):
                    print(log_line(replace(line, t=t)), file=self._file, flush=True)
            except Exception as error:
                self.refused = error
                raise
            self.lines += isinstance(line, ChatLine)
            self.gifts += isinstance(line, Support)
        return ()

    def see(self, faces: Sequence[Face], t: float) -> tuple[Cue, ...]:  # noqa: ARG002 - the seam's
        """Nothing."""
        return ()

    def due(self, t: float) -> tuple[Cue, ...]:  # noqa: ARG002 - likewise
        """Nothing."""
        return ()


def record(
    part: Part[Source],
    path: Path,
    seconds: float | None = None,
    news: Callable[[Failure | Note], None] = lambda _: None,
    clock: Clock | None = None,
) -> Recorded:
    """Write down what a room tells, until it ends, for so many seconds (a day at most), or until Ctrl-C.

    The file appears at the end, also after Ctrl-C, and not at all when nothing happened. A room that fails is tried
    again as in a show. news: is told of it. clock: for tests another. Raises DeviceError when the disk is full, and
    what the room raised when nothing came of it and it cannot be mended.
    """
    file = AtomicFile(path)
    try:
        with refusals(path), file.part.open("w", encoding="utf-8") as lines:
            writer = _Writer(lines, path)
            session = Session(
                None, clock or Ticker(_TICKS, min(seconds or _LONGEST, _LONGEST)), director=writer, sources=[part],
                news=news,
            )  # fmt: skip
            try:
                with closing(session.shots()) as shots:
                    for _ in shots:
                        if not session.supervisor.running or writer.refused is not None:
                            break
            except KeyboardInterrupt:
                pass  # as one ends it who does not know beforehand how long it lasts
        failures = session.supervisor.failures
        if writer.refused is not None:
            raise writer.refused
        if writer.lines + writer.gifts == 0:
            file.drop()
            if failures and failures[-1].retry is None:
                raise failures[-1].error
        else:
            file.keep()
    except BaseException:
        file.drop()
        raise
    return Recorded(writer.lines, writer.gifts, session.now, failures)
