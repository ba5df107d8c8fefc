"""A show that is sent to other programs, several at once, and follows a tracker; programs that vanish and come back."""

from __future__ import annotations

import http.client
import json
import re
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import simplejpeg
from websockets.sync.client import connect

from mien.face import PeerError
from mien.show import AnswerDirector, Failure, MirrorDirector, Part, Session, read_show
from mien.show.settings import parse_show
from mien.sinks import open_sink
from mien.testing import FakeClock, FakeObs, FakePainter, FakeVTubeStudio, StepClock, free_port, packets
from mien.wire.osc import decode

Run = Callable[..., Any]
PLAIN = ("--painter", "artist", "--size", "64", "--fps", "20")


@pytest.fixture(autouse=True)
def no_thread_is_left() -> Iterator[None]:
    yield
    left = [thread.name for thread in threading.enumerate() if thread.name.startswith("mien")]
    assert left == []


class Ear:
    """Hears datagrams until its block ends."""

    def __init__(self) -> None:
        self.line = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.line.bind(("127.0.0.1", 0))
        self.line.settimeout(0.05)
        self.to = f"127.0.0.1:{self.line.getsockname()[1]}"
        self.heard: list[bytes] = []
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._listen, daemon=True)

    def _listen(self) -> None:
        while not self._over.is_set():
            try:
                self.heard.append(self.line.recv(65_536))
            except TimeoutError:
                continue

    def __enter__(self) -> Ear:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join(60)
        self.line.close()


def test_one_show_goes_to_five_programs(run: Run, tmp_path: Path) -> None:
    stream, picture = free_port(), free_port()
    seen: dict[str, Any] = {}

    def watch() -> None:
        """Somebody who connects as soon as there is something to connect to."""
        while "json" not in seen:
            try:
                with connect(f"ws://127.0.0.1:{stream}") as line:
                    line.recv(60)
                    told = json.loads(line.recv(60))
                    seen["json"] = told
            except OSError:
                continue
        while "jpeg" not in seen:
            try:
                asked = http.client.HTTPConnection("127.0.0.1", picture, timeout=60)
                asked.request("GET", "/frame.jpg")
                seen["jpeg"] = simplejpeg.decode_jpeg(asked.getresponse().read())
            except OSError:
                continue

    with Ear() as ear, FakeVTubeStudio() as vtube, FakeObs() as obs:
        (tmp_path / "lines.txt").write_text("今天终于通关了！！\n", encoding="utf-8")
        (tmp_path / "ada.toml").write_text(f"""
painter = "artist"
size = 64
fps = 20
seconds = 10
[[source]]
kind = "lines"
file = "lines.txt"
pause = 0.1
[[sink]]
kind = "vmc"
to = "{ear.to}"
[[sink]]
kind = "vtube-studio"
to = "{vtube.to}"
token = "vtube.token"
expressions = {{ happy = "smile.exp3.json" }}
[[sink]]
kind = "obs"
to = "{obs.to}"
scenes = {{ happy = "Party" }}
[[sink]]
kind = "json"
to = "ws:127.0.0.1:{stream}"
rig = "live2d"
[[sink]]
kind = "mjpeg"
to = "127.0.0.1:{picture}"
""", encoding="utf-8")  # fmt: skip
        thread = threading.Thread(target=watch, daemon=True)
        thread.start()
        ran = run("show", tmp_path / "ada.toml")
        thread.join(60)
        assert (ran.code, ran.err) == (0, "")
        assert obs.scene == "Party"
        assert {"expressionFile": "smile.exp3.json", "active": True, "fadeTime": 0.5} in vtube.of(
            "ExpressionActivationRequest"
        )  # fmt: skip
        assert len(vtube.of("InjectParameterDataRequest")) > 10
    joy = [one.arguments[1] for data in ear.heard for one in decode(data) if one.arguments[:1] == ("Joy",)]
    assert len(joy) > 10
    assert max(joy) > 0.3
    assert "ParamAngleX" in seen["json"]["live2d"]
    assert seen["jpeg"].shape == (64, 64, 3)
    assert (tmp_path / "vtube.token").read_text() == "token 0"


def test_the_flags_send_and_follow(run: Run) -> None:
    listen, over = free_port(socket.SOCK_DGRAM), threading.Event()

    def track() -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
            while not over.wait(0.02):
                line.sendto(packets.livelink({"jawOpen": 0.9}, (0.3, 0.0, 0.0)), ("127.0.0.1", listen))

    thread = threading.Thread(target=track, daemon=True)
    thread.start()
    with Ear() as ear:
        wires = ("--from", f"livelink:127.0.0.1:{listen}", "--to", f"json:udp:{ear.to}")
        ran = run("show", *wires, "--seconds", 3, *PLAIN)
    over.set()
    thread.join(60)
    assert ran.code == 0
    last = json.loads(ear.heard[-1])
    assert last["muscles"]["jawOpen"] > 0.7
    assert last["head"][0] > 0.2


