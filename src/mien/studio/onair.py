"""The studio on air: rooms, trackers and programs connected while it plays, films kept, all of it one file."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from mien.face import ChatLine, Colours, Shot, Sound, Support
from mien.face.colour import written
from mien.sense import Reading
from mien.show import Brain, Part, Piece, temper_of
from mien.show.pieces import parameters
from mien.show.values import described
from mien.show.written import as_toml
from mien.sinks import Unopened, sink_maker
from mien.sources import source_maker
from mien.studio.connections import KINDS, NOT_FROM_PAGE, Connections
from mien.studio.stage import Stage
from mien.studio.takes import Takes
from mien.studio.troupe import told_temper
from mien.wire.onair import Answering, Connected, Disconnected, Filming, Keyed, Muted, OnAir
from mien.wire.page import news

_CHAT_EVERY, _CROWD_EVERY = 0.2, 0.5  # seconds between two reports to the page
_LINES = 30
"""Lines of a room that the page is told at once; of more the newest, and how many there were."""

_PLAYS = 30.0  # seconds that the show gets to begin
_SECRET: Final = "password"


@dataclass(frozen=True, slots=True)
class Running:
    """What a show's file says that the page does not change while it plays.

    character, painter, voice: as in a file. films: the folder for them. token: of /stage. policy: by which rooms are
    answered, by name, "" for the character's own. keys: the file of a person's secrets. table: the show's file that it
    began with, if any. files: of policies that do not ship, by name. mute: viewers who are passed over. sources, sinks:
    what is connected at first. brain: who answers the viewers.
    """

    character: str
    painter: str
    size: int
    fps: float
    films: Path
    token: str = field(repr=False)
    seed: int = 0
    voice: str = ""
    policy: str = ""
    keys: Path | None = None
    table: Mapping[str, Any] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)
    mute: tuple[str, ...] = ()
    sources: tuple[Piece, ...] = ()
    sinks: tuple[Piece, ...] = ()
    brain: Brain | None = None


class Air:
    """Connects, films and tells, from `with` to its end, in which the stage has to play.

    It hears each shot: for the films, and to tell the page of the room now and then.
    """

    def __init__(self, stage: Stage, running: Running) -> None:
        self._stage, self._running = stage, running
        self._first, self._programs = stage.name, programs()
        self.policy = running.policy
        self.hotkeys: Mapping[str, str] | None = running.table.get("keys")
        """What keys of the keyboard do; None while neither a show's file nor a page has said."""
        self._answered = ""
        self._lines: deque[dict[str, Any]] = deque(maxlen=_LINES)
        self._came = 0
        self._told_chat = self._told_crowd = float("-inf")
        self._lock = threading.RLock()
        self._ends: list[Callable[[], None]] = []
        self.connections = Connections(
            stage.session, fps=running.fps, size=running.size, label=lambda: stage.label,
            sound=stage.session.speaker is not None, keys=running.keys, changed=self._changed, seen=self._passed,
        )  # fmt: skip
        self.connections.mute = frozenset(running.mute)
        self.takes = Takes(
            running.films, lambda: stage.name, fps=running.fps, size=running.size, label=lambda: stage.label,
            painter=lambda: stage.session.painter, supervisor=stage.session.supervisor, told=self._filmed,
        )  # fmt: skip
        stage.failed, stage.seen = self.connections.failed, self._understood
        stage.aired, stage.chosen = self.hello, self._another

    @property
    def token(self) -> str:
        """Of /stage."""
        return self._running.token

    @property
    def _own(self) -> str:
        """The policy of the character that plays."""
        return str(self._stage.hello["policies"][0])

    # ---- what the page asks for

    def ask(self, told: OnAir) -> None:
        """Do it; it may take seconds. Raises SettingsError, PeerError, DeviceError."""
        match told:
            case Connected(role, kind, settings):
                self.connections.ask(role, kind, settings)
            case Disconnected(role, name):
                self.connections.disconnect(role, name)
            case Muted(author, on):
                self.connections.mute = (self.connections.mute - {author}) | ({author} if on else set())
                self._tell_crowd()
            case Answering(policy):
                if policy:
                    self._stage.lines.policy(policy)
                self.policy = policy
                self._direct()
                self._tell_crowd()
            case Filming(what, kind):
                self.takes.ask(what, kind)
            case Keyed(keys):
                self.hotkeys = keys
                self._stage.tell_page(news("hotkeys", dict(keys)))

    def hello(self) -> dict[str, Any]:
        """What the studio's own page is told at first, beside what every page is."""
        return {
            "stage": f"stage?token={self.token}", "programs": self._programs, "film": self.takes.as_dict(),
            "connections": [one.as_dict() for one in self.connections.all], "crowd": self._crowd(),
            "keys": self._running.keys is not None,
            "hotkeys": self.hotkeys, "hotkeys_given": "keys" in self._running.table,
        }  # fmt: skip

    def show(self) -> str:
        """All that is set, as a show's file. Secrets are left out of it."""
        running, stage = self._running, self._stage
        at_first = stage.name == self._first
        person = stage.directing.person
        policy = self.policy or ("" if person is None else person.name)
        natural = stage.troupe.colours(stage.name) if stage.troupe is not None else {}
        table: dict[str, Any] = {
            **{name: value for name, value in running.table.items() if name not in ("source", "sink")},
            "character": running.character if at_first else stage.name, "painter": running.painter,
            "size": running.size, "fps": running.fps, "seed": running.seed, "voice": running.voice,
            "policy": running.files.get(policy, policy), "faces": self._faces, "mute": sorted(self.connections.mute),
            "colours": {part: one for part, one in stage.colours.items() if one != _written(natural, part)},
            "temper": {**(running.table.get("temper", {}) if at_first else {}), **self._tempered()},
        }  # fmt: skip
        rows = {
            role: [one.piece.row() for one in self.connections.all if one.role == role] for role in ("source", "sink")
        }
        notes = [_HEAD]
        for row in stage.senses:
            if _device(row) not in map(_device, rows["source"]):
                rows["source"].append(row)
                notes.append(_OWN[row["kind"]])
        for row in rows["sink"]:
            if row.pop(_SECRET, None) is not None:
                notes.append("# A password is not in this file: it is taken from the environment variable "
                             "MIEN_OBS_PASSWORD.\n")  # fmt: skip
        if not rows["sink"]:
            rows["sink"] = [{"kind": "mjpeg"}]
            notes.append("# Nothing was connected that shows it: without the page, the picture is at "
                         "http://127.0.0.1:8645/\n")  # fmt: skip
        whole = {**table, **({} if self.hotkeys is None else {"keys": self.hotkeys}), **rows}
        kept = {name: value for name, value in whole.items() if value or name in _ALWAYS}
        return "".join(notes) + "\n" + as_toml(kept)

    @property
    def _faces(self) -> str:
        """What is done with a face that is seen, where a show's file has to say it."""
        said = str(self._running.table.get("faces", ""))
        if self._stage.directing.mirrors:
            return "mirror" if self.policy or self.connections.chats or said else ""
        return "answer" if said == "answer" else ""

    def _tempered(self) -> dict[str, float]:
        """The settings that the character's own temper does not have so, those that are one number each."""
        if self._stage.troupe is None:
            return {}
        own = told_temper(temper_of(self._stage.troupe.character(self._stage.name)))
        return {name: value for name, value in self._stage.hello["temper"].items() if value != own[name]}

    # ---- what is told

    def _another(self) -> None:
        """Another character plays: her own policy may be another, and films of a real person bear a label."""
        self._direct()
        self.connections.relabel()

    def _changed(self) -> None:
        self._direct()
        self._stage.keep("connected", bool(self.connections.all))
        self._stage.tell_page(news("connections", [one.as_dict() for one in self.connections.all]))

    def _filmed(self, **beside: Any) -> None:
        self._stage.keep("filmed", self.takes.filming)
        self._stage.tell_page(news("film", self.takes.as_dict(), **beside))

    def _direct(self) -> None:
        """Rooms are answered while there are any, and while somebody said by which policy; and faces of the show's own
        sources, where its file says so."""
        with self._lock:
            answers = self.connections.chats or self._running.table.get("faces") == "answer"
            wanted = self.policy or (self._own if answers else "")
            if wanted != self._answered:
                self._answered = wanted
                self._stage.directing.answer(self._stage.lines.policy(wanted) if wanted else None)

    def _passed(self, line: ChatLine | Support) -> None:
        """A viewer's line or gift; who answers tells it with what was understood."""
        if self._stage.directing.answers is None:
            self._understood(line, None)

    def _understood(self, line: ChatLine | Support, reading: Reading | None) -> None:
        told: dict[str, Any] = {"author": line.author, "text": line.text}
        if reading is not None:
            told["feels"] = reading.emotion.dominant
        if isinstance(line, Support):
            told |= {"gave": line.kind, "amount": line.amount, "currency": line.currency, "name": line.name}
        with self._lock:
            self._came += 1
            self._lines.append(told)

    def _crowd(self) -> dict[str, Any]:
        answers = self._stage.directing.answers
        told: dict[str, Any] = {"policy": self.policy, "own": self._own}
        told["muted"] = sorted(self.connections.mute)
        if answers is None:
            return {**told, "answers": None}
        felt, whom = answers.room(self._stage.session.now)
        return {
            **told, "feels": {name: round(value, 3) for name, value in felt.as_dict().items()},
            "by": answers.policy.name, "answers": whom,
        }  # fmt: skip

    def _tell_crowd(self) -> None:
        self._stage.tell_page(news("crowd", self._crowd()))

    def put(self, shot: Shot) -> None:
        """One shot of the show."""
        self.takes.put(shot)
        if shot.t >= self._told_chat + _CHAT_EVERY and self._lines:
            self._told_chat = shot.t
            with self._lock:
                lines, came = list(self._lines), self._came
                self._lines.clear()
                self._came = 0
            self._stage.tell_page(news("chat", lines, came=came))
        if shot.t >= self._told_crowd + _CROWD_EVERY:
            self._told_crowd = shot.t
            if self._stage.directing.answers is not None:
                self._tell_crowd()

    def hear(self, sound: Sound) -> None:
        """A piece of the show's sound."""
        self.takes.hear(sound)

    def __enter__(self) -> Self:
        session = self._stage.session
        if not session.plays.wait(_PLAYS):
            return self  # it has stopped: whoever watches is told why
        self._ends = [session.add_sink(Part("air", lambda: _Ear(self)))]
        brain = self._running.brain
        if brain is not None:
            self._ends.append(session.add_source(Part("brain", lambda: brain)))
        self._direct()
        for piece in self._running.sources:
            self.connections.connect("source", piece)
        for piece in self._running.sinks:
            self.connections.connect("sink", piece)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for end in self._ends:
            end()
        self.connections.close()
        self.takes.close()


