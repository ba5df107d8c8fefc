"""A generator's training on a prepared set: the laboratory's run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from mien.face import CLASSES, InputError, WeightsError
from mien.train.core.monitor import Trouble
from mien.train.core.parallel import Processes, processes
from mien.train.core.provenance import commit, digest
from mien.train.core.run import Plan, Run
from mien.train.core.sheets import sheet, shown
from mien.train.gan.adversarial import Adversarial
from mien.train.gan.augment import oftener
from mien.train.gan.model import Model, noises, painted, save_model
from mien.train.gan.monitor import Monitor, troubles
from mien.train.gan.pictures import Asked, Pictures
from mien.train.gan.recipe import Recipe

_FEWEST = 16
_GRID = 8  # columns of the grid of samples
_MAY_CHANGE = frozenset(
    {"images", "rate", "rate_end", "critic_rate", "gamma", "gamma_end", "telling", "steady", "half_life", "augment",
     "save_every", "watch_every", "alarms"}
)  # fmt: skip


def train_gan(
    data: Path, out: Path, recipe: Recipe, progress: bool = True, stop: Callable[[int], bool] | None = None
) -> Path:
    """Train on the prepared set in `data` until `recipe.images` were seen; returns the run's folder `out`.

    Resumes where the run's newest checkpoint stands. `out` holds model.json and generator.safetensors (the averaged
    weights), samples.png, journal.jsonl and the last three checkpoints. stop: asked after every step with the images
    seen; training ends, saved, when it says so.
    Raises InputError when the set is too small, WeightsError when the run is another recipe's or an alarm stops it.
    """
    plan = Plan(
        recipe.images, recipe.batch, recipe.save_every, recipe.watch_every, recipe.alarms.action, asdict(recipe),
        _MAY_CHANGE,
    )  # fmt: skip
    with torch.random.fork_rng():
        together = processes()
        return Run(out, _Trainee(data, out, recipe, together), plan, together).train(progress, stop)


class _Trainee:
    """Generator and critic as `core.run.Trainee` has them."""

    def __init__(self, data: Path, out: Path, recipe: Recipe, together: Processes):
        self.data, self.out, self.recipe = data, out, recipe
        self.pictures = Pictures(data, pointed=recipe.pointed)
        if len(self.pictures) < _FEWEST:
            raise InputError(f"{data}: train: expected {_FEWEST} pictures or more, got {len(self.pictures)}")
        self.held_out = _held_out(data, recipe)
        self.networks = Adversarial(self.pictures, recipe, together)
        self.state, self.parts = self.networks.state, self.networks.parts
        self.monitor = Monitor(self.pictures, recipe.noise, recipe.seed)

    def step(self) -> dict[str, float]:
        """As `Adversarial.step`."""
        return self.networks.step()

    def look(self, means: Mapping[str, float], finite: bool) -> tuple[dict[str, Any], list[Trouble]]:
        """How the critic's lead and the averaged generator's pictures are; how often to disturb follows from it."""
        recipe, look = self.recipe, None
        if finite:
            if recipe.augment > 0.0 and self.held_out is not None:
                lead = self.networks.lead(self.held_out)
                self.networks.often = oftener(self.networks.often, lead, recipe.augment, recipe.watch_every)
            look = self.monitor.look(self.networks.shown())
        found = troubles(look, means, recipe.alarms, self.state.seen, recipe.noise > 0)
        return asdict(look) if look is not None else {}, found

    def facts(self) -> dict[str, float]:
        """How often pictures are disturbed."""
        return {"disturbed": self.networks.often}

    def sheet(self) -> NDArray[np.uint8]:
        """A row a class, the same noise down each column."""
        rows = []
        noise = noises(_GRID, self.recipe.noise, self.recipe.seed)
        for name in CLASSES:
            numbers = self.pictures.of_class(name)[:1]
            if len(numbers):
                asked = self.pictures.asked(numbers)
                many = Asked(asked.wishes.expand(_GRID, -1), asked.points.expand(_GRID, -1, -1))
                rows.append(painted(self.networks.shown(), many, noise))
        return sheet(shown(torch.cat(rows)), _GRID)

    def notes(self) -> dict[str, Any]:
        """How often pictures are disturbed, and what the pictures are like."""
        return {"often": self.networks.often, "task": asdict(self.pictures.task)}

    def restore(self, notes: Mapping[str, Any], path: Path) -> None:
        """Raises WeightsError when the checkpoint was made for other pictures."""
        task = asdict(self.pictures.task) | {"columns": list(self.pictures.task.columns)}
        if notes["task"] != task:
            raise WeightsError(f"{path}: made for {notes['task']}, the data are {task}; choose another folder")
        self.networks.often = notes["often"]

    def publish(self) -> None:
        """Write model.json and generator.safetensors."""
        manifest = self.pictures.manifest
        provenance = {
            "data": manifest["source"], "licence": manifest.get("licence", ""), "pictures": len(self.pictures),
            "data_sha256": digest(self.data / "manifest.json"), "commit": commit(),
            "classes": self.pictures.counts(),
        }  # fmt: skip
        usual, shown_ = self.pictures.usual_points(), self.networks.shown()
        save_model(self.out, Model(shown_, self.pictures.task, self.recipe, self.state.seen, provenance, usual))


def _held_out(data: Path, recipe: Recipe) -> Pictures | None:
    try:
        return Pictures(data, "held_out", recipe.pointed)
    except InputError:
        return None
