"""Playing the face by hand: how nearly a dragged point is met, and how long from a drag to the frame that shows it.

python bench/play.py [CHARACTER]     writes bench/results/play.json; `--sheet FILE` draws drags before and after instead
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from mien.character import load
from mien.face import LEFT_EYE, POINTS, REST, RIGHT_EYE, Expression, Shot
from mien.face.channels import CHANNELS
from mien.files import atomic_path
from mien.gauge.figures import stamp
from mien.gauge.speed import machine
from mien.paint.gan import GanPainter
from mien.paint.posing import ASKED
from mien.show import Hand, Moves, Session, Ticker
from mien.wire.play import Dragged

RESULTS = Path(__file__).parent / "results"
DRAGS, LIVE, SIZE = 400, 40, 512
FAR = 0.1  # of the eyes' distance, standard deviation of a drag that nobody chose with a face in mind
CHANGED = 3e-3  # of a muscle: a frame that shows it is another picture
GROUND = (236, 236, 240)

SHEET: dict[str, dict[int, tuple[float, float]]] = {
    "upper lid down": {37: (0, 0.4)}, "other lid halfway": {44: (0, 0.2)}, "lids up": {37: (0, -0.06), 44: (0, -0.06)},
    "lower lids up": {41: (0, -0.08), 46: (0, -0.08)}, "inner brows up": {21: (0, -0.12), 22: (0, -0.12)},
    "inner brows down": {21: (0, 0.18), 22: (0, 0.18)}, "one brow up": {25: (0, -0.08)},
    "corners up": {48: (-0.02, -0.12), 54: (0.02, -0.12)}, "corners down": {48: (0, 0.09), 54: (0, 0.09)},
    "corners in": {48: (0.09, 0), 54: (-0.09, 0)}, "lower lip down": {57: (0, 0.3)}, "chin down": {8: (0, 0.2)},
    "iris aside": {68: (-0.1, 0)}, "nose aside": {30: (0.35, 0)}, "nose down": {30: (0, 0.2)},
    "outline tilts": {0: (-0.1, 0.25)}, "cheek turns": {12: (-0.2, 0.0)},
    "wink and smile": {43: (0, 0.4), 48: (-0.02, -0.1), 54: (0.02, -0.1)},
    "surprise": {19: (0, -0.12), 24: (0, -0.12), 57: (0, 0.25)},
    "far beyond": {48: (-0.6, -0.3), 54: (0.6, -0.3), 57: (0, 0.9), 37: (0.3, 0.9)},
}  # fmt: skip
"""Drags of the sheet, in distances between the eyes."""


def eyes_apart(points: NDArray[np.float32]) -> float:
    """The usual measure of how far off points are, in picture units."""
    return float(np.hypot(*(points[LEFT_EYE].mean(axis=0) - points[RIGHT_EYE].mean(axis=0))))


def faces(chance: np.random.Generator) -> Expression:
    """An expression of a few muscles, the head a little turned."""
    channels = np.where(chance.random(63) < 0.12, chance.random(63), 0.0)
    channels[52:57] = chance.normal(0, 0.08, 5)
    channels[57:] = 0.0
    return Expression.clipped(channels, chance.normal(0, 1, 8), np.zeros(8))


def missed(painter: GanPainter, begun: Expression, pins: dict[int, tuple[float, float]]) -> tuple[float, float]:
    """How far dragged points are from the hand, on average, in % of the eyes' distance; and ms for the muscles."""
    start = time.perf_counter()
    posed = painter.posed(begun, pins)
    took = (time.perf_counter() - start) * 1e3
    found = painter.points(posed).points
    off = np.mean([np.hypot(*(found[point] - place)) for point, place in pins.items()])
    return float(off) / eyes_apart(painter.points(REST).points) * 100.0, took


def met(painter: GanPainter) -> dict[str, Any]:
    """Drags at random: to where a face's own muscles bring the points, and anywhere near."""
    chance = np.random.default_rng(21)
    apart = eyes_apart(painter.points(REST).points)
    asked = {point: names for point, names in ASKED.items() if names}
    found: dict[str, list[float]] = {"possible": [], "anywhere": [], "ms": []}
    for _ in range(DRAGS):
        begun = faces(chance)
        here = painter.points(begun).points
        chosen = [int(point) for point in chance.choice(POINTS, chance.integers(1, 4), replace=False)]
        names = {name for point in chosen for name in asked[point]}
        pulled = {name: float(chance.random()) for name in names if name not in CHANNELS[52:]}
        turned = {name: float(chance.normal(0, 0.1)) for name in names if name in CHANNELS[52:]}
        other = begun.channels.copy()
        for name, value in (pulled | turned).items():
            other[CHANNELS.index(name)] = value
        there = painter.points(Expression.clipped(other, begun.noise, begun.emotion)).points
        possible = {point: (float(there[point][0]), float(there[point][1])) for point in chosen}
        anywhere = {point: tuple(here[point] + chance.normal(0, FAR * apart, 2)) for point in chosen}
        for kind, pins in (("possible", possible), ("anywhere", anywhere)):
            off, took = missed(painter, begun, pins)  # type: ignore[arg-type]
            found[kind].append(off)
            found["ms"].append(took)
    return {
        "missed_percent": {
            kind: {"mean": round(float(np.mean(found[kind])), 2), "p95": _part(found[kind], 95)}
            for kind in ("possible", "anywhere")
        },
        "solve_ms": {"p50": _part(found["ms"], 50), "p95": _part(found["ms"], 95)},
    }


