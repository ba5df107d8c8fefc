"""The door for other programs: who has the token is heard, everybody else is told what is wrong."""

from __future__ import annotations

import http.client
import json
import logging
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from mien.face import ChatLine, DeviceError, SettingsError, Support
from mien.files import Secret
from mien.sources import Happening, Note, Say
from mien.sources.hook import Hook, open_hook

TOKEN = "a-token-of-24-signs-long"
BEARER = {"Authorization": f"Bearer {TOKEN}"}
QUIET = logging.Logger("quiet", logging.CRITICAL + 1)


class Door:
    """A hook that listens, and what it handed on."""

    def __init__(self) -> None:
        self.heard: list[Happening] = []
        self.port = 0
        self._opened, self._stop = Event(), Event()
        hook = Hook(Secret(TOKEN), 0, opened=self._open)
        self._thread = Thread(target=hook.run, args=(self.heard.append, self._stop), daemon=True)

    def _open(self, port: int) -> None:
        self.port = port
        self._opened.set()

    def __enter__(self) -> Door:
        self._thread.start()
        assert self._opened.wait(60)
        return self

    def __exit__(self, *rest: object) -> None:
        self._stop.set()
        self._thread.join(60)
        assert not self._thread.is_alive()

    @property
    def told(self) -> list[Happening]:
        return [one for one in self.heard if not isinstance(one, Note)]

    def post(
        self, body: bytes | str, headers: dict[str, str] | None = None, path: str = "/", method: str = "POST"
    ) -> tuple[int, Any]:
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        line.request(
            method, path, body.encode() if isinstance(body, str) else body, BEARER if headers is None else headers
        )
        answer = line.getresponse()
        told = json.loads(answer.read())
        line.close()
        return answer.status, told

    @contextmanager
    def socket(self, path: str = "/", **headers: str) -> Iterator[Any]:
        with connect(
            f"ws://127.0.0.1:{self.port}{path}", additional_headers=headers, logger=QUIET, open_timeout=60, proxy=None
        ) as line:
            yield line


@pytest.fixture
def door() -> Iterator[Door]:
    with Door() as open_:
        yield open_


def test_a_post_is_handed_on_and_answered(door: Door) -> None:
    assert door.post('{"text": "草www", "author": "neko"}') == (200, {"taken": 1})
    gift = {"kind": "gift", "author": "inu", "amount": 5, "currency": "CNY"}
    assert door.post(json.dumps([gift, {"say": "Welcome!"}])) == (200, {"taken": 2})
    assert door.post('{"text": "hi"}', {}, f"/?token={TOKEN}") == (200, {"taken": 1})
    line, support, say, last = door.told
    assert isinstance(line, ChatLine)
    assert (line.author, line.text) == ("neko", "草www")
    assert isinstance(support, Support)
    assert (support.kind, support.amount, support.currency) == ("gift", 5.0, "CNY")
    assert say == Say("Welcome!")
    assert isinstance(last, ChatLine)
    assert isinstance(door.heard[0], Note)
    assert door.heard[0].text == f"hook: listening at http://127.0.0.1:{door.port}"


def test_a_websocket_is_handed_on_and_answered(door: Door) -> None:
    with door.socket(Authorization=f"Bearer {TOKEN}") as line:
        for number in range(100):
            line.send(json.dumps({"text": f"line {number}"}))
        assert [json.loads(line.recv(60)) for _ in range(100)] == [{"taken": 1}] * 100
        line.send("nonsense")
        assert "expected JSON" in json.loads(line.recv(60))["error"]
        line.send(b'{"text": "bytes too"}')
        assert json.loads(line.recv(60)) == {"taken": 1}
        assert line.ping().wait(60)
    with door.socket(f"/?token={TOKEN}") as line:
        line.send('{"text": "by the address"}')
        assert json.loads(line.recv(60)) == {"taken": 1}
    assert [one.text for one in door.told if isinstance(one, ChatLine)] == [
        *(f"line {number}" for number in range(100)), "bytes too", "by the address"
    ]  # fmt: skip


