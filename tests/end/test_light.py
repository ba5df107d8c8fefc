"""Importing is light, and every command explains itself."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest

from mien.cli import COMMANDS

Run = Callable[..., Any]

HEAVY = {"torch", "onnxruntime", "cv2", "av", "starlette", "uvicorn", "tqdm"}
LOADED = "import json, sys; before = set(sys.modules); {}; print(json.dumps(sorted(set(sys.modules) - before)))"


def loaded(code: str) -> set[str]:
    done = subprocess.run([sys.executable, "-c", LOADED.format(code)], capture_output=True, text=True, check=True)
    return set(json.loads(done.stdout.splitlines()[-1]))


def test_importing_mien_does_next_to_nothing() -> None:
    modules = loaded("import mien")
    assert "mien" in modules
    assert not modules & HEAVY
    assert "numpy" not in modules
    assert len(modules) < 5


def test_the_client_needs_the_standard_library_alone() -> None:
    modules = loaded("import mien.client")
    assert not modules & (HEAVY | {"numpy", "websockets"})
    assert {name for name in modules if name.split(".")[0] == "mien"} == {"mien", "mien.client"}


@pytest.mark.parametrize(
    "room", ["face", "character", "sense", "mood", "paint", "sources", "sinks", "show", "testing", "cli"]
)
def test_a_room_loads_nothing_heavy_before_it_is_used(room: str) -> None:
    assert not loaded(f"import mien.{room}") & (HEAVY - {"cv2"} if room == "paint" else HEAVY)


def test_help_loads_nothing_heavy() -> None:
    code = "from mien.cli import main\ntry:\n main(['--help'])\nexcept SystemExit:\n pass"
    assert not loaded(f"exec({code!r})") & HEAVY


@pytest.mark.parametrize("command", [*COMMANDS, "train text", "train painter"])
def test_every_command_explains_itself_with_an_example(run: Run, command: str) -> None:
    ran = run(*command.split(), "--help")
    assert ran.code == 0
    assert f"example:\n  mien {command.split()[0]}" in ran.out
    assert "usage: mien" in ran.out


def test_the_doctor_examines_everything(run: Run) -> None:
    ran = run("doctor", "--json")
    found = json.loads(ran.out)
    names = {finding["name"] for finding in found["findings"]}
    assert {"python", "av", "onnxruntime runs on", "mp4 (libx264)", "text reader", "painter gan"} <= names
    assert found["good"] == (ran.code == 0)
    assert all(finding["advice"] for finding in found["findings"] if not finding["good"])


def test_the_doctor_says_what_to_do(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mien.gauge.checks.requires", lambda _name: ["no-such-package>=1", "x; extra == 'dev'"])
    ran = run("doctor")
    assert ran.code == 1
    assert "!!  no-such-package" in ran.out
    assert "pip install no-such-package" in ran.out
    assert "broken: no-such-package" in ran.out
