"""A show: cues meet the clock, the mood moves, the painter paints, the sinks get their shots. Everybody's one loop."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from threading import Event, Lock
from typing import Any, Protocol, Self

import numpy as np
from numpy.typing import NDArray

from mien.face import Cue, Directed, Face, Felt, Mouthed, Saw, Shot, Sound, Spoke
from mien.mood import Mood, Temper, begin, express, felt, retempered, step
from mien.mood.empathy import Sensed
from mien.paint import Painter
from mien.show.clock import Clock, Metronome, Ticker
from mien.show.director import Director, Senses
from mien.show.ear import Ears, Hears, Overheard, own_hearing
from mien.show.inbox import Inbox
from mien.show.mailbox import JOIN, Mailbox
from mien.show.outlets import LiveOutlet, Outlet, outlets
from mien.show.script import Script
from mien.show.speaker import Speaker
from mien.show.supervisor import Failure, Part, Supervisor
from mien.sinks import Sink
from mien.sources import Caught, Happening, Hush, Note, Picture, Source

_FPS = 60.0
_SOUNDS = 4096
"""Pieces of sound that wait for their time; more than that, and the oldest are dropped."""

_KEPT = 256
"""Notes that are remembered for the report, the newest."""

_TIMES = 36_000
"""Shots whose times are remembered for the report: ten minutes at 60 a second."""


class FaceTracker(Protocol):
    """Whoever follows faces; `mien.sense.sight.Tracker` does."""

    def see(self, picture: NDArray[np.uint8], t: float) -> list[Face]:
        """The faces of (height, width, 3) RGB uint8 at t, in seconds."""
        ...


@dataclass(frozen=True, slots=True)
class Report:
    """How a show went.

    frames: shots made. seconds: on the machine's clock; fps: shots a second in them. p50_ms, p95_ms, p99_ms: from a
    tick to its shot, painted if there was a painter, in milliseconds (0 without shots). dropped: ticks that came too
    late and were skipped. stalled: shots that a live sink was too slow for, by its name. failures: of sources, sinks
    and nets. notes: what else a person should know.
    """

    frames: int = 0
    seconds: float = 0.0
    fps: float = 0.0
    p50_ms: float = 0.0
    p95_ms: float = 0.0
    p99_ms: float = 0.0
    dropped: int = 0
    stalled: dict[str, int] = field(default_factory=dict)
    failures: tuple[Failure, ...] = ()
    notes: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """The report as plain data for JSON."""
        return {
            "frames": self.frames, "seconds": round(self.seconds, 3), "fps": round(self.fps, 2),
            "tick_to_shot_ms": {
                "p50": round(self.p50_ms, 3), "p95": round(self.p95_ms, 3), "p99": round(self.p99_ms, 3)
            },
            "dropped": self.dropped, "stalled": self.stalled,
            "failures": [failure.as_dict() for failure in self.failures], "notes": list(self.notes),
        }  # fmt: skip


class Session:
    """One show. Make it, then play it once: `run()`, or `shots()` to have each shot as it is made.

    painter: None gives shots without frames. clock: Ticker(60) unless another is given. cues, timed: what is known
    before: cues, and what happens at its time (t, happening). director: makes cues of lines and faces. sources,
    sinks: what is read and written while the show lasts, as objects or as `Part`s that can be made again. tracker:
    makes what follows the faces in pictures. hearing: makes what hears a microphone, mien's own unless another is
    given. speaker: the voice that the director's lines are said with. news: is told of failures and notes, from any
    thread. insist: begin when every source has given something; what a source raises before ends the show. wall,
    stop: the machine's clock and what ends a wait on it, for tests others.

    Equal cues, tempers, seeds and ticks give equal shots. A source or a sink that fails is reported, and tried again
    where that may help; the face goes on. The show ends with its clock, or when the last of its sinks is gone. What
    the painter raises goes through: without it there is no face.
    """

    def __init__(
        self,
        painter: Painter | None = None,
        clock: Clock | None = None,
        *,
        cues: Iterable[Cue] = (),
        timed: Iterable[tuple[float, Happening]] = (),
        director: Director | None = None,
        sources: Sequence[Source | Part[Source]] = (),
        sinks: Sequence[Sink | Part[Sink]] = (),
        tracker: Callable[[], FaceTracker] | None = None,
        hearing: Callable[[], Hears] = own_hearing,
        speaker: Speaker | None = None,
        temper: Temper | None = None,
        seed: int = 0,
        news: Callable[[Failure | Note], None] = lambda _: None,
        insist: bool = False,
        wall: Callable[[], float] = time.monotonic,
        stop: Event | None = None,
    ) -> None:
        self.clock: Clock = clock if clock is not None else Ticker(_FPS)
        self.director = director
        self.now = 0.0
        """The time of the last shot, or of that which is being made, in seconds on the show's clock."""
        self.supervisor = Supervisor(lambda: self.now, news, wall, stop)
        self.painter = painter
        """Of the next shot; it may be another while the show goes on."""
        self._tracker, self._news = tracker, news
        self._ears = Ears(hearing, self._overheard, lambda: self.now, self.supervisor)
        self.speaker = speaker
        """Who says the director's lines aloud."""
        self.temper = temper
        """Of the next shot; it may be another while the show goes on."""
        self._seed, self._insist = seed, insist
        self._sources = [_part(source) for source in sources]
        self._sinks = [_part(sink) for sink in sinks]
        self.inbox = Inbox.of(cues)
        self._timed = deque(sorted(timed, key=lambda one: one[0]))
        self._sounds: deque[Sound] = deque(maxlen=_SOUNDS)
        self._eye: Mailbox[Picture] | None = None
        self._blind = ""  # what went wrong with the last picture
        self._first = [Event() for _ in self._sources]
        self._refused: Exception | None = None
        self._notes: deque[str] = deque(maxlen=_KEPT)
        self._took: deque[float] = deque(maxlen=_TIMES)
        self._outlets: list[Outlet | LiveOutlet] = []  # replaced, never changed: the show's thread needs no lock
        self._added: list[Outlet | LiveOutlet] = []
        self._change = Lock()
        self.plays = Event()
        """Set while the show plays: from then on, sources and sinks may be added."""
        self._frames, self._begun, self._ended = 0, 0.0, 0.0

    @classmethod
    def of(cls, play: Script, painter: Painter | None = None, fps: float = 30.0, **rest: Any) -> Self:
        """The performance of a script, as fast as it can be made. rest: as of a Session.

        Raises SettingsError when fps is not in 1..240.
        """
        timed = [(sound.t, sound) for sound in play.sounds]
        return cls(painter, Metronome(fps, play.seconds), cues=play.cues, timed=timed, **rest)

    def put(self, happening: Happening) -> None:
        """Something happens, now; from any thread. Raises ValueError when it makes no sense to this session."""
        match happening:
            case Felt() | Spoke() | Mouthed() | Saw() | Directed():
                self.inbox.put(happening)
            case Picture():
                if self._eye is None:
                    raise ValueError(
                        "this session follows no faces: give it a tracker, and put pictures while it plays"
                    )
                self._eye.put(happening)
            case Sound():
                self._sounds.append(happening)
            case Caught():
                self._ears.catch(happening)
            case Note():
                self._notes.append(happening.text)
                self._news(happening)
            case _:
                for cue in self._directed().take(happening, self.now):
                    self.inbox.put(cue)

    def _overheard(self, what: Overheard) -> None:
        """What a microphone brings; without a director there is nobody to hush, and none who senses."""
        director: object = self.director
        if isinstance(what, Sensed):
            if isinstance(director, Senses):
                director.sense(what)
        elif not isinstance(what, Hush) or director is not None:
            self.put(what)

    def see(self, faces: Sequence[Face]) -> None:
        """Faces are seen, now; from any thread."""
        for cue in self._directed().see(faces, self.now):
            self.inbox.put(cue)

    def _directed(self) -> Director:
        if self.director is None:
            raise ValueError("this session has no director: nobody makes cues of lines and faces")
        return self.director

    def run(self) -> Report:
        """Play to the end, and report."""
        for _ in self.shots():
            pass
        return self.report()

    def shots(self) -> Generator[Shot, None, None]:
        """Play: each shot, after the sinks have had it. Leaving the loop early ends the show as an error would."""
        with self.playing():
            mood = self.born()
            for t in self.clock.ticks():
                if self.temper is not None and self.temper != mood.temper:
                    mood = retempered(mood, self.temper)
                mood = step(mood, self.due(t), t)
                yield self._moment(mood)
                if self._outlets and not any(outlet.open for outlet in self._outlets):
                    return

    def born(self) -> Mood:
        """The mood that the show begins with."""
        return begin(self.temper, self._seed)

    def due(self, t: float) -> list[Cue]:
        """The cues for the moment at t, in seconds on the show's clock, while it is `playing`: those that wait for it,
        of what happens at its time, and of what the director and its voice bring by then."""
        self.now = t
        while self._timed and self._timed[0][0] <= t:
            self.put(self._timed.popleft()[1])
        if self.director is not None:
            for cue in self.director.due(t):
                self.inbox.put(cue)
        for one in self.speaker.due(t) if self.speaker is not None else ():
            self.put(one)
        return self.inbox.take(until=t)

    def _moment(self, mood: Mood) -> Shot:
        """The shot of this mood, which had the cues that were `due`, after the sinks have had it."""
        shot = Shot(mood.t, express(mood), felt(mood))
        if self.painter is not None and self._seen():
            shot = replace(shot, frame=self.painter.paint(shot.expression))
        self._took.append(self.clock.now() - self.clock.ticked)
        self._frames += 1
        for sound in self.sounds(mood.t):
            for outlet in self._outlets:
                outlet.hear(sound)
        for outlet in self._outlets:
            outlet.put(shot)
        return shot

    def _seen(self) -> bool:
        """Whether anybody wants a picture: some sink, or without sinks whoever takes the shots."""
        return not self._outlets or any(one.open and one.needs_frame for one in self._outlets)

    def sounds(self, t: float) -> Iterator[Sound]:
        """The sound that has begun by t, in its order, each piece once."""
        while self._sounds and self._sounds[0].t <= t:
            yield self._sounds.popleft()

    @contextmanager
    def playing(self) -> Iterator[None]:
        """Sinks opened, sources running, faces followed; all of it ended at the end, whichever way it comes."""
        with ExitStack() as stack:
            self._outlets = outlets(self._sinks, self.supervisor)
            for outlet in self._outlets:
                stack.enter_context(outlet)
            stack.callback(self._drop_added)
            if self._tracker is not None:
                tracker = self._tracker()
                self._eye = stack.enter_context(Mailbox(lambda picture: self._look(tracker, picture), "mien eye"))
            stack.enter_context(self._ears)
            if self.speaker is not None:
                stack.enter_context(self.speaker.playing(self.supervisor))
            stack.callback(self.supervisor.end)
            for part, first in zip(self._sources, self._first, strict=True):
                self.supervisor.start(part, self._through(first), self._over(first))
            if self._insist:
                for first in self._first:
                    first.wait()
                if self._refused is not None:
                    raise self._refused
            self._begun = self.clock.now()
            self.plays.set()
            try:
                yield
            finally:
                self.plays.clear()
                self._ended = self.clock.now()

    def _drop_added(self) -> None:
        with self._change:
            added, self._added = self._added, []
        for outlet in added:
            error = self.supervisor.attempt(lambda outlet=outlet: outlet.__exit__(None, None, None))  # type: ignore[misc]
            if error is not None:
                self.supervisor.report("sink", outlet.name, error)

    def add_source(self, part: Part[Source]) -> Callable[[], None]:
        """Read one more source, from now on, while the show `plays`; gives what ends it. Any thread may call."""
        self._plays()
        stop = Event()
        thread = self.supervisor.start(part, lambda one: None if stop.is_set() else self.put(one), stop=stop)

        def end() -> None:
            stop.set()
            thread.join(JOIN)

        return end

    def add_sink(self, part: Part[Sink]) -> Callable[[], None]:
        """Write to one more sink, from now on, while the show `plays`; gives what closes it. Any thread may call.

        Raises what making or opening a sink raises that is not live: a live one is tried again.
        """
        self._plays()
        (outlet,) = outlets([part], self.supervisor)
        outlet.__enter__()
        with self._change:
            self._outlets, self._added = [*self._outlets, outlet], [*self._added, outlet]

        def close() -> None:
            with self._change:
                mine = outlet in self._added
                self._outlets = [one for one in self._outlets if one is not outlet]
                self._added = [one for one in self._added if one is not outlet]
            if mine:
                outlet.__exit__(None, None, None)

        return close

    def _plays(self) -> None:
        if not self.plays.is_set():
            raise ValueError("this session does not play: sources and sinks are added while it does")

    def _through(self, first: Event) -> Callable[[Happening], None]:
        """What a source puts into, which notes that it has given something."""

        def put(happening: Happening) -> None:
            self.put(happening)
            first.set()

        return put

    def _over(self, first: Event) -> Callable[[Exception | None], bool]:
        """What hears of a source's end; True when it refused a show that insists on it."""

        def over(error: Exception | None) -> bool:
            refused = self._insist and error is not None and not first.is_set()
            if refused:
                self._refused = self._refused or error
            first.set()
            return refused

        return over

    def _look(self, tracker: FaceTracker, picture: Picture) -> None:
        error = self.supervisor.attempt(lambda: self.see(tracker.see(picture.pixels, picture.t)))
        what = "" if error is None else f"{type(error).__name__}: {error}"
        if error is not None and what != self._blind:  # the same at every picture is told once
            self.supervisor.report("eye", picture.source, error, 0.0)
        self._blind = what

    def report(self) -> Report:
        """How the show went, so far."""
        seconds = (self._ended or self.clock.now()) - self._begun if self._took else 0.0
        p50, p95, p99 = (
            (float(ms) for ms in np.percentile(self._took, [50, 95, 99]) * 1e3) if self._took else (0.0,) * 3
        )
        return Report(
            self._frames, seconds, self._frames / seconds if seconds > 0.0 else 0.0, p50, p95, p99,
            self.clock.skipped, {one.name: one.stalled for one in self._outlets if not isinstance(one, Outlet)},
            self.supervisor.failures, tuple(self._notes),
        )  # fmt: skip


def _part(given: Any) -> Part[Any]:
    return given if isinstance(given, Part) else Part(type(given).__name__, lambda: given)
