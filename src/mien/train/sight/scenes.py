"""Training scenes for the finder: faces and things that are none laid into pictures without faces, boxes known.

Which scene comes as number n is decided by seed and n alone.
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

from mien.face import InputError
from mien.face.landmarks import LEFT_BROW, MIRROR_POINTS, RIGHT_BROW
from mien.files import below, read_bytes
from mien.sense.sight.crop import FIVE, five_of
from mien.train.prepare.picture import decode
from mien.train.prepare.sources import LARGEST, PICTURES
from mien.train.sight.crops import Faces, Pool, spoilt

SIZE = 256
MOST = 6
"""Faces in a scene, at most."""

BROWS = slice(RIGHT_BROW.start, LEFT_BROW.stop)
_EMPTY = 0.25  # share of scenes without a face; ours
_GROUND_MOST = 900  # pixels of a ground's longer side
_STEEPEST = 0.75  # radians that a piece is turned at most; ours
_LENGTHS = (12.0, 320.0)  # pixels of a face's longer side; ours
_DISORDERED = 0.2  # share of things that are faces in disorder; ours

Picture = NDArray[np.uint8]
Points = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class _Piece:
    """A cut-out to lay into a scene. points: (70, 2) pixels in it, None for a thing that is no face. mask: 0..1."""

    pixels: Picture
    mask: NDArray[np.float32]
    points: Points | None


def grounds(folder: Path) -> list[Picture]:
    """The pictures without faces in a folder, at most 900 pixels a side. Raises InputError when there is none."""
    found = []
    for path in below(folder):
        if path.suffix.lower() not in PICTURES:
            continue
        try:
            picture = decode(read_bytes(path, LARGEST), "rgb")
        except InputError:
            continue
        zoom = _GROUND_MOST / max(picture.shape[:2])
        if zoom < 1.0:
            picture = np.asarray(cv2.resize(picture, None, fx=zoom, fy=zoom, interpolation=cv2.INTER_AREA), np.uint8)
        found.append(picture)
    if not found:
        raise InputError(f"{folder}: expected pictures without faces, found none that can be read")
    return found


class Scenes(Dataset[tuple[Tensor, Tensor]]):
    """Scene number n and its faces: (3, 256, 256) uint8 and (6, 4 + 10): left, top, right, bottom and five points in
    pixels, NaN in rows without a face."""

    def __init__(self, sets: Sequence[Faces], shares: Sequence[float], empty: Sequence[Picture], seed: int):
        self._pool, self._empty, self._seed = Pool(sets, shares), empty, seed

    def __getitem__(self, number: int) -> tuple[Tensor, Tensor]:
        chance = np.random.default_rng((self._seed, number))
        scene = self._ground(chance)
        faces: list[Points] = []
        if chance.random() >= _EMPTY:
            count = 1 if chance.random() < 0.5 else int(chance.integers(2, MOST + 1))
            for _ in range(count):
                self._face(scene, faces, chance)
        for _ in range(int(chance.integers(0, 4))):
            self._thing(scene, faces, chance)
        scene = spoilt(scene, chance) if chance.random() < 0.75 else scene
        rows = np.full((MOST, 4 + 2 * FIVE), np.nan, np.float32)
        for row, points in enumerate(faces):
            rows[row] = np.concatenate([box_of(points), five_of(points).reshape(-1)])
        return torch.from_numpy(np.ascontiguousarray(scene.transpose(2, 0, 1))), torch.from_numpy(rows)

    def _ground(self, chance: np.random.Generator) -> Picture:
        """A part of a picture without faces, or a plain one."""
        if chance.random() < 0.12:
            corners = chance.uniform(0, 255, (2, 2, 3)).astype(np.float32)
            return np.asarray(cv2.resize(corners, (SIZE, SIZE), interpolation=cv2.INTER_LINEAR), np.uint8)
        source = self._empty[int(chance.integers(len(self._empty)))]
        side = max(8, int(min(source.shape[:2]) * chance.uniform(0.15, 1.0)))
        x = int(chance.integers(0, source.shape[1] - side + 1))
        y = int(chance.integers(0, source.shape[0] - side + 1))
        part = source[y : y + side, x : x + side]
        return np.array(cv2.resize(part, (SIZE, SIZE), interpolation=cv2.INTER_AREA), np.uint8)

    def _face(self, scene: Picture, faces: list[Points], chance: np.random.Generator) -> None:
        """Lay a face where none is yet, if there is room."""
        known, _ = self._pool.draw(chance)
        piece = _cut(known.pixels, known.points.astype(np.float64), chance)
        length = float(np.exp(chance.uniform(*np.log(_LENGTHS))))
        for _ in range(6):
            points = _lay(scene, piece, length, chance, faces)
            if points is not None:
                faces.append(points)
                return
            length *= 0.6

    def _thing(self, scene: Picture, faces: list[Points], chance: np.random.Generator) -> None:
        """Lay something that is no face, cut as faces are: a part of another ground, or a face's parts in disorder."""
        if chance.random() >= _DISORDERED:
            ground = self._ground(chance)
            mask = _oval(SIZE, chance) if chance.random() < 0.6 else np.ones((SIZE, SIZE), np.float32)
            piece = _Piece(ground, mask, None)
        else:
            known = self._pool.any(chance)
            piece = _disordered(known.pixels, known.points.astype(np.float64), chance)
        _lay(scene, piece, float(np.exp(chance.uniform(np.log(14.0), np.log(130.0)))), chance, faces)


