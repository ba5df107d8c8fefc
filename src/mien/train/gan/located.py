"""Whether a face is found in what was painted, and its key points where they were asked for."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from torch import Tensor

from mien.face.landmarks import POINTS, inner_error
from mien.sense.sight import FaceAnalyzer
from mien.train.core.sheets import shown
from mien.train.gan.pictures import Asked

_SIDE = 192
"""Pixels to which smaller pictures are enlarged before a face analyzer sees them."""


def located(pictures: Tensor, asked: Asked, analyzer: FaceAnalyzer, most: int = 300) -> dict[str, Any]:
    """{"pictures", "found", "inner51"} of (n, channels, size, size) pictures and what they were asked for.

    found: share in which the analyzer finds a face. inner51: the mean `inner_error` of the key points that it sees
    there, against those asked for; None when no 70 were asked for, or no face was found.
    """
    errors, found = [], 0
    count = min(most, len(pictures))
    for number in np.linspace(0, len(pictures) - 1, count).astype(int):
        picture = shown(pictures[int(number)][None])[0]
        times = _SIDE / picture.shape[0]
        if times > 1.0:
            picture = np.asarray(cv2.resize(picture, None, fx=times, fy=times, interpolation=cv2.INTER_CUBIC), np.uint8)
        faces = analyzer.see(picture)
        if not faces:
            continue
        found += 1
        wanted = asked.points[int(number)].numpy()
        if len(wanted) == POINTS:
            seen = max(faces, key=lambda face: face.box[2] * face.box[3]).landmarks.points
            errors.append(inner_error(seen, wanted))
    return {
        "pictures": count, "found": round(found / max(1, count), 4),
        "inner51": round(float(np.mean(errors)), 4) if errors else None,
    }  # fmt: skip
