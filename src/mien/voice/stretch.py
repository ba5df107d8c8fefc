"""Mouth shapes of a written line brought into the time of its sound, where the engine tells no times of its own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from mien.face import Viseme

Part = tuple[float, float]
"""From when to when somebody speaks, in seconds."""

_FRAME = 0.01  # seconds
_QUIET = 0.06  # ours: of the loud parts' level, below which nobody speaks
_PAUSE = 0.15  # ours: seconds of a rest between two phrases, a comma's and more
_SHORT = 0.12  # ours: seconds of quiet that belong to a sound, a stop's closure for instance


def voiced(samples: NDArray[np.float32], rate: int) -> list[Part]:
    """When somebody speaks in (n,) samples; [] in silence."""
    size = max(1, round(_FRAME * rate))
    frames = samples[: len(samples) // size * size].reshape(-1, size).astype(np.float64)
    level = np.sqrt(np.mean(frames**2, axis=1)) if len(frames) else np.zeros(0)
    least = max(1e-4, _QUIET * float(np.percentile(level, 95))) if len(level) else 0.0
    parts: list[Part] = []
    for place in np.flatnonzero(level > least):
        start, end = place * size / rate, (place + 1) * size / rate
        if parts and start - parts[-1][1] < _SHORT:
            parts[-1] = (parts[-1][0], end)
        else:
            parts.append((start, end))
    return parts


def stretched(shapes: Sequence[Viseme], parts: Sequence[Part], resting: bool = True) -> tuple[Viseme, ...]:
    """The shapes, one after another, in the time of the parts, each as long beside its neighbours as before.

    Phrases, between longer rests of the shapes, are those between the longest pauses of the sound where it has as many.
    Between the parts the mouth rests, and at the end where `resting`; the shapes' own rests are left out. () without
    shapes or parts.
    """
    phrases = _phrases(shapes)
    groups = _groups(parts, len(phrases))
    if not groups:
        phrases, groups = [[shape for phrase in phrases for shape in phrase]], [list(parts)]
    made: list[Viseme] = []
    for phrase, group in zip(phrases, groups, strict=True):
        for shape in _laid(phrase, group):
            if made and shape.start - (last := made[-1].start + made[-1].seconds) > 1e-6:
                made.append(Viseme(last, shape.start - last, "rest"))
            made.append(shape)
    if made and resting:
        made.append(Viseme(made[-1].start + made[-1].seconds, 0.1, "rest"))
    return tuple(made)


def _phrases(shapes: Sequence[Viseme]) -> list[list[Viseme]]:
    """The shapes that are spoken, parted at longer rests."""
    phrases: list[list[Viseme]] = [[]]
    for shape in shapes:
        if shape.name != "rest" and shape.seconds > 0.0:
            phrases[-1].append(shape)
        elif shape.seconds >= _PAUSE and phrases[-1]:
            phrases.append([])
    return [phrase for phrase in phrases if phrase]


def _groups(parts: Sequence[Part], count: int) -> list[list[Part]]:
    """The parts in so many groups, parted at the longest gaps; [] where there are too few."""
    if not 1 <= count <= len(parts):
        return []
    gaps = [after[0] - before[1] for before, after in pairwise(parts)]
    cuts = sorted(sorted(range(len(gaps)), key=lambda place: -gaps[place])[: count - 1])
    edges = [0, *(cut + 1 for cut in cuts), len(parts)]
    return [list(parts[start:end]) for start, end in pairwise(edges)]


def _laid(said: Sequence[Viseme], parts: Sequence[Part]) -> Iterator[Viseme]:
    """The shapes in the time of the parts, none across a gap."""
    whole = sum(shape.seconds for shape in said)
    starts = np.array([start for start, _ in parts])
    lengths = np.array([end - start for start, end in parts])
    if not whole or lengths.sum() <= 0.0:
        return
    before = np.concatenate([[0.0], np.cumsum(lengths)])  # seconds spoken before each part
    done = 0.0
    for shape in said:
        begin, done = done, done + shape.seconds / whole * float(before[-1])
        part = min(int(np.searchsorted(before, begin + 1e-9, "right")) - 1, len(starts) - 1)
        start = float(starts[part] + begin - before[part])
        end = min(float(starts[part] + done - before[part]), float(starts[part] + lengths[part]))
        yield Viseme(start, max(end - start, 1e-3), shape.name, shape.weight)
