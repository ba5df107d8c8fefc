"""A character of one's own within a budget of minutes: trained in stretches, the best so far always there."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from mien.character import load
from mien.face import Frame
from mien.paint.gan import GanPainter
from mien.sinks.stamp import stamped
from mien.train.core.journal import cost_of, read_journal
from mien.train.core.run import checkpoints
from mien.train.core.sheets import save_png, sheet
from mien.train.painter.budget import Stopwatch, planned
from mien.train.painter.bundle import About, make_bundle
from mien.train.painter.footage import Footage
from mien.train.painter.measure import repainted
from mien.train.painter.recipe import Recipe, character
from mien.train.painter.train import AS_GOOD, BEST, train_painter

FIRST = 80.0
"""Seconds of training after which there is a first character: with what gathering takes, two minutes."""

_TRIAL = 6
"""Steps by which the speed is measured: before the eighth, which writes a checkpoint."""

_GUESS = 0.3
"""Seconds an image, until it is known."""

_ROUNDS, _LEAST_ROUND = 4, 240.0
"""Into so many stretches a budget is parted, but none is shorter than so many seconds."""

_FIRST_STEPS, _STEPS_A_MINUTE, _MOST_STEPS = 500, 100, 6_000
"""Steps of the landmark net: of the first character, and for each minute of the budget, at most as many as there are
for all the time in the world. # measured: LOG "A character in minutes" """

_PATIENCE = 8
"""Looks in a row that are worse than the best one, after which no more is learnt. # ours"""

_ENDING = 30.0
"""Seconds that the last character takes to be made, until that is known."""

_GROUND = 235

_SHOWN, _SHOWN_SIZE = 6, 256
"""Frames of the preview, and pixels a side of each."""


def train_within(
    out: Path, source: Footage, held_out: Footage, about: About, seconds: float, progress: bool = True,
    base: Recipe | None = None, clock: Callable[[], float] = time.monotonic,
) -> Path:  # fmt: skip
    """Train a character in the folder `out` for so many seconds, earlier calls included; gives the bundle `out/NAME`.

    The bundle and preview.png are there from a minute and a half on, and are replaced by better ones; what they show is
    what painted the held-out frames best. Ends early when these have long been painted worse than they were.
    base: whose shares the schedule has.
    Raises WeightsError as `train_painter` does.
    """
    base = replace(base or character(), picture=source.canvas.picture)
    steps = min(_MOST_STEPS, max(_FIRST_STEPS, round(_STEPS_A_MINUTE * seconds / 60)))
    began = clock() - spent(out)
    ending, pace, joined, trial = min(_ENDING, 0.3 * seconds), _GUESS, None, True
    bundle = out / about.name
    while True:
        now = clock()
        end = began + seconds - ending
        recipe = planned(base, seen_of(out), pace, end - now, joined)
        first = not (bundle / "character.json").exists()
        pause = max(began + FIRST - ending, now) if first else now + max(_LEAST_ROUND, seconds / _ROUNDS)
        until = pause if pause < end - 0.5 * (pause - now) else end + 0.1 * (end - now)
        watch = Stopwatch(until, _TRIAL if trial else None, lambda: worn(out), clock)
        train_painter(out, recipe, progress, watch, source, held_out)
        pace, seen = watch.pace(recipe) or pace, seen_of(out)
        joined = recipe.alone if seen >= recipe.alone else None
        if worn(out):
            _tell(f"held-out frames were painted best {_PATIENCE} looks ago: nothing more is learnt", progress)
        if seen >= recipe.images or clock() >= end or worn(out):
            return publish(out, recipe, about, source, held_out, steps, progress)
        if trial:
            trial = False
            continue
        if first or (out / BEST).stat().st_mtime > (bundle / "character.json").stat().st_mtime:
            now = clock()
            publish(out, recipe, about, source, held_out, _FIRST_STEPS, progress)
            ending = (clock() - now) * 0.5 * (1.0 + steps / _FIRST_STEPS)  # half of it is the landmark net
            _tell(f"{bundle} can be used; a better one follows", progress)


def spent(run: Path) -> float:
    """Seconds that the steps of a run took so far."""
    rows = [row for row in read_journal(run / "journal.jsonl") if row["kind"] == "step"]
    return 3600.0 * cost_of(run)["hours"] if rows and checkpoints(run) else 0.0


def seen_of(run: Path) -> int:
    """Images that a run has seen, up to its newest checkpoint."""
    return max((int(path.stem) for path in checkpoints(run)), default=0)


def worn(run: Path) -> bool:
    """Whether the last looks at held-out frames were all worse than one before."""
    looks = [row["psnr"] for row in read_journal(run / "journal.jsonl") if row["kind"] == "look"]
    return len(looks) > _PATIENCE and max(looks[-_PATIENCE:]) < max(looks) - AS_GOOD


def publish(
    out: Path, recipe: Recipe, about: About, source: Footage, held_out: Footage, steps: int, progress: bool
) -> Path:  # fmt: skip
    """Make the bundle of the best weights so far, and the preview; gives the bundle."""
    bundle = make_bundle(out, recipe, about, progress, source, steps)
    painter = GanPainter(load(str(bundle)), held_out.canvas.picture)
    numbers = [int(number) for number in np.linspace(0, len(held_out) - 1, _SHOWN)]
    save_png(out / "preview.png", pairs(painter, held_out, numbers, _SHOWN_SIZE))
    return bundle


def pairs(painter: GanPainter, footage: Footage, numbers: Sequence[int], size: int) -> NDArray[np.uint8]:
    """(2 size, size * frames, 3) RGB: frames of footage above, the same painted below, labelled as generated."""
    above = [on_ground(footage.frame(number)) for number in numbers]
    below = [labelled(repainted(painter, footage, number)) for number in numbers]
    return sheet(np.stack([resized(one, size) for one in (*above, *below)]), len(numbers))


def on_ground(premultiplied: NDArray[np.float32]) -> NDArray[np.uint8]:
    """(height, width, 3) RGB of a premultiplied picture in 0..255, on light grey."""
    return np.asarray(np.rint(premultiplied[..., :3] + _GROUND * (1.0 - premultiplied[..., 3:] / 255.0)), np.uint8)


def labelled(frame: Frame) -> NDArray[np.uint8]:
    """(height, width, 3) RGB of a painted frame on light grey, with the words that say that it was generated."""
    return stamped(frame).over((_GROUND, _GROUND, _GROUND))


def resized(picture: NDArray[np.uint8], size: int) -> NDArray[np.uint8]:
    """(size, size, 3)."""
    return np.asarray(cv2.resize(picture, (size, size), interpolation=cv2.INTER_AREA), np.uint8)


def _tell(what: str, progress: bool) -> None:
    if progress:
        print(what, file=sys.stderr, flush=True)
