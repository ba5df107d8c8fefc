"""`mien evaluate`: how good a model is, against real pictures that it never saw."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from mien.cli.needs import need
from mien.cli.values import Commands, command, model_files, touches, whole
from mien.face import InputError
from mien.files import AtomicFile, make_folder, read_json, write_atomic


def add(commands: Commands[argparse.ArgumentParser]) -> None:
    """Add the command."""
    parser = command(
        commands, "evaluate", "measure a trained model against held-out pictures and write a report",
        "mien evaluate runs/faces --data data/faces -o runs/faces/report.html",
    )  # fmt: skip
    parser.add_argument("model", type=Path, metavar="MODEL", help="a folder that mien train gan made")
    parser.add_argument(
        "--data", type=Path, required=True, metavar="DIR", help="the prepared set, with a held-out part"
    )
    parser.add_argument("-o", "--out", type=Path, metavar="FILE", help="the report (MODEL/report.html)")
    parser.add_argument("--baseline", type=Path, metavar="FILE", help="evaluation.json of a model to compare with")
    parser.add_argument("--count", type=whole(16, 100_000), default=2_000, metavar="N", help="pictures compared (2000)")
    parser.add_argument(
        "--judge-images", type=whole(64, 10_000_000), default=120_000, metavar="N",
        help="pictures that the expression classifier sees in its training (120000)",
    )  # fmt: skip
    parser.add_argument("--seed", type=whole(0, 2**31 - 1), default=0, metavar="N", help="of noise and choice (0)")
    parser.add_argument("--json", action="store_true", help="print the figures as one JSON object")
    touches(
        parser, ["data", "baseline"], also_reads=model_files,
        also_writes=lambda given: [_report(given), _report(given).with_name("evaluation.json")],
    )  # fmt: skip
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Measure, write report.html and evaluation.json beside it, print."""
    need("measuring a model", "torch", "PIL")
    from mien.train.gan.evaluate import evaluate
    from mien.train.gan.report import write_report

    report = _report(options)
    make_folder(report.parent)
    AtomicFile(report).drop()  # a refusal shows before the work
    baseline = _figures(options.baseline) if options.baseline else None
    found = evaluate(
        options.model, options.data, options.count, options.judge_images, options.seed,
        lambda what: print(f"measuring: {what}", file=sys.stderr),
    )  # fmt: skip
    verdict = write_report(report, found, options.model, baseline)
    table = report.with_name("evaluation.json")
    write_atomic(table, (json.dumps(found.figures, indent=1, ensure_ascii=False) + "\n").encode())
    if options.json:
        print(json.dumps(found.figures, ensure_ascii=False))
    else:
        print(verdict)
        print(f"wrote {report} and {table}")
    return 0


def _report(options: argparse.Namespace) -> Path:
    where: Path = options.out or options.model / "report.html"
    return where


def _figures(path: Path) -> dict[str, Any]:
    from mien.train.gan.report import figures_table

    found: dict[str, Any] = read_json(path)
    try:
        figures_table(found, found)  # as it will be shown
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise InputError(f"{path}: expected an evaluation.json that mien evaluate wrote ({error!r})") from error
    return found
