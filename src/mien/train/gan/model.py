"""What comes out of a run and can be taken away: a generator, what it can be asked for, and where it came from."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor

from mien.face import WeightsError
from mien.files import atomic_path
from mien.train.core.checkpoint import save_tensors
from mien.train.gan.networks import Generator
from mien.train.gan.pictures import Asked
from mien.train.gan.recipe import Recipe, Task, recipe_from, task_from

FORMAT = 2
"""Since 2 neutral stands last among the classes, as everywhere."""


@dataclass(frozen=True, slots=True)
class Model:
    """A trained generator. seen: images in its training. provenance: data, licence, commit."""

    generator: Generator
    task: Task
    recipe: Recipe
    seen: int
    provenance: dict[str, Any]


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
    }  # fmt: skip
    with atomic_path(folder / "model.json") as note:
        note.write_text(json.dumps(facts, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def load_model(folder: Path) -> Model:
    """The model in a folder. Raises WeightsError when there is none, or it is damaged."""
    path = folder / "model.json"
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        if found["format"] != FORMAT:
            raise WeightsError(f"{path}: format: expected {FORMAT}, got {found['format']!r}; train it again")
        task, recipe = task_from(found["task"]), recipe_from(found["recipe"])
        weights = load_file(folder / "generator.safetensors")
    except (OSError, ValueError, KeyError, TypeError, SafetensorError) as error:
        raise WeightsError(
            f"{folder}: expected a trained model (model.json, generator.safetensors): {error}"
        ) from error
    generator = Generator(task, recipe)
    try:
        generator.load_state_dict(weights)
    except RuntimeError as error:
        raise WeightsError(f"{folder / 'generator.safetensors'}: not the weights of model.json: {error}") from error
    with torch.no_grad():
        generator.eval()
    return Model(generator, task, recipe, int(found["seen"]), dict(found["provenance"]))
