"""Objectives: pure functions of scores and pictures, one value an example or a mean; no data, device or logging."""

from __future__ import annotations

from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor


def picture_loss(fake: Tensor, real: Tensor, weight: Tensor) -> Tensor:
    """Weighted error of premultiplied pictures plus L1 of their horizontal and vertical differences, shared out over
    all pixels.

    The error is L1 plus three times its square: L1 alone leaves a thin line out as long as its place is uncertain
    (the median of its pixels is the ground), the square paints it faintly at first and then sharpens it.
    fake, real: (batch, 4, height, width). weight: (batch or 1, 1, height, width), mean about 1.
    """
    error = fake - real
    across = (error[..., :, 1:] - error[..., :, :-1]).abs() * weight[..., :, 1:]
    down = (error[..., 1:, :] - error[..., :-1, :]).abs() * weight[..., 1:, :]
    body = (error.abs() + 3.0 * error.square()) * weight
    return (body.sum() + 0.5 * (across.sum() + down.sum())) / error.numel()


def line_weight(real: Tensor, strength: float) -> Tensor:
    """(batch, 1, height, width) what an error costs more where lines are drawn: 1 on flat ground, up to 1 + strength.

    real: (batch, 4, height, width) premultiplied pictures.
    """
    steps = F.pad((real[..., 1:, 1:] - real[..., :-1, :-1]).abs().amax(dim=1, keepdim=True), (0, 1, 0, 1))
    return 1.0 + strength * F.max_pool2d((2.0 * steps).clamp(max=1.0), 3, stride=1, padding=1)


def pairing_generator_loss(fake: Tensor, real: Tensor) -> Tensor:
    """Relativistic pairing loss of the generator. fake, real: (batch,) raw scores of paired examples.

    Source: Jolicoeur-Martineau, "The relativistic discriminator", 2018; Huang et al., "The GAN is dead; long live
    the GAN!", 2024.
    """
    return F.softplus(real - fake).mean()


def pairing_critic_loss(fake: Tensor, real: Tensor) -> Tensor:
    """Relativistic pairing loss of the discriminator. Source: as above."""
    return F.softplus(fake - real).mean()


def minimax_generator_loss(fake: Tensor) -> Tensor:
    """log(1 - D) of the first generative adversarial nets, D = sigmoid of the score: flat where the fakes are bad.

    Here as below fake, real: (batch,) raw scores. Source: Goodfellow et al., "Generative adversarial nets", 2014.
    """
    return -F.softplus(fake).mean()


def minimax_critic_loss(fake: Tensor, real: Tensor) -> Tensor:
    """-log D(real) - log(1 - D(fake)). Source: as above."""
    return F.softplus(-real).mean() + F.softplus(fake).mean()


def non_saturating_generator_loss(fake: Tensor) -> Tensor:
    """-log D(fake): steep where the fakes are bad; the critic's part is `minimax_critic_loss`. Source: as above."""
    return F.softplus(-fake).mean()


def hinge_generator_loss(fake: Tensor) -> Tensor:
    """Source: Lim and Ye, "Geometric GAN", 2017."""
    return -fake.mean()


def hinge_critic_loss(fake: Tensor, real: Tensor) -> Tensor:
    """Scores beyond -1 and 1 are good enough. Source: as above."""
    return F.relu(1.0 - real).mean() + F.relu(1.0 + fake).mean()


def wasserstein_generator_loss(fake: Tensor) -> Tensor:
    """Source: Arjovsky et al., "Wasserstein GAN", 2017."""
    return -fake.mean()


def wasserstein_critic_loss(fake: Tensor, real: Tensor) -> Tensor:
    """Wants a critic of slope 1: add `unit_slope_penalty`. Source: as above."""
    return fake.mean() - real.mean()


def least_squares_generator_loss(fake: Tensor) -> Tensor:
    """Source: Mao et al., "Least squares generative adversarial networks", 2017; targets 0 and 1."""
    return 0.5 * (fake - 1.0).square().mean()


def least_squares_critic_loss(fake: Tensor, real: Tensor) -> Tensor:
    """Source: as above."""
    return 0.5 * ((real - 1.0).square().mean() + fake.square().mean())


