"""Lines said aloud while the show lasts: the voice is asked in a thread of its own, and the face never waits for it."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from math import inf
from threading import Condition, Event, Thread
from typing import Final

from mien.face import Cue, DeviceError, Felt, InputError, Sound, Spoke
from mien.sense import Reading
from mien.show.mailbox import JOIN
from mien.show.script import BREATH, SINK_IN, held, react
from mien.show.supervisor import Supervisor, may_mend, waits
from mien.show.voicing import LEAD, Speech, Voicing

# Seconds, ours.
LATE: Final = 5.0
"""A voice that has not begun by then is not waited for: the line is said without sound."""
_BETWEEN: Final = 0.25  # between two lines that are said one after another
_KNOWN: Final = 1.0  # mouth shapes of so long ago are kept in a cue that says how a speech goes on
_MOST: Final = 32
"""Lines that may wait for their turn; of more, the oldest are left out."""


@dataclass(slots=True, eq=False)
class _Line:
    """A line on its way: what was read, what is known of its sound, and how far it has been said.

    felt, began, over: when it was felt, when its sound began, and when its last word is said, in seconds on the show's
    clock. handed: samples that were handed on; shown: seconds of its sound that its mouth shapes knew of.
    """

    reading: Reading
    utterance: str
    speech: Speech = field(default_factory=Speech)
    stop: Event = field(default_factory=Event)
    fetched: bool = False
    failed: Exception | None = None
    told: bool = False
    felt: float | None = None
    began: float | None = None
    over: float = inf
    handed: int = 0
    shown: float = -1.0


class Speaker:
    """Says lines one after another, or at once in place of those before.

    While it is `playing`, its thread asks the voice; what is to be seen and heard by now is taken with `due`, from the
    show's thread. A voice that fails, or is late, is told, the line's lips move without sound, and so do those of the
    next lines until it is time to try again. Any thread may call. name: whose failures are told.
    """

    def __init__(self, voicing: Voicing, name: str = "voice", late: float = LATE) -> None:
        self._voicing, self._name, self._late = voicing, name, late
        self._lines: deque[_Line] = deque()  # the first one is being said
        self._supervisor: Supervisor | None = None
        self._waits, self._again = waits(), -inf
        self._change = Condition()
        self._open, self._count = True, 0

    def say(self, reading: Reading, t: float, utterance: str = "", at_once: bool = True) -> list[Cue]:
        """Say a line, `at_once` in place of all that was to be said, else in its turn; gives the cues of its beginning.

        utterance: as in `Felt`.
        """
        cues: list[Cue] = []
        with self._change:
            if at_once:
                cues += self._hushed(t)
            self._count += 1
            line = _Line(reading, utterance or f"said {self._count}")
            self._lines.append(line)
            if len(self._lines) > _MOST + 1:
                self._lines[1].stop.set()
                del self._lines[1]
            if self._lines[0] is line:
                cues += self._feel(line, t)
            self._change.notify()
        return cues

    def hush(self, t: float) -> list[Cue]:
        """Say no more, from now on: gives the cues that close the mouth. What is felt stays."""
        with self._change:
            return self._hushed(t)

    @property
    def busy(self) -> float:
        """Until when it has something to say, in seconds on the show's clock; inf while that is not known."""
        with self._change:
            if not self._lines:
                return -inf
            return self._lines[0].over + SINK_IN if len(self._lines) == 1 else inf

    def due(self, t: float) -> list[Cue | Sound]:
        """What is to be seen and heard up to t, in seconds on the show's clock."""
        with self._change:
            while self._lines and t >= self._lines[0].over + _BETWEEN:
                self._lines.popleft()
                self._change.notify()
            return list(self._going_on(self._lines[0], t)) if self._lines else []

    @contextmanager
    def playing(self, supervisor: Supervisor) -> Iterator[None]:
        """Within the block its thread runs. supervisor: is told of failures."""
        self._supervisor, self._open = supervisor, True
        thread = Thread(target=self._run, args=(supervisor,), name=f"mien {self._name}", daemon=True)
        thread.start()
        try:
            yield
        finally:
            with self._change:
                self._open = False
                self._hushed(0.0)
                self._change.notify()
            thread.join(JOIN)

    def _hushed(self, t: float) -> list[Cue]:
        speaking = bool(self._lines) and self._lines[0].shown >= 0.0
        for line in self._lines:
            line.stop.set()
        self._lines.clear()
        return [Spoke(t, ())] if speaking else []

    def _feel(self, line: _Line, t: float) -> Iterator[Cue]:
        """A line begins."""
        line.felt = t
        if t < self._again:
            line.fetched = True
            yield from self._mime(line, t)
        else:
            yield Felt(t, line.reading.emotion, held(line.reading, self._late), line.utterance)

    def _mime(self, line: _Line, t: float) -> Iterator[Cue]:
        """The line without its sound."""
        line.stop.set()
        reaction = react(line.reading, t, utterance=line.utterance)
        line.over, line.shown = reaction.end - SINK_IN, 0.0
        yield from reaction.cues

    def _going_on(self, line: _Line, t: float) -> Iterator[Cue | Sound]:
        """What a line brings by t."""
        if line.felt is None:
            yield from self._feel(line, t)
        assert line.felt is not None
        speech = line.speech
        if line.over < inf and line.began is None:  # it is mimed
            return
        if line.began is None:
            if line.failed is None and not speech.rate and not speech.whole:
                if t < line.felt + self._late:
                    return
                line.failed = DeviceError(f"expected sound within {self._late:g} s, got none; the line goes on without")
            self._tell(line, t)
            if not speech.rate:
                yield from self._mime(line, t)
                return
            line.began = max(t, line.felt + BREATH)
        self._tell(line, t)
        if line.handed >= speech.length and not speech.whole:  # the engine is slower than speech
            line.began = max(line.began, t - speech.seconds)
        if line.shown < speech.seconds or (speech.whole and line.over == inf):
            yield from self._show(line, line.began, line.felt, t)
        for piece in speech.pieces(line.began, line.handed):
            if piece.t > t:
                break
            line.handed += len(piece.samples)
            yield piece

    def _show(self, line: _Line, began: float, felt: float, t: float) -> Iterator[Cue]:
        """The mouth shapes as they are known by now, and the feeling, held until after the last of them."""
        line.shown = line.speech.seconds
        shapes = line.speech.visemes
        end = began + max([line.speech.seconds, *(shape.start + shape.seconds for shape in shapes[-1:])])
        if line.speech.whole:
            line.over = end
            self._waits = waits()
        yield Spoke(began - LEAD, tuple(one for one in shapes if one.start + one.seconds >= t - began - _KNOWN))
        hold = felt + held(line.reading, end + SINK_IN - felt) - t
        yield Felt(t, line.reading.emotion, max(hold, 0.0), line.utterance)

    def _tell(self, line: _Line, t: float) -> None:
        """Tell of a line's failure, once, and say when the voice is tried again."""
        if line.failed is None or line.told:
            return
        line.told = True
        retry = next(self._waits) if may_mend(line.failed) else None
        if not isinstance(line.failed, InputError):  # that is this line's fault alone
            self._again = t + (retry if retry is not None else inf)
        if self._supervisor is not None:
            self._supervisor.report("voice", self._name, line.failed, retry)

    def _run(self, supervisor: Supervisor) -> None:
        """The thread: asks the voice for the line that is being said, and for the next one ahead of its time."""
        while True:
            with self._change:
                self._change.wait_for(lambda: not self._open or self._next() is not None)
                line = self._next()
                if not self._open or line is None:
                    return
                line.fetched = True
            error = supervisor.attempt(lambda line=line: self._fetch(line))  # type: ignore[misc]
            with self._change:
                line.failed = None if line.stop.is_set() else error
                line.speech.whole = True

    def _next(self) -> _Line | None:
        return next((line for line in list(self._lines)[:2] if not line.fetched), None)

    def _fetch(self, line: _Line) -> None:
        for piece in self._voicing.pieces(line.reading, line.stop):
            with self._change:
                if line.stop.is_set():
                    return
                line.speech.add(piece)
