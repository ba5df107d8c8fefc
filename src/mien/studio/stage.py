"""The show behind the page: one face, one thread, any number of watchers."""

from __future__ import annotations

import json
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from types import TracebackType
from typing import Self

from mien.face import Felt, MienError, PeerError, Shot
from mien.mood import Temper
from mien.mood.empathy import Policy
from mien.paint import Painter
from mien.sense import Heard, Listening, Reading, Reads
from mien.show import Clock, Inbox, Ticker, perform, react
from mien.show.eye import FaceTracker
from mien.show.facing import Remark
from mien.studio.eye import USES, Eye, trackers
from mien.studio.picture import pack
from mien.studio.seat import Seat

_FELT_EVERY = 0.1  # seconds between two reports of the mixture of feelings
_GUESS_HOLDS = 1.5  # seconds that the feeling of an unfinished sentence is held
_MOST_BEHIND = 30.0  # seconds that sentences may wait for their turn
_STATS_EVERY = 0.5  # seconds between two reports of the speed


class Wall:
    """The clock on the wall, without the time in which nobody looked at it.

    The show's clock asks it many times a second. When it has not asked for `longest` seconds, the show was
    paused because nobody watched, or the machine was busy or asleep; then the face goes on where it was, and
    a feeling is not over before it was seen. now: the machine's clock, for tests another.
    """

    def __init__(self, longest: float, now: Callable[[], float] = time.perf_counter) -> None:
        self._longest, self._now = longest, now
        self._seen = now()
        self._lost = 0.0

    def now(self) -> float:
        """The time in seconds."""
        real = self._now()
        if real - self._seen > self._longest:
            self._lost += real - self._seen
        self._seen = real
        return real - self._lost


