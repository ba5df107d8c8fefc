"""VMC out: what a receiver that nobody here wrote hears."""

from __future__ import annotations

import queue
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from mien.face import DeviceError, Emotion, Expression, SettingsError, Shot, prototype
from mien.rig import PERFECT_SYNC
from mien.sinks import open_sink
from mien.wire.osc import Message, decode
from mien.wire.turns import from_unity
from mien.wire.vmc import Performer

HAPPY = prototype(Emotion(happy=0.6))
LOOKING = Expression.of({"yaw": 0.3, "pitch": -0.1, "roll": 0.05, "gaze_x": 0.2, "jawOpen": 0.5, "gaze_y": 0.1})


@contextmanager
def receiver() -> Iterator[tuple[socket.socket, str]]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
        line.settimeout(60)
        line.bind(("127.0.0.1", 0))
        yield line, f"127.0.0.1:{line.getsockname()[1]}"


def heard(line: socket.socket) -> list[Message]:
    messages: list[Message] = []
    while not messages or messages[-1].address != "/VMC/Ext/Blend/Apply":
        messages += decode(line.recv(65_536))
    return messages


def blends(messages: list[Message]) -> dict[str, float]:
    return {one.arguments[0]: one.arguments[1] for one in messages if one.address == "/VMC/Ext/Blend/Val"}


def test_presets_bones_and_time_come_in_whole_frames() -> None:
    with receiver() as (line, to), open_sink("vmc", None, 30, 64, to=to) as sink:
        assert (sink.live, sink.needs_frame) == (True, False)
        sink.put(Shot(1.5, HAPPY))
        messages = heard(line)
        assert messages[:2] == [Message("/VMC/Ext/OK", (1,)), Message("/VMC/Ext/T", (1.5,))]
        told = blends(messages)
        assert told["Joy"] == pytest.approx(0.6, abs=1e-3)
        assert {"A", "Blink_L", "LookUp", "Sorrow"} <= set(told)
        assert {one.arguments[0] for one in messages if one.address == "/VMC/Ext/Bone/Pos"} == {
            "Head", "LeftEye", "RightEye",
        }  # fmt: skip


def test_the_head_comes_back_as_it_was() -> None:
    with receiver() as (line, to), open_sink("vmc", None, 30, 64, to=to, vrm=1, perfect_sync=True) as sink:
        sink.put(Shot(0.0, LOOKING))
        messages = heard(line)
        turn = next(one.arguments[4:] for one in messages if one.arguments[:1] == ("Head",))
        assert from_unity(turn) == pytest.approx((0.3, -0.1, 0.05), abs=1e-5)
        told = blends(messages)
        assert tuple(told) == PERFECT_SYNC
        assert told["JawOpen"] == pytest.approx(0.5)
        assert told["EyeLookOutLeft"] == pytest.approx(0.2 / 0.6)


def test_what_we_send_we_read() -> None:
    ear, found = Performer(), None
    with receiver() as (line, to), open_sink("vmc", None, 30, 64, to=to, perfect_sync=True) as sink:
        sink.put(Shot(0.0, LOOKING))
        while found is None:
            found = ear.decode(line.recv(65_536))
    cue = found.saw()
    for name in ("yaw", "pitch", "roll", "gaze_x", "gaze_y", "jawOpen"):
        assert cue.expression[name] == pytest.approx(LOOKING[name], abs=1e-5), name


def test_names_of_vrm_1_and_no_bones() -> None:
    with receiver() as (line, to), open_sink("vmc", None, 30, 64, to=to, vrm=1, bones=False) as sink:
        sink.put(Shot(0.0, HAPPY))
        messages = heard(line)
        assert blends(messages)["happy"] == pytest.approx(0.6, abs=1e-3)
        assert not [one for one in messages if one.address == "/VMC/Ext/Bone/Pos"]


def test_python_oscs_server_hears_every_message() -> None:
    dispatching = pytest.importorskip("pythonosc.dispatcher", reason="python-osc is not installed")
    serving = pytest.importorskip("pythonosc.osc_server", reason="python-osc is not installed")
    got: queue.Queue[tuple[Any, ...]] = queue.Queue()
    dispatcher = dispatching.Dispatcher()
    dispatcher.set_default_handler(lambda *told: got.put(told))
    with serving.ThreadingOSCUDPServer(("127.0.0.1", 0), dispatcher) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        to = f"127.0.0.1:{server.server_address[1]}"
        with open_sink("vmc", None, 30, 64, to=to, perfect_sync=True) as sink:
            sink.put(Shot(2.0, LOOKING))
        told = [got.get(timeout=60) for _ in range(1 + 1 + 3 + 52 + 1)]
        server.shutdown()
        thread.join(60)
    assert ("/VMC/Ext/OK", 1) in told
    assert ("/VMC/Ext/T", 2.0) in told
    values = {one[1]: one[2] for one in told if one[0] == "/VMC/Ext/Blend/Val"}
    assert set(values) == set(PERFECT_SYNC)
    assert values["JawOpen"] == pytest.approx(0.5)
    assert sum(one[0] == "/VMC/Ext/Bone/Pos" and len(one) == 9 for one in told) == 3


def test_nobody_there_is_no_failure_and_no_such_host_is() -> None:
    with receiver() as (_, to):
        pass
    with open_sink("vmc", None, 30, 64, to=to) as sink:
        for t in range(5):
            sink.put(Shot(float(t), HAPPY))
    with pytest.raises(DeviceError, match="cannot send to no\\.such\\.host"), open_sink(
        "vmc", None, 30, 64, to="no.such.host.invalid"
    ):  # fmt: skip
        pass
    with pytest.raises(SettingsError, match="vrm: expected 0 or 1, got 2"):
        open_sink("vmc", None, 30, 64, vrm=2)
