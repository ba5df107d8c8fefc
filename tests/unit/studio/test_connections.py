"""What the page may connect, what it may not, and how its lights go on and off."""

from __future__ import annotations

import asyncio
import json
import threading
import tomllib
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any, ClassVar

import pytest

from mien.face import ChatLine, DeviceError, MienError, Support
from mien.mood.empathy import open_policy
from mien.show import MirrorDirector, read_show
from mien.sources import Note, Put
from mien.studio.connections import KINDS
from mien.studio.onair import Air, Running, programs
from mien.studio.seat import Seat
from mien.studio.stage import Stage
from mien.testing import FakePainter, FakeReader, StepClock
from mien.wire.onair import Answering, Connected, Disconnected, Keyed, Muted

WAIT = 60.0  # seconds; only what hangs needs them


class Room:
    """A source that hands on what a test gives it, and fails as asked."""

    rooms: ClassVar[list[Room]] = []

    def __init__(self, **_: object) -> None:
        self.put: Put = lambda _: None
        self.error: Exception | None = None
        self.over = threading.Event()
        self.up = threading.Event()

    def run(self, put: Put, stop: threading.Event) -> None:
        Room.rooms.append(self)
        self.put = put
        self.up.set()
        while not stop.wait(0.005) and not self.over.is_set():
            pass
        if self.error is not None:
            raise self.error


@pytest.fixture(autouse=True)
def rooms(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Room]]:
    """Twitch, as a test plays it."""
    Room.rooms = []
    before = {one for one in threading.enumerate() if one.name.startswith("mien")}

    def open_twitch(*, channel: str) -> Room:
        return Room(channel=channel)

    monkeypatch.setattr("mien.sources.twitch.open_twitch", open_twitch)
    yield Room.rooms
    assert {one for one in threading.enumerate() if one.name.startswith("mien")} <= before


Scene = Callable[[Air, Stage, StepClock, Seat], Awaitable[None]]


def play(scene: Scene, **rest: Any) -> None:
    async def inner() -> None:
        clock = StepClock()
        policies = {name: open_policy(name) for name in ("streamer", "service")}
        told = {"character": "momo", "policies": ["streamer", "service"]}
        stage = Stage(FakePainter(), FakeReader(), clock=clock, policies=policies, hello=told)
        air = Air(stage, Running("momo", "artist", 64, 30, Path("nowhere"), "token", **rest))
        with stage, air:
            seat = Seat()
            seat.own = True
            with stage.watched_by(seat):
                await scene(air, stage, clock, seat)
            clock.tick(None)

    asyncio.run(inner())


async def told(seat: Seat, kind: str, wanted: Callable[[Any], bool] = lambda _: True) -> Any:
    """The next news of this kind that is wanted."""
    while True:
        news, _ = await asyncio.wait_for(seat.take(), WAIT)
        for one in news:
            data = json.loads(one)
            if kind in data and wanted(data[kind]):
                return data[kind]


def room(number: int = 0) -> Room:
    while len(Room.rooms) <= number:
        threading.Event().wait(0.002)
    return Room.rooms[number]


TWITCH = Connected("source", "twitch", {"channel": "neko"})


def test_a_light_says_how_a_room_stands_and_it_may_be_pulled_out_and_plugged_in_again() -> None:
    async def scene(air: Air, stage: Stage, _clock: StepClock, seat: Seat) -> None:
        def light(kind: str) -> Callable[[Any], bool]:
            return lambda all: bool(all) and all[0]["light"] == kind

        air.ask(TWITCH)
        await told(seat, "connections", light("waiting"))
        assert stage.directing.answers is stage.session.director
        room().put(Note("no answer so far", "waiting"))
        assert (await told(seat, "connections", light("waiting")))[0]["why"] == "no answer so far"
        room().put(Note("listening", "connected"))
        one = (await told(seat, "connections", light("connected")))[0]
        assert one == {
            "role": "source", "name": "twitch", "kind": "twitch", "settings": {"channel": "neko"}, "light": "connected",
        }  # fmt: skip
        room().error = DeviceError("the cable is out")
        room().over.set()
        failed = (await told(seat, "connections", light("failed")))[0]
        assert (failed["why"], failed["retry"]) == ("the cable is out", 0.5)
        again = room(1)  # after half a second
        again.put(ChatLine(0.0, "neko", "yay"))
        await told(seat, "connections", light("connected"))
        again.over.set()
        await told(seat, "connections", light("ended"))
        air.ask(Disconnected("source", "twitch"))
        assert await told(seat, "connections") == []
        assert stage.directing.answers is None
        air.ask(TWITCH)
        await told(seat, "connections", light("waiting"))

    play(scene)


