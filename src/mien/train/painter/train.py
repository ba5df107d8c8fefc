"""Training of one character's painter: first to paint the right picture, then, against a critic, a crisp one."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from safetensors.torch import load_file
from torch import Tensor, nn

from mien.face import SettingsError, WeightsError
from mien.face.channels import HEAD_SLICE
from mien.files import atomic_path, make_folder
from mien.paint.align import canonical
from mien.train.core import objectives
from mien.train.core.average import follow
from mien.train.core.checkpoint import save_tensors
from mien.train.core.device import device
from mien.train.core.monitor import Trouble
from mien.train.core.parallel import Processes, processes
from mien.train.core.provenance import commit
from mien.train.core.run import Plan, Run, State, checkpoints
from mien.train.core.sheets import sheet, shown
from mien.train.painter.cels import bending
from mien.train.painter.critic import Critic, asked, crop_maps
from mien.train.painter.drawn import Drawn
from mien.train.painter.layers import Box
from mien.train.painter.losses import inside, layers_loss, weight_map, whole_loss
from mien.train.painter.monitor import Monitor, troubles
from mien.train.painter.networks import Generator, Parts, Widths
from mien.train.painter.pool import Pool
from mien.train.painter.rates import optimizer_of, rate_at
from mien.train.painter.recipe import MAY_CHANGE, Recipe
from mien.train.painter.source import Batch, Source, whole
from mien.train.painter.tracing import STILL, drawn_ahead, fit, fitting, told_by

BEST = "best.safetensors"
"""The averaged weights of a run whose looks paint held-out pictures, and which look that was."""

AS_GOOD = 0.25
"""Decibels that a look may be worse than the best one and still count as good as that: later weights are crisper.
# ours"""

_SHEETS = (".sheet", ".keys")

_TRACED, _TRACED_EVERY = 32, 4
"""Poses whose lines are followed, and steps from one time to the next."""

_BOUND_EVERY = 8
"""Steps from one time to the next that the sheets are kept in bounds."""

_NEAR = 6.0
"""Cost from which on a layer is among those of which more pictures are painted."""

_AVERAGED = 4
"""Steps from one update of the averaged weights to the next: it passes over all of them."""


def source_of(recipe: Recipe, detail: int = 1) -> Source:
    """The pictures of a recipe's drawn character, `detail` of their pixels in one of the canvas.

    Raises SettingsError when it has none.
    """
    if recipe.identity is None:
        raise SettingsError("identity: the recipe draws no character; give the pictures to learn from")
    return Drawn(recipe.identity, recipe.picture, recipe.seed, detail)


def widths_of(recipe: Recipe, source: Source) -> Widths:
    """The generator's shape for a recipe and its pictures."""
    canvas = source.canvas
    margin = (canvas.width - canvas.picture) / 2, (canvas.height - canvas.picture) / 2
    scale = float(recipe.scale)
    return Widths(
        canvas.width, canvas.height, canvas.picture, source.layers, margin, recipe.condition, scale, recipe.heard
    )  # fmt: skip


def poses_of(data: Source, count: int = 1_500) -> tuple[Tensor, Tensor]:
    """(count, 70, 2) canonical key points of poses beside the training ones, and (count, 71) what they express."""
    poses = [data.pose(-number - 1) for number in range(count)]
    points = torch.stack([torch.from_numpy(canonical(at, place, data.canvas.picture)) for _, at, place in poses])
    numbers = [np.concatenate([pose.channels, pose.emotion]).astype(np.float32) for pose, _, _ in poses]
    return points, torch.from_numpy(np.stack(numbers))


def paint_batch(generator: Generator, batch: Batch, unit: float = 1.0) -> Tensor:
    """The generator's picture of a batch, (batch, 4, height / unit, width / unit)."""
    return generator.laid(generator.pictures(_parts(generator, batch), unit), unit)


def _parts(generator: Generator, batch: Batch, stir: Tensor | None = None) -> Parts:
    return generator.parts(batch.points, batch.place, batch.expression, batch.emotion, batch.noise, batch.given, stir)


