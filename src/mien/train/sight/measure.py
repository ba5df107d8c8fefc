"""The figures of sight, on pictures that its nets have not learnt from."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from mien.face import CLASSES, MUSCLES
from mien.face.channels import MUSCLE_SLICE
from mien.face.landmarks import inner_error
from mien.sense.sight.analyzer import FEEL_SIZE, SightAnalyzer
from mien.sense.sight.crop import around
from mien.sense.sight.tracker import Tracker
from mien.sources import files_of, pictures
from mien.train.prepare.picture import coloured
from mien.train.sight.crops import Faces
from mien.train.sight.feelings import Feelings
from mien.train.sight.scenes import box_of

_SEVEN = [CLASSES.index(name) for name in ("angry", "disgusted", "afraid", "happy", "sad", "surprised", "neutral")]


@dataclass(frozen=True, slots=True)
class Held:
    """What sight is measured on; what is None is left out.

    faces: a prepared set with published key points. drawn: one that the artist drew. labelled: FER2013, prepared with
    48 grey pixels. video: frames with a teacher's muscles. empty: a folder of pictures without faces. clips: a folder
    of videos of one person each.
    """

    faces: Path | None = None
    drawn: Path | None = None
    labelled: Path | None = None
    video: Path | None = None
    empty: Path | None = None
    clips: Path | None = None


def measured(weights: Path, held: Held) -> dict[str, Any]:
    """All figures of the analyzer with these weights for which there are data."""
    cv2.setNumThreads(1)
    analyzer = SightAnalyzer(weights)
    found: dict[str, Any] = {}
    real = Faces(held.faces, "held_out") if held.faces else None
    drawn = Faces(held.drawn, "held_out") if held.drawn else None
    if real is not None:
        found["points_real"] = points(analyzer, real)
    if drawn is not None:
        found["points_drawn"] = points(analyzer, drawn)
    if held.video:
        found["muscles"] = muscles(analyzer, [Faces(held.video, split) for split in ("train", "held_out")])
    if held.labelled:
        found["feelings"] = feelings(analyzer, held.labelled)
    if held.empty:
        empty = [seen.pixels for path in files_of(held.empty) for seen in pictures(path)]
        for name, faces in (("real", real), ("drawn", drawn)):
            if faces is not None:
                found[f"detection_{name}"] = detection(analyzer, [faces], empty)
    if held.clips:
        clips = files_of(held.clips)
        found["tracked"] = {
            path.name: tracked(analyzer, ((seen.t, seen.pixels) for seen in pictures(path))) for path in clips
        }
        still = next(iter(pictures(clips[0]))).pixels
        wide = cv2.copyMakeBorder(cv2.resize(still, (480, 480)), 0, 0, 80, 80, cv2.BORDER_REPLICATE)
        found["speed_640x480"] = speed(analyzer, np.asarray(wide, np.uint8))
    found["megabytes"] = round(sum(path.stat().st_size for path in weights.iterdir()) / 1e6, 2)
    return found


def points(analyzer: SightAnalyzer, faces: Faces, most: int = 600) -> dict[str, float]:
    """Errors of the 51 inner points in shares of the distance between the outer eye corners, and how many were found.

    Found by the whole pipeline: finder, then mapper; a face counts as found when its middle lies in the true box.
    """
    errors, missed = [], 0
    count = min(most, len(faces))
    for number in np.linspace(0, len(faces) - 1, count).astype(int):
        known_face = faces[int(number)]
        picture = coloured(known_face.pixels, "rgb")
        size = np.array([picture.shape[1], picture.shape[0]])
        true = known_face.points
        best = None
        for face in analyzer.see(picture):
            found = face.landmarks.points * size
            error = inner_error(found, true)
            best = error if best is None else min(best, error)
        if best is None or best > 0.5:
            missed += 1
        else:
            errors.append(best)
    return {
        "faces": count, "found": round(1.0 - missed / max(1, count), 4),
        "inner51_mean": round(float(np.mean(errors)), 4) if errors else 1.0,
        "inner51_median": round(float(np.median(errors)), 4) if errors else 1.0,
        "over_10_percent": round(float(np.mean(np.array(errors) > 0.1)), 4) if errors else 1.0,
    }  # fmt: skip


def muscles(analyzer: SightAnalyzer, sets: Sequence[Faces], moving: float = 0.03) -> dict[str, Any]:
    """Agreement with a teacher's muscles on frames of video. moving: the spread from which a muscle moves."""
    wanted, said = [], []
    for faces in sets:
        for number in range(len(faces)):
            known_face = faces[number]
            picture = coloured(known_face.pixels, "rgb")
            mapped = analyzer.mapped(picture, around(known_face.points))
            wanted.append(known_face.channels[MUSCLE_SLICE])
            said.append(analyzer.moving(picture, mapped.points))
    true, found = np.array(wanted), np.array(said)
    spread = true.std(axis=0)
    each = {
        name: round(float(np.corrcoef(true[:, at], found[:, at])[0, 1]), 3)
        for at, name in enumerate(MUSCLES)
        if spread[at] > moving and found[:, at].std() > 1e-6
    }
    return {
        "frames": len(true), "mae": round(float(np.abs(true - found).mean()), 4),
        "mae_of_the_mean": round(float(np.abs(true - true.mean(axis=0)).mean()), 4),
        "moving": len(each), "r_mean": round(float(np.mean(list(each.values()))), 3),
        "r_median": round(float(np.median(list(each.values()))), 3), "r": each,
    }  # fmt: skip