def box_of(points: NDArray[np.floating]) -> NDArray[np.float64]:
    """(4,) left, top, right, bottom around (68 or more, 2) key points, with half a forehead above them."""
    low, high = points[:68].min(axis=0), points[:68].max(axis=0)
    up = points[27] - points[8]
    low = np.minimum(low, points[BROWS].mean(axis=0) + 0.25 * up)
    return np.concatenate([low, high]).astype(np.float64)


def _rgb(pixels: Picture) -> tuple[Picture, NDArray[np.float32]]:
    """Colours and alpha of a prepared picture."""
    height, width, channels = pixels.shape
    alpha = np.ones((height, width), np.float32) if channels < 4 else pixels[..., 3].astype(np.float32) / 255.0
    return (np.repeat(pixels, 3, axis=2) if channels == 1 else pixels[..., :3]), alpha


def _cut(pixels: Picture, points: Points, chance: np.random.Generator) -> _Piece:
    """A face out of its picture: with what is around it, or along its own outline."""
    colours, alpha = _rgb(pixels)
    size = pixels.shape[0]
    if pixels.shape[2] < 4:
        left, top, right, bottom = box_of(points)
        side = max(right - left, bottom - top)
        mask = np.zeros((size, size), np.float32)
        if chance.random() < 0.5:
            a, b, c, d = chance.uniform(0.12, 0.7, 4) * side
            mask[max(0, int(top - b)) : int(bottom + d * 0.6), max(0, int(left - a)) : int(right + c)] = 1.0
        else:
            crown = points[BROWS] + (points[27] - points[8]) * chance.uniform(0.3, 0.75)
            hull = cv2.convexHull(np.concatenate([points[:27], crown]).astype(np.int32))
            cv2.fillConvexPoly(mask, hull, 1.0)
            grow = int(max(1, side * chance.uniform(0.02, 0.2)))
            mask = np.asarray(cv2.dilate(mask, np.ones((grow, grow), np.uint8)), np.float32)
        if chance.random() < 0.8:
            soft = float(chance.uniform(0.3, 0.04 * side + 0.4))
            mask = np.asarray(cv2.GaussianBlur(mask, (0, 0), soft), np.float32)
        alpha = alpha * mask
    if chance.random() < 0.5:
        points = points[list(MIRROR_POINTS)] * [-1.0, 1.0] + [size, 0.0]
        colours, alpha = colours[:, ::-1], alpha[:, ::-1]
    return _Piece(colours, alpha, points)


