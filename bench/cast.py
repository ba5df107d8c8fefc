"""The other characters that ship: each one's painter against the artist, on conditions that it never saw.

python bench/cast.py [NAME ...]    without names all but momo, whose figures `mien bench --quality` writes; writes
                                   bench/results/cast.json, keeping what it holds of others
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from mien.character import names
from mien.files import atomic_path
from mien.gauge.figures import stamp
from mien.gauge.speed import machine
from mien.train.painter.quality import quality

RESULT = Path(__file__).parent / "results" / "cast.json"


def main() -> None:
    """Measure, and write the figures of each as soon as they are known."""
    parser = argparse.ArgumentParser(description="measure the characters' painters")
    parser.add_argument("names", nargs="*", default=[name for name in names() if name != "momo"], metavar="NAME")
    parser.add_argument("--count", type=int, default=300, help="held-out conditions (300)")
    given = parser.parse_args()
    for name in given.names:
        known = json.loads(RESULT.read_text(encoding="utf-8")) if RESULT.exists() else {}
        found = known | {"machine": machine(), **stamp(), name: quality(name, given.count)}
        with atomic_path(RESULT) as path:
            path.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
        print(json.dumps({name: found[name]}, indent=1))


if __name__ == "__main__":
    main()
