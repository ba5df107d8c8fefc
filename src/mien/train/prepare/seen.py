"""What a face analyzer sees in pictures that come without key points or without the expression's numbers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

import numpy as np

from mien.face import Face, InputError
from mien.face.channels import CHANNELS, TURN_SLICE
from mien.sense.sight import FaceAnalyzer
from mien.train.prepare.labels import Shares, only
from mien.train.prepare.picture import Pixels, coloured, decode
from mien.train.prepare.sources import Raw, broken

SURE = 0.97
"""How sure an analyzer must be of a picture in which it finds no face, but which may be one that was cut close."""

_SEEN = TURN_SLICE.stop
"""Channels that a face analyzer sees: all but the drawn marks."""


def seen(raws: Iterable[Raw], analyzer: FaceAnalyzer) -> Iterator[Raw]:
    """The same pictures with the key points and the expression's numbers that they lack, of the largest face.

    A picture in which no face is found, or only something that may be an animal's, gets data that raise InputError when
    they are read, so that it is skipped and listed. One without a label that is known gets the nine chances that the
    analyzer sees.
    """
    for raw in raws:
        try:
            given = raw.data()
            picture = decode(given, "rgb") if isinstance(given, bytes) else coloured(given, "rgb")
            face = _face(picture, analyzer)
        except (InputError, OSError) as error:
            yield replace(raw, data=broken(str(error)), label=only("neutral") if raw.label is None else raw.label)
            continue
        points = raw.points
        if points is None or np.isnan(points).any():
            points = face.landmarks.points * np.array([picture.shape[1], picture.shape[0]], np.float32)
        numbers = raw.numbers or dict(
            zip(CHANNELS[:_SEEN], (float(value) for value in face.expression.channels[:_SEEN]), strict=True)
        )
        yield replace(raw, points=points, numbers=numbers, label=_felt(face) if raw.label is None else raw.label)


def _face(picture: Pixels, analyzer: FaceAnalyzer) -> Face:
    """The largest face of a picture, or the picture itself where it is one cut close. Raises InputError without one."""
    faces = analyzer.see(picture)
    if not faces:
        faces = [one for one in analyzer.see(picture, crop=True) if one.confidence >= SURE]
    if not faces:
        raise InputError("no face was found in it")
    return max(faces, key=lambda one: one.box[2] * one.box[3])


def _felt(face: Face) -> Shares:
    chances = np.array(face.chances, np.float32)
    return chances / np.float32(chances.sum())
