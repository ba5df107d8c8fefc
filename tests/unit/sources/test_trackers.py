"""Trackers over UDP: what comes becomes cues; loss, garbage, strangers and silence are survived and told."""

from __future__ import annotations

import queue
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event
from typing import Any

import pytest

from mien.face import DeviceError, Saw, SettingsError
from mien.show import MirrorDirector, Session
from mien.sources import Happening, Note, source_maker
from mien.sources.trackers import Tracker, open_ifacialmocap, open_meowface
from mien.testing import FakeClock, StepClock, packets
from mien.wire import ifacialmocap, livelink, meowface
from mien.wire.address import Address

LOOP = Address("127.0.0.1", 0)
TWO_LOOPS = pytest.mark.skipif(sys.platform != "linux", reason="needs a second loopback address, 127.0.0.2")


class Heard:
    """A tracker that runs in a thread, and a socket that sends to it."""

    def __init__(self, **settings: Any) -> None:
        self.put: queue.Queue[Happening] = queue.Queue()
        self.stop, self.clock = Event(), FakeClock()
        ports: queue.Queue[int] = queue.Queue()
        told: dict[str, Any] = {"name": "livelink", "decoder": lambda: livelink.decode, "listen": LOOP} | settings
        tracker = Tracker(**told, bound=ports.put, now=self.clock.now)
        self.thread = threading.Thread(target=lambda: tracker.run(self.put.put, self.stop), daemon=True)
        self.thread.start()
        self.port = ports.get(timeout=60)
        self.line = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)

    def send(self, data: bytes) -> None:
        self.line.sendto(data, ("127.0.0.1", self.port))

    def next(self) -> Happening:
        return self.put.get(timeout=60)


@contextmanager
def heard(**settings: Any) -> Iterator[Heard]:
    ear = Heard(**settings)
    try:
        yield ear
    finally:
        ear.stop.set()
        ear.thread.join(60)
        ear.line.close()
        assert not ear.thread.is_alive()


def jaw(value: float, frame: int = 0) -> bytes:
    return packets.livelink({"jawOpen": value}, frame=frame)


def opening(happening: Happening) -> float:
    assert isinstance(happening, Saw)
    return round(happening.expression["jawOpen"], 3)


def test_faces_become_cues_and_garbage_is_told_once_and_passed_over() -> None:
    with heard() as ear:
        ear.send(jaw(0.25))
        assert opening(ear.next()) == 0.25
        for garbage in (b"", b"what?", jaw(0.5)[:-1], bytes(2000)):
            ear.send(garbage)
        note = ear.next()
        assert isinstance(note, Note)
        assert "from 127.0.0.1; it is passed over" in note.text
        ear.send(jaw(0.75))
        assert opening(ear.next()) == 0.75  # and nothing between: it was told once
        ear.send(b"again")
        ear.send(jaw(0.5, 1))
        assert opening(ear.next()) == 0.5
        ear.clock.advance(61.0)
        ear.send(b"and a minute later")
        while not isinstance(note := ear.next(), Note) or "passed over" not in note.text:
            pass  # that it was silent, perhaps


def test_what_comes_late_is_left_out_and_a_sender_that_began_anew_is_not() -> None:
    with heard() as ear:
        for value, frame in ((0.1, 600), (0.2, 602), (0.9, 601), (0.3, 603), (0.4, 0), (0.5, 1)):
            ear.send(jaw(value, frame))
        assert [opening(ear.next()) for _ in range(5)] == [0.1, 0.2, 0.3, 0.4, 0.5]


def test_a_face_that_is_lost_is_no_cue_and_silence_is_told_once() -> None:
    with heard() as ear:
        ear.send(packets.livelink(None))
        ear.send(jaw(0.5))
        assert opening(ear.next()) == 0.5
        ear.clock.advance(6.0)
        note = ear.next()
        assert isinstance(note, Note)
        assert "nothing came to 127.0.0.1:" in note.text
        ear.clock.advance(60.0)
        ear.send(jaw(0.25))
        assert opening(ear.next()) == 0.25


