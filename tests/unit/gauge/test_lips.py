"""The figure of live lips is taken on the whole way: sound, net, inbox, mood, painter."""

from __future__ import annotations

import threading

import pytest

from mien.gauge.lips import sound_to_lips
from mien.testing import FakePainter


def test_a_voice_moves_the_painted_lips_soon() -> None:
    pytest.importorskip("espeakng_loader")
    before = set(threading.enumerate())
    painter = FakePainter()
    figures = sound_to_lips(painter, fps=30.0, count=1)
    assert 0.0 < figures["p50"] == figures["p95"]
    assert 40.0 <= figures["lag"] <= 200.0
    assert figures["r"] > 0.6
    assert painter.painted > 60
    assert set(threading.enumerate()) <= before
