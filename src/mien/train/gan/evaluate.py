"""How good a generator is, against held-out real pictures: figures with their intervals, and pictures to look at."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

from mien.face import CLASSES, InputError, SettingsError
from mien.sense.sight import open_analyzer
from mien.train.core.distances import apart, bootstrap, frechet, kernel, nearest, spread
from mien.train.gan.classifier import ExpressionNet, agreement, judged, train_classifier
from mien.train.gan.features import Eyes, RandomEyes, features, in_batches
from mien.train.gan.located import located
from mien.train.gan.model import Model, load_model, noises, painted
from mien.train.gan.pictures import Asked, Pictures

_INSIDE = 32  # pictures of one condition
_ROUNDS = 24  # redrawn sets of the bootstrap
_SHOWN = 8  # pictures a row of the report


@dataclass(frozen=True, slots=True)
class Gallery:
    """Pictures for the report, (n, channels, size, size) each. by_class: rows of painted pictures by class name.
    copies: painted pictures and, beside each, the nearest training picture."""

    by_class: dict[str, Tensor]
    copies: tuple[Tensor, Tensor]
    real: Tensor


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Figures by name, nested as they are printed; pictures to look at."""

    figures: dict[str, Any]
    gallery: Gallery


def evaluate(
    model: Path, data: Path, count: int = 2_000, judge_images: int = 120_000, seed: int = 0,
    progress: Callable[[str], None] = lambda _: None,
) -> Evaluation:  # fmt: skip
    """Measure the model in folder `model` on the prepared set `data`.

    count: pictures that are painted and compared, at most as many as are held out. judge_images: pictures that the
    expression classifiers see in training. progress: is given what is being done.
    Raises InputError or WeightsError when the two do not fit.
    """
    found = load_model(model)
    train, held = (Pictures(data, split, found.recipe.pointed) for split in ("train", "held_out"))
    if held.task != found.task:
        raise InputError(f"{data}: pictures are {held.task}, the model was made for {found.task}")
    if len(held) < 16:
        raise InputError(f"{data}: held_out: expected 16 pictures or more, got {len(held)}; hold out a larger share")
    if count < 16:
        raise SettingsError(f"count: expected 16 or more, got {count}")
    chance = np.random.default_rng((seed, 9))
    numbers = np.sort(chance.permutation(len(held))[: min(count, len(held))])
    real, asked = held.pixels(numbers), held.asked(numbers)
    progress("painting")
    fake = _by_seed(found, asked, seed)
    progress("the expression classifier")
    net = train_classifier(_of(train, seed), train.task.channels, judge_images, seed)
    eyes: tuple[Eyes, ...] = (RandomEyes(train.task.channels), net)
    other = train.pixels(np.sort(chance.permutation(len(train))[: len(numbers)]))
    figures: dict[str, Any] = {
        "model": {"recipe": found.recipe.name, "seen": found.seen, "size": found.task.size, **_about(found, model)},
        "pictures": {"held_out": len(numbers), "painted": len(fake), "train": len(train)},
        "distances": {},
    }
    for eye in eyes:
        progress(f"distances by {eye.name}")
        rows = [features(eye, in_batches(pictures)) for pictures in (real, fake, other)]
        figures["distances"][eye.name] = {
            "painted": _compared(rows[0], rows[1], seed), "training": _compared(rows[0], rows[2], seed, rounds=0)
        }  # fmt: skip
    progress("what is shown")
    figures["agreement"] = _agreed(net, real, fake, asked)
    progress("a classifier trained on painted pictures")
    figures["train_on_painted"] = _taught(found, train, real, asked, judge_images, seed)
    progress("variety and sharpness")
    figures["variety"] = _variety(found, held, eyes[0], seed)
    figures["sharpness"] = round(_energy(fake) / max(_energy(real), 1e-12), 4)
    gallery = _gallery(found, held, train, eyes[0], fake, figures, seed)
    progress("faces in the painted pictures")
    analyzer = open_analyzer()
    figures["faces"] = {"painted": located(fake, asked, analyzer), "real": located(real, asked, analyzer)}
    return Evaluation(figures, gallery)


def _about(model: Model, folder: Path) -> dict[str, Any]:
    """What the page's head says of a model."""
    weights = sum(value.numel() for value in model.generator.parameters())
    return {"weights": weights, "folder": folder.name, "data": model.provenance.get("data", "")}


def _by_seed(model: Model, asked: Asked, seed: int) -> Tensor:
    return painted(model.generator, asked, noises(len(asked.wishes), model.recipe.noise, seed + 5))


def _of(pictures: Pictures, seed: int) -> Callable[[int, int], tuple[Tensor, Tensor]]:
    """The pictures of a set for `train_classifier`, drawn by their weights."""

    def draw(step: int, count: int) -> tuple[Tensor, Tensor]:
        numbers = pictures.numbers(seed + 3, step, count)
        return pictures.pixels(numbers), torch.from_numpy(pictures.labels[numbers])

    return draw


