"""Training of one character's painter: first to paint the right picture, then, against a critic, a crisp one."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from mien.face import SettingsError, WeightsError
from mien.face.channels import HEAD_SLICE, MARK_SLICE
from mien.files import atomic_path
from mien.paint.align import canonical
from mien.train.core import objectives
from mien.train.core.average import follow
from mien.train.core.device import device, narrow
from mien.train.core.monitor import Trouble
from mien.train.core.parallel import Processes, processes
from mien.train.core.provenance import commit
from mien.train.core.run import Plan, Run, State
from mien.train.core.sheets import sheet, shown
from mien.train.painter.cels import bending
from mien.train.painter.critic import Critic, asked, crop_maps
from mien.train.painter.drawn import Drawn
from mien.train.painter.monitor import Monitor, troubles
from mien.train.painter.networks import Box, Generator, Widths
from mien.train.painter.recipe import MAY_CHANGE, Recipe
from mien.train.painter.source import Batch, Source, as_batch, batches

_SETTLED = 2_000
"""Images from which on weights are averaged; over as many the rate rises."""


def source_of(recipe: Recipe) -> Source:
    """The pictures of a recipe's drawn character. Raises SettingsError when it has none."""
    if recipe.identity is None:
        raise SettingsError("identity: the recipe draws no character; give the pictures to learn from")
    return Drawn(recipe.identity, recipe.picture, recipe.seed)


def widths_of(recipe: Recipe, source: Source) -> Widths:
    """The generator's shape for a recipe and its pictures; its windows lie over the eyes and the mouth."""
    canvas = source.canvas
    coarse, middle, fine, detail = recipe.channels
    margin = (canvas.width - canvas.picture) / 2, (canvas.height - canvas.picture) / 2
    return Widths(
        canvas.width, canvas.height, canvas.picture, source.windows, margin, coarse, middle, fine, detail, recipe.cels
    )  # fmt: skip


def weight_map(widths: Widths, recipe: Recipe, source: Source) -> Tensor:
    """(1, 1, height, width) what an error costs, by place; mean 1."""
    weight = torch.ones(1, 1, widths.height, widths.width)
    costs = (recipe.eye_weight, recipe.lip_weight)
    for (left, top, right, bottom), value in zip(widths.windows, costs, strict=True):
        weight[..., top:bottom, left:right] = value
    weight += recipe.mark_weight * torch.from_numpy(source.changes())
    return weight / weight.mean()


def inside(place: Tensor, widths: Widths) -> Tensor:
    """(batch, 1, height, width) 1 where a canvas pixel lies within the picture, else 0. place: canvas to picture."""
    x = torch.arange(widths.width, dtype=place.dtype, device=place.device) + 0.5
    y = torch.arange(widths.height, dtype=place.dtype, device=place.device)[:, None] + 0.5
    e = place[:, :, :, None, None]
    at = e[:, :, 0] * x + e[:, :, 1] * y + e[:, :, 2]
    found: Tensor = ((at > 1.0) & (at < widths.picture - 1.0)).all(dim=1, keepdim=True).to(place.dtype)
    return found


def _channels_last(generator: Generator) -> Generator:
    """Convolutions are fastest so; the cels' sheets are sampled a channel at a time and stay as they are."""
    for part in generator.modules():
        if isinstance(part, nn.Conv2d):
            part.to(memory_format=torch.channels_last)  # type: ignore[call-overload]  # not in its stub
    return generator


def _optimizer(generator: Generator, recipe: Recipe) -> torch.optim.Optimizer:
    """Adam; the cels, of which each number is met once a picture, go five times as fast.

    The windows go slower: what they cover is a product, and at the full rate they run away.
    """
    # five times and .4: ours
    sheets, windows = [generator.cels.sheets, generator.cels.keys], list(generator.windows.parameters())
    own = {id(weight) for weight in (*sheets, *windows)}
    others = [weight for weight in generator.parameters() if id(weight) not in own]
    groups = [
        {"params": others, "haste": 1.0}, {"params": windows, "haste": 0.4},
        {"params": sheets, "haste": 5.0, "weight_decay": recipe.fading},
    ]  # fmt: skip
    return torch.optim.AdamW(groups, recipe.rate, betas=(0.9, 0.99), weight_decay=0.0, fused=True)


def mean_picture(data: Source, count: int = 64) -> Tensor:
    """(4, height, width) the mean of the first `count` training pictures."""
    return torch.stack([data[number][0] for number in range(count)]).float().mean(dim=0).permute(2, 0, 1) / 255.0


