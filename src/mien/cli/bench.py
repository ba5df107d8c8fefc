"""`mien bench`: the figures of the README, measured on this machine."""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path

from mien.cli.needs import need
from mien.cli.values import Commands, command


def add(commands: Commands[argparse.ArgumentParser]) -> None:
    """Add the command."""
    parser = command(commands, "bench", "measure speed, memory and quality here", "mien bench -o bench/results")
    parser.add_argument(
        "--quality",
        action="store_true",
        help='also the picture\'s quality; needs torch: pip install "mien[train]"',
    )
    parser.add_argument("--count", type=int, default=1000, metavar="N", help="held-out pictures for --quality (1000)")
    parser.add_argument("-o", "--out", type=Path, metavar="DIR", help="also write speed.json and quality.json here")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Measure, print one JSON object, and write the files where asked."""
    if options.quality:
        need("--quality", "torch")
    from mien.show.figures import speed, stamp

    results = {"speed": speed(say=lambda what: print(f"measuring: {what}", file=sys.stderr))}
    if options.quality:
        from mien.show.measure import machine
        from mien.train.quality import quality

        results["quality"] = {"machine": machine(), **stamp(), **quality(count=options.count)}
    for name, figures in results.items():
        if options.out:
            options.out.mkdir(parents=True, exist_ok=True)
            fresh = options.out / f"{name}.json.new"
            fresh.write_text(json.dumps(figures, indent=1) + "\n")
            os.replace(fresh, options.out / f"{name}.json")
    print(json.dumps(results, indent=1))
    return 0
