"""JSON out, by each of its ways, and the picture over HTTP."""

from __future__ import annotations

import http.client
import io
import json
import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from itertools import islice
from typing import Any

import numpy as np
import pytest
import simplejpeg
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect
from websockets.typing import Origin

from mien.face import NEUTRAL, REST, DeviceError, Emotion, Expression, Frame, SettingsError, Shot, prototype
from mien.sinks import open_sink
from mien.sinks.expressions import FORMAT, as_dict
from mien.sinks.mjpeg import Mjpeg
from mien.sinks.newest import Newest
from mien.sinks.stream import RIGS, Lines, Stream
from mien.wire.address import Address

HAPPY = prototype(Emotion(happy=0.6))
LOOP = Address("127.0.0.1", 0)


def shot(t: float, expression: Expression = HAPPY, colour: int = 0) -> Shot:
    pixels = np.zeros((64, 64, 4), np.uint8)
    pixels[16:48, 16:48] = (colour, 90, 30, 255)
    return Shot(t, expression, Emotion(happy=0.5), Frame(pixels))


def test_lines_of_text_begin_with_the_format() -> None:
    text = io.StringIO()
    with Lines(text, 30.0, "vrm1") as sink:
        assert (sink.live, sink.needs_frame) == (False, False)
        sink.put(shot(0.0))
    first, second = (json.loads(line) for line in text.getvalue().splitlines())
    assert first == {"format": FORMAT, "fps": 30.0}
    assert second.pop("vrm1")["happy"] == pytest.approx(0.6, abs=1e-3)
    assert second == as_dict(shot(0.0))


def test_each_datagram_says_what_it_is() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
        line.settimeout(60)
        line.bind(("127.0.0.1", 0))
        with open_sink("json", None, 30, 64, to=f"udp:127.0.0.1:{line.getsockname()[1]}", rig="mmd") as sink:
            assert (sink.live, sink.needs_frame) == (True, False)
            sink.put(shot(1.25))
            told = json.loads(line.recv(65_536))
    assert (told["format"], told["t"]) == (FORMAT, 1.25)
    assert set(told["mmd"]) >= {"あ", "笑い", "照れ"}


@contextmanager
def streaming(rig: str = "") -> Iterator[tuple[Stream, str]]:
    with Stream(LOOP, 30.0, rig) as sink:
        yield sink, f"ws://127.0.0.1:{sink.port}"


def put_until_heard(sink: Any, stop: threading.Event, first: int = 0) -> threading.Thread:
    def put() -> None:
        number = first
        while not stop.wait(0.01):
            number += 1
            sink.put(shot(float(number), colour=number % 256))

    thread = threading.Thread(target=put, daemon=True)
    thread.start()
    return thread


def test_whoever_connects_hears_the_newest_shots() -> None:
    over = threading.Event()
    with streaming("live2d") as (sink, at):
        sink.put(shot(0.0))  # nobody hears it
        thread = put_until_heard(sink, over)
        with connect(at) as one, connect(at) as other:
            for line in (one, other):
                assert json.loads(line.recv(60)) == {"format": FORMAT, "fps": 30.0}
                times = [json.loads(line.recv(60)) for _ in range(5)]
                assert [told["t"] for told in times] == sorted({told["t"] for told in times})
                assert times[0]["live2d"]["ParamMouthForm"] > 0.1
        over.set()
        thread.join(60)


def test_one_that_takes_nothing_holds_nobody_up() -> None:
    with streaming() as (sink, at), connect(at, close_timeout=0.1) as slow:
        slow.recv(60)
        for t in range(500):
            sink.put(shot(float(t)))
        with connect(at) as quick:
            quick.recv(60)
            assert json.loads(quick.recv(60))["t"] == 499.0


def test_one_that_never_takes_anything_does_not_hold_up_the_end() -> None:
    with ExitStack() as client:
        with streaming() as (sink, at):
            stuck = client.enter_context(connect(at, max_queue=1, max_size=None, close_timeout=0.1))
            stuck.recv(60)
            for _ in range(20):
                sink._newest.put("x" * 3_000_000)
                threading.Event().wait(0.01)  # its handler goes on to the next
        assert not sink._talking


@pytest.mark.parametrize(("origin", "good"), [
    ("http://localhost:3000", True), ("http://127.0.0.1", True), ("https://evil.example", False), ("null", False),
    ("http://127.0.0.1.evil.example", False),
])  # fmt: skip
def test_pages_of_other_sites_may_not_listen(origin: str, good: bool) -> None:
    with streaming() as (_, at):
        if good:
            with connect(at, origin=Origin(origin)) as line:
                assert json.loads(line.recv(60))["format"] == FORMAT
        else:
            with pytest.raises(InvalidStatus, match="403"), connect(at, origin=Origin(origin)):
                pass


def test_it_comes_back_on_its_port_after_a_failure() -> None:
    with streaming() as (sink, at):
        port = sink.port
    with Stream(Address("127.0.0.1", port), 30.0, ""), connect(at) as line:
        assert json.loads(line.recv(60))["format"] == FORMAT
        with pytest.raises(DeviceError, match="cannot listen at"), Stream(Address("127.0.0.1", port), 30.0, ""):
            pass


