"""A chat as it is watched: the face around each turn of its feeling, one row a turn, as a contact sheet.

python bench/watched.py docs/stream.tsv docs/pictures/watched.png [--policy streamer] [--turns 5 11 17]
"""

from __future__ import annotations

import argparse
import struct
import zlib
from itertools import pairwise
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from mien.character import load
from mien.face import Felt, Shot
from mien.mood.empathy import Audience, open_policy
from mien.paint import open_painter
from mien.paint.painter import Painter
from mien.sense import open_reader
from mien.show import Script, Session, watch
from mien.sources import chat_log

FPS = 30.0
BEFORE, EACH, CELLS = 0.1, 0.16, 10  # seconds before the cue, seconds between two pictures, pictures
GROUND = (232, 236, 242)
FACE = slice(40, 216)  # of the 256 pixels of a picture
COLOURS = 64
Picture = NDArray[np.uint8]


def turns(play: Script) -> list[Felt]:
    """The cues at which another feeling takes the lead."""
    cues = [cue for cue in play.cues if isinstance(cue, Felt)]
    first = cues[:1]
    return first + [cue for last, cue in pairwise(cues) if cue.emotion.dominant != last.emotion.dominant]


def row(painter: Painter, shots: list[Shot], cue: Felt, size: int) -> Picture:
    """The face from a little before a cue on, the seconds since it in each picture."""
    cells = []
    for number in range(CELLS):
        since = number * EACH - BEFORE
        shot = shots[min(len(shots) - 1, max(0, round((cue.t + since) * FPS)))]
        picture = painter.paint(shot.expression).over(GROUND)[FACE, FACE]
        picture = np.asarray(cv2.resize(picture, (size, size), interpolation=cv2.INTER_AREA), np.uint8)
        cv2.putText(
            picture,
            f"{shot.t - cue.t:+.2f}",
            (4, size - 5),
            cv2.FONT_HERSHEY_SIMPLEX,
            0.34,
            (90, 60, 80),
            1,
            cv2.LINE_AA,
        )
        cells.append(picture)
    felt = ", ".join(f"{name} {value:.2f}" for name, value in cue.emotion.as_dict().items() if value >= 0.1)
    head = np.full((18, size * CELLS, 3), 255, np.uint8)
    cv2.putText(head, f"{cue.t:.1f} s: {felt}", (4, 13), cv2.FONT_HERSHEY_SIMPLEX, 0.4, (40, 30, 40), 1, cv2.LINE_AA)
    return np.concatenate([head, np.concatenate(cells, axis=1)])


def in_few_colours(sheet: Picture) -> bytes:
    """The sheet as a PNG with a palette, which is small."""
    pixels = sheet.reshape(-1, 3).astype(np.float32)
    some = np.random.default_rng(0).choice(len(pixels), min(len(pixels), 20_000), replace=False)
    cv2.setRNGSeed(0)
    rule = (cv2.TERM_CRITERIA_MAX_ITER, 12, 0.5)
    _, _, colours = cv2.kmeans(pixels[some], COLOURS, None, rule, 1, cv2.KMEANS_PP_CENTERS)  # type: ignore[call-overload]
    nearest = np.concatenate(
        [((part[:, None] - colours) ** 2).sum(axis=2).argmin(axis=1) for part in np.array_split(pixels, 200)]
    )
    height, width = sheet.shape[:2]
    lines = np.concatenate([np.zeros((height, 1), np.uint8), nearest.reshape(height, width).astype(np.uint8)], axis=1)
    header = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)  # 8 bits a pixel, colours by their number
    parts = [
        (b"IHDR", header),
        (b"PLTE", np.round(colours).astype(np.uint8).tobytes()),
        (b"IDAT", zlib.compress(lines.tobytes(), 9)),
        (b"IEND", b""),
    ]
    chunks = (
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in parts
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def main() -> None:
    """Watch the chat and write the sheet; prints the turns by their number."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("chat")
    parser.add_argument("out", type=Path)
    parser.add_argument("--policy", default="streamer")
    parser.add_argument("--turns", type=int, nargs="*", help="numbers of the turns to show (all)")
    parser.add_argument("--size", type=int, default=110)
    options = parser.parse_args()
    play = watch(chat_log(options.chat), open_reader(), Audience(open_policy(options.policy)))
    shots = list(Session.of(play, fps=FPS).shots())
    painter = open_painter("gan", load("momo"), 256)
    rows = []
    for number, cue in enumerate(turns(play)):
        print(number, round(cue.t, 2), cue.emotion.dominant)
        if options.turns is None or number in options.turns:
            rows.append(row(painter, shots, cue, options.size))
    options.out.write_bytes(in_few_colours(np.concatenate(rows)))


if __name__ == "__main__":
    main()