def unit_slope_penalty(score: Tensor, picture: Tensor) -> Tensor:
    """(batch,) squared distance from 1 of the score's slope at pictures between real and fake ones (WGAN-GP).

    picture: a leaf that requires its gradient and that `score` was computed from.
    Source: Gulrajani et al., "Improved training of Wasserstein GANs", 2017.
    """
    (gradient,) = torch.autograd.grad(score.sum(), picture, create_graph=True)
    return (gradient.square().sum(dim=(1, 2, 3)).sqrt() - 1.0).square()


def between(real: Tensor, fake: Tensor, share: Tensor) -> Tensor:
    """Pictures on the way from real to fake ones, as a leaf for `unit_slope_penalty`; share: (batch,) in 0..1."""
    mixed = torch.lerp(real.detach(), fake.detach(), share[:, None, None, None])
    return mixed.requires_grad_()


def slope_penalty(score: Tensor, picture: Tensor) -> Tensor:
    """(batch,) squared norm of the score's gradient at the picture: R1 at real pictures, R2 at painted ones.

    picture: a leaf that requires its gradient and that `score` was computed from.
    Source: Mescheder et al., "Which training methods for GANs do actually converge?", 2018.
    """
    (gradient,) = torch.autograd.grad(score.sum(), picture, create_graph=True)
    return gradient.square().sum(dim=(1, 2, 3))


def feature_loss(fake: list[Tensor], real: list[Tensor]) -> Tensor:
    """Mean L1 between the discriminator's maps of painted and real pictures.

    Source: Wang et al., "High-resolution image synthesis ... with conditional GANs" (pix2pixHD), 2018.
    """
    terms = [F.l1_loss(f, r.detach()) for f, r in zip(fake, real, strict=True)]
    return torch.stack(terms).mean()


def telling_loss(read: Tensor, asked: Tensor, classes: int) -> Tensor:
    """How far what a critic reads from pictures is from what was asked: cross-entropy of the first `classes` numbers,
    plus the squared error of the rest, added up.

    read, asked: (batch, classes + columns); read's classes are logits, asked's are shares.
    Source: Odena et al., "Conditional image synthesis with auxiliary classifier GANs", 2017.
    """
    feeling = -(asked[:, :classes] * F.log_softmax(read[:, :classes], dim=1)).sum(dim=1)
    return (feeling + (read[:, classes:] - asked[:, classes:]).square().sum(dim=1)).mean()


def steady_loss(picture: Tensor, other: Tensor, cells: int = 4) -> Tensor:
    """Mean L1 between two pictures, (batch, channels, size, size), averaged to cells by cells: their colours at large.

    Nobody says that a character's hair must not follow its feelings, and where every training picture shows another
    character a generator is free to let it.
    """
    return F.l1_loss(F.adaptive_avg_pool2d(picture, cells), F.adaptive_avg_pool2d(other, cells))


def known_mean(values: Tensor, known: Tensor) -> Tensor:
    """The mean of the values where `known`, a mask that may be broadcast to them; zero when nothing is."""
    return (values * known).sum() / known.expand_as(values).sum().clamp(min=1)


Objective = Callable[[Tensor, Tensor], Tensor]
"""Scores of painted and of real pictures, (batch,) each, to a loss."""

GENERATOR: dict[str, Objective] = {
    "minimax": lambda fake, _: minimax_generator_loss(fake),
    "non-saturating": lambda fake, _: non_saturating_generator_loss(fake),
    "hinge": lambda fake, _: hinge_generator_loss(fake),
    "wasserstein": lambda fake, _: wasserstein_generator_loss(fake),
    "least-squares": lambda fake, _: least_squares_generator_loss(fake),
    "pairing": pairing_generator_loss,
}
"""The generator's part of each game."""

CRITIC: dict[str, Objective] = {
    "minimax": minimax_critic_loss,
    "non-saturating": minimax_critic_loss,
    "hinge": hinge_critic_loss,
    "wasserstein": wasserstein_critic_loss,
    "least-squares": least_squares_critic_loss,
    "pairing": pairing_critic_loss,
}
"""The critic's part of each game."""