def test_settings_of_json_are_checked() -> None:
    off: list[tuple[dict[str, Any], str]] = [
        ({"rig": "vrm"}, "rig: expected one of arkit, vrm0"), ({"to": "tcp:1"}, 'to: expected "-"'),
        ({"to": "ws:a b"}, "to: expected an address"), ({"to": "-:1"}, 'to: expected "-"'),
    ]  # fmt: skip
    for settings, says in off:
        with pytest.raises(SettingsError, match=says):
            open_sink("json", None, 30, 64, **settings)
    for rig, make in RIGS.items():
        assert all(np.isfinite(list(make(REST).values()))), rig


# --- the picture


@contextmanager
def served(**settings: Any) -> Iterator[Mjpeg]:
    sink = open_sink("mjpeg", None, 30, 64, to="127.0.0.1:0", **settings)
    assert isinstance(sink, Mjpeg)
    with sink:
        yield sink


def asked(sink: Mjpeg, path: str, host: str = "") -> http.client.HTTPResponse:
    line = http.client.HTTPConnection("127.0.0.1", sink.port, timeout=60)
    line.request("GET", path, headers={"Host": host} if host else {})
    return line.getresponse()


def parts(answer: http.client.HTTPResponse, count: int) -> list[np.ndarray]:
    """So many pictures of a stream, read as RFC 2046 has it."""
    boundary = answer.headers.get_param("boundary")
    pictures = []
    for _ in range(count):
        assert answer.readline().strip() == b"--%s" % str(boundary).encode()
        head = dict(line.decode().strip().split(": ") for line in iter(answer.readline, b"\r\n"))
        assert head["Content-Type"] == "image/jpeg"
        pictures.append(simplejpeg.decode_jpeg(answer.read(int(head["Content-Length"]))))
        assert answer.readline() == b"\r\n"
    return pictures


def test_the_stream_shows_the_newest_pictures_on_their_ground() -> None:
    over = threading.Event()
    with served(background=(0, 0, 200)) as sink:
        assert (sink.live, sink.needs_frame) == (True, True)
        thread = put_until_heard(sink, over)
        with asked(sink, "/") as answer:
            assert answer.status == 200
            assert answer.headers.get_content_type() == "multipart/x-mixed-replace"
            for picture in parts(answer, 3):
                assert picture.shape == (64, 64, 3)
                assert np.abs(picture[4, 4].astype(int) - (0, 0, 200)).max() < 12
                assert abs(int(picture[32, 32, 1]) - 90) < 12
        with asked(sink, "/frame.jpg?t=1") as answer:
            assert simplejpeg.decode_jpeg(answer.read()).shape == (64, 64, 3)
        over.set()
        thread.join(60)


def test_ffmpeg_reads_it() -> None:
    import av

    over = threading.Event()
    with served() as sink:
        thread = put_until_heard(sink, over)
        with av.open(f"http://127.0.0.1:{sink.port}/", format="mpjpeg", timeout=60) as stream:
            frames = [frame.to_ndarray(format="rgb24") for frame in islice(stream.decode(video=0), 3)]
        assert [frame.shape for frame in frames] == [(64, 64, 3)] * 3
        over.set()
        thread.join(60)


@pytest.mark.parametrize(("path", "host", "status"), [
    ("/secret", "", 404), ("/", "evil.example:80", 403), ("/frame.jpg", "evil.example", 403),
])  # fmt: skip
def test_what_is_not_there_and_who_may_not_look(path: str, host: str, status: int) -> None:
    with served() as sink:
        sink.put(shot(0.0))
        with asked(sink, path, host) as answer:
            assert answer.status == status


def test_a_label_stays_on_a_live_picture() -> None:
    with open_sink("mjpeg", None, 30, 64, label=True, to="127.0.0.1:0") as sink:
        inner = sink._sink  # type: ignore[attr-defined]
        pictures = []
        for t in (0.0, 100.0):
            sink.put(shot(t))
            with asked(inner, "/frame.jpg") as answer:
                pictures.append(simplejpeg.decode_jpeg(answer.read()))
        assert np.array_equal(pictures[0], pictures[1])
        inner.put(shot(0.0))
        with asked(inner, "/frame.jpg") as answer:
            assert not np.array_equal(pictures[0], simplejpeg.decode_jpeg(answer.read()))


def test_an_unpainted_shot_and_a_taken_port() -> None:
    with served() as sink:
        with pytest.raises(ValueError, match="not painted"):
            sink.put(Shot(0.0, REST, NEUTRAL))
        with (
            pytest.raises(DeviceError, match="cannot listen at"),
            Mjpeg(Address("127.0.0.1", sink.port), (0, 0, 0), 80),
        ):
            pass
    with pytest.raises(SettingsError, match="quality: expected"):
        open_sink("mjpeg", None, 30, 64, quality=0)


def test_the_newest_wins() -> None:
    box: Newest[str] = Newest()
    assert box.after(0, 0.0) is None
    box.put("a")
    box.put("b")
    assert box.after(0, 0.0) == ("b", 2)
    assert box.after(2, 0.0) == ("b", 2)  # nothing newer
    box.close()
    assert box.after(0, 0.0) is None
    assert not box.open
