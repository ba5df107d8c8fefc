"""A move: what somebody played on a face by hand, by name and frame by frame, as JSON that a person can read.

{"format": "mien-move", "version": 1, "name": "wink", "fps": 30, "names": ["eyeBlinkLeft"], "frames": [[0], [0.5],
[null]]}. names: of channels and feelings; each frame has a value for each of them, null where the hand let go of it.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from math import floor
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from mien.face import FEELINGS, InputError, MienError
from mien.face.channels import CHANNELS, HIGH, LOW
from mien.files import parse_json

FORMAT: Final = "mien-move"
VERSION: Final = 1
"""Of this format; it grows when a file changes that an older mien could not read."""

LONGEST: Final = 60.0
"""Seconds of a move."""

MOST_BYTES: Final = 2_000_000
"""Of a move's file."""

PLAYED: Final = (*CHANNELS, *FEELINGS)
"""What a hand may play: 63 channels and 8 feelings."""

BOUNDS: Final = {
    name: (float(low), float(high))
    for name, low, high in zip(PLAYED, (*LOW, *[0.0] * len(FEELINGS)), (*HIGH, *[1.0] * len(FEELINGS)), strict=True)
}
"""The least and greatest value of each."""

_NAME = re.compile(r"[^\W_][\w \-]{0,39}(?<! )")
_KEYS = {"format", "version", "name", "fps", "names", "frames"}
_RATES = (1.0, 240.0)


@dataclass(frozen=True, slots=True, eq=False)
class Move:
    """frames: (n, how many names) float32, nan where the hand let go. fps: frames a second."""

    name: str
    fps: float
    names: tuple[str, ...]
    frames: NDArray[np.float32]

    @property
    def seconds(self) -> float:
        """How long it lasts."""
        return len(self.frames) / self.fps

    def at(self, t: float) -> tuple[tuple[str, float], ...]:
        """(name, value) of all that is played t seconds after its beginning, in straight lines between frames."""
        place = min(max(t * self.fps, 0.0), len(self.frames) - 1.0)
        first = floor(place)
        here = self.frames[first]
        after = self.frames[min(first + 1, len(self.frames) - 1)]
        mixed = np.where(np.isnan(after), here, here + (place - first) * (after - here))
        return tuple((name, float(value)) for name, value in zip(self.names, mixed, strict=True) if value == value)


def move_name(name: Any, kind: type[MienError] = InputError) -> str:
    """A move's name, checked: letters, digits, blanks, - and _, at most 40. Raises `kind`."""
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise kind(f"a move's name: expected 1 to 40 letters, digits, blanks, - or _, got {name!r:.80}")
    return name


def pack_move(move: Move) -> str:
    """The file of a move."""
    frames = [[None if value != value else round(float(value), 3) for value in row] for row in move.frames]
    head = {"format": FORMAT, "version": VERSION, "name": move.name, "fps": move.fps, "names": list(move.names)}
    rows = ",\n".join(json.dumps(row) for row in frames)
    return f'{json.dumps(head, ensure_ascii=False)[:-1]}, "frames": [\n{rows}\n]}}\n'


def parse_move(text: str, where: str, kind: type[MienError] = InputError) -> Move:
    """The move of a file. where: for messages. Raises `kind` that says what was expected and what came."""
    told = parse_json(text, where, kind)

    def off(key: str, expected: str, got: Any) -> MienError:
        return kind(f"{where}: {key}: expected {expected}, got {got!r:.80}")

    if not isinstance(told, dict) or told.get("format") != FORMAT:
        raise kind(f'{where}: expected a move, an object with "format": "{FORMAT}"; save one from the studio')
    if told.get("version") != VERSION:
        raise kind(f"{where}: version: expected {VERSION}, got {told.get('version')!r:.80}; it is another mien's")
    if set(told) != _KEYS:
        raise off("keys", ", ".join(sorted(_KEYS)), sorted(told))
    fps, names, frames = told["fps"], told["names"], told["frames"]
    if not _number(fps) or not _RATES[0] <= fps <= _RATES[1]:
        raise off("fps", f"{_RATES[0]:g}..{_RATES[1]:g}", fps)
    known = isinstance(names, list) and all(isinstance(name, str) and name in BOUNDS for name in names)
    if not known or not names or len(set(names)) != len(names):
        raise off("names", "names of channels and feelings, each once", names)
    if not isinstance(frames, list) or not 1 <= len(frames) <= LONGEST * fps:
        count = len(frames) if isinstance(frames, list) else frames
        raise off("frames", f"1 to {floor(LONGEST * fps)} ({LONGEST:g} s)", count)
    for number, row in enumerate(frames):
        if not isinstance(row, list) or len(row) != len(names):
            raise off(f"frames[{number}]", f"{len(names)} values", row)
        for name, value in zip(names, row, strict=True):
            low, high = BOUNDS[name]
            if value is not None and not (_number(value) and low - 1e-3 <= value <= high + 1e-3):
                raise off(f"frames[{number}]: {name}", f"{low:g}..{high:g} or null", value)
    name = move_name(told["name"], kind)
    return Move(name, float(fps), tuple(names), np.array(frames, np.float32))


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
