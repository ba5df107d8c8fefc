"""Pictures in threads of their own: newest wins, real time, and an end that is told and leaves no thread."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from threading import Event, Lock

import numpy as np
import pytest
from numpy.typing import NDArray

from mien.face import REST, Cue, DeviceError, Emotion, Face, Landmarks, MienError, Saw
from mien.show.eye import Feed, Latest
from mien.show.facing import Mirroring
from mien.sources import Picture
from mien.testing import FakeClock

FACE = Face((0.2, 0.2, 0.5, 0.5), Landmarks(np.full((70, 2), 0.5, np.float32)), REST, Emotion(), 1.0, 0)
WAIT = 60.0  # seconds; only what hangs needs them


@pytest.fixture(autouse=True)
def no_thread_is_left() -> Iterator[None]:
    before = set(threading.enumerate())
    yield
    assert set(threading.enumerate()) <= before


class Eyes:
    """See one face in every picture that is not black, and count."""

    def __init__(self) -> None:
        self.times: list[float] = []
        self.seen = threading.Semaphore(0)

    def see(self, picture: NDArray[np.uint8], t: float) -> list[Face]:
        self.times.append(t)
        self.seen.release()
        return [FACE] if picture.any() else []


class Wall(Event):
    """A clock whose waits take no time. Each picture is looked at before the next one is due."""

    def __init__(self, eyes: Eyes) -> None:
        super().__init__()
        self.clock, self._eyes = FakeClock(), eyes

    def wait(self, timeout: float | None = None) -> bool:
        assert timeout is not None
        assert self._eyes.seen.acquire(timeout=WAIT)
        self.clock.sleep(timeout)
        return self.is_set()


def pictures(times: list[float], then: MienError | None = None) -> Iterator[Picture]:
    for t in times:
        yield Picture("fake", t, np.full((8, 8, 3), 200, np.uint8))
    if then is not None:
        raise then


def test_the_newest_wins_and_the_others_are_counted() -> None:
    begun, go, done = Event(), Event(), Event()
    worked: list[str] = []

    def work(item: str) -> None:
        worked.append(item)
        begun.set()
        assert go.wait(WAIT)
        if item == "last":
            done.set()

    with Latest(work, "test") as latest:
        latest.put("first")
        assert begun.wait(WAIT)
        for item in ("a", "b", "last"):
            latest.put(item)
        go.set()
        assert done.wait(WAIT)
    assert worked == ["first", "last"]
    assert latest.dropped == 2


def test_what_waits_at_the_end_is_not_begun() -> None:
    begun, go = Event(), Event()
    worked: list[int] = []

    def work(item: int) -> None:
        worked.append(item)
        begun.set()
        assert go.wait(WAIT)

    latest = Latest(work, "test")
    with latest:
        latest.put(1)
        assert begun.wait(WAIT)
        latest.put(2)
        threading.Thread(target=go.set).start()
    assert worked in ([1], [1, 2])
    latest.put(3)  # nobody is there any more: no harm


def test_a_video_is_played_in_real_time_and_its_end_is_told() -> None:
    eyes, ends, over = Eyes(), [], Event()
    wall = Wall(eyes)
    cues: list[Cue] = []

    def ended(error: MienError | None) -> None:
        ends.append(error)
        over.set()

    feed = Feed(
        lambda: pictures([0.0, 0.1, 0.35]), lambda: eyes, Mirroring(), cues.append, lambda: 7.0, ended,
        wall.clock.now, wall,
    )  # fmt: skip
    with feed:
        feed.wait()
        assert over.wait(WAIT)
        assert eyes.seen.acquire(timeout=WAIT)
    assert ends == [None]
    assert eyes.times == [0.0, 0.1, 0.35]
    assert np.allclose(wall.clock.slept, [0.1, 0.25])
    assert all(isinstance(cue, Saw) and cue.t == 7.0 for cue in cues)
    assert len(cues) == 3


def test_a_camera_that_vanishes_is_told_once() -> None:
    eyes, ends, over = Eyes(), [], Event()

    def ended(error: MienError | None) -> None:
        ends.append(str(error))
        over.set()

    gone = DeviceError("camera 0: it no longer gives pictures; connect it again")
    with Feed(lambda: pictures([0.0], gone), lambda: eyes, Mirroring(), lambda _: None, lambda: 0.0, ended) as feed:
        feed.wait()  # there was one picture: no error
        assert over.wait(WAIT)
    assert ends == [str(gone)]


def test_a_camera_that_is_not_there_is_raised_where_one_waits_for_it() -> None:
    ends: list[MienError | None] = []
    none = DeviceError("camera 3: none is there")
    with (
        Feed(lambda: pictures([], none), Eyes, Mirroring(), lambda _: None, lambda: 0.0, ends.append) as feed,
        pytest.raises(DeviceError, match="camera 3"),
    ):
        feed.wait()
    assert ends == []


def test_the_end_of_the_show_closes_the_camera_in_its_own_thread() -> None:
    closed: list[str] = []
    lock = Lock()

    def endless() -> Iterator[Picture]:
        try:
            number = 0
            while True:
                yield Picture("fake", 1e-6 * number, np.zeros((8, 8, 3), np.uint8))
                number += 1
        finally:
            with lock:
                closed.append(threading.current_thread().name)

    ends: list[MienError | None] = []
    with Feed(endless, Eyes, Mirroring(), lambda _: None, lambda: 0.0, ends.append) as feed:
        feed.wait()
    assert closed == ["mien camera"]
    assert ends == []  # it did not end by itself
