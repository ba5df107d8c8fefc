"""What the studio is connected to: rooms and trackers in, programs out, each with a light that says whether it hears
us.

Settings are checked as a show's file is. Secrets come from a keys file or from the environment, never from the page.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from threading import Event, RLock
from types import TracebackType
from typing import Any, Final, Literal, Self

from mien.face import ChatLine, PeerError, SettingsError, Shot, Sound, Support
from mien.show import NO_CHAT, Failure, Part, Piece, Session, sink_part, sink_piece, source_part, source_piece
from mien.show.muting import muted
from mien.show.pieces import parameters
from mien.show.supervisor import in_words
from mien.show.values import unknown
from mien.sinks import HearsSound, Reaches, Sink, sink_maker
from mien.sources import Happening, Note, Put, Source, source_maker
from mien.wire.onair import LONGEST_NAME, Role

Light = Literal["waiting", "connected", "ended", "failed"]

KINDS: Final[Mapping[Role, tuple[str, ...]]] = {
    "source": (
        "bilibili", "bilibili-open", "twitch", "youtube", "hook",
        "openseeface", "ifacialmocap", "livelink", "meowface", "vmc",
    ),
    "sink": ("vmc", "vtube-studio", "obs", "json", "mjpeg", "virtual-camera"),
}  # fmt: skip
"""What the page may connect: nothing that reads or writes a file of its choice."""

NOT_FROM_PAGE = ("keys", "token", "password", "host", "path", "producer")
"""Settings that are secret, name a file, or open a door to other machines: a person writes them into a show's file."""

_MOST = 32
"""Connections at once."""


@dataclass(slots=True, eq=False)
class Connection:
    """One of them. name: its kind, with a number where there are several. why: of a light that is not green."""

    role: Role
    name: str
    piece: Piece
    light: Light = "waiting"
    why: str = ""
    retry: float | None = None
    end: Callable[[], None] = lambda: None

    def as_dict(self) -> dict[str, Any]:
        """What the page is told: no setting that it may not set."""
        told = {name: value for name, value in self.piece.row().items() if name not in NOT_FROM_PAGE}
        del told["kind"]
        one = {"role": self.role, "name": self.name, "kind": self.piece.kind, "settings": told, "light": self.light}
        if self.why:
            one["why"] = self.why
        return one if self.retry is None else {**one, "retry": round(self.retry, 1)}


