"""Opening a network's graph: whatever mien runs, painters and senses alike, is run by ONNX Runtime on few threads."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from mien.face import WeightsError
from mien.nets.shared import loaded_once


@loaded_once
def open_session(path: Path, threads: int) -> Any:
    """An ONNX Runtime session on the CPU, shared by all who open the same file: any thread may run it.

    Raises WeightsError when the file, or one that it reads, is damaged.
    """
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    # waiting threads must not burn the core that encodes or types
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    state = onnxruntime.capi.onnxruntime_pybind11_state
    named = ("Fail", "InvalidArgument", "InvalidGraph", "InvalidProtobuf", "NoSuchFile", "NotImplemented")
    broken = tuple(getattr(state, name) for name in named)  # the runtime's exceptions share no base of their own
    try:
        return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except (*broken, state.RuntimeException) as error:
        raise WeightsError(f"{path}: ONNX Runtime cannot load it ({str(error)[:160]}); reinstall mien") from error
