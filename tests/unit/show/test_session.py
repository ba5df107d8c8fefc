"""The one loop: one shot a tick, replayable, whatever sinks, sources and nets do."""

from __future__ import annotations

import json

import pytest

from mien.face import Emotion, Expression, Felt, Frame, Shot, Spoke
from mien.show import Metronome, Session, Ticker
from mien.testing import FailingSink, FakeClock, FakePainter, ListSink, mumble

CUES = (Felt(0.2, Emotion(happy=0.9), 1.0), Spoke(0.5, mumble("hello", "en")))


def test_a_shot_a_tick_with_what_is_felt_and_no_frame() -> None:
    shots = list(Session(clock=Metronome(30, 1.0), cues=CUES).shots())
    assert [shot.t for shot in shots] == [n / 30 for n in range(30)]
    assert shots[-1].emotion.dominant == "happy"
    assert {shot.frame for shot in shots} == {None}


def test_a_show_replays_equal_whichever_clock() -> None:
    clock = FakeClock()
    ticker = Ticker(30, 1.0, now=clock.now, sleep=clock.sleep)
    live = [shot.expression for shot in Session(clock=ticker, cues=CUES, seed=4).shots()]
    file = [shot.expression for shot in Session(clock=Metronome(30, 31 / 30), cues=CUES, seed=4).shots()]
    assert live == file[1:]  # a live frame is made for the moment when it is seen


def test_a_painter_gives_every_shot_its_frame() -> None:
    painter = FakePainter()
    shots = list(Session(painter, Metronome(30, 1.0), cues=CUES).shots())
    assert painter.painted == len(shots) == 30
    assert all(shot.frame is not None for shot in shots)


def test_a_cue_put_during_the_show_is_seen_at_the_next_tick() -> None:
    session = Session(clock=Metronome(60, 2.0), seed=2)
    shots = session.shots()
    unmoved = list(Session(clock=Metronome(60, 2.0), seed=2).shots())
    before = [next(shots) for _ in range(30)][-1]
    session.put(Felt(before.t, Emotion(surprised=1.0)))
    now = [next(shots) for _ in range(3)]
    brow = "browOuterUpLeft"
    assert now[0].expression[brow] > unmoved[30].expression[brow] + 1e-3
    assert now[-1].emotion.surprised > 0.1
    assert now[-1].expression[brow] > unmoved[32].expression[brow] + 0.01


def test_a_report_counts_and_measures() -> None:
    clock = FakeClock()
    ticker = Ticker(20, 1.0, now=clock.now, sleep=clock.sleep)

    class Slow(FakePainter):
        def paint(self, expression: Expression) -> Frame:
            clock.advance(0.01)
            return super().paint(expression)

    sink = ListSink()
    report = Session(Slow(), ticker, sinks=[sink]).run()
    assert report.frames == len(sink.shots) == 20
    assert report.fps == pytest.approx(20.0)
    assert report.p50_ms == report.p99_ms == pytest.approx(10.0)
    assert report.dropped == 0
    assert json.loads(json.dumps(report.as_dict()))["tick_to_shot_ms"]["p95"] == pytest.approx(10.0)


def test_a_slow_sink_costs_ticks_not_time() -> None:
    clock = FakeClock()
    ticker = Ticker(20, 1.0, now=clock.now, sleep=clock.sleep)

    class Stalling(ListSink):
        def put(self, shot: Shot) -> None:
            clock.advance(0.12)
            super().put(shot)

    report = Session(clock=ticker, sinks=[Stalling()]).run()
    assert report.frames + report.dropped == pytest.approx(20, abs=2)
    assert report.seconds == pytest.approx(1.0, abs=0.13)


def test_a_failing_sink_is_taken_out_and_the_face_goes_on() -> None:
    good, bad = ListSink(), FailingSink(after=3)
    report = Session(clock=Metronome(30, 1.0), sinks=[bad, good]).run()
    assert len(good.shots) == 30
    assert len(bad.shots) == 3
    [failure] = report.failures
    assert (failure.kind, failure.name, failure.retry) == ("sink", "FailingSink", None)
    assert failure.t == pytest.approx(0.1)
    assert "fake sink" in report.as_dict()["failures"][0]["error"]


def test_without_a_sink_left_the_show_ends() -> None:
    report = Session(clock=Metronome(30, 1.0), sinks=[FailingSink(), FailingSink(after=2)]).run()
    assert report.frames == 3
    assert len(report.failures) == 2


def test_a_show_for_nobody_plays_all_the_same() -> None:
    assert Session(clock=Metronome(10, 0.5)).run().frames == 5
    assert Session().report().as_dict()["fps"] == 0.0


def test_a_failing_painter_is_not_hidden() -> None:
    class Broken(FakePainter):
        def paint(self, expression: Expression) -> Frame:
            raise RuntimeError(f"no paint for a jaw at {expression['jawOpen']}")

    with pytest.raises(RuntimeError, match="no paint"):
        Session(Broken(), Metronome(10, 0.5), sinks=[ListSink()]).run()
