"""How soon the face follows a camera: from a picture's arrival to the first painted frame that it changed."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable, Sequence
from threading import Event, Thread
from typing import Any

import numpy as np
import simplejpeg

from mien.face import REST, Cue, Emotion, Expression, Face, Saw, prototype
from mien.gauge.delay import Pair, spread
from mien.paint import Painter
from mien.paint.drawn import MOMO, Artist
from mien.sense import open_reader
from mien.show import Director, FaceTracker, LineReader
from mien.show.director import Spoken
from mien.studio.directing import Directing
from mien.studio.seat import Seat
from mien.studio.webcam import Webcam, trackers

_EVERY = 0.055
"""Seconds between two pictures, as the page sends them."""

_GROUND = (206, 212, 220)
_OPEN = 0.25
"""The jaw by which the picture that changes the face is told from those before it."""


class _Overheard:
    """A director whose cues go to the other show of a pair too, but for those of the laugh."""

    def __init__(self, director: Director, pair: Pair) -> None:
        self._director, self._pair = director, pair

    def take(self, line: Spoken, t: float) -> Iterable[Cue]:
        return self._director.take(line, t)

    def see(self, faces: Sequence[Face], t: float) -> list[Cue]:
        cues = list(self._director.see(faces, t))
        for cue in cues:
            if isinstance(cue, Saw) and cue.expression["jawOpen"] < _OPEN:
                self._pair.still.put(cue)
        return cues

    def due(self, t: float) -> Iterable[Cue]:
        return self._director.due(t)


def picture(expression: Expression) -> bytes:
    """A JPEG of 480 x 360 as the page sends it, with a drawn face on a plain ground."""
    pixels = np.full((360, 480, 3), _GROUND, np.uint8)
    pixels[40:, 80:400] = Artist(MOMO, 320).paint(expression).over(_GROUND)
    return bytes(simplejpeg.encode_jpeg(pixels, quality=80, colorspace="RGB", colorsubsampling="420"))


def camera_to_face(
    painter: Painter,
    fps: float = 60.0,
    count: int = 40,
    seed: int = 0,
    open_tracker: Callable[[], FaceTracker] | None = None,
) -> dict[str, Any]:
    """p50, p95 and p99 in milliseconds, live: a face that was seen at rest for a while laughs with an open mouth.

    An equal show that hears of all pictures but that one runs beside, so that nothing else is taken for an answer.
    """
    return asyncio.run(_measured(painter, fps, count, seed, open_tracker or trackers()))


async def _measured(
    painter: Painter, fps: float, count: int, seed: int, open_tracker: Callable[[], FaceTracker]
) -> dict[str, Any]:
    """The figures over all pictures, inside the event loop that a seat needs."""
    chance = np.random.default_rng(seed)
    rest, laugh = picture(REST), picture(prototype(Emotion(happy=1.0)))
    took = [_one(painter, fps, rest, laugh, seed + n, chance, open_tracker) for n in range(count + 2)]
    return {**spread(took[2:]), "pictures": count, "fps": fps}  # the first ones load the nets


def _one(
    painter: Painter, fps: float, rest: bytes, laugh: bytes, seed: int, chance: np.random.Generator,
    open_tracker: Callable[[], FaceTracker],
) -> float:  # fmt: skip
    """Seconds from one picture's arrival to the first painted frame that it changed."""
    pair, seat, done, sent = Pair(painter, fps, seed), Seat(), Event(), [0.0]
    before = 10 + int(chance.integers(0, 4))
    late = float(chance.uniform(0.0, _EVERY))

    def film(webcam: Webcam) -> None:
        for _ in range(before):
            webcam.show(seat, rest)
            if done.wait(_EVERY):
                return
        done.wait(late)
        sent[0] = time.perf_counter()
        webcam.show(seat, laugh)

    directing = Directing(pair.moved, LineReader(open_reader()))
    with Webcam(pair.moved, directing, open_tracker) as webcam:
        webcam.open(seat, None, consent=True)  # a drawn face's
        assert pair.moved.director is not None
        pair.moved.director = _Overheard(pair.moved.director, pair)
        filming = Thread(target=film, args=(webcam,), name="mien bench")
        filming.start()
        try:
            return pair.until_they_differ() - sent[0]
        finally:
            done.set()
            filming.join()
            webcam.close(seat)
