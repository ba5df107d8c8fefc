"""Sessions: each a show of its own, on the clock of the one scheduler, for whoever watches."""

from __future__ import annotations

import base64
import json
import secrets
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from functools import partial
from threading import Lock
from types import TracebackType
from typing import Any, Final, Self

import numpy as np

from mien.api.cast import Cast
from mien.api.errors import RefusedError
from mien.api.limits import Limits
from mien.api.metrics import Metrics
from mien.api.scheduler import Easel, Pulse, Scheduler
from mien.face import Cue, Directed, Emotion, Expression, Felt, Shot, Sound
from mien.face.colour import colour
from mien.face.expression import Expressions
from mien.mood import Moods
from mien.mood.empathy import Audience
from mien.paint import Painter
from mien.sense import Heard
from mien.show import (
    AnswerDirector,
    Brain,
    Director,
    Failure,
    Heeding,
    LineReader,
    Part,
    Session,
    Speaker,
    Voicing,
    policy_of,
    temper_of,
)
from mien.sinks import stamped
from mien.sinks.expressions import FORMAT, as_dict, as_texts
from mien.sources import ChatLine, Hush, Note, Say, Source, Write
from mien.studio.seat import Seat
from mien.wire import pack, pack_numbers

VERSION: Final = 1
"""Of what is said over the WebSocket, told in its first message."""

WANTS = ("expressions", "numbers", "frames", "nothing")
"""What a watcher may want of each moment."""


def message(kind: str, value: object, **beside: object) -> str:
    """One message to a watcher, JSON text. beside: further keys of the same object."""
    return json.dumps({kind: value, **beside}, ensure_ascii=False)


@dataclass(slots=True, eq=False)
class Watcher:
    """Whoever watches a session. sound: whether it wants the voice too. at_once: sends a message now if it can, and
    says whether it did; None where the server offers no such way."""

    seat: Seat
    wants: str = "expressions"
    sound: bool = False
    at_once: Callable[[str | bytes], bool] | None = None
    behind: bool = False
    """Whether a moment waits in the seat, or is on its way from there: the next may not overtake it."""

    def show(self, moment: str | bytes) -> None:
        """Show one moment, from the event loop: now, else when its turn comes, in place of one that still waits."""
        if self.behind or self.at_once is None or not self.at_once(moment):
            self.behind = True
            self.seat.show(moment)


@dataclass(slots=True, eq=False)
class Act:
    """One session. told: how it was asked for. painter: None where frames were not asked for. labelled: whether its
    frames say that they were generated. touched: when anybody cared for it last, on time.monotonic."""

    name: str
    told: Mapping[str, Any]
    session: Session
    pulse: Pulse
    stack: ExitStack
    painter: Painter | None
    labelled: bool
    number: int = 0
    """Of its mood among the others."""
    watchers: tuple[Watcher, ...] = ()  # replaced, never changed
    shown: tuple[Expressions, int] | None = None
    """What all showed at its last moment, and its place there; None before it was watched."""
    touched: float = field(default_factory=time.monotonic)
    open: bool = True

    @property
    def playing(self) -> bool:
        """Whether somebody watches."""
        return self.open and bool(self.watchers)

    @property
    def shot(self) -> Shot | None:
        """Its last moment, None before it was watched."""
        if self.shown is None:
            return None
        shown, at = self.shown
        return Shot(self.session.now, shown[at], Emotion.from_vector(shown.emotion[at]))

    def tell(self, text: str) -> None:
        """Tell every watcher."""
        for watcher in self.watchers:
            watcher.seat.tell(text)

    def as_dict(self) -> dict[str, Any]:
        """The session as JSON tells it."""
        shot = self.shot
        return {
            "id": self.name, **self.told, "live": f"/api/v1/sessions/{self.name}/live", "t": round(self.pulse.t, 4),
            "watchers": len(self.watchers), "skipped": self.pulse.skipped,
            "shot": as_dict(shot) if shot is not None else None,
        }  # fmt: skip


