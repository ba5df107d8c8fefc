"""A performance in words and drawn: which cues came, what was felt, what the muscles did."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mien.face import FEELINGS, Cue, Directed, Felt, Frame, Mouthed, Saw, Spoke
from mien.face.channels import CHANNELS
from mien.mood import Temper
from mien.show import Line, Script, Session
from mien.tell.chart import Panel, chart

_FPS = 30.0
_MOST = 8
_SHOWN = 0.08
"""What a muscle or a feeling must reach to be shown."""
_BEFORE = 0.02  # a line's own first cue stands at its start: what was before is read a little earlier


@dataclass(frozen=True, slots=True, eq=False)
class Timeline:
    """A script as it is performed. times: (n,) seconds; feelings: (n, 8) and channels: (n, 63), as `FEELINGS` and
    `CHANNELS` name them."""

    play: Script
    times: NDArray[np.float64]
    feelings: NDArray[np.float64]
    channels: NDArray[np.float64]

    def as_dicts(self) -> list[dict[str, Any]]:
        """For each line: how it was read, its cues, the feelings and the muscles at their height. Plain data."""
        ends = [line.start for line in self.play.lines[1:]] + [self.play.seconds]
        return [self._line(line, end) for line, end in zip(self.play.lines, ends, strict=True)]

    def _line(self, line: Line, until: float) -> dict[str, Any]:
        inside = (self.times >= line.start) & (self.times < until)
        cues = [_cue(cue) for cue in self.play.cues if line.start - _BEFORE <= cue.t < until]
        return {
            "line": line.reading.as_dict(), "start": round(line.start, 3), "end": round(line.end, 3), "cues": cues,
            "feelings": self._heights(inside, self.feelings, FEELINGS),
            "muscles": self._heights(inside, self.channels, CHANNELS),
        }  # fmt: skip

    def _heights(
        self, inside: NDArray[np.bool_], values: NDArray[np.float64], names: tuple[str, ...]
    ) -> dict[str, dict[str, float]]:
        """The strongest, the strongest first: value and time of each at its height."""
        if not inside.any():
            return {}
        part, times = values[inside], self.times[inside]
        order = np.argsort(-np.abs(part).max(axis=0), kind="stable")[:_MOST]
        heights = {names[at]: int(np.abs(part[:, at]).argmax()) for at in order}
        return {
            name: {"value": round(float(part[row, names.index(name)]), 3), "t": round(float(times[row]), 3)}
            for name, row in heights.items()
            if abs(part[row, names.index(name)]) >= _SHOWN
        }

    def drawn(self) -> Frame:
        """Feelings above, the muscles that move most below; a mark at each line, by its number from 1."""
        names, shown = _pairs(self.channels)
        moving = np.sort(np.argsort(-shown.std(axis=0), kind="stable")[:_MOST])
        marks = [(line.start, str(number)) for number, line in enumerate(self.play.lines, 1)]
        low = -1.0 if shown[:, moving].min() < -_SHOWN else 0.0
        panels = [Panel(FEELINGS, self.feelings), Panel([names[at] for at in moving], shown[:, moving], low)]
        return chart(self.times.tolist(), panels, marks)


def timeline(play: Script, seed: int = 0, temper: Temper | None = None) -> Timeline:
    """Perform a script on paper, without a painter, at 30 samples a second."""
    shots = list(Session.of(play, fps=_FPS, temper=temper, seed=seed).shots())
    return Timeline(
        play, np.array([shot.t for shot in shots]), np.array([shot.emotion.vector() for shot in shots], np.float64),
        np.array([shot.expression.channels for shot in shots], np.float64),
    )  # fmt: skip


def _pairs(channels: NDArray[np.float64]) -> tuple[list[str], NDArray[np.float64]]:
    """The channels with left and right in one, as their mean: names without the side, and (n, names)."""
    sides: dict[str, list[int]] = {}
    for at, name in enumerate(CHANNELS):
        sides.setdefault(name.removesuffix("Left").removesuffix("Right"), []).append(at)
    return list(sides), np.stack([channels[:, places].mean(axis=1) for places in sides.values()], axis=1)


def _cue(cue: Cue) -> dict[str, Any]:
    """One cue as plain data."""
    plain: dict[str, Any] = {"t": round(cue.t, 3), "kind": type(cue).__name__.lower()}
    match cue:
        case Felt():
            felt = {name: round(value, 3) for name, value in cue.emotion.as_dict().items() if value}
            return plain | {"feelings": felt, "hold": round(cue.hold, 3)}
        case Spoke():
            spoken = max((shape.start + shape.seconds for shape in cue.visemes), default=0.0)
            return plain | {"visemes": len(cue.visemes), "seconds": round(spoken, 3)}
        case Mouthed():
            return plain | {"shapes": dict(cue.shapes), "speaking": round(cue.speaking, 3)}
        case Directed():
            return plain | {"values": dict(cue.values), "hold": round(cue.hold, 3)}
        case Saw():
            return plain | {"confidence": round(cue.confidence, 3)}
