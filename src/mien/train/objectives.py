"""Objectives: pure functions of scores and pictures, one value an example or a mean; no data, device or logging."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor


def picture_loss(fake: Tensor, real: Tensor, weight: Tensor) -> Tensor:
    """Weighted error of premultiplied pictures plus L1 of their horizontal and vertical differences.

    The error is L1 plus three times its square: L1 alone leaves a thin line out as long as its place is uncertain
    (the median of its pixels is the ground), the square paints it faintly at first and then sharpens it.
    fake, real: (batch, 4, height, width). weight: (batch or 1, 1, height, width), mean about 1.
    """
    error = fake - real
    across = (error[..., :, 1:] - error[..., :, :-1]).abs() * weight[..., :, 1:]
    down = (error[..., 1:, :] - error[..., :-1, :]).abs() * weight[..., 1:, :]
    body = (error.abs() + 3.0 * error.square()) * weight
    return body.mean() + 0.5 * (across.mean() + down.mean())


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
