"""How good a painter is, against the artist that it learnt from, on conditions that it never saw."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from mien.face import LEFT_EYE, MOUTH, RIGHT_EYE, Expression, Frame, Landmarks
from mien.face.channels import channel
from mien.paint import Painter
from mien.paint.drawn import Identity, draw, key_points
from mien.paint.gan import GanPainter
from mien.progress import bar
from mien.train.core.poses import sample_expression
from mien.train.painter.footage import Footage
from mien.train.painter.judge import judged, request, train_judge

HELD_OUT = 90_001
"""Seed of the held-out conditions, which no choice may look at; training's seeds are small numbers."""

CHOOSING = 80_001
"""Seed of the conditions by which one painter is chosen before another."""

_YAW = channel("yaw")

_SPECK = 10

Pixels = NDArray[np.float32]
_Pair = tuple[Pixels, Pixels, NDArray[np.float32]]


def premultiplied(frame: Frame) -> Pixels:
    """(height, width, 4) in 0..1."""
    pixels = frame.pixels.astype(np.float32) / 255.0
    pixels[..., :3] *= pixels[..., 3:]
    return pixels


def psnr(one: Pixels, other: Pixels) -> float:
    """Peak signal-to-noise ratio in dB over all four premultiplied channels."""
    error = float(np.mean((one - other) ** 2))
    return 99.0 if error == 0 else -10.0 * float(np.log10(error))


def energy(picture: Pixels) -> float:
    """High-frequency energy: the mean square of the luminance's Laplacian (over black)."""
    grey = picture[..., :3] @ np.array([0.299, 0.587, 0.114], np.float32)
    return float(np.mean(cv2.Laplacian(grey, cv2.CV_32F) ** 2))


def specks(rgb: NDArray[np.uint8]) -> float:
    """Pixels of ten thousand that differ by more than 10 levels of luminance from the median of their 3 x 3: grain,
    specks, and the finest lines."""
    grey = np.asarray(cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY), np.uint8)
    apart = cv2.absdiff(grey, cv2.medianBlur(grey, 3))
    return 1e4 * float((apart > _SPECK).mean())


def boxes(points: NDArray[np.float32], size: int) -> list[tuple[slice, slice]]:
    """Rows and columns of the eye, eye and mouth boxes: the key points' bounds and 4 % of the picture around them."""
    found = []
    for part in (RIGHT_EYE, LEFT_EYE, MOUTH):
        low = np.clip((points[part].min(axis=0) - 0.04) * size, 0, size - 2).astype(int)
        high = np.clip((points[part].max(axis=0) + 0.04) * size, 2, size).astype(int)
        found.append((slice(low[1], high[1]), slice(low[0], high[0])))
    return found


def fidelity(
    paint: Callable[[Expression], Frame],
    identity: Identity,
    count: int = 1_000,
    size: int = 256,
    progress: bool = True,
    seed: int = HELD_OUT,
    turned: float = 0.0,
) -> dict[str, float]:
    """Means over those of `count` held-out conditions whose yaw is `turned` radians or more.

    psnr, psnr_eyes, psnr_mouth (dB), sharpness and sharpness_face
    (painted over drawn high-frequency energy, of the whole and of the eye and mouth boxes)."""

    def pairs() -> Iterator[_Pair]:
        for number in range(count):
            expression = sample_expression(np.random.default_rng((seed, number)))
            if abs(float(expression.channels[_YAW])) < turned:
                continue
            drawn = draw(identity, expression, size).astype(np.float32) / 255.0
            yield premultiplied(paint(expression)), drawn, key_points(identity, expression).points

    return _compared(bar(pairs(), total=count, silent=not progress, unit="frames"))


def likeness(
    painter: GanPainter, footage: Footage, by: str = "both", progress: bool = True, numbers: Sequence[int] | None = None
) -> dict[str, float]:  # fmt: skip
    """As `fidelity`, against the frames of footage that the painter did not learn from.

    by: "both" gives the painter key points and expression, "points" and "expression" one of them. numbers: of the
    frames, all if None.
    """
    chosen = range(len(footage)) if numbers is None else numbers

    def pairs() -> Iterator[_Pair]:
        for number in chosen:
            painted = premultiplied(repainted(painter, footage, number, by))
            yield painted, footage.frame(number) / np.float32(255.0), footage.points[number]

    return _compared(bar(pairs(), total=len(chosen), silent=not progress, unit="frames"))


def repainted(painter: GanPainter, footage: Footage, number: int, by: str = "both") -> Frame:
    """Frame `number` of footage as the painter paints it from what is said of it. by: as for `likeness`."""
    expression, points = footage.expression(number), Landmarks(footage.points[number])
    if by == "expression":
        return painter.paint(expression)
    return painter.paint_points(points, None, expression if by == "both" else None)


def _compared(pairs: Iterable[_Pair]) -> dict[str, float]:
    """The figures of `fidelity` from pictures as they were painted, as they ought to be, and where the face is."""
    rows, energies = [], []
    for painted, wanted, points in pairs:
        where = boxes(points, len(wanted))
        eyes = float(np.mean([psnr(painted[box], wanted[box]) for box in where[:2]]))
        rows.append((psnr(painted, wanted), eyes, psnr(painted[where[2]], wanted[where[2]])))
        energies.append([(energy(one), sum(energy(one[box]) for box in where)) for one in (painted, wanted)])
    total = np.sum(energies, axis=0)
    names = ("psnr", "psnr_eyes", "psnr_mouth", "sharpness", "sharpness_face")
    values = (*np.mean(rows, axis=0), *(total[0] / total[1]))
    return {name: round(float(value), 3) for name, value in zip(names, values, strict=True)}


def agreement(
    painters: dict[str, Painter], identity: Identity, count: int = 600, seed: int = HELD_OUT
) -> dict[str, float]:
    """How often a judge trained on the artist's frames sees the feeling that was asked for, by painter, in 0..1."""
    model = train_judge(identity)
    asked = [request(np.random.default_rng((seed, 1, number))) for number in range(count)]
    labels = np.array([ask.label for ask in asked])
    return {
        name: round(float(np.mean(judged(model, [painter.paint(ask.expression) for ask in asked]) == labels)), 4)
        for name, painter in painters.items()
    }
