"""A judge of pictures: a small classifier of the feeling shown, trained on the artist's frames alone."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor, nn

from mien.face import CLASSES, FEELINGS, NOISE, Emotion, Expression, Frame, prototype
from mien.face.channels import GAZE_SLICE, HEAD_SLICE, HIGH, LOW
from mien.paint.drawn import Artist, Identity

SIDE = 64


@dataclass(frozen=True, slots=True)
class Request:
    """A feeling asked for, as an index into CLASSES, and the pose that shows it."""

    label: int
    expression: Expression


def request(chance: np.random.Generator) -> Request:
    """A feeling at a strength from 0.4 to 1 (or none), with a head, a gaze and a noise of its own."""
    label = int(chance.integers(len(CLASSES)))
    felt = CLASSES[label] in FEELINGS
    emotion = Emotion(**{CLASSES[label]: float(chance.choice([0.4, 0.7, 1.0]))}) if felt else Emotion()
    channels = prototype(emotion).channels.copy()
    channels[HEAD_SLICE] += chance.normal(0.0, 0.1, 3).astype(np.float32)
    channels[GAZE_SLICE] += chance.normal(0.0, 0.08, 2).astype(np.float32)
    noise = chance.standard_normal(NOISE).clip(-2.5, 2.5).astype(np.float32)
    return Request(label, Expression(np.clip(channels, LOW, HIGH), noise, emotion.vector()))


def view(frame: Frame) -> NDArray[np.float32]:
    """(3, 64, 64) what the judge sees of a frame: on grey, small, about -1..1."""
    small = cv2.resize(frame.over((224, 224, 224)), (SIDE, SIDE), interpolation=cv2.INTER_AREA)
    return np.asarray(small.transpose(2, 0, 1) / 127.5 - 1.0, np.float32)


def _network() -> nn.Module:
    """Four strided convolutions and a layer of scores."""
    widths = (3, 32, 64, 96, 128)
    layers: list[nn.Module] = []
    for inside, outside in pairwise(widths):
        layers += [nn.Conv2d(inside, outside, 3, stride=2, padding=1), nn.BatchNorm2d(outside), nn.ReLU()]
    return nn.Sequential(*layers, nn.Flatten(), nn.Dropout(0.2), nn.Linear(128 * 16, len(CLASSES)))


def train_judge(identity: Identity, seed: int = 3, count: int = 5_000, epochs: int = 8) -> nn.Module:
    """A judge for one drawn character, trained on `count` frames; about a minute."""
    torch.manual_seed(seed)
    artist = Artist(identity, 128)
    asked = [request(np.random.default_rng((seed, number))) for number in range(count)]
    views = torch.from_numpy(np.stack([view(artist.paint(ask.expression)) for ask in asked]))
    labels = torch.tensor([ask.label for ask in asked])
    model = _network()
    optimizer = torch.optim.AdamW(model.parameters(), 2e-3, weight_decay=0.01)
    order = torch.Generator().manual_seed(seed)
    steps = epochs * (count // 64)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 2e-3, total_steps=steps)
    for _ in range(epochs):
        mixed = torch.randperm(count, generator=order)
        for start in range(0, count - 63, 64):
            pick = mixed[start : start + 64]
            shifted = torch.roll(views[pick], tuple(torch.randint(-2, 3, (2,), generator=order).tolist()), (2, 3))
            loss = F.cross_entropy(model(shifted), labels[pick])
            optimizer.zero_grad(set_to_none=True)
            loss.backward()  # type: ignore[no-untyped-call]  # torch does not annotate it
            optimizer.step()
            schedule.step()
    return model.eval()


@torch.no_grad()
def judged(model: nn.Module, frames: list[Frame]) -> NDArray[np.int64]:
    """(n,) what the judge sees in each frame: an index into CLASSES."""
    views = torch.from_numpy(np.stack([view(frame) for frame in frames]))
    scores: Tensor = model(views)
    return np.asarray(scores.argmax(dim=1).numpy(), np.int64)
