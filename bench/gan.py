"""The article's network against ours on the same pictures: train both, measure both, write what came out.

python bench/gan.py DATA RUNS --images 60000     DATA: as mien prepare made it; RUNS: folder for the two runs
                                                 writes bench/results/gan_article.json and gan_faces.json
python bench/gan.py DATA RUNS --images 400000 --only faces   goes on with ours alone

Runs resume where they stopped; a report.html lies in each run's folder.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path
from typing import Any

from mien.show.figures import stamp
from mien.show.measure import machine
from mien.train.lab.evaluate import evaluate
from mien.train.lab.journal import alarms_of, read_journal
from mien.train.lab.recipe import chosen
from mien.train.lab.report import write_report
from mien.train.lab.trainer import train_gan

RESULTS = Path(__file__).parent / "results"


def cost(run: Path) -> dict[str, Any]:
    """What the run took: images a second in the middle, hours, memory."""
    steps = [row for row in read_journal(run / "journal.jsonl") if row["kind"] == "step"]
    speeds = sorted(row["images_per_s"] for row in steps)
    return {
        "images_per_s": round(speeds[len(speeds) // 2], 2),
        "hours": round(steps[-1]["seen"] / speeds[len(speeds) // 2] / 3600, 3),
        "memory_mb": max(row["memory_mb"] for row in steps),
    }


def main() -> None:
    """Train, measure, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("runs", type=Path)
    parser.add_argument("--images", type=int, default=60_000)
    parser.add_argument("--only", choices=("article", "faces", "cast"))
    parser.add_argument("--count", type=int, default=2_000)
    parser.add_argument("--judge-images", type=int, default=120_000)
    options = parser.parse_args()
    baseline: dict[str, Any] | None = None
    for name in (options.only,) if options.only else ("article", "faces"):
        run = options.runs / name
        train_gan(options.data, run, chosen(name, images=options.images))
        found = evaluate(
            run, options.data, options.count, options.judge_images, progress=lambda what: print(what, file=sys.stderr)
        )
        told = write_report(run / "report.html", found, run, baseline)
        figures = {"machine": machine(), **stamp(), "cost": cost(run), "alarms": alarms_of(run), **found.figures}
        fresh = RESULTS / f"gan_{name}.json.new"
        fresh.write_text(json.dumps(figures, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        os.replace(fresh, RESULTS / f"gan_{name}.json")
        print(f"{name}: {told}")
        baseline = baseline or found.figures


if __name__ == "__main__":
    main()
