"""The command line, run in this process or in one of its own; a studio that runs beside the tests."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest

from mien.cli import main


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


@pytest.fixture(scope="session")
def studio() -> Iterator[str]:
    """The address of a real studio in a process of its own; at the end Ctrl-C must stop it tidily."""
    command = [
        sys.executable,
        "-m",
        "mien",
        "studio",
        "--port",
        "0",
        "--no-browser",
        "--painter",
        "artist",
    ]
    environment = {**os.environ, "PYTHONWARNINGS": "error", "OMP_NUM_THREADS": "1"}
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
    ) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        found = re.search(r"http://127\.0\.0\.1:\d+/", line)
        if found is None:
            process.kill()
            pytest.fail(f"studio: {line}{process.communicate()[1]}")
        yield found.group()
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=120)
        assert (process.returncode, err) == (0, "")
