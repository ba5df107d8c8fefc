"""How a drawn character's layers move, told by the artist's own lines: what a place of a pose shows at rest.

Pixels tell a field where to run only as far as a line is wide. The artist knows every point of every line before and
after, so the network learns the layers' movements from these first, thousands of poses a second, without a picture.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open
from torch import Tensor
from torch.utils.data import DataLoader, Dataset

from mien.face import NOISE, Expression
from mien.face.channels import CHANNELS, MARK_SLICE
from mien.files import atomic_path
from mien.paint.align import canonical, inverse
from mien.paint.drawn.artist import LAYERS, Scene
from mien.paint.drawn.artist import Layer as Drawing
from mien.paint.drawn.sheet import Ink, Points, Sheet
from mien.paint.identity import Color
from mien.progress import Bar, bar
from mien.train.core.cores import cores
from mien.train.painter.cels import bending
from mien.train.painter.drawn import Drawn
from mien.train.painter.networks import Generator

_POINTS = 48
"""Points of a layer that are followed, evenly along its lines."""

STILL = (".sheet", ".keys", "turn.weight", "turn.bias")
"""Ends of the names of a generator's weights that traces tell nothing of."""

_SHOWN = 20.0
"""What it costs when the first key of a layer that comes and goes tells wrongly whether it is there."""

_PARTS = 9  # of a sample
_BATCH = 128
_AHEAD = 32


class Tracer(Sheet):
    """A sheet that keeps the points of what is drawn on it instead of drawing."""

    def __init__(self) -> None:
        self.lines: list[Points] = []
        self.told: list[Points] = []  # what the artist says itself; it goes before the lines

    def follow(self, points: Points) -> None:
        self.told.append(points)

    def fill(self, points: Points, ink: Ink, alpha: float = 1.0) -> None:  # noqa: ARG002  # as a sheet
        self.lines.append(points)

    def line(self, points: Points, width: float | Points, color: Color, alpha: float = 1.0) -> None:  # noqa: ARG002  # as a sheet
        self.lines.append(points)

    @contextmanager
    def clipped(self, points: Points) -> Iterator[None]:  # noqa: ARG002  # as a sheet
        yield


class Traces(Dataset[tuple[Tensor, ...]]):
    """Sample number n: (layers, 48, 2) places of a pose in the layers' boxes and what they show of the cels, in canvas
    pixels; (layers, 48) 1 where that is known: the layer is drawn by the same lines as at rest; (layers,) 1 where
    anything is drawn of it; and the conditions of a `Batch`."""

    def __init__(self, data: Drawn):
        self.data = data
        self.rests = data.rests
        self._drawings = [next(one for one in LAYERS if one.name == layer.name) for layer in data.layers]
        self._still = [self._lines(at, rest) for at, rest in enumerate(self.rests)]

    def __getitem__(self, number: int) -> tuple[Tensor, ...]:
        expression, points, place = self.data.pose(-number - 10_000)
        scene, view = Scene.of(self.data.identity, expression), self.data.view(place, 1)
        from_, to, same, shown = [], [], [], []
        for at, layer in enumerate(self.data.layers):
            still = self._still[at]
            if layer.marks:
                still = self._lines(at, with_marks(self.rests[at], expression))
            moved, drawn = _traced(self._drawings[at], scene, view)
            shown.append(drawn)
            corner = np.array(layer.box[:2])
            alike = len(moved) == len(still) and all(len(a) == len(b) for a, b in zip(moved, still, strict=True))
            both = np.zeros((2, _POINTS, 2))
            known = np.zeros(_POINTS, bool)
            if alike and moved:
                a, b = np.concatenate(moved), np.concatenate(still)
                pick = np.linspace(0, len(a) - 1, _POINTS).round().astype(int)
                both = np.stack([a[pick], b[pick]]) - corner
                known = np.isfinite(both).all(axis=(0, 2))
                both[:, ~known] = 0.0
            from_.append(both[0])
            to.append(both[1])
            same.append(known)
        rows = (
            np.stack(from_), np.stack(to), np.stack(same), np.array(shown),
            canonical(points, place, self.data.canvas.picture), inverse(place), expression.channels,
            expression.emotion, expression.noise,
        )  # fmt: skip
        return tuple(torch.from_numpy(np.array(row, np.float32)) for row in rows)

    def _lines(self, at: int, pose: Expression) -> list[Points]:
        scene = Scene.of(self.data.identity, pose)
        return _traced(self._drawings[at], scene, self.data.view(self.data.place(pose), 1))[0]


def _traced(drawing: Drawing, scene: Scene, view: NDArray[np.float64]) -> tuple[list[Points], bool]:
    """The lines that are followed, and whether anything is drawn."""
    tracer = Tracer()
    drawing.draw(tracer, scene)
    return [line @ view[:, :2].T + view[:, 2] for line in tracer.told or tracer.lines], bool(tracer.lines)


def with_marks(pose: Expression, other: Expression) -> Expression:
    """A pose with the marks of another."""
    channels = pose.channels.copy()
    channels[MARK_SLICE] = other.channels[MARK_SLICE]
    assert len(channels) == len(CHANNELS)
    return Expression(channels, np.zeros(NOISE, np.float32), pose.emotion)


