"""Contact sheets for the documentation: what the artist draws, and what the painter makes of the same conditions.

python bench/sheets.py docs/pictures [--painter gan]
"""

from __future__ import annotations

import argparse
from pathlib import Path

import cv2
import numpy as np

from mien.character import load
from mien.face import FEELINGS, Emotion, prototype
from mien.face.colour import colour
from mien.paint import open_painter, recoloured
from mien.paint.drawn import CAST, MOMO, Artist, Identity
from mien.paint.painter import Painter
from mien.sense import open_reader
from mien.show import peak, script
from mien.tell.sheet import GROUND, Picture, cell, grid, poses, strengths

LINES = (
    "今天终于通关了！！", "I miss my cat so much…", "えっ！？うそでしょ！？", "你居然骗我，太过分了！",
    "そ、そんな、照れちゃう///", "a hot bath, so relaxing…",
)  # fmt: skip


def identities(size: int = 190) -> Picture:
    """Twelve people out of many millions."""
    return grid(
        [
            cell(
                Artist(Identity.of(seed), 256),
                prototype(Emotion(**{FEELINGS[seed % len(FEELINGS)]: 0.6})),
                f"seed {seed}",
                size,
            )
            for seed in range(1, 13)
        ],
        6,
    )


def cast(size: int = 170) -> Picture:
    """The characters of the cast as the artist draws them, each with its feelings."""
    return grid(
        [
            cell(Artist(identity, 256), prototype(Emotion(**{feeling: 0.7})), f"{name} {feeling}", size)
            for name, identity in CAST.items()
            for feeling in FEELINGS
        ],
        len(FEELINGS),
    )


COLOURS: tuple[dict[str, str], ...] = (
    {}, {"hair": "#2b2630", "iris": "#7a4b2a"}, {"hair": "#d4d8e2", "iris": "#c8283c"},
    {"hair": "#f2d58a", "iris": "#7b4bc8"}, {"hair": "#3355aa", "iris": "#d8a520"},
    {"hair": "#4fa36b", "iris": "#c8283c", "cloth": "#2a2a33"},
    {"hair": "#5a3a2a", "iris": "#4fa36b", "skin": "#b98560"},
    {"hair": "#2b2630", "iris": "#d8a520", "skin": "#7a5238"},
)  # fmt: skip


def colours(painter: Painter, size: int = 190) -> Picture:
    """The same character in other colours, each with a feeling."""
    cells = []
    for number, told in enumerate(COLOURS):
        dyed = recoloured(painter, {part: colour(text) for part, text in told.items()}, "momo")
        pose = prototype(Emotion(**{FEELINGS[number]: 0.7}))
        cells.append(cell(dyed, pose, " ".join(list(told.values())[:2]) or "her own", size))
    return grid(cells, 4)


def side_by_side(painter: Painter, count: int = 14, size: int = 170) -> Picture:
    """Held-out conditions, the first ones: the artist above, the painter below."""
    from mien.train.core.poses import sample_expression
    from mien.train.painter.measure import HELD_OUT

    poses = [sample_expression(np.random.default_rng((HELD_OUT, number))) for number in range(count)]
    half = count // 2
    cells: list[Picture] = []
    for row in (poses[:half], poses[half:]):
        for who, name in ((Artist(MOMO, 256), "artist"), (painter, "painter")):
            cells += [cell(who, pose, name, size) for pose in row]
    return grid(cells, half)


def demo(painter: Painter) -> Picture:
    """The six lines of `make demo`, each at its fullest."""
    play = script(list(LINES), open_reader())
    return np.concatenate([painter.paint(peak(play, line).expression).over(GROUND) for line in play.lines], axis=1)


def main() -> None:
    """Write the sheets."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--painter", default="artist")
    options = parser.parse_args()
    painter = open_painter(options.painter, load("momo"), 256)
    prefix = "" if options.painter == "artist" else f"{options.painter}_"
    sheets = {f"{prefix}feelings": strengths(painter, 150), f"{prefix}poses": poses(painter, 150)}
    if options.painter == "gan":
        sheets |= {"side_by_side": side_by_side(painter), "demo": demo(painter), "colours": colours(painter)}
    if options.painter == "artist":
        sheets |= {"identities": identities(), "cast": cast()}
    for name, sheet in sheets.items():
        cv2.imwrite(str(options.folder / f"{name}.png"), sheet[..., ::-1], [cv2.IMWRITE_PNG_COMPRESSION, 9])


if __name__ == "__main__":
    main()
