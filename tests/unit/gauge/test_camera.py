"""The figure of the camera is taken on the whole way: JPEG, nets, mood, painter."""

from __future__ import annotations

import threading

from mien.gauge.camera import camera_to_face
from mien.testing import FakePainter


def test_a_face_that_laughs_before_the_camera_changes_the_painted_one() -> None:
    before = set(threading.enumerate())
    painter = FakePainter()
    figures = camera_to_face(painter, fps=30.0, count=1)
    assert 0.0 < figures["p50"] == figures["p95"]
    assert figures["pictures"] == 1
    assert painter.painted > 30  # it was seen at rest for a while, three times
    assert set(threading.enumerate()) <= before
