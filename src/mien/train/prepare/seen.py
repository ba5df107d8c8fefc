"""What a face analyzer sees in pictures that come without key points or without the expression's numbers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

import numpy as np

from mien.face import InputError
from mien.face.channels import CHANNELS, TURN_SLICE
from mien.sense.sight import FaceAnalyzer
from mien.train.prepare.labels import Shares, only
from mien.train.prepare.picture import coloured, decode
from mien.train.prepare.sources import Raw, broken

_SEEN = TURN_SLICE.stop
"""Channels that a face analyzer sees: all but the drawn marks."""


def seen(raws: Iterable[Raw], analyzer: FaceAnalyzer) -> Iterator[Raw]:
    """The same pictures with the key points and the expression's numbers that they lack, of the largest face.

    A picture in which no face is found gets data that raise InputError when they are read. One without a label that is
    known gets neutral: its numbers say what it shows.
    """
    for raw in raws:
        try:
            given = raw.data()
            picture = decode(given, "rgb") if isinstance(given, bytes) else coloured(given, "rgb")
            faces = analyzer.see(picture) or analyzer.see(picture, crop=True)
            if not faces:
                raise InputError("no face was found in it")
        except (InputError, OSError) as error:
            yield replace(raw, data=broken(str(error)), label=_known(raw.label))
            continue
        face = max(faces, key=lambda one: one.box[2] * one.box[3])
        points = raw.points
        if points is None or np.isnan(points).any():
            points = face.landmarks.points * np.array([picture.shape[1], picture.shape[0]], np.float32)
        numbers = raw.numbers or dict(
            zip(CHANNELS[:_SEEN], (float(value) for value in face.expression.channels[:_SEEN]), strict=True)
        )
        yield replace(raw, points=points, numbers=numbers, label=_known(raw.label))


def _known(label: Shares | None) -> Shares:
    return only("neutral") if label is None else label
