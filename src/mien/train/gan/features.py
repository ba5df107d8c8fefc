"""Eyes that measure: pictures to rows of features, always named beside a figure.

`RandomEyes` are convolutions that nobody trained, the same on every machine: they favour no data set and see texture,
colour and layout. Source: "How good are random convolutional features for GAN evaluation", arXiv 2208.09218.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor, nn

_SIDE = 64
_CHANNELS = (32, 64, 128, 256)


class Eyes(Protocol):
    """Something that turns pictures to features. name: what figures measured with it are named after."""

    name: str

    def see(self, pictures: Tensor) -> Tensor:
        """(n, channels, size, size) in 0..1 -> (n, d)."""
        ...


class RandomEyes(nn.Module):
    """Four strided convolutions with random orthogonal weights; of every map its mean and its spread."""

    def __init__(self, channels: int):
        super().__init__()
        self.name = "random convolutions"
        chance = torch.Generator().manual_seed(2208)
        layers = []
        inside = channels
        for outside in _CHANNELS:
            layer = nn.Conv2d(inside, outside, 3, stride=2, padding=1, bias=False)
            flat = torch.randn(max(outside, inside * 9), min(outside, inside * 9), generator=chance)
            basis = torch.linalg.qr(flat)[0]
            rows = basis if basis.shape[0] == outside else basis.T
            layer.weight.data.copy_(rows.reshape(outside, inside, 3, 3) * 2.0**0.5)
            layers.append(layer)
            inside = outside
        self.layers = nn.ModuleList(layers)
        self.requires_grad_(False)

    @torch.no_grad()
    def see(self, pictures: Tensor) -> Tensor:
        """As `Eyes.see`; d is 704."""
        x = 2.0 * F.interpolate(pictures.clamp(0.0, 1.0), (_SIDE, _SIDE), mode="area") - 1.0
        found = []
        for layer in self.layers:
            x = F.leaky_relu(layer(x), 0.2)
            found += [x.mean(dim=(2, 3)), x.std(dim=(2, 3))] if layer is not self.layers[0] else []
        # coarse layout: where on the face a map is strong
        found.append(F.adaptive_avg_pool2d(x, 2).flatten(1)[:, ::2])
        return torch.cat(found, dim=1)


def features(eyes: Eyes, pictures: Iterable[Tensor]) -> NDArray[np.float32]:
    """(n, d) of all pictures, which come in batches."""
    rows = [eyes.see(batch).float().cpu().numpy() for batch in pictures]
    return np.concatenate(rows).astype(np.float32)


def in_batches(pictures: Tensor, size: int = 128) -> Iterable[Tensor]:
    """A tensor's pictures, `size` at a time."""
    return (pictures[start : start + size] for start in range(0, len(pictures), size))
