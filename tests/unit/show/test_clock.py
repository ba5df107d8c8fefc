"""Clocks: real time skips and never queues; the metronome only counts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mien.face import SettingsError
from mien.show import Metronome, Ticker
from mien.testing import FakeClock


def test_a_ticker_waits_for_every_tick_and_is_a_frame_ahead() -> None:
    clock = FakeClock()
    ticker = Ticker(50.0, seconds=0.1, now=clock.now, sleep=clock.sleep)
    times = []
    for t in ticker.ticks():
        assert clock.now() == pytest.approx(100.0 + t - 0.02)
        assert ticker.ticked == clock.now()
        clock.advance(0.005)
        times.append(t)
    assert times == pytest.approx([0.02, 0.04, 0.06, 0.08, 0.1])
    assert clock.slept == pytest.approx([0.015] * 5)
    assert ticker.skipped == 0


@given(st.lists(st.floats(0.0, 0.2), min_size=1, max_size=30), st.sampled_from([24.0, 30.0, 60.0]))
def test_late_ticks_are_skipped_never_queued(work: list[float], fps: float) -> None:
    clock = FakeClock()
    ticker = Ticker(fps, now=clock.now, sleep=clock.sleep)
    numbers = []
    for seconds, t in zip(work, ticker.ticks(), strict=False):
        due = t - 1 / fps
        assert due <= clock.now() - 100.0 + 1e-9  # no tick before its time
        assert clock.now() - 100.0 - due < 1 / fps + 1e-6  # and none a whole frame late
        numbers.append(round(due * fps))
        clock.advance(seconds)
    assert numbers == sorted(set(numbers))
    assert ticker.skipped == numbers[-1] - len(numbers) + 1


@given(st.floats(0.0, 20.0), st.sampled_from([1.0, 24.0, 29.97, 60.0]))
def test_a_metronome_counts(seconds: float, fps: float) -> None:
    metronome = Metronome(fps, seconds)
    ticks = list(metronome.ticks())
    assert len(ticks) == metronome.count >= 1
    assert ticks == [n / fps for n in range(len(ticks))]
    assert ticks[-1] <= max(0.0, seconds)
    assert ticks[-1] + 1 / fps >= seconds - 1e-5
    assert metronome.skipped == 0


@pytest.mark.parametrize("fps", [0.0, -1.0, 241.0, float("nan"), float("inf")])
def test_a_frame_rate_out_of_range_says_so(fps: float) -> None:
    with pytest.raises(SettingsError, match=r"fps: expected 1\.\.240 frames a second, got"):
        Ticker(fps)
    with pytest.raises(SettingsError, match=r"fps: expected 1\.\.240"):
        Metronome(fps, 1.0)


def test_a_length_out_of_range_says_so() -> None:
    with pytest.raises(SettingsError, match="seconds: expected a finite number >= 0, got -1"):
        Metronome(30.0, -1.0)
    with pytest.raises(SettingsError, match="seconds"):
        Ticker(30.0, float("inf"))