class Acts:
    """All sessions of a server; in a `with` block they play."""

    def __init__(self, cast: Cast, limits: Limits, metrics: Metrics) -> None:
        self._cast, self._limits, self._metrics = cast, limits, metrics
        self._acts: dict[str, Act] = {}
        self._lock = Lock()
        self._moods, self._playing = Moods(), Lock()
        self._skipped = 0  # by sessions that are closed
        self._scheduler, self._easel = Scheduler(self._play), Easel()

    def create(self, asked: Mapping[str, Any]) -> Act:
        """A new session, as asked. Raises RefusedError, MienError."""
        self.sweep()
        self._room(asked)
        character = self._cast.character(asked["character"])
        temper = temper_of(character, asked["temper"], "temper")
        policy = self._cast.policies[asked["policy"]] if asked["policy"] else policy_of(character)
        painter = None
        if asked["frames"]:
            colours = {part: colour(value) for part, value in asked["colours"].items()}
            painter = self._cast.painter(asked["painter"], character.name, asked["size"], colours)
        watched = _Watched()
        speaker = Speaker(Voicing(self._cast.voices[asked["voice"]]), asked["voice"]) if asked["voice"] else None
        lines = LineReader(self._cast.reader, self._cast.policies, watched.heard, speaker)
        director: Director = AnswerDirector(Audience(policy), lines)
        sources: list[Part[Source]] = []
        if asked["brain"]:
            brain = self._brain(asked["persona"])
            director, sources = Heeding(director, brain), [Part("brain", lambda: brain)]
        pulse = Pulse(asked["fps"])
        session = Session(
            None, pulse, director=director, sources=sources, speaker=speaker, temper=temper, seed=asked["seed"],
            news=watched.news,
        )  # fmt: skip
        told = {key: asked[key] for key in ("character", "size", "fps", "frames", "voice", "seed", "brain")}
        with ExitStack() as stack:
            stack.enter_context(session.playing())
            act = Act(
                secrets.token_urlsafe(12), {**told, "policy": policy.name}, session, pulse, stack.pop_all(), painter,
                character.person,
            )  # fmt: skip
        watched.act = act
        with self._lock:
            full = len(self._acts) >= self._limits.sessions
            if not full:
                with self._playing:
                    act.number = self._moods.add(session.born())
                self._acts[act.name] = act
        if full:
            act.stack.close()
            raise _full(self._limits.sessions)
        return act

    def _brain(self, persona: str) -> Brain:
        """Who thinks for one session. Raises RefusedError where the server offers nobody."""
        settings = self._cast.brain
        if settings is None:
            raise RefusedError(422, "brain", "a server that offers one", "true", "start it with --api-brain FILE.toml")
        return Brain(replace(settings, persona=persona or settings.persona))

    def _room(self, asked: Mapping[str, Any]) -> None:
        """Raises RefusedError where there is no room for one more."""
        acts = self.all()
        if len(acts) >= self._limits.sessions:
            raise _full(self._limits.sessions)
        limits = self._limits
        for name, most in (("voice", limits.voices), ("brain", limits.voices), ("frames", limits.painted)):
            others = sum(bool(act.told[name]) for act in acts)
            if asked[name] and others >= most:
                raise RefusedError(503, name, f"at most {most} sessions with {name}", "one more",
                                   f"close one, or ask without {name}", {"retry-after": "30"})  # fmt: skip

    def all(self) -> list[Act]:
        """Every session that is open."""
        with self._lock:
            return list(self._acts.values())

    def get(self, name: str) -> Act:
        """The session of this name. Raises RefusedError when there is none."""
        act = self._acts.get(name)
        if act is None:
            hint = "create one with POST /api/v1/sessions; what nobody watches is closed after a while"
            raise RefusedError(404, "session", "the id of an open session", repr(name)[:80], hint)
        act.touched = time.monotonic()
        return act

    def close(self, name: str, why: str = "closed") -> None:
        """End a session; its watchers are told. Raises RefusedError when there is none."""
        act = self.get(name)
        with self._lock:
            if self._acts.pop(name, None) is None:  # somebody else has
                return
            self._skipped += act.pulse.skipped
            with self._playing:
                act.open = False
                self._moods.remove(act.number)
        act.tell(message("closed", why))
        act.stack.close()

    def counts(self) -> dict[str, float]:
        """What there is now, by the names of `Metrics`."""
        acts = self.all()
        return {
            "mien_sessions": len(acts), "mien_watchers": sum(len(act.watchers) for act in acts),
            "mien_skipped_total": self._skipped + sum(act.pulse.skipped for act in acts),
            "mien_frames_dropped_total": self._easel.dropped,
        }  # fmt: skip

    def sweep(self) -> None:
        """Close what nobody has cared for."""
        now = time.monotonic()
        for act in self.all():
            if not act.watchers and now - act.touched > self._limits.idle:
                self.close(act.name, "idle")

    def watch(self, act: Act, watcher: Watcher) -> None:
        """This watcher sees the session from now on; called from the event loop. Raises RefusedError when there are too
        many."""
        with self._lock:
            if len(act.watchers) >= self._limits.watchers:
                raise RefusedError(503, "session", f"at most {self._limits.watchers} watchers", "one more")
            act.watchers = (*act.watchers, watcher)
        self._scheduler.begin(act)

    def leave(self, act: Act, watcher: Watcher) -> None:
        """This watcher has left."""
        with self._lock:
            act.watchers = tuple(one for one in act.watchers if one is not watcher)
        act.touched = time.monotonic()

    def cue(self, act: Act, asked: Mapping[str, Any], writer: str = "") -> None:
        """Something happens in a session. writer: whose text, where it is written. Raises RefusedError, MienError."""
        act.touched = time.monotonic()
        self._metrics.count("mien_cues_total")
        session, t = act.session, act.session.now
        match [name for name in CUES if name in asked]:
            case ["say"] if asked["tagged"]:
                session.put(Write(asked["say"], True, secrets.token_hex(8)))
            case ["say"]:
                if not asked["say"].strip():
                    raise RefusedError(422, "say", "a line with something in it", "a blank one")
                session.put(Say(asked["say"], asked["policy"]))
            case ["write"]:
                session.put(Write(asked["write"], asked["end"], writer))
            case ["chat"]:
                line = asked["chat"]
                session.put(ChatLine(t, line["author"], line["text"], line["worth"]))
            case ["felt"]:
                session.put(Felt(t, Emotion.of(asked["felt"]), asked["hold"]))
            case ["directed"]:
                session.put(Directed(t, tuple(asked["directed"].items()), asked["hold"]))
            case ["hush"]:
                session.put(Hush())
            case found:
                raise RefusedError(422, "cue", f"one of {', '.join(CUES)}", ", ".join(found) or "none")

    def _play(self, due: Sequence[Any]) -> None:
        """Play one moment of each: the moods together, then each for its watchers."""
        found: list[Act] = [act for act in due if act.open]
        ticks = [act.pulse.tick() for act in found]
        asked = [self._due(act, t) for act, t in zip(found, ticks, strict=True)]
        with self._playing:
            here = [at for at, act in enumerate(found) if act.open]
            acts, times, cues = [found[at] for at in here], [ticks[at] for at in here], [asked[at] for at in here]
            numbers = [act.number for act in acts]
            self._moods.step(numbers, cues, times)
            shown = self._moods.express(numbers)
        for at, (act, t, text) in enumerate(zip(acts, times, as_texts(times, shown), strict=True)):
            act.shown = shown, at
            failed = act.session.supervisor.attempt(partial(self._moment, act, t, text, shown, at))
            if failed is not None:
                act.session.supervisor.report("show", "session", failed)
        self._metrics.count("mien_shots_total", len(acts))

    def _due(self, act: Act, t: float) -> list[Cue]:
        """The cues for a session's moment at t; none where its director fails, which is reported."""
        cues: list[Cue] = []
        failed = act.session.supervisor.attempt(lambda: cues.extend(act.session.due(t)))
        if failed is not None:
            act.session.supervisor.report("show", "session", failed)
        return cues

    def _moment(self, act: Act, t: float, text: str, shown: Expressions, at: int) -> None:
        """One moment for whoever watches. text: it, for those who want expressions. shown, at: as of the act."""
        frames = False
        for watcher in act.watchers:
            match watcher.wants:
                case "expressions":
                    watcher.show(text)
                case "numbers":
                    watcher.show(pack_numbers(shown[at]))
                case "frames":
                    frames = True
        for sound in act.session.sounds(t):
            self._hear(act, sound)
        if frames and act.painter is not None:
            self._easel.wish(id(act), partial(self._paint, act, act.painter, shown[at]))

    def _hear(self, act: Act, sound: Sound) -> None:
        """Let a piece of sound be heard: 16 bit, little-endian, in base64."""
        listeners = [watcher for watcher in act.watchers if watcher.sound]
        if listeners:
            samples = base64.b64encode(np.round(sound.samples * 32_767.0).astype("<i2").tobytes()).decode()
            text = message("sound", {"t": round(sound.t, 4), "rate": sound.rate, "samples": samples})
            for watcher in listeners:
                watcher.seat.tell(text)

    def _paint(self, act: Act, painter: Painter, expression: Expression) -> None:
        failed = act.session.supervisor.attempt(lambda: self._hang(act, painter, expression))
        if failed is not None:
            act.session.supervisor.report("show", "painter", failed)

    def _hang(self, act: Act, painter: Painter, expression: Expression) -> None:
        frame = painter.paint(expression)
        packed = pack(stamped(frame) if act.labelled else frame)
        self._metrics.count("mien_frames_total")
        for watcher in act.watchers:
            if watcher.wants == "frames":
                watcher.seat.show(packed)

    def __enter__(self) -> Self:
        self._easel.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._easel.__exit__(kind, error, trace)
        for act in self.all():
            self.close(act.name)


CUES = ("say", "write", "chat", "felt", "directed", "hush")
"""What may happen in a session, by the key that a cue has."""

READ = frozenset(("say", "write", "chat"))
"""Those that bring a text, which takes a moment to be read."""


def _full(most: int) -> RefusedError:
    return RefusedError(503, "sessions", f"at most {most} at once", "one more", "close one, or wait for one to end",
                        {"retry-after": "30"})  # fmt: skip


class _Watched:
    """What is told of a session's lines and failures goes to its watchers; of a failure only what it is."""

    act: Act | None = None

    def heard(self, heard: Heard) -> None:
        if self.act is not None:
            self.act.tell(message("read", heard.reading.as_dict(), final=heard.final))

    def news(self, item: Failure | Note) -> None:
        if self.act is not None and isinstance(item, Failure):
            self.act.tell(message("failure", {"kind": item.kind, "name": item.name, "retry": item.retry}))


__all__ = ["CUES", "FORMAT", "READ", "VERSION", "WANTS", "Act", "Acts", "Watcher", "message"]
