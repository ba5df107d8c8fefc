"""Data sets as they really come: hidden files, two labels, names in other letters, bombs, numbers that are none."""

from __future__ import annotations

import json
import zipfile
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from mien.cli.prepare import in_words
from mien.face import InputError
from mien.train.prepare import Prepared, Settings, prepare
from mien.train.prepare.labels import known

PLAIN = Settings(size=32, held_out=0.0)


def noise(number: int, side: int = 40) -> NDArray[np.uint8]:
    small = np.random.default_rng(number).integers(0, 256, (6, 6, 3), np.uint8)
    return np.asarray(cv2.resize(small, (side, side), interpolation=cv2.INTER_CUBIC), np.uint8)


def png(number: int) -> bytes:
    return bytes(cv2.imencode(".png", noise(number))[1])


def save(path: Path, number: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(png(number))


@pytest.fixture
def faces(tmp_path: Path) -> Path:
    for number in range(12):
        save(tmp_path / "faces" / ("happy" if number % 2 else "sad") / f"{number:02d}.png", number)
    return tmp_path / "faces"


def test_hidden_files_are_passed_over(faces: Path, tmp_path: Path) -> None:
    for name in (
        ".ipynb_checkpoints/a-checkpoint.png",
        "happy/.ipynb_checkpoints/b.png",
        "happy/._01.png",
        ".DS_Store",
    ):
        save(faces / name, 50)
    manifest = prepare(faces, tmp_path / "set", PLAIN, progress=False)
    assert manifest["skipped"] == []
    assert manifest["splits"]["train"]["pictures"] == 12


def test_one_picture_under_two_labels_is_named(faces: Path, tmp_path: Path) -> None:
    save(faces / "angry" / "again.png", 3)
    save(faces / "happy" / "again.png", 3)
    for settings in (PLAIN, replace(PLAIN, keep_twins=True)):
        manifest = prepare(faces, tmp_path / f"set{settings.keep_twins}", settings, progress=False)
        assert manifest["disputed"] == [
            {"angry/again.png": "angry", "happy/03.png": "happy", "happy/again.png": "happy"}
        ]
        assert "one picture, several labels: angry/again.png (angry), happy/03.png (happy)" in in_words(manifest)


@pytest.mark.parametrize("codec", ["gbk", "cp932", "utf-8"])
def test_names_of_a_zip_file_in_other_letters(tmp_path: Path, codec: str) -> None:
    happy, sad = ("嬉しい", "悲しい") if codec == "cp932" else ("开心", "难过")
    packed = tmp_path / "set.zip"
    packed.write_bytes(_renamed(tmp_path, codec, happy, sad))
    manifest = prepare(packed, tmp_path / "out", PLAIN, progress=False)
    assert {name: count for name, count in manifest["splits"]["train"]["classes"].items() if count} == {
        "happy": 6, "sad": 6
    }  # fmt: skip


def _renamed(tmp_path: Path, codec: str, happy: str, sad: str) -> bytes:
    """A zip file whose names are bytes of this codec, without the mark of UTF-8."""
    path = tmp_path / "raw.zip"
    names = {}
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(12):
            raw = f"{happy if number % 2 else sad}/{number}.png".encode(codec)
            stand_in = f"n{number:03d}".ljust(len(raw), "_")
            names[stand_in.encode()] = raw
            archive.writestr(stand_in, png(number))
    data = path.read_bytes()
    for held, name in names.items():
        data = data.replace(held, name)
    return data


def test_bombs_in_a_zip_file_are_skipped_unpacked(faces: Path, tmp_path: Path) -> None:
    packed = tmp_path / "set.zip"
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(faces.rglob("*.png")):
            archive.write(path, str(path.relative_to(faces)))
        archive.writestr("happy/ratio.bmp", b"\0" * 30_000_000)
        with archive.open("happy/large.bmp", "w", force_zip64=True) as file:
            for _ in range(270):
                file.write(np.random.default_rng(1).bytes(1_000) * 1_000)
    manifest = prepare(packed, tmp_path / "out", PLAIN, progress=False)
    why = {entry["name"]: entry["why"] for entry in manifest["skipped"]}
    assert "times what is packed" in why["happy/ratio.bmp"]
    assert "expected at most 256 MB" in why["happy/large.bmp"]


def test_reasons_hold_no_memory_address(faces: Path, tmp_path: Path) -> None:
    (faces / "happy" / "text.png").write_bytes(b"no picture at all" * 9)
    manifest = prepare(faces, tmp_path / "out", PLAIN, progress=False)
    (entry,) = manifest["skipped"]
    assert "0x" not in entry["why"]
    assert "not a whole picture" in entry["why"]


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("01_happy", "happy"), ("joy", "happy"), ("joy-2", "happy"), ("3.angry", "angry"), ("(4) sad", "sad"),
        ("happy (5)", "happy"), ("02", None), ("not_happy", None), ("1生气", "angry"),
    ],
)  # fmt: skip
def test_numbered_labels(name: str, meant: str | None) -> None:
    assert known(name, {}) == meant


