"""Drawn marks (漫符): tears, sweat, the anger vein, sparkles. Blush and gloom lie under the hair, with the face."""

from __future__ import annotations

import numpy as np

from mien.paint.drawn.curves import ellipse, smooth, star
from mien.paint.drawn.eyes import EYE_X, Eye
from mien.paint.drawn.pose import Pose
from mien.paint.drawn.sheet import Linear, Points, Sheet

_WATER = (0.62, 0.86, 1.0)
_WATER_LINE = (0.32, 0.60, 0.88)


def draw_tears(sheet: Sheet, pose: Pose, eye: Eye, strength: float) -> None:
    """Water in the lower lid, then a stream down the cheek with a drop at its end."""
    if strength < 0.02:
        return
    pool = eye.lower[3:14]
    height = 3.4 * min(1.0, strength * 1.6)
    placed = pose.on_face(np.concatenate([pool + (0, 0.8), (pool - (0, height))[::-1]]), 1.0)
    sheet.fill(placed, _WATER, 0.8)
    run = max(0.0, (strength - 0.25) / 0.75)
    if run <= 0.02:
        return
    x = eye.side * (EYE_X + 3.0)
    top = float(eye.lower[8, 1]) - 1.0
    bottom = top + 34.0 * run
    half = 2.2 + 2.2 * run
    left = np.array([[x - half * 0.8, top], [x - half * 0.9, 0.5 * (top + bottom)], [x - half * 1.35, bottom]])
    right = np.array([[x + half * 0.8, top], [x + half * 0.9, 0.5 * (top + bottom)], [x + half * 1.35, bottom]])
    tip = np.array([[x, bottom + 1.3 * half]])
    stream = smooth(pose.on_face(np.concatenate([left, tip, right[::-1]]), 1.5), closed=True, steps=4)
    middle = float(stream[:, 0].mean())
    span = (middle, float(stream[:, 1].min())), (middle, float(stream[:, 1].max()))
    sheet.line(np.concatenate([stream, stream[:1]]), 1.3, _WATER_LINE, 0.75)
    sheet.fill(stream, Linear(*span, ((0.0, (0.86, 0.96, 1.0), 0.8), (1.0, _WATER, 0.95))))
    shine = pose.on_face(ellipse(x - 0.35 * half, bottom - 2.0, 0.9, 2.6, count=12), 1.5)
    sheet.fill(shine, (1.0, 1.0, 1.0), 0.9)


def draw_sweat(sheet: Sheet, pose: Pose, strength: float) -> None:
    """A drop on the temple at the picture's right; it slides down as it grows."""
    if strength < 0.02:
        return
    size = 0.35 + 0.65 * strength
    drop = np.array([[0, -13], [4.2, -3], [5.6, 3.4], [3.2, 8], [0, 9.2], [-3.2, 8], [-5.6, 3.4], [-4.2, -3]]) * size
    placed = smooth(pose.place(drop + (60.0, -14.0 + 12.0 * strength), 34.0), closed=True, steps=4)
    alpha = min(1.0, 2.5 * strength)
    sheet.line(np.concatenate([placed, placed[:1]]), 1.7, _WATER_LINE, alpha)
    sheet.fill(placed, _WATER, alpha)
    x, y = placed.mean(axis=0)
    sheet.fill(ellipse(x - 1.6 * size, y + 1.5 * size, 1.3 * size, 2.8 * size, 0.2, 14), (1, 1, 1), alpha)


def draw_vein(sheet: Sheet, pose: Pose, strength: float) -> None:
    """The cross-shaped popping vein, on the hair at the picture's right."""
    if strength < 0.02:
        return
    at = pose.on_hair(np.array([[43.0, -46.0]]), 6.0)[0]
    reach = 13.5 * (0.4 + 0.6 * strength)
    red = (0.87, 0.13, 0.20)
    alpha = min(1.0, 2.5 * strength)
    for quarter in range(4):
        angle = quarter * np.pi / 2 + pose.roll + 0.12
        turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
        bow = np.array([[0.26, 1.0], [0.30, 0.52], [0.52, 0.30], [1.0, 0.26]]) * reach
        line: Points = smooth(bow @ turn + at, steps=3)
        sheet.line(line, 5.0 * (0.5 + 0.5 * strength), (1.0, 0.95, 0.93), 0.85 * alpha)
        sheet.line(line, 3.1 * (0.5 + 0.5 * strength), red, alpha)


def draw_sparkles(sheet: Sheet, pose: Pose, strength: float) -> None:
    """Little stars in the air beside the eyes."""
    if strength < 0.02:
        return
    for x, y, size in ((-70, -34, 9.0), (-79, -14, 5.0), (74, -20, 8.0), (68, -46, 5.5)):
        at = pose.place(np.array([[float(x), float(y)]]), 30.0)[0]
        shape = star(at[0], at[1], size * strength, 0.24)
        sheet.line(np.concatenate([shape, shape[:2]]), 1.5, (0.93, 0.66, 0.18), min(1.0, 2 * strength))
        sheet.fill(shape, (1.0, 0.93, 0.52), min(1.0, 2 * strength))
