"""Character bundles: what is read, and what is refused with a word about where."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from mien.character import load, names
from mien.face import SettingsError, WeightsError

MANIFEST: dict[str, Any] = {
    "format": 2,
    "name": "test",
    "title": {"en": "Test"},
    "licence": "CC0",
    "painter": {"kind": "keyed-cels", "files": {"network": "network.safetensors"}},
}


def write(folder: Path, **changes: Any) -> str:
    manifest = {key: value for key, value in {**MANIFEST, **changes}.items() if value is not None}
    (folder / "character.json").write_text(json.dumps(manifest))
    return str(folder)


def test_the_default_character_ships() -> None:
    assert "momo" in names()
    momo = load("momo")
    assert momo.title["zh"]
    assert momo.licence == "Apache-2.0"
    for role in ("network", "cels", "pointer"):
        assert momo.file(role).stat().st_size > 0


def test_a_folder_is_a_character(tmp_path: Path) -> None:
    character = load(write(tmp_path))
    assert character.name == "test"
    with pytest.raises(WeightsError, match="expected the painter's network file"):
        character.file("network")
    with pytest.raises(WeightsError, match="no file for 'cels'; there are: network"):
        character.file("cels")


def test_an_unknown_name_says_what_there_is() -> None:
    with pytest.raises(SettingsError, match=r"no character 'nobody'; there are: .*momo"):
        load("nobody")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"format": 9}, "format: expected 2, got 9"),
        ({"colour": "red"}, "unknown key 'colour'"),
        ({"name": 3}, "name: expected str"),
        ({"title": None}, "title: expected dict"),
        ({"canvas": 3}, "canvas: expected dict"),
        ({"greeting": []}, "greeting: expected dict"),
        ({"greeting": {"en": 3}}, "greeting.en: expected a short text"),
        ({"policy": {}}, "policy: expected str"),
        ({"identity": []}, "identity: expected dict"),
        ({"credit": 1}, "credit: expected str"),
        ({"name": "\ud800"}, "half of a character"),
        ({"canvas": {"x": float("inf")}}, "expected a finite number"),
        ({"painter": {"files": {}}}, r"painter\.kind: expected str"),
        ({"painter": {"kind": "oil", "files": 3}}, r"painter\.files: expected dict"),
        *(
            ({"painter": {"kind": "oil", "files": {"cels": name}}}, r"painter\.files\.cels: expected a file name")
            for name in ("../../etc/passwd", "..", "", "a/b", "a\\b", "c:d", 3, "nul\0")
        ),
    ],
)
def test_a_bad_manifest_is_refused(tmp_path: Path, changes: dict[str, Any], message: str) -> None:
    with pytest.raises(SettingsError, match=message):
        load(write(tmp_path, **changes))


@pytest.mark.parametrize("text", ["{", "[]", ""])
def test_no_json_object_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "character.json").write_text(text)
    with pytest.raises(SettingsError, match="expected"):
        load(str(tmp_path))


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    (tmp_path / "character.json").write_bytes(b"\xff{}")
    with pytest.raises(SettingsError, match="UTF-8"):
        load(str(tmp_path))
