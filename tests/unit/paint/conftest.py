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
_WINDOW = (24, 24, 48, 40)


def tensors(chance: np.random.Generator) -> dict[str, NDArray[np.float32]]:
    """Of the network."""
    found: dict[str, NDArray[np.float32]] = {}

    def layer(name: str, outside: int, inside: int, spread: float = 0.1) -> None:
        found[f"{name}.weight"] = chance.normal(0, spread, (outside, inside)).astype(np.float32)
        found[f"{name}.bias"] = np.zeros(outside, np.float32)

    for n, inside in enumerate((INPUTS, _UNITS, _UNITS)):
        layer(f"embed.{2 * n}", _UNITS, inside)
    layer("turn", len(TURNED), 2 * POINTS)
    found["rest"] = chance.uniform(20, 44, (POINTS, 2)).astype(np.float32)
    for name, (width, height), cels, keys in (
        ("back", (SIDE, SIDE), 2, 2), ("eyes", (24, 16), 1, 3), ("marks", (SIDE, SIDE), 1, 0)
    ):  # fmt: skip
        wide, high = width // 8 + 1, height // 8 + 1
        fade = np.ones((high, wide), np.float32)
        if name == "eyes":
            fade[[0, -1]], fade[:, [0, -1]] = 0.0, 0.0
        found[f"{name}.fade"] = fade
        found[f"{name}.follow"] = chance.normal(0, 0.001, (cels, high * wide, POINTS)).astype(np.float32)
        layer(f"{name}.gather", _RANK, _UNITS + INPUTS)
        layer(f"{name}.field", cels * 2 * high * wide, _RANK, 0.5)
        if keys:
            layer(f"{name}.weigh", cels * keys, _UNITS + INPUTS)
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

    def cel(name: str, side: tuple[int, int], keys: int, clear: bool = False) -> dict[str, Any]:
        if not clear:
            drawing(f"{name}.sheet", *side)
        boxes = [[n, n + 1, side[0] // 2, side[1] // 2] for n in range(keys)]
        for n, box in enumerate(boxes):
            drawing(f"{name}.key{n:02d}", box[2], box[3])
        told = [{"box": box, "step": 1.0 if clear else 0.25, "zero": 0 if clear else 128} for box in boxes]
        return {"size": list(side), "ground": name == "back.1", "clear": clear, "keys": told}

    whole = (SIDE, SIDE)
    stacks = [
        {"name": "back", "box": [0.0, 0.0, 1.0, 1.0], "window": False,
         "cels": [cel("back.0", whole, 2), cel("back.1", whole, 2)]},
        {"name": "eyes", "box": [edge / SIDE for edge in _WINDOW], "window": True,
         "cels": [cel("eyes.0", (48, 32), 3)]},
        {"name": "marks", "box": [0.0, 0.0, 1.0, 1.0], "window": False, "cels": [cel("marks.0", whole, 12, True)]},
    ]  # fmt: skip
    painter = {
        "kind": "keyed-cels", "margin": [0.0, 0.0], "stacks": stacks,
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
