"""`mien show --room` and `mien record`: live rooms by their commands, whose servers are fakes."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from http.client import HTTPConnection
from pathlib import Path

import pytest

from mien.cli import main
from mien.testing import FakeBilibili, FakeTwitch, FakeYouTube

PLAIN = ("--painter", "artist", "--size", "64", "--fps", "10")
TOKEN = "a-token-of-24-signs-long"


@pytest.fixture(autouse=True)
def no_thread_is_left() -> Iterator[None]:
    before = set(threading.enumerate())
    yield
    assert set(threading.enumerate()) <= before


@pytest.fixture
def channel(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeTwitch]:
    with FakeTwitch() as room:
        monkeypatch.setattr("mien.sources.twitch.ADDRESS", room.address)
        yield room


Printed = pytest.CaptureFixture[str]


def strongest(path: Path, feeling: str) -> float:
    """Of all shots in a jsonl sink's file."""
    rows = [json.loads(row) for row in path.read_text(encoding="utf-8").splitlines()[1:]]
    return float(max(row["feelings"].get(feeling, 0.0) for row in rows))


def test_a_room_moves_the_face_and_its_gifts_are_thanked_for(
    channel: FakeTwitch, tmp_path: Path, capsys: Printed
) -> None:
    channel.tell(channel.line("inu", "Cheer10000 thank you", bits="10000"))
    face = tmp_path / "face.jsonl"
    arguments = [
        "show",
        "--room",
        "twitch:neko",
        "--seconds",
        "4",
        "--sink",
        "jsonl",
        "-o",
        str(face),
        *PLAIN,
        "--json",
    ]
    assert main(arguments) == 0
    printed = capsys.readouterr()
    report = json.loads(printed.out)
    assert report["notes"] == ["twitch neko: listening"]
    assert report["failures"] == []
    assert "mien show: twitch neko: listening" in printed.err
    assert strongest(face, "happy") > 0.5


def test_a_room_that_fails_is_told_and_the_face_goes_on(tmp_path: Path, capsys: Printed) -> None:
    face = tmp_path / "face.jsonl"
    arguments = ["show", "--room", "hook:0", "--seconds", "1", "--sink", "jsonl", "-o", str(face), *PLAIN, "--json"]
    assert main([*arguments, "--keys", str(tmp_path / "no.such")]) == 2
    assert "no.such: cannot read it" in capsys.readouterr().err
    with pytest.MonkeyPatch.context() as patch, FakeBilibili() as room:
        patch.setattr("mien.sources.bilibili.API", room.api)
        patch.setattr("mien.sources.bilibili.LIVE", room.api)
        assert main(["show", "--room", "bilibili:6", *arguments[3:]]) == 0
    printed = capsys.readouterr()
    (failure,) = json.loads(printed.out)["failures"]
    assert "bilibili 6: there is no such room" in failure["error"]
    assert "retry" not in failure
    assert "is not tried again" in printed.err
    assert len(face.read_text(encoding="utf-8").splitlines()) >= 10


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--room", "tv:7"], "no room 'tv:7'; expected one of bilibili:ROOM"),
        (["--room", "bilibili:neko"], "room 'bilibili:neko': expected bilibili:ROOM"),
        (["--room", "twitch:"], "room 'twitch:': expected twitch:CHANNEL"),
        (["--room", "twitch:a b"], "channel: expected the name in twitch.tv/NAME"),
        (["--room", "youtube:0123456789a"], "expected a key for the YouTube Data API v3"),
        (["--room", "twitch:neko", "hello"], "--room: its viewers' lines are answered"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_before_the_show(
    arguments: list[str], told: str, capsys: Printed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("YOUTUBE_API_KEY", raising=False)
    assert main(["show", *arguments, *PLAIN]) == 2
    assert told in capsys.readouterr().err


def test_a_room_is_recorded_and_plays_again(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: Printed) -> None:
    monkeypatch.setenv("YOUTUBE_API_KEY", FakeYouTube.KEY)
    chat, film = tmp_path / "chat.jsonl", tmp_path / "film.gif"
    with FakeYouTube(interval=1.0) as room:
        monkeypatch.setattr("mien.sources.youtube.API", room.api)
        paid = {"amountMicros": "50000000", "currency": "USD", "userComment": "so good"}
        room.page(room.line("neko", "草www"), room.event("superChatEvent", "inu", superChatDetails=paid))
        room.over = True
        assert main(["record", f"youtube:{room.VIDEO}", "-o", str(chat), "--json"]) == 0
    done = json.loads(capsys.readouterr().out)
    assert (done["lines"], done["gifts"], done["failures"]) == (1, 1, [])
    rows = [json.loads(row) for row in chat.read_text(encoding="utf-8").splitlines()]
    assert [(row["author"], row["text"], row.get("kind")) for row in rows] == [
        ("neko", "草www", None), ("inu", "so good", "superchat")
    ]  # fmt: skip
    assert main(["say", "--chat", str(chat), "-o", str(film), *PLAIN]) == 0
    assert film.exists()


def test_nothing_recorded_leaves_no_file_and_what_is_wrong_is_told(
    channel: FakeTwitch, tmp_path: Path, capsys: Printed
) -> None:
    chat = tmp_path / "chat.jsonl"
    assert main(["record", "twitch:neko", "-o", str(chat), "--seconds", "0.5"]) == 0
    assert "0 lines and 0 gifts" in capsys.readouterr().out
    channel.tell("@msg-id=msg_channel_suspended :tmi.twitch.tv NOTICE #neko :gone\r\n")
    assert main(["record", "twitch:neko", "-o", str(chat)]) == 2
    assert "the channel is closed" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_a_show_from_a_file_hears_a_hook(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Printed) -> None:
    keys, show = tmp_path / "keys.toml", tmp_path / "ada.toml"
    keys.write_text(f'MIEN_HOOK_TOKEN = "{TOKEN}"', encoding="utf-8")
    keys.chmod(0o600)
    show.write_text(
        'painter = "artist"\nsize = 64\nfps = 10\nseconds = 4\n[thanks.follow]\nshy = 0.9\nleast = 1\n'
        '[[source]]\nkind = "hook"\nport = 0\nkeys = "keys.toml"\n[[sink]]\nkind = "jsonl"\npath = "face.jsonl"\n',
        encoding="utf-8",
    )
    asked: list[int] = []

    def follow(port: int) -> None:
        def ask() -> None:
            line = HTTPConnection("127.0.0.1", port, timeout=60)
            line.request("POST", "/", '{"kind": "follow", "author": "inu"}', {"Authorization": f"Bearer {TOKEN}"})
            asked.append(line.getresponse().status)
            line.close()

        threading.Thread(target=ask, daemon=True).start()

    listen: Callable[..., None] = __import__("mien.sources.hook", fromlist=["Hook"]).Hook.__init__
    monkeypatch.setattr(
        "mien.sources.hook.Hook.__init__", lambda self, *rest, **named: listen(self, *rest, **named, opened=follow)
    )
    assert main(["show", str(show)]) == 0
    assert asked == [200]
    assert strongest(tmp_path / "face.jsonl", "shy") > 0.5
    printed = capsys.readouterr()
    assert TOKEN not in printed.out + printed.err
