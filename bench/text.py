"""Measure the text reader: python bench/text.py [DATA] prints JSON.

DATA is the folder or zip file of the text corpora; without it, or for corpora that it lacks, those figures
are left out. Chat accuracy is on bench/chat_lines.tsv, which is never trained on.
"""

from __future__ import annotations

import json
import platform
import sys
import time
from pathlib import Path

import numpy as np

from mien.sense.reader import WEIGHTS, Reader, load, open_reader
from mien.train.text_scores import chat, scores

LINES = Path(__file__).parent / "chat_lines.tsv"


def milliseconds(reader: Reader, texts: list[str]) -> np.ndarray:
    """The time of each line, one after another, after one round to warm up."""
    for text in texts:
        reader.read(text)
    taken = []
    for text in texts * 5:
        start = time.perf_counter()
        reader.read(text)
        taken.append(time.perf_counter() - start)
    return np.array(taken) * 1e3


def main(arguments: list[str]) -> int:
    """Print every figure as one JSON object."""
    starts = []
    for _ in range(5):
        start = time.perf_counter()
        load(WEIGHTS)
        starts.append(time.perf_counter() - start)
    reader = open_reader()
    table = LINES.read_text(encoding="utf-8")
    texts = [row.split("\t")[2] for row in table.splitlines() if row.count("\t") == 2]
    taken = milliseconds(reader, texts)
    found: dict[str, object] = {
        "machine": f"{platform.machine()} {platform.system()}, Python {platform.python_version()}",
        "weights_mb": round(sum(path.stat().st_size for path in WEIGHTS.parent.glob("text.*")) / 1e6, 3),
        "load_ms": round(1e3 * min(starts), 1),
        "line_ms_median": round(float(np.median(taken)), 4),
        "line_ms_p95": round(float(np.percentile(taken, 95)), 4),
        **chat(reader, table),
    }
    if arguments:
        found |= scores(reader, Path(arguments[0]))
    print(json.dumps(found, indent=1, ensure_ascii=False))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
