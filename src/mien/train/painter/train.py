"""Training of one character's painter: first to paint the right picture, then, against a critic, a crisp one."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from mien.face import SettingsError, WeightsError
from mien.face.channels import HEAD_SLICE, MARK_SLICE
from mien.files import atomic_path, make_folder
from mien.paint.align import canonical
from mien.progress import Bar, bar
from mien.train.core import objectives
from mien.train.core.average import follow
from mien.train.core.checkpoint import load_checkpoint, save_checkpoint
from mien.train.core.device import narrow
from mien.train.core.provenance import commit
from mien.train.core.sheets import save_png, sheet, shown
from mien.train.painter.cels import bending
from mien.train.painter.critic import Critic, asked, crop_maps
from mien.train.painter.drawn import Drawn
from mien.train.painter.networks import Generator, Widths
from mien.train.painter.recipe import Recipe
from mien.train.painter.source import Batch, Source, as_batch, batches


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
    x = torch.arange(widths.width, dtype=place.dtype) + 0.5
    y = torch.arange(widths.height, dtype=place.dtype)[:, None] + 0.5
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
        warm = min(1.0, (seen + 1) / 2_000)
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
    """Train until `recipe.images` were seen; resumes where the folder's checkpoint stands. Returns the checkpoint.

    source: pictures to learn from; None for those of the recipe's drawn character.
    stop: asked after every batch with the images seen; training ends, saved, when it says so.
    Raises WeightsError when the folder holds a checkpoint of another recipe or other pictures.
    """
    torch.manual_seed(recipe.seed)
    make_folder(out)
    data = source or source_of(recipe)
    widths = widths_of(recipe, data)
    generator = _channels_last(Generator(widths))
    generator.begin(mean_picture(data), *turns(data), torch.from_numpy(data.reach()))
    average = _channels_last(Generator(widths))
    average.load_state_dict(generator.state_dict())
    critic = Critic(widths.windows, (widths.width, widths.height))
    optimizer = _optimizer(generator, recipe)
    critic_optimizer = torch.optim.Adam(critic.parameters(), recipe.critic_rate, betas=(0.0, 0.99), fused=True)
    parts = {
        "generator": generator, "average": average, "critic": critic,
        "optimizer": optimizer, "critic_optimizer": critic_optimizer,
    }  # fmt: skip
    path = out / "checkpoint.safetensors"
    seen = _resumed(path, parts, recipe, data) if path.exists() else 0
    if seen > recipe.images:
        raise WeightsError(f"{path}: it has seen {seen} images, the recipe ends at {recipe.images}; raise `images`")
    with atomic_path(out / "recipe.json") as fresh:
        fresh.write_text(json.dumps({**asdict(recipe), "commit": commit()}, indent=1))
    weight = weight_map(widths, recipe, data)
    loader = batches(data, seen, recipe.images, recipe.batch)
    keep = 0.5 ** (recipe.batch / recipe.half_life)
    counter: Bar[None] = bar(total=recipe.images, initial=seen, unit="images", silent=not progress)
    sums: dict[str, float] = {}
    count, started = 0, time.time()
    for parts_of_batch in loader:
        batch = as_batch(parts_of_batch)
        for group in optimizer.param_groups:
            group["lr"] = rate_at(recipe, seen) * group["haste"]
        within = inside(batch.place, widths) if data.bounded else None
        figures = _step(generator, critic, optimizer, critic_optimizer, batch, weight, recipe, seen, within)
        if not math.isfinite(figures["picture"]):
            raise WeightsError(f"{out}: the loss is no number after {seen} images; lower `rate` and resume")
        if seen < 2_000:  # the first average would remember the random start
            average.load_state_dict(generator.state_dict())
        follow(average, generator, keep)
        seen += recipe.batch
        count += 1
        for name, value in figures.items():
            sums[name] = sums.get(name, 0.0) + value
        counter.update(recipe.batch)
        ending = stop is not None and stop(seen)
        if seen % recipe.save_every < recipe.batch or ending or seen + recipe.batch > recipe.images:
            save_checkpoint(path, parts, asdict(recipe), seen, {"source": data.name})
            means = {name: value / count for name, value in sums.items()}
            _log(out, {"seen": seen, "images_per_s": count * recipe.batch / (time.time() - started), **means})
            _grid(out / "samples.png", average, batch)
            counter.set_postfix({name: f"{value:.4f}" for name, value in means.items()})
            sums, count, started = {}, 0, time.time()
        if ending:
            break
    counter.close()
    return path


def _resumed(path: Path, parts: dict[str, Any], recipe: Recipe, data: Source) -> int:
    saved = load_checkpoint(path, parts, asdict(recipe))
    was = saved.notes.get("source", data.name)
    if was != data.name:
        raise WeightsError(f"{path}: learnt from {was}, now given {data.name}; choose another folder")
    return saved.seen


def _step(
    generator: Generator, critic: Critic, optimizer: torch.optim.Optimizer,
    critic_optimizer: torch.optim.Optimizer, batch: Batch, weight: Tensor, recipe: Recipe, seen: int,
    within: Tensor | None,
) -> dict[str, float]:  # fmt: skip
    """One update of the generator and, once it has joined, of the critic; returns the figures to log.

    within: (batch, 1, height, width) 1 where the pictures are known, None where they are everywhere.
    """
    painted, fields = painted_parts(generator, batch)
    if within is not None:
        painted = painted * within
        batch = replace(batch, target=batch.target * within)
    lines = objectives.line_weight(batch.target, recipe.line_weight)
    picture = objectives.picture_loss(painted, batch.target, weight * lines)
    bent = bending(fields).mean()
    figures = {"picture": float(picture.detach()), "bent": float(bent.detach())}
    loss = picture + recipe.stiffness * bent
    if seen >= recipe.alone:
        crops = critic.crops(seen // recipe.batch + recipe.seed)
        maps = crop_maps(batch, crops)
        figures |= _critic_step(critic, critic_optimizer, painted.detach(), batch, crops, maps, recipe, seen)
        with torch.no_grad():
            real_scores, real_features = critic(batch.target, maps, crops, asked(batch))
        fake_scores, fake_features = critic(painted, maps, crops, asked(batch))
        against = objectives.pairing_generator_loss(fake_scores, real_scores)
        alike = objectives.feature_loss(fake_features, real_features)
        loss = loss + recipe.critic_weight * against + recipe.feature_weight * alike
        figures |= {"against": float(against.detach()), "alike": float(alike.detach())}
    optimizer.zero_grad(set_to_none=True)
    loss.backward()  # type: ignore[no-untyped-call]  # torch does not annotate it
    nn.utils.clip_grad_norm_(generator.parameters(), 1.0)
    optimizer.step()
    return figures


def _critic_step(
    critic: Critic, optimizer: torch.optim.Optimizer, painted: Tensor, batch: Batch,
    crops: Any, maps: list[Tensor], recipe: Recipe, seen: int,
) -> dict[str, float]:  # fmt: skip
    penal = (seen // recipe.batch) % recipe.penalty_every == 0
    real = batch.target.clone().requires_grad_(penal)
    fake = painted.clone().requires_grad_(penal)
    real_scores, _ = critic(real, maps, crops, asked(batch))
    fake_scores, _ = critic(fake, maps, crops, asked(batch))
    loss = objectives.pairing_critic_loss(fake_scores, real_scores)
    figures = {"critic": float(loss.detach()), "gap": float((real_scores - fake_scores).mean().detach())}
    if penal:
        slope = objectives.slope_penalty(real_scores, real) + objectives.slope_penalty(fake_scores, fake)
        loss = loss + 0.5 * recipe.gamma * recipe.penalty_every * slope.mean()
    optimizer.zero_grad(set_to_none=True)
    loss.backward()  # type: ignore[no-untyped-call]  # torch does not annotate it
    optimizer.step()
    return figures


def _log(out: Path, row: dict[str, float]) -> None:
    with (out / "stats.jsonl").open("a") as file:
        file.write(json.dumps({name: round(value, 6) for name, value in row.items()}) + "\n")


@torch.no_grad()
def _grid(path: Path, average: Generator, batch: Batch) -> None:
    """A picture of painted (above) and drawn (below) samples on grey."""
    pictures = torch.cat([paint_batch(average, batch), batch.target])
    save_png(path, sheet(shown(pictures), len(batch.target)))