def train_painter(
    out: Path, recipe: Recipe, progress: bool = True, stop: Callable[[int], bool] | None = None,
    source: Source | None = None, held_out: Source | None = None,
) -> Path:  # fmt: skip
    """Train until `recipe.images` were seen; resumes at the run's newest checkpoint. Returns the folder `out`.

    It holds recipe.json, and what `core.run.Run` writes: samples.png, journal.jsonl and the last three checkpoints.
    source: pictures to learn from; None for those of the recipe's drawn character. held_out: others of the same canvas,
    which the looks paint in place of poses beside the training ones; then best.safetensors holds the averaged weights
    of the last look that was about as good as the best.
    stop: asked after every batch with the images seen; training ends, saved, when it says so.
    Raises WeightsError when the folder holds a run of another recipe or other pictures, or an alarm stops it.
    """
    plan = Plan(
        recipe.images, recipe.batch, recipe.save_every, recipe.watch_every, recipe.alarms.action, asdict(recipe),
        MAY_CHANGE,
    )  # fmt: skip
    with torch.random.fork_rng():
        together = processes()
        run = Run(out, _Trainee(out, recipe, source or source_of(recipe), held_out, together, progress), plan, together)
        if together.leads:
            with atomic_path(out / "recipe.json") as fresh:
                fresh.write_text(json.dumps({**asdict(recipe), "commit": commit()}, indent=1))
        return run.train(progress, stop)


