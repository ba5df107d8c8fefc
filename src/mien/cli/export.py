"""`mien export`: a model of your own training, for other runtimes."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from mien.cli.needs import need
from mien.cli.values import Commands, command, model_files, touches
from mien.face import SettingsError
from mien.files import is_folder

_SUFFIX = {"onnx": ".onnx", "torchscript": ".pt"}


def add(commands: Commands[argparse.ArgumentParser]) -> None:
    """Add the command."""
    parser = command(
        commands, "export", "write a trained model as ONNX or TorchScript", "mien export runs/faces --to onnx --int8"
    )
    parser.add_argument("model", type=Path, metavar="MODEL", help="a folder that mien train gan made")
    parser.add_argument("--to", choices=tuple(_SUFFIX), default="onnx", help="format (onnx)")
    parser.add_argument("--int8", action="store_true", help="with onnx: convolutions in whole numbers")
    parser.add_argument("-o", "--out", type=Path, metavar="FILE", help="where to (MODEL/generator[.int8].onnx)")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    touches(parser, also_reads=model_files, also_writes=lambda given: [_target(given)])
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Export, compare with torch, print."""
    need("exporting a model", "torch", "PIL")
    from mien.train.gan.export import export_model
    from mien.train.gan.model import load_model

    model = load_model(options.model)
    out = _target(options)
    if is_folder(out):
        raise SettingsError(f"{out}: expected a file's name, it is a folder")
    made = export_model(model, out, options.to, options.int8)
    if options.json:
        print(json.dumps(made))
    else:
        print(f"wrote {made['file']} ({made['bytes'] / 1e6:.1f} MB), {made['psnr_to_torch']} dB from what torch paints")
    return 0


def _target(options: argparse.Namespace) -> Path:
    name = f"generator{'.int8' if options.int8 else ''}{_SUFFIX[options.to]}"
    where: Path = options.out or options.model / name
    return where
