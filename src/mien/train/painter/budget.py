"""How much a painter can learn in so many minutes: its speed is measured, and the schedule ends in time."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

from mien.train.painter.recipe import Recipe

CRITIC = 2.0
"""Times as long that an image takes once the critic has joined. # measured: LOG "A character in minutes" """

LEAST_CRITIC = 240
"""Images below which the critic would learn nothing, and does not join. # ours"""

LOOKS, LEAST_LOOKS, LOOK_EVERY = 24, 6, 30.0
"""How many looks at the held-out frames a long run has, how many a short one at least, and the seconds from one to the
next that one in between keeps: a look costs four."""

SAVE_EVERY = 90.0
"""Seconds from one checkpoint to the next, which is what is lost when a run is stopped."""

_SETTLED = 8
"""Into so many parts a run is divided, of which the learning rate rises in the first one at most."""


_HASTE, _HASTY, _LEISURELY = 2.0, 1_000, 4_000
"""Times as fast that a short run learns: wholly up to so many images, and from how many on no faster than the recipe.
# measured at 400 images: LOG "A character in minutes" """


def haste(images: int) -> float:
    """How many times the recipe's learning rate a run of so many images has."""
    return float(_HASTE ** min(1.0, max(0.0, (_LEISURELY - images) / (_LEISURELY - _HASTY))))


def work(recipe: Recipe, first: int, last: int) -> float:
    """What it costs to get from one number of images seen to another, in images without the critic."""
    alone = max(0, min(last, recipe.alone) - first)
    return alone + CRITIC * (last - first - alone)


def planned(base: Recipe, seen: int, pace: float, seconds: float, joined: int | None = None) -> Recipe:
    """The recipe that, from `seen` images on, ends in about so many seconds, with the shares that `base` has.

    pace: seconds that an image takes without the critic, looks included. joined: from how many images on the critic
    looks already; then it stays.
    """
    left = max(0.0, seconds) / max(pace, 1e-9)
    share = base.alone / base.images
    images = (left + seen) / (share + (1.0 - share) * CRITIC)
    if joined is None and (1.0 - share) * images < LEAST_CRITIC:
        share, images = 1.0, left + seen
    if joined is not None or share * images < seen:
        images = seen + left / CRITIC
        joined = min(seen, joined if joined is not None else round(share * images))
    whole = base.batch * max(seen // base.batch + 1, round(images / base.batch))
    every, save = (round(span / max(pace, 1e-9)) for span in (LOOK_EVERY, SAVE_EVERY))
    every = max(base.batch, whole // LOOKS, min(whole // LEAST_LOOKS, every))
    return replace(
        base, images=whole, fine=whole, alone=round(share * whole) if joined is None else joined,
        rate=base.rate * haste(whole),
        half_life=base.half_life * whole / base.images, settled=min(base.settled, max(1, whole // _SETTLED)),
        watch_every=every, save_every=max(base.batch, save),
    )  # fmt: skip


class Stopwatch:
    """Stops a run at a time, and tells how fast it was. Is asked after every step with the images seen.

    until: on the clock. steps: after so many steps at the latest. over: another reason to stop.
    """

    def __init__(
        self, until: float, steps: int | None = None, over: Callable[[], bool] = lambda: False,
        clock: Callable[[], float] = time.monotonic,
    ):  # fmt: skip
        self._until, self._steps, self._over, self._clock = until, steps, over, clock
        self._marks: list[tuple[int, float]] = []

    def __call__(self, seen: int) -> bool:
        self._marks.append((seen, self._clock()))
        late = self._marks[-1][1] >= self._until
        return late or (self._steps is not None and len(self._marks) > self._steps) or self._over()

    def pace(self, recipe: Recipe) -> float | None:
        """Seconds an image without the critic, from the first step's end on; None when there was but one step."""
        if len(self._marks) < 2:
            return None
        (first, began), (last, ended) = self._marks[0], self._marks[-1]
        return max(1e-9, (ended - began) / work(recipe, first, last))
