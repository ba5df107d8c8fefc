"""What training costs on this machine: half and single precision, one process and two.

python bench/cost.py DATA     DATA: as mien prepare made it; writes bench/results/cost.json
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from mien.files import atomic_path
from mien.gauge.figures import stamp
from mien.gauge.speed import machine
from mien.train.core.journal import read_journal

RESULTS = Path(__file__).parent / "results"
IMAGES = 2_400


def measure(data: Path, run: Path, precision: str, processes: int) -> dict[str, Any]:
    """Images a second of the second half of a short run of `faces`, and its first process' memory."""
    launch = [sys.executable, "-m", "torch.distributed.run", "--nproc-per-node", str(processes)]
    done = subprocess.run(
        [
            *(launch if processes > 1 else [sys.executable]), "-m", "mien", "train", "gan", str(data), "-o", str(run),
            "--recipe", "faces", "--images", str(IMAGES), "--watch-every", str(IMAGES // 2), "--precision", precision,
        ],
        env={**os.environ, "OMP_NUM_THREADS": str(max(1, (os.cpu_count() or 1) // processes))},
        capture_output=True, text=True,
    )  # fmt: skip
    if done.returncode:
        raise SystemExit(done.stderr)
    last = [row for row in read_journal(run / "journal.jsonl") if row["kind"] == "step"][-1]
    return {"images_per_s": round(last["images_per_s"], 1), "memory_mb": last["memory_mb"]}


def main() -> None:
    """Measure the four ways and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    options = parser.parse_args()
    figures: dict[str, Any] = {"machine": machine(), **stamp()}
    with tempfile.TemporaryDirectory() as folder:
        for precision in ("bf16", "fp32"):
            for processes in (1, 2):
                name = f"{precision}_{processes}"
                figures[name] = measure(options.data, Path(folder) / name, precision, processes)
                print(name, figures[name], flush=True)
    with atomic_path(RESULTS / "cost.json") as fresh:
        fresh.write_text(json.dumps(figures, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
