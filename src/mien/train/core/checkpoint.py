"""Checkpoints: safetensors with a JSON header, written whole or not at all."""

from __future__ import annotations

import errno
import json
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor, nn

from mien.face import WeightsError
from mien.files import atomic_path

FORMAT = "mien.checkpoint/2"
"""Since 2 neutral stands last among the classes, and the networks' parts have other names."""


@dataclass(frozen=True, slots=True)
class Saved:
    """What a checkpoint says beside its weights. seen: images so far. notes: what the trainer wrote into it."""

    seen: int
    notes: dict[str, Any]


def save_tensors(path: Path, tensors: Mapping[str, Tensor], notes: dict[str, str] | None = None) -> None:
    """Write a safetensors file, whole or not at all. Raises DeviceError when the disk is full or refuses."""
    with atomic_path(path) as fresh:
        try:
            save_file({name: value.contiguous() for name, value in tensors.items()}, fresh, notes)
        except SafetensorError as error:  # tells the system's refusal in words alone
            number = re.search(r"os error (\d+)", str(error))
            raise OSError(int(number[1]) if number else errno.EIO, str(error)) from error
        fresh.chmod(0o644)  # its writer makes files for their owner alone


def save_checkpoint(
    path: Path, parts: dict[str, Any], recipe: dict[str, Any], seen: int, notes: dict[str, Any] | None = None
) -> None:
    """Write networks and optimisers. parts: name -> module or Adam; seen: images so far.

    Raises DeviceError when the disk is full or refuses.
    """
    tensors: dict[str, Tensor] = {}
    for name, part in parts.items():
        if isinstance(part, nn.Module):
            for key, value in part.state_dict().items():
                tensors[f"{name}/{key}"] = value.contiguous()
        else:
            for number, state in part.state_dict()["state"].items():
                for key, value in state.items():
                    tensors[f"{name}/{number}/{key}"] = value.contiguous()
    save_tensors(
        path, tensors,
        {"format": FORMAT, "seen": str(seen), "recipe": json.dumps(recipe), "notes": json.dumps(notes or {})},
    )  # fmt: skip


def load_checkpoint(path: Path, parts: dict[str, Any], recipe: dict[str, Any], may_change: Collection[str]) -> Saved:
    """Fill networks and optimisers. may_change: settings in which the file's recipe may differ from this one.

    Raises WeightsError on a damaged or foreign file.
    """
    try:
        with safe_open(path, "pt") as file:
            meta = file.metadata()
            tensors = {key: file.get_tensor(key) for key in file.keys()}  # noqa: SIM118  # not a dict
    except (SafetensorError, OSError) as error:
        raise WeightsError(f"{path}: not a whole checkpoint ({error}); remove it to begin anew") from error
    if (meta or {}).get("format") != FORMAT:
        raise WeightsError(f"{path}: format: expected {FORMAT}, got {(meta or {}).get('format')!r}; train it again")
    was = json.loads(meta["recipe"])
    for key, value in json.loads(json.dumps(recipe)).items():
        if key not in may_change and was.get(key) != value:
            raise WeightsError(f"{path}: made with {key} = {was.get(key)!r}, the recipe says {value!r}")
    for name, part in parts.items():
        own = {key[len(name) + 1 :]: value for key, value in tensors.items() if key.startswith(f"{name}/")}
        if isinstance(part, nn.Module):
            part.load_state_dict(own)
        elif own:
            state: dict[int, dict[str, Tensor]] = {}
            weights = [weight for group in part.param_groups for weight in group["params"]]
            for key, value in own.items():
                number, _, field = key.partition("/")
                if value.dim() == 4:  # fused Adam walks the memory: the moments must lie as their weights do
                    value = torch.empty_like(weights[int(number)]).copy_(value)
                state.setdefault(int(number), {})[field] = value
            part.load_state_dict({"state": state, "param_groups": part.state_dict()["param_groups"]})
    return Saved(int(meta["seen"]), json.loads(meta.get("notes", "{}")))
