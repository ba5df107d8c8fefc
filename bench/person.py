"""A filmed person whose character was made by `mien character new`: is what is painted of the film recognised in it?

python bench/person.py RUN ...    RUN: the folder of a run, named as the result is to be; writes
                                  bench/results/person.json, keeping what it holds of others, and into each RUN
                                  pairs.png: 40 held-out frames above, the same painted below

Of each: the report's figures; how far our sight finds the key points of a painted held-out frame from where they were
asked for, in shares of the distance between the eyes' centres; for how many of the eight feelings, painted from the
expression alone, the asked one is the first of its nine chances, or rises most above what it sees in the face at rest,
and how many it tells apart, whatever it calls them: at each of four strengths the nine chances (their logarithms) are
nearest to the mean of the same feeling's at the other strengths; and how many specks there are in the film, in the same
frames painted, and in feelings and vowels painted from the expression alone.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mien.character import load
from mien.face import CLASSES, FEELINGS, LEFT_EYE, REST, RIGHT_EYE, Emotion, Frame, prototype
from mien.files import atomic_path
from mien.gauge.figures import stamp
from mien.gauge.speed import machine
from mien.paint.gan import GanPainter
from mien.progress import bar
from mien.sense.sight import SightAnalyzer
from mien.train.core.journal import read_journal
from mien.train.core.sheets import save_png
from mien.train.painter.footage import Footage
from mien.train.painter.measure import repainted, specks
from mien.train.painter.own import on_ground, pairs, spent
from mien.train.painter.report import FELT, feelings, vowels

RESULT = Path(__file__).parent / "results" / "person.json"
GROUND = (235, 235, 235)
PAIRS, COLUMNS = 40, 8
STRENGTHS = (0.55, 0.7, 0.85, 1.0)
_NAMED = {"points": "by_points", "expression": "by_expression"}  # as bench/character.py has them


def solid(frame: Frame) -> NDArray[np.uint8]:
    """(height, width, 3) RGB."""
    return frame.over(GROUND)


def found_again(painter: GanPainter, held_out: Footage, analyzer: SightAnalyzer) -> dict[str, float]:
    """Shares of the eyes' distance, as the module says: the median of frames' means, and the 95th percentile."""
    errors, missed = [], 0
    for number in bar(range(len(held_out)), name="find", unit="frames"):
        asked = held_out.points[number]
        faces = analyzer.see(solid(repainted(painter, held_out, number)))
        if not faces:
            missed += 1
            continue
        seen = max(faces, key=lambda face: face.box[3]).landmarks.points
        apart = np.hypot(*(asked[RIGHT_EYE].mean(axis=0) - asked[LEFT_EYE].mean(axis=0)))
        errors.append(float(np.hypot(*(seen[17:68] - asked[17:68]).T).mean() / apart))
    return {
        "p50": round(float(np.median(errors)), 4), "p95": round(float(np.percentile(errors, 95)), 4), "missed": missed,
    }  # fmt: skip


def feelings_told(painter: GanPainter, analyzer: SightAnalyzer) -> dict[str, Any]:
    """Which feelings our sight tells, by being first and by rising most."""

    def chances(feeling: str | None, strength: float = FELT) -> NDArray[np.float64]:
        pose = REST if feeling is None else prototype(Emotion.of({feeling: strength}))
        faces = analyzer.see(solid(painter.paint(pose)))
        return np.array(faces[0].chances if faces else np.zeros(len(CLASSES)), np.float64)

    rest = chances(None)
    first, rises = {}, {}
    for feeling in FEELINGS:
        seen = chances(feeling)
        first[feeling] = CLASSES[int(seen.argmax())]
        rises[feeling] = CLASSES[int((np.log(seen + 1e-3) - np.log(rest + 1e-3))[: len(FEELINGS)].argmax())]
    apart = told_apart(np.stack([
        np.stack([chances(feeling, strength) for strength in STRENGTHS]) for feeling in FEELINGS
    ]))  # fmt: skip
    right = {name: sum(said == asked for asked, said in table.items()) for name, table in
             (("first", first), ("rises", rises))}  # fmt: skip
    return {"of": len(FEELINGS), **right, "apart": apart, "seen_first": first, "seen_rising": rises}


def told_apart(chances: NDArray[np.float64]) -> int:
    """Feelings of which each is known by the chances of the same one at other strengths. chances: (feelings, strengths,
    classes)."""
    seen = np.log(chances + 1e-3)
    total, count = seen.sum(axis=1), seen.shape[1]
    right = np.ones(len(seen), bool)
    for feeling in range(len(seen)):
        for strength in range(count):
            means = total / count
            means[feeling] = (total[feeling] - seen[feeling, strength]) / (count - 1)
            right[feeling] &= np.linalg.norm(means - seen[feeling, strength], axis=1).argmin() == feeling
    return int(right.sum())


def grain(painter: GanPainter, held_out: Footage) -> dict[str, float]:
    """Specks, as `measure.specks` counts them."""
    numbers = [int(number) for number in np.linspace(0, len(held_out) - 1, PAIRS)]
    pictures = {
        "film": [on_ground(held_out.frame(number)) for number in numbers],
        "repainted": [solid(repainted(painter, held_out, number)) for number in numbers],
        "by_expression": [solid(painter.paint(one)) for _, one in (*feelings(), *vowels())],
    }
    return {name: round(float(np.mean([specks(one) for one in many])), 1) for name, many in pictures.items()}


def measured(run: Path) -> dict[str, Any]:
    """The figures of one run; writes its pairs.png."""
    order = json.loads((run / "order.json").read_text(encoding="utf-8"))
    learnt = Footage(run / "footage")
    held_out = Footage(run / "footage", "held_out", like=learnt)
    painter, analyzer = GanPainter(load(str(run / order["name"])), held_out.canvas.picture), SightAnalyzer()
    numbers = [int(number) for number in np.linspace(0, len(held_out) - 1, PAIRS)]
    rows = [pairs(painter, held_out, numbers[at : at + COLUMNS], 224) for at in range(0, PAIRS, COLUMNS)]
    save_png(run / "pairs.png", np.concatenate(rows))
    report = json.loads((run / "report.json").read_text(encoding="utf-8"))
    steps = [row for row in read_journal(run / "journal.jsonl") if row["kind"] == "step"]
    return {
        "minutes": order["minutes"], "trained_s": round(spent(run)), "images": steps[-1]["seen"],
        "frames": {"learnt": len(learnt), "held_out": len(held_out)},
        **{_NAMED.get(by, by): figures for by, figures in report["figures"].items()},
        "points_found_again": found_again(painter, held_out, analyzer), "feelings": feelings_told(painter, analyzer),
        "specks": grain(painter, held_out),
    }  # fmt: skip


def main() -> None:
    """Measure each, and write what is known at once."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("runs", nargs="+", type=Path, metavar="RUN")
    for run in parser.parse_args().runs:
        known = json.loads(RESULT.read_text(encoding="utf-8")) if RESULT.exists() else {}
        found = known | {"machine": machine(), **stamp(), run.name: measured(run)}
        with atomic_path(RESULT) as fresh:
            fresh.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
        print(json.dumps(found[run.name], indent=1))


if __name__ == "__main__":
    main()
