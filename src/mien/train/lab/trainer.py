"""The loop: critic, generator, average; looks, alarms, checkpoints. Everything that chance decides at a step is drawn
from seed and step alone, so a resumed run equals one that never stopped."""

from __future__ import annotations

import hashlib
import math
import os
import resource
import subprocess
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from tqdm import tqdm

from mien.face import InputError, WeightsError
from mien.train import objectives
from mien.train.average import follow
from mien.train.checkpoint import load_checkpoint, save_checkpoint
from mien.train.lab.augment import Disturbance, disturbance, disturbed, oftener
from mien.train.lab.journal import Journal, save_png, sheet, shown
from mien.train.lab.model import Model, noises, painted, save_model
from mien.train.lab.monitor import Look, Monitor, Trouble, troubles
from mien.train.lab.networks import Critic, Generator
from mien.train.lab.parallel import Crew, crew
from mien.train.lab.pictures import Asked, Pictures, mirrored
from mien.train.lab.recipe import Recipe
from mien.train.prepare import CLASSES

_FEWEST = 16
_KEPT = 3
_GRID = 8  # columns of the grid of samples
_MAY_CHANGE = frozenset(
    {"images", "rate", "rate_end", "critic_rate", "gamma", "gamma_end", "half_life", "augment", "save_every",
     "watch_every", "alarms"}
)  # fmt: skip


@dataclass(slots=True)
class _State:
    """What a run carries from step to step beside its weights.

    often: how often pictures are disturbed. slower: the rates' factor, halved by every roll-back. turn: roll-backs so
    far; they make chance draw anew.
    """

    seen: int = 0
    often: float = 0.0
    slower: float = 1.0
    turn: int = 0


@dataclass(frozen=True, slots=True)
class _Part:
    """One part of a batch, as this process meets it."""

    real: Tensor
    asked: Asked
    noise: Tensor
    how: Disturbance | None


def train_gan(
    data: Path, out: Path, recipe: Recipe, progress: bool = True, stop: Callable[[int], bool] | None = None
) -> Path:
    """Train on the prepared set in `data` until `recipe.images` were seen; returns the run's folder `out`.

    Resumes where the run's newest checkpoint stands. `out` holds model.json and generator.safetensors (the averaged
    weights), samples.png, journal.jsonl and the last three checkpoints. stop: asked after every step with the images
    seen; training ends, saved, when it says so.
    Raises InputError when the set is too small, WeightsError when the run is another recipe's or an alarm stops it.
    """
    with torch.random.fork_rng():
        return _Trainer(data, out, recipe, crew()).run(progress, stop)