def test_the_room_is_felt_and_told_and_a_muted_viewer_is_not() -> None:
    async def scene(air: Air, _stage: Stage, clock: StepClock, seat: Seat) -> None:
        air.ask(TWITCH)
        room().up.wait(WAIT)
        air.ask(Muted("Troll", True))
        room().put(ChatLine(0.0, "troll", "sad"))
        room().put(ChatLine(0.0, "neko", "yay"))
        room().put(Support(0.0, "rich", "gift", 60.0, "USD", "", "a rose"))
        for tick in range(1, 60):
            clock.tick(tick / 30)
        lines = await told(seat, "chat")
        assert [(one["author"], one.get("feels"), one.get("gave")) for one in lines] == [
            ("neko", "happy", None), ("rich", None, "gift"),
        ]  # fmt: skip
        crowd = await told(seat, "crowd", lambda one: one.get("answers") == "rich")
        assert crowd["feels"]["happy"] > 0.2
        assert crowd["feels"]["sad"] == 0.0
        assert (crowd["muted"], crowd["by"], crowd["own"]) == (["Troll"], "streamer", "streamer")
        air.ask(Muted("Troll", False))
        air.ask(Answering("service"))
        assert (await told(seat, "crowd", lambda one: one["policy"] == "service"))["muted"] == []
        with pytest.raises(MienError, match="no policy 'sly'"):
            air.ask(Answering("sly"))

    play(scene)


def test_a_mirrored_face_leads_and_a_chat_is_felt_beside_it(tmp_path: Path) -> None:
    async def scene(air: Air, stage: Stage, clock: StepClock, seat: Seat) -> None:
        stage.film(seat, "mirror", consent=True)
        mirror = stage.directing.leads
        assert "faces" not in tomllib.loads(air.show())
        air.ask(TWITCH)
        room().up.wait(WAIT)
        assert stage.directing.leads is mirror  # which knows this face at rest
        room().put(ChatLine(0.0, "neko", "yay"))
        clock.tick(0.1)
        assert await told(seat, "chat") == [{"author": "neko", "text": "yay", "feels": "happy"}]
        assert air.hello()["crowd"]["by"] == "streamer"
        path = tmp_path / "show.toml"
        path.write_text(air.show(), encoding="utf-8")
        director = read_show(path).session().director
        assert isinstance(director, MirrorDirector)
        assert director.answers is not None
        stage.film(seat, "answer", "service", consent=True)
        assert not stage.directing.mirrors
        assert "faces" not in tomllib.loads(air.show())
        stage.film(seat, "mirror", consent=True)
        assert stage.directing.leads is not mirror
        air.ask(Disconnected("source", "twitch"))
        assert stage.directing.answers is None

    play(scene)


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        (Connected("source", "twitch", {}), r"twitch\.channel: expected text in quotes, got nothing"),
        (Connected("source", "twitch", {"channel": 3}), r"twitch\.channel: expected text in quotes, got 3"),
        (Connected("source", "twitch", {"chanel": "x"}), r"twitch\.chanel: not known; did you mean channel\?"),
        (Connected("source", "twich", {}), "twich: not known; did you mean twitch?"),
        (Connected("source", "lines", {"file": "/etc/passwd"}), "lines: not known"),
        (Connected("sink", "mp4", {"path": "/tmp/x.mp4"}), "mp4: not known"),
        (Connected("sink", "vmc", {"to": "nonsense:99999999"}), r"vmc\.to: expected an address"),
        (Connected("sink", "vmc", {"to": "x" * 300}), r"vmc\.to: expected at most 200 characters"),
        (Connected("sink", "json", {"to": "-"}), r"json\.to: not from the page"),
        (Connected("sink", "obs", {"password": "x", "scenes": {"happy": "A"}}), r"obs\.password: not from the page"),
        (Connected("sink", "vtube-studio", {"token": "/tmp/t"}), r"vtube-studio\.token: not from the page"),
        (Connected("source", "hook", {"host": "0.0.0.0"}), r"hook\.host: not from the page"),
        (Connected("source", "youtube", {"keys": "/etc/passwd"}), r"youtube\.keys: not from the page"),
        (Connected("source", "youtube", {"video": "dQw4w9WgXcQ"}), r"YOUTUBE_API_KEY"),
        (Disconnected("sink", "vmc"), "no sink 'vmc'; there are: none"),
    ],
)
def test_a_wrong_setting_is_told_and_nothing_is_connected(asked: Any, says: str, monkeypatch: Any) -> None:
    monkeypatch.delenv("YOUTUBE_API_KEY", raising=False)

    async def scene(air: Air, _stage: Stage, _clock: StepClock, _seat: Seat) -> None:
        with pytest.raises(MienError, match=says.replace("?", r"\?") if says.endswith("twitch?") else says):
            air.ask(asked)
        assert air.connections.all == ()

    play(scene)


