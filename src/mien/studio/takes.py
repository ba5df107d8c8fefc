"""Films and stills of a show while it plays: from now until it is enough, of the last half minute, of this moment.

They are painted and encoded in threads of their own, from what the face does, so that the show never waits for them.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from mien.face import DeviceError, PeerError, Shot, Sound
from mien.files import make_folder
from mien.paint import Painter, Recolours
from mien.show.supervisor import Supervisor, in_words
from mien.sinks import HearsSound, Sink, open_sink

KINDS: Final = ("mp4", "webm")
"""Of films; webm keeps transparency."""

LAST: Final = 30.0
"""Seconds that can be kept afterwards."""

_BEHIND = 20.0  # ours, seconds of shots that may wait for a film's thread; of more, the newest are left out
_WHOLE = 8  # ours, shots that may wait with their pictures; those of more are painted again
_END = 60.0  # ours, seconds that a film gets to be finished when the studio ends


class Takes:
    """Makes the files. Any thread may call; `put` and `hear` are the show's.

    folder: where they go; it is made when the first does. name: with which theirs begin. label: whether "AI生成" stands
    on their first seconds. painter: of the show, now. told: is told of what changes, by `as_dict` and beside it "done",
    a file's name, or "failed", why.
    """

    def __init__(
        self, folder: Path, name: Callable[[], str], *, fps: float, size: int, label: Callable[[], bool],
        painter: Callable[[], Painter | None], supervisor: Supervisor, told: Callable[..., None],
    ) -> None:  # fmt: skip
        self.folder, self._name, self._fps, self._size, self._label = folder, name, fps, size, label
        self._painter, self._supervisor, self._told = painter, supervisor, told
        self._ring: deque[Shot] = deque()
        self._heard: deque[Sound] = deque()
        self._lock = threading.RLock()
        self._film: _Film | None = None
        self._made: list[_Film] = []  # those whose threads go on
        self._taken: set[Path] = set()

    def put(self, shot: Shot) -> None:
        """Remember a shot, and hand it on to the film that is being made."""
        plain = replace(shot, frame=None)
        with self._lock:
            self._ring.append(plain)
            while self._ring[0].t < shot.t - LAST:
                self._ring.popleft()
            while self._heard and self._heard[0].t < shot.t - LAST:
                self._heard.popleft()
            if self._film is not None:
                self._film.put(shot if self._film.waiting < _WHOLE else plain)

    def hear(self, sound: Sound) -> None:
        """Remember a piece of sound, and hand it on likewise."""
        with self._lock:
            self._heard.append(sound)
            if self._film is not None:
                self._film.hear(sound)

    def ask(self, what: str, kind: str) -> None:
        """Do what the page asks: `mien.wire.onair.FILMS`. Raises PeerError when there is nothing to do it with."""
        if what in ("start", "last") and kind not in KINDS:
            raise PeerError(f"kind: expected {' or '.join(KINDS)}, got {kind!r}")
        with self._lock:
            if what in ("last", "still") and not self._ring:
                raise PeerError("film: nothing has been shown yet")
            if what == "start" and self._film is not None:
                raise PeerError("film: one is being made already; expected stop first")
            if what == "stop" and self._film is None:
                raise PeerError("film: none is being made")
            match what:
                case "start":
                    self._film = self._begin(kind, int(_BEHIND * self._fps))
                case "last":
                    film = self._begin(kind, len(self._ring))
                    film.fill(self._ring, self._heard)
                    film.end()
                case "still":
                    film = self._begin("png", 1)
                    film.put(self._ring[-1])
                    film.end()
                case _:
                    self._stop()
        self._told()

    @property
    def filming(self) -> bool:
        """Whether a film is being made of what comes."""
        return self._film is not None

    def as_dict(self) -> dict[str, Any]:
        """What the page is told: what is filmed, how many files are being made, and where they go."""
        with self._lock:
            film = self._film
            now = None if film is None else {"file": film.path.name, "seconds": round(time.monotonic() - film.since, 1)}
            return {"recording": now, "making": len(self._made) - (film is not None), "folder": str(self.folder)}

    def close(self) -> None:
        """End what is filmed, and wait until the files are done."""
        with self._lock:
            self._stop()
            made = list(self._made)
        for film in made:
            film.join(_END)

    def _stop(self) -> None:
        if self._film is not None:
            self._film.end()
            self._film = None

    def _begin(self, kind: str, room: int) -> _Film:
        make_folder(self.folder)
        path, label = self._free(kind), self._label()

        def sink() -> Sink:
            return open_sink(kind, path, self._fps, self._size, label=label, sound=kind != "png")

        film = _Film(path, room, sink, self._painter, self._supervisor, self._over)
        self._made.append(film)
        film.start()
        return film

    def _free(self, kind: str) -> Path:
        """A name that no file has, nor one that is being made."""
        stem = f"{self._name()} {time.strftime('%Y-%m-%d %H.%M.%S')}"
        for number in range(1, 1000):
            path = self.folder / f"{stem}{f' {number}' if number > 1 else ''}.{kind}"
            if path not in self._taken and not path.exists():
                self._taken.add(path)
                return path
        raise DeviceError(f"{self.folder}: expected a free name like {stem}.{kind}, got none")

    def _over(self, film: _Film, error: Exception | None) -> None:
        """A film's thread ends."""
        with self._lock:
            self._made.remove(film)
            self._taken.discard(film.path)
            if self._film is film:  # it failed while it was filmed
                self._film = None
        if error is not None:
            self._told(failed=f"{film.path.name}: {in_words(error)}")
        else:
            self._told(done=film.path.name, **({"left_out": film.left_out} if film.left_out else {}))