def _part(figures: list[float], percent: int) -> float:
    return round(float(np.percentile(figures, percent)), 2)


class Watch:
    """A sink that sees when the face begins to change."""

    live, needs_frame = False, True

    def __init__(self, hand: list[Hand]) -> None:
        self.hand, self.shots = hand, list[tuple[float, float]]()

    def put(self, shot: Shot) -> None:
        self.hand[0].moment(shot)
        self.shots.append((time.perf_counter(), shot.expression["mouthSmileLeft"]))

    def __enter__(self) -> Watch:
        return self

    def __exit__(self, *_: object) -> None:
        return None


def delay(painter: GanPainter) -> dict[str, float]:
    """ms from a drag's message to the painted frame that shows it begin, in a show at 60 frames a second."""
    import threading

    hand: list[Hand] = []
    watch = Watch(hand)
    session = Session(painter, Ticker(60, LIVE * 0.5 + 2.0), sinks=[watch], seed=3)
    hand.append(Hand(session, Moves()))
    rest = painter.points(REST).points
    took = []
    with hand[0]:
        show = threading.Thread(target=session.run)
        show.start()
        time.sleep(1.0)
        for _ in range(LIVE):
            before, start = len(watch.shots), time.perf_counter()
            quiet = watch.shots[-1][1]
            hand[0].play(Dragged({54: (float(rest[54][0]), float(rest[54][1]) - 0.02)}, False))
            time.sleep(0.3)
            seen = next((at for at, value in watch.shots[before:] if abs(value - quiet) > CHANGED), None)
            if seen is not None:
                took.append((seen - start) * 1e3)
            hand[0].play(Dragged({}, False))
            time.sleep(0.2)
        show.join()
    return {"p50": _part(took, 50), "p95": _part(took, 95)}


def named(tile: NDArray[np.uint8], name: str) -> NDArray[np.uint8]:
    """A tile of the sheet with its name on it."""
    written = np.ascontiguousarray(tile)
    cv2.putText(written, name, (8, len(tile) - 10), cv2.FONT_HERSHEY_SIMPLEX, 0.5, (60, 50, 70), 1, cv2.LINE_AA)
    return written


def sheet(painter: GanPainter, file: Path, across: int = 7) -> None:
    """Draw drags: the face at rest with the drag as arrows, and after it."""
    side = painter.size
    rest = painter.points(REST).points
    apart = eyes_apart(rest)
    crop = slice(int(0.22 * side), int(0.86 * side)), slice(int(0.16 * side), int(0.84 * side))
    still = painter.paint(REST).over(GROUND)
    for x, y in rest * side:
        cv2.circle(still, (int(x), int(y)), 2, (60, 80, 200), -1, cv2.LINE_AA)
    tiles = [named(still[crop], "at rest")]
    for name, drags in SHEET.items():
        pins = {point: tuple(rest[point] + apart * np.array(way)) for point, way in drags.items()}
        after = painter.paint(painter.posed(REST, pins)).over(GROUND)  # type: ignore[arg-type]
        for point, place in pins.items():
            ends = [tuple(int(v * side) for v in one) for one in (rest[point], place)]
            cv2.arrowedLine(after, *ends, (214, 38, 92), 2, cv2.LINE_AA, tipLength=0.25)
            cv2.circle(after, ends[0], 4, (60, 80, 200), -1, cv2.LINE_AA)
        tiles.append(named(after[crop], name))
    blank = np.full_like(tiles[0], 236)
    tiles += [blank] * (-len(tiles) % across)
    rows = [np.hstack(tiles[at : at + across]) for at in range(0, len(tiles), across)]
    cv2.imwrite(str(file), cv2.cvtColor(np.vstack(rows), cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, 80])


def main() -> None:
    """Measure and write, or draw."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("character", nargs="?", default="momo")
    parser.add_argument("--sheet", type=Path, metavar="FILE")
    options = parser.parse_args()
    character = load(options.character)
    if options.sheet:
        sheet(GanPainter(character, 288), options.sheet)
        return
    painter = GanPainter(character, SIZE)
    figures = {"machine": machine(), **stamp(), "character": character.name, "drags": DRAGS, **met(painter),
               "size": SIZE, "drag_to_frame_ms": delay(painter)}  # fmt: skip
    print(json.dumps(figures, indent=1))
    with atomic_path(RESULTS / "play.json") as fresh:
        fresh.write_text(json.dumps(figures, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
