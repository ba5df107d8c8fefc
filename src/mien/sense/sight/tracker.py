"""Faces over time: the same number for the same person, steady where the face rests and quick where it moves."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from mien.face import MUSCLES, NOISE, POINTS, Emotion, Expression, Face
from mien.face.landmarks import INNER
from mien.sense.sight.analyzer import Known, Mapped, SightAnalyzer, check, kind_of
from mien.sense.sight.crop import around
from mien.sense.sight.rest import Rest
from mien.sense.sight.search import WAYS

SEARCH = 0.5
"""Seconds between searches of the whole picture while every face is followed."""

_LOST = 0.5
"""The chance below which a followed face is gone."""

_FAR = 0.1
"""A face that has moved this far since the last picture, in its own sizes, is looked at again where it now is: at the
edge of the old square it is mapped badly."""

_LOOKS = 3
"""How often at most."""

_FEEL = 0.25
"""Seconds in which half of a change of feeling is shown."""

_JUDGED, _NONE = 0.3, 0.8
"""The share of a new judgement in what is known of a face, and the chance of being none above which it is let go."""

_REMEMBERED = 10.0
"""Seconds for which the resting face of somebody who was lost is kept for the one who comes next. # ours"""

_BREAK = 1.0
"""Seconds without a picture after which nobody is the same any more."""

Values = NDArray[np.float64]


@dataclass(slots=True)
class OneEuro:
    """A low-pass filter that lets quick changes through: for values that tremble at rest.

    slow: cut-off in Hz at rest. quick: how much it rises with speed, Hz for one unit a second.
    Source: Casiez, Roussel & Vogel, "1 Euro Filter", 2012.
    """

    slow: float
    quick: float
    place: Values | None = None
    speed: Values = field(default_factory=lambda: np.zeros(0))

    def __call__(self, values: Values, dt: float) -> Values:
        """The filtered values, `dt` seconds after the last."""
        if self.place is None or dt <= 0.0:
            self.place = values if self.place is None else self.place
            self.speed = np.zeros_like(values) if not self.speed.size else self.speed
            return self.place
        self.speed = self.speed + _share(1.0, dt) * ((values - self.place) / dt - self.speed)
        cut = self.slow + self.quick * np.abs(self.speed)
        self.place = self.place + _share(cut, dt) * (values - self.place)
        return self.place


def _share(cut: float | Values, dt: float) -> Values:
    turn = 2.0 * np.pi * np.asarray(cut, np.float64) * dt
    return np.asarray(turn / (turn + 1.0))


@dataclass(slots=True)
class _Track:
    id: int
    points: Values
    side: float
    judged: Values
    steady: OneEuro = field(default_factory=lambda: OneEuro(1.5, 18.0))
    moves: OneEuro = field(default_factory=lambda: OneEuro(3.0, 6.0))
    chances: Values | None = None
    rest: Rest = field(default_factory=Rest)
    mirrored: bool = False


