"""Training of the net that hears."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from mien.face import SettingsError
from mien.face.oculus import OCULUS
from mien.sense.hearing.features import REACH, bands
from mien.sense.hearing.nets import BEFORE
from mien.train.core.loop import Recipe, fit
from mien.train.hearing.clips import Clips, whole
from mien.train.hearing.measure import closed
from mien.train.hearing.networks import Ear
from mien.train.hearing.prepare import Spoken, read_speech
from mien.train.hearing.weights import export_hearing

_LIPS = OCULUS.index("PP")
_ADDED = tuple(step * 0.25 for step in (0, -1, 1, -2, 2, -3, 3, -4, 4, -5, -6, -7, -8))
"""What is tried to add to the logit of closed lips."""

_ASIDE = 25  # every such utterance is kept aside, to choose by; ours


@dataclass(frozen=True, slots=True)
class HearingRecipe:
    """How the net is trained; weights of what it is told to do, and how much more closed lips count (ours)."""

    loop: Recipe = field(default_factory=lambda: Recipe(
        samples=64_000, batch=16, rate=2.5e-3, decay=0.01, warm_up=4_000, keep=0.998, precision="fp32",
        save_every=4_000, workers=1,
    ))  # fmt: skip
    lips: float = 1.0
    opening: float = 10.0
    speech: float = 0.3


def shorter(recipe: HearingRecipe, share: float) -> HearingRecipe:
    """The recipe with this share of the clips, for a try."""
    return replace(recipe, loop=replace(recipe.loop, samples=max(64, int(recipe.loop.samples * share))))


def objective(logits: Tensor, visemes: Tensor, answers: Tensor, recipe: HearingRecipe) -> Tensor:
    """Cross-entropy of visemes and of speech, squared error of the opening; shapes as of `Clips`, batched."""
    weights = torch.ones(len(OCULUS))
    weights[_LIPS] = recipe.lips
    which = F.cross_entropy(logits[..., :-2].flatten(0, 1), visemes.flatten(), weights, label_smoothing=0.02)
    wide = F.mse_loss(torch.sigmoid(logits[..., -2]), answers[..., 0])
    spoken = F.binary_cross_entropy_with_logits(logits[..., -1], answers[..., 1])
    return which + recipe.opening * wide + recipe.speech * spoken


def to_learn(folder: Path, aside: bool = False) -> list[Spoken]:
    """The utterances of a set's train split that are learnt from, or those that are kept aside."""
    return [one for number, one in enumerate(read_speech(folder, "train")) if (number % _ASIDE == 0) == aside]


@torch.no_grad()
def weigh_lips(ear: Ear, aside: Sequence[Spoken]) -> float:
    """Make closed lips likelier or less likely, so that of utterances that were kept aside most closures are found and
    most that are told are true (the best F1); gives what was added to their logit."""
    before = torch.from_numpy(bands(np.zeros((BEFORE, 2 * REACH), np.float32)))
    told = [ear(torch.cat([before, torch.from_numpy(whole(one))])[None], ear.silent())[0][0] for one in aside]

    def merit(added: float) -> float:
        counts = np.zeros(4, np.int64)
        for one, logits in zip(aside, told, strict=True):
            shifted = logits[: len(one.visemes), : len(OCULUS)].clone()
            shifted[:, _LIPS] += added
            counts += closed(one.visemes[: len(shifted)] == _LIPS, shifted.argmax(dim=1).numpy() == _LIPS)
        found, right = counts[0] / max(counts[1], 1), counts[2] / max(counts[3], 1)
        return float(2.0 * found * right / max(found + right, 1e-9))

    best = max(_ADDED, key=merit)
    assert ear.answers.bias is not None
    ear.answers.bias[_LIPS] += best
    return best


def train_hearing(sets: Sequence[Path], run: Path, recipe: HearingRecipe, progress: bool = True) -> Path:
    """Train on sets of speech and export into run/weights; gives that folder. Resumes where it stopped."""
    spoken = [one for folder in sets for one in to_learn(folder)]
    if not spoken:
        raise SettingsError(f"{', '.join(map(str, sets))}: expected utterances to learn from, found none")

    def loss(net: nn.Module, batch: list[Tensor]) -> Tensor:
        heard, visemes, answers = batch
        assert isinstance(net, Ear)
        return objective(net(heard, net.silent(len(heard)))[0], visemes, answers, recipe)

    ear = fit(Ear, Clips(spoken, recipe.loop.seed), loss, recipe.loop, run / "ear", progress)
    weigh_lips(ear, [one for folder in sets for one in to_learn(folder, aside=True)])
    manifests = [json.loads((folder / "manifest.json").read_text(encoding="utf-8")) for folder in sets]
    hours = sum(one["hours"] for one in manifests)
    engines = sorted({key.split()[1] for one in manifests for key in one["counts"]})
    export_hearing(ear, run / "weights", round(hours, 2), engines)
    return run / "weights"
