"""Training crops out of prepared pictures: a face's square moved, turned, lit and spoilt by chance, with its answers.

Which crop comes as number n is decided by seed and n alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.utils.data import Dataset

from mien.face import LEFT_EYE, MOUTH, POINTS, RIGHT_EYE, SettingsError
from mien.face.channels import CHANNELS, GAZE_SLICE, MIRROR_ORDER, MIRROR_SIGN, TURN_SLICE, channel
from mien.face.landmarks import INNER, MIRROR_POINTS, NOSE_TIP
from mien.sense.sight.analyzer import MAP_SIZE
from mien.sense.sight.crop import Square, around
from mien.sense.sight.gaze import with_gaze
from mien.train.prepare import Prepared

NOWHERE = 0.06  # ours
"""Share of crops in which there is no whole face."""

MISTAKEN = 0.1  # ours
"""Share of crops that are something else which the finder takes for a face."""

DRAWN = 0.3  # ours
"""Share of drawn faces among the faces."""

BENT = 0.7  # ours
"""Share of drawn faces that are bent to another style."""

_KNOWN = TURN_SLICE.stop
"""Channels that may be known of a picture: muscles, head and gaze."""

_ROLL = channel("roll")


@dataclass(frozen=True, slots=True)
class Known:
    """One picture with what it shows.

    points: (70, 2) pixels, NaN where unknown. channels: (57,) muscles, head and gaze, NaN where unknown.
    """

    pixels: NDArray[np.uint8]
    points: NDArray[np.float32]
    channels: NDArray[np.float32]


class Faces:
    """One split of a prepared set in memory, as far as key points are known.

    numbers: (n,) in the set. channels: (n, 57).

    Raises SettingsError without key points.
    """

    def __init__(self, folder: Path, split: str):
        self._prepared = Prepared(folder, split)
        if np.isnan(self._prepared.points[:, :68]).all():
            raise SettingsError(f"{folder}: expected key points, the set has none; prepare it with --look")
        self.drawn = self._prepared.channels == 4
        whole = ~np.isnan(self._prepared.points[:, INNER]).any(axis=(1, 2))
        self.numbers = np.flatnonzero(whole)
        self._pixels = [self._prepared.pixels(int(number)) for number in self.numbers]
        self.channels = np.full((len(self.numbers), _KNOWN), np.nan, np.float32)
        for at, name in enumerate(CHANNELS[:_KNOWN]):
            if name in self._prepared.columns:
                self.channels[:, at] = self._prepared.expressions[self.numbers, self._prepared.columns.index(name)]
        if self.drawn:  # the artist turns eyes by the gaze alone
            full = np.zeros((len(self.channels), len(CHANNELS)), np.float32)
            full[:, :_KNOWN] = self.channels
            self.channels = np.stack([with_gaze(one, one[GAZE_SLICE])[:_KNOWN] for one in full])

    def __len__(self) -> int:
        return len(self.numbers)

    def __getitem__(self, number: int) -> Known:
        pixels = self._pixels[number]
        return Known(
            pixels, self._prepared.points[self.numbers[number]] * np.float32(pixels.shape[0]), self.channels[number]
        )


def shares(faces: Sequence[Faces], share: float = DRAWN) -> list[float]:
    """How often each set comes: drawn ones this share in all, the others by the root of their size."""
    sizes = [len(one) ** 0.5 for one in faces]
    drawn = sum(size for size, one in zip(sizes, faces, strict=True) if one.drawn)
    real = sum(sizes) - drawn
    part = share if real and drawn else 1.0
    return [
        size / drawn * part if one.drawn else size / real * (1.0 - share if drawn else 1.0)
        for size, one in zip(sizes, faces, strict=True)
    ]


class Pool:
    """Sets of faces to draw from, each with its share."""

    def __init__(self, sets: Sequence[Faces], shares: Sequence[float]):
        self.sets = sets
        self._ladder = np.cumsum(np.array(shares) / sum(shares))

    def draw(self, chance: np.random.Generator) -> tuple[Known, bool]:
        """A picture with what it shows, and whether it is drawn."""
        chosen = self.sets[rung(self._ladder, chance.random())]
        return chosen[int(chance.integers(len(chosen)))], chosen.drawn

    def any(self, chance: np.random.Generator) -> Known:
        """A picture of any set, whatever its share."""
        chosen = self.sets[int(chance.integers(len(self.sets)))]
        return chosen[int(chance.integers(len(chosen)))]


def rung(ladder: NDArray[np.float64], height: float) -> int:
    """The step of a ladder of added-up shares that a height in 0..1 of it lies on."""
    return min(int(np.searchsorted(ladder, height)), len(ladder) - 1)


class Crops(Dataset[tuple[Tensor, Tensor]]):
    """Crop number n and its answers, (3, 112, 112) uint8 and (198,): points, channels, whether there is a face; NaN
    where nothing is known. sets: each with its share of the crops. mistaken: (n, 144, 144, 3) of what is no face."""

    def __init__(
        self, sets: Sequence[Faces], shares: Sequence[float], seed: int, spoil: bool = True,
        mistaken: NDArray[np.uint8] | None = None,
    ):  # fmt: skip
        self._pool, self._seed, self._spoil = Pool(sets, shares), seed, spoil
        self._mistaken = np.zeros((0, 1, 1, 3), np.uint8) if mistaken is None else mistaken

    def __getitem__(self, number: int) -> tuple[Tensor, Tensor]:
        chance = np.random.default_rng((self._seed, number))
        if len(self._mistaken) and chance.random() < MISTAKEN:
            return self._refused(chance)
        known, drawn = self._pool.draw(chance)
        pixels, points, channels = laid(known, chance, self._pool), known.points, known.channels
        square = around(points)
        there = chance.random() >= NOWHERE
        square = moved(square, chance) if there else astray(square, chance)
        picture, found = square.cut(pixels, MAP_SIZE), square.of(points).astype(np.float32)
        channels = channels.copy()
        channels[_ROLL] -= square.angle
        if drawn and chance.random() < BENT:
            picture, found = bent(picture, found, chance)
        if chance.random() < 0.5:
            picture, found, channels = mirrored(picture, found, channels)
        if self._spoil:
            picture = spoilt(picture, chance)
        if not there:
            found, channels = np.full_like(found, np.nan), np.full_like(channels, np.nan)
        answers = np.concatenate([found.reshape(-1), channels, [np.float32(there)]]).astype(np.float32)
        return torch.from_numpy(np.ascontiguousarray(picture.transpose(2, 0, 1))), torch.from_numpy(answers)

    def _refused(self, chance: np.random.Generator) -> tuple[Tensor, Tensor]:
        """One of the mistakes, moved as faces are: no face is here, all else is unknown."""
        whole = self._mistaken[int(chance.integers(len(self._mistaken)))]
        square = Square(np.zeros(2), float(whole.shape[0]), 0.0).grown(MAP_SIZE / whole.shape[0])
        picture = moved(square, chance).cut(whole, MAP_SIZE)
        picture = picture[:, ::-1] if chance.random() < 0.5 else picture
        picture = spoilt(picture, chance) if self._spoil else picture
        answers = torch.full((2 * POINTS + _KNOWN + 1,), torch.nan)
        answers[-1] = 0.0
        return torch.from_numpy(np.ascontiguousarray(picture.transpose(2, 0, 1))), answers


def laid(known: Known, chance: np.random.Generator, pool: Pool) -> NDArray[np.uint8]:
    """(height, width, 3): a drawn face laid over something, grey ones three times."""
    pixels = known.pixels
    if pixels.shape[2] == 1:
        return np.repeat(pixels, 3, axis=2)
    if pixels.shape[2] == 3:
        return pixels
    size = pixels.shape[0]
    ground = np.empty((size, size, 3), np.float32)
    ground[:] = chance.uniform(0, 255, 3)
    if chance.random() < 0.6:
        scene = pool.any(chance).pixels[..., :3]
        side = max(8, int(scene.shape[0] * chance.uniform(0.1, 0.5)))
        x, y = chance.integers(0, scene.shape[0] - side + 1, 2)
        part = np.repeat(scene, 3, axis=2) if scene.shape[2] == 1 else scene
        ground = cv2.resize(part[y : y + side, x : x + side], (size, size)).astype(np.float32)
    return over(pixels, ground)


def over(pixels: NDArray[np.uint8], ground: NDArray[np.floating]) -> NDArray[np.uint8]:
    """(height, width, 3): RGBA laid over a ground, which is a colour or a picture of the same size, in 0..255."""
    alpha = pixels[..., 3:].astype(np.float32) / 255.0
    return np.asarray(pixels[..., :3] * alpha + ground * (1.0 - alpha) + 0.5, np.uint8)


@dataclass(frozen=True, slots=True)
class Jitter:
    """How far squares are moved, standard deviations; nothing goes beyond four of them. angle: radians. zoom: of the
    side's logarithm. shift: in sides."""

    angle: float
    zoom: float
    shift: float


