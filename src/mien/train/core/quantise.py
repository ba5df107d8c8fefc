"""ONNX graphs with convolutions in whole numbers: int8 weights a channel, uint8 activations by real inputs' ranges."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_static

Feed = Mapping[str, NDArray[np.float32]]
"""A graph's inputs by name."""


class _Rows(CalibrationDataReader):  # type: ignore[misc]  # the runtime's class is untyped
    def __init__(self, feeds: Iterable[Feed]):
        self._feeds = iter(feeds)

    def get_next(self) -> Any:
        """The next inputs, or None at the end."""
        return next(self._feeds, None)


def quantise(plain: Path, out: Path, feeds: Iterable[Feed], kept: Sequence[str] = ()) -> None:
    """Write the graph `plain` to `out`. feeds: inputs that set the ranges. kept: nodes that stay as they are."""
    quantize_static(
        str(plain), str(out), _Rows(feeds), quant_format=QuantFormat.QDQ, op_types_to_quantize=["Conv"],
        per_channel=True, weight_type=QuantType.QInt8, activation_type=QuantType.QUInt8, nodes_to_exclude=list(kept),
    )  # fmt: skip
