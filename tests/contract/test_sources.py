"""What every source promises: ours, and the fakes."""

from __future__ import annotations

import socket
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event

import av
import cv2
import numpy as np
import pytest

from mien.face import DeviceError, Directed, InputError, Saw, SettingsError, Sound
from mien.sources import Caught, ChatLine, Happening, Note, Picture, Say, Source, source_maker, sources
from mien.testing import FakeAudio, FakeBilibili, FakeRoom, FakeTwitch, FakeWaits, FakeYouTube, ListSource, packets
from mien.wire import Move, pack_move, vmc


def film(folder: Path) -> Path:
    path = folder / "film.mp4"
    with av.open(str(path), "w") as container:
        picture, sound = container.add_stream("libx264", rate=10), container.add_stream("aac", rate=44_100)
        picture.width = picture.height = 64
        picture.pix_fmt = "yuv420p"
        sound.codec_context.layout = "mono"
        for number in range(5):
            pixels = np.full((64, 64, 3), 40 * number, np.uint8)
            container.mux(picture.encode(av.VideoFrame.from_ndarray(pixels, format="rgb24")))
        tone = np.sin(np.arange(22_050) * 440 * 2 * np.pi / 44_100).astype(np.float32)
        frame = av.AudioFrame.from_ndarray(tone[None], format="fltp", layout="mono")
        frame.sample_rate = 44_100
        container.mux(sound.encode(frame))
        container.mux([*picture.encode(None), *sound.encode(None)])
    return path


class OneCamera:
    """OpenCV's camera, as far as a source needs it: the same picture for ever."""

    def __init__(self, _number: int) -> None: ...

    def isOpened(self) -> bool:  # noqa: N802 - as OpenCV has it
        return True

    def read(self) -> tuple[bool, np.ndarray]:
        return True, np.full((8, 8, 3), 90, np.uint8)

    def release(self) -> None: ...


KEYS = {
    "BILIBILI_ACCESS_KEY_ID": "ak", "BILIBILI_ACCESS_KEY_SECRET": "sk", "BILIBILI_CODE": "ID",
    "YOUTUBE_API_KEY": FakeYouTube.KEY,
}  # fmt: skip


@contextmanager
def live(name: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, object] | None]:
    """Settings for a live room of this kind, whose fake server says two lines; None for another source."""
    fakes: dict[str, type[FakeRoom]] = {
        "bilibili": FakeBilibili, "bilibili-open": FakeBilibili, "twitch": FakeTwitch, "youtube": FakeYouTube
    }  # fmt: skip
    if name not in fakes:
        yield None
        return
    for key, value in KEYS.items():
        monkeypatch.setenv(key, value)
    with fakes[name]() as room:
        for module, constants in (
            ("bilibili", ("API", "LIVE")),
            ("bilibili_open", ("PLATFORM",)),
            ("youtube", ("API",)),
        ):
            for constant in constants:
                monkeypatch.setattr(f"mien.sources.{module}.{constant}", room.api)
        if isinstance(room, FakeYouTube):
            room.page(room.line("neko", "one", 1.0), room.line("neko", "two", 2.0))
            yield {"video": room.VIDEO}
        elif isinstance(room, FakeTwitch):
            monkeypatch.setattr("mien.sources.twitch.ADDRESS", room.address)
            room.tell(room.line("neko", "one"), room.line("neko", "two"))
            yield {"channel": "neko"}
        elif isinstance(room, FakeBilibili):
            room.tell(room.line("neko", "one"), room.line("neko", "two"))
            yield {"room": room.SHORT} if name == "bilibili" else {"app": room.APP}


VMC = next(vmc.datagrams(0.0, {"A": 1.0}, {}))
TRACKERS = {
    "openseeface": packets.openseeface(), "ifacialmocap": packets.ifacialmocap({"jawOpen": 0.5}),
    "livelink": packets.livelink({"jawOpen": 0.5}), "meowface": packets.meowface({"JawOpen": 0.5}), "vmc": VMC,
}  # fmt: skip
"""Trackers, and what they are sent."""


@contextmanager
def sent(data: bytes) -> Iterator[int]:
    """A port to which this is sent all the time."""
    over = Event()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
        line.bind(("127.0.0.1", 0))
        port = line.getsockname()[1]

    def send() -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
            while not over.wait(0.01):
                line.sendto(data, ("127.0.0.1", port))

    thread = threading.Thread(target=send, daemon=True)
    thread.start()
    yield port
    over.set()
    thread.join(60)