def test_the_same_is_not_connected_twice_but_two_of_a_kind_are() -> None:
    async def scene(air: Air, _stage: Stage, _clock: StepClock, _seat: Seat) -> None:
        air.ask(TWITCH)
        with pytest.raises(MienError, match="connected already"):
            air.ask(TWITCH)
        air.ask(Connected("source", "twitch", {"channel": "inu"}))
        assert [one.name for one in air.connections.all] == ["twitch", "twitch 2"]

    play(scene)


def test_keys_come_from_the_file_and_are_not_told(tmp_path: Path) -> None:
    keys = tmp_path / "keys.toml"
    keys.write_text('MIEN_HOOK_TOKEN = "token-of-24-signs-long-1"\n', encoding="utf-8")
    keys.chmod(0o600)

    async def scene(air: Air, _stage: Stage, _clock: StepClock, seat: Seat) -> None:
        air.ask(Connected("source", "hook", {"port": 0}))
        (one,) = await told(seat, "connections", lambda all: all[0]["light"] == "connected")
        assert one["settings"] == {"port": 0}
        text = air.show()
        assert "token-of" not in text + json.dumps(air.hello())
        assert tomllib.loads(text)["source"] == [{"kind": "hook", "port": 0, "keys": str(keys)}]

    play(scene, keys=keys)


def test_all_that_is_set_is_a_show_that_is_read_again(tmp_path: Path) -> None:
    async def scene(air: Air, _stage: Stage, _clock: StepClock, _seat: Seat) -> None:
        for asked in (
            TWITCH, Connected("sink", "vmc", {"to": "127.0.0.1:39539", "perfect_sync": True}),
            Connected("sink", "vtube-studio", {"expressions": {"happy": 'a "smile".exp3.json'}}),
            Connected("source", "vmc", {"mirror": True, "listen": "127.0.0.1:0"}),
            Muted("Troll", True), Answering("service"),
        ):  # fmt: skip
            air.ask(asked)
        path = tmp_path / "show.toml"
        path.write_text(air.show(), encoding="utf-8")
        show = read_show(path)
        assert (show.character, show.painter, show.size, show.fps, show.policy) == (
            "momo",
            "artist",
            64,
            30.0,
            "service",
        )
        assert (show.mute, show.thanks.row("gift").hold, show.temper.lively) == (("Troll",), 3.0, 1.5)
        assert [(one.kind, dict(one.settings)) for one in show.sources] == [
            ("twitch", {"channel": "neko"}), ("vmc", {"mirror": True, "listen": "127.0.0.1:0"}),
        ]  # fmt: skip
        assert [(one.kind, dict(one.settings)) for one in show.sinks] == [
            ("vmc", {"to": "127.0.0.1:39539", "perfect_sync": True}),
            ("vtube-studio", {"expressions": {"happy": 'a "smile".exp3.json'}}),
        ]  # fmt: skip

    play(scene, table={"temper": {"lively": 1.5}, "thanks": {"gift": {"hold": 3}}, "source": [{"kind": "mic"}]})


