"""What was seen, for people and programs: JSON, rows of a table, an overlay to look at, a plot over time."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from mien.face import CLASSES, MUSCLES, POINTS, Face, Frame, Saw
from mien.face.landmarks import LEFT_IRIS, RIGHT_IRIS
from mien.show import MirrorDirector
from mien.sources.pictures import Picture
from mien.tell.chart import FEELING_COLOURS, Panel, chart, write

COLUMNS = (
    "source", "t", "id", "confidence", "x", "y", "w", "h", "yaw", "pitch", "roll", "gaze_x", "gaze_y", "kind",
    "dominant", "valence", "arousal", *CLASSES, *MUSCLES,
    *(f"{axis}{number}" for number in range(POINTS) for axis in "xy"),
)  # fmt: skip
"""Columns of the table."""


def as_dict(seen: Picture, faces: Sequence[Face]) -> dict[str, Any]:
    """One picture's faces as plain data: pixels of the given picture, radians, strengths in [0, 1]."""
    width, height = (round(side * seen.scale) for side in (seen.pixels.shape[1], seen.pixels.shape[0]))
    return {
        "source": seen.source, "t": round(seen.t, 4), "width": width, "height": height,
        "faces": [_face(face, width, height) for face in faces],
    }  # fmt: skip


def _face(face: Face, width: int, height: int) -> dict[str, Any]:
    """One face as plain data, in pixels of the given picture."""
    expression = face.expression
    yaw, pitch, roll = (round(float(value), 4) for value in expression.head)
    x, y, w, h = face.box
    return {
        "id": face.id,
        "box": [round(x * width, 1), round(y * height, 1), round(w * width, 1), round(h * height, 1)],
        "landmarks": [[round(float(px * width), 2), round(float(py * height), 2)] for px, py in face.landmarks.points],
        "head": {"yaw": yaw, "pitch": pitch, "roll": roll},
        "muscles": {name: round(value, 4) for name, value in expression.muscles.items()},
        "gaze": [round(float(value), 4) for value in expression.gaze],
        "feelings": {name: round(value, 4) for name, value in face.felt.items()},
        "dominant": face.dominant,
        "valence": round(face.emotion.valence, 4),
        "arousal": round(face.emotion.arousal, 4),
        "confidence": round(face.confidence, 4),
        "kind": face.kind,
    }


def table(looks: Iterable[dict[str, Any]]) -> str:
    """Comma-separated values of what `as_dict` gave: one row a face, in the order of COLUMNS."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for one in looks:
        for face in one["faces"]:
            writer.writerow([
                one["source"], one["t"], face["id"], face["confidence"], *face["box"], *face["head"].values(),
                *face["gaze"], face["kind"], face["dominant"], face["valence"], face["arousal"],
                *face["feelings"].values(), *face["muscles"].values(),
                *(value for point in face["landmarks"] for value in point),
            ])  # fmt: skip
    return text.getvalue()


def overlay(pixels: NDArray[np.uint8], faces: Sequence[Face]) -> Frame:
    """The picture with boxes, key points, gaze and the strongest feelings drawn upon it."""
    shown = pixels.copy()
    height, width = shown.shape[:2]
    size = np.array([width, height])
    for face in faces:
        x, y, w, h = (round(value * side) for value, side in zip(face.box, (width, height) * 2, strict=True))
        colour = FEELING_COLOURS[face.dominant]
        thick = max(1, round(w / 160))
        cv2.rectangle(shown, (x, y), (x + w, y + h), colour, thick, cv2.LINE_AA)
        points = face.landmarks.points * size
        gaze = face.expression.gaze * (0.5 * w, -0.5 * w)
        for number, point in enumerate(points):
            iris = number in (RIGHT_IRIS, LEFT_IRIS)
            spot, ahead = np.round([point, point + gaze]).astype(int).tolist()
            cv2.circle(shown, spot, max(1, round(w / (60 if iris else 110))), (90, 255, 120), -1, cv2.LINE_AA)
            if iris:
                cv2.line(shown, spot, ahead, (255, 230, 0), thick)
        strongest = sorted(face.felt.items(), key=lambda item: -item[1])[:2]
        words = " ".join(f"{name} {value:.2f}" for name, value in strongest if value >= 0.1)
        said = f"{face.id}: {words}" if face.id >= 0 else words
        for ink, line in (((0, 0, 0), thick + 2), (colour, thick)):
            write(shown, said, (x, max(12, y - 6)), ink, max(0.4, w / 340), line)
    return Frame(np.dstack([shown, np.full(shown.shape[:2], 255, np.uint8)]))


def plot(times: Sequence[float], feelings: Sequence[Sequence[float]]) -> Frame:
    """The nine chances of the first face over time, as a picture. feelings: (n, 9) in [0, 1]."""
    return chart(times, [Panel(CLASSES, np.array(feelings, np.float64).reshape(-1, len(CLASSES)))])


def mirrored(looks: Iterable[tuple[float, Sequence[Face]]]) -> Iterator[Saw]:
    """Cues for a character that mirrors one person. looks: times in seconds, and the faces then."""
    mirroring = MirrorDirector()
    for t, faces in looks:
        yield from mirroring.see(faces, t)
