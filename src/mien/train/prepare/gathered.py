"""Footage of one character from what somebody has: a video of one face, or rendered frames with a table."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from mien.face import InputError
from mien.face.landmarks import LEFT_CORNERS, NOSE_TIP, RIGHT_CORNERS
from mien.sense.sight import SightAnalyzer, Tracker
from mien.sources import is_video
from mien.train.prepare.filmed import Warn, filmed, held_out_of
from mien.train.prepare.pipeline import Settings, write
from mien.train.prepare.seen import seen
from mien.train.prepare.shards import Prepared
from mien.train.prepare.sources import Raw, raws

_NEEDED = [*RIGHT_CORNERS, *LEFT_CORNERS, NOSE_TIP]

_ASKED = 12
"""Frames by which it is told whether footage shows a person."""

_HELD_OUT = 0.2


def gather(source: Path, out: Path, settings: Settings, warn: Warn, progress: bool = True) -> dict[str, Any]:
    """Prepare footage of one character into the new folder `out`, RGBA and whole frames; gives the manifest, and in it
    as `seen` whether the key points are our sight's.

    source: a video, whose face our own sight follows, or a folder, zip file or table of frames, as `prepare` takes
    them; what numbers or key points these lack our sight reads. A fifth is held out. warn: is told what was not used.
    Raises InputError when a character cannot be learnt from it.
    """
    settings = replace(settings, colour="rgba", whole=True, keep_twins=True)
    if source.is_file() and is_video(source):
        pictures, looked = filmed(source, settings.size, Tracker(SightAnalyzer()), warn, progress), True
    else:
        pictures, looked = framed(source, settings)
    return write(pictures, source.name, out, settings, progress, told={"seen": looked})


def framed(source: Path, settings: Settings) -> tuple[Iterator[Raw], bool]:
    """The frames of a folder, zip file or table, each with its split; and whether they lack numbers or key points, so
    that our sight looks at them."""
    told = [(raw.split, raw.group, _lacks(raw)) for raw in _raws(source, settings)]
    if not told:
        raise InputError(f"{source}: expected pictures in it, found none")
    splits = splits_of([split for split, _, _ in told], [clip for _, clip, _ in told])
    pictures = (replace(raw, split=split) for raw, split in zip(_raws(source, settings), splits, strict=True))
    looked = told[0][2]
    return (seen(pictures, SightAnalyzer()) if looked else pictures), looked


def _raws(source: Path, settings: Settings) -> Iterator[Raw]:
    return raws(source, settings.own, settings.every, settings.encoding)


def _lacks(raw: Raw) -> bool:
    """Whether nobody says where this picture's head is, or what its face does."""
    return not raw.numbers or raw.points is None or bool(np.isnan(raw.points[_NEEDED]).any())


def splits_of(said: Sequence[str | None], clips: Sequence[str]) -> list[str]:
    """The split of each picture: as the data say, else whole clips of several, else the last in time.

    Clips are held out, in an order that chance decides by their names, until a fifth of the pictures is.
    """
    if any(said):
        return [split or "train" for split in said]
    counts = Counter(clips)
    if len(counts) < 2:
        first = len(clips) - held_out_of(len(clips))
        return ["train" if number < first else "held_out" for number in range(len(clips))]
    away: set[str] = set()
    for clip in sorted(counts, key=lambda name: hashlib.blake2b(name.encode()).digest())[:-1]:
        if sum(counts[one] for one in away) < _HELD_OUT * len(clips):
            away.add(clip)
    return ["held_out" if clip in away else "train" for clip in clips]


def looks_real(footage: Path) -> bool:
    """Whether our sight takes the face in prepared footage for a real person's, by some of its frames."""
    prepared, analyzer = Prepared(footage), SightAnalyzer()
    kinds = []
    for number in np.unique(np.linspace(0, len(prepared) - 1, _ASKED).astype(int)):
        pixels = prepared.pixels(int(number))
        faces = analyzer.see(np.ascontiguousarray(pixels[..., :3]))
        kinds += [max(faces, key=lambda face: face.box[3]).kind] if faces else []
    return kinds.count("real") > kinds.count("drawn")
