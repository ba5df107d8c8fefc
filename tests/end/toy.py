"""A small bundle of keyed cels with everything that docs/bundle.md has: smooth drawings, nothing learnt."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import save_file

from mien.face import POINTS, REST
from mien.paint.drawn import MOMO
from mien.paint.drawn.artist import key_points
from mien.paint.keyed import INPUTS, LAYERS, TURNED
from mien.paint.textures import packed

PICTURE, SIDES = 128, (152, 144)
UNITS, RANK = 24, 6

Floats = NDArray[np.float32]

# name, box on the canvas, sheet's pixels a canvas pixel, pixels between knots, keys, flags
CELS: list[tuple[str, tuple[int, int, int, int], int, int, int, dict[str, Any]]] = [
    ("back", (8, 8, 144, 144), 1, 8, 2, {"open": True}),
    ("body", (0, 104, 152, 144), 2, 8, 0, {"open": True, "ground": True}),
    ("head", (36, 20, 116, 120), 2, 8, 4, {}),
    ("flush", (40, 24, 112, 112), 2, 8, 1, {"clipped": True, "marks": ["blush", "gloom"]}),
    ("mouth", (60, 84, 92, 108), 2, 4, 6, {}),
    ("white", (48, 56, 76, 84), 2, 4, 3, {}),
    ("iris", (48, 56, 76, 84), 2, 4, 4, {"clipped": True}),
    ("fringe", (28, 8, 124, 72), 2, 8, 2, {}),
    ("air", (28, 28, 124, 72), 1, 8, 0, {"marks": ["sweat"]}),
]


def write_bundle(folder: Path, seed: int = 4) -> Path:
    """The bundle, in this folder, which is made."""
    chance = np.random.default_rng(seed)
    network: dict[str, NDArray[Any]] = {}
    drawings: dict[str, NDArray[np.uint8]] = {}

    def layer(name: str, outside: int, inside: int, spread: float, kind: type = np.float32) -> None:
        network[f"{name}.weight"] = chance.normal(0, spread / np.sqrt(inside), (outside, inside)).astype(kind)
        network[f"{name}.bias"] = chance.normal(0, 0.1, outside).astype(kind)

    for n in range(LAYERS):
        layer(f"embed.{2 * n}", UNITS, UNITS if n else INPUTS, 1.5, np.float16)
    layer("turn", len(TURNED), 2 * POINTS, 1.0)
    cels = []
    rest = key_points(MOMO, REST).points
    on_canvas = (rest * PICTURE + (12, 8)).astype(np.float32)
    for name, (left, top, right, bottom), fine, knot, keys, flags in CELS:
        width, height = right - left, bottom - top
        size = (width * fine, height * fine)
        across, down = width // knot + 1, height // knot + 1
        marks = flags.get("marks", [])
        clear = name == "air"
        whole = bool(flags.get("open"))
        sheet = np.zeros((size[1], size[0], 4), np.float32) if clear else _drawing(chance, *size, whole)
        drawings[f"{name}.sheet"] = packed(np.rint(sheet).astype(np.uint8))
        told = []
        for number in range(keys + 2 * len(marks)):
            box = (0, 0, *size) if number % 2 else (size[0] // 8, size[1] // 8, size[0] // 2, size[1] * 3 // 4)
            change = _smooth(chance, box[2], box[3], 4, 6.0) * 40.0 * _window(box[2], box[3])
            change += clear * 160.0 * _window(box[2], box[3])
            step = float(np.abs(change).max() / 127)
            levels = (np.rint(change / step) + 128).astype(np.uint8)
            x, y, wide, high = cv2.boundingRect((levels != 128).any(axis=2).astype(np.uint8))
            drawings[f"{name}.key{number:02d}"] = packed(levels[y : y + high, x : x + wide])
            told.append({"box": [box[0] + x, box[1] + y, wide, high], "step": step})
        layer(f"{name}.gather", RANK, UNITS + INPUTS, 1.0, np.float16)
        layer(f"{name}.field", 2 * down * across, RANK, 1.0)
        basis = [_smooth(chance, across, down, RANK, 2.0).transpose(2, 0, 1).reshape(RANK, -1) for _ in range(2)]
        network[f"{name}.field.weight"] = np.concatenate([one.T for one in basis]).astype(np.float32)
        network[f"{name}.field.bias"] = np.zeros(2 * down * across, np.float32)
        if keys:
            layer(f"{name}.weigh", keys, UNITS + INPUTS, 1.0)
        if name in ("head", "mouth"):
            near = chance.uniform(0, 1, (POINTS, 2)) * (down - 1, across - 1)
            y, x = np.mgrid[:down, :across]
            weights = np.exp(-((y[..., None] - near[:, 0]) ** 2 + (x[..., None] - near[:, 1]) ** 2) / 8)
            network[f"{name}.follow"] = (weights.reshape(-1, POINTS) / 20).astype(np.float16)
            network[f"{name}.rest"] = on_canvas
        if name in ("mouth", "white", "iris"):
            fade = np.ones((down, across), np.float32)
            fade[[0, -1]], fade[:, [0, -1]] = 0.0, 0.0
            network[f"{name}.fade"] = fade
        edges = [edge / side for edge, side in zip((left, top, right, bottom), SIDES * 2, strict=True)]
        cels.append({"name": name, "box": edges, "size": list(size), "knots": [across, down], "keys": told, **flags})
    pointer: dict[str, Floats] = {}
    widths = (77, 32, 32, 32, 2 * POINTS)
    for n in range(4):
        spread = (1.0 if n < 3 else 0.02) / np.sqrt(widths[n])
        pointer[f"layers.{2 * n}.weight"] = chance.normal(0, spread, (widths[n + 1], widths[n])).astype(np.float32)
        pointer[f"layers.{2 * n}.bias"] = np.zeros(widths[n + 1], np.float32) if n < 3 else rest.ravel()
    folder.mkdir(parents=True)
    save_file(network, folder / "network.safetensors")
    save_file(pointer, folder / "pointer.safetensors")
    save_file(drawings, folder / "cels.safetensors")
    steady = on_canvas[[27, 28, 29, 30, 33, 36, 39, 42, 45]].mean(axis=0) / PICTURE
    manifest = {
        "format": 2, "name": "toy", "title": {"en": "Toy", "zh": "玩具"}, "licence": "CC0", "greeting": {"en": "Hi"},
        "canvas": {
            "picture": PICTURE, "width": SIDES[0] / PICTURE, "height": SIDES[1] / PICTURE,
            "x": float(steady[0]), "y": float(steady[1]), "reach": [1.0] * 71 + [2.5] * 8,
        },
        "painter": {
            "kind": "keyed-cels", "margin": [12 / SIDES[0], 8 / SIDES[1]], "cels": cels,
            "files": {role: f"{role}.safetensors" for role in ("network", "pointer", "cels")},
            "parts": {
                "hair": {"colour": "#a06a48", "cels": ["back", "fringe"]},
                "iris": {"colour": "#3a7a8c", "cels": ["iris"]},
            },
        },
    }  # fmt: skip
    (folder / "character.json").write_text(json.dumps(manifest), encoding="utf-8")
    return folder


def _smooth(chance: np.random.Generator, wide: int, high: int, channels: int, blur: float) -> Floats:
    """(high, wide, channels) about standard normal, without edges."""
    found = chance.normal(0, 1, (high, wide, channels)).astype(np.float32)
    found = np.asarray(cv2.GaussianBlur(found, (0, 0), blur), np.float32).reshape(high, wide, channels)
    return np.asarray(found / max(float(found.std()), 1e-6), np.float32)


def _window(wide: int, high: int) -> Floats:
    """(high, wide, 1) 1 in the middle and 0 at the edges, with a soft step between."""
    y, x = np.mgrid[:high, :wide]
    far = np.hypot((x + 0.5) / wide - 0.5, (y + 0.5) / high - 0.5)
    return np.asarray(np.clip((0.46 - far) * 12, 0, 1)[..., None], np.float32)


def _drawing(chance: np.random.Generator, wide: int, high: int, whole: bool) -> Floats:
    """(high, wide, 4) in 0..255, premultiplied: an ellipse of soft colours, or all of it."""
    colours = np.clip(130 + 60 * _smooth(chance, wide, high, 3, 5.0), 0, 255)
    alpha = np.ones((high, wide, 1), np.float32) if whole else _window(wide, high)
    return np.concatenate([colours * alpha, 255 * alpha], axis=2)
