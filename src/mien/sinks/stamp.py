"""The explicit label of generated media: the words "AI生成", drawn onto the picture for people to read.

GB 45438-2025 asks for it on the first frames of a video, for two seconds at least, each glyph at least a twentieth of
the shorter side high. The four glyphs are drawn here from strokes, so no font has to be there.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from mien.face import Frame, Shot

SECONDS = 2.0
"""How long a video carries the label."""

_HEIGHT = 0.06  # of the picture's side
_MARGIN = 0.03
_FINE = 16  # OpenCV's fractional bits and supersampling in one

Stroke = tuple[tuple[float, float], ...]

# Each glyph: its width in heights, and its strokes in 0..1 across and down.
_GLYPHS: tuple[tuple[float, tuple[Stroke, ...]], ...] = (
    (0.85, (((0.0, 1.0), (0.5, 0.0), (1.0, 1.0)), ((0.19, 0.64), (0.81, 0.64)))),  # A
    (0.25, (((0.5, 0.0), (0.5, 1.0)),)),  # I
    (
        1.0,  # 生
        (
            ((0.27, 0.04), (0.22, 0.22), (0.08, 0.44)), ((0.21, 0.27), (0.9, 0.27)), ((0.17, 0.6), (0.86, 0.6)),
            ((0.53, 0.0), (0.53, 0.96)), ((0.03, 0.96), (1.0, 0.96)),
        ),
    ),
    (
        1.0,  # 成
        (
            ((0.14, 0.24), (0.97, 0.24)), ((0.15, 0.24), (0.14, 0.62), (0.02, 1.0)),
            ((0.15, 0.52), (0.45, 0.52), (0.43, 0.84), (0.3, 0.8)),
            ((0.56, 0.0), (0.59, 0.38), (0.7, 0.75), (0.88, 0.99), (1.0, 0.78)),
            ((0.9, 0.42), (0.74, 0.7), (0.48, 0.98)), ((0.74, 0.04), (0.87, 0.14)),
        ),
    ),
)  # fmt: skip


def stamped(frame: Frame) -> Frame:
    """The same frame with the words in its lower right corner, white on a dark edge, legible on any ground."""
    pixels = frame.pixels.copy()
    height, width = pixels.shape[:2]
    ink, edge = _mask(min(height, width))
    high, wide = ink.shape
    gap = round(_MARGIN * min(height, width))
    corner = pixels[height - gap - high : height - gap, width - gap - wide : width - gap]
    shown = edge[..., None]
    colour = np.repeat(255.0 * ink[..., None] / np.maximum(shown, 1e-6), 3, axis=2)  # white within, black around
    alpha = corner[..., 3:].astype(np.float32) / 255.0
    total = shown + alpha * (1.0 - shown)
    mixed = (colour * shown + corner[..., :3] * alpha * (1.0 - shown)) / np.maximum(total, 1e-6)
    corner[..., :3] = np.clip(mixed + 0.5, 0, 255)
    corner[..., 3:] = np.clip(255.0 * total + 0.5, 0, 255)
    return Frame(pixels)


def labelled(shot: Shot, seconds: float = SECONDS) -> Shot:
    """The same painted shot, with the words on it when it is one of the first `seconds`."""
    return replace(shot, frame=stamped(shot.frame)) if shot.frame is not None and shot.t < seconds else shot


@lru_cache(maxsize=4)
def _mask(side: int) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """(height, width) 0..1 where the words are white, and where they or their dark edge are, for a picture's side."""
    import cv2  # it is slow to load

    tall = max(4, round(_HEIGHT * side))
    pen = max(0.9, 0.085 * tall)
    pad = round(2.5 * pen) + 1
    across = sum(width for width, _ in _GLYPHS) + 0.22 * (len(_GLYPHS) - 1)
    shape = tall + 2 * pad, round(across * tall) + 2 * pad
    masks = []
    for thick in (pen, 3.0 * pen):
        large = np.zeros((4 * shape[0], 4 * shape[1]), np.uint8)
        left = float(pad)
        for width, strokes in _GLYPHS:
            for stroke in strokes:
                points = [(_FINE * 4 * (left + x * width * tall), _FINE * 4 * (pad + y * tall)) for x, y in stroke]
                line = np.round(points).astype(np.int32)[:, None]
                cv2.polylines(large, [line], False, (255,), max(1, round(4 * thick)), cv2.LINE_AA, shift=4)
            left += (width + 0.22) * tall
        small = cv2.resize(large, (shape[1], shape[0]), interpolation=cv2.INTER_AREA)
        masks.append(small.astype(np.float32) / 255.0)
    return masks[0], np.maximum(masks[0], 0.75 * masks[1])
