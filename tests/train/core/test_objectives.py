"""Adversarial objectives: values that are known, and slopes that are the reason each was proposed."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import torch
from torch import Tensor

from mien.train.core import objectives

LOW, HIGH = torch.full((3,), -6.0), torch.full((3,), 6.0)


def slope(loss: Callable[[Tensor], Tensor], at: float) -> float:
    score = torch.tensor([at], requires_grad=True)
    (found,) = torch.autograd.grad(loss(score), score)
    return float(found)


@pytest.mark.parametrize(
    "critic",
    [
        objectives.minimax_critic_loss, objectives.hinge_critic_loss, objectives.wasserstein_critic_loss,
        objectives.pairing_critic_loss,
    ],
)  # fmt: skip
def test_a_critic_wants_real_above_fake(critic: Callable[[Tensor, Tensor], Tensor]) -> None:
    assert critic(LOW, HIGH) < critic(LOW * 0, HIGH * 0) < critic(HIGH, LOW)


@pytest.mark.parametrize(
    "generator",
    [
        objectives.minimax_generator_loss, objectives.non_saturating_generator_loss, objectives.hinge_generator_loss,
        objectives.wasserstein_generator_loss, objectives.least_squares_generator_loss,
    ],
)  # fmt: skip
def test_a_generator_wants_its_fakes_taken_for_real(generator: Callable[[Tensor], Tensor]) -> None:
    assert generator(torch.tensor([1.0])) < generator(torch.tensor([0.0])) < generator(torch.tensor([-2.0]))


def test_minimax_dies_where_the_fakes_are_bad_and_the_others_do_not() -> None:
    assert abs(slope(objectives.minimax_generator_loss, -8.0)) < 1e-3
    for loss in (objectives.non_saturating_generator_loss, objectives.hinge_generator_loss):
        assert slope(loss, -8.0) == pytest.approx(-1.0, abs=1e-3)


def test_minimax_at_no_knowledge_is_the_articles() -> None:
    even = torch.zeros(5)
    assert float(objectives.minimax_critic_loss(even, even)) == pytest.approx(2 * np.log(2))
    assert float(objectives.minimax_generator_loss(even)) == pytest.approx(-np.log(2))


def test_hinge_is_content_beyond_its_margin_and_least_squares_at_its_targets() -> None:
    assert float(objectives.hinge_critic_loss(torch.tensor([-1.5]), torch.tensor([2.0]))) == 0.0
    assert float(objectives.least_squares_critic_loss(torch.zeros(2), torch.ones(2))) == 0.0
    assert float(objectives.least_squares_generator_loss(torch.ones(2))) == 0.0


def test_a_critic_of_slope_one_is_not_penalised() -> None:
    picture = objectives.between(torch.zeros(2, 1, 2, 2), torch.ones(2, 1, 2, 2), torch.tensor([0.25, 0.5]))
    assert float(picture[0].detach().mean()) == 0.25
    straight = picture.sum(dim=(1, 2, 3)) / 2.0  # a gradient of four halves has length 1
    assert objectives.unit_slope_penalty(straight, picture).tolist() == pytest.approx([0.0, 0.0], abs=1e-6)
    steep = 3.0 * picture.sum(dim=(1, 2, 3)) / 2.0
    assert objectives.unit_slope_penalty(steep, picture).tolist() == pytest.approx([4.0, 4.0])
    assert objectives.slope_penalty(steep, picture).tolist() == pytest.approx([9.0, 9.0])
