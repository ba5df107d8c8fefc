"""Training of the landmark net: where this character's key points lie for an expression, learnt from known ones."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from mien.face import NOISE
from mien.face.channels import GAZE_SLICE, HEAD_SLICE, MUSCLE_SLICE
from mien.paint.drawn import Identity, key_points
from mien.progress import bar
from mien.train.core.checkpoint import save_tensors
from mien.train.core.poses import sample_expression
from mien.train.painter.borrowed import Moved
from mien.train.painter.footage import Footage
from mien.train.painter.networks import LandmarkNet

DRAWN_SEED = 11
"""Seed of the drawn expressions that a landmark net learns from; the next one's are held out."""

_FACE = np.r_[MUSCLE_SLICE, GAZE_SLICE]


@dataclass(frozen=True, slots=True)
class Pointed:
    """expression: (n, 63). noise: (n, 8). points: (n, 70, 2) in picture units."""

    expression: Tensor
    noise: Tensor
    points: Tensor


def drawn_points(identity: Identity, seed: int, count: int) -> Pointed:
    """Exact key points of `count` expressions of a drawn character."""
    poses = [sample_expression(np.random.default_rng((seed, number))) for number in range(count)]
    points = np.stack([key_points(identity, pose).points for pose in poses])
    channels = np.stack([pose.channels for pose in poses])
    noise = np.stack([pose.noise for pose in poses])
    return Pointed(torch.from_numpy(channels), torch.from_numpy(noise), torch.from_numpy(points))


def footage_points(footage: Footage) -> Pointed:
    """The key points of every frame."""
    channels, points = torch.from_numpy(footage.channels), torch.from_numpy(footage.points)
    return Pointed(channels, torch.zeros(len(channels), NOISE), points)


@lru_cache(maxsize=2)  # up to half a minute of drawing, the same for every bundle of a run but the last
def mixed_points(footage: Footage, count: int) -> Pointed:
    """The frames, and `count` more faces: each channel from a frame of its own or as shows ask for it, the
    head from one frame.

    Footage shows few of the ways in which channels meet, and a network flings the points anywhere in the others. Where
    they lie there says `Moved`.
    """
    known = footage_points(footage)
    chance = np.random.default_rng(DRAWN_SEED)
    mixed = footage.channels.copy()[chance.integers(len(footage), size=count)]
    for column in [n for n in range(mixed.shape[1]) if n not in range(*HEAD_SLICE.indices(mixed.shape[1]))]:
        mixed[:, column] = footage.channels[chance.integers(len(footage), size=len(mixed)), column]
    for number in range(len(mixed) // 2):
        mixed[number, _FACE] = sample_expression(np.random.default_rng((DRAWN_SEED, number))).channels[_FACE]
    rest = footage.rest() / np.float32(footage.canvas.picture)
    moved = Moved(footage.channels, footage.points, rest, footage.seen)
    return Pointed(
        torch.cat([known.expression, torch.from_numpy(mixed)]), torch.zeros(len(known.noise) + len(mixed), NOISE),
        torch.cat([known.points, torch.from_numpy(moved(mixed))]),
    )  # fmt: skip


def train_landmark_net(
    out: Path, data: Pointed, held_out: Pointed, steps: int = 24_000, progress: bool = True
) -> float:
    """Write `pointer.safetensors` into the folder `out`; returns the mean error in pixels of a 256-pixel picture.

    The error is measured on `held_out`.
    """
    torch.manual_seed(DRAWN_SEED)
    model = LandmarkNet()
    first, last = model.layers[0], model.layers[-1]
    assert isinstance(first, nn.Linear)
    assert isinstance(last, nn.Linear)
    last.bias.data.copy_(data.points.mean(dim=0).flatten())
    inputs = model.inputs(data.expression, data.noise)
    same = (inputs.amax(dim=0) - inputs.amin(dim=0)) < 1e-3
    first.weight.data[:, same] = 0.0  # what no picture shows has no say
    optimizer = torch.optim.Adam(model.parameters(), 2e-3)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 2e-3, total_steps=steps, pct_start=0.05)
    draw = torch.Generator().manual_seed(DRAWN_SEED)
    for _ in bar(range(steps), silent=not progress, unit="steps", name="pointer"):
        pick = torch.randint(len(data.points), (256,), generator=draw)
        found = model(data.expression[pick], data.noise[pick])
        loss = torch.nn.functional.smooth_l1_loss(found, data.points[pick], beta=0.002)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]  # torch does not annotate it
        optimizer.step()
        schedule.step()
    with torch.no_grad():
        error = (model(held_out.expression, held_out.noise) - held_out.points).norm(dim=2).mean() * 256
    save_tensors(out / "pointer.safetensors", model.state_dict())
    return float(error)
