"""A trained model for other runtimes: ONNX, whole or with convolutions in whole numbers, and TorchScript."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from mien.face import CLASSES, SettingsError
from mien.files import atomic_path
from mien.train.core.quantise import quantise
from mien.train.gan.model import Model, noises

_CALIBRATE = 64
"""Requests that set the ranges of the int8 graph."""


class _Clipped(nn.Module):
    """The generator with its clip, as it is taken away."""

    def __init__(self, generator: nn.Module):
        super().__init__()
        self.generator = generator

    def forward(self, noise: Tensor, asked: Tensor, points: Tensor) -> Tensor:
        """As `Generator.forward`, clipped to 0..1."""
        pictures: Tensor = self.generator(noise, asked, points).clamp(0.0, 1.0)
        return pictures


def export_model(model: Model, out: Path, kind: str = "onnx", int8: bool = False, seed: int = 0) -> dict[str, Any]:
    """Write the generator as ONNX or TorchScript; gives its worst difference from what torch paints here.

    kind: "onnx" or "torchscript". int8: with ONNX, convolutions quantised on real requests' ranges.
    """
    if kind not in ("onnx", "torchscript"):
        raise SettingsError(f"kind: expected onnx or torchscript, got {kind!r}")
    if int8 and kind != "onnx":
        raise SettingsError("int8: is made for onnx alone")
    net = _Clipped(model.generator).eval()
    task = model.task
    chance = torch.Generator().manual_seed(seed)
    wishes = torch.zeros(4, task.asked)
    wishes[range(4), [int(n) for n in torch.randint(len(CLASSES), (4,), generator=chance)]] = 1.0
    given = (noises(4, model.recipe.noise, seed), wishes, torch.rand(4, task.points, 2, generator=chance))
    with torch.no_grad():
        wanted = net(*given).numpy()
    with atomic_path(out) as whole, tempfile.TemporaryDirectory() as folder:
        fresh = Path(folder) / "model"
        if kind == "torchscript":
            with torch.no_grad():
                torch.jit.trace(net, given).save(str(fresh))  # type: ignore[no-untyped-call]  # torch does not annotate it
            got = torch.jit.load(str(fresh))(*given).detach().numpy()  # type: ignore[no-untyped-call]  # likewise
        else:
            got = _onnx(net, given, fresh, int8, model, seed)
        shutil.copyfile(fresh, whole)
    error = float(np.abs(got - wanted).max())
    mean = float(np.mean((got - wanted) ** 2))
    return {
        "file": str(out), "bytes": out.stat().st_size, "worst_difference": round(error, 6),
        "psnr_to_torch": round(-10.0 * float(np.log10(max(mean, 1e-12))), 2),
    }  # fmt: skip


def _onnx(
    net: nn.Module, given: tuple[Tensor, ...], fresh: Path, int8: bool, model: Model, seed: int
) -> NDArray[np.float32]:  # fmt: skip
    """Write the graph, whole or with int8 convolutions, and give what ONNX Runtime paints with it."""
    import onnxruntime

    names = ["noise", "asked", *(["points"] if model.task.points else [])]
    torch.onnx.export(
        net, given, str(fresh), input_names=["noise", "asked", "points"], output_names=["picture"], dynamo=False,
        opset_version=17, dynamic_axes={name: {0: "batch"} for name in ("noise", "asked", "points", "picture")},
    )  # fmt: skip
    if int8:
        quantised = fresh.with_name("int8")
        quantise(fresh, quantised, _requests(names, model, seed))
        os.replace(quantised, fresh)
    session = onnxruntime.InferenceSession(str(fresh), providers=["CPUExecutionProvider"])
    wanted = {entry.name for entry in session.get_inputs()}
    feed = {name: value.numpy() for name, value in zip(("noise", "asked", "points"), given, strict=True)}
    return np.asarray(session.run(None, {name: value for name, value in feed.items() if name in wanted})[0])


def _requests(names: list[str], model: Model, seed: int) -> Iterator[dict[str, NDArray[np.float32]]]:
    """Inputs of these names, as somebody might ask the model for pictures."""
    chance = np.random.default_rng(seed)
    for left in range(_CALIBRATE - 1, -1, -1):
        wishes = np.zeros((1, model.task.asked), np.float32)
        wishes[0, chance.integers(len(CLASSES))] = 1.0
        feed = {
            "noise": noises(1, model.recipe.noise, seed + left).numpy(), "asked": wishes,
            "points": chance.random((1, model.task.points, 2)).astype(np.float32),
        }  # fmt: skip
        yield {name: feed[name] for name in names}