def test_without_the_token_nothing_is_taken(door: Door) -> None:
    for headers, path in (
        ({}, "/"),
        ({"Authorization": "Bearer wrong"}, "/"),
        ({}, "/?token=wrong"),
        ({}, "/?token=é"),
    ):
        status, told = door.post('{"text": "hi"}', headers, path.encode("ascii", "ignore").decode())
        assert (status, "expected the token" in told["error"]) == (401, True)
    for path in ("/", "/?token=wrong"):
        with pytest.raises(Exception, match="401"), door.socket(path):
            pass
    assert not door.told


@pytest.mark.parametrize(
    ("ask", "status", "told"),
    [
        (lambda door: door.post("nonsense"), 400, "expected JSON"),
        (lambda door: door.post('{"text": 7}'), 400, "text: expected a text"),
        (lambda door: door.post("x" * 70_000), 413, "at most 65536"),
        (lambda door: door.post("{}", BEARER, "/else"), 404, "path /"),
        (lambda door: door.post("", BEARER, "/", "GET"), 405, "a POST or a WebSocket"),
        (lambda door: door.post("", BEARER | {"Content-Length": "-5"}), 411, "Content-Length"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_answered(door: Door, ask: Callable[[Door], tuple[int, Any]], status: int, told: str) -> None:
    code, answer = ask(door)
    assert code == status
    assert told in answer["error"]
    assert door.post('{"text": "and it goes on"}') == (200, {"taken": 1})


@pytest.mark.parametrize(
    "noise", [b"\x00\xff\x16\x03\x01" * 50, b"GET", b"POST / HTTP/1.1\r\n" + b"a: b\r\n" * 500, b""]
)
def test_whoever_speaks_no_http_is_hung_up_on(door: Door, noise: bytes) -> None:
    with socket.create_connection(("127.0.0.1", door.port)) as line:
        line.sendall(noise)
        line.shutdown(socket.SHUT_WR)
        line.settimeout(60)
        while line.recv(4096):
            pass
    assert door.post('{"text": "and it goes on"}') == (200, {"taken": 1})


def test_too_many_callers_are_hung_up_on_and_all_end_with_it() -> None:
    with Door() as door:
        lines = [socket.create_connection(("127.0.0.1", door.port)) for _ in range(16)]
        for line in lines:
            line.sendall(b"POST / HTTP/1.1\r\n")  # and says no more
        with socket.create_connection(("127.0.0.1", door.port)) as one_more:
            one_more.settimeout(60)
            assert one_more.recv(10) == b""
    for line in lines:
        line.close()


def test_a_message_too_long_or_in_pieces_ends_a_websocket(door: Door) -> None:
    def answer(line: Any, message: Any) -> Any:
        line.send(message)
        return line.recv(60)

    for message in ("x" * 70_000, ["in ", "pieces"]):
        with door.socket(Authorization=f"Bearer {TOKEN}") as line, pytest.raises(ConnectionClosed, match="1009"):
            answer(line, message)


def test_a_port_that_is_taken_and_settings_that_are_none(
    door: Door, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with pytest.raises(DeviceError, match=rf"cannot listen at 127.0.0.1:{door.port} .*another port"):
        Hook(Secret(TOKEN), door.port).run(lambda _: None, Event())
    with pytest.raises(SettingsError, match="MIEN_HOOK_TOKEN: expected at least 16 signs"):
        Hook(Secret("short"))
    with pytest.raises(SettingsError, match=r"port: expected 0\.\.65535, got 70000"):
        Hook(Secret(TOKEN), 70_000)
    monkeypatch.delenv("MIEN_HOOK_TOKEN", raising=False)
    with pytest.raises(SettingsError, match=r"expected a token of your own.*MIEN_HOOK_TOKEN"):
        open_hook()
    keys = tmp_path / "keys.toml"
    keys.write_text(f'MIEN_HOOK_TOKEN = "{TOKEN}"')
    keys.chmod(0o644)
    with pytest.raises(SettingsError, match="chmod 600"):
        open_hook(keys=keys)
    keys.chmod(0o600)
    made = open_hook(port=0, keys=keys)
    assert TOKEN not in repr(made)
