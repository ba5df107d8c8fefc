"""A real character: train a painter on prepared footage, measure it on the clips that it never saw.

python bench/character.py DATA RUN --name seedsan    DATA: as mien prepare --whole made it; RUN: folder of the run,
    which resumes where it stopped; writes bench/results/character.json, and into RUN side_by_side.mp4 and sheet.png:
    the film at the left or above, painted at the right or below
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np
from numpy.typing import NDArray

from mien.character import load
from mien.files import atomic_path
from mien.gauge.figures import stamp
from mien.gauge.speed import machine
from mien.paint.gan import GanPainter
from mien.train.core.journal import cost_of
from mien.train.painter import character, for_images
from mien.train.painter.bundle import About, train_character
from mien.train.painter.footage import Footage
from mien.train.painter.measure import likeness, premultiplied, repainted

RESULTS = Path(__file__).parent / "results"
GROUND = 0.9
FPS = 20


def pair(painter: GanPainter, footage: Footage, number: int, axis: int) -> NDArray[np.uint8]:
    """A frame of film and the same one painted, beside each other, RGB."""
    both = [footage.frame(number) / np.float32(255.0), premultiplied(repainted(painter, footage, number))]
    shown = [picture[..., :3] + GROUND * (1.0 - picture[..., 3:]) for picture in both]
    return np.asarray(np.rint(np.concatenate(shown, axis=axis).clip(0.0, 1.0) * 255.0), np.uint8)


def film(painter: GanPainter, footage: Footage, path: Path) -> None:
    """Every frame of the footage beside itself, painted."""
    with atomic_path(path) as fresh, av.open(str(fresh), "w", format="mp4") as container:
        stream = container.add_stream("libx264", rate=FPS, options={"crf": "16"})
        stream.width, stream.height, stream.pix_fmt = 2 * footage.canvas.picture, footage.canvas.picture, "yuv420p"
        for number in range(len(footage)):
            container.mux(stream.encode(av.VideoFrame.from_ndarray(pair(painter, footage, number, 1), format="rgb24")))
        container.mux(stream.encode(None))


def main() -> None:
    """Train, measure, show."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("run", type=Path)
    parser.add_argument("--name", default="character")
    parser.add_argument("--images", type=int)
    options = parser.parse_args()
    recipe = character() if options.images is None else for_images(character(), options.images)
    source = Footage(options.data)
    about = About(options.name, {"en": options.name}, source.manifest["licence"] or "unknown", "", "")
    bundle = train_character(options.run, recipe, about, True, options.data)
    held_out = Footage(options.data, "held_out", like=source)
    painter = GanPainter(load(str(bundle)), source.canvas.picture)
    figures: dict[str, Any] = {
        "machine": machine(), **stamp(), "name": options.name, "cost": cost_of(options.run),
        "frames": {"train": len(source), "held_out": len(held_out)},
    }  # fmt: skip
    figures["both"] = likeness(painter, held_out)
    for by in ("points", "expression"):
        figures[f"by_{by}"] = likeness(painter, held_out, by)
    with atomic_path(RESULTS / "character.json") as fresh:
        fresh.write_text(json.dumps(figures, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    film(painter, held_out, options.run / "side_by_side.mp4")
    chosen = np.linspace(0, len(held_out) - 1, 8).astype(int)
    sheet = np.concatenate([pair(painter, held_out, int(number), 0) for number in chosen], axis=1)
    cv2.imwrite(str(options.run / "sheet.png"), sheet[..., ::-1])
    print(json.dumps({name: value for name, value in figures.items() if name != "machine"}, indent=1))


if __name__ == "__main__":
    main()
