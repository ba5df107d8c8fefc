"""What was seen, for people and programs: JSON, rows of a table, an overlay to look at, a plot over time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from mien.face import FEELINGS, MUSCLES, Face, Frame, Saw
from mien.sense.sight.mirror import Mirror
from mien.sources.pictures import Seen

_COLOURS = (
    (255, 190, 40), (70, 130, 255), (235, 60, 50), (255, 120, 200), (120, 180, 60), (160, 90, 220), (255, 150, 150),
    (60, 200, 190),
)  # fmt: skip
"""One for each feeling."""

COLUMNS = (
    "source", "t", "id", "confidence", "x", "y", "w", "h", "yaw", "pitch", "roll", "gaze_x", "gaze_y", "dominant",
    "valence", "arousal", *FEELINGS, *MUSCLES,
)  # fmt: skip
"""Columns of the table, before x0, y0 .. x69, y69."""


def as_dict(seen: Seen, faces: Sequence[Face]) -> dict[str, Any]:
    """One picture's faces as plain data: pixels of the given picture, radians, strengths in [0, 1]."""
    width, height = (round(side * seen.scale) for side in (seen.pixels.shape[1], seen.pixels.shape[0]))
    return {
        "source": seen.source, "t": round(seen.t, 4), "width": width, "height": height,
        "faces": [_face(face, width, height) for face in faces],
    }  # fmt: skip


def _face(face: Face, width: int, height: int) -> dict[str, Any]:
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
        "feelings": {name: round(value, 4) for name, value in face.emotion.as_dict().items()},
        "dominant": face.emotion.dominant,
        "valence": round(face.emotion.valence, 4),
        "arousal": round(face.emotion.arousal, 4),
        "confidence": round(face.confidence, 4),
    }


def rows(told: dict[str, Any]) -> Iterator[list[Any]]:
    """One row a face of what `as_dict` gave, in the order of COLUMNS and the key points."""
    for face in told["faces"]:
        head, points = face["head"], [value for point in face["landmarks"] for value in point]
        yield [
            told["source"], told["t"], face["id"], face["confidence"], *face["box"],
            head["yaw"], head["pitch"], head["roll"], *face["gaze"], face["dominant"], face["valence"], face["arousal"],
            *face["feelings"].values(), *face["muscles"].values(), *points,
        ]  # fmt: skip


def overlay(pixels: NDArray[np.uint8], faces: Sequence[Face]) -> Frame:
    """The picture with boxes, key points, gaze and the strongest feelings drawn upon it."""
    shown = np.ascontiguousarray(pixels)
    shown = shown.copy() if shown is pixels else shown
    height, width = shown.shape[:2]
    size = np.array([width, height])
    for face in faces:
        x, y, w, h = (round(value * side) for value, side in zip(face.box, (width, height) * 2, strict=True))
        colour = (
            _COLOURS[FEELINGS.index(face.emotion.dominant)] if face.emotion.dominant in FEELINGS else (210, 210, 210)
        )
        thick = max(1, round(w / 160))
        cv2.rectangle(shown, (x, y), (x + w, y + h), colour, thick, cv2.LINE_AA)
        points = face.landmarks.points * size
        for number, (px, py) in enumerate(points):
            radius = max(1, round(w / (60 if number >= 68 else 110)))
            cv2.circle(shown, (round(float(px)), round(float(py))), radius, (90, 255, 120), -1, cv2.LINE_AA)
        gaze = face.expression.gaze
        for number in (68, 69):
            start = points[number]
            end = start + np.array([gaze[0], -gaze[1]]) * w * 0.5
            cv2.line(
                shown, tuple(map(round, map(float, start))), tuple(map(round, map(float, end))), (255, 230, 0), thick
            )
        strongest = sorted(face.emotion.as_dict().items(), key=lambda item: -item[1])[:2]
        words = " ".join(f"{name} {value:.2f}" for name, value in strongest if value >= 0.1) or "neutral"
        said = f"{face.id}: {words}" if face.id >= 0 else words
        scale = max(0.4, w / 340)
        cv2.putText(
            shown, said, (x, max(12, y - 6)), cv2.FONT_HERSHEY_SIMPLEX, scale, (0, 0, 0), thick + 2, cv2.LINE_AA
        )
        cv2.putText(shown, said, (x, max(12, y - 6)), cv2.FONT_HERSHEY_SIMPLEX, scale, colour, thick, cv2.LINE_AA)
    return Frame(np.dstack([shown, np.full(shown.shape[:2], 255, np.uint8)]))


def plot(times: Sequence[float], feelings: Sequence[Sequence[float]], width: int = 1200, height: int = 420) -> Frame:
    """The eight feelings of the first face over time, as a picture. feelings: (n, 8) in [0, 1]."""
    sheet = np.full((height, width, 3), 255, np.uint8)
    left, right, top, bottom = 60, width - 150, 20, height - 40
    last = max(times[-1], 1e-3) if times else 1.0
    for share in (0.0, 0.25, 0.5, 0.75, 1.0):
        y = round(bottom + (top - bottom) * share)
        cv2.line(sheet, (left, y), (right, y), (228, 228, 228), 1)
        cv2.putText(sheet, f"{share:g}", (14, y + 5), cv2.FONT_HERSHEY_SIMPLEX, 0.45, (90, 90, 90), 1, cv2.LINE_AA)
    for tick in range(11):
        x = round(left + (right - left) * tick / 10)
        cv2.putText(
            sheet, f"{last * tick / 10:.1f}", (x - 12, bottom + 22), cv2.FONT_HERSHEY_SIMPLEX, 0.42, (90, 90, 90), 1,
            cv2.LINE_AA,
        )  # fmt: skip
    cv2.putText(sheet, "s", (right + 14, bottom + 22), cv2.FONT_HERSHEY_SIMPLEX, 0.45, (90, 90, 90), 1, cv2.LINE_AA)
    for number, name in enumerate(FEELINGS):
        line = np.array(
            [
                (left + (right - left) * t / last, bottom + (top - bottom) * felt[number])
                for t, felt in zip(times, feelings, strict=True)
            ]
        )
        if len(line):
            cv2.polylines(sheet, [np.round(line).astype(np.int32)], False, _COLOURS[number], 2, cv2.LINE_AA)
        y = top + 14 + 24 * number
        cv2.line(sheet, (right + 16, y - 4), (right + 40, y - 4), _COLOURS[number], 3)
        cv2.putText(sheet, name, (right + 46, y), cv2.FONT_HERSHEY_SIMPLEX, 0.45, (40, 40, 40), 1, cv2.LINE_AA)
    return Frame(np.dstack([sheet, np.full(sheet.shape[:2], 255, np.uint8)]))


def mirrored(looks: Iterable[tuple[float, Sequence[Face]]]) -> Iterator[Saw]:
    """Cues for a character that mirrors the first person seen. looks: times in seconds, and the faces then.

    While nobody is seen there are no cues, and the mood lets the face relax.
    """
    mirrors: dict[int, Mirror] = {}
    last: dict[int, float] = {}
    for t, faces in looks:
        if not faces:
            continue
        face = max(faces, key=lambda one: (one.id in mirrors, one.box[2]))
        mirror = mirrors.setdefault(face.id, Mirror())
        expression = mirror(face, t - last.get(face.id, t))
        last[face.id] = t
        yield Saw(t, expression, min(1.0, face.confidence))
