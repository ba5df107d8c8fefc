"""The quality of a character's trained painter, in one piece, for the results file and the model card."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mien.character import load
from mien.paint import Painter
from mien.paint.drawn import Artist, key_points
from mien.paint.gan import GanPainter
from mien.paint.identity import identity_of
from mien.train.painter.discern import told_apart
from mien.train.painter.measure import HELD_OUT, agreement, fidelity

TURNED = 0.2
"""Radians of yaw from which on a head is turned far."""


def quality(character: str = "momo", count: int = 1_000, progress: bool = True, seed: int = HELD_OUT) -> dict[str, Any]:
    """Fidelity of the painter on `count` held-out conditions of this seed, by expression, by key points alone, where
    the head turns far and at twice the size; how often a judge sees the feeling that was asked for; and how often a
    classifier tells painted pictures from drawn ones."""
    who = load(character)
    identity = identity_of(who.identity, character)
    painter = GanPainter(who, 256)
    figures: dict[str, Any] = {"conditions": count}
    figures["painter"] = fidelity(painter.paint, identity, count, progress=progress, seed=seed)
    figures["turned"] = fidelity(painter.paint, identity, count, progress=progress, seed=seed, turned=TURNED)
    large = GanPainter(who, 512).paint
    figures["at_512"] = fidelity(large, identity, min(count, 300), 512, progress=progress, seed=seed)
    by_points = _by_points(painter, identity)
    figures["key_points_alone"] = fidelity(by_points, identity, min(count, 200), progress=progress, seed=seed)
    painters: dict[str, Painter] = {"artist": Artist(identity, 256), "painter": painter}
    seen = agreement(painters, identity, seed=seed)
    figures["agreement"] = seen
    figures["agreement_over_artist"] = {"painter": round(seen["painter"] / seen["artist"], 4)}
    figures["told_apart"] = told_apart(painter, identity, seed, 2 * count, progress=progress)
    return figures


def _by_points(painter: GanPainter, identity: Any) -> Callable[[Any], Any]:
    return lambda expression: painter.paint_points(key_points(identity, expression), expression.noise)