def _disordered(pixels: Picture, points: Points, chance: np.random.Generator) -> _Piece:
    """A face that is none any more: quarters exchanged, or one part of it alone."""
    colours, alpha = _rgb(pixels)
    left, top, right, bottom = (int(value) for value in box_of(points))
    face, cover = colours[max(0, top) : bottom, max(0, left) : right], alpha[max(0, top) : bottom, max(0, left) : right]
    if min(face.shape[:2]) < 16:
        return _Piece(colours, alpha * 0.0, None)
    h, w = face.shape[0] // 2 * 2, face.shape[1] // 2 * 2
    face, cover = face[:h, :w], cover[:h, :w]
    if chance.random() < 0.5:
        order = chance.permutation(4)
        parts = [
            (slice(a * h // 2, (a + 1) * h // 2), slice(b * w // 2, (b + 1) * w // 2)) for a in (0, 1) for b in (0, 1)
        ]
        mixed = face.copy()
        for at, part in enumerate(parts):
            mixed[part] = face[parts[order[at]]][::-1] if at % 2 else face[parts[order[at]]]
        face = mixed
    else:
        third = int(chance.integers(0, 3))
        face, cover = face[third * h // 3 : (third + 1) * h // 3], cover[third * h // 3 : (third + 1) * h // 3]
    side = max(face.shape[:2])
    square, mask = np.zeros((side, side, 3), np.uint8), np.zeros((side, side), np.float32)
    square[: face.shape[0], : face.shape[1]], mask[: face.shape[0], : face.shape[1]] = face, cover
    return _Piece(square, mask, None)


def _oval(size: int, chance: np.random.Generator) -> NDArray[np.float32]:
    """(size, size) mask of a tilted ellipse with a soft edge."""
    mask = np.zeros((size, size), np.float32)
    axes = (int(size * chance.uniform(0.25, 0.48)), int(size * chance.uniform(0.3, 0.48)))
    cv2.ellipse(mask, (size // 2, size // 2), axes, float(chance.uniform(-30, 30)), 0, 360, 1.0, -1)
    return np.asarray(cv2.GaussianBlur(mask, (0, 0), float(chance.uniform(0.5, 8.0))), np.float32)


def _lay(
    scene: Picture, piece: _Piece, length: float, chance: np.random.Generator, taken: Sequence[Points]
) -> Points | None:
    """Lay the piece into the scene, turned, `length` pixels to the longer side of its face or of itself.

    Gives the placed key points. Nothing is laid where it would hide a face, or leave its own outside.
    """
    size = piece.pixels.shape[0]
    box = np.array([0.0, 0.0, size, size]) if piece.points is None else box_of(piece.points)
    zoom = length / max(box[2] - box[0], box[3] - box[1])
    angle = float(np.clip(chance.normal(0.0, 0.28), -_STEEPEST, _STEEPEST))
    turn = zoom * np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    middle = np.array([(box[0] + box[2]) / 2, (box[1] + box[3]) / 2])
    reach = length * 0.36
    if piece.points is None:
        spot = chance.uniform(0, SIZE, 2)
    elif 2 * reach >= SIZE:
        spot = SIZE / 2 + chance.normal(0, 8, 2)
    else:
        spot = chance.uniform(reach, SIZE - reach, 2)
    matrix = np.concatenate([turn, (spot - turn @ middle)[:, None]], axis=1)
    points = None if piece.points is None else piece.points @ turn.T + matrix[:, 2]
    ours = box_of(points) if points is not None else np.concatenate([spot - length * 0.7, spot + length * 0.7])
    for other in taken:
        theirs = box_of(other)
        wide = min(ours[2], theirs[2]) - max(ours[0], theirs[0])
        high = min(ours[3], theirs[3]) - max(ours[1], theirs[1])
        if wide > 0 and high > 0:
            return None
    pixels, mask = piece.pixels, piece.mask
    if zoom < 0.5:
        pixels = np.asarray(cv2.GaussianBlur(pixels, (0, 0), 0.4 / zoom), np.uint8)
    into = matrix.copy()
    into[:, 2] -= 0.5 - turn @ np.array([0.5, 0.5])  # pixel indices name centres
    colours = cv2.warpAffine(pixels, into, (SIZE, SIZE), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    cover = cv2.warpAffine(mask, into, (SIZE, SIZE), flags=cv2.INTER_LINEAR)[..., None]
    for other in taken:  # what surrounds a face may touch another face's surroundings, not the face
        low, high = np.split(box_of(other).astype(int), 2)
        cover[max(0, low[1]) : max(0, high[1]), max(0, low[0]) : max(0, high[0])] = 0.0
    light = np.exp(chance.normal(0.0, 0.15, 3)) if chance.random() < 0.5 else np.ones(3)
    scene[:] = np.clip(scene * (1 - cover) + np.clip(colours * light, 0, 255) * cover + 0.5, 0, 255).astype(np.uint8)
    return points