class _Trainer:
    def __init__(self, data: Path, out: Path, recipe: Recipe, crew_: Crew):
        self.data, self.out, self.recipe, self.crew = data, out, recipe, crew_
        self.pictures = Pictures(data)
        if len(self.pictures) < _FEWEST:
            raise InputError(f"{data}: train: expected {_FEWEST} pictures or more, got {len(self.pictures)}")
        self.held_out = _held_out(data)
        self.task = self.pictures.task
        torch.manual_seed(recipe.seed)
        self.device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        self.generator, self.average = self._network(Generator), self._network(Generator)
        self.critic = self._network(Critic)
        self.average.load_state_dict(self.generator.state_dict())
        self.average.requires_grad_(False)
        self.optimizers = [
            torch.optim.Adam(network.parameters(), rate, betas=recipe.betas)
            for network, rate in ((self.generator, recipe.rate), (self.critic, recipe.critic_rate))
        ]
        self.parts = {
            "generator": self.generator, "average": self.average, "critic": self.critic,
            "generator_optimizer": self.optimizers[0], "critic_optimizer": self.optimizers[1],
        }  # fmt: skip
        self.state = _State()
        self.well = True  # no trouble at the last look
        self.monitor = Monitor(self.pictures, recipe.noise, recipe.seed)
        out.mkdir(parents=True, exist_ok=True)
        self.started, self.begun_at = time.time(), 0
        if checkpoints(out):
            self._load(checkpoints(out)[-1])
        self.journal = Journal(out) if crew_.leads else None

    def _network(self, kind: Callable[..., Any]) -> Any:
        network = kind(self.task, self.recipe).to(self.device)
        return network.to(memory_format=torch.channels_last)

    # --- the loop

    def run(self, progress: bool, stop: Callable[[int], bool] | None) -> Path:
        """Until the end of the recipe."""
        recipe, state = self.recipe, self.state
        if self.journal is not None:
            self.journal.cut(state.seen)
        bar = tqdm(
            total=recipe.images, initial=state.seen, unit="img", smoothing=0.02,
            disable=not (progress and self.crew.leads),
        )  # fmt: skip
        sums: dict[str, float] = {}
        steps, begun = 0, time.time()
        while state.seen < recipe.images:
            figures = self.step()
            state.seen += recipe.batch
            bar.update(recipe.batch)
            steps += 1
            for name, value in figures.items():
                sums[name] = sums.get(name, 0.0) + value
            ending = state.seen >= recipe.images or (stop is not None and stop(state.seen))
            looking = state.seen % recipe.watch_every < recipe.batch or ending
            sick = not all(math.isfinite(value) for value in figures.values())
            if looking or sick:
                means = self.crew.mean({name: value / steps for name, value in sums.items()})
                speed = steps * recipe.batch / (time.time() - begun)
                if self._watched(means, speed, sick):
                    bar.n = state.seen
                    bar.refresh()
                    ending = False
                bar.set_postfix({name: f"{value:.3g}" for name, value in means.items()})
                sums, steps, begun = {}, 0, time.time()
            elif state.seen % recipe.save_every < recipe.batch:
                self._save(good=self.well)
            if ending:
                break
        bar.close()
        if self.journal is not None:
            self.journal.close()
        return self.out

    def step(self) -> dict[str, float]:
        """One update of the critic, then one of the generator; returns the figures."""
        recipe, state = self.recipe, self.state
        number = state.seen // recipe.batch
        share = min(1.0, state.seen / recipe.images)
        fall = 0.5 * (1.0 + math.cos(math.pi * share))
        rate = recipe.rate_end + (recipe.rate - recipe.rate_end) * fall
        for optimizer, most in zip(self.optimizers, (recipe.rate, recipe.critic_rate), strict=True):
            for group in optimizer.param_groups:
                group["lr"] = state.slower * rate * most / recipe.rate
        gamma = recipe.gamma_end * (recipe.gamma / recipe.gamma_end) ** (1.0 - share) if recipe.gamma_end > 0 else 0.0
        figures = self._critic_step(number, gamma)
        if recipe.unrolled:
            before = [{n: v.clone() for n, v in self.critic.state_dict().items()}, self.optimizers[1].state_dict()]
            kept = _copied(before[1])
            for ahead in range(recipe.unrolled):
                self._critic_step(number + (ahead + 1) * 1_000_003, gamma)
            figures |= self._generator_step(number)
            self.critic.load_state_dict(before[0])
            self.optimizers[1].load_state_dict(kept)
        else:
            figures |= self._generator_step(number)
        half_life = min(recipe.half_life, max(1.0, 0.05 * state.seen))
        keep = 0.5 ** (recipe.batch / half_life)
        follow(self.average, self.generator, keep)
        return figures

    def _part(self, number: int, part: int, whose: int) -> _Part:
        """What chance gives a part of step `number`. whose: 0 for the critic's, 1 for the generator's."""
        recipe, state = self.recipe, self.state
        count = recipe.batch // recipe.accumulate
        rows = self.crew.rows(count)
        source = np.random.SeedSequence([recipe.seed, state.turn, number, part, whose])
        chance = torch.Generator().manual_seed(int(source.generate_state(1)[0]))
        numbers = self.pictures.numbers(
            recipe.seed + 1_000 * state.turn, 2 * (number * recipe.accumulate + part) + whose, count
        )
        noise = torch.randn(count, recipe.noise, generator=chance)[rows]
        flips = (torch.rand(count, generator=chance) < 0.5)[rows]
        how = disturbance(chance, count, state.often).part(rows) if state.often > 0.0 else None
        mine = numbers[rows]
        real, asked = self.pictures.pixels(mine), self.pictures.asked(mine)
        if recipe.mirror:
            real, points = mirrored(real, asked.points, flips)
            asked = Asked(asked.wishes, points)
        d = self.device
        if how is not None:
            how = Disturbance(how.affine.to(d), how.bright.to(d), how.contrast.to(d), how.stain.to(d))
        return _Part(real.to(d), Asked(asked.wishes.to(d), asked.points.to(d)), noise.to(d), how)

    def _painted(self, part: _Part) -> Tensor:
        with self._narrow():
            return self.generator(part.noise, part.asked.wishes, part.asked.points).float()  # type: ignore[no-any-return]

    def _scored(self, pictures: Tensor, part: _Part) -> Tensor:
        """Pictures as the critic meets them: disturbed where the run disturbs."""
        points = part.asked.points
        if part.how is not None:
            pictures, points = disturbed(pictures, points, part.how)
        return self._score(pictures, part.asked.wishes, points)

    def _score(self, pictures: Tensor, wishes: Tensor, points: Tensor) -> Tensor:
        with self._narrow():
            scores: Tensor = self.critic(pictures, wishes, points).float()
        return scores

    def _narrow(self) -> torch.autocast:
        return torch.autocast(self.device.type, torch.bfloat16, enabled=self.recipe.precision == "bf16")

    def _critic_step(self, number: int, gamma: float) -> dict[str, float]:
        recipe = self.recipe
        penal = recipe.penalty != "none" and number % recipe.penalty_every == 0
        self.optimizers[1].zero_grad(set_to_none=True)
        figures = {"critic": 0.0, "gap": 0.0}
        for index in range(recipe.accumulate):
            part = self._part(number, index, 0)
            with torch.no_grad():
                fake = self._painted(part)
            slopes = penal and recipe.penalty == "slopes"
            real, fake = part.real.requires_grad_(slopes), fake.requires_grad_(slopes)
            real_scores, fake_scores = self._scored(real, part), self._scored(fake, part)
            loss = objectives.CRITIC[recipe.objective](fake_scores, real_scores)
            figures["critic"] += float(loss.detach()) / recipe.accumulate
            figures["gap"] += float((real_scores - fake_scores).mean().detach()) / recipe.accumulate
            weight = recipe.penalty_every * gamma
            if slopes:
                both = objectives.slope_penalty(real_scores, real) + objectives.slope_penalty(fake_scores, fake)
                loss = loss + 0.5 * weight * both.mean()
            elif penal:
                shares = torch.rand(len(real), generator=torch.Generator().manual_seed(number)).to(self.device)
                mixed = objectives.between(real, fake, shares)
                scores = self._scored(mixed, part)
                loss = loss + weight * objectives.unit_slope_penalty(scores, mixed).mean()
            (loss / recipe.accumulate).backward()  # type: ignore[no-untyped-call]  # torch does not annotate it
        self.crew.add_up(self.critic.parameters())
        self.optimizers[1].step()
        return figures

    def _generator_step(self, number: int) -> dict[str, float]:
        recipe = self.recipe
        self.optimizers[0].zero_grad(set_to_none=True)
        self.critic.requires_grad_(False)
        figures = {"generator": 0.0}
        for index in range(recipe.accumulate):
            part = self._part(number, index, 1)
            fake_scores = self._scored(self._painted(part), part)
            with torch.no_grad():
                real_scores = self._scored(part.real, part)
            loss = objectives.GENERATOR[recipe.objective](fake_scores, real_scores)
            figures["generator"] += float(loss.detach()) / recipe.accumulate
            (loss / recipe.accumulate).backward()  # type: ignore[no-untyped-call]  # likewise
        self.critic.requires_grad_(True)
        self.crew.add_up(self.generator.parameters())
        slopes = [weight.grad for weight in self.generator.parameters() if weight.grad is not None]
        figures["slope"] = float(torch.linalg.vector_norm(torch.stack(torch._foreach_norm(slopes))))
        self.optimizers[0].step()
        return figures

    # --- looking and acting

    def _watched(self, means: dict[str, float], speed: float, sick: bool) -> bool:
        """Look, write down, act. Says whether the run went back to a checkpoint. Raises WeightsError to stop."""
        state, alarms = self.state, self.recipe.alarms
        look: Look | None = None
        if not sick:
            self._tune()
            look = self.monitor.look(self._shown_average())
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
                tqdm.write(f"alarm after {state.seen} images: {trouble.kind}: {trouble.told}")
        if sick and alarms.action != "roll-back":
            raise WeightsError(f"{self.out}: {found[0].told if found else 'not a number'} (after {state.seen} images)")
        if found and alarms.action == "roll-back":
            return self._roll_back(found[0])
        self.well = not found
        self._save(good=self.well)
        if found and alarms.action == "stop":
            raise WeightsError(f"{self.out}: stopped by an alarm: {found[0].told} (after {state.seen} images)")
        return False

    def _shown_average(self) -> Generator:
        average: Generator = self.average
        return average if self.device.type == "cpu" else _on_cpu(average, self.task, self.recipe)

    @torch.no_grad()
    def _tune(self) -> None:
        """Set how often pictures are disturbed by how much better the critic likes what it is trained on."""
        if self.recipe.augment <= 0.0 or self.held_out is None:
            return
        chance = np.random.default_rng((self.recipe.seed, self.state.seen))
        scores = []
        for pictures in (self.pictures, self.held_out):
            numbers = chance.integers(len(pictures), size=min(256, len(pictures)))
            asked = pictures.asked(numbers)
            wishes, points = asked.wishes.to(self.device), asked.points.to(self.device)
            scores.append(self._score(pictures.pixels(numbers).to(self.device), wishes, points).mean())
        noise = noises(len(wishes), self.recipe.noise, self.state.seen)
        with self._narrow():
            fake = self.generator(noise.to(self.device), wishes, points).float()
        painted = self._score(fake, wishes, points).mean()
        ahead = float((scores[0] - scores[1]) / (scores[0] - painted).clamp(min=1e-6))
        self.state.often = oftener(self.state.often, ahead, self.recipe.augment, self.recipe.watch_every)

    def _roll_back(self, trouble: Trouble) -> bool:
        """Go back to the last checkpoint before any trouble, with half the rates and other chances."""
        turn, slower = self.state.turn + 1, 0.5 * self.state.slower
        for path in reversed(checkpoints(self.out)):
            if self._load(path, only_good=True):
                self.state.turn, self.state.slower = turn, slower
                if slower < 0.05:
                    raise WeightsError(
                        f"{self.out}: {trouble.told}; five roll-backs did not cure it: change the recipe"
                    )
                if self.journal is not None:
                    told = {"alarm": "rolled-back", "told": f"to {self.state.seen} images, rates x {slower:g}"}
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
            rows.append(painted(self._shown_average(), many, noise))
        picture = sheet(shown(torch.cat(rows)), _GRID)
        (self.out / "samples").mkdir(exist_ok=True)
        save_png(self.out / "samples" / f"{self.state.seen:09d}.png", picture)
        save_png(self.out / "samples.png", picture)

    # --- keeping

    def _save(self, good: bool) -> None:
        if not self.crew.leads:
            return
        folder = self.out / "checkpoints"
        folder.mkdir(exist_ok=True)
        notes = {**asdict(self.state), "good": good, "task": asdict(self.task)}
        path = folder / f"{self.state.seen:09d}.safetensors"
        save_checkpoint(path, self.parts, asdict(self.recipe), self.state.seen, notes)
        saved = checkpoints(self.out)
        for old in saved[: max(0, len(saved) - _KEPT)]:
            old.unlink()
        manifest = self.pictures.manifest
        provenance = {
            "data": manifest["source"], "licence": manifest.get("licence", ""), "pictures": len(self.pictures),
            "data_sha256": hashlib.sha256((self.data / "manifest.json").read_bytes()).hexdigest(),
            "commit": _commit(),
        }  # fmt: skip
        save_model(self.out, Model(self._shown_average(), self.task, self.recipe, self.state.seen, provenance))

    def _load(self, path: Path, only_good: bool = False) -> bool:
        """Fill everything from a checkpoint. only_good: not from one with trouble; says whether it did."""
        saved = load_checkpoint(path, self.parts, asdict(self.recipe), _MAY_CHANGE)
        notes = dict(saved.notes)
        if only_good and not notes["good"]:
            return False
        task = asdict(self.task) | {"columns": list(self.task.columns)}
        if notes["task"] != task:
            raise WeightsError(f"{path}: made for {notes['task']}, the data are {task}; choose another folder")
        self.state.seen, self.state.often = saved.seen, notes["often"]
        self.state.slower, self.state.turn = notes["slower"], notes["turn"]
        self.well = notes["good"]
        return True


def checkpoints(run: Path) -> list[Path]:
    """The checkpoints of a run, oldest first."""
    return sorted((run / "checkpoints").glob("*.safetensors"))


def _held_out(data: Path) -> Pictures | None:
    try:
        return Pictures(data, "held_out")
    except InputError:
        return None


def _copied(state: dict[str, Any]) -> dict[str, Any]:
    """An optimiser's state that later steps leave alone."""
    kept = {
        number: {name: value.clone() if isinstance(value, Tensor) else value for name, value in found.items()}
        for number, found in state["state"].items()
    }
    return {"state": kept, "param_groups": state["param_groups"]}


def _on_cpu(average: nn.Module, task: Any, recipe: Recipe) -> Generator:
    here = Generator(task, recipe)
    here.load_state_dict({name: value.cpu() for name, value in average.state_dict().items()})
    return here


def _commit() -> str:
    done = subprocess.run(["git", "rev-parse", "HEAD"], capture_output=True, text=True, check=False, cwd=os.getcwd())
    return done.stdout.strip() or "unknown"
