"""A room that is written down: what came, when, and what is left when nothing did."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from threading import Event

import pytest

from mien.face import ChatLine, DeviceError, PeerError, SettingsError, Support
from mien.show import Failure, Part, record
from mien.sources import Happening, Note, Put, Say, chat_log
from mien.testing import ListSource, StepClock

LINE, GIFT = ChatLine(7.0, "neko", "草www"), Support(8.0, "inu", "gift", 5.0, "CNY")
TOLD: list[Happening] = [LINE, Say("not a viewer's"), Note("listening"), GIFT]


def test_a_room_that_ends_is_written_down_and_plays_again(tmp_path: Path) -> None:
    path, news = tmp_path / "chat.jsonl", list[Failure | Note]()
    done = record(Part("room", lambda: ListSource(TOLD)), path, 60.0, news.append)
    assert (done.lines, done.gifts, done.failures) == (1, 1, ())
    line, gift = chat_log(path)
    assert isinstance(line, ChatLine)
    assert (line.author, line.text) == ("neko", "草www")
    assert isinstance(gift, Support)
    assert gift.currency == "CNY"
    assert 0.0 <= line.t <= gift.t < 7.0  # as the recording's clock has it
    assert news == [Note("listening")]


def test_a_room_that_fails_is_tried_again_and_told(tmp_path: Path) -> None:
    news: list[Failure | Note] = []
    sources = iter([ListSource([LINE], PeerError("it hung up")), ListSource([GIFT])])
    done = record(Part("room", lambda: next(sources)), tmp_path / "chat.jsonl", 60.0, news.append)
    assert (done.lines, done.gifts) == (1, 1)
    assert ["it hung up" in one.in_words() for one in news if isinstance(one, Failure)] == [True]


def test_nothing_said_leaves_no_file_and_what_was_wrong_is_raised(tmp_path: Path) -> None:
    path = tmp_path / "chat.jsonl"
    assert record(Part("room", lambda: ListSource([])), path, 60.0).lines == 0
    with pytest.raises(SettingsError, match="no such room"):
        record(Part("room", lambda: ListSource([], SettingsError("no such room"))), path, 60.0)
    assert not list(tmp_path.iterdir())
    done = record(Part("room", lambda: ListSource([LINE], SettingsError("closed"))), path, 60.0)
    assert done.lines == 1
    assert [one.name for one in tmp_path.iterdir()] == ["chat.jsonl"]


class Interrupted(StepClock):
    """Ctrl-C once something was said."""

    def __init__(self, said: Event) -> None:
        super().__init__()
        self._said = said

    def ticks(self) -> Iterator[float]:
        yield 0.0
        assert self._said.wait(60)
        raise KeyboardInterrupt


class Patient:
    """Says one line, and waits to be stopped."""

    def __init__(self) -> None:
        self.said = Event()

    def run(self, put: Put, stop: Event) -> None:
        put(LINE)
        self.said.set()
        stop.wait()


def test_ctrl_c_keeps_what_was_written(tmp_path: Path) -> None:
    path, source = tmp_path / "chat.jsonl", Patient()
    done = record(Part("room", lambda: source), path, clock=Interrupted(source.said))
    assert (done.lines, done.failures) == (1, ())
    assert [one.author for one in chat_log(path)] == ["neko"]


def test_a_full_disk_ends_it_by_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: object) -> str:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("mien.show.recording.log_line", full)
    with pytest.raises(DeviceError, match=r"chat\.jsonl"):
        record(Part("room", lambda: ListSource(TOLD)), tmp_path / "chat.jsonl", 60.0)
    assert not list(tmp_path.iterdir())