class Stage:
    """A living face that reads lines; in a `with` block it plays, and stops at its end.

    Neither paints nor sends while nobody watches. fps: shots a second, 1..240. policies: by which viewers' lines may be
    answered, by name. open_eyes: gives who follows the faces before a watcher's camera.
    """

    def __init__(
        self,
        painter: Painter,
        reader: Reads,
        *,
        fps: float = 60.0,
        temper: Temper | None = None,
        seed: int = 0,
        clock: Clock | None = None,
        policies: Mapping[str, Policy] | None = None,
        open_eyes: Callable[[], FaceTracker] | None = None,
    ) -> None:
        self._painter, self._reader, self._policies = painter, reader, policies or {}
        react(reader.read("你好"), 0.0)  # the tables of sounds load on first use: not when somebody waits
        self._inbox = Inbox()
        self._clock = clock if clock is not None else Ticker(fps, now=Wall(0.5 + 2.0 / max(fps, 1.0)).now)
        self._temper, self._seed = temper, seed
        self._seats: tuple[Seat, ...] = ()  # replaced, never changed, so that the show's thread needs no lock
        self._lock = threading.Lock()
        self._audience = threading.Event()
        self._stopping = False
        self._ended = ""
        self._now = self._free = 0.0  # the show's time, and when the last sentence will have been said
        self._busy = 0.0  # until when she feels a line of her own: a viewer's face is answered after it
        self._eye = Eye(open_eyes or trackers(), self._inbox.put, lambda: self._now)
        self._thread = threading.Thread(target=self._play, name="mien stage", daemon=True)

    def say(self, line: str, policy: str = "") -> Reading:
        """Read a line, let the face feel and say it, and tell every watcher how it was read.

        policy: by which a viewer's line is answered, silently; "" for a line of the character's own. Raises PeerError
        for an unknown one.
        """
        answers = self._policy(policy) if policy else None
        reading = self._reader.read(line)
        answering = self._eye.answering
        if answers is not None and answering is not None and answering.policy == answers.name:
            answering.hear(Remark(self._now, reading))  # face and line are one viewer's: answered together
        else:
            reaction = react(reading, self._now, policy=answers)
            self._busy = reaction.end if answers is None else self._busy
            for cue in reaction.cues:
                self._inbox.put(cue)
        self._tell({"read": reading.as_dict()})
        return reading

    def _policy(self, name: str) -> Policy:
        if name not in self._policies:
            raise PeerError(f"no policy {name!r}; there are: {', '.join(self._policies) or 'none'}")
        return self._policies[name]

    def film(self, seat: Seat, use: str, policy: str = "", consent: bool = False) -> None:
        """Open a watcher's camera, or say anew what it is for: "mirror", "answer" by this policy, or "off".

        Raises PeerError for another use, an unknown policy, and without consent.
        """
        if use not in USES:
            raise PeerError(f"camera: expected {', '.join(USES)}, got {use!r}")
        if use == "off":
            self._eye.close(seat)
        else:
            self._eye.open(seat, self._policy(policy) if use == "answer" else None, consent)

    def picture(self, seat: Seat, jpeg: bytes) -> None:
        """A picture of this watcher's camera. Raises PeerError when none was opened."""
        self._eye.show(seat, jpeg)

    def listen(self) -> Listening:
        """What reads a text of one watcher that is being written; what it hears goes to `hear`."""
        return Listening(self._reader)

    def hear(self, heard: Heard) -> None:
        """Take what a text that is being written feels like so far; a sentence that has ended is said in its turn."""
        self._tell({"read": heard.reading.as_dict(), "final": heard.final})
        if not heard.final:
            self._inbox.put(Felt(self._now, heard.reading.emotion, hold=_GUESS_HOLDS))
            return
        reaction = react(heard.reading, max(self._now, self._free))
        self._free = self._busy = min(reaction.end, self._now + _MOST_BEHIND)
        for cue in reaction.cues:
            self._inbox.put(cue)

    @contextmanager
    def watched_by(self, seat: Seat) -> Iterator[None]:
        """Within the block, every shot comes to this seat; at its end, its camera is closed."""
        with self._lock:
            self._seats = (*self._seats, seat)
            self._audience.set()
        if self._ended:
            seat.tell(self._ended)
        try:
            yield
        finally:
            self._eye.close(seat)
            with self._lock:
                self._seats = tuple(other for other in self._seats if other is not seat)
                if not self._seats and not self._stopping:
                    self._audience.clear()

    def _tell(self, news: object) -> None:
        text = json.dumps(news, ensure_ascii=False)
        for seat in self._seats:
            seat.tell(text)

    def _play(self) -> None:
        meter = _Meter()
        try:
            for shot in perform(self._inbox, self._clock, self._temper, self._seed):
                self._now = shot.t
                answering = self._eye.answering
                for cue in () if answering is None or shot.t < self._busy else answering.due(shot.t):
                    self._inbox.put(cue)
                watched = self._audience.is_set()
                self._audience.wait()
                if self._stopping:
                    return
                if not watched:
                    meter = _Meter()
                    continue  # this shot is old by now
                begun = time.perf_counter()
                frame = pack(self._painter.paint(shot.expression))
                for seat in self._seats:
                    seat.show(frame)
                for news in meter.mark(shot, begun, time.perf_counter(), self._seats):
                    self._tell(news)
        except MienError as error:  # for instance weights that do not fit; whoever watches is told
            self._ended = json.dumps({"error": f"the show has stopped: {error}"}, ensure_ascii=False)
            for seat in self._seats:
                seat.tell(self._ended)

    def __enter__(self) -> Self:
        self._eye.__enter__()
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stopping = True
        self._audience.set()
        self._thread.join(timeout=5.0)
        self._eye.__exit__(kind, error, trace)


class _Meter:
    """What is reported beside the frames, from the time on the show's clock and the time each frame took."""

    def __init__(self) -> None:
        self._shots: deque[tuple[float, float]] = deque(maxlen=240)  # when it was done, seconds it took
        self._felt = self._stats = float("-inf")

    def mark(self, shot: Shot, begun: float, done: float, seats: tuple[Seat, ...]) -> Iterator[object]:
        """Count one shot; yields the news that is due."""
        self._shots.append((done, done - begun))
        if shot.t >= self._felt + _FELT_EVERY:
            self._felt = shot.t
            yield {"felt": {name: round(value, 3) for name, value in shot.emotion.as_dict().items()}}
        if shot.t >= self._stats + _STATS_EVERY and len(self._shots) > 1:
            self._stats = shot.t
            recent = [shot for shot in self._shots if shot[0] > done - 2.0]
            span = recent[-1][0] - recent[0][0]
            cost = sorted(seconds for _, seconds in recent)[len(recent) // 2]
            yield {
                "stats": {
                    "fps": round((len(recent) - 1) / span, 1) if span > 0 else 0.0,
                    "ms": round(cost * 1000, 1),
                    "watchers": len(seats),
                    "dropped": sum(seat.dropped for seat in seats),
                }
            }