class Tracker:
    """Follows faces through the pictures of one camera or video.

    analyzer: mien's own. A face is searched for in the whole picture only when one is missing or every half second.
    What a face feels is measured against the same person's resting face, which is estimated, or set by `rest`.
    """

    def __init__(self, analyzer: SightAnalyzer):
        self._analyzer = analyzer
        self._tracks: list[_Track] = []
        self._next = 0
        self._t = -np.inf
        self._searched = self._looked = -np.inf
        self._way = 0
        self._left: tuple[float, Rest] | None = None
        self._asked = False

    def rest(self) -> None:
        """Whoever is seen in the next picture rests there: feelings are measured against it. Any thread may call."""
        self._asked = True

    def see(self, picture: NDArray[np.uint8], t: float) -> list[Face]:
        """The faces of (height, width, 3) RGB uint8 at second t, each with its number, in the order they came.

        Times must not go back. Raises InputError on another shape or type.
        """
        check(picture)
        dt = float(t - self._t) if np.isfinite(self._t) else 0.0
        if dt < 0.0 or dt > _BREAK:
            self._leave(self._tracks)
            self._tracks, self._searched, dt = [], -np.inf, 0.0
        self._t = t
        kept: list[tuple[_Track, Mapped]] = []
        for track in self._tracks:
            mapped = self._analyzer.mapped(picture, around(track.points))
            before = track.points
            for _ in range(_LOOKS):
                if mapped.chance < _LOST or _apart(mapped.points, before) <= _FAR:
                    break
                before = mapped.points
                mapped = self._analyzer.mapped(picture, around(before))
            if mapped.chance >= _LOST and all(_apart(mapped.points, other.points) > 0.5 for _, other in kept):
                track.points = mapped.points
                kept.append((track, mapped))
        if t - self._searched >= SEARCH:
            kept = [(track, mapped) for track, mapped in kept if self._stays(picture, track, mapped)]
        if len(kept) < len(self._tracks) or not kept or t - self._searched >= SEARCH:
            self._searched = t
            some = self._analyzer.finder.find(picture)
            kept += self._fresh(kept, (one for found in some for one in self._analyzer.known(picture, found)))
        if not kept and t - self._looked >= SEARCH:  # one way of them all at a time: it costs as much as a search
            self._looked, self._way = t, (self._way + 1) % len(WAYS)
            kept += self._fresh(kept, self._analyzer.elsewhere(picture, WAYS[self._way - 1]))
        self._leave([track for track in self._tracks if all(track is not other for other, _ in kept)])
        self._tracks = [track for track, _ in kept]
        asked, self._asked = self._asked and bool(kept), self._asked and not kept
        return [self._face(picture, track, mapped, dt, asked) for track, mapped in kept]

    def _leave(self, lost: list[_Track]) -> None:
        """Remember how the last person rested who was lost: one who looks away comes back."""
        if lost:
            self._left = (self._t, lost[-1].rest)

    def _rested(self) -> Rest:
        """The rest of a face that comes alone: that of whoever was lost just now."""
        if self._left is not None and self._t - self._left[0] <= _REMEMBERED:
            return self._left[1]
        return Rest()

    def _stays(self, picture: NDArray[np.uint8], track: _Track, mapped: Mapped) -> bool:
        """Look again what is followed, and whether it is a face at all."""
        track.judged = track.judged + _JUDGED * (self._analyzer.judged(picture, mapped) - track.judged)
        return float(track.judged[-1]) <= _NONE

    def _fresh(self, kept: list[tuple[_Track, Mapped]], found: Iterable[Known]) -> list[tuple[_Track, Mapped]]:
        """Tracks of those that are not followed yet."""
        fresh: list[tuple[_Track, Mapped]] = []
        for one in found:
            mapped = one.mapped
            if all(_apart(mapped.points, other.points) >= 0.5 for _, other in kept + fresh):
                fresh.append((_Track(self._next, mapped.points, around(mapped.points).side, one.judged), mapped))
                self._next += 1
        if len(kept) + len(fresh) == 1:
            for track, _ in fresh:
                track.rest = self._rested()
        return fresh

    def _face(self, picture: NDArray[np.uint8], track: _Track, mapped: Mapped, dt: float, at_rest: bool) -> Face:
        """The face, filtered: points in units of the face's own size, so that near and far faces are as steady.

        at_rest: the person said so.
        """
        side = track.side = 0.9 * track.side + 0.1 * around(mapped.points).side
        points = track.steady(mapped.points.reshape(-1) / side, dt).reshape(POINTS, 2) * side
        track.mirrored = (
            not track.mirrored
        )  # feelings are smoothed anyway: a picture shows one side, the next the other
        face = self._analyzer.face(picture, replace(mapped, points=points), mirrored=track.mirrored)
        channels = track.moves(face.expression.channels.astype(np.float64), dt)
        felt = now = np.array(face.chances)
        if track.chances is not None:
            felt = track.chances + (1.0 - 0.5 ** (dt / _FEEL)) * (felt - track.chances)
        track.chances = felt
        track.rest.learn(now, channels[: len(MUSCLES)], dt)
        if at_rest:
            track.rest.set(felt)
        nine = track.rest.measured(felt)
        emotion = Emotion.weighed(nine)
        expression = Expression.clipped(channels.astype(np.float32), np.zeros(NOISE, np.float32), emotion.vector())
        return replace(
            face, expression=expression, emotion=emotion, id=track.id, chances=tuple(nine.tolist()),
            kind=kind_of(track.judged, mapped.chance),
        )  # fmt: skip


def _apart(one: Values, other: Values) -> float:
    """Distance between the middles of two faces, in units of the other one's longer side."""
    span = float(np.ptp(other[:68], axis=0).max())
    return float(np.hypot(*(one[INNER].mean(axis=0) - other[INNER].mean(axis=0)))) / max(span, 1.0)
