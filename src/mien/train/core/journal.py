"""What a run writes down: JSON lines, TensorBoard where it is installed, and grids of pictures."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from mien.files import atomic_path, refusals


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
        with atomic_path(self._path) as fresh:
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


def cost_of(run: Path) -> dict[str, float]:
    """What a run took: images, images_per_s (over all), hours of steps, memory_mb of a process at most."""
    rows = [row for row in read_journal(run / "journal.jsonl") if row["kind"] == "step"]
    seen = [0, *(row["seen"] for row in rows)]
    hours = sum((b - a) / row["images_per_s"] for a, b, row in zip(seen, seen[1:], rows, strict=False)) / 3600
    return {
        "images": rows[-1]["seen"],
        "images_per_s": round(rows[-1]["seen"] / hours / 3600, 2),
        "hours": round(hours, 3),
        "memory_mb": max(row["memory_mb"] for row in rows),
    }


def _short(value: Any) -> Any:
    """A figure as JSON holds it: six digits, NaN and Inf by name."""
    if isinstance(value, float):
        return round(value, 6) if math.isfinite(value) else str(value)
    return value