def turns(data: Source, count: int = 1_500) -> tuple[Tensor, Tensor]:
    """(count, 70, 2) canonical key points of poses beside the training ones, and (count, 2) their yaw and pitch."""
    poses = [data.pose(-number - 1) for number in range(count)]
    points = torch.stack([torch.from_numpy(canonical(at, place, data.canvas.picture)) for _, at, place in poses])
    return points, torch.stack([torch.from_numpy(pose.channels[HEAD_SLICE][:2].copy()) for pose, _, _ in poses])


def rate_at(recipe: Recipe, seen: int) -> float:
    """The generator's learning rate after this many images."""
    if seen < recipe.alone:
        warm = min(1.0, (seen + 1) / _SETTLED)
        high, share = recipe.rate * warm, seen / recipe.alone
    else:
        high, share = 0.2 * recipe.rate, (seen - recipe.alone) / max(1, recipe.images - recipe.alone)
    return recipe.rate_end + (high - recipe.rate_end) * 0.5 * (1 + math.cos(math.pi * min(1.0, share)))


def paint_batch(generator: Generator, batch: Batch) -> Tensor:
    """The generator's picture of a batch, (batch, 4, height, width), in float32."""
    return painted_parts(generator, batch)[0]


def painted_parts(generator: Generator, batch: Batch) -> tuple[Tensor, Tensor]:
    """As `paint_batch`, and the cels' fields: (batch, cels + 1, 2, knots down, knots across)."""
    with narrow(batch.points.device):
        parts = generator.parts(batch.points, batch.place, batch.expression, batch.emotion, batch.noise, batch.given)
        picture = generator.laid(parts, batch.expression[:, MARK_SLICE] * batch.given[:, 1:])
    return picture.float(), parts.fields


def train_painter(
    out: Path, recipe: Recipe, progress: bool = True, stop: Callable[[int], bool] | None = None,
    source: Source | None = None,
) -> Path:  # fmt: skip
    """Train until `recipe.images` were seen; resumes at the run's newest checkpoint. Returns the folder `out`.

    It holds recipe.json, and what `core.run.Run` writes: samples.png, journal.jsonl and the last three checkpoints.
    source: pictures to learn from; None for those of the recipe's drawn character.
    stop: asked after every batch with the images seen; training ends, saved, when it says so.
    Raises WeightsError when the folder holds a run of another recipe or other pictures, or an alarm stops it.
    """
    plan = Plan(
        recipe.images, recipe.batch, recipe.save_every, recipe.watch_every, recipe.alarms.action, asdict(recipe),
        MAY_CHANGE,
    )  # fmt: skip
    with torch.random.fork_rng():
        together = processes()
        run = Run(out, _Trainee(recipe, source or source_of(recipe), together), plan, together)
        if together.leads:
            with atomic_path(out / "recipe.json") as fresh:
                fresh.write_text(json.dumps({**asdict(recipe), "commit": commit()}, indent=1))
        return run.train(progress, stop)


