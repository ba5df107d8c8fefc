"""`mien studio` from the outside: its page, its WebSocket, its manners."""

from __future__ import annotations

import json
import re
import struct
import urllib.error
import urllib.request
import zlib
from typing import Any

import numpy as np
import pytest
import simplejpeg
from numpy.typing import NDArray
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from mien.face import Emotion, prototype
from mien.paint.drawn import MOMO, Artist

WAIT = 120.0  # seconds; only a studio that hangs needs them


def live(address: str, **options: Any) -> ClientConnection:
    socket: ClientConnection = connect(address.replace("http", "ws") + "live", max_size=None, **options)
    return socket


def news(socket: ClientConnection, kind: str) -> Any:
    """The next piece of news of this kind."""
    while True:
        message = socket.recv(WAIT)
        if isinstance(message, str) and kind in (data := json.loads(message)):
            return data[kind]


def frame(socket: ClientConnection) -> NDArray[np.uint8]:
    """The next frame, RGBA."""
    while isinstance(message := socket.recv(WAIT), str):
        pass
    length = struct.unpack("<I", message[:4])[0]
    colours = simplejpeg.decode_jpeg(message[4 : 4 + length])
    alpha = np.frombuffer(zlib.decompress(message[4 + length :]), np.uint8)
    return np.dstack([colours, alpha.reshape(colours.shape[:2])])


def test_the_page_and_its_parts_come_with_careful_headers(studio: str) -> None:
    for name, kind in (
        ("", "text/html"),
        ("studio.js", "javascript"),
        ("studio.css", "text/css"),
        ("mien-face.js", "java"),
    ):
        with urllib.request.urlopen(studio + name, timeout=WAIT) as answer:
            assert kind in answer.headers["content-type"]
            assert "default-src 'self'" in answer.headers["content-security-policy"]
            told = answer.read().replace(b"http://www.w3.org", b"")
            assert not re.search(rb"\w://\w", told)  # nothing outside is asked
    with pytest.raises(urllib.error.HTTPError, match="404"):
        urllib.request.urlopen(studio + "../stage.py", timeout=WAIT)


def test_a_line_is_read_and_the_face_moves(studio: str) -> None:
    with live(studio) as socket:
        assert news(socket, "hello")["character"] == "momo"
        before = frame(socket)
        assert before.shape == (256, 256, 4)
        assert 0.2 < (before[..., 3] > 200).mean() < 0.95
        socket.send(json.dumps({"say": "哇！！真的假的？！"}))
        assert news(socket, "read")["dominant"] == "surprised"
        while news(socket, "felt")["surprised"] < 0.4:
            pass
        # the face follows the feeling within a moment: a slow machine may send a frame between the two
        moved = [(np.abs(frame(socket).astype(int) - before).max(axis=2) > 40).mean() for _ in range(30)]
        assert max(moved) > 0.02
        assert news(socket, "stats")["watchers"] >= 1


def test_several_watchers_share_one_show(studio: str) -> None:
    with live(studio) as one, live(studio) as two:
        frame(one)
        frame(two)
        one.send(json.dumps({"say": "我好难过"}))
        assert news(two, "read") == news(one, "read")
    with live(studio) as three:  # the others have left
        frame(three)


@pytest.mark.parametrize(
    ("message", "says"),
    [
        ("{", "expected JSON"), ("[1]", "say"), ('{"say": 3}', "say"), ('{"say": "  "}', "blank"),
        (b"\x00", "before a camera was opened"), (json.dumps({"say": "x" * 10_001}), "at most 10000"),
    ],
)  # fmt: skip
def test_a_bad_message_is_answered_and_the_show_goes_on(studio: str, message: str | bytes, says: str) -> None:
    with live(studio) as socket:
        socket.send(message)
        assert says in news(socket, "error")
        frame(socket)
        socket.send(json.dumps({"say": "ok"}))
        assert news(socket, "read")["text"] == "ok"


def test_a_huge_message_ends_that_connection_only(studio: str) -> None:
    with live(studio) as good, live(studio) as bad:
        bad.send("x" * 200_000)
        with pytest.raises(ConnectionClosed):
            list(bad)
        frame(good)


def test_a_camera_is_looked_through_with_consent_and_is_free_again_when_its_watcher_leaves(studio: str) -> None:
    smile = Artist(MOMO, 256).paint(prototype(Emotion(happy=1.0))).over((210, 214, 220))
    picture = simplejpeg.encode_jpeg(smile, quality=85, colorspace="RGB", colorsubsampling="420")
    with live(studio) as socket:
        socket.send(json.dumps({"camera": "mirror"}))
        assert "needs consent" in news(socket, "error")
        socket.send(picture)
        assert "before a camera was opened" in news(socket, "error")
        socket.send(json.dumps({"camera": "mirror", "consent": True}))
        assert news(socket, "camera") == "mirror"
        felt = 0.0
        for _ in range(200):
            socket.send(picture)
            saw = news(socket, "saw")
            assert (saw["face"], saw["dominant"]) == (True, "happy")
            felt = news(socket, "felt")["happy"]
            if felt > 0.5:
                break
        assert felt > 0.5
        with live(studio) as other:
            other.send(json.dumps({"camera": "answer", "policy": "service", "consent": True}))
            assert news(other, "camera") == "answer"
            assert news(socket, "camera") == "off"
    with live(studio) as socket:
        while news(socket, "felt")["happy"] > 0.05:  # the camera has gone with its watcher
            pass


