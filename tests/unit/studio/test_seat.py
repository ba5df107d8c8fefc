"""One frame, newest wins; news in order, bounded."""

from __future__ import annotations

import asyncio
import threading

from mien.studio.seat import NEWS, Seat


def test_the_newest_frame_wins_and_the_others_are_counted() -> None:
    async def play() -> None:
        seat = Seat()
        for frame in (b"1", b"2", b"3"):
            seat.show(frame)
        seat.tell("a")
        seat.tell("b")
        held = seat.holds
        assert await seat.take() == (["a", "b"], (b"3",))
        assert (held, seat.holds) == (True, False)
        assert seat.dropped == 2
        seat.show(b"4", b"of 4")
        assert await seat.take() == ([], (b"4", b"of 4"))

    asyncio.run(play())


def test_any_thread_may_fill_it() -> None:
    async def play() -> None:
        seat = Seat()
        thread = threading.Thread(target=seat.show, args=(b"x",))
        taking = asyncio.create_task(seat.take())
        await asyncio.sleep(0)  # let it begin to wait
        thread.start()
        assert await taking == ([], (b"x",))
        thread.join()

    asyncio.run(play())


def test_news_is_bounded_and_a_closed_loop_is_no_harm() -> None:
    async def play() -> Seat:
        seat = Seat()
        for number in range(NEWS + 5):
            seat.tell(str(number))
        news, _ = await seat.take()
        assert news == [str(number) for number in range(5, NEWS + 5)]
        return seat

    seat = asyncio.run(play())
    seat.show(b"late")