def drawn_ahead(path: Path, data: Drawn, count: int, progress: bool) -> list[Tensor]:
    """The traces of `count` poses, kept in the file `path`; drawn when they are not there yet."""
    told = json.dumps(
        {
            "source": data.name,
            "count": count,
            "parts": _PARTS,
            "layers": [(layer.name, layer.box) for layer in data.layers],
        }
    )
    if path.exists():
        with np.load(path) as found:
            if str(found["told"]) == told:
                return [torch.from_numpy(found[f"part{n}"]) for n in range(_PARTS)]
    traces = Traces(data)
    rows: list[list[Tensor]] = []
    loader = DataLoader(traces, _AHEAD, sampler=range(count), num_workers=min(2, cores()), prefetch_factor=6)
    counter: Bar[None] = bar(total=count, unit="poses", silent=not progress, name="trace")
    for parts in loader:
        rows.append([part.clone() for part in parts])
        counter.update(len(parts[0]))
    counter.close()
    whole = [torch.cat([row[n] for row in rows]) for n in range(_PARTS)]
    with atomic_path(path) as fresh, fresh.open("wb") as file:
        np.savez(file, told=told, **{f"part{n}": part.numpy() for n, part in enumerate(whole)})  # type: ignore[arg-type]  # its stub
    return whole


def told_by(path: Path) -> str:
    """What a file of a fitted generator was asked for; "" for a damaged one."""
    try:
        with safe_open(path, "pt") as file:
            return str((file.metadata() or {}).get("asked", ""))
    except (SafetensorError, OSError):
        return ""


def fit(
    generator: Generator, parts: Sequence[Tensor], steps: int, drop: tuple[float, float], stiffness: float, seed: int,
    progress: bool,
) -> float:  # fmt: skip
    """Train what moves the cels on traces; gives the mean error of the last steps, in canvas pixels.

    drop: shares of samples in which the key points, and in which the expression, are withheld. stiffness: what a square
    pixel of bending costs.
    """
    moving = [weight for name, weight in generator.named_parameters() if not name.endswith(STILL)]
    follows = [weight for name, weight in generator.named_parameters() if name.endswith(".follow")]
    others = [weight for weight in moving if not any(weight is one for one in follows)]
    groups = [{"params": others, "haste": 1.0}, {"params": follows, "haste": 0.02}]
    optimizer = torch.optim.Adam(groups, 2e-3, betas=(0.9, 0.99), fused=True)
    chance = np.random.default_rng((seed, 9))
    counter: Bar[None] = bar(total=steps, unit="steps", silent=not progress, name="fit the layers' movements")
    errors: list[float] = []
    for step in range(steps):
        pick = torch.from_numpy(chance.integers(0, len(parts[0]), _BATCH))
        which = chance.random(_BATCH)
        given = torch.from_numpy(
            np.stack([which >= drop[0], (which < drop[0]) | (which >= sum(drop))], axis=1).astype(np.float32)
        )
        loss, error = fitting(generator, [part[pick] for part in parts], given, stiffness)
        share = min(1.0, (step + 1) / 200) * (0.5 + 0.5 * np.cos(np.pi * step / steps)) + 0.005
        for group in optimizer.param_groups:
            group["lr"] = 2e-3 * share * group["haste"]
        optimizer.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]  # torch does not annotate it
        torch.nn.utils.clip_grad_norm_(moving, 1.0)
        optimizer.step()
        errors.append(error)
        counter.update(1)
        counter.set_postfix({"px": round(float(np.mean(errors[-200:])), 3)})
    counter.close()
    return float(np.mean(errors[-max(1, steps // 20) :]))


def fitting(
    generator: Generator, sample: Sequence[Tensor], given: Tensor, stiffness: float
) -> tuple[Tensor, float]:  # fmt: skip
    """What the fields' distance from traces costs, with what shows that should not; the distance's mean in canvas
    pixels."""
    from_, to, same, shown, points, place, channels, emotion, noise = sample
    parts = generator.parts(points, place, channels, emotion, noise, given)
    total, distances, count = from_.new_zeros(()), 0.0, 0.0
    for at, (field, weights, cel) in enumerate(zip(parts.fields, parts.weights, generator.all_cels, strict=True)):
        width, height = cel.layer.extent
        size = from_.new_tensor([width - 1.0, height - 1.0])
        grid = 2.0 * (from_[:, at] - 0.5) / size - 1.0
        seen = F.grid_sample(field, grid[:, :, None], align_corners=True, padding_mode="border")[..., 0]
        away = seen.permute(0, 2, 1) - to[:, at]
        within = (grid.abs() <= 1.0).all(dim=2) * same[:, at]
        apart = F.smooth_l1_loss(away, torch.zeros_like(away), reduction="none").sum(dim=2)
        total = total + cel.layer.cost * (apart * within).sum() / within.sum().clamp(min=1.0)
        total = total + stiffness * bending(field).mean()
        if cel.rare or cel.hides:
            wanted = shown[:, at] if cel.rare else 1.0 - shown[:, at]
            total = total + _SHOWN * (weights[:, 0] - wanted).square().mean()
        with torch.no_grad():
            distances += float((away.square().sum(dim=2).sqrt() * within).sum())
            count += float(within.sum())
    return total, distances / max(1.0, count)
