"""A run: steps, looks, alarms, checkpoints, until the recipe ends."""

from __future__ import annotations

import math
import resource
import sys
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import torch

from mien.face import CLASSES, InputError, WeightsError
from mien.files import make_folder
from mien.progress import Bar, bar, duration
from mien.train.core.checkpoint import load_checkpoint, save_checkpoint
from mien.train.core.journal import Journal
from mien.train.core.parallel import Crew, crew
from mien.train.core.provenance import commit, digest
from mien.train.core.sheets import save_png, sheet, shown
from mien.train.gan.adversarial import Game
from mien.train.gan.augment import oftener
from mien.train.gan.model import Model, noises, painted, save_model
from mien.train.gan.monitor import Look, Monitor, Trouble, troubles
from mien.train.gan.pictures import Asked, Pictures
from mien.train.gan.recipe import Recipe

_FEWEST = 16
_KEPT = 3
_TURNS = 5  # roll-backs before it gives up
_EARLY = 8  # steps after which the speed is known, and the first checkpoint written
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
    seen; training ends, saved, when it says so. progress: tell how far it is, and after a few steps how long it takes;
    a new run's first checkpoint is written then.
    Raises InputError when the set is too small, WeightsError when the run is another recipe's or an alarm stops it.
    """
    with torch.random.fork_rng():
        return _Trainer(data, out, recipe, crew()).run(progress, stop)


class _Trainer:
    def __init__(self, data: Path, out: Path, recipe: Recipe, crew_: Crew):
        self.data, self.out, self.recipe, self.crew = data, out, recipe, crew_
        self.pictures = Pictures(data, pointed=recipe.pointed)
        if len(self.pictures) < _FEWEST:
            raise InputError(f"{data}: train: expected {_FEWEST} pictures or more, got {len(self.pictures)}")
        self.held_out = _held_out(data, recipe)
        self.game = Game(self.pictures, recipe, crew_)
        self.state = self.game.state
        self.well = True  # no trouble at the last look
        self.monitor = Monitor(self.pictures, recipe.noise, recipe.seed)
        make_folder(out)
        if checkpoints(out):
            self._load(checkpoints(out)[-1])
        self.journal = Journal(out) if crew_.leads else None

    # --- the loop

    def run(self, progress: bool, stop: Callable[[int], bool] | None) -> Path:
        """Until the end of the recipe."""
        recipe, state = self.recipe, self.state
        if self.journal is not None:
            self.journal.cut(state.seen)
        told = progress and self.crew.leads
        counter: Bar[None] = bar(
            total=recipe.images, initial=state.seen, unit="images", silent=not told, name="train gan"
        )
        fresh, since = not checkpoints(self.out), time.time()
        done = 0
        sums: dict[str, float] = {}
        steps, begun = 0, time.time()
        while state.seen < recipe.images:
            figures = self.game.step()
            state.seen += recipe.batch
            counter.update(recipe.batch)
            steps += 1
            done += 1
            if done == 1:
                since = time.time()  # the first step also makes ready
            for name, value in figures.items():
                sums[name] = sums.get(name, 0.0) + value
            ending = state.seen >= recipe.images or (stop is not None and stop(state.seen))
            looking = state.seen % recipe.watch_every < recipe.batch or ending
            sick = not all(math.isfinite(value) for value in figures.values())
            if looking or sick:
                means = {name: value / steps for name, value in sums.items()}
                speed = steps * recipe.batch / (time.time() - begun)
                if self._watched(means, speed, sick):
                    counter.n = state.seen
                    counter.refresh()
                    ending = False
                counter.set_postfix({name: f"{value:.3g}" for name, value in means.items()})
                sums, steps, begun = {}, 0, time.time()
            elif state.seen % recipe.save_every < recipe.batch or (done == _EARLY and fresh):
                self._save(good=self.well)
            if done == _EARLY and told and not ending:
                self._say_how_long((done - 1) * recipe.batch / max(time.time() - since, 1e-9), fresh)
            if ending:
                break
        counter.close()
        if self.journal is not None:
            self.journal.close()
        return self.out

    def _say_how_long(self, speed: float, fresh: bool) -> None:
        left = duration((self.recipe.images - self.state.seen) / speed)
        saved = f"; the first checkpoint is in {self.out}" if fresh else ""
        print(
            f"{self.recipe.images - self.state.seen:,} images to go at {speed:.1f} a second: about {left}{saved}",
            file=sys.stderr, flush=True,
        )  # fmt: skip

    # --- looking and acting

    def _watched(self, means: dict[str, float], speed: float, sick: bool) -> bool:
        """Look, write down, act. Says whether the run went back to a checkpoint. Raises WeightsError to stop."""
        state, alarms = self.state, self.recipe.alarms
        look: Look | None = None
        if not sick:
            if self.recipe.augment > 0.0 and self.held_out is not None:
                lead = self.game.lead(self.held_out)
                state.often = oftener(state.often, lead, self.recipe.augment, self.recipe.watch_every)
            look = self.monitor.look(self.game.shown())
        found = troubles(look, means, alarms, state.seen, self.recipe.noise > 0)
        if self.journal is not None:
            memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
            figures = {**means, "images_per_s": speed, "disturbed": state.often, "memory_mb": round(memory)}
            self.journal.write("step", state.seen, figures)
            if look is not None:
                self.journal.write("look", state.seen, asdict(look))
                self._grid()
            for trouble in found:
                self.journal.write("alarm", state.seen, {"alarm": trouble.kind, "told": trouble.told})
                print(f"alarm after {state.seen} images: {trouble.kind}: {trouble.told}", file=sys.stderr)
        if sick and alarms.action != "roll-back":
            raise WeightsError(f"{self.out}: {found[0].told if found else 'not a number'} (after {state.seen} images)")
        if found and alarms.action == "roll-back":
            return self._roll_back(found[0])
        self.well = not found
        self._save(good=self.well)
        if found and alarms.action == "stop":
            raise WeightsError(f"{self.out}: stopped by an alarm: {found[0].told} (after {state.seen} images)")
        return False

    def _roll_back(self, trouble: Trouble) -> bool:
        """Go back to the last checkpoint before any trouble, with half the rates and other chances."""
        turn = self.state.turn + 1
        if turn > _TURNS:
            raise WeightsError(f"{self.out}: {trouble.told}; {_TURNS} roll-backs did not cure it: change the recipe")
        for path in reversed(checkpoints(self.out)):
            if self._load(path, only_good=True):
                self.state.turn = turn
                if self.journal is not None:
                    told = {"alarm": "rolled-back", "told": f"to {self.state.seen} images, rates x {0.5**turn:g}"}
                    self.journal.write("alarm", self.state.seen, told)
                return True
        raise WeightsError(f"{self.out}: {trouble.told}; there is no good checkpoint to go back to")

    def _grid(self) -> None:
        rows, wishes = [], []
        for name in CLASSES:
            numbers = self.pictures.of_class(name)[:1]
            if len(numbers):
                wishes.append(self.pictures.asked(numbers))
        noise = noises(_GRID, self.recipe.noise, self.recipe.seed)
        for asked in wishes:
            many = Asked(asked.wishes.expand(_GRID, -1), asked.points.expand(_GRID, -1, -1))
            rows.append(painted(self.game.shown(), many, noise))
        picture = sheet(shown(torch.cat(rows)), _GRID)
        make_folder(self.out / "samples")
        save_png(self.out / "samples" / f"{self.state.seen:09d}.png", picture)
        save_png(self.out / "samples.png", picture)

    # --- keeping

    def _save(self, good: bool) -> None:
        if not self.crew.leads:
            return
        folder = self.out / "checkpoints"
        make_folder(folder)
        notes = {**asdict(self.state), "good": good, "task": asdict(self.pictures.task)}
        path = folder / f"{self.state.seen:09d}.safetensors"
        save_checkpoint(path, self.game.parts, asdict(self.recipe), self.state.seen, notes)
        saved = checkpoints(self.out)
        for old in saved[: max(0, len(saved) - _KEPT)]:
            old.unlink()
        manifest = self.pictures.manifest
        provenance = {
            "data": manifest["source"], "licence": manifest.get("licence", ""), "pictures": len(self.pictures),
            "data_sha256": digest(self.data / "manifest.json"),
            "commit": commit(), "classes": self.pictures.counts(),
        }  # fmt: skip
        usual = self.pictures.usual_points()
        save_model(
            self.out, Model(self.game.shown(), self.pictures.task, self.recipe, self.state.seen, provenance, usual)
        )

    def _load(self, path: Path, only_good: bool = False) -> bool:
        """Fill everything from a checkpoint. only_good: not from one with trouble; says whether it did."""
        saved = load_checkpoint(path, self.game.parts, asdict(self.recipe), _MAY_CHANGE)
        notes = dict(saved.notes)
        if only_good and not notes["good"]:
            return False
        task = asdict(self.pictures.task) | {"columns": list(self.pictures.task.columns)}
        if notes["task"] != task:
            raise WeightsError(f"{path}: made for {notes['task']}, the data are {task}; choose another folder")
        self.state.seen, self.state.often, self.state.turn = saved.seen, notes["often"], notes["turn"]
        self.well = notes["good"]
        return True


def checkpoints(run: Path) -> list[Path]:
    """The checkpoints of a run, oldest first."""
    return sorted((run / "checkpoints").glob("*.safetensors"))


def _held_out(data: Path, recipe: Recipe) -> Pictures | None:
    try:
        return Pictures(data, "held_out", recipe.pointed)
    except InputError:
        return None
