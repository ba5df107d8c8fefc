"""The inbox keeps order, bounds and its threads apart."""

from __future__ import annotations

import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mien.face import Directed, Emotion, Felt
from mien.show import Inbox

times = st.lists(st.floats(-10.0, 10.0), max_size=40)


def cue(t: float) -> Felt:
    return Felt(t, Emotion())


@given(times, st.floats(-10.0, 10.0))
def test_what_is_due_comes_oldest_first_and_once(ts: list[float], until: float) -> None:
    inbox = Inbox()
    for t in ts:
        inbox.put(cue(t))
    assert [one.t for one in inbox.take(until)] == sorted(t for t in ts if t <= until)
    assert inbox.take(until) == []
    assert [one.t for one in inbox.take(11.0)] == sorted(t for t in ts if t > until)
    assert len(inbox) == 0


@given(times, st.integers(1, 10))
def test_when_full_the_oldest_is_dropped_and_counted(ts: list[float], capacity: int) -> None:
    inbox = Inbox(capacity)
    for t in ts:
        inbox.put(cue(t))
    assert len(inbox) <= capacity
    assert inbox.dropped == max(0, len(ts) - capacity)
    if ts:
        assert inbox.take(11.0)[-1].t == max(ts)


def test_equal_times_keep_their_order() -> None:
    cues = [Directed(1.0, (("yaw", 0.01 * n),)) for n in range(20)]
    assert Inbox.of(cues).take(1.0) == cues


def test_a_script_of_any_length_fits() -> None:
    inbox = Inbox.of(cue(float(n)) for n in range(5000))
    assert len(inbox) == 5000
    assert inbox.dropped == 0


def test_nonsense_is_refused_at_the_door() -> None:
    inbox = Inbox()
    with pytest.raises(ValueError, match="no channel 'nose'"):
        inbox.put(Directed(0.0, (("nose", 1.0),)))
    with pytest.raises(ValueError, match=r"Felt\.t"):
        inbox.put(cue(float("nan")))
    assert len(inbox) == 0
    with pytest.raises(ValueError, match="capacity of 1 or more, got 0"):
        Inbox(0)


def test_many_threads_may_put() -> None:
    inbox = Inbox()

    def put(offset: int) -> None:
        for n in range(100):
            inbox.put(cue(offset + n / 100))

    threads = [threading.Thread(target=put, args=(offset,)) for offset in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    taken = [one.t for one in inbox.take(100.0)]
    assert taken == sorted(taken)
    assert len(taken) == 400