BY_FINDER = Jitter(0.16, 0.09, 0.035)
BY_POINTS = Jitter(0.05, 0.035, 0.015)
"""How a finder, and how the mapper's key points, put a square."""


def moved(square: Square, chance: np.random.Generator, by: Jitter = BY_FINDER) -> Square:
    """The square as a finder, or key points, might have put it."""
    turn, zoom, x, y = np.clip(chance.standard_normal(4), -4.0, 4.0)
    side = square.side * float(np.exp(by.zoom * zoom))
    return turned(square, side, square.angle + by.angle * float(turn), by.shift * side * np.array([x, y]))


def astray(square: Square, chance: np.random.Generator) -> Square:
    """A square that misses the face: far beside it, or much too small or large; how often: ours."""
    kind, angle = chance.random(), float(chance.uniform(-3.1, 3.1))
    way = chance.uniform(0.0, 2.0 * np.pi)
    if kind < 0.5:
        far = square.side * chance.uniform(0.55, 0.9)
        return turned(square, square.side, angle * 0.2, far * np.array([np.cos(way), np.sin(way)]))
    if kind < 0.8:
        return turned(
            square, square.side * float(chance.uniform(0.1, 0.35)), angle, square.side * chance.normal(0, 0.2, 2)
        )
    return turned(square, square.side, float(np.pi + chance.normal(0.0, 0.5)), np.zeros(2))