@TWO_LOOPS
def test_a_phone_is_greeted_and_alone_listened_to() -> None:
    phone = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    phone.settimeout(60)
    phone.bind(("127.0.0.2", 0))
    with phone, heard(
        name="meowface", decoder=lambda: meowface.decode, hello=meowface.hello, again=True,
        phone=Address("127.0.0.2", phone.getsockname()[1]),
    ) as ear:  # fmt: skip
        asked, address = phone.recvfrom(2000)
        assert asked == meowface.hello(ear.port)
        ear.send(packets.meowface({"jawOpen": 0.9}))  # a stranger's
        phone.sendto(packets.meowface({"jawOpen": 0.5}), ("127.0.0.1", ear.port))
        assert opening(ear.next()) == 0.5
        ear.clock.advance(3.0)
        assert phone.recvfrom(2000)[0] == asked
        assert address[1] == ear.port


@TWO_LOOPS
def test_a_phone_that_sends_is_left_alone() -> None:
    phone = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    phone.settimeout(60)
    phone.bind(("127.0.0.2", 0))
    where = Address("127.0.0.2", phone.getsockname()[1])
    with phone, heard(hello=lambda _: b"hello", phone=where) as ear:
        assert phone.recv(2000) == b"hello"
        for frame in range(1, 9):
            ear.clock.advance(1.5)
            phone.sendto(jaw(0.5, frame), ("127.0.0.1", ear.port))
            while isinstance(ear.next(), Note):
                pass  # it was silent for five seconds, by a clock that jumps
        phone.settimeout(0.0)
        with pytest.raises(BlockingIOError):
            phone.recv(2000)
        phone.settimeout(60)
        ear.clock.advance(2.5)
        assert phone.recv(2000) == b"hello"


def test_left_and_right_change_sides() -> None:
    with heard(mirrored=True) as ear:
        ear.send(packets.livelink({"mouthLeft": 1.0, "eyeBlinkLeft": 0.5}, (0.2, 0.0, 0.0)))
        cue = ear.next()
        assert isinstance(cue, Saw)
        assert (cue.expression["mouthRight"], cue.expression["eyeBlinkRight"]) == (1.0, 0.5)
        assert cue.expression["yaw"] == pytest.approx(-0.2)


def test_a_port_that_is_taken_is_named() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        other.bind(("127.0.0.1", 0))
        port = other.getsockname()[1]
        source = source_maker("livelink")(listen=f"127.0.0.1:{port}")
        with pytest.raises(DeviceError, match=f"cannot listen at 127.0.0.1:{port}"):
            source.run(lambda _: None, Event())


@pytest.mark.parametrize("name", ["openseeface", "ifacialmocap", "livelink", "meowface", "vmc"])
def test_a_wrong_address_is_a_wrong_setting(name: str) -> None:
    with pytest.raises(SettingsError, match="listen: expected"):
        source_maker(name)(listen="what is this")


@pytest.mark.parametrize(
    ("make", "port"), [(open_ifacialmocap, ifacialmocap.PORT), (open_meowface, meowface.PHONE_PORT)]
)
def test_a_phone_by_its_address(make: Callable[..., Tracker], port: int) -> None:
    made = make(phone="10.0.0.9")
    assert made.phone == Address("10.0.0.9", port)
    assert make(phone="10.0.0.9:7").phone == Address("10.0.0.9", 7)
    with pytest.raises(SettingsError, match="phone: expected"):
        make(phone="ws://phone")


def test_the_character_does_what_the_tracker_says() -> None:
    clock, seen = StepClock(), threading.Event()
    ports: queue.Queue[int] = queue.Queue()
    source = Tracker("livelink", lambda: livelink.decode, LOOP, bound=ports.put)
    session = Session(None, clock, director=MirrorDirector(), sources=[source])
    shots: list[float] = []

    def play() -> None:
        for shot in session.shots():
            shots.append(shot.expression["jawOpen"])
            seen.set()

    thread = threading.Thread(target=play, daemon=True)
    thread.start()
    port = ports.get(timeout=60)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
        for tick in range(1, 61):
            before = len(session.inbox)
            line.sendto(jaw(0.9, tick), ("127.0.0.1", port))
            for _ in range(6000):
                if len(session.inbox) > before:
                    break
                threading.Event().wait(0.01)
            seen.clear()
            clock.tick(tick / 30.0)
            assert seen.wait(60)
    clock.tick(None)
    thread.join(60)
    assert shots[-1] == pytest.approx(0.9, abs=0.05)
