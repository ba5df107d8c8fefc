"""Pictures that are looked at: what has no face is skipped and listed, never given points that nobody has."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from mien.face import CLASSES, REST, Emotion, Face, prototype
from mien.paint.drawn import Artist, Identity
from mien.sense.sight import SightAnalyzer
from mien.train.prepare import Prepared, Settings, prepare


def save(path: Path, pixels: NDArray[np.uint8]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    assert cv2.imwrite(str(path), np.ascontiguousarray(pixels[..., ::-1]))


def without(kind: str) -> NDArray[np.uint8]:
    chance = np.random.default_rng(8)
    if kind == "noise":
        return chance.integers(0, 256, (120, 120, 3), np.uint8)
    if kind == "mountain":
        y, x = np.mgrid[:120, :160]
        hill = y > 30 + np.abs(x - 80)
        return np.where(hill[..., None], np.array([80, 84, 78]), np.array([150, 185, 225])).astype(np.uint8)
    return np.full((120, 120, 3), {"black": 0, "white": 255}[kind], np.uint8)


@pytest.fixture
def source(tmp_path: Path) -> Path:
    folder = tmp_path / "source"
    for number in range(10):
        expression = prototype(Emotion(happy=0.9)) if number % 2 else REST
        save(folder / f"{number}.png", Artist(Identity.of(70 + number), 192).paint(expression).over((200, 205, 210)))
    return folder


def test_what_has_no_face_is_skipped_and_listed(source: Path, tmp_path: Path) -> None:
    kinds = ("noise", "mountain", "black", "white")
    for kind in kinds:
        save(source / "happy" / f"{kind}.png", without(kind))
    (source / "photo.HEIC").write_bytes(b"\0" * 64)
    manifest = prepare(source, tmp_path / "set", Settings(size=48), progress=False, analyzer=SightAnalyzer())
    assert manifest["with_points"] == 10
    assert {one["name"]: one["why"] for one in manifest["skipped"]} == {
        **{f"happy/{kind}.png": "no face was found in it" for kind in kinds},
        "photo.HEIC": "photo.HEIC: HEIC is not read here; save it as JPEG or PNG",
    }


def test_pictures_without_a_label_get_the_nine_chances(source: Path, tmp_path: Path) -> None:
    manifest = prepare(
        source, tmp_path / "set", Settings(size=48, held_out=0.0), progress=False, analyzer=SightAnalyzer()
    )
    prepared = Prepared(tmp_path / "set", "train")
    assert len(prepared) == 10
    assert np.allclose(prepared.labels.sum(axis=1), 1.0, atol=1e-3)
    said = {prepared[at].name: CLASSES[int(prepared.labels[at].argmax())] for at in range(10)}
    assert [said[f"{number}.png"] for number in range(0, 10, 2)] == ["neutral"] * 5
    assert [said[f"{number}.png"] for number in range(1, 10, 2)].count("happy") >= 4
    assert manifest["skipped"] == []


def test_a_close_crop_counts_only_where_the_analyzer_is_sure(source: Path, tmp_path: Path) -> None:
    face = SightAnalyzer().see(np.asarray(cv2.imread(str(source / "0.png")), np.uint8))[0]

    class Close:
        """Finds nothing, and takes every crop for a face, dark ones without being sure."""

        def see(self, picture: NDArray[np.uint8], crop: bool = False) -> list[Face]:
            sure = 0.99 if picture.mean() > 60 else 0.6
            return [Face(face.box, face.landmarks, face.expression, face.emotion, sure)] if crop else []

    save(source / "dark.png", np.full((40, 40, 3), 30, np.uint8))
    manifest = prepare(source, tmp_path / "set", Settings(size=48), progress=False, analyzer=Close())
    assert [one["name"] for one in manifest["skipped"]] == ["dark.png"]
    assert manifest["with_points"] == 10
