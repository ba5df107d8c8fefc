"""A bundle of a painter that never learnt: every tensor and drawing by chance, small, and whole."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from safetensors.numpy import save_file

from mien.face import POINTS
from mien.paint.keyed import INPUTS, TURNED
from mien.paint.textures import packed

SIDE = 64
_UNITS, _RANK = 12, 5

# name, box in canvas pixels, sheet, knots, keys that the network weighs, hangs on key points, and what else
CELS: tuple[tuple[str, tuple[int, int, int, int], tuple[int, int], tuple[int, int], int, bool, dict[str, Any]], ...] = (
    ("back", (0, 0, SIDE, SIDE), (SIDE, SIDE), (9, 9), 2, False, {"open": True}),
    ("body", (0, 32, SIDE, SIDE), (SIDE, 32), (5, 3), 0, False, {"open": True, "ground": True}),
    ("white", (24, 24, 48, 40), (48, 32), (4, 3), 3, True, {}),
    ("iris", (32, 24, 48, 40), (32, 32), (4, 3), 1, False, {"clipped": True}),
    ("air", (8, 8, 56, 56), (48, 48), (4, 4), 0, False, {"marks": ["tears", "sweat"]}),
)


def tensors(chance: np.random.Generator) -> dict[str, NDArray[np.float32]]:
    """Of the network."""
    found: dict[str, NDArray[np.float32]] = {}

    def layer(name: str, outside: int, inside: int, spread: float = 0.1) -> None:
        found[f"{name}.weight"] = chance.normal(0, spread, (outside, inside)).astype(np.float32)
        found[f"{name}.bias"] = np.zeros(outside, np.float32)

    for n, inside in enumerate((INPUTS, _UNITS, _UNITS)):
        layer(f"embed.{2 * n}", _UNITS, inside)
    layer("turn", len(TURNED), 2 * POINTS)
    for name, _, _, (wide, high), keys, hangs, _ in CELS:
        if hangs:
            found[f"{name}.follow"] = chance.normal(0, 0.001, (high * wide, POINTS)).astype(np.float32)
            found[f"{name}.rest"] = chance.uniform(20, 44, (POINTS, 2)).astype(np.float32)
            found[f"{name}.fade"] = np.ones((high, wide), np.float32)
        layer(f"{name}.gather", _RANK, _UNITS + INPUTS)
        layer(f"{name}.field", 2 * high * wide, _RANK, 0.5)
        if keys:
            layer(f"{name}.weigh", keys, _UNITS + INPUTS)
    layers = (77, 16, 16, 16)
    pointer: dict[str, NDArray[np.float32]] = {}
    for n, (inside, outside) in enumerate(zip(layers, (*layers[1:], 2 * POINTS), strict=True)):
        pointer[f"layers.{2 * n}.weight"] = chance.normal(0, 0.1, (outside, inside)).astype(np.float32)
        pointer[f"layers.{2 * n}.bias"] = chance.uniform(0.3, 0.7, outside).astype(np.float32)
    return found | {f"pointer/{name}": value for name, value in pointer.items()}


def write_bundle(folder: Path, changes: Mapping[str, Any] | None = None) -> Path:
    """A whole bundle in the folder. changes: of the manifest's painter."""
    chance = np.random.default_rng(4)
    everything = tensors(chance)
    drawings: dict[str, NDArray[np.uint8]] = {}

    def drawing(name: str, wide: int, high: int) -> None:
        pixels = chance.integers(0, 256, (high, wide, 4), np.uint8)
        pixels[..., :3] = np.minimum(pixels[..., :3], pixels[..., 3:])
        drawings[name] = packed(pixels)

    cels = []
    for name, box, size, knots, keys, _, rest in CELS:
        drawing(f"{name}.sheet", *size)
        boxes = [[n, n + 1, size[0] // 2, size[1] // 2] for n in range(keys + 2 * len(rest.get("marks", ())))]
        for n, (_, _, wide, high) in enumerate(boxes):
            drawing(f"{name}.key{n:02d}", wide, high)
        told = [{"box": one, "step": 0.25} for one in boxes]
        shares = [edge / SIDE for edge in box]
        cels.append({"name": name, "box": shares, "size": list(size), "knots": list(knots), "keys": told, **rest})
    painter = {
        "kind": "keyed-cels", "margin": [0.0, 0.0], "cels": cels,
        "files": {"network": "network.safetensors", "cels": "cels.safetensors", "pointer": "pointer.safetensors"},
    }  # fmt: skip
    folder.mkdir(parents=True, exist_ok=True)
    save_file({name: value for name, value in everything.items() if "/" not in name}, folder / "network.safetensors")
    pointer = {name.partition("/")[2]: value for name, value in everything.items() if "/" in name}
    save_file(pointer, folder / "pointer.safetensors")
    save_file(drawings, folder / "cels.safetensors")
    manifest = {
        "format": 2, "name": "toy", "title": {"en": "Toy"}, "licence": "CC0",
        "canvas": {"picture": SIDE, "width": 1.0, "height": 1.0, "x": 0.5, "y": 0.5, "reach": [1.0] * 79},
        "painter": painter | dict(changes or {}),
    }  # fmt: skip
    (folder / "character.json").write_text(json.dumps(manifest))
    return folder


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    return write_bundle(tmp_path / "toy")
