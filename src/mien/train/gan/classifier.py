"""An expression classifier, trained on the pictures at hand: a judge of what is shown, and eyes that look at faces."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor, nn

from mien.face import CLASSES
from mien.progress import bar
from mien.train.core.device import narrow
from mien.train.gan.augment import disturbance, disturbed
from mien.train.gan.features import in_batches

_BATCH = 64  # ours, as the widths
_CHANNELS = (32, 64, 96, 128)
_FEATURES = 128


class ExpressionNet(nn.Module):
    """Pictures of any size to scores of the nine classes; its last hidden layer serves as features."""

    def __init__(self, channels: int):
        super().__init__()
        self.name = "expression network"
        layers: list[nn.Module] = []
        inside = channels
        for outside in _CHANNELS:
            layers += [
                nn.Conv2d(inside, outside, 3, padding=1, bias=False), nn.BatchNorm2d(outside), nn.ReLU(),
                nn.Conv2d(outside, outside, 3, padding=1, bias=False), nn.BatchNorm2d(outside), nn.ReLU(),
                nn.MaxPool2d(2),
            ]  # fmt: skip
            inside = outside
        self.layers = nn.Sequential(*layers)
        self.hidden = nn.Linear(inside * 9, _FEATURES)
        self.score = nn.Linear(_FEATURES, len(CLASSES))

    def hidden_of(self, pictures: Tensor) -> Tensor:
        """(n, 128) features of (n, channels, size, size) pictures in 0..1."""
        x = F.adaptive_avg_pool2d(self.layers(2.0 * pictures.clamp(0.0, 1.0) - 1.0), 3)
        return F.relu(self.hidden(x.flatten(1)))

    def forward(self, pictures: Tensor) -> Tensor:
        """(n, 9) scores."""
        scores: Tensor = self.score(F.dropout(self.hidden_of(pictures), 0.3, self.training))
        return scores

    @torch.no_grad()
    def see(self, pictures: Tensor) -> Tensor:
        """As `Eyes.see`."""
        return self.hidden_of(pictures)


Draw = Callable[[int, int], tuple[Tensor, Tensor]]
"""(step, count) to (count, channels, size, size) pictures and (count, 9) class shares."""


def train_classifier(draw: Draw, channels: int, images: int, seed: int = 0, progress: bool = False) -> ExpressionNet:
    """A classifier trained on `images` pictures that `draw` gives; ready to judge."""
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        net: ExpressionNet = ExpressionNet(channels).to(memory_format=torch.channels_last)  # type: ignore[call-overload]  # not in its stub
        optimizer = torch.optim.AdamW(net.parameters(), 1e-3, weight_decay=0.02)
        steps = max(1, images // _BATCH)
        chance = torch.Generator().manual_seed(seed)
        for step in bar(range(steps), unit="steps", name="classifier", silent=not progress):
            for group in optimizer.param_groups:
                group["lr"] = 1e-3 * 0.5 * (1.0 + np.cos(np.pi * step / steps)) + 1e-5
            pictures, shares = draw(step, _BATCH)
            flips = torch.rand(len(pictures), generator=chance) < 0.5
            pictures = torch.where(flips[:, None, None, None], pictures.flip(3), pictures)
            pictures, _ = disturbed(
                pictures, pictures.new_zeros(len(pictures), 0, 2), disturbance(chance, len(pictures), 0.4)
            )
            with narrow(pictures.device):
                scores = net(pictures)
            loss = F.cross_entropy(scores.float(), shares, label_smoothing=0.05)
            optimizer.zero_grad(set_to_none=True)
            loss.backward()  # type: ignore[no-untyped-call]  # torch does not annotate it
            optimizer.step()
    net.eval()
    return net


@torch.no_grad()
def judged(net: ExpressionNet, pictures: Tensor) -> NDArray[np.int64]:
    """(n,) the class that each picture shows, as an index into CLASSES."""
    return np.concatenate([net(batch).argmax(dim=1).numpy() for batch in in_batches(pictures)])


@dataclass(frozen=True, slots=True)
class Agreement:
    """How often the judge sees what was asked. share: of all. classes: of each class that was asked for. table:
    (9, 9) counts, asked by seen."""

    share: float
    classes: dict[str, float]
    table: NDArray[np.int64]

    @property
    def mean(self) -> float:
        """The mean over the classes: a judge that always sees the commonest one is right about that one alone."""
        return float(np.mean(list(self.classes.values())))


def agreement(asked: NDArray[np.int64], seen: NDArray[np.int64]) -> Agreement:
    """(n,) and (n,) indices into CLASSES."""
    table = np.zeros((len(CLASSES), len(CLASSES)), np.int64)
    np.add.at(table, (asked, seen), 1)
    by_class = {
        name: float(table[n, n] / table[n].sum()) for n, name in enumerate(CLASSES) if table[n].sum()
    }  # fmt: skip
    return Agreement(float((asked == seen).mean()), by_class, table)
