"""How fast mien is on this machine: the painter, the start, the memory."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from mien.face import Emotion, Expression, Felt
from mien.gauge.delay import spread
from mien.paint import Painter
from mien.show import Metronome, Session


def machine() -> dict[str, Any]:
    """What the figures were measured on."""
    model = platform.processor() or platform.machine()
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as file:
            names = [line.split(":", 1)[1].strip() for line in file if line.startswith("model name")]
        model = names[0] if names else model
    except OSError:
        pass
    return {
        "cpu": model,
        "cores": os.cpu_count(),
        "system": platform.system(),
        "python": platform.python_version(),
    }


def sample_poses(count: int, seed: int = 0) -> list[Expression]:
    """Poses of a short show with a feeling of its own every second."""
    cues = [
        Felt(float(second), Emotion.of({name: 0.9}))
        for second, name in enumerate(("happy", "sad", "angry", "surprised", "afraid", "shy"))
    ]
    session = Session(clock=Metronome(60, count / 60), cues=cues, seed=seed)
    return [shot.expression for shot in session.shots()]


def paint_speed(painter: Painter, threads: int, count: int = 240) -> dict[str, float]:
    """Milliseconds a frame over a show's poses: p50, p95, p99, and fps = 1000 / p50.

    threads: that OpenCV may use; how many the painter's networks use is the painter's own setting.
    """
    poses = sample_poses(count)
    before = cv2.getNumThreads()
    cv2.setNumThreads(threads)
    try:
        for pose in poses[:10]:
            painter.paint(pose)
        took = []
        for pose in poses:
            begun = time.perf_counter()
            painter.paint(pose)
            took.append(time.perf_counter() - begun)
    finally:
        cv2.setNumThreads(before)
    figures = spread(took)
    return {**figures, "fps": round(1000.0 / figures["p50"], 1)}


_COLD = """
import sys, time
from mien.character import load
from mien.paint import open_painter
from mien.sense import open_reader
from mien.show import Session, script
play = script(["今天终于通关了！！"], open_reader())
painter = open_painter("gan", load("momo"), 256)
next(Session.of(play, painter).shots())
print(time.time() - float(sys.argv[1]))
"""

_LIVE = """
import resource
from mien.character import load
from mien.paint import open_painter
from mien.sense import open_reader
from mien.show import Session, Ticker, script
play = script(["今天终于通关了！！", "that makes me so sad", "えっ！？マジで？"], open_reader())
painter = open_painter("gan", load("momo"), 256)
Session(painter, Ticker(60, 8), cues=play.cues).run()
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


_LOOKING = """
import resource, sys
from pathlib import Path
from mien.sense.sight import SightAnalyzer, Tracker
from mien.sources import pictures
tracker = Tracker(SightAnalyzer(Path(sys.argv[2])))
for seen, _ in zip(pictures(Path(sys.argv[1])), range(300)):
    tracker.see(seen.pixels, seen.t)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def cold_start(tries: int = 5) -> float:
    """Seconds from the start of a process to its first painted frame of a said line; the median of some tries."""
    return round(float(np.median([float(_child(_COLD, str(time.time()))) for _ in range(tries)])), 3)


def import_time(tries: int = 9) -> float:
    """Milliseconds that `import mien` adds to an empty Python process; the median of some tries."""
    code = "import time; t = time.perf_counter(); import mien; print(time.perf_counter() - t)"
    return round(float(np.median([float(_child(code)) for _ in range(tries)])) * 1e3, 2)


def live_memory() -> float:
    """Peak resident memory of a live show at 60 fps, in MB."""
    return _megabytes(_child(_LIVE))


def looking_memory(clip: Path, weights: Path) -> float:
    """Peak resident memory of a process that follows the faces of a video, in MB."""
    return _megabytes(_child(_LOOKING, str(clip), str(weights)))


def _megabytes(most: str) -> float:
    return round(float(most) * (1.0 if sys.platform == "darwin" else 1024.0) / 1e6, 1)


def _child(code: str, *arguments: str) -> str:
    done = subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=True)
    return done.stdout.strip().splitlines()[-1]
