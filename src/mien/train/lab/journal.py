"""What a run writes down: JSON lines, TensorBoard where it is installed, and grids of pictures."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from mien.sinks.whole import refusals, written


class Journal:
    """The record of the run in `folder`: journal.jsonl, and events for TensorBoard beside it."""

    def __init__(self, folder: Path):
        self._path = folder / "journal.jsonl"
        self._board: Any = None
        if find_spec("tensorboard") is not None:
            from torch.utils.tensorboard import SummaryWriter

            self._board = SummaryWriter(str(folder / "tensorboard"))

    def cut(self, seen: int) -> None:
        """Forget what was written after this many images: a run that goes back writes it anew."""
        kept = [row for row in read_journal(self._path) if row["seen"] <= seen]
        with written(self._path) as fresh:
            fresh.write_text("".join(json.dumps(row) + "\n" for row in kept))

    def write(self, kind: str, seen: int, figures: Mapping[str, Any]) -> None:
        """One line. kind: "step", "look" or "alarm"."""
        row = {"kind": kind, "seen": seen, **{name: _short(value) for name, value in figures.items()}}
        with refusals(self._path), self._path.open("a") as file:
            file.write(json.dumps(row) + "\n")
        if self._board is not None:
            for name, value in row.items():
                if isinstance(value, int | float) and name != "seen":
                    self._board.add_scalar(f"{kind}/{name}", value, seen)

    def close(self) -> None:
        """Write out what waits."""
        if self._board is not None:
            self._board.close()


def read_journal(path: Path) -> list[dict[str, Any]]:
    """All whole lines of a journal; none when there is no file."""
    if not path.exists():
        return []
    rows = []
    for line in path.read_text().splitlines():
        try:
            rows.append(json.loads(line))
        except json.JSONDecodeError:
            continue  # the last line of a run that was killed
    return rows


def alarms_of(run: Path) -> list[str]:
    """The alarms that a run's folder tells of, in their order."""
    return [row["alarm"] for row in read_journal(run / "journal.jsonl") if row["kind"] == "alarm"]


def _short(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, 6) if math.isfinite(value) else str(value)
    return value


def shown(pictures: Tensor) -> NDArray[np.uint8]:
    """(n, size, size, 3) RGB bytes of (n, channels, size, size) pictures; clear ground becomes light grey."""
    clipped = pictures.detach().float().clamp(0.0, 1.0)
    if clipped.shape[1] == 1:
        clipped = clipped.expand(-1, 3, -1, -1)
    elif clipped.shape[1] == 4:
        clipped = (clipped[:, :3] + (1.0 - clipped[:, 3:]) * 0.88).clamp(0.0, 1.0)
    return np.asarray((clipped.permute(0, 2, 3, 1).cpu().numpy() * 255.0 + 0.5).astype(np.uint8))


def sheet(pictures: NDArray[np.uint8], columns: int) -> NDArray[np.uint8]:
    """One picture of many, (n, size, size, 3), in rows of `columns`."""
    size = pictures.shape[1]
    rows = -(-len(pictures) // columns)
    whole = np.full((rows * size, columns * size, 3), 255, np.uint8)
    for number, picture in enumerate(pictures):
        y, x = divmod(number, columns)
        whole[y * size : (y + 1) * size, x * size : (x + 1) * size] = picture
    return whole


def save_png(path: Path, rgb: NDArray[np.uint8]) -> None:
    """Write a PNG, whole or not at all."""
    done, data = cv2.imencode(".png", np.ascontiguousarray(rgb[..., ::-1]))
    assert done, "a picture of bytes can be encoded"
    with written(path) as fresh:
        fresh.write_bytes(data.tobytes())