class _Trainee:
    """A painter and its critic as `core.run.Trainee` has them."""

    def __init__(
        self, out: Path, recipe: Recipe, data: Source, held_out: Source | None, together: Processes, progress: bool
    ):
        torch.manual_seed(recipe.seed)
        make_folder(out)
        self.out, self.recipe, self.data, self.processes, self.progress = out, recipe, data, together, progress
        self.device = device()
        self.widths = widths_of(recipe, data)
        generator = Generator(self.widths)
        points, numbers = poses_of(data)
        if data.bounded:
            generator.spread(points, numbers)
        generator.begin(points, numbers[:, HEAD_SLICE][:, :2], torch.from_numpy(data.reach()))
        for cel, how in zip(generator.all_cels, data.beginnings(recipe.scale), strict=True):
            cel.begin(how)
        self._traces = self._fitted(generator) if isinstance(data, Drawn) else []
        average = Generator(self.widths)
        average.load_state_dict(generator.state_dict())
        self.generator, self.average = (one.to(self.device) for one in (generator, average))
        self.critic = Critic(data.windows, (self.widths.width, self.widths.height)).to(self.device)
        self.optimizer = optimizer_of(self.generator, recipe)
        self.critic_optimizer = torch.optim.Adam(
            self.critic.parameters(), recipe.critic_rate, betas=(0.0, 0.99), fused=True
        )
        self.parts = {
            "generator": self.generator, "average": self.average, "critic": self.critic,
            "optimizer": self.optimizer, "critic_optimizer": self.critic_optimizer,
        }  # fmt: skip
        self.state = State()
        self.weight = weight_map(self.widths, recipe, data).to(self.device)
        self.monitor = Monitor(held_out or data, self.device)
        self.heavy = self.weight.sqrt() if held_out is not None else torch.ones_like(self.weight)
        self.keeps = held_out is not None and together.leads
        self.best = -math.inf  # of the looks' psnr
        self.near = [n for n, layer in enumerate(data.layers) if layer.cost >= _NEAR]
        self._pools: dict[int, Pool] = {}  # by their pictures' detail
        self._shown: tuple[Batch, Source] | None = None

    def _fitted(self, generator: Generator) -> list[Tensor]:
        """The traces of the artist's lines, on which the generator's movements are fit, or were by an earlier call."""
        assert isinstance(self.data, Drawn)
        recipe, path = self.recipe, self.out / "fitted.safetensors"
        traces = drawn_ahead(self.out / "traces.npz", self.data, recipe.poses, self.progress)
        asked = json.dumps([recipe.poses, recipe.fit_steps, recipe.seed, repr(self.widths)])
        if checkpoints(self.out):
            return traces  # what was fit is in them, and has learnt on
        if not path.exists() or told_by(path) != asked:
            error = fit(
                generator, traces, recipe.fit_steps, recipe.withheld, 5.0 * recipe.stiffness, recipe.seed, self.progress
            )
            moving = {name: value for name, value in generator.state_dict().items() if not name.endswith(STILL)}
            save_tensors(path, moving, {"asked": asked, "error_px": f"{error:.4f}"})
        generator.load_state_dict(load_file(path), strict=False)
        return traces

    def _pool(self, fine: bool) -> Pool:
        """The pictures drawn ahead, at twice the canvas' resolution or at its own."""
        recipe, detail = self.recipe, 2 if fine else self.data.detail
        if detail not in self._pools:
            data, count = (source_of(recipe, detail), recipe.pool_fine) if fine else (self.data, recipe.pool)
            self._pools[detail] = Pool(self.out, data, count, recipe.seed, recipe.withheld, self.progress, self.device)
        return self._pools[detail]

    def step(self) -> dict[str, float]:
        """One update of the generator and, once it has joined, of the critic, on the next batch."""
        recipe, seen = self.recipe, self.state.seen
        pool, number = self._pool(self.data.apart and seen >= recipe.fine), seen // recipe.batch
        batch = pool.batch(number, recipe.batch, self.processes.rows(recipe.batch))
        self._shown = batch, pool.data
        slower = 0.5**self.state.turn
        for group in self.optimizer.param_groups:
            haste = recipe.haste[1] if pool.data.detail > 1 and group["kind"] == "sheet" else group["haste"]
            group["lr"] = slower * rate_at(recipe, seen) * haste
        for group in self.critic_optimizer.param_groups:
            group["lr"] = slower * recipe.critic_rate
        close = self._close(number)
        figures = self._update(batch, pool.data, close)
        if seen < recipe.settled:  # the first average would remember the random start
            self.average.load_state_dict(self.generator.state_dict())
        if number % _AVERAGED == 0:
            follow(self.average, self.generator, 0.5 ** (_AVERAGED * recipe.batch / recipe.half_life))
        return self.processes.mean(figures)

    def _close(self, number: int) -> Batch | None:
        """More pictures of what costs most; None where the recipe asks for none, or pictures come whole."""
        recipe = self.recipe
        if not self.data.apart or not recipe.crops:
            return None
        rows = self.processes.rows(recipe.crops)
        return self._pool(fine=False).batch(number, recipe.crops, rows, self.near, 1)

    def look(self, means: Mapping[str, float], finite: bool) -> tuple[dict[str, Any], list[Trouble]]:
        """How the average paints poses beside the training ones."""
        look = self.monitor.look(self._pair) if finite else None
        found = troubles(look, means, self.recipe.alarms, self.state.seen, self.best)
        if look is not None:
            self.best = max(self.best, look.psnr)
            if self.keeps and look.psnr >= self.best - AS_GOOD:
                told = {"seen": str(self.state.seen), "psnr": f"{look.psnr:.4f}"}
                save_tensors(self.out / BEST, self.average.state_dict(), told)
        return asdict(look) if look is not None else {}, found

    def _pair(self, batch: Batch) -> tuple[Tensor, Tensor]:
        """What the average paints of a batch, and what it ought to; held-out pictures with the places as heavy as in
        training, for the ground moves most and matters least."""
        painted, target, within = paint_batch(self.average, batch), whole(batch, self.data), inside(batch, self.data)
        counts = self.heavy if within is None else self.heavy * within
        return painted * counts, target * counts

    def facts(self) -> dict[str, float]:
        """The generator's learning rate."""
        return {"rate": 0.5**self.state.turn * rate_at(self.recipe, self.state.seen)}

    @torch.no_grad()
    def sheet(self) -> NDArray[np.uint8]:
        """The last batch, painted (above) and as it ought to be (below), on grey."""
        assert self._shown is not None, "a look comes after a step"
        batch, data = self._shown
        pictures = torch.cat([paint_batch(self.average, batch, 1.0 / data.detail), whole(batch, data)])
        return sheet(shown(pictures), len(batch.points))

    def notes(self) -> dict[str, Any]:
        """What the pictures are, and how good the best look was."""
        return {"source": self.data.name, "best": self.best if math.isfinite(self.best) else None}

    def restore(self, notes: Mapping[str, Any], path: Path) -> None:
        """Raises WeightsError when the checkpoint learnt from other pictures."""
        if notes["source"] != self.data.name:
            raise WeightsError(
                f"{path}: learnt from {notes['source']}, now given {self.data.name}; choose another folder"
            )
        self.best = -math.inf if notes["best"] is None else notes["best"]

    def publish(self) -> None:
        """Nothing: `bundle.make_bundle` makes a character of the checkpoint."""

    def _update(self, batch: Batch, data: Source, close: Batch | None) -> dict[str, float]:
        """The step itself; returns the figures to write down. data: where the batch is from. close: more pictures of
        what costs most."""
        recipe, seen, unit = self.recipe, self.state.seen, 1.0 / data.detail
        parts = _parts(self.generator, batch, self._stir(len(batch.points)))
        pictures = self.generator.pictures(parts, unit)
        joined = seen >= recipe.alone
        together = self.generator.laid(pictures, unit) if joined or not data.apart else None
        picture = layers_loss(pictures, batch, data, recipe) if data.apart else pictures[0].new_zeros(())
        figures: dict[str, float] = {}
        if together is not None:
            picture = picture + whole_loss(together, batch, data, self.weight, recipe.line_weight)
        if close is not None:
            nearer = self.generator.pictures(_parts(self.generator, close), 1.0 / self.data.detail, self.near)
            part = layers_loss(nearer, close, self.data, recipe, self.near)
            figures["close"] = float(part.detach())
            picture = picture + part
        bent = torch.stack([bending(field).mean() for field in parts.fields]).sum()
        figures |= {"picture": float(picture.detach()), "bent": float(bent.detach())}
        loss = picture + recipe.stiffness * bent
        if self._traces and seen // recipe.batch % _TRACED_EVERY == 0:
            pick = torch.from_numpy(np.random.default_rng((recipe.seed, seen, 7)).integers(0, recipe.poses, _TRACED))
            sample = [part[pick].to(self.device) for part in self._traces]
            astray, figures["astray"] = fitting(self.generator, sample, torch.ones(_TRACED, 2, device=self.device), 0.0)
            loss = loss + _TRACED_EVERY * recipe.trace_weight * astray
        if joined:
            assert together is not None
            loss = loss + self._against(together, batch, data, figures)
        value = self.processes.mean({"loss": float(loss.detach())})["loss"]
        if not math.isfinite(value):  # fields that are NaN would crash the sampling's backward pass
            return {**figures, "loss": value}
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]  # torch does not annotate it
        self.processes.average_gradients(self.generator.parameters())
        networks = [weight for name, weight in self.generator.named_parameters() if not name.endswith(_SHEETS)]
        figures["slope"] = float(nn.utils.clip_grad_norm_(networks, 1.0))
        self.optimizer.step()
        if seen // recipe.batch % _BOUND_EVERY == 0:
            rate = next(group["lr"] for group in self.optimizer.param_groups if group["kind"] == "keys")
            self.generator.bound(_BOUND_EVERY * recipe.thrift * rate, recipe.smoothing, recipe.median)
        return figures

    def _stir(self, count: int) -> Tensor | None:
        """(count, inputs) what is wrong with this step's inputs."""
        recipe, inputs = self.recipe, len(self.generator.loose)
        if not recipe.stirring:
            return None
        chance = np.random.default_rng((recipe.seed, self.state.seen, 8))
        wrong = recipe.stirring * chance.standard_normal((count, inputs), np.float32)
        return torch.from_numpy(wrong).to(self.device)

    def _against(self, painted: Tensor, batch: Batch, data: Source, figures: dict[str, float]) -> Tensor:
        """What the critic costs the generator, after a step of the critic's own; adds to the figures."""
        recipe, critic = self.recipe, self.critic
        target, within = whole(batch, data), inside(batch, data)
        if within is not None:
            within = F.interpolate(within, scale_factor=data.detail) if data.detail > 1 else within
            painted, target = painted * within, target * within
        if data.detail > 1:  # the critic looks at the canvas' own pixels
            painted, target = (F.avg_pool2d(one, data.detail) for one in (painted, target))
        crops = critic.crops(self.state.seen // recipe.batch + recipe.seed)
        maps = crop_maps(batch, crops)
        figures |= self._critic_step(painted.detach(), target, batch, crops, maps)
        with torch.no_grad():
            real_scores, real_features = critic(target, maps, crops, asked(batch))
        fake_scores, fake_features = critic(painted, maps, crops, asked(batch))
        against = objectives.pairing_generator_loss(fake_scores, real_scores)
        alike = objectives.feature_loss(fake_features, real_features)
        figures |= {"against": float(against.detach()), "alike": float(alike.detach())}
        return recipe.critic_weight * against + recipe.feature_weight * alike

    def _critic_step(
        self, painted: Tensor, target: Tensor, batch: Batch, crops: tuple[Box, ...], maps: list[Tensor]
    ) -> dict[str, float]:  # fmt: skip
        """One update of the critic, with the slope penalty at every `penalty_every`th; returns its figures."""
        recipe, critic, number = self.recipe, self.critic, self.state.seen // self.recipe.batch
        penal = number % recipe.penalty_every == 0
        real = target.clone().requires_grad_(penal)
        fake = painted.clone().requires_grad_(penal)
        real_scores, _ = critic(real, maps, crops, asked(batch))
        fake_scores, _ = critic(fake, maps, crops, asked(batch))
        loss = objectives.pairing_critic_loss(fake_scores, real_scores)
        figures = {"critic": float(loss.detach()), "gap": float((real_scores - fake_scores).mean().detach())}
        if penal:
            slope = objectives.slope_penalty(real_scores, real) + objectives.slope_penalty(fake_scores, fake)
            loss = loss + 0.5 * recipe.gamma * recipe.penalty_every * slope.mean()
        self.critic_optimizer.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]  # torch does not annotate it
        self.processes.average_gradients(critic.parameters())
        self.critic_optimizer.step()
        return figures
