"""A file's weights are loaded once, and again when the file was replaced."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from mien.character import load
from mien.face import REST
from mien.nets import loaded_once
from mien.paint.gan import GanPainter


def test_the_same_file_gives_the_same_object_and_a_new_one_another(tmp_path: Path) -> None:
    read: list[str] = []

    @loaded_once
    def load_text(path: Path, width: int) -> list[str]:
        read.append(path.read_text())
        return [path.read_text()] * width

    path = tmp_path / "weights"
    path.write_text("old")
    first = load_text(path, 2)
    assert load_text(path, 2) is first
    assert load_text(path, 3) is not first
    path.write_text("new!")
    os.utime(path, ns=(1, 1))
    assert load_text(path, 2) == ["new!"] * 2
    assert read == ["old", "old", "new!"]


def test_what_is_not_there_is_the_loaders_own_error(tmp_path: Path) -> None:
    @loaded_once
    def load_text(path: Path) -> str:
        raise LookupError(path.name)

    with pytest.raises(LookupError, match="none"):
        load_text(tmp_path / "none")


def test_two_painters_of_one_character_share_their_weights_and_paint_alike() -> None:
    one, other = (GanPainter(load("momo"), 64) for _ in range(2))
    assert one._weights is other._weights
    assert one._cels is other._cels
    assert one._raster is not other._raster
    assert (one.paint(REST).pixels == other.paint(REST).pixels).all()