class _Trainee:
    """A painter and its critic as `core.run.Trainee` has them."""

    def __init__(self, recipe: Recipe, data: Source, together: Processes):
        torch.manual_seed(recipe.seed)
        self.recipe, self.data, self.processes, self.device = recipe, data, together, device()
        self.widths = widths_of(recipe, data)
        generator = Generator(self.widths)
        generator.begin(mean_picture(data), *turns(data), torch.from_numpy(data.reach()))
        average = Generator(self.widths)
        average.load_state_dict(generator.state_dict())
        self.generator, self.average = (_channels_last(one.to(self.device)) for one in (generator, average))
        self.critic = Critic(self.widths.windows, (self.widths.width, self.widths.height)).to(self.device)
        self.optimizer = _optimizer(self.generator, recipe)
        self.critic_optimizer = torch.optim.Adam(
            self.critic.parameters(), recipe.critic_rate, betas=(0.0, 0.99), fused=True
        )
        self.parts = {
            "generator": self.generator, "average": self.average, "critic": self.critic,
            "optimizer": self.optimizer, "critic_optimizer": self.critic_optimizer,
        }  # fmt: skip
        self.state = State()
        self.weight = weight_map(self.widths, recipe, data).to(self.device)
        self.monitor = Monitor(data, self.device)
        self.best = -math.inf  # of the looks' psnr
        self._batches: Iterator[list[Tensor]] | None = None
        self._shown: Batch | None = None

    def step(self) -> dict[str, float]:
        """One update of the generator and, once it has joined, of the critic, on the next batch."""
        recipe, seen = self.recipe, self.state.seen
        if self._batches is None:
            rows = self.processes.rows(recipe.batch)
            whole = seen + -(-(recipe.images - seen) // recipe.batch) * recipe.batch
            self._batches = iter(batches(self.data, seen, whole, recipe.batch, rows=rows))
        batch = self._shown = as_batch(next(self._batches), self.device)
        slower = 0.5**self.state.turn
        for group in self.optimizer.param_groups:
            group["lr"] = slower * rate_at(recipe, seen) * group["haste"]
        for group in self.critic_optimizer.param_groups:
            group["lr"] = slower * recipe.critic_rate
        figures = self._update(batch)
        if seen < _SETTLED:  # the first average would remember the random start
            self.average.load_state_dict(self.generator.state_dict())
        follow(self.average, self.generator, 0.5 ** (recipe.batch / recipe.half_life))
        return self.processes.mean(figures)

    def look(self, means: Mapping[str, float], finite: bool) -> tuple[dict[str, Any], list[Trouble]]:
        """How the average paints poses beside the training ones."""
        look = self.monitor.look(self._pair) if finite else None
        found = troubles(look, means, self.recipe.alarms, self.state.seen, self.best)
        if look is not None:
            self.best = max(self.best, look.psnr)
        return asdict(look) if look is not None else {}, found

    def _pair(self, batch: Batch) -> tuple[Tensor, Tensor]:
        """What the average paints of a batch, and what it ought to, as far as that is known."""
        painted, within = paint_batch(self.average, batch), self._within(batch)
        return (painted, batch.target) if within is None else (painted * within, batch.target * within)

    def _within(self, batch: Batch) -> Tensor | None:
        """(batch, 1, height, width) 1 where the pictures are known, None where they are everywhere."""
        return inside(batch.place, self.widths) if self.data.bounded else None

    def facts(self) -> dict[str, float]:
        """The generator's learning rate."""
        return {"rate": 0.5**self.state.turn * rate_at(self.recipe, self.state.seen)}

    @torch.no_grad()
    def sheet(self) -> NDArray[np.uint8]:
        """The last batch, painted (above) and as it ought to be (below), on grey."""
        assert self._shown is not None, "a look comes after a step"
        pictures = torch.cat([paint_batch(self.average, self._shown), self._shown.target])
        return sheet(shown(pictures), len(self._shown.target))

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
        self._batches = None

    def publish(self) -> None:
        """Nothing: `bundle.make_bundle` makes a character of the checkpoint."""

    def _update(self, batch: Batch) -> dict[str, float]:
        """The step itself; returns the figures to write down."""
        recipe, seen, critic = self.recipe, self.state.seen, self.critic
        painted, fields = painted_parts(self.generator, batch)
        within = self._within(batch)
        if within is not None:
            painted = painted * within
            batch = replace(batch, target=batch.target * within)
        lines = objectives.line_weight(batch.target, recipe.line_weight)
        picture = objectives.picture_loss(painted, batch.target, self.weight * lines)
        bent = bending(fields).mean()
        figures = {"picture": float(picture.detach()), "bent": float(bent.detach())}
        loss = picture + recipe.stiffness * bent
        if seen >= recipe.alone:
            crops = critic.crops(seen // recipe.batch + recipe.seed)
            maps = crop_maps(batch, crops)
            figures |= self._critic_step(painted.detach(), batch, crops, maps)
            with torch.no_grad():
                real_scores, real_features = critic(batch.target, maps, crops, asked(batch))
            fake_scores, fake_features = critic(painted, maps, crops, asked(batch))
            against = objectives.pairing_generator_loss(fake_scores, real_scores)
            alike = objectives.feature_loss(fake_features, real_features)
            loss = loss + recipe.critic_weight * against + recipe.feature_weight * alike
            figures |= {"against": float(against.detach()), "alike": float(alike.detach())}
        value = self.processes.mean({"loss": float(loss.detach())})["loss"]
        if not math.isfinite(value):  # fields that are NaN would crash the sampling's backward pass
            return {**figures, "loss": value}
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]  # torch does not annotate it
        self.processes.average_gradients(self.generator.parameters())
        figures["slope"] = float(nn.utils.clip_grad_norm_(self.generator.parameters(), 1.0))
        self.optimizer.step()
        return figures

    def _critic_step(
        self, painted: Tensor, batch: Batch, crops: tuple[Box, ...], maps: list[Tensor]
    ) -> dict[str, float]:  # fmt: skip
        """One update of the critic, with the slope penalty at every `penalty_every`th; returns its figures."""
        recipe, critic, number = self.recipe, self.critic, self.state.seen // self.recipe.batch
        penal = number % recipe.penalty_every == 0
        real = batch.target.clone().requires_grad_(penal)
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
