"""A chat of 10,000 lines at 200 a second, felt as one: python bench/crowd.py prints bench/results/crowd.json.

The chat changes its mind every ten seconds. A third of its lines is neutral, a tenth feels something else; one spammer
writes a tenth of all lines and is always angry; one line in five hundred is paid for. Six seeds.
"""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import numpy as np

from mien.face import FEELINGS, Emotion
from mien.files import atomic_path
from mien.gauge.figures import stamp
from mien.gauge.speed import machine
from mien.mood.empathy import Audience, Crowd, open_policy

RESULT = Path(__file__).parent / "results" / "crowd.json"
LINES, RATE, EVERY, TICK, SEEDS = 10_000, 200.0, 10.0, 1 / 60, range(1, 7)
MOODS = ("happy", "surprised", "sad", "afraid", "relaxed")
Row = tuple[float, str, Emotion, float]


def chat(seed: int, spammer: bool = True) -> list[Row]:
    """Seconds, author, feeling and worth of each line."""
    chance = np.random.default_rng(seed)
    rows: list[Row] = []
    for number in range(LINES):
        t = number / RATE
        mood = MOODS[int(t / EVERY) % len(MOODS)]
        draw = chance.random()
        author = f"viewer {int(chance.integers(1500))}"
        feeling = mood if draw > 0.43 else "" if draw > 0.1 else FEELINGS[int(chance.integers(len(FEELINGS)))]
        strength = float(chance.uniform(0.3, 1.0))
        if chance.random() < 0.1 and spammer:
            author, feeling, strength = "spammer", "angry", 1.0
        worth = float(chance.integers(1, 100)) if chance.random() < 0.002 and author != "spammer" else 0.0
        rows.append((t, author, Emotion.of({feeling: strength}) if feeling else Emotion(), worth))
    return rows


def replay(rows: list[Row]) -> dict[str, Any]:
    """Performed on the show's clock: when the face turned to each new mood, its cues, the crowd's anger, the time."""
    audience = Audience(open_policy("mirror"), Crowd())
    cues, anger, at, tick, spent = [], [], 0, 0, 0.0
    seconds = LINES / RATE
    while tick * TICK < seconds:
        t = tick * TICK
        begun = time.perf_counter()
        while at < len(rows) and rows[at][0] <= t:
            when, author, emotion, worth = rows[at]
            audience.hear(when, emotion, author=author, worth=worth)
            at += 1
        cue = audience.cue(t)
        spent += time.perf_counter() - begun
        if t >= 1.0:  # before, the first voices are alone
            anger.append(audience.crowd.feeling(t).angry)
        if cue is not None:
            cues.append(cue)
        tick += 1
    late = []
    for number in range(1, int(seconds / EVERY)):
        turned = [
            cue.t for cue in cues if cue.t >= number * EVERY and cue.emotion.dominant == MOODS[number % len(MOODS)]
        ]
        late.append(turned[0] - number * EVERY if turned else EVERY)
    return {"late": late, "cues": [cue.t for cue in cues], "anger": anger, "spent": spent}


def replays(spammer: bool) -> dict[str, Any]:
    """The figures over all seeds."""
    each = [replay(chat(seed, spammer)) for seed in SEEDS]
    late = np.concatenate([one["late"] for one in each])
    anger = np.concatenate([one["anger"] for one in each])
    spent = sum(one["spent"] for one in each)
    count = LINES * len(each)
    return {
        "lines": count, "lines_a_second": RATE, "changes_of_mood": len(late),
        "reaction_s": {
            "median": round(float(np.median(late)), 2), "p95": round(float(np.quantile(late, 0.95)), 2),
            "max": round(float(late.max()), 2),
        },
        "cues_a_minute": round(60.0 * sum(len(one["cues"]) for one in each) / (count / RATE), 1),
        "closest_cues_s": round(min(float(np.diff(one["cues"]).min()) for one in each), 2),
        "crowd_anger": {"mean": round(float(anger.mean()), 3), "max": round(float(anger.max()), 3)},
        "microseconds_a_line": round(1e6 * spent / count, 1), "most_lines_a_second": round(count / spent),
    }  # fmt: skip


def main() -> None:
    """Measure, print, write."""
    found: dict[str, Any] = {"machine": machine(), **stamp()}
    found |= {"with_spammer": replays(True), "without_spammer": replays(False)}
    with atomic_path(RESULT) as fresh:
        fresh.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