def feelings(analyzer: SightAnalyzer, folder: Path) -> dict[str, Any]:
    """Accuracy on the corpus' own labels and on its annotators' majority.

    With and without pictures that are also in the training part; calibration; the confusion matrix (rows true, columns
    found, over the seven classes).
    """
    held = Feelings(folder, "held_out")
    own = held.own.argmax(axis=1)
    learnt = {one.tobytes() for one in Feelings(folder, "train").pixels}
    fresh = np.array([one.tobytes() not in learnt for one in held.pixels])
    chances = np.stack([analyzer.felt_alone(np.repeat(one, 3, axis=2)) for one in held.pixels])
    best = np.array(_SEVEN)[chances[:, _SEVEN].argmax(axis=1)]
    majority = held.votes.argmax(axis=1)
    voted = held.votes.max(axis=1) > 0.5
    sure = chances.max(axis=1)
    right = chances.argmax(axis=1) == own
    matrix = [[int(((own == true) & (best == found)).sum()) for found in _SEVEN] for true in _SEVEN]
    return {
        "pictures": len(held),
        "accuracy_own": round(float((best == own).mean()), 4),
        "accuracy_own_without_twins": round(float((best == own)[fresh].mean()), 4), "without_twins": int(fresh.sum()),
        "accuracy_majority": round(float((best == majority)[voted].mean()), 4), "with_majority": int(voted.sum()),
        "ece_own": round(_calibration(sure, right), 4),
        "ece_votes": round(_calibration(sure, np.take_along_axis(held.votes, chances.argmax(1)[:, None], 1)[:, 0]), 4),
        "classes": [CLASSES[at] for at in _SEVEN], "confusion": matrix,
    }  # fmt: skip


def _calibration(sure: NDArray[np.floating], right: NDArray[Any], bins: int = 15) -> float:
    """Expected calibration error: how far confidence and truth lie apart, in the mean over bins of confidence."""
    which = np.minimum((sure * bins).astype(int), bins - 1)
    total = 0.0
    for one in range(bins):
        inside = which == one
        if inside.any():
            total += float(inside.mean()) * abs(float(sure[inside].mean()) - float(np.asarray(right)[inside].mean()))
    return total


def detection(
    analyzer: SightAnalyzer, faces: Sequence[Faces], empty: Sequence[NDArray[np.uint8]], count: int = 150
) -> dict[str, Any]:
    """Recall of faces laid close, small, dark and turned by 30 degrees into pictures without faces, and false boxes
    in a hundred of those pictures."""
    found: dict[str, list[bool]] = {"close": [], "small": [], "dark": [], "rotated": []}
    chance = np.random.default_rng(7)
    for number in range(count):
        for kind, hits in found.items():
            chosen = faces[number % len(faces)]
            one = chosen[int(chance.integers(len(chosen)))]
            ground = empty[int(chance.integers(len(empty)))]
            picture, middle, side = _placed(coloured(one.pixels, "rgb"), one.points, ground, kind, chance)
            boxes = [np.array(face.box) * [640, 480, 640, 480] for face in analyzer.see(picture)]
            hits.append(any(np.hypot(*(box[:2] + box[2:] / 2 - middle)) < 0.4 * side for box in boxes))
    wrong = sum(len(analyzer.see(picture)) for picture in empty)
    return {
        **{kind: round(float(np.mean(hits)), 4) for kind, hits in found.items()},
        "false_boxes_in_100": round(100.0 * wrong / len(empty), 2), "empty_pictures": len(empty),
    }  # fmt: skip


