"""The quality of a character's trained painter, in one piece, for the results file and the model card."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mien.character import load
from mien.paint import Painter
from mien.paint.artist import identity_of
from mien.paint.drawn import Artist, key_points
from mien.paint.gan import GanPainter
from mien.train.painter.measure import agreement, fidelity


def quality(character: str = "momo", count: int = 1_000, progress: bool = True) -> dict[str, Any]:
    """Fidelity of the fp32 and the int8 painter on `count` held-out conditions, by expression and by key points
    alone, and how often a judge sees the feeling that was asked for."""
    who = load(character)
    identity = identity_of(who.identity, character)
    fp32, int8 = (GanPainter(who, 256, precision) for precision in ("fp32", "int8"))
    figures: dict[str, Any] = {"conditions": count}
    for name, painter in (("fp32", fp32), ("int8", int8)):
        figures[name] = fidelity(painter.paint, identity, count, progress=progress)
    by_points = _by_points(int8, identity)
    figures["int8_key_points_alone"] = fidelity(by_points, identity, min(count, 200), progress=progress)
    painters: dict[str, Painter] = {"artist": Artist(identity, 256), "fp32": fp32, "int8": int8}
    seen = agreement(painters, identity)
    figures["agreement"] = seen
    figures["agreement_over_artist"] = {name: round(seen[name] / seen["artist"], 4) for name in ("fp32", "int8")}
    return figures


def _by_points(painter: GanPainter, identity: Any) -> Callable[[Any], Any]:
    return lambda expression: painter.paint_points(key_points(identity, expression), expression.noise)