def test_shots_on_standard_output_leave_it_to_them(run: Run) -> None:
    ran = run("show", "hello", "--to", "json:-", "--seconds", 0.5, *PLAIN)
    lines = [json.loads(line) for line in ran.out.splitlines()]
    assert lines[0] == {"format": "mien.expression/1", "fps": 20}
    assert all(line["t"] > 0 for line in lines[1:])
    assert "frames in" in ran.err


def test_a_program_that_vanishes_is_opened_again(tmp_path: Path) -> None:
    ticks, wall, failures = StepClock(), FakeClock(), list[Failure]()
    with FakeVTubeStudio() as vtube:
        to = vtube.to
        session = Session(
            FakePainter(), ticks, wall=wall.now, news=lambda news: failures.append(news),  # type: ignore[arg-type]
            sinks=[Part("vtube-studio", lambda: open_sink("vtube-studio", None, 30, 4, to=to, token=tmp_path / "t"))],
        )  # fmt: skip
        thread = threading.Thread(target=session.run, daemon=True)
        thread.start()
        t = 0.0

        def play_until(done: Callable[[], bool]) -> None:
            nonlocal t
            for _ in range(20_000):
                if done():
                    return
                t += 0.01
                ticks.tick(t)
                threading.Event().wait(0.003)  # the mailbox's thread gets its turn
            raise AssertionError("nothing happened")

        play_until(lambda: len(vtube.of("InjectParameterDataRequest")) > 2)
        vtube.hang_up()
        play_until(lambda: len(failures) > 0)
        assert isinstance(failures[0].error, PeerError)
        assert (failures[0].kind, failures[0].name, failures[0].retry) == ("sink", "vtube-studio", 0.5)
        fed = len(vtube.of("InjectParameterDataRequest"))
        wall.advance(0.6)
        play_until(lambda: len(vtube.of("InjectParameterDataRequest")) > fed + 2)
        ticks.tick(None)
        thread.join(60)
        assert not thread.is_alive()
    assert len(vtube.of("AuthenticationRequest")) == 2
    assert len(failures) == 1


def test_a_tracker_alone_is_no_chat_and_beside_a_policy_the_lines_are_answered(tmp_path: Path) -> None:
    table = {"source": [{"kind": "ifacialmocap", "phone": "192.168.1.7", "mirror": True}], "sink": [{"kind": "vmc"}]}
    show = parse_show(table, str(tmp_path / "ada.toml"))
    assert isinstance(show.session().director, MirrorDirector)
    assert not show.sees_faces
    assert isinstance(parse_show(table | {"policy": "streamer"}, "ada.toml").session().director, AnswerDirector)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('kind = "vmc"\nto = "x y"', r"sink\[0\]\.to: expected an address"),
        ('kind = "vmc"\nvrm = 3', r"sink\[0\]\.vrm: expected 0 or 1"),
        ('kind = "obs"', r"sink\[0\]\.scenes: expected"),
        ('kind = "obs"\nscenes = "Party"', r"sink\[0\]\.scenes: expected a table, got 'Party'"),
        ('kind = "vtube-studio"\nhotkeys = { joy = "x" }', r"sink\[0\].*hotkeys\.joy: not known"),
        ('kind = "json"\nrig = "vrm"', r"sink\[0\]\.rig: expected one of arkit"),
        ('kind = "mjpeg"\nquality = 0', r"sink\[0\]\.quality: expected 1\.\.100"),
        ('kind = "mjpeg"\nport = 80', r"sink\[0\]\.port: not known"),
    ],
)  # fmt: skip
def test_settings_that_are_wrong_are_told_with_their_place(run: Run, text: str, says: str, tmp_path: Path) -> None:
    path = tmp_path / "ada.toml"
    path.write_text(f'painter = "artist"\nsize = 64\nseconds = 1\n[[sink]]\n{text}\n', encoding="utf-8")
    ran = run("show", path)
    assert ran.code == 2
    assert re.search(says, ran.err), ran.err


def test_a_show_with_data_alone_paints_nothing(tmp_path: Path) -> None:
    path = tmp_path / "ada.toml"
    path.write_text(
        'painter = "artist"\nsize = 64\nfps = 20\nseconds = 0.5\n[[sink]]\nkind = "vmc"\nto = "127.0.0.1:9"\n'
        '[[sink]]\nkind = "json"\nto = "udp:127.0.0.1:9"\nlabel = true\n',
        encoding="utf-8",
    )
    session = read_show(path).session()
    session.painter = painter = FakePainter()
    assert session.run().frames == 10
    assert painter.painted == 0
