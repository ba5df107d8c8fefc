"""A source and a sink as a stranger writes them, in a show from a file."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

SOURCE = '''
"""Counts down, each number a line that the character says."""

import time

from mien.face import SettingsError
from mien.sources import Say


class Countdown:
    def __init__(self, *, start: int = 3):
        if not 1 <= start <= 10:
            raise SettingsError(f"start: expected 1..10, got {start}")
        self.start = start

    def run(self, put, stop):
        for number in range(self.start, 0, -1):
            put(Say(f"{number}! so happy!!"))
            if stop.wait(0.1):
                return
'''

SINK = '''
"""Writes down the strongest feeling whenever it changes."""


class Diary:
    live, needs_frame = False, False

    def __init__(self, output, *, least: float = 0.1):
        self.path, self.least, self.felt = output.target(), least, []

    def put(self, shot):
        name = shot.emotion.dominant if shot.emotion.strength >= self.least else "neutral"
        if not self.felt or self.felt[-1] != name:
            self.felt.append(name)

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        self.path.write_text("\\n".join(self.felt))
'''

SHOW = """
painter = "artist"
size = 64
fps = 30
seconds = 1.5
[[source]]
kind = "countdown"
start = {start}
[[sink]]
kind = "diary"
path = "diary.txt"
least = 0.3
"""


def _shown(folder: Path, start: int) -> subprocess.CompletedProcess[str]:
    packages = folder / "packages"
    facts = packages / "countdown-1.0.dist-info"
    facts.mkdir(parents=True, exist_ok=True)
    (facts / "METADATA").write_text("Metadata-Version: 2.1\nName: countdown\nVersion: 1.0\n")
    (facts / "entry_points.txt").write_text(
        "[mien.source]\ncountdown = countdown:Countdown\n[mien.sink]\ndiary = diary:Diary\n"
    )
    (packages / "countdown.py").write_text(SOURCE)
    (packages / "diary.py").write_text(SINK)
    (folder / "show.toml").write_text(SHOW.format(start=start))
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(packages), os.environ.get("PYTHONPATH", "")])}
    command = [sys.executable, "-m", "mien", "show", "show.toml", "--json"]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=120)


def test_a_strangers_source_and_sink_run_in_a_show(tmp_path: Path) -> None:
    done = _shown(tmp_path, 2)
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert report["frames"] > 10
    assert report["failures"] == []
    assert (tmp_path / "diary.txt").read_text().split() == ["neutral", "happy"]


def test_a_strangers_setting_is_checked_as_ours_are(tmp_path: Path) -> None:
    done = _shown(tmp_path, 99)
    assert done.returncode == 2
    assert "show.toml: source[0].start: expected 1..10, got 99" in done.stderr
