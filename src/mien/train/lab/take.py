"""Taking pictures and graphs out of a trained model: sheets, clips, ONNX, TorchScript."""

from __future__ import annotations

import json
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

from mien.face import InputError, SettingsError
from mien.files import atomic_path
from mien.train.lab.model import Model, noises, painted
from mien.train.lab.pictures import Asked
from mien.train.prepare import CLASSES
from mien.train.sheets import save_png, sheet, shown

_EACH = 12  # frames from one place of an interpolation to the next


def wish(model: Model, emotion: str, strength: float, points: NDArray[np.float32] | None) -> Asked:
    """A request for one picture. emotion: a class' name; strength: its share in 0..1, the rest is neutral.

    points: (n, 2) in units of the picture, for models that take key points. Raises SettingsError.
    """
    if emotion not in CLASSES:
        raise SettingsError(f"emotion: expected one of {', '.join(CLASSES)}, got {emotion!r}")
    if not 0.0 <= strength <= 1.0:
        raise SettingsError(f"strength: expected 0..1, got {strength:g}")
    shares = np.zeros(model.task.asked, np.float32)
    shares[CLASSES.index(emotion)] += strength
    shares[0] += 1.0 - strength
    if model.task.columns:
        shares[len(CLASSES) :] = _shape(model.task.columns, emotion, strength)
    if model.task.points and points is None:
        raise SettingsError(f"this model takes {model.task.points} key points: give them with --points FILE")
    if points is not None and len(points) != model.task.points:
        raise SettingsError(f"expected {model.task.points} key points, got {len(points)}")
    where = np.zeros((0, 2), np.float32) if points is None else points
    return Asked(torch.from_numpy(shares)[None], torch.from_numpy(where)[None])


def _shape(columns: tuple[str, ...], emotion: str, strength: float) -> NDArray[np.float32]:
    """The expression's numbers that show this feeling, where the columns are our own channels; else zeros."""
    from mien.face import Emotion, prototype
    from mien.face.channels import CHANNELS

    felt = Emotion() if emotion == "neutral" else Emotion.of({emotion: strength})
    shown_ = dict(zip(CHANNELS, prototype(felt).channels, strict=True))
    return np.array([shown_.get(name, 0.0) for name in columns], np.float32)


def read_points(path: Path) -> NDArray[np.float32]:
    """(n, 2) key points of a JSON file: a list of [x, y] in units of the picture, or {"points": that list}."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        points = np.array(found["points"] if isinstance(found, dict) else found, np.float32)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(f"{path}: expected JSON with a list of [x, y] in 0..1 ({error})") from error
    if points.ndim != 2 or points.shape[1] != 2 or not np.isfinite(points).all():
        raise InputError(f"{path}: expected a list of [x, y], got an array of shape {points.shape}")
    return points


def sample_sheet(model: Model, asked: list[Asked], count: int, seed: int) -> NDArray[np.uint8]:
    """A sheet: with one request `count` pictures under other noise; with several, a row each under the same noise."""
    noise = noises(count, model.recipe.noise, seed)
    rows = []
    for one in asked:
        many = Asked(one.wishes.expand(count, -1), one.points.expand(count, -1, -1))
        rows.append(painted(model.generator, many, noise))
    columns = count if len(asked) > 1 else max(1, round(count**0.5))
    return sheet(shown(torch.cat(rows)), columns)


def interpolation(model: Model, asked: list[Asked], count: int, seed: int) -> Iterator[NDArray[np.uint8]]:
    """Frames, (size, size, 3), on a way through `count` places of noise, and on it from request to request."""
    ends = noises(count, model.recipe.noise, seed)
    for number in range(count):
        here, there = ends[number], ends[(number + 1) % count]
        first, second = asked[number % len(asked)], asked[(number + 1) % len(asked)]
        for step in range(_EACH):
            share = 0.5 - 0.5 * float(np.cos(np.pi * step / _EACH))
            # along the sphere: noise between two noises would be too short
            mixed = np.cos(share * np.pi / 2) * here + np.sin(share * np.pi / 2) * there
            between = Asked(
                torch.lerp(first.wishes, second.wishes, share), torch.lerp(first.points, second.points, share)
            )
            yield shown(painted(model.generator, between, mixed[None].float()))[0]


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


def write_sheet(path: Path, picture: NDArray[np.uint8]) -> None:
    """Write a PNG. Raises SettingsError when the name is none of a PNG."""
    if path.suffix.lower() != ".png":
        raise SettingsError(f"{path}: expected a name that ends in .png")
    save_png(path, picture)
