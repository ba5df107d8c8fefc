"""The figures of sight on held-out data, written to bench/results/perception.json.

python bench/perception.py --faces DIR ... --drawn DIR --labelled DIR --video DIR --empty FOLDER --clips FOLDER
    --faces    prepared with published key points (mien prepare ... --margin 5)
    --drawn    prepared with --draw
    --labelled FER2013, prepared with --size 48 --colour grey --keep-twins
    --video    frames of video with a teacher's muscles (mien prepare ... --margin 5 --look model.task)
    --empty    pictures without faces that were not trained on; --clips videos of one person each
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from mien.sense.sight import Looker
from mien.sense.sight.nets import WEIGHTS
from mien.show.figures import stamp
from mien.show.measure import machine
from mien.sinks.whole import written
from mien.sources import files_of, pictures
from mien.train.sight import measure
from mien.train.sight.crops import Faces

RESULT = Path(__file__).parent / "results" / "perception.json"


def main() -> None:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--weights", type=Path, default=WEIGHTS)
    for name in ("faces", "drawn", "labelled", "video", "empty", "clips"):
        parser.add_argument(f"--{name}", type=Path)
    options = parser.parse_args()
    cv2.setNumThreads(1)
    looker = Looker(options.weights)
    found: dict[str, Any] = {"machine": machine(), **stamp()}
    real = Faces(options.faces, "held_out") if options.faces else None
    drawn = Faces(options.drawn, "held_out") if options.drawn else None
    if real is not None:
        found["points_real"] = measure.points(looker, real)
    if drawn is not None:
        found["points_drawn"] = measure.points(looker, drawn)
    if options.video:
        found["muscles"] = measure.muscles(looker, [Faces(options.video, split) for split in ("train", "held_out")])
    if options.labelled:
        found["feelings"] = measure.feelings(looker, options.labelled)
    if options.empty and real is not None:
        empty = [seen.pixels for path in files_of(options.empty) for seen in pictures(path)]
        found["detection_real"] = measure.detection(looker, [real], empty)
        if drawn is not None:
            found["detection_drawn"] = measure.detection(looker, [drawn], empty)
    if options.clips:
        clips = files_of(options.clips)
        found["tracked"] = {
            path.name: measure.tracked(looker, ((seen.t, seen.pixels) for seen in pictures(path))) for path in clips
        }
        still = next(iter(pictures(clips[0]))).pixels
        wide = cv2.copyMakeBorder(cv2.resize(still, (480, 480)), 0, 0, 80, 80, cv2.BORDER_REPLICATE)
        found["speed_640x480"] = measure.speed(looker, np.asarray(wide, np.uint8))
    found["megabytes"] = round(sum(path.stat().st_size for path in options.weights.iterdir()) / 1e6, 2)
    with written(RESULT) as fresh:
        fresh.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