class _Ear(Unopened):
    """The sink by which it hears the show."""

    live = False
    needs_frame = False

    def __init__(self, air: Air) -> None:
        self.put, self.hear = air.put, air.hear


_ALWAYS = ("size", "fps", "seed", "keys")
"""What a file says even where it is 0, or empty."""

_OWN = {
    "camera": "# The page's camera was on: without the page it is this machine's own camera 0.\n",
    "mic": "# The page's microphone was on: without the page it is this machine's own.\n",
}
"""What is noted of a person's camera and microphone, by the kind of source in their place."""

_HEAD = "# Made by mien studio; run it with: mien show FILE, or open it again with: mien studio FILE\n"


def programs() -> list[dict[str, Any]]:
    """What the page may connect, each with its settings: name, what is expected, and whether it is needed."""
    found = []
    for role, kinds in KINDS.items():
        for kind in kinds:
            types, needed = parameters((source_maker if role == "source" else sink_maker)(kind))
            settings = [
                {"name": name, "expects": described(wanted), "needed": name in needed}
                for name, wanted in types.items() if name not in NOT_FROM_PAGE
            ]  # fmt: skip
            found.append({"role": role, "kind": kind, "settings": settings, "keys": "keys" in types})
    return found


def _device(row: Mapping[str, Any]) -> tuple[Any, ...]:
    """Which camera or microphone a source opens."""
    return row["kind"], row.get("number", 0), row.get("device", "")


def _written(colours: Colours, part: str) -> str:
    return written(colours[part]) if part in colours else ""
