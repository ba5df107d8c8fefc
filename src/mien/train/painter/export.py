"""Export of a trained painter: one safetensors file of weights, an ONNX graph that reads it, an int8 ONNX graph."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from safetensors.numpy import save_file
from torch import Tensor, nn

from mien.files import make_folder
from mien.train.core.graphs import half_weights, refer
from mien.train.core.quantise import quantise
from mien.train.painter.networks import Generator
from mien.train.painter.source import Source

INPUTS = ("points", "place", "expression", "emotion", "noise", "given")
_FAINT = 12  # of 255: what a mark's drawing has no stronger than this is the noise of training


OUTPUTS = ("fields", "change")


class Plain(nn.Module):
    """What the runtime takes from the generator, as a tuple: `Parts` with its windows unrolled.

    The sheets themselves stay outside: sampling them is the runtime's, at the picture's own pixels.
    """

    def __init__(self, generator: Generator):
        super().__init__()
        self.generator = generator

    def forward(self, *conditions: Tensor) -> tuple[Tensor, ...]:
        """As `Generator.forward`."""
        parts = self.generator.parts(*conditions)
        return (parts.fields, parts.change, *parts.windows)


def conditions(data: Source, number: int) -> dict[str, NDArray[np.float32]]:
    """One sample's conditions by input name, each with a batch of one."""
    parts = data[number][1:]
    return {name: part[None].numpy().astype(np.float32) for name, part in zip(INPUTS, parts, strict=True)}


def export_painter(generator: Generator, data: Source, out: Path, calibrate: int = 192) -> None:
    """Write painter.safetensors, painter.onnx, painter.int8.onnx and cels.safetensors into the folder `out`.

    painter.safetensors holds half-precision weights, which both graphs read from it; the int8 graph holds its
    quantized convolutions itself. cels.safetensors holds the sheets and, each cut to where it shows, the marks'
    drawings, as bytes.
    calibrate: samples that set the ranges of the int8 graph.
    """
    make_folder(out)
    generator.eval()
    example = conditions(data, 0)
    with tempfile.TemporaryDirectory(dir=out) as folder:
        plain = Path(folder) / "plain.onnx"
        torch.onnx.export(
            Plain(generator), tuple(torch.from_numpy(example[name]) for name in INPUTS), str(plain),
            input_names=list(INPUTS), output_names=[*OUTPUTS, *(f"window{n}" for n in range(len(generator.windows)))],
            dynamo=False, opset_version=17,
            do_constant_folding=False,
        )  # fmt: skip
        model = onnx.load(plain)
        feeds = (conditions(data, number) for number in range(calibrate))
        quantise(plain, Path(folder) / "int8.onnx", feeds, _colour_convolutions(plain))
        small = onnx.load(Path(folder) / "int8.onnx")
        save_file(half_weights(model), Path(folder) / "painter.safetensors")
        for graph, name in ((model, "painter.onnx"), (small, "painter.int8.onnx")):
            refer(graph, Path(folder) / "painter.safetensors")
            onnx.save(graph, Path(folder) / name)
        cels = {"sheets": _bytes(generator.cels.sheets), **_trimmed(_bytes(generator.cels.keys))}
        save_file(cels, Path(folder) / "cels.safetensors")
        for name in ("painter.safetensors", "painter.onnx", "painter.int8.onnx", "cels.safetensors"):
            (Path(folder) / name).chmod(0o644)  # the writer of safetensors makes files for their owner alone
            (Path(folder) / name).replace(out / name)


def _bytes(sheets: Tensor) -> NDArray[np.uint8]:
    """(n, height, width, 4) uint8 of (n, 4, height, width) premultiplied sheets."""
    whole = torch.round(255.0 * sheets.detach().clamp(0.0, 1.0)).permute(0, 2, 3, 1)
    return np.ascontiguousarray(whole.numpy().astype(np.uint8))


def _trimmed(keys: NDArray[np.uint8]) -> dict[str, NDArray[Any]]:
    """The marks' drawings (n, height, width, 4), each cut to where it shows, and their (n, 2) left upper corners."""
    found: dict[str, NDArray[Any]] = {}
    corners = []
    for number, key in enumerate(keys):
        shows = (key.max(axis=2) > _FAINT).astype(np.uint8)
        left, top, width, height = cv2.boundingRect(cv2.morphologyEx(shows, cv2.MORPH_OPEN, np.ones((3, 3), np.uint8)))
        width, height = max(width, 1), max(height, 1)
        cut = np.ascontiguousarray(key[top : top + height, left : left + width])
        cut[cut.max(axis=2) <= _FAINT] = 0
        found[f"key{number:02d}"] = cut
        corners.append((left, top))
    return found | {"corners": np.array(corners, np.int32)}


def _colour_convolutions(path: Path) -> list[str]:
    """The convolutions that make the colours themselves, for rounding shows as grain.

    The trunk's own colours are faint changes of the cels, and bear it.
    """
    graph = onnx.load(path).graph
    return [
        node.name for node in graph.node
        if node.op_type == "Conv" and "windows" in node.name and "/paint/" in node.name
    ]  # fmt: skip
