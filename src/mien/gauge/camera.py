"""How soon the face follows a camera: from a picture's arrival to the first painted frame that it changed."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable
from threading import Event, Thread
from typing import Any

import numpy as np
import simplejpeg

from mien.face import REST, Cue, Emotion, Expression, Saw, prototype
from mien.gauge.speed import spread
from mien.mood import begin, express, step
from mien.paint import Painter
from mien.paint.drawn import MOMO, Artist
from mien.show import Ticker
from mien.show.eye import FaceTracker
from mien.studio.eye import Eye, trackers
from mien.studio.seat import Seat

_EVERY = 0.055
"""Seconds between two pictures, as the page sends them."""

_GROUND = (206, 212, 220)
_OPEN = 0.25
"""The jaw by which the picture that changes the face is told from those before it."""


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
    open_eyes: Callable[[], FaceTracker] | None = None,
) -> dict[str, Any]:
    """p50, p95 and p99 in milliseconds, live: a face that was seen at rest for a while laughs with an open mouth.

    A second mood that hears of all pictures but that one runs beside, so that nothing else is taken for an answer.
    """
    return asyncio.run(_measured(painter, fps, count, seed, open_eyes or trackers()))


async def _measured(
    painter: Painter, fps: float, count: int, seed: int, open_eyes: Callable[[], FaceTracker]
) -> dict[str, Any]:
    chance = np.random.default_rng(seed)
    rest, laugh = picture(REST), picture(prototype(Emotion(happy=1.0)))
    came: deque[Cue] = deque()
    shown = [0.0]
    with Eye(open_eyes, came.append, lambda: shown[0]) as eye:
        took = [_one(eye, painter, fps, rest, laugh, came, shown, seed + n, chance) for n in range(count + 2)]
    return {**spread(took[2:]), "pictures": count, "fps": fps}  # the first ones load the nets


def _one(
    eye: Eye, painter: Painter, fps: float, rest: bytes, laugh: bytes, came: deque[Cue], shown: list[float], seed: int,
    chance: np.random.Generator,
) -> float:  # fmt: skip
    seat, done, sent = Seat(), Event(), [0.0]
    eye.open(seat, None, consent=True)  # a drawn face's
    before = 10 + int(chance.integers(0, 4))
    late = float(chance.uniform(0.0, _EVERY))

    def film() -> None:
        for _ in range(before):
            eye.show(seat, rest)
            if done.wait(_EVERY):
                return
        done.wait(late)
        sent[0] = time.perf_counter()
        eye.show(seat, laugh)

    filming = Thread(target=film, name="mien bench")
    moved, still = begin(None, seed), begin(None, seed)
    came.clear()
    filming.start()
    try:
        for t in Ticker(fps).ticks():
            cues = [came.popleft() for _ in range(len(came))]
            quiet = [cue for cue in cues if isinstance(cue, Saw) and cue.expression["jawOpen"] < _OPEN]
            moved, still = step(moved, cues, t), step(still, quiet, t)
            shown[0] = t
            pose = express(moved)
            painter.paint(pose)
            if np.abs(pose.channels - express(still).channels).max() > 1e-3:
                return time.perf_counter() - sent[0]
    finally:
        done.set()
        filming.join()
        eye.close(seat)
    raise AssertionError("a ticker never ends")
