"""Frames of one character with a table, or without one: then our sight reads them."""

from __future__ import annotations

import csv
import io
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from mien.face import NOISE, Expression
from mien.paint.alpha import straight
from mien.paint.drawn import MOMO, draw, key_points
from mien.train.prepare import Map, Prepared, Settings, gather, looks_real

COUNT, SIDE = 24, 160


def frames(path: Path, table: bool) -> Path:
    """A zip of drawn frames."""
    said = io.StringIO()
    rows = csv.writer(said)
    rows.writerow(["file", "mouth", *(f"{axis}{n}" for n in range(70) for axis in "xy")])
    with zipfile.ZipFile(path, "w") as archive:
        for n in range(COUNT):
            pose = Expression.of({"jawOpen": n / COUNT, "yaw": 0.2 * np.sin(n)}, np.zeros(NOISE))
            picture = io.BytesIO()
            Image.fromarray(straight(draw(MOMO, pose, SIDE))).save(picture, "png")
            archive.writestr(f"{n:03d}.png", picture.getvalue())
            rows.writerow([f"{n:03d}.png", n / COUNT, *(key_points(MOMO, pose).points.ravel() * SIDE)])
        if table:
            archive.writestr("frames.csv", said.getvalue())
    return path


@pytest.mark.parametrize("table", [True, False])
def test_what_a_table_lacks_our_sight_reads(table: bool, tmp_path: Path) -> None:
    own = Map(numbers={"mouth": {"jawOpen": 1.0}}) if table else Map()
    source = frames(tmp_path / "frames.zip", table)
    gather(source, tmp_path / "set", Settings(64, own=own), print, progress=False)
    train, held_out = Prepared(tmp_path / "set"), Prepared(tmp_path / "set", "held_out")
    assert len(train) + len(held_out) == COUNT
    assert train.channels == 4
    assert train.pixels(0)[0, 0, 3] == 0  # the ground stays clear
    assert held_out[0].name > train[len(train) - 1].name
    assert len(train.columns) == (1 if table else 57)
    jaw = np.concatenate([one.expressions[:, one.columns.index("jawOpen")] for one in (train, held_out)])
    assert np.corrcoef(jaw, np.arange(COUNT))[0, 1] > (0.999 if table else 0.7)
    assert not np.isnan(np.concatenate([train.points, held_out.points])).any()
    assert not looks_real(tmp_path / "set")
