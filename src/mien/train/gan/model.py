"""What comes out of a run and can be taken away: a generator, what it can be asked for, and where it came from."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor

from mien.face import InputError, SettingsError, WeightsError
from mien.files import atomic_path, plain_file, read_json
from mien.train.core.checkpoint import save_tensors
from mien.train.gan.networks import Generator
from mien.train.gan.pictures import Asked
from mien.train.gan.recipe import Recipe, Task, recipe_from, task_from

FORMAT = 2
"""Since 2 neutral stands last among the classes, as everywhere."""


@dataclass(frozen=True, slots=True)
class Model:
    """A trained generator. seen: images in its training. provenance: data, licence, commit, pictures of each class.

    usual: (points, 2) key points by class' name, for requests without any; empty where the model takes none.
    """

    generator: Generator
    task: Task
    recipe: Recipe
    seen: int
    provenance: dict[str, Any]
    usual: Mapping[str, NDArray[np.float32]] = field(default_factory=dict)

    def lacks(self, name: str) -> bool:
        """Whether it was trained without a picture of this class, as far as is known."""
        return bool(self.provenance.get("classes", {}).get(name) == 0)


@torch.no_grad()
def painted(generator: Generator, asked: Asked, noise: Tensor) -> Tensor:
    """(n, channels, size, size) pictures in 0..1 of n requests and (n, z) noises, a few at a time."""
    parts = []
    for start in range(0, len(noise), 64):
        rows = slice(start, start + 64)
        parts.append(generator(noise[rows], asked.wishes[rows], asked.points[rows]).clamp(0.0, 1.0))
    return torch.cat(parts)


def noises(count: int, size: int, seed: int) -> Tensor:
    """(count, size) standard normal, decided by the seed."""
    return torch.randn(count, size, generator=torch.Generator().manual_seed(seed))


def save_model(folder: Path, model: Model) -> None:
    """Write generator.safetensors and model.json into `folder`, each whole or not at all."""
    save_tensors(folder / "generator.safetensors", model.generator.state_dict())
    facts = {
        "format": FORMAT, "task": asdict(model.task), "recipe": asdict(model.recipe), "seen": model.seen,
        "provenance": model.provenance,
        "usual_points": {name: np.round(points, 4).tolist() for name, points in model.usual.items()},
    }  # fmt: skip
    with atomic_path(folder / "model.json") as note:
        note.write_text(json.dumps(facts, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def load_model(folder: Path) -> Model:
    """The model in a folder. Raises WeightsError when there is none, or it is damaged."""
    path = folder / "model.json"
    try:
        found = read_json(path)
        if found["format"] != FORMAT:
            raise WeightsError(f"{path}: format: expected {FORMAT}, got {found['format']!r}; train it again")
        task, recipe = task_from(found["task"]), recipe_from(found["recipe"])
        usual = {name: checked_points(at, task.points, path) for name, at in found.get("usual_points", {}).items()}
        seen, provenance = int(found["seen"]), dict(found["provenance"])
        weights = load_file(plain_file(folder / "generator.safetensors"))
    except (
        OSError,
        ValueError,
        KeyError,
        TypeError,
        AttributeError,
        InputError,
        SettingsError,
        SafetensorError,
    ) as error:
        raise WeightsError(
            f"{folder}: expected a trained model (model.json, generator.safetensors): {error}"
        ) from error
    try:
        generator = Generator(task, recipe)
        generator.load_state_dict(weights)
    except RuntimeError as error:
        raise WeightsError(f"{folder / 'generator.safetensors'}: not the weights of model.json: {error}") from error
    with torch.no_grad():
        generator.eval()
    return Model(generator, task, recipe, seen, provenance, usual)


def checked_points(found: Any, count: int, where: Path) -> NDArray[np.float32]:
    """(count, 2) key points of a list of [x, y] in units of the picture. Raises InputError when they are none."""
    try:
        points = np.array(found, np.float64)
    except (ValueError, TypeError, OverflowError):
        points = np.zeros(0)
    if points.ndim != 2 or points.shape[1] != 2:
        raise InputError(f"{where}: expected a list of [x, y], got {str(found)[:60]!r}")
    outside = np.argwhere(~((points >= 0.0) & (points <= 1.0)).all(axis=1)).ravel()
    if len(outside):
        raise InputError(
            f"{where}: point {outside[0]}: expected x and y in 0..1, in units of the picture, got "
            f"{points[outside[0]].tolist()}"
        )
    if len(points) != count:
        raise InputError(f"{where}: expected {count} key points, got {len(points)}")
    return points.astype(np.float32)
