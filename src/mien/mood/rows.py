"""The numbers of several moods as arrays, one row a mood: what is worked out together is held together."""

from __future__ import annotations

from typing import Final

import numpy as np

from mien.face.emotion import FEELINGS
from mien.mood.gesture import MOST
from mien.mood.motion import PLACES, Values

_FEELINGS, _STIRS = len(FEELINGS), 21
_WIDE: Final = {
    **dict.fromkeys(("place", "speed", "goal"), PLACES),
    **dict.fromkeys(("kick", "first", "second"), _STIRS),
    **dict.fromkeys(("hair", "hair_speed", "swing"), 2),
    **dict.fromkeys(("kind", "begun", "lasts", "size", "side"), MOST),
    **dict.fromkeys(("attack", "release", "decay", "linger", "trail"), _FEELINGS),
    **dict.fromkeys(("drive", "until", "level", "glow", "total", "before", "lower"), _FEELINGS),
}


class Rows:
    """Views of the columns of a table of moods: what is written into them changes the table. (n,) each unless said.

    t, tick: as in `Mood`. place, speed, goal: (n, 65), of the body. clock to beats: of `Life`, with kick, first and
    second (n, 21), and hair, hair_speed and swing (n, 2). kind, begun, lasts, size, side: (n, 4), of gestures; what is
    over may lie there still. attack to trail: (n, 8), of `Rates`. drive to lower: (n, 8), and expressive and shut, of
    `Feelings`. pace, larger, lean, sized, leaning: of `Nuance`, its tempo and size first. from_x to jumps: of `Gaze`.
    blinked, late_left, late_right, left, right: of the last `Blink`; due, ready, again, blinks: of `Lids`. lively to
    stir: of `Temper`. cue: when the first cue that waits is due. led, speaks: 1 where somebody directs or mirrors, and
    where the mouth speaks.
    """

    t: Values
    tick: Values
    place: Values
    speed: Values
    goal: Values
    clock: Values
    tempo: Values
    breath: Values
    bob: Values
    kick: Values
    first: Values
    second: Values
    hair: Values
    hair_speed: Values
    swing: Values
    next_gesture: Values
    next_beat: Values
    count: Values
    beats: Values
    kind: Values
    begun: Values
    lasts: Values
    size: Values
    side: Values
    attack: Values
    release: Values
    decay: Values
    linger: Values
    trail: Values
    drive: Values
    until: Values
    level: Values
    glow: Values
    total: Values
    before: Values
    lower: Values
    expressive: Values
    shut: Values
    pace: Values
    larger: Values
    lean: Values
    sized: Values
    leaning: Values
    from_x: Values
    from_y: Values
    to_x: Values
    to_y: Values
    start: Values
    seconds: Values
    next_jump: Values
    jumps: Values
    blinked: Values
    late_left: Values
    late_right: Values
    left: Values
    right: Values
    due: Values
    ready: Values
    again: Values
    blinks: Values
    lively: Values
    breathes: Values
    blink_every: Values
    sway: Values
    micro: Values
    stir: Values
    cue: Values
    led: Values
    speaks: Values

    def __init__(self, table: Values) -> None:
        """table: (WIDTH, n): each number of all moods lies in one piece, which is how they are worked on."""
        self.__dict__.update({name: table[part].T for name, part in _PARTS})


def _parts() -> list[tuple[str, int | slice]]:
    parts: list[tuple[str, int | slice]] = []
    at = 0
    for name in Rows.__annotations__:
        wide = _WIDE.get(name, 0)
        parts.append((name, slice(at, at + wide) if wide else at))
        at += wide or 1
    return parts


_PARTS: Final = _parts()
WIDTH: Final = sum(_WIDE.get(name, 1) for name, _ in _PARTS)
"""Numbers of one mood."""


def empty(rows: int) -> Values:
    """(WIDTH, rows) a table for so many moods."""
    return np.zeros((WIDTH, rows))
