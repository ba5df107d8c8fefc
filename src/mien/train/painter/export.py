"""Export of a trained painter: its network in half precision, its sheets and key drawings as compact bytes."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from safetensors.numpy import save_file
from torch import Tensor

from mien.files import make_folder
from mien.paint.keyed_bundle import KIND, ZERO
from mien.paint.textures import packed
from mien.train.painter.cels import SCALE, Cel
from mien.train.painter.networks import Generator
from mien.train.painter.pool import Pool

FILES = {"network": "network.safetensors", "cels": "cels.safetensors", "pointer": "pointer.safetensors"}
_UNSEEN = 1.0  # of a byte's step, at the key's strongest weight: what changes a pixel by less is not kept


def export_painter(generator: Generator, pool: Pool, out: Path) -> dict[str, Any]:
    """Write network.safetensors and cels.safetensors into the folder `out`; returns the manifest's part about them.

    pool: pictures whose conditions tell how strongly each key is used.
    """
    make_folder(out)
    generator.eval()
    most = strongest(generator, pool)
    drawings: dict[str, NDArray[np.uint8]] = {}
    told = [_cel(cel, used, generator, drawings) for cel, used in zip(generator.all_cels, most, strict=True)]
    with tempfile.TemporaryDirectory(dir=out) as folder:
        for file, tensors in (("network", network(generator)), ("cels", drawings)):
            save_file(tensors, Path(folder) / FILES[file])
            (Path(folder) / FILES[file]).chmod(0o644)  # the writer of safetensors makes files for their owner alone
            (Path(folder) / FILES[file]).replace(out / FILES[file])
    widths = generator.widths
    margin = [widths.margin[0] / widths.width, widths.margin[1] / widths.height]
    return {"kind": KIND, "files": dict(FILES), "margin": margin, "cels": told}


def network(generator: Generator) -> dict[str, NDArray[np.floating[Any]]]:
    """The network's tensors, as `mien.paint.keyed.Network` reads them."""
    tensors: dict[str, Tensor] = {}
    for part in ("embed", "turn"):
        for name, value in getattr(generator, part).state_dict().items():
            tensors[f"{part}.{name}"] = value
    if not bool((generator.steep == 1.0).all()):
        tensors |= {"middle": generator.middle, "steep": generator.steep}
    for cel in generator.all_cels:
        own = cel.layer.name
        for layer in ("gather", "field", "weigh"):
            if getattr(cel, layer) is None:
                continue
            scale = SCALE if layer == "field" else 1.0
            for key, value in getattr(cel, layer).state_dict().items():
                tensors[f"{own}.{layer}.{key}"] = value * scale
        if cel.weigh is not None:  # what it does not hear is there all the same
            more = cel.gather.in_features - cel.weigh.in_features
            tensors[f"{own}.weigh.weight"] = F.pad(cel.weigh.weight, (0, more))
        if cel.follow is not None:
            tensors |= {f"{own}.follow": cel.follow, f"{own}.rest": cel.rest}
        if cel.layer.soft:
            tensors[f"{own}.fade"] = cel.fade
    # places, and what all else is measured from: halves of them show
    whole = {name for name in tensors if name.endswith((".bias", ".rest", "middle", "steep"))}
    return {
        name: np.ascontiguousarray(value.detach().cpu().numpy().astype(np.float32 if name in whole else np.float16))
        for name, value in tensors.items()
    }


@torch.no_grad()
def strongest(generator: Generator, pool: Pool, count: int = 256) -> list[NDArray[np.float32]]:
    """Of each cel (keys,) how strongly each key is used, either way, at most over some of the pictures; marks
    wholly."""
    batch = pool.first(count)
    parts = generator.parts(batch.points, batch.place, batch.expression, batch.emotion, batch.noise, batch.given)
    found = []
    for cel, weights in zip(generator.all_cels, parts.weights, strict=True):
        most = weights.abs().amax(dim=0) if weights.shape[1] else weights.new_zeros(0)
        most[cel.layer.keys :] = 1.0
        found.append(most.cpu().numpy())
    return found


def _cel(
    cel: Cel, most: NDArray[np.float32], generator: Generator, drawings: dict[str, NDArray[np.uint8]]
) -> dict[str, Any]:  # fmt: skip
    """Keep a cel's drawings; gives what the manifest says of it."""
    layer = cel.layer
    edge = cel.edge.detach().cpu().numpy()
    sheet = np.rint(255.0 * np.clip(cel.sheet.detach().cpu().numpy() * edge, 0.0, 1.0)).astype(np.uint8)
    sheet = np.minimum(sheet, sheet[..., 3:])
    drawings[f"{layer.name}.sheet"] = packed(np.ascontiguousarray(sheet))
    keys = 255.0 * cel.keys.detach().cpu().numpy() * edge
    high, wide = sheet.shape[:2]
    sides = (generator.widths.width, generator.widths.height) * 2
    return {
        "name": layer.name,
        "box": [edge / side for edge, side in zip(layer.box, sides, strict=True)],
        "size": [wide, high],
        "knots": [cel.knots.shape[2], cel.knots.shape[1]],
        **{flag: True for flag in ("open", "clipped") if getattr(layer, flag)},
        **({"ground": True} if layer.start.ground else {}),
        **({"marks": list(layer.marks)} if layer.marks else {}),
        "keys": [_key(key, most[n], drawings, f"{layer.name}.key{n:02d}") for n, key in enumerate(keys)],
    }


def _key(key: NDArray[np.float32], most: float, drawings: dict[str, NDArray[np.uint8]], name: str) -> dict[str, Any]:
    """Keep a key (height, width, 4) in levels of 255, cut to where it shows; gives what the manifest says of it."""
    x, y, wide, high = _shown(np.abs(key).max(axis=2) * max(float(most), 1e-6) > _UNSEEN)
    cut = key[y : y + high, x : x + wide]
    step = max(float(np.abs(cut).max()) / 127.0, 1e-6)
    drawings[name] = packed((np.rint(cut / step) + ZERO).astype(np.uint8))
    return {"box": [x, y, wide, high], "step": step}


def _shown(mask: NDArray[np.bool_]) -> Sequence[int]:
    """x, y, width and height of a mask's bounds, at least a pixel."""
    x, y, wide, high = cv2.boundingRect(mask.astype(np.uint8))
    return int(x), int(y), max(int(wide), 1), max(int(high), 1)
