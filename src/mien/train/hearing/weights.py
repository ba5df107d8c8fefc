"""From a trained net to what the package ships: an ONNX graph and the safetensors file that it reads."""

from __future__ import annotations

import json
import tempfile
import warnings
from collections.abc import Sequence
from pathlib import Path

import onnx
import torch
from safetensors.numpy import save_file

from mien.face.oculus import OCULUS
from mien.files import atomic_path, make_folder
from mien.sense.hearing.features import BANDS
from mien.sense.hearing.nets import AFTER, BEFORE, FORMAT
from mien.train.core.graphs import half_weights, refer
from mien.train.hearing.networks import Answers, Ear

_TERMS = {
    "espeak": {"data": "speech of espeak-ng (espeakng-loader)", "terms": "made by a program under GPL-3.0"},
    "openjtalk": {"data": "speech of Open JTalk with the voice Mei", "terms": "voice CC BY 3.0, MMDAgent Project Team"},
    "flite": {"data": "speech of flite with its CMU voices", "terms": "free, without conditions but the notice"},
    "festival": {"data": "speech of Festival with the voices ked and slt", "terms": "free, with their notices"},
}


def export_hearing(ear: Ear, out: Path, hours: float, engines: Sequence[str]) -> None:
    """Write ear.onnx, ear.safetensors (in half precision, which the graph widens) and hearing.json into `out`."""
    make_folder(out)
    net = Answers(ear).eval()
    example = (torch.zeros(1, BEFORE + AFTER + 5, BANDS), ear.silent())
    with tempfile.TemporaryDirectory(dir=out) as temporary:
        folder = Path(temporary)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the exporter is called old; its recurrent layers are the plain ones
            torch.onnx.export(
                net, example, str(folder / "plain.onnx"), input_names=["bands", "state"],
                output_names=["visemes", "others", "next"], dynamo=False, opset_version=17,
                dynamic_axes={"bands": {1: "frames"}, "visemes": {1: "made"}, "others": {1: "made"}},
            )  # fmt: skip
        graph = onnx.load(folder / "plain.onnx")
        save_file(half_weights(graph), folder / "ear.safetensors")
        refer(graph, folder / "ear.safetensors")
        onnx.save(graph, folder / "ear.onnx")
        for file in ("ear.safetensors", "ear.onnx"):
            (folder / file).chmod(0o644)  # the writer of safetensors makes files for their owner alone
            (folder / file).replace(out / file)
    with atomic_path(out / "hearing.json") as fresh:
        facts = {
            "format": FORMAT, "visemes": list(OCULUS), "bands": BANDS, "after": AFTER, "width": ear.width,
            "kept": ear.KEPT, "hours": hours, "learnt_from": [_TERMS[engine] for engine in engines],
        }  # fmt: skip
        fresh.write_text(json.dumps(facts, indent=1) + "\n", encoding="utf-8")
