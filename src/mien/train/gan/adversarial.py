"""The adversarial step: generator, critic, the average of the generator, and one step of all three.

Everything that chance decides at a step is drawn from seed and step alone, so a resumed run equals one that never
stopped, and several processes compute what one would.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from torch import Tensor

from mien.face import CLASSES
from mien.train.core import objectives
from mien.train.core.average import follow
from mien.train.core.device import device, narrow
from mien.train.core.parallel import Processes
from mien.train.core.run import State
from mien.train.gan.augment import Disturbance, disturbance, disturbed
from mien.train.gan.model import noises
from mien.train.gan.networks import Critic, Generator
from mien.train.gan.pictures import Asked, Pictures, mirrored
from mien.train.gan.recipe import Recipe, Task


@dataclass(frozen=True, slots=True)
class _Part:
    """One part of a batch, as this process meets it."""

    real: Tensor
    asked: Asked
    noise: Tensor
    how: Disturbance | None
    others: Tensor  # the wishes of other pictures of the batch

    def twice(self) -> _Part:
        """The same one after itself, for real pictures and painted ones in one pass."""
        asked = Asked(self.asked.wishes.repeat(2, 1), self.asked.points.repeat(2, 1, 1))
        how = self.how.twice() if self.how is not None else None
        return _Part(self.real, asked, self.noise, how, self.others)


class Adversarial:
    """The networks and optimisers of a run on `pictures`, and its state."""

    def __init__(self, pictures: Pictures, recipe: Recipe, processes: Processes):
        self.pictures, self.recipe, self.processes, self.task = pictures, recipe, processes, pictures.task
        torch.manual_seed(recipe.seed)
        self.device = device()
        self.generator, self.average = self._network(Generator), self._network(Generator)
        self.critic = self._network(Critic)
        self.average.load_state_dict(self.generator.state_dict())
        self.average.requires_grad_(False)
        self.optimizers = [
            torch.optim.Adam(network.parameters(), rate, betas=recipe.betas, fused=True)
            for network, rate in ((self.generator, recipe.rate), (self.critic, recipe.critic_rate))
        ]
        self.parts = {
            "generator": self.generator, "average": self.average, "critic": self.critic,
            "generator_optimizer": self.optimizers[0], "critic_optimizer": self.optimizers[1],
        }  # fmt: skip
        self.state = State()
        self.often = 0.0  # how often pictures are disturbed; each roll-back makes chance draw anew

    def _network(self, kind: Callable[[Task, Recipe], Any]) -> Any:
        """A network of this kind on the device, channels last."""
        network = kind(self.task, self.recipe).to(self.device)
        return network.to(memory_format=torch.channels_last)

    def shown(self) -> Generator:
        """The averaged generator, where the monitor and files can take it."""
        average: Generator = self.average
        if self.device.type == "cpu":
            return average
        here = Generator(self.task, self.recipe)
        here.load_state_dict({name: value.cpu() for name, value in average.state_dict().items()})
        return here

    @torch.no_grad()
    def lead(self, held_out: Pictures) -> float:
        """How much better the critic likes training pictures than held-out ones, as a share of its liking for them
        over painted ones."""
        chance = np.random.default_rng((self.recipe.seed, self.state.seen))
        scores = []
        for pictures in (self.pictures, held_out):
            numbers = chance.integers(len(pictures), size=min(256, len(pictures)))
            asked = pictures.asked(numbers)
            wishes, points = asked.wishes.to(self.device), asked.points.to(self.device)
            scores.append(self._judged(pictures.pixels(numbers).to(self.device), wishes, points)[0].mean())
        noise = noises(len(wishes), self.recipe.noise, self.state.seen).to(self.device)
        with self._narrow():
            fake = self.generator(noise, wishes, points).float()
        painted = self._judged(fake, wishes, points)[0].mean()
        return float((scores[0] - scores[1]) / (scores[0] - painted).clamp(min=1e-6))

    def step(self) -> dict[str, float]:
        """One update of the critic, then one of the generator; returns the figures."""
        recipe, state = self.recipe, self.state
        number = state.seen // recipe.batch
        share = min(1.0, state.seen / recipe.images)
        fall = 0.5 * (1.0 + math.cos(math.pi * share))
        rate = recipe.rate_end + (recipe.rate - recipe.rate_end) * fall
        rate *= min(1.0, (state.seen + recipe.batch) / max(1, recipe.warm_up))
        for optimizer, most in zip(self.optimizers, (recipe.rate, recipe.critic_rate), strict=True):
            for group in optimizer.param_groups:
                group["lr"] = 0.5**state.turn * rate * most / recipe.rate
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
        return self.processes.mean(figures)  # all must see the same, or one would act alone

    def _part(self, number: int, part: int, whose: int) -> _Part:
        """What chance gives a part of step `number`. whose: 0 for the critic's, 1 for the generator's."""
        recipe, state = self.recipe, self.state
        count = recipe.batch // recipe.accumulate
        rows = self.processes.rows(count)
        source = np.random.SeedSequence([recipe.seed, state.turn, number, part, whose])
        chance = torch.Generator().manual_seed(int(source.generate_state(1)[0]))
        numbers = self.pictures.numbers(
            recipe.seed + 1_000 * state.turn, 2 * (number * recipe.accumulate + part) + whose, count
        )
        noise = torch.randn(count, recipe.noise, generator=chance)[rows]
        flips = (torch.rand(count, generator=chance) < 0.5)[rows]
        how = disturbance(chance, count, self.often).part(rows) if self.often > 0.0 else None
        mine = numbers[rows]
        real, asked = self.pictures.pixels(mine), self.pictures.asked(mine)
        others = self.pictures.asked(np.roll(numbers, 1)[rows]).wishes if recipe.steady else asked.wishes
        if recipe.mirror:
            real, points = mirrored(real, asked.points, flips)
            asked = Asked(asked.wishes, points)
        d = self.device
        if how is not None:
            how = Disturbance(how.affine.to(d), how.bright.to(d), how.contrast.to(d), how.stain.to(d))
        return _Part(real.to(d), Asked(asked.wishes.to(d), asked.points.to(d)), noise.to(d), how, others.to(d))

    def _painted(self, part: _Part) -> Tensor:
        with self._narrow():
            return self.generator(part.noise, part.asked.wishes, part.asked.points).float()  # type: ignore[no-any-return]

    def _met(self, pictures: Tensor, part: _Part) -> tuple[Tensor, Tensor]:
        """What the critic says of pictures as it meets them: disturbed where the run disturbs."""
        points = part.asked.points
        if part.how is not None:
            pictures, points = disturbed(pictures, points, part.how)
        return self._judged(pictures, part.asked.wishes, points)

    def _judged(self, pictures: Tensor, wishes: Tensor, points: Tensor) -> tuple[Tensor, Tensor]:
        """The critic's scores of pictures and what it reads from them, both in float32."""
        with self._narrow():
            scores, read = self.critic(pictures, wishes, points)
        return scores.float(), read.float()

    def _telling(self, read: Tensor, part: _Part) -> Tensor:
        return self.recipe.telling * objectives.telling_loss(read, part.asked.wishes, len(CLASSES))

    def _narrow(self) -> torch.autocast:
        return narrow(self.device, self.recipe.precision == "bf16")

    def _critic_step(self, number: int, gamma: float) -> dict[str, float]:
        """One update of the critic, part by part, with its penalty where it is due; returns its figures."""
        recipe = self.recipe
        penal = recipe.penalty != "none" and number % recipe.penalty_every == 0
        self.optimizers[1].zero_grad(set_to_none=True)
        figures = {"critic": 0.0, "gap": 0.0}
        for index in range(recipe.accumulate):
            part = self._part(number, index, 0)
            with torch.no_grad():
                fake = self._painted(part)
            slopes = penal and recipe.penalty == "slopes"
            both = torch.cat([part.real, fake]).requires_grad_(slopes)
            scores, read = self._met(both, part.twice())
            real_scores, fake_scores = scores.chunk(2)
            loss = objectives.CRITIC[recipe.objective](fake_scores, real_scores)
            figures["critic"] += float(loss.detach()) / recipe.accumulate
            figures["gap"] += float((real_scores - fake_scores).mean().detach()) / recipe.accumulate
            if recipe.telling:
                loss = loss + self._telling(read.chunk(2)[0], part)
            weight = recipe.penalty_every * gamma
            if slopes:
                loss = loss + weight * objectives.slope_penalty(scores, both).mean()  # of real and fake: R1 + R2
            elif penal:
                shares = torch.rand(len(fake), generator=torch.Generator().manual_seed(number)).to(self.device)
                mixed = objectives.between(part.real, fake, shares)
                slope = objectives.unit_slope_penalty(self._met(mixed, part)[0], mixed)
                loss = loss + weight * slope.mean()
            (loss / recipe.accumulate).backward()  # type: ignore[no-untyped-call]  # torch does not annotate it
        self.processes.average_gradients(self.critic.parameters())
        self.optimizers[1].step()
        return figures

    def _generator_step(self, number: int) -> dict[str, float]:
        """One update of the generator against the critic as it is; returns its figures."""
        recipe = self.recipe
        self.optimizers[0].zero_grad(set_to_none=True)
        self.critic.requires_grad_(False)
        figures = {"generator": 0.0}
        for index in range(recipe.accumulate):
            part = self._part(number, index, 1)
            fake = self._painted(part)
            fake_scores, read = self._met(fake, part)
            with torch.no_grad():
                real_scores, _ = self._met(part.real, part)
            loss = objectives.GENERATOR[recipe.objective](fake_scores, real_scores)
            figures["generator"] += float(loss.detach()) / recipe.accumulate
            if recipe.telling:
                telling = self._telling(read, part)
                figures["telling"] = figures.get("telling", 0.0) + float(telling.detach()) / recipe.accumulate
                loss = loss + telling
            if recipe.steady:
                other = replace(part, asked=Asked(part.others, part.asked.points))
                with torch.no_grad():
                    same = self._painted(other)
                steady = recipe.steady * objectives.steady_loss(fake, same)
                figures["steady"] = figures.get("steady", 0.0) + float(steady.detach()) / recipe.accumulate
                loss = loss + steady
            (loss / recipe.accumulate).backward()  # type: ignore[no-untyped-call]  # likewise
        self.critic.requires_grad_(True)
        self.processes.average_gradients(self.generator.parameters())
        slopes = [weight.grad for weight in self.generator.parameters() if weight.grad is not None]
        figures["slope"] = float(torch.linalg.vector_norm(torch.stack(torch._foreach_norm(slopes))))
        self.optimizers[0].step()
        return figures


def _copied(state: dict[str, Any]) -> dict[str, Any]:
    """An optimiser's state that later steps leave alone."""
    kept = {
        number: {name: value.clone() if isinstance(value, Tensor) else value for name, value in found.items()}
        for number, found in state["state"].items()
    }
    return {"state": kept, "param_groups": state["param_groups"]}
