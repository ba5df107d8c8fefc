"""The figures of the README in one piece: speed, memory, and where torch is at hand, the picture's quality."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from mien.character import load
from mien.gauge import speed as measure
from mien.gauge.delay import reaction
from mien.paint.drawn import Artist
from mien.paint.gan import GanPainter
from mien.paint.identity import identity_of
from mien.sense import open_reader

Say = Callable[[str], None]


def speed(character: str = "momo", say: Say = lambda _: None) -> dict[str, Any]:
    """Milliseconds, seconds and megabytes on this machine; `say` is told what is being measured."""
    who = load(character)
    figures: dict[str, Any] = {"machine": measure.machine(), **stamp()}
    say("painters")
    for size in (256, 512):
        figures[f"paint_ms_{size}"] = {
            f"{threads}_threads": measure.paint_speed(GanPainter(who, size), threads) for threads in (1, 2)
        }
    artist = Artist(identity_of(who.identity, character), 256)
    figures["paint_ms_256"]["artist"] = measure.paint_speed(artist, 1)
    say("line to first changed frame")
    for size in (256, 512):
        figures[f"line_to_face_ms_{size}"] = reaction(open_reader(), GanPainter(who, size))
    say("start and memory")
    figures["import_ms"] = measure.import_time()
    figures["cold_start_s"] = measure.cold_start()
    figures["live_memory_mb"] = measure.live_memory()
    return figures


def stamp() -> dict[str, str]:
    """The commit and the day, for a results file."""
    done = subprocess.run(["git", "rev-parse", "HEAD"], capture_output=True, text=True, check=False)
    return {"commit": done.stdout.strip() or "unknown", "day": datetime.now(UTC).date().isoformat()}