class _Film(threading.Thread):
    """Paints and writes one file. room: shots that may wait. over: is told how it ended."""

    def __init__(
        self, path: Path, room: int, sink: Callable[[], Sink], painter: Callable[[], Painter | None],
        supervisor: Supervisor,
        over: Callable[[_Film, Exception | None], None],
    ) -> None:  # fmt: skip
        super().__init__(name="mien film", daemon=True)
        self.path, self._room, self._open, self._painter = path, max(1, room), sink, painter
        self._supervisor, self._over = supervisor, over
        self.since = time.monotonic()
        self.left_out = 0
        """Shots that were not filmed because it was too slow."""
        self.waiting = 0
        self._queue: deque[Shot | Sound] = deque()
        self._ended = False
        self._change = threading.Condition()
        self._start: float | None = None
        self._of: Painter | None = None
        self._own: Painter | None = None

    def put(self, shot: Shot) -> None:
        """Leave a shot to be filmed."""
        with self._change:
            if self.waiting >= self._room:
                self.left_out += 1
                return
            self.waiting += 1
            self._queue.append(shot)
            self._change.notify()

    def hear(self, sound: Sound) -> None:
        """Leave a piece of sound."""
        with self._change:
            self._queue.append(sound)
            self._change.notify()

    def fill(self, shots: Iterable[Shot], sounds: Iterable[Sound]) -> None:
        """Leave shots and sounds that are over, in the order of their times."""
        both: list[Shot | Sound] = [*sounds, *shots]
        for one in sorted(both, key=lambda one: one.t):
            if isinstance(one, Shot):
                self.put(one)
            else:
                self.hear(one)

    def end(self) -> None:
        """No more comes."""
        with self._change:
            self._ended = True
            self._change.notify()

    def run(self) -> None:
        """Until it was ended and all is written."""
        self._over(self, self._supervisor.attempt(self._write))

    def _write(self) -> None:
        with self._open() as sink:
            while (one := self._next()) is not None:
                if isinstance(one, Shot):
                    self._start = one.t if self._start is None else self._start
                    frame = one.frame or self._paint(one)
                    sink.put(replace(one, t=one.t - self._start, frame=frame))
                elif self._start is not None and isinstance(sink, HearsSound):
                    sink.hear(replace(one, t=one.t - self._start))

    def _next(self) -> Shot | Sound | None:
        with self._change:
            self._change.wait_for(lambda: bool(self._queue) or self._ended)
            if not self._queue:
                return None
            one = self._queue.popleft()
            self.waiting -= isinstance(one, Shot)
            return one

    def _paint(self, shot: Shot) -> Any:
        """The picture, by a painter of its own: the show's is at work."""
        painter = self._painter()
        if painter is not self._of:  # at first, and when she has other colours
            self._of, self._own = painter, painter.recoloured({}) if isinstance(painter, Recolours) else painter
        assert self._own is not None
        return self._own.paint(shot.expression)