@pytest.fixture(params=[*sources(), "ListSource"])
def made(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[Source, type]]:
    """A source of each kind that has something to say, and what it hands on."""
    with live(request.param, monkeypatch) as settings:
        if settings is not None:
            yield source_maker(request.param)(**settings), ChatLine
        else:
            with at_rest(request.param, tmp_path, monkeypatch) as made:
                yield made


@contextmanager
def at_rest(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Source, type]]:
    """A source that needs no server."""
    (tmp_path / "lines.txt").write_text("hello\n\nworld\n", encoding="utf-8")
    (tmp_path / "chat.tsv").write_text("0.0\tneko\t草www\n0.1\tinu\tyay\n", encoding="utf-8")
    nod = Move("nod", 1.0, ("pitch",), np.array([[0.1], [-0.1]], np.float32))
    (tmp_path / "move.json").write_text(pack_move(nod), encoding="utf-8")
    monkeypatch.setattr(cv2, "VideoCapture", OneCamera)
    monkeypatch.setitem(sys.modules, "sounddevice", FakeAudio())
    settings: dict[str, tuple[dict[str, object], type]] = {
        "camera": ({"number": 0}, Picture), "video": ({"file": film(tmp_path)}, Picture),
        "chat": ({"file": tmp_path / "chat.tsv"}, ChatLine), "lines": ({"file": tmp_path / "lines.txt"}, Say),
        "move": ({"file": tmp_path / "move.json"}, Directed),
        "sound": ({"file": film(tmp_path)}, Sound), "mic": ({"device": 0}, Caught),
    }  # fmt: skip
    if name == "ListSource":
        yield ListSource([Say("hello"), Say("world")]), Say
    elif name in TRACKERS:
        with sent(TRACKERS[name]) as port:
            yield source_maker(name)(listen=f"127.0.0.1:{port}"), Saw
    elif name in settings:
        given, kind = settings[name]
        yield source_maker(name)(**given), kind
    else:
        pytest.skip("a plug-in's, which knows its own settings; or the hook, which waits to be told")


def test_what_happens_is_handed_on_in_order(made: tuple[Source, type]) -> None:
    source, kind = made
    happened: list[Happening] = []
    stop = FakeWaits()

    def put(happening: Happening) -> None:
        if isinstance(happening, Note):
            return
        happened.append(happening)
        if len(happened) == 2:
            stop.set()

    source.run(put, stop)
    assert len(happened) == 2
    assert all(type(one) is kind for one in happened)
    times = [one.t for one in happened if isinstance(one, Picture | ChatLine | Sound)]
    assert times == sorted(times)


def test_a_stop_ends_it_soon(made: tuple[Source, type]) -> None:
    source, _ = made
    stop, begun = Event(), Event()
    thread = threading.Thread(target=lambda: source.run(lambda _: begun.set(), stop), daemon=True)
    thread.start()
    assert begun.wait(60)
    stop.set()
    thread.join(60)
    assert not thread.is_alive()


def test_stopped_before_it_begins_it_hands_on_nothing(made: tuple[Source, type]) -> None:
    source, _ = made
    stop = Event()
    stop.set()
    happened: list[Happening] = []
    source.run(happened.append, stop)
    assert happened == []


@pytest.mark.parametrize("name", ["video", "chat", "lines", "sound", "move"])
def test_a_file_that_is_not_there_is_named(name: str, tmp_path: Path) -> None:
    with pytest.raises((InputError, SettingsError), match=r"no\.such"):
        source_maker(name)(file=tmp_path / "no.such").run(lambda _: None, Event())


def test_a_camera_that_is_not_there_is_named() -> None:
    with pytest.raises(DeviceError, match="camera 997"):
        source_maker("camera")(number=997).run(lambda _: None, Event())


def test_an_unknown_source_names_the_known_ones() -> None:
    with pytest.raises(
        SettingsError,
        match="no source 'tv'; there are: bilibili, bilibili-open, camera, chat, ",
    ):
        source_maker("tv")


def test_lines_wait_between_them_and_a_pause_has_a_range(tmp_path: Path) -> None:
    path = tmp_path / "lines.txt"
    path.write_text("one\ntwo\n", encoding="utf-8")
    make: Callable[..., Source] = source_maker("lines")
    waits = FakeWaits()
    make(file=path, pause=2.5).run(lambda _: None, waits)
    assert waits.clock.slept == [2.5, 2.5]
    with pytest.raises(SettingsError, match=r"pause: expected 0\.\.3600 seconds, got -1"):
        make(file=path, pause=-1.0)
