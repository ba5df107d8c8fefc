"""A trained model for other runtimes: ONNX, whole or with convolutions in whole numbers, and TorchScript."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from mien.face import CLASSES, SettingsError
from mien.files import atomic_path
from mien.train.gan.model import Model, noises


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
    with atomic_path(out) as whole, tempfile.TemporaryDirectory(dir=out.parent) as folder:
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
    import onnxruntime

    names = ["noise", "asked", *(["points"] if model.task.points else [])]
    torch.onnx.export(
        net, given, str(fresh), input_names=["noise", "asked", "points"], output_names=["picture"], dynamo=False,
        opset_version=17, dynamic_axes={name: {0: "batch"} for name in ("noise", "asked", "points", "picture")},
    )  # fmt: skip
    if int8:
        _quantise(fresh, names, model, seed)
    session = onnxruntime.InferenceSession(str(fresh), providers=["CPUExecutionProvider"])
    wanted = {entry.name for entry in session.get_inputs()}
    feed = {name: value.numpy() for name, value in zip(("noise", "asked", "points"), given, strict=True)}
    return np.asarray(session.run(None, {name: value for name, value in feed.items() if name in wanted})[0])


def _quantise(path: Path, names: list[str], model: Model, seed: int) -> None:
    from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_static

    class Requests(CalibrationDataReader):  # type: ignore[misc]  # the runtime's class is untyped
        def __init__(self) -> None:
            chance = np.random.default_rng(seed)
            self._left = 64
            self._chance = chance

        def get_next(self) -> dict[str, NDArray[np.float32]] | None:
            if not self._left:
                return None
            self._left -= 1
            wishes = np.zeros((1, model.task.asked), np.float32)
            wishes[0, self._chance.integers(len(CLASSES))] = 1.0
            feed = {
                "noise": noises(1, model.recipe.noise, seed + self._left).numpy(), "asked": wishes,
                "points": self._chance.random((1, model.task.points, 2)).astype(np.float32),
            }  # fmt: skip
            return {name: feed[name] for name in names}

    quantised = path.with_name("int8")
    quantize_static(
        str(path), str(quantised), Requests(), quant_format=QuantFormat.QDQ, op_types_to_quantize=["Conv"],
        per_channel=True, weight_type=QuantType.QInt8, activation_type=QuantType.QUInt8,
    )  # fmt: skip
    os.replace(quantised, path)
