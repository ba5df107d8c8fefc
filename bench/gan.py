"""The laboratory's own runs: train, measure, write what came out. Runs resume where they stopped.

python bench/gan.py faces DATA RUNS --images 160000 --equal 40000   DATA: as mien prepare made it; RUNS: a folder
    trains `article` for --equal images and `faces` for --images, measures `faces` at --equal and at its end, and
    writes bench/results/gan_article.json, gan_faces_equal.json and gan_faces.json
python bench/gan.py cast DATA RUNS --images 60000
    trains and measures `cast`, and writes bench/results/gan_cast.json

A report.html lies in each run's folder.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
from pathlib import Path
from typing import Any

from mien.files import atomic_path
from mien.gauge.figures import stamp
from mien.gauge.speed import machine
from mien.train.core.journal import alarms_of, cost_of
from mien.train.gan.evaluate import evaluate
from mien.train.gan.recipe import chosen
from mien.train.gan.report import write_report
from mien.train.gan.train import train_gan

RESULTS = Path(__file__).parent / "results"
KEPT = ("generator.safetensors", "model.json", "journal.jsonl", "samples.png")


def measure(name: str, run: Path, options: argparse.Namespace, baseline: dict[str, Any] | None) -> dict[str, Any]:
    """Evaluate a run, write its report and bench/results/gan_NAME.json; gives the figures."""
    found = evaluate(
        run, options.data, options.count, options.judge_images, progress=lambda what: print(what, file=sys.stderr)
    )
    verdict = write_report(run / "report.html", found, run, baseline)
    figures = {"machine": machine(), **stamp(), "cost": cost_of(run), "alarms": alarms_of(run), **found.figures}
    with atomic_path(RESULTS / f"gan_{name}.json") as fresh:
        fresh.write_text(json.dumps(figures, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(f"{name}: {verdict}")
    return found.figures


def main() -> None:
    """Train, measure, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("faces", "cast"))
    parser.add_argument("data", type=Path)
    parser.add_argument("runs", type=Path)
    parser.add_argument("--images", type=int, default=160_000)
    parser.add_argument("--equal", type=int, default=40_000, help="images after which article and faces are compared")
    parser.add_argument("--count", type=int, default=2_000)
    parser.add_argument("--judge-images", type=int, default=60_000)
    options = parser.parse_args()
    recipe = chosen(options.what, images=options.images)
    run = options.runs / options.what
    if options.what == "cast":
        train_gan(options.data, run, recipe)
        measure("cast", run, options, None)
        return
    train_gan(options.data, options.runs / "article", chosen("article", images=options.equal))
    baseline = measure("article", options.runs / "article", options, None)
    equal = options.runs / "faces_equal"
    if not equal.exists():
        train_gan(options.data, run, recipe, stop=lambda seen: seen >= options.equal)
        equal.mkdir()
        for name in KEPT:
            shutil.copyfile(run / name, equal / name)
    measure("faces_equal", equal, options, baseline)
    train_gan(options.data, run, recipe)
    measure("faces", run, options, baseline)


if __name__ == "__main__":
    main()
