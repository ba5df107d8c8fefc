"""Messages from the page, and who may talk to the server at all."""

from __future__ import annotations

import asyncio
import re
from typing import Any

import pytest

from mien.face import DeviceError
from mien.show.director import NOTICE
from mien.studio.page import STATIC, Loopback
from mien.studio.server import listen


def asked(kind: str, headers: dict[str, str]) -> Any:
    """What the application behind Loopback sees: the first message that is sent back."""

    async def app(_scope: Any, _receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})

    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {"type": kind, "headers": [(name.encode(), value.encode()) for name, value in headers.items()]}
    asyncio.run(Loopback(app)(scope, None, send))  # type: ignore[arg-type]
    return sent[0]


@pytest.mark.parametrize("host", ["127.0.0.1:8642", "localhost:1", "localhost", "[::1]:8642"])
def test_this_machines_own_pages_may(host: str) -> None:
    assert asked("http", {"host": host})["status"] == 200
    answer = asked("http", {"host": host, "origin": f"http://{host}"})
    assert answer["status"] == 200
    assert b"content-security-policy" in dict(answer["headers"])


@pytest.mark.parametrize(
    "headers",
    [
        {}, {"host": "evil.example"}, {"host": "127.0.0.1.evil.example:1"}, {"host": "localhost@evil.example"},
        {"host": "localhost:1", "origin": "http://evil.example"}, {"host": "localhost:1", "origin": "null"},
        {"host": "localhost:1", "origin": "http://localhost:2"},
    ],
)  # fmt: skip
def test_nobody_else_may(headers: dict[str, str]) -> None:
    assert asked("http", headers)["status"] == 403
    assert asked("websocket", headers)["type"] == "websocket.close"


def test_a_taken_port_is_a_device_error() -> None:
    with listen(0) as taken, pytest.raises(DeviceError, match=r"cannot listen.*choose another"):
        listen(taken.getsockname()[1])


def test_the_page_says_the_same_before_a_camera_is_opened() -> None:
    notices = re.findall(r"notice:\[(.*?)\]", (STATIC / "studio.js").read_text(encoding="utf-8"))
    told = [re.findall(r'"([^"]+)"', notice) for notice in notices]
    assert [len(one) for one in told] == [3] * 6  # camera and microphone, in en, zh, ja
    assert tuple(told[0]) == NOTICE
