"""From a training run to a character that paints: pointer, exported generator, manifest."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from dataclasses import asdict
from pathlib import Path
from typing import Any

from mien.character.bundle import FORMAT
from mien.face import WeightsError
from mien.train.checkpoint import load_checkpoint
from mien.train.drawn_data import Drawn
from mien.train.export import export_painter
from mien.train.networks import Generator
from mien.train.painter import Recipe, canvas_of, train_painter, widths_of
from mien.train.pointer import train_pointer
from mien.train.poses import TURN

_FILES = {
    "fp32": "painter.onnx",
    "int8": "painter.int8.onnx",
    "weights": "painter.safetensors",
    "cels": "cels.safetensors",
    "pointer": "pointer.safetensors",
}
_TITLES = {"momo": {"en": "Momo", "zh": "桃", "ja": "もも"}}


def train_character(out: Path, recipe: Recipe, name: str = "momo", progress: bool = True) -> Path:
    """Train a drawn character's painter into the folder `out` and make its bundle `out/NAME`; returns the bundle.

    Resumes where an earlier call of the same recipe was stopped.
    """
    train_painter(out, recipe, progress)
    return make_bundle(out, recipe, name, progress)


def make_bundle(run: Path, recipe: Recipe, name: str = "momo", progress: bool = True) -> Path:
    """Export the run's averaged generator and its pointer as a character bundle `run/NAME`; returns its folder.

    Raises WeightsError when the run holds no whole checkpoint.
    """
    checkpoint = run / "checkpoint.safetensors"
    if not checkpoint.exists():
        raise WeightsError(f"{checkpoint}: no checkpoint; train first")
    canvas = canvas_of(recipe)
    generator = Generator(widths_of(recipe))
    seen = load_checkpoint(checkpoint, {"average": generator}, asdict(recipe)).seen
    bundle = run / name
    export_painter(generator, Drawn(recipe.identity, canvas, recipe.seed), bundle)
    if not (run / "pointer.json").exists():
        error = train_pointer(run, recipe.identity, progress=progress)
        (run / "pointer.json").write_text(json.dumps({"error_px": round(error, 3)}))
    pointer_error = json.loads((run / "pointer.json").read_text())["error_px"]
    shutil.copyfile(run / "pointer.safetensors", bundle / "pointer.safetensors")
    (bundle / "pointer.safetensors").chmod(0o644)
    was = json.loads((run / "recipe.json").read_text())
    manifest: dict[str, Any] = {
        "format": FORMAT,
        "name": name,
        "title": _TITLES.get(name, {"en": name}),
        "licence": "Apache-2.0",
        "credit": "drawn and trained by the mien project",
        "consent": "drawn from nobody: no real person and no third party's character is shown",
        "identity": asdict(recipe.identity),
        "canvas": {
            "picture": canvas.picture, "width": canvas.width, "height": canvas.height,
            "x": canvas.anchor[0], "y": canvas.anchor[1], "turn": list(TURN),
            "windows": [list(box) for box in generator.widths.windows],
        },
        "painter": _FILES,
        "provenance": {
            "recipe": "mien.train.painter:momo", "images_seen": seen, "alone": recipe.alone, "seed": recipe.seed,
            "commit": was["commit"], "pointer_error_px": pointer_error,
            "sha256": {file: _digest(bundle / file) for file in _FILES.values()},
        },
    }  # fmt: skip
    fresh = bundle / "character.json.new"
    fresh.write_text(json.dumps(manifest, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    os.replace(fresh, bundle / "character.json")
    return bundle


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
