"""ONNX graphs whose weights lie beside them, once, in half precision: a safetensors file that the graph reads."""

from __future__ import annotations

import json
import struct
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray

_SMALL = 256  # weights with fewer numbers stay inside the graph


def _count(tensor: Any) -> int:
    return int(np.prod(tensor.dims)) if tensor.dims else 1


def half_weights(model: Any) -> dict[str, NDArray[np.float16]]:
    """The large weights of a graph by name, in half precision."""
    return {
        tensor.name: onnx.numpy_helper.to_array(tensor).astype(np.float16)
        for tensor in model.graph.initializer
        if tensor.data_type == onnx.TensorProto.FLOAT and _count(tensor) >= _SMALL
    }


def refer(model: Any, weights: Path) -> None:
    """Replace large weights by references into a safetensors file, widened again to single precision in the graph."""
    with weights.open("rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        header = json.loads(file.read(length))
    casts = []
    for tensor in model.graph.initializer:
        if tensor.name not in header:
            continue
        begin, end = header[tensor.name]["data_offsets"]
        wide = tensor.name
        dims = list(tensor.dims)
        tensor.Clear()
        tensor.name, tensor.data_type = f"{wide}.half", onnx.TensorProto.FLOAT16
        tensor.dims.extend(dims)
        tensor.data_location = onnx.TensorProto.EXTERNAL
        for key, value in (
            ("location", weights.name),
            ("offset", 8 + length + begin),
            ("length", end - begin),
        ):
            entry = tensor.external_data.add()
            entry.key, entry.value = key, str(value)
        casts.append(onnx.helper.make_node("Cast", [f"{wide}.half"], [wide], to=onnx.TensorProto.FLOAT))
    for cast in reversed(casts):
        model.graph.node.insert(0, cast)