def _compared(
    real: NDArray[np.float32], fake: NDArray[np.float32], seed: int, rounds: int = _ROUNDS
) -> dict[str, Any]:  # fmt: skip
    """Every distance; with `rounds`, its 5th and 95th percentile over redrawn sets."""
    k = min(5, min(len(real), len(fake)) - 1)
    whole = spread(real, fake, k)
    values = {"frechet": frechet(real, fake), "kernel": kernel(real, fake), **asdict(whole)}
    figures: dict[str, Callable[[NDArray[np.float32], NDArray[np.float32]], float]] = {
        "frechet": frechet, "kernel": kernel,
        **{name: partial(_one_of, name=name, k=k) for name in asdict(whole)},
    }  # fmt: skip
    found: dict[str, Any] = {}
    for name, value in values.items():
        found[name] = {"value": _round(value)}
        if rounds:
            low, high = bootstrap(figures[name], real, fake, rounds, seed)
            found[name] |= {"p5": _round(low), "p95": _round(high)}
    return found


def _one_of(real: NDArray[np.float32], fake: NDArray[np.float32], name: str, k: int) -> float:
    return float(getattr(spread(real, fake, k), name))


def _round(value: float) -> float:
    return float(f"{value:.4g}") if math.isfinite(value) else value


def _agreed(net: ExpressionNet, real: Tensor, fake: Tensor, asked: Asked) -> dict[str, Any]:
    """How often the classifier sees what was asked, in painted and in real pictures."""
    wanted = asked.wishes[:, : len(CLASSES)].argmax(dim=1).numpy()
    on_real, on_fake = agreement(wanted, judged(net, real)), agreement(wanted, judged(net, fake))
    return {
        "painted": round(on_fake.share, 4), "real": round(on_real.share, 4),
        "ratio": round(on_fake.mean / max(on_real.mean, 1e-9), 4),
        "classes": {name: {"painted": round(on_fake.classes[name], 4), "real": round(share, 4)}
                    for name, share in on_real.classes.items()},
        "table": on_fake.table.tolist(),
    }  # fmt: skip


def _taught(
    model: Model, train: Pictures, real: Tensor, asked: Asked, images: int, seed: int
) -> dict[str, float]:  # fmt: skip
    """How well a classifier does on real pictures that has seen painted ones alone."""
    wanted = asked.wishes[:, : len(CLASSES)].argmax(dim=1).numpy()

    @torch.no_grad()
    def draw(step: int, count: int) -> tuple[Tensor, Tensor]:
        wishes = train.asked(train.numbers(seed + 4, step, count))
        return _by_seed(model, wishes, seed + 1_000 + step), wishes.wishes[:, : len(CLASSES)]

    net = train_classifier(draw, train.task.channels, images // 2, seed)
    return {"accuracy_on_real": round(agreement(wanted, judged(net, real)).share, 4), "images": images // 2}


def _variety(model: Model, held: Pictures, eyes: Eyes, seed: int) -> dict[str, float]:
    """Mean distance of pictures of one condition under other noise, as a share of the real ones' of that class."""
    found = {}
    for name in CLASSES:
        numbers = held.of_class(name)
        if len(numbers) < 8:
            continue
        one = held.asked(numbers[:1])
        asked = Asked(one.wishes.expand(_INSIDE, -1), one.points.expand(_INSIDE, -1, -1))
        painted = features(eyes, in_batches(_by_seed(model, asked, seed)))
        real = features(eyes, in_batches(held.pixels(numbers[:256])))
        found[name] = round(apart(painted) / max(apart(real), 1e-9), 4)
    return {"mean": round(float(np.mean(list(found.values()))), 4) if found else 0.0, **found}


def _energy(pictures: Tensor) -> float:
    """High-frequency energy: the mean square of the Laplacian of the pictures' grey."""
    grey = pictures[:, :3].mean(dim=1, keepdim=True)
    kernel_ = grey.new_tensor([[0.0, 1.0, 0.0], [1.0, -4.0, 1.0], [0.0, 1.0, 0.0]])[None, None]
    return float(F.conv2d(grey, kernel_).square().mean())


def _gallery(
    model: Model, held: Pictures, train: Pictures, eyes: Eyes, fake: Tensor, figures: dict[str, Any], seed: int
) -> Gallery:  # fmt: skip
    """Pictures for the report; adds how near the painted pictures come to training ones to the figures."""
    by_class = {}
    for name in CLASSES:
        numbers = held.of_class(name)[:1]
        if len(numbers):
            one = held.asked(numbers)
            asked = Asked(one.wishes.expand(_SHOWN, -1), one.points.expand(_SHOWN, -1, -1))
            by_class[name] = _by_seed(model, asked, seed)
    every = np.arange(len(train))
    known = features(eyes, (train.pixels(part) for part in np.array_split(every, max(1, len(every) // 128))))
    painted = features(eyes, in_batches(fake))
    where, how_far = nearest(painted, known)
    held_rows = features(eyes, in_batches(held.pixels(np.arange(min(len(held), len(fake))))))
    usual = float(np.median(nearest(held_rows, known)[1]))
    figures["nearest_training"] = {
        "median": _round(float(np.median(how_far))), "median_of_held_out": _round(usual),
        "copies": round(float(np.mean(how_far < 0.25 * usual)), 4),
    }  # fmt: skip
    closest = np.argsort(how_far)[:_SHOWN]
    return Gallery(
        by_class, (fake[torch.from_numpy(closest)], train.pixels(where[closest])), held.pixels(every[:_SHOWN])
    )
