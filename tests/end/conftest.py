"""The command line, run in this process or in one of its own; a studio that runs beside the tests."""

from __future__ import annotations

import os
import re
import runpy
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from mien.cli import main
from mien.face import DeviceError
from mien.testing import chromium


@dataclass(frozen=True)
class Ran:
    """How a command went."""

    code: int
    out: str
    err: str


Run = Callable[..., Ran]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Run `mien` with these arguments in this process."""

    def inner(*arguments: object) -> Ran:
        capsys.readouterr()
        try:
            code = main([str(argument) for argument in arguments])
        except SystemExit as left:  # argparse's own way out
            code = int(left.code or 0)
        said = capsys.readouterr()
        return Ran(code, said.out, said.err)

    return inner


@contextmanager
def _chromium(*flags: str) -> Iterator[Any]:
    with ExitStack() as stack:
        try:
            chrome = stack.enter_context(chromium("--disable-gpu", *flags))
        except DeviceError as error:
            pytest.skip(str(error))
        yield chrome


@pytest.fixture(scope="session", name="chromium")
def browsers() -> Callable[..., AbstractContextManager[Any]]:
    """Opens a browser with these flags. Skips where there is none."""
    return _chromium


@pytest.fixture(scope="session")
def toy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a small bundle of keyed cels."""
    write_bundle: Callable[[Path], Path] = runpy.run_path(str(Path(__file__).with_name("toy.py")))["write_bundle"]
    return write_bundle(tmp_path_factory.mktemp("characters") / "toy")


@pytest.fixture(scope="session")
def studio() -> Iterator[str]:
    """The address of a real studio that paints with the artist; at the end Ctrl-C must stop it tidily."""
    with _studio("--painter", "artist") as address:
        yield address


@pytest.fixture(scope="session")
def voiced_studio() -> Iterator[str]:
    """The address of one whose character has a voice. Skips without espeak-ng."""
    pytest.importorskip("espeakng_loader")
    with _studio("--painter", "artist", "--voice", "espeak-ng") as address:
        yield address


@pytest.fixture(scope="session")
def toy_studio(toy: Path) -> Iterator[str]:
    """The address of one that plays the toy, which a browser can paint."""
    with _studio("--character", str(toy)) as address:
        yield address


@pytest.fixture(scope="session")
def served() -> Callable[..., AbstractContextManager[str]]:
    """Starts `mien studio` with these options; gives its address."""
    return _studio


@contextmanager
def _studio(*options: str) -> Iterator[str]:
    command = [sys.executable, "-m", "mien", "studio", "--port", "0", "--no-browser", *options]
    environment = {
        **os.environ, "PYTHONWARNINGS": "error", "OMP_NUM_THREADS": "1", "MIEN_TOKEN": "token-of-the-tests",
        "MIEN_STAGE_TOKEN": "stage-of-the-tests",
    }  # fmt: skip
    with (
        tempfile.TemporaryDirectory() as home,
        subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            env={**environment, "XDG_CONFIG_HOME": home},
        ) as process,
    ):  # fmt: skip
        assert process.stdout is not None
        line = process.stdout.readline()
        found = re.search(r"http://127\.0\.0\.1:\d+/", line)
        if found is None:
            process.kill()
            pytest.fail(f"studio: {line}{process.communicate()[1]}")
        try:
            yield found.group()
        except BaseException:  # a test that fails is told, and not waited for
            process.kill()
            raise
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=120)
        assert (process.returncode, err) == (0, "")
