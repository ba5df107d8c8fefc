"""From trained nets to what the package ships: an ONNX graph each and the safetensors file that it reads."""

from __future__ import annotations

import json
import tempfile
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path

import onnx
import torch
from safetensors.numpy import save_file
from torch import Tensor, nn

from mien.face import CLASSES
from mien.files import atomic_path, make_folder
from mien.sense.sight.analyzer import FEEL_SIZE, JUDGE_SIZE, MAP_SIZE, MOVE_SIZE
from mien.sense.sight.nets import FORMAT
from mien.train.core.graphs import half_weights, refer
from mien.train.sight.networks import Feeler, Finder, Judge, Mapper, Mover


def export_sight(
    finder: Finder, mapper: Mapper, mover: Mover, feeler: Feeler, judge: Judge, temperature: float, out: Path,
    learnt_from: Sequence[Mapping[str, str]] = (),
) -> None:  # fmt: skip
    """Write each net as `export_net` does, and sight.json, into `out`. learnt_from: data and their terms."""
    export_net(finder, "finder", torch.zeros(1, 3, 256, 320), out, {2: "height", 3: "width"})
    export_net(mapper, "mapper", torch.zeros(1, 3, MAP_SIZE, MAP_SIZE), out)
    export_net(mover, "mover", torch.zeros(1, 1, MOVE_SIZE, MOVE_SIZE), out)
    export_net(feeler, "feeler", torch.zeros(1, 1, FEEL_SIZE, FEEL_SIZE), out)
    export_net(judge, "judge", torch.zeros(1, 3, JUDGE_SIZE, JUDGE_SIZE), out)
    with atomic_path(out / "sight.json") as fresh:
        facts = {
            "format": FORMAT, "temperature": round(temperature, 4), "classes": list(CLASSES),
            "learnt_from": [dict(one) for one in learnt_from],
        }  # fmt: skip
        fresh.write_text(json.dumps(facts, indent=1) + "\n", encoding="utf-8")


def export_net(net: nn.Module, name: str, example: Tensor, out: Path, axes: dict[int, str] | None = None) -> None:
    """Write NAME.onnx and NAME.safetensors, its weights in half precision, into `out`; batch norms are folded into the
    convolutions. axes: of the input that may have any size."""
    make_folder(out)
    with tempfile.TemporaryDirectory(dir=out) as temporary:
        folder = Path(temporary)
        graph = _graph(net, example, folder / "plain.onnx", axes)
        shorten(graph)
        save_file(half_weights(graph), folder / f"{name}.safetensors")
        refer(graph, folder / f"{name}.safetensors")
        onnx.save(graph, folder / f"{name}.onnx")
        for file in (f"{name}.safetensors", f"{name}.onnx"):
            (folder / file).chmod(0o644)  # the writer of safetensors makes files for their owner alone
            (folder / file).replace(out / file)


def shorten(graph: onnx.ModelProto) -> None:
    """Give what flows between the nodes short names, and the nodes none: a fifth of a graph's file is names."""
    kept = {one.name for one in (*graph.graph.initializer, *graph.graph.input, *graph.graph.output)}
    names: dict[str, str] = {}
    for node in graph.graph.node:
        node.ClearField("name")
        node.ClearField("doc_string")
        for places in (node.input, node.output):
            for at, name in enumerate(places):
                if name and name not in kept:
                    places[at] = names.setdefault(name, f"_{len(names)}")


def _graph(net: nn.Module, example: Tensor, path: Path, axes: dict[int, str] | None) -> onnx.ModelProto:
    """The net as an ONNX graph, batch norms folded. axes: of the input that may have any size."""
    net.eval()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the exporter is called old; its graphs are the ones that fold and run well
        torch.onnx.export(
            net.to(memory_format=torch.contiguous_format),  # type: ignore[call-overload]
            (example,), str(path), input_names=["pictures"], dynamo=False, opset_version=17,
            dynamic_axes={"pictures": {0: "batch", **(axes or {})}},
        )  # fmt: skip
    return onnx.load(path)
