"""`mien character` from the outside, and every command that takes a packed character."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

Run = Callable[..., Any]


def picture(path: Path) -> NDArray[np.uint8]:
    from PIL import Image

    return np.asarray(Image.open(path).convert("RGBA"))


@pytest.fixture
def packed(run: Run, toy: Path, tmp_path: Path) -> Path:
    """The toy, in whose manifest somebody has given consent, as a zip."""
    manifest = json.loads((toy / "character.json").read_text(encoding="utf-8"))
    folder = tmp_path / "toy"
    folder.mkdir()
    for path in toy.iterdir():
        (folder / path.name).write_bytes(path.read_bytes())
    (folder / "character.json").write_text(json.dumps({**manifest, "consent": "invented"}), encoding="utf-8")
    file = tmp_path / "toy.mien.zip"
    ran = run("character", "pack", folder, "-o", file)
    assert (ran.code, ran.out) == (0, ""), ran.err
    assert ran.err.startswith(f"wrote {file}")
    return file


def test_it_says_who_momo_is(run: Run) -> None:
    ran = run("character", "show", "momo")
    assert (ran.code, ran.err) == (0, "")
    for said in ("Apache-2.0", "checksum verified", "hair #faa8b2", "blush, tears, sweat, sparkle, vein, gloom"):
        assert said in ran.out
    told = json.loads(run("character", "show", "momo", "--json").out)
    assert told["name"] == "momo"
    assert set(told["checksums"].values()) == {"verified"}


def test_a_real_person_is_told_of_and_labelled(run: Run, toy: Path, tmp_path: Path) -> None:
    folder = tmp_path / "mei"
    folder.mkdir()
    for path in toy.iterdir():
        (folder / path.name).write_bytes(path.read_bytes())
    manifest = json.loads((toy / "character.json").read_text(encoding="utf-8"))
    (folder / "character.json").write_text(json.dumps({**manifest, "consent": "me, to this", "person": True}))
    stills = {name: tmp_path / f"{name}.png" for name in ("usual", "plain", "toy", "asked")}
    ran = run("say", "hi", "--character", folder, "--size", "128", "-o", stills["usual"])
    assert (ran.code, "shows a real person; consent: me, to this" in ran.err) == (0, True)
    assert run("say", "hi", "--character", folder, "--size", "128", "--no-label", "-o", stills["plain"]).code == 0
    ran = run("say", "hi", "--character", toy, "--size", "128", "-o", stills["toy"])
    assert (ran.code, ran.err) == (0, "")
    assert run("say", "hi", "--character", toy, "--size", "128", "--label", "-o", stills["asked"]).code == 0
    usual, plain, drawn, asked = (picture(path) for path in stills.values())
    assert np.array_equal(plain, drawn)
    assert np.array_equal(usual, asked)
    assert not np.array_equal(usual, plain)
    assert json.loads(run("character", "show", folder, "--json").out)["person"] is True


def test_a_packed_character_tells_the_same_and_is_played(run: Run, packed: Path, tmp_path: Path) -> None:
    ran = run("character", "show", packed, "--json")
    told = json.loads(ran.out)
    assert (ran.code, told["name"], told["consent"], told["parts"]["hair"]) == (0, "toy", "invented", "#a06a48")
    still = tmp_path / "still.png"
    assert run("say", "hi", "--character", packed, "--size", "64", "-o", still).code == 0
    again = tmp_path / "again.png"
    assert run("say", "hi", "--character", packed.parent / "toy", "--size", "64", "-o", again).code == 0
    assert np.array_equal(picture(still), picture(again))
    assert run("show", "hi", "--character", packed, "--size", "64", "--seconds", "0.2").code == 0
    show = tmp_path / "a.toml"
    show.write_text(
        f'character = "{packed}"\nseconds = 0.2\nsize = 64\n[colours]\nhair = "#3355aa"\n[[sink]]\nkind = "null"\n'
    )
    assert run("show", show).code == 0


def test_colours_change_the_still(run: Run, tmp_path: Path) -> None:
    pictures = []
    for name, painter, *colours in (
        ("a", "gan"), ("b", "gan", "--hair", "#3355aa"), ("c", "artist"), ("d", "artist", "--hair", "#3355aa"),
        ("e", "gan", "--hair", "#3355aa", "--iris", "#7a4b2a"),
    ):  # fmt: skip
        file = tmp_path / f"{name}.png"
        ran = run("say", "hi", "--size", "96", "--painter", painter, "-o", file, *colours)
        assert ran.code == 0, ran.err
        pictures.append(picture(file).astype(int))
    crown = [tuple(one[12:32, 38:58, :3].mean(axis=(0, 1))) for one in pictures]
    assert crown[0][0] > crown[0][2]  # pink
    assert crown[1][2] > crown[1][0] + 60  # blue
    assert np.abs(np.subtract(crown[1], crown[3])).max() < 12  # as the artist draws it
    assert np.abs(pictures[4] - pictures[1]).max() > 40


def test_the_sheet_has_everything_in_rows_of_eight(run: Run, packed: Path, tmp_path: Path) -> None:
    sheet = tmp_path / "sheet.png"
    ran = run("character", "sheet", packed, "--size", "64", "-o", sheet, "--hair", "#3355aa")
    assert (ran.code, ran.out) == (0, ""), ran.err
    assert picture(sheet).shape == (6 * 64, 8 * 64, 4)


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["show", "nobody"], 2, "no character 'nobody'; there are: haru, lin, momo"),
        (["sheet", "momo", "-o", "{}/a.jpg"], 2, "expected the name of a .png"),
        (["sheet", "momo", "-o", "{}/a.png", "--size", "9"], 2, "expected a whole number in 64..512"),
        (["sheet", "momo", "-o", "{}/a.png", "--hair", "red"], 2, "expected a colour like"),
        (["pack", "momo", "-o", "{}/momo"], 2, "momo.mien.zip"),
        (["pack", "momo"], 2, "-o"),
        (["show", "{}/bad.zip"], 1, "bad.zip: expected a zip, got something else"),
    ],
)
def test_what_is_wrong_is_said(run: Run, tmp_path: Path, arguments: list[str], code: int, says: str) -> None:
    (tmp_path / "bad.zip").write_bytes(b"not one")
    ran = run("character", *(argument.format(tmp_path) for argument in arguments))
    assert says in ran.err
    assert (ran.code, ran.out) == (code, "")
    assert [path.name for path in tmp_path.iterdir()] == ["bad.zip"]


def test_a_character_that_was_changed_is_not_handed_on(run: Run, tmp_path: Path) -> None:
    from mien.character import load

    folder = tmp_path / "momo"
    folder.mkdir()
    for path in load("momo").folder.iterdir():
        (folder / path.name).write_bytes(path.read_bytes())
    with (folder / "cels.safetensors").open("ab") as file:
        file.write(b"\0")
    assert run("character", "show", folder).code == 1
    ran = run("character", "pack", folder, "-o", tmp_path / "momo.zip")
    assert (ran.code, "cels.safetensors: its checksum is not that of the manifest" in ran.err) == (1, True)
    assert not (tmp_path / "momo.zip").exists()


def test_a_pack_never_writes_over_what_it_packs(run: Run, packed: Path) -> None:
    ran = run("character", "pack", packed, "-o", packed)
    assert (ran.code, "this would write over" in ran.err) == (2, True)


def test_a_toy_of_no_consent_is_not_handed_on(run: Run, toy: Path, tmp_path: Path) -> None:
    ran = run("character", "pack", toy, "-o", tmp_path / "toy.zip")
    assert (ran.code, "consent: expected something to hand on" in ran.err) == (2, True)


def test_a_new_one_of_a_person_needs_their_consent(run: Run, tmp_path: Path) -> None:
    pytest.importorskip("torch")
    clip = tmp_path / "clip.mp4"
    clip.write_bytes(b"a film")
    ran = run("character", "new", "mei", "--from", clip, "-o", tmp_path / "run")
    assert ran.code == 2
    assert "needs their consent; say with --consent who agreed to what" in ran.err
    ran = run("character", "new", "m/ei", "--from", clip, "-o", tmp_path / "run")
    assert (ran.code, "expected letters, digits, - and _" in ran.err) == (2, True)
    ran = run("character", "new", "mei", "--from", tmp_path / "none.mp4", "-o", tmp_path / "run", "--consent", "me")
    assert (ran.code, "none.mp4: cannot read it: nothing is there" in ran.err) == (1, True)
    ran = run("character", "new", "mei", "--from", clip, "-o", tmp_path / "run", "--consent", "me")
    assert (ran.code, "clip.mp4: not a whole video" in ran.err) == (1, True)
    assert not (tmp_path / "run").exists()
