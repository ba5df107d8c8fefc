"""What a finder takes for faces and is none: moons, wheels, clouds. The mapper learns from it to refuse."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mien.face import InputError
from mien.files import atomic_path, make_folder
from mien.progress import bar
from mien.sense.sight.crop import around_five, in_box
from mien.sense.sight.finder import Finder, Found
from mien.train.sight.scenes import Picture, Scenes

ROOM = 1.3
"""The side of what is kept of a mistake, in sides of the mapper's square, so that the square can be moved."""

KEPT = 144
"""Pixels a side of what is kept: the mapper's 112, with room."""

LEAST = 0.12
"""The finder's chance from which something counts as taken for a face, far below what it says at run time."""

MOST = 20_000
"""Mistakes that are kept, evenly out of all."""

_MOST_IN_ONE = 6


def mistakes(
    finder: Finder, scenes: Scenes, empty: Sequence[Picture], count: int, path: Path, progress: bool = True
) -> NDArray[np.uint8]:
    """(n, 144, 144, 3) of what `finder` finds in the pictures without faces, three looks at each, and beside the
    faces of `count` scenes. Kept in the file `path` and read from there the next time.

    Raises InputError when the file there is something else.
    """
    if path.exists():
        return _read(path)
    kept: list[Picture] = []
    for number in bar(range(count + len(empty)), unit="scenes", silent=not progress):
        if number < count:
            picture, rows = scenes[number]
            seen = np.ascontiguousarray(picture.numpy().transpose(1, 2, 0))
            boxes = rows[:, :4].numpy().astype(np.float64)
            kept += _wrong(finder, seen, boxes[~np.isnan(boxes[:, 0])])
        else:
            ground = empty[number - count]
            chance = np.random.default_rng((11, number))
            for share in (1.0, chance.uniform(0.4, 0.9), chance.uniform(0.15, 0.5)):
                kept += _wrong(finder, _part(ground, share, chance), np.zeros((0, 4)))
    if not kept:
        return np.zeros((0, KEPT, KEPT, 3), np.uint8)
    found = np.stack([kept[at] for at in np.linspace(0, len(kept) - 1, min(MOST, len(kept))).astype(int)])
    make_folder(path.parent)
    with atomic_path(path) as fresh, fresh.open("wb") as file:
        np.save(file, found)
    return found


def _read(path: Path) -> NDArray[np.uint8]:
    """The mistakes that an earlier call kept. Raises InputError when the file is something else."""
    try:
        found = np.load(path)
    except (OSError, ValueError, EOFError) as error:
        raise InputError(
            f"{path}: expected the finder's mistakes ({error}); remove it to have it made again"
        ) from error
    if found.dtype != np.uint8 or found.ndim != 4 or found.shape[1:] != (KEPT, KEPT, 3):
        raise InputError(f"{path}: expected (n, {KEPT}, {KEPT}, 3) uint8, got {found.shape} {found.dtype}; remove it")
    return np.asarray(found)


def _part(picture: Picture, share: float, chance: np.random.Generator) -> Picture:
    """A part of a picture, its sides this share of the picture's."""
    height, width = (max(24, int(side * share)) for side in picture.shape[:2])
    y = int(chance.integers(0, max(1, picture.shape[0] - height + 1)))
    x = int(chance.integers(0, max(1, picture.shape[1] - width + 1)))
    return np.ascontiguousarray(picture[y : y + height, x : x + width])


def _wrong(finder: Finder, picture: Picture, true: NDArray[np.float64]) -> list[Picture]:
    """The squares of what is found where no true face is, by its five points and by its box in turn."""
    found = [one for one in finder.find(picture) if not any(_near(one, box) for box in true)][:_MOST_IN_ONE]
    squares = [around_five(one.five) if at % 2 == 0 else in_box(one.box) for at, one in enumerate(found)]
    return [square.grown(ROOM).cut(picture, KEPT) for square in squares]


def _near(found: Found, box: NDArray[np.float64]) -> bool:
    """Whether its middle lies in the true box or the true one's in it: it may be meant for that face."""
    here, there = (found.box[:2] + found.box[2:]) / 2.0, (box[:2] + box[2:]) / 2.0
    inside = bool(((box[:2] < here) & (here < box[2:])).all())
    return inside or bool(((found.box[:2] < there) & (there < found.box[2:])).all())
