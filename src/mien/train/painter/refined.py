"""Key points that our sight found in footage, brought to where one and the same face has them.

A tracker that knows every face is off by a pixel or two in each frame, otherwise in each: brows, lids and lips of the
mean face are blurred by that, and a painter that hangs its drawings upon such points learns a blur. Here each frame is
brought to rest by its key points, and what still moves against the mean of all frames (dense inverse search, Kroeger
and others 2016, as OpenCV has it) is by how much they were off.
"""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import torch
from numpy.typing import NDArray

from mien.paint.align import canonical
from mien.progress import Bar, bar
from mien.train.core.checkpoint import save_tensors
from mien.train.painter.footage import REFINED, Footage, canvas_of
from mien.train.painter.layers import REACH
from mien.train.painter.rest import Pixels, Rest, laid

_SIZE = 256
"""Pixels a side of the pictures that are compared."""

_ROUNDS, _STEP, _MOST = 3, 4.0, 8.0
"""Each of which has a sharper mean to compare with; pixels of 256 that a key point is moved by in one, and in all, at
most. # ours: the first moves the points of a filmed face by 1.2 in the mean, the third by .3"""

_MEANT = 150
"""Frames of which the mean picture is made."""

_SMOOTH = 2.5
"""Pixels of 256 over which movement is averaged. # ours"""

Greys = list[NDArray[np.uint8]]


def refine(folder: Path, progress: bool = True) -> None:
    """Write refined.safetensors into prepared footage, by which `Footage` has better key points: of the frames to learn
    from, and, by these frames' mean, of those that are held out."""
    learnt = Footage(folder)
    splits = {"train": learnt, "held_out": Footage(folder, "held_out", like=learnt)}
    canvas = canvas_of(learnt.points, _SIZE)
    places = {name: [canvas.place(one) for one in split.points] for name, split in splits.items()}
    first = {
        name: np.stack([canonical(one, at, _SIZE) for one, at in zip(split.points, places[name], strict=True)])
        for name, split in splits.items()
    }
    greys = {
        name: [_grey(laid(canvas, split.frame(number), at)) for number, at in enumerate(places[name])]
        for name, split in splits.items()
    }
    rest: Pixels = first["train"].mean(axis=0)
    still = Rest(rest, (canvas.width, canvas.height), REACH)
    found = dict(first)
    shown: Bar[None] = bar(
        total=_ROUNDS * sum(map(len, splits.values())), unit="frames", name="refine", silent=not progress
    )
    for _ in range(_ROUNDS):
        mean = _mean(still, greys["train"], found["train"])
        for name, before in found.items():
            after = []
            for grey, points in zip(greys[name], before, strict=True):
                after.append(nearer(still, rest, mean, grey, points))
                shown.update()
            found[name] = np.stack(after)
        drift = found["train"].mean(axis=0) - rest  # what all have in common is no error of a frame
        found = {
            name: first[name] + np.clip(points - drift - first[name], -_MOST, _MOST) for name, points in found.items()
        }
    shown.close()
    tensors = {
        name: torch.from_numpy(np.stack([_back(one, at) for one, at in zip(points, places[name], strict=True)]))
        for name, points in found.items()
    }
    save_tensors(folder / REFINED, tensors)


def nearer(still: Rest, rest: Pixels, mean: NDArray[np.uint8], grey: NDArray[np.uint8], points: Pixels) -> Pixels:
    """(70, 2) key points of a frame, moved to where the mean picture has them.

    mean, grey: (height, width) the mean at rest, and the frame. rest, points: (70, 2) key points of both, in pixels.
    """
    looks = still.looks(points)
    rested = cv2.remap(grey, looks[..., 0], looks[..., 1], cv2.INTER_CUBIC)
    search = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
    flow = search.calc(mean, rested, np.zeros((*mean.shape, 2), np.float32))
    smooth = np.asarray(cv2.GaussianBlur(flow, (0, 0), _SMOOTH), np.float32)
    return _at(looks, rest + np.clip(_at(smooth, rest), -_STEP, _STEP))


def _at(field: NDArray[np.float32], points: Pixels) -> Pixels:
    """(70, 2) what a (height, width, 2) field holds at these points."""
    x, y = np.ascontiguousarray(points[None, :, 0]), np.ascontiguousarray(points[None, :, 1])
    return np.asarray(cv2.remap(field, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)[0], np.float32)


def _mean(still: Rest, greys: Greys, points: Pixels) -> NDArray[np.uint8]:
    """(height, width) the mean of some frames at rest."""
    some = range(0, len(greys), max(1, len(greys) // _MEANT))
    rested = np.mean([still.of(greys[number], points[number]) for number in some], axis=0)
    return np.asarray(np.rint(rested), np.uint8)


def _grey(rgba: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return np.asarray(cv2.cvtColor(rgba[..., :3], cv2.COLOR_RGB2GRAY), np.uint8)


def _back(points: Pixels, place: NDArray[np.float64]) -> Pixels:
    """(70, 2) canvas pixels in picture units."""
    turn, shift = place[:, :2], place[:, 2]
    return np.asarray((points - shift) @ turn / _SIZE, np.float32)
