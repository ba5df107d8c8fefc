"""The hand on the face: sliders that are held, key points that are dragged, moves that are recorded and played.

All of it becomes `Directed` cues of one session, so that whatever is on air, recorded or sent to another program does
what the page shows. Who dragged a point directs the muscles that bring it there (`mien.paint.Poses`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from threading import RLock
from types import TracebackType
from typing import Any, Self

import numpy as np

from mien.face import FEELINGS, REST, Directed, Expression, PeerError, Shot
from mien.face.channels import CHANNELS, HEAD
from mien.paint import Pins, Poses
from mien.show.mailbox import Mailbox
from mien.show.moves import Moves
from mien.show.session import Session
from mien.wire import Move
from mien.wire.move import LONGEST
from mien.wire.play import Act, Dragged, Forgotten, Freed, Held, Replayed, Taken

_KEPT = 1e7  # seconds that a hold lasts which nobody lets go
_FRESH = 0.25  # seconds that a moment of a move counts; the next comes before
_RATE = 30.0  # frames a second of a recorded move
_CHANGED = 1e-3  # of a channel: less was not meant by who dragged a point


class Hand:
    """Plays one session by hand, for all who do so together; in a `with` block.

    moves: where they are kept. told: is called, from any thread, with how things are (see `state`) when that changed.
    """

    def __init__(self, session: Session, moves: Moves, told: Callable[[dict[str, Any]], None] = lambda _: None) -> None:
        self.moves = moves
        self._session, self._told, self._lock = session, told, RLock()
        self._held: dict[str, float] = {}
        self._pulled: dict[str, float] = {}  # by the points that are dragged
        self._pins: Pins = {}
        self._grabbed: Expression | None = None  # what was shown when the first was grabbed
        self._shown = REST
        self._move: tuple[Move, float] | None = None  # what is played, and since when
        self._taking: tuple[str, bool] | None = None
        self._taken: list[tuple[float, Mapping[str, float]]] = []
        self._told_last: dict[str, Any] = {}
        self._solving: Mailbox[Pins] = Mailbox(self._solve, "mien hand")

    def play(self, act: Act) -> None:
        """Do what a message says. Raises PeerError for what cannot be here, InputError for a move that is damaged or
        not there, DeviceError when one cannot be kept."""
        with self._lock:
            match act:
                case Held(values):
                    self._held |= values
                    self._direct(values)
                case Freed(names):
                    self._free(names)
                case Dragged(pins, keep):
                    self._drag(pins, keep)
                case Taken(name, whole):
                    self._take(name, whole)
                case Replayed(name):
                    self._replay(name)
                case Forgotten(name):
                    self.moves.forget(name)
        self.tell()

    @property
    def state(self) -> dict[str, Any]:
        """Plain data: what is held, the points that are dragged, the move that is recorded and the one that is played
        ("" for none), and the names of all."""
        with self._lock:
            return {
                "held": {name: round(value, 4) for name, value in (self._held | self._pulled).items()},
                "dragged": sorted(self._pins), "recording": self._taking[0] if self._taking else "",
                "moving": self._move[0].name if self._move else "", "moves": self.moves.names(),
            }  # fmt: skip

    def tell(self) -> None:
        """Tell how things are, where that has changed since it was told last."""
        with self._lock:
            state = self.state
            if state == self._told_last:
                return
            self._told_last = state
        self._told(state)

    def moment(self, shot: Shot) -> None:
        """A shot was made: what is played goes on, what is recorded is taken down."""
        with self._lock:
            self._shown = shot.expression
            values = self._moved(shot.t) | self._held | self._pulled
            if self._taking is None:
                return
            whole = dict(zip(CHANNELS, map(float, shot.expression.channels), strict=True)) if self._taking[1] else {}
            if not self._taken or shot.t - self._taken[0][0] < LONGEST:
                self._taken.append((shot.t, whole | values))

    def _moved(self, t: float) -> dict[str, float]:
        """What the move that is played does at t; directed, but for what is held."""
        if self._move is None:
            return {}
        move, begun = self._move
        if t - begun >= move.seconds:
            self._replay("")
            self.tell()
            return {}
        values = dict(move.at(t - begun))
        self._direct({name: value for name, value in values.items() if not self._plays(name)}, _FRESH)
        return values

    def _plays(self, name: str) -> bool:
        return name in self._held or name in self._pulled

    def _direct(self, values: Mapping[str, float], hold: float = _KEPT) -> None:
        if values:
            self._session.put(Directed(self._session.now, tuple(values.items()), hold, quick=True))

    def _loose(self, names: Iterable[str]) -> None:
        """Let go of channels, but for those that are still held."""
        values = {name: 0.0 for name in names if not self._plays(name)}
        if values:
            self._session.put(Directed(self._session.now, tuple(values.items()), 0.0))

    def _free(self, names: tuple[str, ...] | None) -> None:
        if names is None:
            self._drag({}, keep=False)
            self._replay("")
        loose = [name for name in self._held if names is None or name in names]
        for name in loose:
            del self._held[name]
        self._loose(loose)

    def _drag(self, pins: Pins, keep: bool) -> None:
        if pins:
            if self._poser() is None:
                raise PeerError("play: drag: this painter's character has no key points to drag; use --painter gan")
            if self._grabbed is None:
                self._grabbed = self._shown
                self._direct({name: self._shown[name] for name in HEAD if not self._plays(name)})  # she keeps still
            self._pins = pins
            self._solving.put(pins)
            return
        if self._grabbed is None:
            return
        if keep and self._pins:
            self._solve(self._pins)  # the last place may not have been looked at yet
            self._held |= self._pulled
        pulled, self._pulled, self._pins, self._grabbed = self._pulled, {}, {}, None
        self._direct({name: self._held[name] for name in pulled if name in self._held})
        self._loose({*pulled, *HEAD})

    def _poser(self) -> Poses | None:
        painter: object = self._session.painter
        return painter if isinstance(painter, Poses) else None

    def _solve(self, pins: Pins) -> None:
        """Direct what brings the points there."""
        poser, begun = self._poser(), self._grabbed
        if begun is None or poser is None:
            return
        posed = poser.posed(begun, pins)
        changed = np.abs(posed.channels - begun.channels) > _CHANGED
        with self._lock:
            if pins is not self._pins:
                return  # they were let go, or dragged on
            names = {*self._pulled, *(name for name, one in zip(CHANNELS, changed, strict=True) if one)}
            self._pulled = {name: posed[name] for name in names}
            self._direct(self._pulled)
        self.tell()

    def _replay(self, name: str) -> None:
        before, self._move = self._move, None
        if before is not None:
            self._loose(before[0].names)
        if name:
            self._move = self.moves.read(name), self._session.now

    def _take(self, name: str, whole: bool) -> None:
        taking, taken = self._taking, self._taken
        self._taking, self._taken = (name, whole) if name else None, []
        if taking is not None:
            self.moves.keep(_move_of(taking[0], taken))

    def __enter__(self) -> Self:
        self._solving.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._solving.__exit__(kind, error, trace)


def _move_of(name: str, taken: list[tuple[float, Mapping[str, float]]]) -> Move:
    """The move that was taken down: frames evenly in time, from the first moment in which anything was played to the
    last. Raises PeerError when nothing was."""
    played = [t for t, values in taken if values]
    if not played:
        raise PeerError(f"play: nothing was played while {name!r} was recorded; move a slider or a point meanwhile")
    times = np.array([t for t, _ in taken])
    names = tuple(name for name in (*CHANNELS, *FEELINGS) if any(name in values for _, values in taken))
    count = max(1, min(round((played[-1] - played[0]) * _RATE) + 1, int(LONGEST * _RATE)))
    frames = np.full((count, len(names)), np.nan, np.float32)
    for row, t in enumerate(played[0] + np.arange(count) / _RATE):
        values = taken[min(int(np.searchsorted(times, t - 1e-9)), len(taken) - 1)][1]
        frames[row] = [values.get(name, np.nan) for name in names]
    return Move(name, _RATE, names, frames)
