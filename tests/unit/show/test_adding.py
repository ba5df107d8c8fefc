"""Sources and sinks that come and go while a show plays."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event

import pytest

from mien.face import ChatLine, DeviceError
from mien.show import Failure, MirrorDirector, Part, Session, read_show
from mien.show.muting import muting
from mien.sources import Happening, Note, Put
from mien.testing import FailingSink, ListSink, ListSource, StepClock

WAIT = 60.0  # seconds; only what hangs needs them


@pytest.fixture(autouse=True)
def no_thread_is_left() -> Iterator[None]:
    before = {one for one in threading.enumerate() if one.name.startswith("mien")}
    yield
    assert {one for one in threading.enumerate() if one.name.startswith("mien")} <= before


class Told:
    """Notes and failures, and waiting for them."""

    def __init__(self) -> None:
        self.all: list[Failure | Note] = []
        self._change = threading.Condition()

    def __call__(self, news: Failure | Note) -> None:
        with self._change:
            self.all.append(news)
            self._change.notify_all()

    def until(self, count: int) -> list[Failure | Note]:
        with self._change:
            assert self._change.wait_for(lambda: len(self.all) >= count, WAIT)
            return list(self.all)


class Talker:
    """Tells a note, then waits to be stopped."""

    def __init__(self) -> None:
        self.ended = Event()

    def run(self, put: Put, stop: Event) -> None:
        put(Note("here"))
        stop.wait(WAIT)
        put(Note("late"))
        self.ended.set()


@contextmanager
def playing(told: Told) -> Iterator[tuple[Session, StepClock]]:
    clock = StepClock()
    session = Session(clock=clock, sinks=[ListSink()], director=MirrorDirector(), news=told)
    thread = threading.Thread(target=session.run)
    thread.start()
    assert session.plays.wait(WAIT)
    try:
        yield session, clock
    finally:
        clock.tick(None)
        thread.join(WAIT)


def test_a_source_comes_and_goes_alone() -> None:
    told, one, other = Told(), Talker(), Talker()
    with playing(told) as (session, _):
        end = session.add_source(Part("one", lambda: one))
        session.add_source(Part("other", lambda: other))
        told.until(2)
        end()
        assert one.ended.is_set()
        assert not other.ended.is_set()
        assert len(told.all) == 2  # what it says after it was let go of is not heard
    assert other.ended.is_set()  # it ends with the show


def test_a_source_that_fails_is_tried_again_until_it_is_let_go_of() -> None:
    told, source = Told(), ListSource([], DeviceError("gone"))
    with playing(told) as (session, _):
        end = session.add_source(Part("room", lambda: source))
        assert [(one.name, one.retry) for one in told.until(1) if isinstance(one, Failure)] == [("room", 0.5)]
        end()
        runs = source.runs
    assert source.runs == runs


@pytest.mark.parametrize("live", [False, True])
def test_a_sink_comes_and_goes_alone(live: bool) -> None:
    told, late = Told(), ListSink(live)
    with playing(told) as (session, clock):
        clock.step(0.1)
        close = session.add_sink(Part("late", lambda: late))
        clock.step(0.2)
        while live and not late.shots:  # behind its mailbox
            threading.Event().wait(0.001)
        clock.step(0.3)
        close()
        assert late.closed
        before = [shot.t for shot in late.shots]
        clock.step(0.4)
        close()  # once is enough
    assert before[:1] == [0.2]
    assert [shot.t for shot in late.shots] == before


def test_what_is_added_ends_with_the_show_and_a_failure_closes_it_alone() -> None:
    told, kept, bad = Told(), ListSink(), FailingSink(1)
    with playing(told) as (session, clock):
        session.add_sink(Part("kept", lambda: kept))
        session.add_sink(Part("bad", lambda: bad))
        for t in (0.1, 0.2, 0.3):
            clock.step(t)
        assert [one.name for one in told.until(1) if isinstance(one, Failure)] == ["bad"]
    assert kept.kept
    assert len(kept.shots) == 3


def test_nothing_is_added_to_a_show_that_does_not_play() -> None:
    session = Session(clock=StepClock())
    with pytest.raises(ValueError, match="does not play"):
        session.add_source(Part("x", lambda: ListSource([])))
    with pytest.raises(ValueError, match="does not play"):
        session.add_sink(Part("x", ListSink))


def test_muted_viewers_are_passed_over_in_a_file_too(tmp_path: object) -> None:
    lines: list[Happening] = [ChatLine(0.0, "Neko", "hi"), ChatLine(0.0, "inu", "hi"), Note("n")]
    heard: list[Happening] = []
    muting(Part("room", lambda: ListSource(lines)), ["NEKO"]).make().run(heard.append, Event())
    assert heard == lines[1:]
    path = f"{tmp_path}/a.toml"
    with open(path, "w", encoding="utf-8") as file:
        file.write('mute = ["neko"]\n[[sink]]\nkind = "null"\n')
    assert read_show(path).mute == ("neko",)
