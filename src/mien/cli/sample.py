"""`mien sample`: pictures that a model of your own training paints."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from mien.cli.needs import need
from mien.cli.values import Commands, command, model_files, real, touches, whole
from mien.face import CLASSES, SettingsError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def add(commands: Commands[argparse.ArgumentParser]) -> None:
    """Add the command."""
    parser = command(
        commands, "sample", "paint pictures with a trained model",
        "mien sample runs/faces --emotion angry --seed 7 --n 64 -o grid.png",
    )  # fmt: skip
    parser.add_argument("model", type=Path, metavar="MODEL", help="a folder that mien train gan made")
    parser.add_argument("--emotion", metavar="NAME", help="the feeling asked for; without it a row of every one")
    parser.add_argument("--strength", type=real(0.0, 1.0), default=1.0, metavar="0..1", help="how strongly (1)")
    parser.add_argument("--points", type=Path, metavar="FILE", help="JSON list of key points, [x, y] in 0..1")
    parser.add_argument("--seed", type=whole(0, 2**31 - 1), default=0, metavar="N", help="of the noise (0)")
    parser.add_argument("--n", type=whole(1, 4096), default=None, metavar="N", help="pictures, or places of a clip")
    parser.add_argument("--interpolate", action="store_true", help="a clip through noise and feelings, to .mp4 or .gif")
    parser.add_argument("--fps", type=whole(1, 120), default=24, metavar="N", help="of a clip (24)")
    parser.add_argument("-o", "--out", type=Path, required=True, metavar="FILE", help=".png, or .mp4, .webm, .gif")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    touches(parser, ["points"], ["out"], also_reads=model_files)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Paint and write."""
    need("painting with a model of your own", "torch", "PIL")
    from mien.train.gan.model import load_model
    from mien.train.gan.sample import class_of, interpolation, read_points, sample_sheet, wish, write_sheet

    model = load_model(options.model)
    points = read_points(options.points, model.task.points) if options.points else None
    names = [class_of(options.emotion)] if options.emotion else list(CLASSES)
    lacking = [name for name in names if model.lacks(name)]
    if lacking:
        print(f"mien sample: the model was trained without a picture of: {', '.join(lacking)}", file=sys.stderr)
    asked = [wish(model, name, options.strength, points) for name in names]
    count = options.n or (64 if options.emotion else 8)
    if options.interpolate:
        _clip(options, interpolation(model, asked, max(2, count if options.n else 8), options.seed), model.task.size)
    else:
        write_sheet(options.out, sample_sheet(model, asked, count, options.seed))
    made = {"file": str(options.out), "emotions": names, "n": count, "seed": options.seed}
    print(json.dumps(made) if options.json else f"wrote {options.out}")
    return 0


def _clip(options: argparse.Namespace, frames: Iterator[NDArray[np.uint8]], size: int) -> None:
    import cv2
    import numpy as np

    from mien.face import NEUTRAL, REST, Frame, Shot
    from mien.sinks import open_sink

    kind = options.out.suffix.lower().lstrip(".")
    if kind not in ("mp4", "webm", "gif"):
        raise SettingsError(f"{options.out}: a clip needs a name that ends in .mp4, .webm or .gif")
    side = max(64, 2 * round(size * max(1, 256 // size) / 2))
    with open_sink(kind, options.out, options.fps, side) as sink:
        for number, rgb in enumerate(frames):
            large = cv2.resize(rgb, (side, side), interpolation=cv2.INTER_CUBIC)
            pixels = np.dstack([large, np.full((side, side), 255, np.uint8)])
            sink.put(Shot(number / options.fps, REST, NEUTRAL, Frame(pixels)))
