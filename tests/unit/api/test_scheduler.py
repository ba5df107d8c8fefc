"""The one task that plays all sessions: nobody is left out, what is late is skipped; frames are painted in turn."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence
from functools import partial
from typing import Any

from mien.api.scheduler import Easel, Pulse, Scheduler
from mien.testing import FakeClock

WAIT = 60.0  # seconds; only a scheduler that hangs needs them


class Toy:
    """Plays until it has been played so often."""

    def __init__(self, most: int, fps: float = 200.0) -> None:
        self.pulse, self.most = Pulse(fps), most
        self.times: list[float] = []

    @property
    def playing(self) -> bool:
        return len(self.times) < self.most


def play(due: Sequence[Any]) -> None:
    for toy in due:
        toy.times.append(toy.pulse.tick())


async def over(toys: Sequence[Toy]) -> None:
    """Wait until all have been played."""
    while any(toy.playing for toy in toys):
        await asyncio.sleep(0.0)


def test_a_pulse_skips_what_is_late_and_forgets_what_nobody_saw() -> None:
    clock = FakeClock()
    pulse = Pulse(10, clock.now)
    pulse.resume()
    clock.advance(pulse.due - clock.now())
    assert round(pulse.tick() * 10) == 1
    clock.advance(0.1)
    assert round(pulse.tick() * 10) == 2
    assert pulse.skipped == 0
    clock.advance(0.55)
    assert round(pulse.tick() * 10) == 4  # one is left out, and the time of three more stands still
    assert pulse.skipped == 4
    assert 0.0 < pulse.due - clock.now() <= 0.1
    clock.advance(1000.0)
    pulse.resume()
    clock.advance(max(0.0, pulse.due - clock.now()))
    assert round(pulse.tick() * 10) == 5
    assert pulse.skipped == 4


def test_pulses_of_one_rate_are_due_together() -> None:
    clock = FakeClock()
    one, other = Pulse(30, clock.now), Pulse(30, clock.now)
    one.resume()
    clock.advance(0.0123)
    other.resume()
    assert abs((one.due - other.due) * 30 - round((one.due - other.due) * 30)) < 1e-6


def test_all_are_played_in_turn_though_there_is_time_for_none() -> None:
    toys = [Toy(10**6, fps=30.0) for _ in range(100)]

    def slowly(due: Sequence[Any]) -> None:
        threading.Event().wait(0.0015 * len(due))  # longer than there is: each is always late
        play(due)

    async def performance() -> list[int]:
        scheduler = Scheduler(slowly)
        for toy in toys:
            scheduler.begin(toy)
            await asyncio.sleep(0.003)
        before = [len(toy.times) for toy in toys]
        while min(gained := [len(toy.times) - old for toy, old in zip(toys, before, strict=True)]) < 12:
            await asyncio.sleep(0.0)
        return gained

    gained = asyncio.run(asyncio.wait_for(performance(), WAIT))
    assert max(gained) - min(gained) <= 2
    assert all(toy.times == sorted(set(toy.times)) for toy in toys)


def test_one_that_rests_is_played_again_when_it_is_begun_again() -> None:
    toy = Toy(2)

    async def performance() -> None:
        scheduler = Scheduler(play)
        scheduler.begin(toy)
        scheduler.begin(toy)  # twice is once
        await asyncio.wait_for(over([toy]), WAIT)
        toy.most = 4
        while toy.playing:  # it may not have been left out yet
            scheduler.begin(toy)
            await asyncio.sleep(0.001)

    asyncio.run(performance())
    assert len(toy.times) == 4


def test_at_the_easel_everybody_has_a_turn_and_only_the_newest_is_painted() -> None:
    done: list[tuple[int, int]] = []
    gate, begun, over = threading.Event(), threading.Event(), threading.Event()

    def hold() -> None:
        begun.set()
        gate.wait(WAIT)

    with Easel() as easel:
        easel.wish(0, hold)
        assert begun.wait(WAIT)
        for number in range(3):
            for whose in (1, 2):
                easel.wish(whose, partial(done.append, (whose, number)))
        easel.wish(3, over.set)
        gate.set()
        assert over.wait(WAIT)
    assert done == [(1, 2), (2, 2)]
    assert easel.dropped == 4


def test_two_easels_never_paint_one_twice_at_once() -> None:
    busy, most, over = [0], [0], threading.Event()
    lock = threading.Lock()

    def work() -> None:
        with lock:
            busy[0] += 1
            most[0] = max(most[0], busy[0])
        threading.Event().wait(0.002)
        with lock:
            busy[0] -= 1

    with Easel(threads=3) as easel:
        for _ in range(20):
            easel.wish(7, work)
            threading.Event().wait(0.001)
        easel.wish(8, over.set)
        assert over.wait(WAIT)
    assert most[0] == 1
