"""Hostile paths, given to every command that takes one: see hostile.py for the table."""

from __future__ import annotations

import argparse
import json
import os
import runpy
import shutil
import subprocess
import sys
import wave
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from mien.cli import _parser
from mien.face import Emotion, prototype
from mien.paint.drawn import MOMO, Artist
from mien.sinks.png import plain

HERE = Path(__file__).with_name("hostile.py")
TABLE = runpy.run_path(str(HERE))
FAMILIES = ("text", "look", *(["train"] if find_spec("torch") and find_spec("PIL") else []))

MOST_SECONDS = 30.0
MOST_KILOBYTES = 3_000_000
"""Of memory in use, torch and ONNX Runtime included; /dev/zero took 24 GB before there was a door."""

LOCKED = ("locked", "in a locked folder")
SETPRIV = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"]
"""Without these two capabilities a lock holds for root too."""

MAY_LOCK = os.geteuid() != 0 or shutil.which("setpriv") is not None

TRIALS = [
    (family, command, kind)
    for family in FAMILIES
    for commands, kinds in ((TABLE["READS"], TABLE["READ_KINDS"]), (TABLE["WRITES"], TABLE["WRITE_KINDS"]))
    for command in commands[family]
    for kind in kinds
    if not TABLE["skipped"](command, kind) and (MAY_LOCK or kind not in LOCKED)
]


@pytest.fixture(scope="session")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Good inputs beside the hostile ones: a face, a sound, a line, a corpus, a small data set, a model."""
    folder = tmp_path_factory.mktemp("good")
    (folder / "LINES").write_text("happy\t1\t今天好开心\n", encoding="utf-8")
    with wave.open(str(folder / "SOUND"), "wb") as sound:
        sound.setparams((1, 2, 16000, 0, "NONE", ""))
        sound.writeframes((9000 * np.sin(0.3 * np.arange(4000))).astype("<i2").tobytes())
    (folder / "FACE").mkdir()
    (folder / "FACE" / "face.png").write_bytes(plain(Artist(MOMO, 96).paint(prototype(Emotion(happy=0.7)))))
    if "train" in FAMILIES:
        from mien.train.gan.model import Model, save_model
        from mien.train.gan.networks import Generator
        from mien.train.gan.recipe import Net, Task, faces
        from mien.train.prepare import Settings, draw

        (folder / "CORPORA" / "smp2020").mkdir(parents=True)
        lines = "1,今天好开心,happy\n2,气死我了,angry\n"
        (folder / "CORPORA" / "smp2020" / "usual_train.txt").write_text(lines, encoding="utf-8")
        draw(40, folder / "FACES", Settings(32, held_out=0.4), progress=False)
        task, recipe = Task(32, 3), faces()
        recipe = type(recipe)("faces", Net((8, 8, 8)), Net((8, 8, 8)), noise=8)
        save_model(folder / "MODEL", Model(Generator(task, recipe), task, recipe, 0, {}))
    return folder


@pytest.fixture(scope="session")
def trials(good: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], dict[str, Any]]:
    """How every trial went, by command and kind; one process a family."""
    found = {}
    environment = {
        **os.environ, "OMP_NUM_THREADS": "1", "PYTHONDONTWRITEBYTECODE": "1",
        "MIEN_HOOK_TOKEN": "a-token-of-24-signs-long",
    }  # fmt: skip
    lock = SETPRIV if os.geteuid() == 0 and shutil.which("setpriv") else []
    for family in FAMILIES:
        place = tmp_path_factory.mktemp(family)
        for given in good.iterdir():
            (place / given.name).symlink_to(given)
        done = subprocess.run(
            [*lock, sys.executable, str(HERE), family, str(place)], cwd=place, env=environment, capture_output=True,
            text=True, check=False,
        )  # fmt: skip
        for line in done.stdout.splitlines():
            trial = json.loads(line)
            found[trial["command"], trial["kind"]] = trial
        found[family, "end"] = {"code": done.returncode, "err": done.stderr[-3000:]}
        for locked in place.rglob("locked *"):
            locked.chmod(0o700)
    return found


@pytest.mark.parametrize(("family", "command", "kind"), TRIALS)
def test_a_hostile_path_is_refused_by_name(
    trials: dict[tuple[str, str], dict[str, Any]], family: str, command: str, kind: str
) -> None:
    assert (command, kind) in trials, trials[family, "end"]
    trial = trials[command, kind]
    assert "Traceback" not in trial["err"], trial["err"]
    assert trial["code"] in ((0, 1, 2) if TABLE["allowed"](command, kind) else (1, 2)), trial
    assert trial["left"] == []
    assert trial["same"], "what was there was changed"
    assert trial["seconds"] < MOST_SECONDS
    assert trial["memory"] < MOST_KILOBYTES
    if trial["code"]:
        name = Path(trial["path"]).name
        shown = "".join(char if char.isprintable() else repr(char)[1:-1] for char in name)
        stem = "hostile" if kind not in ("newline", "nul") else Path(shown).stem
        assert stem.replace("\\", "") in trial["err"].replace("\\", ""), trial["err"]


def test_every_path_is_in_the_table_and_is_kept_apart() -> None:
    """A command that takes a path stands in the table and says whether it reads or writes it; and no word is stale."""
    tried = {
        " ".join(words).split(" IN.")[0].split(" OUT.")[0].split()[0]
        for table in (TABLE["READS"], TABLE["WRITES"])
        for commands in table.values()
        for words in commands.values()
    }
    for name, parser in _commands(_parser()):
        paths = [action.dest for action in parser._actions if _a_path(action)]
        if paths:
            assert name.split()[0] in tried, name
            known = {*parser._defaults["_reads"], *parser._defaults["_writes"]}
            also = {"paths", "source", "model", "out"}  # whose files are worked out from them
            assert set(paths) <= known | also, name


def _commands(parser: argparse.ArgumentParser, name: str = "") -> Iterator[tuple[str, argparse.ArgumentParser]]:
    inner = [action for action in parser._actions if isinstance(action, argparse._SubParsersAction)]
    if name and "_writes" in parser._defaults:
        yield name, parser
    for action in inner:
        for word, one in action.choices.items():
            yield from _commands(one, f"{name} {word}".strip())


def _a_path(action: argparse.Action) -> bool:
    return action.type is Path or action.metavar in ("FILE", "DIR", "OUT", "OUT.png", "SOURCE", "PATH", "MODEL", "DATA")