def test_keys_are_told_to_every_page_and_kept_in_the_file(tmp_path: Path) -> None:
    async def scene(air: Air, stage: Stage, _clock: StepClock, seat: Seat) -> None:
        other, outside = Seat(), Seat()
        other.own = True
        assert (air.hello()["hotkeys"], air.hello()["hotkeys_given"]) == (None, False)
        assert "keys" not in tomllib.loads(air.show())
        with stage.watched_by(other), stage.watched_by(outside):
            air.ask(Keyed({"b": "hold:blush", "+": "move:wink"}))
            for one in (seat, other):
                assert await told(one, "hotkeys") == {"b": "hold:blush", "+": "move:wink"}
            assert "hotkeys" not in stage.greeting(outside)
        path = tmp_path / "show.toml"
        path.write_text(air.show(), encoding="utf-8")
        assert read_show(path).keys == air.hello()["hotkeys"] == {"b": "hold:blush", "+": "move:wink"}

    play(scene)


def test_keys_of_a_file_go_to_the_page_and_may_all_be_taken_away() -> None:
    async def scene(air: Air, stage: Stage, _clock: StepClock, seat: Seat) -> None:
        hello = json.loads(stage.greeting(seat))["hello"]
        assert (hello["hotkeys"], hello["hotkeys_given"]) == ({"b": "hold:blush"}, True)
        assert tomllib.loads(air.show())["keys"] == {"b": "hold:blush"}
        air.ask(Keyed({}))
        assert tomllib.loads(air.show())["keys"] == {}  # so that a page does not bring its own again

    play(scene, table={"keys": {"b": "hold:blush"}})


def test_the_pages_camera_and_microphone_are_in_the_file_while_they_are_on(tmp_path: Path) -> None:
    async def scene(air: Air, stage: Stage, _clock: StepClock, seat: Seat) -> None:
        assert "source" not in tomllib.loads(air.show())
        stage.film(seat, "mirror", consent=True)
        stage.record(seat, "speaks", "service", consent=True)
        path = tmp_path / "show.toml"
        path.write_text(air.show(), encoding="utf-8")
        show = read_show(path)
        assert [(one.kind, dict(one.settings)) for one in show.sources] == [
            ("camera", {"number": 0}), ("mic", {"use": "speaks"}),
        ]  # fmt: skip
        assert (show.sees_faces, show.hears_voices, show.policy) == (True, True, "")
        notes = [line for line in path.read_text(encoding="utf-8").splitlines() if "this machine's own" in line]
        assert [line.startswith("# The page's ") for line in notes] == [True, True]
        stage.film(seat, "off")
        stage.record(seat, "listens", "service", consent=True)
        table = tomllib.loads(air.show())
        assert (table["source"], table["policy"]) == ([{"kind": "mic", "use": "listens"}], "service")
        stage.film(seat, "answer", "streamer", consent=True)
        assert tomllib.loads(air.show())["policy"] == "streamer"
        air.ask(Answering("service"))
        assert tomllib.loads(air.show())["policy"] == "service"
        stage.film(seat, "off")
        stage.record(seat, "off")
        text = air.show()
        assert "source" not in tomllib.loads(text)
        assert "this machine's own" not in text

    play(scene)


def test_a_show_that_nothing_shows_gets_a_picture(tmp_path: Path) -> None:
    async def scene(air: Air, _stage: Stage, _clock: StepClock, _seat: Seat) -> None:
        path = tmp_path / "show.toml"
        path.write_text(air.show(), encoding="utf-8")
        assert [one.kind for one in read_show(path).sinks] == ["mjpeg"]

    play(scene)


def test_what_the_page_may_connect_is_told_without_secrets() -> None:
    found = programs()
    assert [(one["role"], one["kind"]) for one in found] == [(role, kind) for role in KINDS for kind in KINDS[role]]
    names = {setting["name"] for one in found for setting in one["settings"]}
    assert {"channel", "to", "listen", "scenes"} <= names
    assert not names & {"keys", "password", "token", "host", "path"}


def test_a_show_goes_on_unwatched_while_it_is_connected() -> None:
    async def scene(air: Air, stage: Stage, clock: StepClock, _seat: Seat) -> None:
        air.ask(TWITCH)
        for seat in stage.seats:
            stage._seats = tuple(one for one in stage._seats if one is not seat)
        stage.keep("watched", False)
        clock.tick(7.0)
        clock.tick(7.1)
        while stage.session.now < 7.0:
            await asyncio.sleep(0.001)

    play(scene)
