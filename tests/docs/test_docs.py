"""What the documentation says, tried: every block of code, every figure, every link."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import tomllib
import wave
from importlib.util import find_spec
from pathlib import Path
from typing import get_args

import pytest

from mien.cli import _parser
from mien.show.director import NOTICE
from mien.studio.webcam import USES
from mien.wire.page import Kind

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", ROOT / "README.zh-CN.md", *sorted((ROOT / "docs").rglob("*.md"))]
RUN = ("feel", "say", "doctor")
"""Commands that are run as the page has them; the others take long or wait for a person, and are only parsed."""

pytestmark = pytest.mark.skipif(not (ROOT / "README.md").exists(), reason="the documentation is not beside the tests")


def blocks(language: str) -> list[tuple[str, str]]:
    """(page, code) of every block in this language."""
    found = []
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        found += [(page.name, code) for code in re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)]
    return found


def lines() -> list[tuple[str, list[str]]]:
    """(page, words) of every shell line, without its comment."""
    return [
        (page, shlex.split(line, comments=True))
        for page, code in blocks("sh")
        for line in code.splitlines()
        if shlex.split(line, comments=True)
    ]


@pytest.mark.parametrize(("page", "code"), blocks("python"))
def test_python_blocks_run(page: str, code: str, tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, f"{page}: {done.stderr}"


@pytest.mark.parametrize(("page", "words"), lines(), ids=lambda value: " ".join(value)[:48])
def test_shell_lines_are_what_there_is(page: str, words: list[str], tmp_path: Path) -> None:
    if words[0] == "make":
        assert re.search(rf"^{words[1]}:", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE), page
    elif words[:2] == ["pip", "install"]:
        extras = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"][
            "optional-dependencies"
        ]
        for extra in re.findall(r"\[(\w+)\]", words[2]):
            assert extra in extras, page
    elif Path(words[0]).name == "mien":
        _parser().parse_args(words[1:])
        if words[1] in RUN and "--chat" not in words:  # a chat takes its minute
            (tmp_path / "chat.txt").write_text("こんにちは\n", encoding="utf-8")
            with wave.open(str(tmp_path / "speech.wav"), "wb") as speech:
                speech.setparams((1, 2, 16_000, 0, "NONE", ""))
                speech.writeframes(b"\0\x20" * 60 + (b"\0\x30" * 60 + b"\0\xd0" * 60) * 130)
            (tmp_path / "docs").symlink_to(ROOT / "docs")
            environment = os.environ | {"PYTHONIOENCODING": "utf-8"}
            command = [sys.executable, "-m", "mien", *words[1:]]
            done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=300)
            assert done.returncode == 0, f"{page}: {done.stderr}"
    elif words[0] == "torchrun":
        _parser().parse_args(words[words.index("mien") + 1 :])
    else:
        assert words[0] in ("python", "export", "source"), f"{page}: nobody tries {' '.join(words)!r}"


def test_links_and_pictures_lead_somewhere() -> None:
    for page in PAGES:
        for target in re.findall(r"\]\(([^)#\s]+)", page.read_text(encoding="utf-8")):
            if "://" not in target:
                assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_the_notice_before_a_camera_is_quoted() -> None:
    page = (ROOT / "docs" / "camera.md").read_text(encoding="utf-8")
    assert " ".join(NOTICE) in " ".join(page.replace("\n> ", " ").split())


def test_every_message_is_documented() -> None:
    """What the page and the studio send each other; the page knows no other message, and is told of failures too."""
    page = (ROOT / "docs" / "camera.md").read_text(encoding="utf-8")
    source = (ROOT / "web" / "studio" / "news.ts").read_text(encoding="utf-8")
    kinds = set(get_args(Kind))
    known = set(re.findall(r"^  (\w+)\?:", source.partition("export interface News {")[2], re.MULTILINE))
    assert kinds <= known
    assert known - {"final", "why", "line", "before", "done", "failed", "left_out"} <= kinds  # beside others
    for name in kinds:
        assert f'"{name}"' in page or f"`{name}`" in page, name
    for name in USES:
        assert f'"camera": "{name}"' in page or f'"{name}"' in page, name


def test_tables_quote_the_results() -> None:
    done = subprocess.run([sys.executable, "bench/tables.py", "--check"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, f"run python bench/tables.py: {done.stdout}"


@pytest.mark.skipif(find_spec("mkdocs") is None, reason="mkdocs is not installed")
def test_the_site_builds(tmp_path: Path) -> None:
    command = [sys.executable, "-W", "ignore", "-m", "mkdocs", "build", "-q", "--strict", "-d", str(tmp_path / "site")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "site" / "index.html").exists()
