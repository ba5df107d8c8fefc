"""Curves as points: smooth lines through control points, strands of hair, ellipses, stars."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from mien.paint.drawn.sheet import Points


@cache
def _basis(steps: int) -> NDArray[np.float64]:
    """(steps, 4) Catmull-Rom weights at `steps` places along a segment."""
    t = np.arange(steps) / steps
    return 0.5 * np.stack(
        [-t + 2 * t**2 - t**3, 2 - 5 * t**2 + 3 * t**3, t + 4 * t**2 - 3 * t**3, -(t**2) + t**3], axis=1
    )


@cache
def _matrix(count: int, closed: bool, steps: int) -> NDArray[np.float64]:
    """Weights that take `count` control points to the sampled curve in one product."""
    segments = count if closed else count - 1
    rows = np.zeros((segments * steps + (0 if closed else 1), count))
    for segment in range(segments):
        for place in range(4):
            at = segment + place - 1
            at = at % count if closed else min(max(at, 0), count - 1)
            rows[segment * steps : (segment + 1) * steps, at] += _basis(steps)[:, place]
    if not closed:
        rows[-1, -1] = 1.0
    return rows


def smooth(points: Points, closed: bool = False, steps: int = 6) -> Points:
    """A Catmull-Rom curve through (n, 2) points, sampled `steps` times a segment."""
    result: Points = _matrix(len(points), closed, steps) @ points
    return result


@cache
def _circle(count: int) -> NDArray[np.float64]:
    angle = np.linspace(0.0, 2 * np.pi, count, endpoint=False)
    return np.stack([np.cos(angle), np.sin(angle)], axis=1)


def ellipse(x: float, y: float, rx: float, ry: float, tilt: float = 0.0, count: int = 28) -> Points:
    """A closed ellipse; tilt in radians."""
    points = _circle(count) * (rx, ry)
    if tilt:
        c, s = np.cos(tilt), np.sin(tilt)
        points = points @ np.array([[c, s], [-s, c]])
    return points + (x, y)


def star(x: float, y: float, radius: float, waist: float = 0.28, points: int = 4, turn: float = 0.0) -> Points:
    """A closed star with `points` tips; waist: inner over outer radius."""
    angle = np.arange(2 * points) * np.pi / points - np.pi / 2 + turn
    reach = np.where(np.arange(2 * points) % 2 == 0, radius, radius * waist)
    return np.stack([x + reach * np.cos(angle), y + reach * np.sin(angle)], axis=1)


@cache
def ramp(count: int) -> NDArray[np.float64]:
    """(count,) numbers from 0 to 1."""
    return np.linspace(0.0, 1.0, count)


@cache
def _quadratic(count: int) -> NDArray[np.float64]:
    t = np.linspace(0.0, 1.0, count)
    return np.stack([(1 - t) ** 2, 2 * t * (1 - t), t**2], axis=1)


def bend(start: Points, middle: Points, end: Points, count: int = 9) -> Points:
    """A quadratic curve from start to end, drawn towards `middle`; each argument is (2,)."""
    result: Points = _quadratic(count) @ np.stack([start, middle, end])
    return result


def taper(count: int, width: float, head: float = 0.15, tail: float = 0.5) -> NDArray[np.float64]:
    """(count,) pen widths: from nothing to `width` over the share `head`, back over the share `tail`."""
    return width * _taper(count, head, tail)


@cache
def _taper(count: int, head: float, tail: float) -> NDArray[np.float64]:
    """Widths along a stroke that is thin at both ends."""
    t = np.linspace(0.0, 1.0, count)
    rise = np.clip(t / head, 0.0, 1.0) if head > 0 else np.ones(count)
    fall = np.clip((1 - t) / tail, 0.0, 1.0) if tail > 0 else np.ones(count)
    return 0.12 + 0.88 * np.minimum(np.sqrt(rise), np.sqrt(fall))
