"""What fails is named, tried again where that may help, and never stops the face."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from threading import Event

import numpy as np
import pytest

from mien.face import DeviceError, Emotion, Face, Felt, InputError, SettingsError, Shot
from mien.show import Failure, Metronome, MirrorDirector, Part, Session, Ticker
from mien.sinks import Sink, open_sink
from mien.sources import Note, Picture, Put
from mien.testing import FailingSink, FakePainter, FakeWaits, ListSink, ListSource

WAIT = 60.0  # seconds; only what hangs needs them
GONE = DeviceError("room 7: the connection is gone")


@pytest.fixture(autouse=True)
def no_thread_is_left() -> Iterator[None]:
    before = set(threading.enumerate())
    yield
    assert set(threading.enumerate()) <= before


class Until:
    """A clock that ticks on until an event is set, so that a test waits for threads and not for time."""

    skipped = 0
    ticked = 0.0

    def __init__(self, over: Event) -> None:
        self._over = over

    def now(self) -> float:
        return self.ticked

    def ticks(self) -> Iterator[float]:
        yield 0.0
        tick = 1
        while not self._over.wait(0.001):
            yield tick / 1000
            tick += 1


def then(first: FakeWaits | Event, over: Event) -> None:
    """Set the second event once the first is set."""

    def wait() -> None:
        assert first.wait_until_set(WAIT) if isinstance(first, FakeWaits) else first.wait(WAIT)
        over.set()

    threading.Thread(target=wait).start()


def played(source: object, waits: FakeWaits, over: Event) -> tuple[Session, list[Failure]]:
    failures: list[Failure] = []

    def news(item: Failure | Note) -> None:
        if isinstance(item, Failure):
            failures.append(item)
            if item.retry is None:
                over.set()

    part: Part[object] = Part("room", lambda: source)
    session = Session(clock=Until(over), sources=[part], news=news, wall=waits.clock.now, stop=waits)  # type: ignore[list-item]
    return session, failures


def test_a_source_that_raises_at_once_for_ever_is_tried_ever_more_seldom() -> None:
    waits, over = FakeWaits(most=9), Event()
    source = ListSource([], GONE)
    session, failures = played(source, waits, over)
    then(waits, over)
    report = session.run()
    assert [failure.retry for failure in failures] == [0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 30.0, 30.0, 30.0]
    assert {(failure.kind, failure.name) for failure in failures} == {("source", "room")}
    assert source.runs == 9
    assert report.frames > 0
    assert report.failures == tuple(failures)
    assert "room 7: the connection is gone; the show goes on without it" in failures[0].in_words()
    assert failures[0].as_dict()["retry"] == 0.5


def test_a_source_that_ran_well_for_a_while_is_tried_again_soon() -> None:
    waits, over = FakeWaits(most=4), Event()

    class Lasting:
        def run(self, _put: Put, _stop: Event) -> None:
            waits.clock.advance(60.0)
            raise GONE

    session, failures = played(Lasting(), waits, over)
    then(waits, over)
    session.run()
    assert [failure.retry for failure in failures] == [0.5] * 4


@pytest.mark.parametrize("error", [SettingsError("port: expected 1..65535"), InputError("a.tsv: line 3")])
def test_what_a_person_has_to_mend_is_not_tried_again(error: Exception) -> None:
    waits, over = FakeWaits(), Event()
    source = ListSource([Felt(0.0, Emotion(happy=1.0))], error)
    session, failures = played(source, waits, over)
    session.run()
    assert [failure.retry for failure in failures] == [None]
    assert source.runs == 1
    assert "is not tried again" in failures[0].in_words()


def test_our_own_mistake_in_a_source_is_named_with_its_kind() -> None:
    waits, over = FakeWaits(most=1), Event()
    session, failures = played(ListSource([], KeyError("author")), waits, over)
    then(waits, over)
    session.run()
    assert failures[0].as_dict()["error"] == "KeyError: 'author'"


def test_a_source_that_comes_back_is_heard_again() -> None:
    over = Event()
    made = iter([ListSource([], GONE), ListSource([Felt(0.0, Emotion(happy=1.0), 60.0)])])
    joyful = Event()

    class Watching(ListSink):
        def put(self, shot: Shot) -> None:
            if shot.emotion.happy > 0.5:
                joyful.set()
                over.set()

    waits = FakeWaits()
    session = Session(clock=Until(over), sources=[Part("room", lambda: next(made))], sinks=[Watching()], stop=waits)
    report = session.run()
    assert joyful.is_set()
    assert len(report.failures) == 1


def test_insisting_raises_what_a_source_raises_before_it_gave_anything() -> None:
    sink = ListSink()
    session = Session(
        FakePainter(), Metronome(30, 1.0), sources=[ListSource([], GONE)], sinks=[sink], insist=True, stop=FakeWaits()
    )
    with pytest.raises(DeviceError, match="room 7"):
        session.run()
    assert sink.closed
    assert not sink.kept
    assert session.report().failures == ()  # it was raised, not told


def test_a_live_sink_that_dies_comes_back_and_the_others_miss_nothing() -> None:
    waits, over, back = FakeWaits(), Event(), Event()
    made: list[ListSink] = []

    class Telling(ListSink):
        def put(self, shot: Shot) -> None:
            super().put(shot)
            back.set()

    def make() -> Sink:
        made.append(FailingSink(after=2, live=True) if not made else Telling(live=True))
        return made[-1]

    failures: list[Failure] = []

    def news(item: Failure | Note) -> None:
        assert isinstance(item, Failure)
        failures.append(item)
        waits.clock.advance(item.retry or 0.0)

    then(back, over)
    kept = ListSink()
    session = Session(
        clock=Until(over), sinks=[Part("window", make), kept], news=news, wall=waits.clock.now, stop=waits
    )
    report = session.run()
    assert [(one.kind, one.name, one.retry) for one in failures] == [("sink", "window", 0.5)]
    assert made[0].closed
    assert not made[0].kept
    assert len(made) == 2
    assert made[1].kept
    assert len(kept.shots) == report.frames
    assert "window" in report.stalled


def test_a_sink_that_stalls_holds_nobody_up_and_its_losses_are_counted() -> None:
    go, begun = Event(), Event()

    class Stalling(ListSink):
        def put(self, shot: Shot) -> None:
            begun.set()
            assert go.wait(WAIT)
            super().put(shot)

    slow, quick = Stalling(live=True), ListSink()
    session = Session(clock=Metronome(60, 1.0), sinks=[Part("slow", lambda: slow), quick])
    shots = session.shots()
    next(shots)
    assert begun.wait(WAIT)
    rest = list(shots) if go.is_set() else [shot for shot, _ in zip(shots, range(58), strict=False)]
    assert len(quick.shots) >= len(rest)
    assert session.report().stalled["slow"] >= 56
    go.set()
    shots.close()


def test_a_live_sink_that_can_never_open_ends_no_show_with_others() -> None:
    class Refused(ListSink):
        def __enter__(self) -> Refused:
            raise SettingsError("token: the other program refused it")

    told = Event()
    session = Session(
        clock=Until(told), sinks=[Part("vts", lambda: Refused(live=True)), ListSink()], news=lambda _: told.set()
    )
    (failure,) = session.run().failures
    assert failure.retry is None
    assert "refused" in str(failure.error)


def test_nothing_is_painted_for_sinks_that_want_no_picture() -> None:
    painter, sink = FakePainter(), ListSink(needs_frame=False)
    Session(painter, Metronome(30, 1.0), sinks=[sink]).run()
    assert painter.painted == 0
    assert len(sink.shots) == 30
    Session(painter, Metronome(30, 1.0), sinks=[ListSink(needs_frame=False), ListSink()]).run()
    assert painter.painted == 30


def test_a_watcher_that_fails_fails_alone() -> None:
    def broken(_item: object) -> None:
        raise RuntimeError("the watcher has left")

    good = ListSink()
    report = Session(clock=Metronome(30, 0.5), sinks=[FailingSink(), good], news=broken).run()
    assert len(good.shots) == 15
    assert [failure.name for failure in report.failures] == ["FailingSink", "watcher"]


def test_a_show_that_is_left_early_keeps_nothing() -> None:
    sink = ListSink()
    shots = Session(clock=Ticker(60), sinks=[sink]).shots()
    next(shots)
    shots.close()
    assert sink.closed
    assert not sink.kept


def test_a_sink_that_cannot_be_made_leaves_nothing_of_those_before_it(tmp_path: Path) -> None:
    def refused() -> Sink:
        raise SettingsError("port: expected 1..65535, got 0")

    film = Part("mp4", lambda: open_sink("mp4", tmp_path / "a.mp4", 25, 64))
    with pytest.raises(SettingsError, match="port"):
        Session(FakePainter(64), Metronome(25, 1.0), sinks=[film, Part("window", refused)]).run()
    assert list(tmp_path.iterdir()) == []


def test_nets_that_fail_at_every_picture_are_named_once_and_the_face_goes_on() -> None:
    over, looked = Event(), threading.Semaphore(0)

    class Broken:
        def see(self, _picture: object, _t: float) -> list[Face]:
            looked.release()
            raise RuntimeError("the runtime has run out of memory")

    class Filming:
        def run(self, put: Put, _stop: Event) -> None:
            for number in range(5):
                put(Picture("camera", number / 30, np.zeros((4, 4, 3), np.uint8)))
                assert looked.acquire(timeout=WAIT)
            over.set()

    session = Session(clock=Until(over), director=MirrorDirector(), sources=[Filming()], tracker=Broken)
    report = session.run()
    (failure,) = report.failures
    assert (failure.kind, failure.name) == ("eye", "camera")
    assert "out of memory" in failure.as_dict()["error"]
    assert report.frames > 0
