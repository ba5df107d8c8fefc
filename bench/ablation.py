"""What the parts of a drawn character's painter are worth: taken away from a trained one, and measured.

python bench/ablation.py RUN    RUN: a folder of mien train painter, trained to its end; writes
                                bench/results/ablation.json
"""

from __future__ import annotations

import argparse
import json
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from mien.character import load
from mien.files import atomic_path
from mien.gauge.figures import stamp
from mien.gauge.speed import machine
from mien.paint.cels import Bytes, Cel, Key
from mien.paint.drawn import MOMO
from mien.paint.gan import GanPainter
from mien.paint.keyed_bundle import drawn
from mien.paint.raster import Drawings
from mien.progress import bar
from mien.train.core.journal import cost_of
from mien.train.core.run import checkpoints
from mien.train.painter import drawn_character
from mien.train.painter.bundle import make_bundle
from mien.train.painter.cast import CAST
from mien.train.painter.measure import fidelity

RESULTS = Path(__file__).parent / "results"
COUNT = {256: 200, 512: 100}
"""Held-out conditions by the size of the picture."""


_Drawn = tuple[Cel, Bytes, list[Key]]


def unchanged(cel: Cel, sheet: Bytes, keys: list[Key]) -> _Drawn:
    """The cel itself."""
    return cel, sheet, keys


def without_keys(cel: Cel, sheet: Bytes, keys: list[Key]) -> _Drawn:
    """The cel with the drawings of its marks alone."""
    blank = [Key(np.zeros((1, 1, 4), np.int8), (0, 0), 0.0)] * cel.weighed
    return cel, sheet, [*blank, *keys[cel.weighed :]]


def halved(cel: Cel, sheet: Bytes, keys: list[Key]) -> _Drawn:
    """The cel with sheets and keys of half as many pixels a side."""
    wide, high = (max(1, side // 2) for side in cel.size)
    fewer = []
    for key in keys:
        whole = np.zeros(sheet.shape, np.float32)
        x, y = key.corner
        whole[y : y + key.pixels.shape[0], x : x + key.pixels.shape[1]] = key.pixels
        small = np.rint(cv2.resize(whole, (wide, high), interpolation=cv2.INTER_AREA)).astype(np.int8)
        fewer.append(Key(small, (0, 0), key.step))
    less = np.asarray(cv2.resize(sheet, (wide, high), interpolation=cv2.INTER_AREA), np.uint8)
    return replace(cel, size=(wide, high)), less, fewer


def measured(bundle: Path, change: Callable[[Cel, Bytes, list[Key]], _Drawn]) -> dict[str, Any]:
    """The painter's figures at both sizes, each of its cels changed."""
    found: dict[str, Any] = {}
    for size, count in COUNT.items():
        who = load(str(bundle))
        painter = GanPainter(who, size)
        cels = painter._cels
        told = who.painter["cels"]
        changed = [change(*one) for one in drawn(who.file("cels"), told, painter.canvas, cels[0][0].margin)]
        painter._cels = [(cel, Drawings.of(sheet, keys)) for cel, sheet, keys in changed]
        painter._raster = painter._tinted({})
        found[str(size)] = fidelity(painter.paint, MOMO, count, size, progress=False)
    return found


def before_critic(run: Path, folder: Path) -> tuple[Path, int]:
    """A bundle of the run's last checkpoint from before its critic joined, made in `folder`; and the images seen."""
    recipe = drawn_character()
    early = [path for path in checkpoints(run) if int(path.stem) <= recipe.alone]
    if not early:
        raise SystemExit(f"{run / 'checkpoints'}: expected one of {recipe.alone} images or fewer; train it anew")
    (folder / "checkpoints").mkdir()
    shutil.copy(early[-1], folder / "checkpoints")
    for path in run.iterdir():
        if path.is_file():
            (folder / path.name).symlink_to(path.resolve())
    return make_bundle(folder, recipe, CAST["momo"], progress=False), int(early[-1].stem)


def main() -> None:
    """Measure each, and write it down."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("run", type=Path)
    run = parser.parse_args().run
    figures: dict[str, Any] = {"machine": machine(), **stamp(), "conditions": COUNT, "cost": cost_of(run)}
    whole = run / "momo"
    with tempfile.TemporaryDirectory(dir=run) as scratch:
        early, seen = before_critic(run, Path(scratch))
        rows = {
            "whole": (whole, unchanged), "without_keys": (whole, without_keys), "sheets_halved": (whole, halved),
            "before_critic": (early, unchanged),
        }  # fmt: skip
        figures["before_critic_images"] = seen
        for name, (bundle, change) in bar(rows.items(), total=len(rows), unit="painters", name="ablation"):
            figures[name] = measured(bundle, change)
    with atomic_path(RESULTS / "ablation.json") as fresh:
        fresh.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(figures, indent=1))


if __name__ == "__main__":
    main()
