"""Pictures that are there twice, to the byte or nearly: they would be learnt twice, or measured after being learnt."""

from __future__ import annotations

import hashlib
from collections import defaultdict

import cv2
import numpy as np
from numpy.typing import NDArray

_BITS = 3
"""Differing bits of 64 up to which two pictures may be twins."""

_ALIKE = 0.997
"""Correlation of two thumbnails from which they are: a picture compressed anew has more, two looks of one face less."""

_CROWD = 400
"""Pictures that share a quarter of their bits, from which on that quarter tells nothing (flat grounds)."""


class Twins:
    """Groups of twins among pictures that are shown one by one."""

    def __init__(self) -> None:
        self._same: dict[bytes, int] = {}
        self._bits: list[int] = []
        self._thumbs: list[NDArray[np.float32]] = []
        self._bands: list[dict[int, list[int]]] = [defaultdict(list) for _ in range(4)]
        self._parent: list[int] = []

    def add(self, pixels: NDArray[np.uint8]) -> int:
        """Show the next picture, (height, width, channels); gives its number, from 0."""
        number = len(self._parent)
        self._parent.append(number)
        digest = hashlib.sha256(repr(pixels.shape).encode() + pixels.tobytes()).digest()
        bits, thumb = _difference_hash(pixels), _thumbnail(pixels)
        self._bits.append(bits)
        self._thumbs.append(thumb)
        exact = self._same.setdefault(digest, number)
        if exact != number:
            self._join(exact, number)
            return number
        # two words that differ in at most three bits agree in at least one of four quarters
        for band, seen in enumerate(self._bands):
            quarter = (bits >> (16 * band)) & 0xFFFF
            if len(seen[quarter]) <= _CROWD:
                for other in seen[quarter]:
                    near = (bits ^ self._bits[other]).bit_count() <= _BITS
                    if near and float(thumb @ self._thumbs[other]) >= _ALIKE:
                        self._join(other, number)
            seen[quarter].append(number)
        return number

    def _root(self, number: int) -> int:
        """The number that stands for a picture's group; shortens the way to it."""
        while self._parent[number] != number:
            self._parent[number] = self._parent[self._parent[number]]
            number = self._parent[number]
        return number

    def _join(self, one: int, other: int) -> None:
        """Make one group of two; the smaller number stands for it."""
        one, other = self._root(one), self._root(other)
        self._parent[max(one, other)] = min(one, other)

    def groups(self) -> list[list[int]]:
        """The numbers of each group of two or more, in order."""
        found: dict[int, list[int]] = defaultdict(list)
        for number in range(len(self._parent)):
            found[self._root(number)].append(number)
        return [group for group in found.values() if len(group) > 1]


def _grey(pixels: NDArray[np.uint8], wide: int, high: int) -> NDArray[np.float32]:
    """(high, wide) brightness, clear ground black."""
    colours = pixels[..., :3].astype(np.float32).mean(axis=2)
    if pixels.shape[2] == 4:  # what is clear is the ground, whatever colour lies there
        colours *= pixels[..., 3].astype(np.float32) / 255.0
    return np.asarray(cv2.resize(colours, (wide, high), interpolation=cv2.INTER_AREA), np.float32)


def _difference_hash(pixels: NDArray[np.uint8]) -> int:
    """64 bits: whether each of 8 x 9 cells is brighter than its neighbour."""
    small = _grey(pixels, 9, 8)
    return int.from_bytes(np.packbits(small[:, 1:] > small[:, :-1]).tobytes(), "big")


def _thumbnail(pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
    """(1024,) brightness of 32 x 32 cells, mean 0 and length 1, so that a product is a correlation."""
    small = _grey(pixels, 32, 32).ravel()
    small -= small.mean()
    return small / np.float32(max(float(np.linalg.norm(small)), 1e-6))
