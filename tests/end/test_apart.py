"""No output is ever one of the inputs, and no two outputs are one file: refused before any work, nothing changed."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from mien.face import REST
from mien.paint.drawn import MOMO, Artist
from mien.sinks.png import plain

Run = Callable[..., Any]

CLASHES = [
    ["say", "-f", "talk.txt", "-o", "talk.txt"],
    ["say", "-f", "talk.srt", "-o", "talk.mp4", "--subtitles"],
    ["say", "hi", "-o", "same.png", "--plot", "same.png"],
    ["say", "hi", "-o", "same.png", "--plot", "./sub/../same.png"],
    ["say", "hi", "-o", "same.png", "--plot", "SAME.PNG"],
    ["say", "hi", "-o", "soft.png", "--plot", "a.png"],
    ["say", "hi", "-o", "soft.png", "--plot", "hard.png"],
    ["say", "--chat", "chat.tsv", "-o", "chat.tsv"],
    ["say", "hi", "--policy", "own.toml", "-o", "own.toml"],
    ["say", "hi", "--character", "her", "-o", "her/film.mp4"],
    ["show", "-f", "talk.txt", "--sink", "jsonl", "-o", "talk.txt"],
    ["show", "clash.toml"],
    ["show", "twice.toml"],
    ["look", "a.png", "--csv", "a.png"],
    ["look", "a.png", "--csv", "sub/../a.png"],
    ["look", "a.png", "--csv", "soft.png"],
    ["look", "soft.png", "--csv", "a.png"],
    ["look", "a.png", "--csv", "hard.png"],
    ["look", "a.png", "--overlay", "a.png"],
    ["look", "v.mp4", "--drive", "v.mp4"],
    ["look", "v.mp4", "--drive", "one.mp4", "--overlay", "one.mp4"],
    ["look", ".", "--csv", "a.png"],
    ["look", "a.png", "--csv", "one.csv", "--overlay", "one.csv"],
    ["prepare", "faces", "faces"],
    ["prepare", "faces", "faces/set"],
    ["prepare", "faces", "set", "--map", "set"],
    ["bench", "text", "text.json", "-o", "."],
    ["export", "model", "-o", "model/generator.safetensors"],
    ["export", "model", "-o", "model/model.json"],
    ["sample", "model", "-o", "model/model.json"],
    ["sample", "model", "--points", "points.png", "-o", "points.png"],
    ["evaluate", "model", "--data", "faces", "-o", "faces/report.html"],
    ["evaluate", "model", "--data", "faces", "--baseline", "model/evaluation.json"],
    ["evaluate", "model", "--data", "faces", "-o", "evaluation.json"],
    ["train", "gan", "faces", "-o", "faces"],
    ["train", "gan", "faces", "-o", "faces/run"],
    ["train", "text", "faces", "-o", "faces"],
    ["train", "painter", "--data", "faces", "-o", "faces", "--licence", "x"],
    ["train", "sight", "--faces", "faces", "--drawn", "d", "--labelled", "l", "--empty", "e", "-o", "faces"],
]


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for folder in ("sub", "faces", "model", "her"):
        Path(folder).mkdir()
    texts = {
        "talk.txt": "hi\n", "talk.srt": "hi\n", "chat.tsv": "0\tneko\thi\n", "own.toml": "[sad]\nsad = 0.5\n",
        "text.json": "happy\t1\thi\n", "faces/1.txt": "x", "model/model.json": "{}", "model/evaluation.json": "{}",
        "model/generator.safetensors": "x", "her/character.json": "{}", "points.png": "[]", "v.mp4": "no film",
        "clash.toml": '[[source]]\nkind = "lines"\nfile = "talk.txt"\n[[sink]]\nkind = "jsonl"\npath = "./talk.txt"\n',
        "twice.toml": '[[sink]]\nkind = "jsonl"\npath = "o.jsonl"\n[[sink]]\nkind = "jsonl"\npath = "./o.jsonl"\n',
        "set": "[labels]\n",
    }  # fmt: skip
    for name, text in texts.items():
        Path(name).write_text(text, encoding="utf-8")
    Path("a.png").write_bytes(plain(Artist(MOMO, 64).paint(REST)))
    Path("soft.png").symlink_to("a.png")
    os.link("a.png", "hard.png")
    return tmp_path


def contents(folder: Path) -> dict[str, str]:
    return {
        str(path): hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.rglob("*")) if path.is_file()
    }


@pytest.mark.parametrize("arguments", CLASHES, ids=" ".join)
def test_a_clash_is_refused_before_any_work(run: Run, room: Path, arguments: list[str]) -> None:
    if arguments[0] in ("prepare", "export", "sample", "evaluate", "train") and find_spec("torch") is None:
        pytest.skip("needs mien[train]")
    before = contents(room)
    ran = run(*arguments)
    assert ran.code == 2, ran.err
    assert "expected another name" in ran.err or "expected a place outside" in ran.err
    assert contents(room) == before


def test_a_link_as_output_is_followed_and_stays_a_link(run: Run, room: Path) -> None:
    (room / "sub" / "real.csv").write_text("old")
    (room / "link.csv").symlink_to("sub/real.csv")
    assert run("look", "a.png", "--csv", "link.csv").code == 0
    assert (room / "link.csv").is_symlink()
    assert (room / "sub" / "real.csv").read_text().startswith("source,t,id")


def test_what_only_looks_alike_is_let_through(run: Run, room: Path) -> None:
    (room / "momo").mkdir()  # a folder with the name of a character that ships
    ran = run("say", "hi", "-o", "momo/hi.png", "--size", "64", "--painter", "artist")
    assert (ran.code, ran.err) == (0, "")
    assert run("look", "a.png", "--csv", "a.csv", "--overlay", "b.png").code == 0
    assert run("look", "a.png", "--csv", "a.csv").code == 0  # an older output may be written anew


def test_one_bad_file_does_not_end_a_folder(run: Run, room: Path) -> None:
    for name in ("v.mp4", "points.png"):
        (room / name).rename(room / "sub" / name)
    (room / "sub" / "z.png").write_bytes((room / "a.png").read_bytes())
    ran = run("look", "sub", "--csv", "out.csv", "--json")
    assert ran.code == 1
    assert "v.mp4: not a whole video" in ran.err
    assert "points.png: not a whole picture" in ran.err
    assert ran.out.count("\n") == 1
    assert (room / "out.csv").read_text().count("\n") >= 1
