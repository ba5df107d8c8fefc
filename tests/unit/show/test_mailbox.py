"""Room for one: newest wins, what waits at the end is not begun, and no thread is left."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from threading import Event

import pytest

from mien.show import Mailbox

WAIT = 60.0  # seconds; only what hangs needs them


@pytest.fixture(autouse=True)
def no_thread_is_left() -> Iterator[None]:
    before = set(threading.enumerate())
    yield
    assert set(threading.enumerate()) <= before


def test_the_newest_wins_and_the_others_are_counted() -> None:
    begun, go, done = Event(), Event(), Event()
    worked: list[str] = []

    def work(item: str) -> None:
        worked.append(item)
        begun.set()
        assert go.wait(WAIT)
        if item == "last":
            done.set()

    with Mailbox(work, "test") as mailbox:
        mailbox.put("first")
        assert begun.wait(WAIT)
        for item in ("a", "b", "last"):
            mailbox.put(item)
        go.set()
        assert done.wait(WAIT)
    assert worked == ["first", "last"]
    assert mailbox.dropped == 2


def test_what_waits_at_the_end_is_not_begun() -> None:
    begun, go = Event(), Event()
    worked: list[int] = []

    def work(item: int) -> None:
        worked.append(item)
        begun.set()
        assert go.wait(WAIT)

    mailbox = Mailbox(work, "test")
    with mailbox:
        mailbox.put(1)
        assert begun.wait(WAIT)
        mailbox.put(2)
        threading.Thread(target=go.set).start()
    assert worked in ([1], [1, 2])
    mailbox.put(3)  # nobody is there any more: no harm
