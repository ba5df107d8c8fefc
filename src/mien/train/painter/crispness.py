"""How crisply a character from footage is to be painted."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from mien.character import Character
from mien.paint.gan import GanPainter
from mien.train.painter.footage import Footage
from mien.train.painter.measure import likeness

_LOOKED_AT = 24  # frames


def crispness(who: Character, footage: Footage) -> float:
    """How much finest detail has to be strengthened (0..1, docs/bundle.md) for frames to be as sharp as their film.

    What a network paints is a little soft, and strengthening makes up for it; but film may be softer still, and grain
    that a short training left would be strengthened too. footage: what the character learnt from.
    """
    numbers = [int(n) for n in np.unique(np.linspace(0, len(footage) - 1, _LOOKED_AT).astype(int))]

    def detail(crisp: float) -> float:
        painter = GanPainter(replace(who, painter={**who.painter, "crisp": crisp}), footage.canvas.picture)
        return float(likeness(painter, footage, "both", False, numbers)["sharpness"] ** 0.5)

    least, most = detail(0.0), detail(1.0)
    if not np.isfinite(most):
        return 1.0  # film without any detail
    return round(float(np.clip((1.0 - least) / max(most - least, 1e-6), 0.0, 1.0)), 2)