def test_small_pictures_show_how_she_answers(studio: str) -> None:
    with urllib.request.urlopen(f"{studio}look/momo?policy=service&feeling=sad&hair=%23335577", timeout=WAIT) as answer:
        assert answer.headers["content-type"] == "image/png"
        assert answer.read().startswith(b"\x89PNG")
    for wrong, status in (("look/nobody", 404), ("look/momo?feeling=bored", 404), ("look/momo?hair=red", 404)):
        with pytest.raises(urllib.error.HTTPError, match=str(status)):
            urllib.request.urlopen(studio + wrong, timeout=WAIT)
    request = urllib.request.Request(f"{studio}look/momo", headers={"Sec-Fetch-Site": "cross-site"})
    with pytest.raises(urllib.error.HTTPError, match="403"):
        urllib.request.urlopen(request, timeout=WAIT)
    with pytest.raises(urllib.error.HTTPError, match="404"):  # the artist's pictures no page can paint
        urllib.request.urlopen(f"{studio}character/momo/character.json", timeout=WAIT)


def test_a_watcher_asks_why_and_for_another_character(studio: str) -> None:
    with live(studio) as socket:
        assert [one["name"] for one in news(socket, "hello")["characters"]] == ["momo", "haru", "lin"]
        socket.send(json.dumps({"explain": "I miss my cat so much"}))
        assert [one["text"] for one in news(socket, "because")] == ["miss"]
        socket.send(json.dumps({"character": "nobody"}))
        assert "expected one of momo" in news(socket, "error")
        socket.send(json.dumps({"temper": {"lively": 1.5}}))
        assert news(socket, "temper")["lively"] == 1.5
        socket.send(json.dumps({"character": "momo"}))
        assert news(socket, "hello")["temper"]["lively"] == 1.0
        frame(socket)


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://localhost:1"])
def test_other_pages_may_not_connect(studio: str, origin: str) -> None:
    with pytest.raises(InvalidStatus, match="403"):
        live(studio, origin=origin)


def test_other_names_for_this_machine_are_refused(studio: str) -> None:
    request = urllib.request.Request(studio, headers={"Host": "rebound.example"})
    with pytest.raises(urllib.error.HTTPError, match="403"):
        urllib.request.urlopen(request, timeout=WAIT)


def test_one_hand_plays_for_all_pages_and_moves_are_files(studio: str) -> None:
    with live(studio) as one, live(studio) as two:
        assert news(two, "hello")["play"]["held"] == {}
        one.send(json.dumps({"play": {"hold": {"jawOpen": 0.5, "blush": 1}}}))
        assert news(two, "play")["held"] == {"jawOpen": 0.5, "blush": 1.0}
        one.send(json.dumps({"play": {"drag": {"48": [0.4, 0.7]}}}))
        assert "no key points to drag" in news(one, "error")  # an artist draws this one
        one.send(json.dumps({"play": {"move": "none such"}}))
        assert "no move 'none such'" in news(one, "error")
        move = {
            "format": "mien-move",
            "version": 1,
            "name": "x",
            "fps": 30,
            "names": ["jawOpen"],
            "frames": [[0.0], [1.0]],
        }
        address = f"{studio}moves/%E7%9C%A8%E7%9C%BC.json"
        put = urllib.request.Request(address, json.dumps(move).encode(), method="PUT")
        with urllib.request.urlopen(put, timeout=WAIT) as answer:
            assert answer.status == 204
        assert news(two, "play")["moves"] == ["眨眼"]
        with urllib.request.urlopen(address, timeout=WAIT) as answer:
            assert json.loads(answer.read()) == {**move, "name": "眨眼"}
        for bad in (b"{", b"\xff", json.dumps({**move, "frames": [[2.0]]}).encode(), b" " * 2_000_001):
            with pytest.raises(urllib.error.HTTPError, match="422"):
                urllib.request.urlopen(urllib.request.Request(address, bad, method="PUT"), timeout=WAIT)
        foreign = urllib.request.Request(address, b"{}", {"Origin": "http://evil.example"}, method="PUT")
        with pytest.raises(urllib.error.HTTPError, match="403"):
            urllib.request.urlopen(foreign, timeout=WAIT)
        with pytest.raises(urllib.error.HTTPError, match="404"):
            urllib.request.urlopen(f"{studio}moves/other.json", timeout=WAIT)
        one.send(json.dumps({"play": {"move": "眨眼"}}))
        while news(two, "play")["moving"] != "":
            pass
        one.send(json.dumps({"play": {"forget": "眨眼"}}))
        while news(two, "play")["moves"]:
            pass
        one.send(json.dumps({"play": {"free": True}}))
        while news(two, "play")["held"]:
            pass