def _placed(
    face: NDArray[np.uint8], key: NDArray[np.float32], ground: NDArray[np.uint8], kind: str, chance: np.random.Generator
) -> tuple[NDArray[np.uint8], NDArray[np.float64], float]:
    """A 640 x 480 picture with one face in it; the face's middle and its longer side in pixels."""
    picture = np.array(cv2.resize(ground, (640, 480), interpolation=cv2.INTER_AREA), np.uint8)
    box = box_of(key)
    length = {"close": 380.0, "small": 40.0, "dark": 130.0, "rotated": 130.0}[kind]
    zoom = length / max(box[2] - box[0], box[3] - box[1])
    angle = np.deg2rad(30.0) * (1 if chance.random() < 0.5 else -1) if kind == "rotated" else 0.0
    turn = zoom * np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    room = 0.55 * length
    spot = np.array(
        [chance.uniform(min(room, 320), max(640 - room, 320)), chance.uniform(min(room, 240), max(480 - room, 240))]
    )
    middle = (box[:2] + box[2:]) / 2.0
    matrix = np.concatenate([turn, (spot - turn @ middle)[:, None]], axis=1)
    laid = cv2.warpAffine(face, matrix, (640, 480), flags=cv2.INTER_AREA if zoom < 1 else cv2.INTER_LINEAR)
    low, high = np.maximum(box[:2] - 0.35 * (box[2:] - box[:2]), 0), box[2:] + 0.25 * (box[2:] - box[:2])
    mask = np.zeros(face.shape[:2], np.float32)
    mask[int(low[1]) : int(high[1]), int(low[0]) : int(high[0])] = 1.0
    cover = cv2.warpAffine(mask, matrix, (640, 480))[..., None]
    mixed = picture * (1.0 - cover) + laid * cover
    if kind == "dark":
        mixed = mixed * 0.18 + chance.normal(0.0, 3.0, mixed.shape)
    return np.asarray(np.clip(mixed, 0, 255), np.uint8), spot, length


def speed(analyzer: SightAnalyzer, picture: NDArray[np.uint8], rounds: int = 60) -> dict[str, float]:
    """Milliseconds a frame for one face in (480, 640, 3), median on one core: detecting, tracking, and of these the
    feelings of two views."""
    detecting, tracking, feeling = [], [], []
    views = np.zeros((2, FEEL_SIZE, FEEL_SIZE), np.uint8)
    tracker = Tracker(analyzer)
    tracker.see(picture, 0.0)
    for number in range(rounds):
        begun = time.perf_counter()
        analyzer.see(picture)
        between = time.perf_counter()
        tracker.see(picture, 0.001 * (number + 1))
        tracked_at = time.perf_counter()
        analyzer.feel(views)
        feeling.append(time.perf_counter() - tracked_at)
        tracking.append(tracked_at - between)
        detecting.append(between - begun)
    return {
        "detecting_ms": round(float(np.median(detecting)) * 1e3, 2),
        "tracking_ms": round(float(np.median(tracking)) * 1e3, 2),
        "feeling_ms": round(float(np.median(feeling)) * 1e3, 2),
    }


def tracked(analyzer: SightAnalyzer, frames: Iterable[tuple[float, NDArray[np.uint8]]]) -> dict[str, float]:
    """Over the frames of a video of one person: the share with exactly one face, and how many numbers were given."""
    tracker = Tracker(analyzer)
    counts, names = [], set()
    for t, picture in frames:
        faces = tracker.see(picture, t)
        counts.append(len(faces))
        names |= {face.id for face in faces}
    return {
        "frames": len(counts), "with_a_face": round(float(np.mean(np.array(counts) >= 1)), 4),
        "with_one": round(float(np.mean(np.array(counts) == 1)), 4), "ids": len(names),
    }  # fmt: skip
