"""From trained nets to what the package ships: three ONNX graphs and one safetensors file that they read."""

from __future__ import annotations

import json
import tempfile
import warnings
from pathlib import Path

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from safetensors.numpy import save_file
from torch import Tensor, nn

from mien.sense.sight.looker import FEEL_SIZE, MAP_SIZE
from mien.sense.sight.nets import FORMAT
from mien.train.export import half_weights, refer
from mien.train.sight.networks import Feeler, Finder, Mapper

NETS = ("finder", "mapper", "feeler")


def export_sight(finder: Finder, mapper: Mapper, feeler: Feeler, temperature: float, out: Path) -> None:
    """Write finder.onnx, mapper.onnx, feeler.onnx, sight.safetensors (half precision) and sight.json into `out`."""
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out) as temporary:
        folder = Path(temporary)
        graphs = {
            "finder": _graph(finder, torch.zeros(1, 3, 256, 320), folder, {2: "height", 3: "width"}),
            "mapper": _graph(mapper, torch.zeros(1, 3, MAP_SIZE, MAP_SIZE), folder),
            "feeler": _graph(feeler, torch.zeros(1, 1, FEEL_SIZE, FEEL_SIZE), folder),
        }
        weights: dict[str, NDArray[np.float16]] = {}
        for name, graph in graphs.items():
            _prefix(graph, name)
            weights |= half_weights(graph)
        save_file(weights, folder / "sight.safetensors")
        for name, graph in graphs.items():
            refer(graph, folder / "sight.safetensors")
            onnx.save(graph, folder / f"{name}.onnx")
        facts = {"format": FORMAT, "temperature": round(temperature, 4)}
        (folder / "sight.json").write_text(json.dumps(facts, indent=1) + "\n", encoding="utf-8")
        for name in ("sight.safetensors", "sight.json", *(f"{net}.onnx" for net in NETS)):
            (folder / name).chmod(0o644)
            (folder / name).replace(out / name)


def _graph(net: nn.Module, example: Tensor, folder: Path, axes: dict[int, str] | None = None) -> onnx.ModelProto:
    """The net as ONNX, batch norms folded into the convolutions; axes: of the input that may have any size."""
    path = folder / "net.onnx"
    net.eval()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the exporter is called old; its graphs are the ones that fold and run well
        torch.onnx.export(
            net.to(memory_format=torch.contiguous_format),  # type: ignore[call-overload]
            (example,), str(path), input_names=["pictures"], dynamo=False, opset_version=17,
            dynamic_axes={"pictures": {0: "batch", **(axes or {})}},
        )  # fmt: skip
    return onnx.load(path)


def _prefix(graph: onnx.ModelProto, name: str) -> None:
    """Put the net's name before its weights' names, so that all fit into one file."""
    known = {tensor.name for tensor in graph.graph.initializer}
    for tensor in graph.graph.initializer:
        tensor.name = f"{name}.{tensor.name}"
    for node in graph.graph.node:
        for place, given in enumerate(node.input):
            if given in known:
                node.input[place] = f"{name}.{given}"
