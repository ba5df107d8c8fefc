"""Pictures out of a trained model: sheets and clips."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from mien.face import CLASSES, SettingsError
from mien.files import read_json
from mien.train.core.sheets import save_png, sheet, shown
from mien.train.gan.model import Model, checked_points, noises, painted
from mien.train.gan.pictures import Asked
from mien.train.prepare.labels import known

_EACH = 12  # frames from one place of an interpolation to the next


def wish(model: Model, emotion: str, strength: float, points: NDArray[np.float32] | None) -> Asked:
    """A request for one picture. emotion: a class' name; strength: its share in 0..1, the rest is neutral.

    points: (n, 2) in units of the picture, for models that take key points; None for those that are usual when the
    model's pictures show this. Raises SettingsError.
    """
    if emotion not in CLASSES:
        raise SettingsError(f"emotion: expected one of {', '.join(CLASSES)}, got {emotion!r}")
    if not 0.0 <= strength <= 1.0:
        raise SettingsError(f"strength: expected 0..1, got {strength:g}")
    shares = np.zeros(model.task.asked, np.float32)
    shares[CLASSES.index(emotion)] += strength
    shares[CLASSES.index("neutral")] += 1.0 - strength
    if model.task.columns:
        shares[len(CLASSES) :] = _shape(model.task.columns, emotion, strength)
    if points is None and model.usual:
        points = strength * model.usual[emotion] + (1.0 - strength) * model.usual["neutral"]
    if model.task.points and points is None:
        raise SettingsError(f"this model takes {model.task.points} key points: give them with --points FILE")
    if points is not None and len(points) != model.task.points:
        raise SettingsError(f"expected {model.task.points} key points, got {len(points)}")
    where = np.zeros((0, 2), np.float32) if points is None else points.astype(np.float32)
    return Asked(torch.from_numpy(shares)[None], torch.from_numpy(where)[None])


def _shape(columns: tuple[str, ...], emotion: str, strength: float) -> NDArray[np.float32]:
    """The expression's numbers that show this feeling, where the columns are our own channels; else zeros."""
    from mien.face import Emotion, prototype
    from mien.face.channels import CHANNELS

    felt = Emotion() if emotion == "neutral" else Emotion.of({emotion: strength})
    shown_ = dict(zip(CHANNELS, prototype(felt).channels, strict=True))
    return np.array([shown_.get(name, 0.0) for name in columns], np.float32)


def class_of(word: str) -> str:
    """The class that somebody's word for a feeling means: `joy`, `生气`. Raises SettingsError."""
    meant = known(word, {})
    if meant is None:
        raise SettingsError(f"emotion: expected one of {', '.join(CLASSES)}, got {word!r}")
    return meant


def read_points(path: Path, count: int) -> NDArray[np.float32]:
    """(count, 2) key points of a JSON file: a list of [x, y] in 0..1 of the picture, or {"points": that list}.

    Raises InputError.
    """
    found = read_json(path)
    return checked_points(found.get("points") if isinstance(found, dict) else found, count, path)


def sample_sheet(model: Model, asked: list[Asked], count: int, seed: int) -> NDArray[np.uint8]:
    """A sheet: with one request `count` pictures under other noise; with several, a row each under the same noise."""
    noise = noises(count, model.recipe.noise, seed)
    rows = []
    for one in asked:
        many = Asked(one.wishes.expand(count, -1), one.points.expand(count, -1, -1))
        rows.append(painted(model.generator, many, noise))
    columns = count if len(asked) > 1 else max(1, round(count**0.5))
    return sheet(shown(torch.cat(rows)), columns)


def interpolation(model: Model, asked: list[Asked], count: int, seed: int) -> Iterator[NDArray[np.uint8]]:
    """Frames, (size, size, 3), on a way through `count` places of noise, and on it from request to request."""
    ends = noises(count, model.recipe.noise, seed)
    for number in range(count):
        here, there = ends[number], ends[(number + 1) % count]
        first, second = asked[number % len(asked)], asked[(number + 1) % len(asked)]
        for step in range(_EACH):
            share = 0.5 - 0.5 * float(np.cos(np.pi * step / _EACH))
            # along the sphere: noise between two noises would be too short
            mixed = np.cos(share * np.pi / 2) * here + np.sin(share * np.pi / 2) * there
            between = Asked(
                torch.lerp(first.wishes, second.wishes, share), torch.lerp(first.points, second.points, share)
            )
            yield shown(painted(model.generator, between, mixed[None].float()))[0]


def write_sheet(path: Path, picture: NDArray[np.uint8]) -> None:
    """Write a PNG. Raises SettingsError when the name is none of a PNG."""
    if path.suffix.lower() != ".png":
        raise SettingsError(f"{path}: expected a name that ends in .png")
    save_png(path, picture)
