"""Live rooms against servers that behave, and that do not: what is handed on, what is told, and that it ends."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from threading import Condition, Event
from typing import Any

import pytest

from mien.face import ChatLine, DeviceError, MienError, PeerError, SettingsError, Support
from mien.files import Secret
from mien.show.supervisor import Failure, Part, Supervisor
from mien.sources import Happening, Note, Source
from mien.sources.bilibili import Bilibili
from mien.sources.bilibili_open import BilibiliOpen
from mien.sources.sluice import RATE, Sluice
from mien.sources.twitch import Twitch
from mien.sources.youtube import YouTube
from mien.testing import FakeBilibili, FakeClock, FakeRoom, FakeTwitch, FakeWaits, FakeYouTube, gift_v2
from mien.wire.bilibili import AUTH, HEARTBEAT, Packet, reads_brotli, unpack

PATIENCE = 60.0
GIFT = {"uname": "inu", "giftName": "小花花", "num": 1, "total_coin": 5000, "coin_type": "gold"}
SESSION = "sess-of-somebody"


class Heard:
    """What a source handed on, and a wait for it; with `gate` it takes no more until that is set."""

    def __init__(self, gate: Event | None = None) -> None:
        self.all: list[Happening] = []
        self._more, self._gate = Condition(), gate

    def __call__(self, happening: Happening) -> None:
        with self._more:
            self.all.append(happening)
            self._more.notify_all()
        if self._gate is not None:
            self._gate.wait(PATIENCE)

    @property
    def texts(self) -> list[str]:
        return [one.text for one in self.all if isinstance(one, ChatLine)]

    @property
    def gifts(self) -> list[Support]:
        return [one for one in self.all if isinstance(one, Support)]

    @property
    def notes(self) -> list[str]:
        return [one.text for one in self.all if isinstance(one, Note)]

    def until(self, true: Callable[[], bool]) -> None:
        """Wait until it is so; what is not handed on here, but said to a room, is looked at now and then."""
        end = time.monotonic() + PATIENCE
        with self._more:
            while not true():
                assert time.monotonic() < end, self.all
                self._more.wait(0.05)


class Running:
    """A source in a thread of its own, supervised as a show does it, its pauses over at once."""

    def __init__(self, make: Callable[[], Source], gate: Event | None = None) -> None:
        self.heard, self.stop, self.failures = Heard(gate), FakeWaits(most=500), list[Failure]()
        self._failed = Event()
        self.supervisor = Supervisor(lambda: 0.0, self._tell, stop=self.stop)
        self._part = Part("room", make)

    def _tell(self, failure: Failure) -> None:
        self.failures.append(failure)
        self._failed.set()

    def failure(self) -> str:
        assert self._failed.wait(PATIENCE)
        return str(self.failures[0].error)

    def __enter__(self) -> Running:
        self.supervisor.start(self._part, self.heard)
        return self

    def __exit__(self, *rest: object) -> None:
        self.supervisor.end()


def web(room: FakeBilibili, number: int = FakeBilibili.SHORT, session: str = "", **rest: Any) -> Bilibili:
    return Bilibili(number, Secret(session) if session else None, room.api, room.api, **rest)


def platform(room: FakeBilibili, secret: str = "sk", code: str = "ID", app: int = 77, **rest: Any) -> BilibiliOpen:
    return BilibiliOpen(app, Secret("ak"), Secret(secret), Secret(code), room.api, **rest)


def twitch(room: FakeTwitch, channel: str = "Neko", **rest: Any) -> Twitch:
    return Twitch(channel, room.address, **rest)


def youtube(room: FakeYouTube, key: str = FakeYouTube.KEY, video: str = FakeYouTube.VIDEO, **rest: Any) -> YouTube:
    return YouTube(video, Secret(key), 1.0, room.api, **rest)


SOCKETS: dict[str, tuple[type[FakeRoom], Callable[..., Source], Callable[[Any, str], str | bytes]]] = {
    "bilibili": (FakeBilibili, web, lambda room, text: room.line("neko", text)),
    "bilibili-open": (FakeBilibili, platform, lambda room, text: room.message(
        {"cmd": "LIVE_OPEN_PLATFORM_DM", "data": {"uname": "neko", "msg": text}}
    )),
    "twitch": (FakeTwitch, twitch, lambda room, text: room.line("neko", text)),
}  # fmt: skip
pytestmark = pytest.mark.usefixtures("_no_pauses")


@pytest.fixture
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mien.peers.asking._PAUSE", 0.0)


@pytest.fixture(params=SOCKETS)
def kind(request: pytest.FixtureRequest) -> tuple[type[FakeRoom], Callable[..., Source], Callable[[Any, str], Any]]:
    return SOCKETS[request.param]


Kind = tuple[type[FakeRoom], Callable[..., Source], Callable[[Any, str], Any]]


# --- what every room with a WebSocket keeps ---------------------------------------------------------------------------


def test_lines_come_in_order_until_it_is_stopped(kind: Kind) -> None:
    fake, make, line = kind
    with fake() as room, Running(lambda: make(room)) as running:
        room.tell(*(line(room, f"line {number}") for number in range(50)))
        running.heard.until(lambda: len(running.heard.texts) == 50)
        assert running.heard.texts == [f"line {number}" for number in range(50)]
        times = [one.t for one in running.heard.all if isinstance(one, ChatLine)]
        assert times == sorted(times)
        assert any("listening" in note for note in running.heard.notes)
    assert not running.failures


def test_a_room_that_drops_us_is_joined_again_and_nothing_is_lost(kind: Kind) -> None:
    fake, make, line = kind
    with fake("drops") as room, Running(lambda: make(room)) as running:
        room.tell(*(line(room, f"line {number}") for number in range(6)))
        running.heard.until(lambda: len(running.heard.texts) == 6)
        assert running.heard.texts == [f"line {number}" for number in range(6)]
        assert room.calls >= 6
    assert all("has hung up" in str(failure.error) for failure in running.failures)
    assert all(failure.retry is not None for failure in running.failures)


def test_a_server_that_is_started_anew_is_joined_again(kind: Kind) -> None:
    fake, make, line = kind
    with fake() as room, Running(lambda: make(room)) as running:
        room.tell(line(room, "before"))
        running.heard.until(lambda: running.heard.texts == ["before"])
        room.hang_up()
        assert "has hung up" in running.failure()
        room.tell(line(room, "after"))
        running.heard.until(lambda: running.heard.texts == ["before", "after"])


def test_damaged_messages_are_passed_over_and_told_once(kind: Kind) -> None:
    fake, make, line = kind
    with fake("damaged") as room, Running(lambda: make(room)) as running:
        room.tell(*(line(room, f"line {number}") for number in range(40)))
        running.heard.until(lambda: len(running.heard.texts) == 40)
        assert sum("damaged" in note for note in running.heard.notes) == 1
    assert not running.failures


def test_nothing_but_damage_ends_the_connection(kind: Kind) -> None:
    fake, make, _ = kind
    with fake("garbage") as room, Running(lambda: make(room)) as running:
        assert "20 damaged messages in a row" in running.failure()
        assert isinstance(running.failures[0].error, PeerError)


def test_a_server_that_hangs_up_on_everybody_is_named(kind: Kind) -> None:
    fake, make, _ = kind
    with fake("refuses") as room, Running(lambda: make(room)) as running:
        assert "127.0.0.1" in running.failure()
        assert isinstance(running.failures[0].error, PeerError)


def test_a_silent_server_is_taken_for_dead(kind: Kind) -> None:
    fake, make, _ = kind
    clock = FakeClock()
    with fake("silent") as room, Running(lambda: make(room, now=clock.now)) as running:
        while not running.failures:
            clock.advance(5.0)
            running.stop.wait_until_set(0.02)
        assert "nothing was heard for" in running.failure()
        assert sum(len(said) > 0 for said in room.heard) >= 3  # heartbeats went on meanwhile


def test_a_server_that_is_not_there_is_named(kind: Kind) -> None:
    fake, make, _ = kind
    room = fake()
    with room:
        source = make(room)
    with pytest.raises(DeviceError, match=r"(nobody answers at|cannot reach) .*127\.0\.0\.1.*online"):
        source.run(Heard(), Event())


def test_who_reads_slowly_is_sent_no_more_than_a_few_megabytes(kind: Kind) -> None:
    """Memory is bounded by what the system keeps of a connection: the server has to wait."""
    fake, make, line = kind
    gate = Event()
    with fake() as room, Running(lambda: make(room), gate) as running:
        if isinstance(room, FakeBilibili):
            room.version = 0  # or it would be packed to nothing
        long = line(room, "x" * 100_000)
        room.tell(*[long] * 2000)  # 200 MB
        running.heard.until(lambda: bool(running.heard.all))
        before = -1
        while before != room.given:  # until the server waits
            before = room.given
            running.stop.wait_until_set(0.5)
        assert room.given < 400
        gate.set()


# --- bilibili ---------------------------------------------------------------------------------------------------------


def packets(room: FakeBilibili) -> list[Packet]:
    """What was said to the room."""
    return [one for said in list(room.heard) for one in unpack(said if isinstance(said, bytes) else b"")]


def hellos(room: FakeBilibili) -> list[Packet]:
    return [one for one in packets(room) if one.operation == AUTH]


@pytest.mark.parametrize(
    "version",
    [0, 2, pytest.param(3, marks=pytest.mark.skipif(not reads_brotli(), reason="brotli is not installed"))],
)
def test_every_version_of_bilibilis_packets(version: int) -> None:
    with FakeBilibili(version=version) as room, Running(lambda: web(room)) as running:
        room.tell(room.line("neko", "草www"), room.command("SEND_GIFT", data=GIFT))
        room.tell(room.message(
            {"cmd": "SEND_GIFT_V2", "data": {"pb": gift_v2("tora", "牛哇牛哇", 2, 100)}}, {"cmd": "WATCHED_CHANGE"},
            {"cmd": "GUARD_BUY", "data": {"username": "k", "num": 1, "price": 198_000, "gift_name": "舰长"}},
        ))  # fmt: skip
        running.heard.until(lambda: len(running.heard.gifts) == 3)
        assert running.heard.texts == ["草www"]
        assert [(one.kind, one.author, one.amount) for one in running.heard.gifts] == [
            ("gift", "inu", 5.0), ("gift", "tora", 0.2), ("guard", "k", 198.0)
        ]  # fmt: skip
        running.heard.until(lambda: len(packets(room)) >= 2)
    hello, heartbeat, *_ = packets(room)
    assert (hello.operation, heartbeat.operation) == (AUTH, HEARTBEAT)
    assert json.loads(hello.body) | {"protover": 0} == {
        "uid": 0, "roomid": room.ROOM, "protover": 0, "platform": "web", "type": 2, "buvid": "AB12-CD34infoc",
        "key": room.TOKEN,
    }  # fmt: skip


def test_who_is_logged_in_sees_names_and_who_is_not_is_told() -> None:
    with FakeBilibili(session=SESSION) as room:
        for number, (session, uid) in enumerate((("", 0), (SESSION, 42))):
            with Running(lambda session=session: web(room, session=session)) as running:  # type: ignore[misc]
                running.heard.until(lambda running=running: bool(running.heard.notes))  # type: ignore[misc]
                assert ("names are masked" in running.heard.notes[0]) == (uid == 0)
                running.heard.until(lambda number=number: len(hellos(room)) > number)  # type: ignore[misc]
            assert json.loads(hellos(room)[-1].body)["uid"] == uid


@pytest.mark.parametrize(
    ("make", "error", "told"),
    [
        (lambda room: web(room, 6), SettingsError, "bilibili 6: there is no such room"),
        (lambda room: web(room, session="old"), SettingsError, "BILIBILI_SESSDATA is wrong or has expired"),
        (lambda room: platform(room, secret="no"), SettingsError, "check the access key's secret"),
        (lambda room: platform(room, code="no"), SettingsError, "check the streamer's code"),
        (lambda room: platform(room, app=8), SettingsError, "check the streamer's code"),
        (lambda room: web(room, 0), SettingsError, "room: expected the number"),
        (lambda room: platform(room, app=0), SettingsError, "app: expected the number"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_and_not_tried_again(
    make: Callable[[FakeBilibili], Source], error: type[MienError], told: str
) -> None:
    with FakeBilibili(session=SESSION) as room, Running(lambda: make(room)) as running:
        assert told in running.failure()
        assert isinstance(running.failures[0].error, error)
        assert running.failures[0].retry is None


def test_a_key_that_the_rooms_server_refuses_is_fetched_anew() -> None:
    with FakeBilibili("wrong key") as room, Running(lambda: web(room)) as running:
        assert "refuses our key" in running.failure()
        assert running.failures[0].retry is not None
        asked = len(room.asked)
        room.fault = ""
        room.tell(room.line("neko", "there"))
        running.heard.until(lambda: running.heard.texts == ["there"])
        assert len(room.asked) > asked


def test_bilibili_takes_us_for_a_robot(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mien.wire.signing._ORDER", tuple(range(32)))
    with FakeBilibili() as room, Running(lambda: web(room)) as running:
        assert "refuses this machine (-352): it takes it for a robot" in running.failure()
        assert running.failures[0].retry is not None
        monkeypatch.setattr(room, "answer", lambda *_: (412, {"code": -412, "message": "request was banned"}))
        with pytest.raises(PeerError, match=r"refuses this machine \(-412\)"):
            web(room).run(Heard(), Event())


def test_the_open_platform_hears_of_us_and_of_our_leaving() -> None:
    clock = FakeClock()
    with FakeBilibili() as room:
        with Running(lambda: platform(room, now=clock.now)) as running:
            running.heard.until(lambda: bool(running.heard.notes))
            while not any(path == "/v2/app/heartbeat" for path, _ in room.asked):
                clock.advance(5.0)
                running.stop.wait_until_set(0.02)
        assert room.ended == ["g1"]
    assert not running.failures


# --- Twitch -----------------------------------------------------------------------------------------------------------


def test_bits_subscriptions_and_raids() -> None:
    with FakeTwitch() as room, Running(lambda: twitch(room)) as running:
        room.tell(
            room.line("inu", "Cheer500 wow", bits="500"),
            room.raw("USERNOTICE", "hello", msg_id="sub", display_name="tora", **{"msg-param-sub-plan": "1000"}),
            room.raw("USERNOTICE", msg_id="raid", **{"msg-param-displayName": "K", "msg-param-viewerCount": "40"})
            + room.line("neko", "two in one message"),
        )
        running.heard.until(lambda: bool(running.heard.texts))
        assert [(one.kind, one.author, one.amount) for one in running.heard.gifts] == [
            ("bits", "inu", 5.0), ("sub", "tora", 4.99), ("raid", "K", 40.0)
        ]  # fmt: skip
        running.heard.until(lambda: len(room.heard) >= 3)
    said = [str(one) for one in room.heard]
    assert said[0] == "CAP REQ :twitch.tv/tags twitch.tv/commands"
    assert said[1].startswith("NICK justinfan")
    assert said[2] == "JOIN #neko"


def test_a_ping_is_answered_and_a_wish_to_reconnect_is_met() -> None:
    with FakeTwitch() as room, Running(lambda: twitch(room)) as running:
        room.tell("PING :tmi.twitch.tv\r\n", ":tmi.twitch.tv RECONNECT\r\n")
        assert "asks for a new connection" in running.failure()
        running.heard.until(lambda: "PONG :tmi.twitch.tv" in room.heard)
        room.tell(room.line("neko", "again"))
        running.heard.until(lambda: running.heard.texts == ["again"])


def test_a_channel_that_is_closed_or_not_there_is_told() -> None:
    with FakeTwitch() as room:
        with Running(lambda: twitch(room)) as running:
            room.tell("@msg-id=msg_channel_suspended :tmi.twitch.tv NOTICE #neko :This channel has been suspended.\r\n")
            assert "twitch neko: the channel is closed" in running.failure()
            assert running.failures[0].retry is None
        clock = FakeClock()
        with Running(lambda: twitch(room, "nobody", now=clock.now)) as running:
            while not running.heard.notes:
                clock.advance(5.0)
                running.stop.wait_until_set(0.02)
            assert "is there one of this name?" in running.heard.notes[0]
    with pytest.raises(SettingsError, match=r"channel: expected the name in twitch.tv/NAME, got 'a b'"):
        Twitch("a b")


def test_a_channel_may_be_given_by_the_address_of_its_page() -> None:
    for given in ("Neko", "#neko", "https://www.twitch.tv/Neko", "twitch.tv/neko/videos?x=1", "https://m.twitch.tv/neko",
                  " https://www.twitch.tv/popout/neko/chat?popout= "):  # fmt: skip
        assert Twitch(given).plain == "neko"
    with pytest.raises(SettingsError, match="expected the name"):
        Twitch("https://example.org/neko")


# --- YouTube ----------------------------------------------------------------------------------------------------------


def asked_at(room: FakeYouTube) -> int:
    return sum(path.endswith("/messages") for path, _ in room.asked)


def test_pages_are_told_in_their_rhythm_and_history_is_not() -> None:
    with FakeYouTube(interval=4.0) as room:
        room.page(room.line("neko", "one", 10.0), room.line("inu", "two", 12.0))
        paid = {"amountMicros": "5000000", "currency": "USD", "userComment": "nice"}
        room.page(room.event("superChatEvent", "tora", 20.0, superChatDetails=paid))
        room.over = True
        heard, stop = Heard(), FakeWaits()
        YouTube(
            f"https://www.youtube.com/watch?v={room.VIDEO}&t=3", Secret(room.KEY), 1.0, room.api, stop.clock.now
        ).run(heard, stop)
    assert heard.texts == ["one", "two"]
    lines = [one for one in heard.all if isinstance(one, ChatLine)]
    assert lines[1].t - lines[0].t == pytest.approx(2.0)
    assert [(one.kind, one.amount, one.text) for one in heard.gifts] == [("superchat", 5.0, "nice")]
    assert heard.notes == [f"youtube {room.VIDEO}: listening", f"youtube {room.VIDEO}: the broadcast has ended"]
    assert sum(stop.clock.slept) == pytest.approx(3 * 4.0)  # the interval is obeyed, the rhythm lies within it
    assert asked_at(room) == 4


def test_the_pause_is_the_longer_of_theirs_and_ours() -> None:
    with FakeYouTube(interval=2.0) as room:
        room.over = True
        stop = FakeWaits()
        YouTube(room.VIDEO, Secret(room.KEY), 10.0, room.api, stop.clock.now).run(Heard(), stop)
    assert stop.clock.slept == [10.0]


@pytest.mark.parametrize(
    ("reason", "told", "final"),
    [
        ("quotaExceeded", "quota for today is used up", True), ("rateLimitExceeded", "answered 403", False),
        ("accessNotConfigured", "is not enabled", True), ("liveChatDisabled", "switched off", True),
        ("backendError", "answered 403", False),
    ],
)  # fmt: skip
def test_why_youtube_refuses(reason: str, told: str, final: bool) -> None:
    with FakeYouTube() as room, Running(lambda: youtube(room)) as running:
        running.heard.until(lambda: bool(running.heard.notes))
        room.refusal = reason
        assert told in running.failure()
        assert (running.failures[0].retry is None) == final


def test_what_is_wrong_with_a_key_or_a_video() -> None:
    with FakeYouTube() as room:
        for made, told in ((lambda: youtube(room, key="AIza-no"), "the key is wrong"),
                           (lambda: youtube(room, video="01234567890"), "there is no such video")):  # fmt: skip
            with Running(made) as running:
                assert told in running.failure()
                assert running.failures[0].retry is None
        room.live = False
        with Running(lambda: youtube(room)) as running:
            assert "has no live chat now" in running.failure()
            assert running.failures[0].retry is not None
    with pytest.raises(SettingsError, match="video: expected the 11 signs"):
        youtube(room, video="short")
    with pytest.raises(SettingsError, match=r"pause: expected 1\.\.60 seconds, got 0"):
        YouTube(room.VIDEO, Secret("k"), 0.0)


def test_youtubes_nonsense_is_passed_over_or_named() -> None:
    with FakeYouTube("damaged") as room:
        room.page(room.line("neko", "hello"))
        room.over = True
        heard, stop = Heard(), FakeWaits()
        youtube(room, now=stop.clock.now).run(heard, stop)
        assert heard.texts == ["hello"]
    with FakeYouTube("garbage") as room, Running(lambda: youtube(room)) as running:
        assert "youtube: expected a " in running.failure()


# --- floods, and secrets ----------------------------------------------------------------------------------------------


def test_fifty_lines_a_second_pass_and_a_flood_is_cut_but_for_gifts() -> None:
    clock, heard = FakeClock(), Heard()
    sluice = Sluice("room", heard, clock.now)
    for number in range(50 * 200):
        clock.advance(1.0 / 50.0)
        sluice(ChatLine(0.0, "neko", str(number)))
    assert len(heard.texts) == 50 * 200
    assert sluice.left_out == 0
    heard.all.clear()
    for number in range(2000 * 30):
        clock.advance(1.0 / 2000.0)
        sluice(ChatLine(0.0, "neko", str(number)) if number % 100 else Support(0.0, "inu", "gift", 1.0, "CNY"))
    assert len(heard.gifts) == 600
    assert 30 * RATE <= len(heard.texts) <= 30 * RATE + 200
    assert 1 <= len(heard.notes) <= 4
    assert sluice.left_out == 2000 * 30 - 600 - len(heard.texts)


def _failing() -> Iterator[tuple[str, Callable[[FakeBilibili, FakeYouTube], Source]]]:
    for fault in ("", "drops", "damaged", "garbage", "refuses", "wrong key"):
        yield fault, lambda room, _: web(room, session=SESSION)
        yield fault, lambda room, _: platform(room, secret="sk-very-secret", code="ID-secret")
        yield fault, lambda _, tube: youtube(tube, key="AIza-very-secret")


@pytest.mark.parametrize(("fault", "make"), list(_failing()))
def test_no_secret_is_ever_told(fault: str, make: Callable[[FakeBilibili, FakeYouTube], Source]) -> None:
    with (
        FakeBilibili(fault, session="other") as room,
        FakeYouTube(fault) as tube,
        Running(lambda: make(room, tube)) as one,
    ):
        one.failure()
        told = [*(f"{failure.in_words()} {failure.error!r} {failure.as_dict()}" for failure in one.failures),
                *one.heard.notes, repr(make(room, tube))]  # fmt: skip
    for secret in (SESSION, "sk-very-secret", "ID-secret", "AIza-very-secret"):
        assert not any(secret in text for text in told)


def test_a_stop_ends_every_room_soon() -> None:
    with FakeBilibili() as room, FakeTwitch() as chat, FakeYouTube(interval=100.0) as tube:
        for source in (web(room), platform(room), twitch(chat), youtube(tube)):
            stop, heard = Event(), Heard()
            thread = threading.Thread(target=source.run, args=(heard, stop), daemon=True)
            thread.start()
            heard.until(lambda heard=heard: bool(heard.notes))  # type: ignore[misc]
            stop.set()
            thread.join(PATIENCE)
            assert not thread.is_alive()
