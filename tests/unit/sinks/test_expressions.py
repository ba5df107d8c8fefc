"""What the face does as lines of JSON."""

from __future__ import annotations

import json
from pathlib import Path

from mien.face import Emotion, Expression, Shot
from mien.sinks import open_sink


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