def turned(square: Square, side: float, angle: float, shift: NDArray[np.float64]) -> Square:
    """A square of this side and angle whose middle lies `shift` pixels beside that of another."""
    middle = square.back(np.array([[0.5, 0.5]]))[0] + shift
    fresh = Square(middle, side, angle)
    return Square(middle - fresh.axes @ np.array([0.5, 0.5]) * side, side, angle)


def mirrored(
    picture: NDArray[np.uint8], points: NDArray[np.float32], channels: NDArray[np.float32]
) -> tuple[NDArray[np.uint8], NDArray[np.float32], NDArray[np.float32]]:
    """Left and right exchanged in all three."""
    other = points[list(MIRROR_POINTS)] * np.array([-1, 1], np.float32) + np.array([1, 0], np.float32)
    return picture[:, ::-1], other, channels[MIRROR_ORDER[:_KNOWN]] * MIRROR_SIGN[:_KNOWN]


def bent(
    picture: NDArray[np.uint8], points: NDArray[np.float32], chance: np.random.Generator
) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
    """Another drawing style: eyes, nose and mouth swollen, shrunk and shifted, the picture stretched; how far: ours."""
    size = picture.shape[0]
    places = (points[RIGHT_EYE].mean(0), points[LEFT_EYE].mean(0), points[MOUTH].mean(0), points[NOSE_TIP])
    swell = chance.uniform(-0.35, 0.35)
    fields = [
        (place.astype(np.float64), width, swell if eye else chance.uniform(-0.5, 0.4), shift)
        for place, width, eye, shift in zip(
            places, (0.13, 0.13, 0.14, 0.1), (True, True, False, False),
            [chance.normal(0, spread, 2) for spread in (0.012, 0.012, 0.03, 0.02)],
            strict=True,
        )
    ]  # fmt: skip
    stretch = np.array([1.0, float(np.exp(chance.normal(0.0, 0.07)))])

    def source(at: NDArray[np.float64]) -> NDArray[np.float64]:
        """Where in the old picture lies what the new one shows here."""
        found = 0.5 + (at - 0.5) * stretch
        for place, width, grow, shift in fields:
            away = at - place
            near = np.exp(-(away**2).sum(axis=-1, keepdims=True) / (2 * width**2))
            found = found - near * (grow * away + shift)
        return np.asarray(found, np.float64)

    axis = (np.arange(size) + 0.5) / size
    grid = np.stack(np.meshgrid(axis, axis), axis=-1)
    look = (source(grid) * size - 0.5).astype(np.float32)
    bent_picture = cv2.remap(picture, look[..., 0], look[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    moved_points = points.astype(np.float64)
    for _ in range(12):  # the new place of a point, found step by step
        moved_points = moved_points + (points - source(moved_points)) * 0.8
    return np.asarray(bent_picture, np.uint8), moved_points.astype(np.float32)


def spoilt(picture: NDArray[np.uint8], chance: np.random.Generator) -> NDArray[np.uint8]:
    """Another light, another camera: colour, darkness, blur, few pixels, noise, a block in front (ours)."""
    size = picture.shape[0]
    if chance.random() < 0.3:
        small = max(14, int(size * chance.uniform(0.15, 0.6)))
        few = cv2.resize(picture, (small, small), interpolation=cv2.INTER_AREA)
        picture = np.asarray(cv2.resize(few, (size, size)), np.uint8)
    elif chance.random() < 0.2:
        picture = np.asarray(cv2.GaussianBlur(picture, (0, 0), float(chance.uniform(0.6, 2.2))), np.uint8)
    seen = picture.astype(np.float32) / 255.0
    if chance.random() < 0.25:
        seen[:] = seen.mean(axis=2, keepdims=True)
    else:
        seen *= np.exp(chance.normal(0.0, 0.12, 3)).astype(np.float32)
    seen = np.clip(seen, 0.0, 1.0) ** np.float32(np.exp(chance.normal(0.0, 0.35)))
    seen = 0.5 + (seen - 0.5) * np.float32(chance.uniform(0.5, 1.25))
    if chance.random() < 0.25:
        seen = seen * np.float32(chance.uniform(0.12, 1.0))
    elif chance.random() < 0.2:  # light from one side
        ramp = np.linspace(chance.uniform(0.2, 1.3), chance.uniform(0.2, 1.3), size, dtype=np.float32)
        seen = seen * (ramp[:, None, None] if chance.random() < 0.4 else ramp[None, :, None])
    if chance.random() < 0.4:
        seen = seen + chance.standard_normal(seen.shape, dtype=np.float32) * np.float32(chance.uniform(0.005, 0.06))
    if chance.random() < 0.2:
        x, y = chance.integers(0, size, 2)
        w, h = chance.integers(size // 10, size // 3, 2)
        seen[y : y + h, x : x + w] = chance.random(3)
    return np.asarray(np.clip(seen * 255.0 + 0.5, 0.0, 255.0), np.uint8)