NUMBERS = ["nan", "inf", "-inf", "1e400", "-7", "9" * 5000, "seven", ""]


@pytest.mark.parametrize("bad", NUMBERS)
@pytest.mark.parametrize("column", ["jawOpen", "x3"])
def test_numbers_of_a_table_are_in_range_or_refused_with_their_place(
    faces: Path, tmp_path: Path, bad: str, column: str
) -> None:
    if (column, bad) == ("x3", "-7"):
        return  # a key point may lie a little outside
    names = ["file", "jawOpen", *(f"{axis}{number}" for number in range(68) for axis in "xy")]
    rows = [names]
    for number, path in enumerate(sorted(faces.rglob("*.png"))):
        cells = dict.fromkeys(names, "0.5") | {"file": path.name}
        rows.append([*(cells | ({column: bad} if number == 4 else {})).values()])
    (faces / "table.csv").write_text("\n".join(map(",".join, rows)))
    with pytest.raises(InputError, match=rf"table\.csv: line 6, column '{column}': expected a number in "):
        prepare(faces, tmp_path / "out", PLAIN, progress=False)


@pytest.mark.parametrize("bad", ["nan", "-1", "inf"])
def test_votes_are_counts(faces: Path, tmp_path: Path, bad: str) -> None:
    rows = ["file,votes_happy,votes_sad", *(f"{path.name},3,1" for path in sorted(faces.rglob("*.png")))]
    rows[3] = rows[3].replace(",3,", f",{bad},")
    (faces / "votes.csv").write_text("\n".join(rows))
    with pytest.raises(InputError, match=r"votes\.csv: line 4, column 'votes_happy'"):
        prepare(faces, tmp_path / "out", PLAIN, progress=False)


def test_a_table_in_other_letters(faces: Path, tmp_path: Path) -> None:
    rows = ["file,label", *(f"{path.name},{'生气' if number % 2 else '开心'}"
                            for number, path in enumerate(sorted(faces.rglob("*.png"))))]  # fmt: skip
    (faces / "labels.csv").write_bytes("\n".join(rows).encode("gbk"))
    with pytest.raises(InputError, match=r"labels\.csv: line 2, byte \d+.*--encoding"):
        prepare(faces, tmp_path / "out", PLAIN, progress=False)
    manifest = prepare(faces, tmp_path / "out", replace(PLAIN, encoding="gbk"), progress=False)
    assert manifest["splits"]["train"]["classes"]["angry"] == 6


@pytest.mark.parametrize(
    "change",
    [
        {"size": "x"}, {"splits": 3}, {"splits": {"train": {}}}, {"channels": None}, {"format": 99},
    ],
)  # fmt: skip
def test_a_manifest_with_nonsense_is_refused(faces: Path, tmp_path: Path, change: dict[str, object]) -> None:
    prepare(faces, tmp_path / "out", PLAIN, progress=False)
    path = tmp_path / "out" / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | change))
    with pytest.raises(InputError, match=r"prepare it again|no split"):
        Prepared(tmp_path / "out")


def test_a_huge_picture_in_a_set_is_named_and_never_decoded(faces: Path, tmp_path: Path) -> None:
    Image.new("1", (12_000, 12_000)).save(faces / "happy" / "huge.png")
    manifest = prepare(faces, tmp_path / "out", PLAIN, progress=False)
    assert [(one["name"], "megapixels" in one["why"]) for one in manifest["skipped"]] == [("happy/huge.png", True)]
