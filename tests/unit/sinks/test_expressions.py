"""What the face does as lines of JSON."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from mien.face import Emotion, Expression, Shot
from mien.face.channels import HIGH, LOW
from mien.face.expression import Expressions
from mien.sinks import open_sink
from mien.sinks.expressions import as_dict, as_texts


def test_one_line_a_shot_with_what_is_not_zero(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    with open_sink("jsonl", path, 30, 64) as sink:
        sink.put(Shot(0.5, Expression.of({"jawOpen": 0.25, "yaw": -0.1, "blush": 1.0}), Emotion(shy=0.7)))
        assert not path.exists()
    head, line = map(json.loads, path.read_text().splitlines())
    assert head == {"format": "mien.expression/1", "fps": 30}
    assert line == {
        "t": 0.5, "muscles": {"jawOpen": 0.25}, "head": [-0.1, 0.0, 0.0], "gaze": [0.0, 0.0], "marks": {"blush": 1.0},
        "feelings": {"shy": 0.7},
    }  # fmt: skip


def test_the_text_of_many_moments_says_what_each_alone_would() -> None:
    chance = np.random.default_rng(3)
    share = chance.choice([0.0, 0.00004, 0.00006, 1.0], (60, 63)) * chance.random((60, 63))
    share[0], share[1] = 0.0, 1.0
    shown = Expressions.clipped(
        LOW + share * (HIGH - LOW), chance.normal(size=(60, 8)), chance.choice([0.0, 1.0], (60, 8)) * share[:, :8]
    )
    times = [number / 30 for number in range(60)]
    for at, (t, text) in enumerate(zip(times, as_texts(times, shown), strict=True)):
        told = as_dict(Shot(t, shown[at], Emotion.from_vector(shown.emotion[at])))
        told["feelings"] = {name: value for name, value in told["feelings"].items() if value}
        assert json.loads(text) == {"shot": told}
        assert " " not in text
    assert as_texts([], Expressions.clipped(*(np.zeros((0, n)) for n in (63, 8, 8)))) == []
