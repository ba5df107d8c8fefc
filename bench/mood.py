"""What one frame of mood costs: `python bench/mood.py` prints JSON; on one core, at 60 frames a second.

A show of two minutes with a feeling and an utterance every three seconds; every frame is one `step` and one
`express`. The first second is left out.
"""

from __future__ import annotations

import json
import sys
import time

import numpy as np

from mien.face import FEELINGS, Cue, Emotion, Felt, Spoke
from mien.show import Metronome, Session
from mien.testing import mumble

FPS = 60.0
SECONDS = 120.0


def cues() -> list[Cue]:
    """A lively show."""
    found: list[Cue] = []
    for number in range(int(SECONDS / 3.0)):
        t = 1.0 + 3.0 * number
        found.append(Felt(t, Emotion.of({FEELINGS[number % len(FEELINGS)]: 0.8})))
        found.append(Spoke(t + 0.3, mumble("what a lovely stream", "en")))
    return found


def measure() -> dict[str, float]:
    """Milliseconds a frame of a show without a picture: median, 95th and 99th percentile."""
    took, begun = [], time.thread_time()
    for _ in Session(clock=Metronome(FPS, SECONDS), cues=cues(), seed=1).shots():
        took.append(time.thread_time() - begun)
        begun = time.thread_time()
    p50, p95, p99 = np.percentile(took[int(FPS) :], [50, 95, 99]) * 1e3
    return {
        "mood_step_ms_p50": round(float(p50), 4),
        "mood_step_ms_p95": round(float(p95), 4),
        "mood_step_ms_p99": round(float(p99), 4),
    }


if __name__ == "__main__":
    json.dump(measure(), sys.stdout)
    print()
