"""Moments on their way to who watches: at once where that can be, and never out of their order."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

from mien.api.acts import Watcher
from mien.api.live import _send
from mien.studio.seat import Seat


def test_who_keeps_up_gets_each_moment_at_once_and_who_does_not_the_newest() -> None:
    async def watched() -> list[str | bytes]:
        got: list[str | bytes] = []
        free, quick = asyncio.Event(), True

        def at_once(text: str | bytes) -> bool:
            if quick:
                got.append(text)
            return quick

        async def send_text(text: str) -> None:
            await free.wait()
            got.append(text)

        watcher = Watcher(Seat(), at_once=at_once)
        socket: Any = SimpleNamespace(send_text=send_text)
        sending = asyncio.create_task(_send(socket, watcher, SimpleNamespace(open=True)))  # type: ignore[arg-type]
        watcher.show("1")
        quick = False
        watcher.show("2")
        await asyncio.sleep(0.0)
        await asyncio.sleep(0.0)  # 2 is on its way by now
        quick = True  # and the line is free again, but 3 and 4 may not overtake it
        watcher.show("3")
        watcher.show("4")
        free.set()
        while watcher.behind:
            await asyncio.sleep(0.0)
        watcher.show("5")
        sending.cancel()
        return got

    assert asyncio.run(asyncio.wait_for(watched(), 60.0)) == ["1", "2", "4", "5"]


def test_without_a_way_to_send_at_once_the_seat_is_the_way() -> None:
    async def watched() -> None:
        watcher = Watcher(Seat())
        watcher.show("1")
        watcher.show("2")
        assert await watcher.seat.take() == ([], ("2",))

    asyncio.run(watched())