class Connections:
    """Connects and disconnects while the show plays, from any thread.

    fps, size, label, sound: of sinks whose settings do not say. keys: the file of a person's secrets. changed: is
    called when a light, or the list, is another than before. seen: is told of each viewer's line and gift that is not
    muted.
    """

    def __init__(
        self, session: Session, *, fps: float, size: int, label: Callable[[], bool] = lambda: False,
        sound: bool = False, keys: Path | None = None, changed: Callable[[], None] = lambda: None,
        seen: Callable[[ChatLine | Support], None] = lambda _: None,
    ) -> None:  # fmt: skip
        self._session, self._keys, self._changed, self._seen = session, keys, changed, seen
        self._output, self._label, self._labelled = (fps, size), label, label()
        self._sound = sound
        self._all: tuple[Connection, ...] = ()
        self._lock = RLock()
        self.mute: frozenset[str] = frozenset()
        """Viewers who are passed over."""

    @property
    def all(self) -> tuple[Connection, ...]:
        """In the order in which they were made."""
        return self._all

    @property
    def chats(self) -> bool:
        """Whether any of them brings viewers' lines."""
        return any(one.role == "source" and one.piece.kind not in NO_CHAT for one in self._all)

    def ask(self, role: Role, kind: str, settings: Mapping[str, Any]) -> None:
        """Connect what the page asks for. Raises SettingsError that names the key, PeerError."""
        if kind not in KINDS[role]:
            raise SettingsError(f"{kind}: {unknown(kind, KINDS[role])}")
        known, _ = parameters((source_maker if role == "source" else sink_maker)(kind))
        for name, value in settings.items():
            if name in NOT_FROM_PAGE:
                raise SettingsError(f"{kind}.{name}: not from the page; write it into a show's file, or see the guide")
            if isinstance(value, str) and len(value) > LONGEST_NAME:
                raise PeerError(f"{kind}.{name}: expected at most {LONGEST_NAME} characters, got {len(value)}")
        if kind == "json" and settings.get("to") == "-":
            raise SettingsError(f"{kind}.to: not from the page; expected ws:HOST:PORT or udp:HOST:PORT, got '-'")
        row = {"kind": kind, **settings}
        if self._keys is not None and "keys" in known:
            row["keys"] = str(self._keys.absolute())
        check = source_piece if role == "source" else sink_piece
        self.connect(role, check(row, kind, Path()))

    def connect(self, role: Role, piece: Piece) -> None:
        """Connect a piece that is checked. Raises SettingsError, and what opening a file raises."""
        with self._lock:
            if len(self._all) >= _MOST:
                raise SettingsError(f"{piece.kind}: expected at most {_MOST} connections, got one more")
            names = [one.name for one in self._all if one.role == role]
            same = next(name for name in _names(piece.kind) if name not in names)
            if any(one.role == role and one.piece.row() == piece.row() for one in self._all):
                raise SettingsError(f"{piece.kind}: it is connected already; disconnect it first, or change a setting")
            one = Connection(role, same, piece)
            if role == "source":
                part = source_part(piece, same)
                part.make()  # what its settings lack is told now
            self._all = (*self._all, one)
            try:
                one.end = self._open_source(one, part) if role == "source" else self._open_sink(one)
            except BaseException:
                self._all = tuple(other for other in self._all if other is not one)
                raise
        self._changed()

    def _open_source(self, one: Connection, part: Part[Source]) -> Callable[[], None]:
        return self._session.add_source(Part(part.name, lambda: _LitSource(part.make(), one, self)))

    def _open_sink(self, one: Connection) -> Callable[[], None]:
        part = sink_part(one.piece, *self._output, self._label(), self._sound, name=one.name)
        return self._session.add_sink(Part(part.name, lambda: _LitSink(part.make(), one, self)))

    def disconnect(self, role: Role, name: str) -> None:
        """Let go of one. Raises PeerError when there is none of this name."""
        with self._lock:
            found = [one for one in self._all if (one.role, one.name) == (role, name)]
            if not found:
                raise PeerError(f"disconnect: no {role} {name!r}; there are: {self._said(role)}")
            self._all = tuple(one for one in self._all if one is not found[0])
        found[0].end()
        self._changed()

    def relabel(self) -> None:
        """Connect the sinks anew where pictures are to be labelled now, or no longer."""
        if self._label() != self._labelled:
            self._labelled = self._label()
            for one in [one for one in self._all if one.role == "sink"]:
                self.disconnect("sink", one.name)
                self.connect("sink", one.piece)

    def _said(self, role: Role) -> str:
        return ", ".join(one.name for one in self._all if one.role == role) or "none"

    def close(self) -> None:
        """Let go of all: files are finished, programs told."""
        with self._lock:
            found, self._all = self._all, ()
        for one in found:
            one.end()

    def light(self, one: Connection, light: Light, why: str = "", retry: float | None = None) -> None:
        """Say how one stands. Any thread may call."""
        if (one.light, one.why, one.retry) != (light, why, retry):
            one.light, one.why, one.retry = light, why, retry
            self._changed()

    def failed(self, failure: Failure) -> None:
        """A failure that the show tells of: the light of whom it names goes out."""
        for one in self._all:
            if (one.role, one.name) == (failure.kind, failure.name):
                self.light(one, "failed", in_words(failure.error), failure.retry)

    def passes(self, happening: Happening) -> bool:
        """Whether it goes on to the show; a viewer's line that does is told."""
        if muted(happening, self.mute):
            return False
        if isinstance(happening, ChatLine | Support):
            self._seen(happening)
        return True


def _names(kind: str) -> Any:
    yield kind
    yield from (f"{kind} {number}" for number in range(2, _MOST + 2))


class _LitSource:
    """Another source, whose light is kept."""

    def __init__(self, source: Source, one: Connection, all: Connections) -> None:
        self._source, self._one, self._all = source, one, all

    def run(self, put: Put, stop: Event) -> None:
        """As the other source."""

        def passed(happening: Happening) -> None:
            if not isinstance(happening, Note):
                self._all.light(self._one, "connected")
            elif happening.state:
                self._all.light(self._one, happening.state, "" if happening.state == "connected" else happening.text)
            if self._all.passes(happening):
                put(happening)

        self._all.light(self._one, "waiting")
        self._source.run(passed, stop)
        if not stop.is_set():
            self._all.light(self._one, "ended")


class _LitSink:
    """Another sink, whose light is kept."""

    def __init__(self, sink: Sink, one: Connection, all: Connections) -> None:
        self._sink, self._one, self._all = sink, one, all
        self.live, self.needs_frame = sink.live, sink.needs_frame

    def put(self, shot: Shot) -> None:
        """As the other sink does."""
        self._sink.put(shot)
        sink: object = self._sink
        self._all.light(self._one, "connected" if not isinstance(sink, Reaches) or sink.reached else "waiting")

    def hear(self, sound: Sound) -> None:
        """Pass it on, to a sink that carries sound."""
        if isinstance(self._sink, HearsSound):
            self._sink.hear(sound)

    def __enter__(self) -> Self:
        self._all.light(self._one, "waiting")
        self._sink.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._sink.__exit__(kind, error, trace)
