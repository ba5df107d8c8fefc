"""The show behind the page, on a clock that the test owns."""

from __future__ import annotations

import asyncio
import json

import pytest

from mien.face import Expression, Frame, PeerError, SettingsError, WeightsError
from mien.mood.empathy import open_policy
from mien.paint.drawn import MOMO, Artist
from mien.show import Wall
from mien.sources import Write
from mien.studio.seat import Seat
from mien.studio.stage import Stage
from mien.testing import FakeClock, FakePainter, FakeReader, StepClock


class Broken:
    """A painter whose weights turn out to be damaged."""

    def paint(self, _expression: Expression) -> Frame:
        raise WeightsError("p.onnx: damaged")


async def take(seat: Seat) -> tuple[list[dict[str, object]], bytes | None]:
    news, frame = await asyncio.wait_for(seat.take(), 60)
    (shown,) = frame or (None,)
    assert not isinstance(shown, str)
    return [json.loads(text) for text in news], shown


def test_frames_and_news_reach_every_watcher() -> None:
    async def play() -> None:
        clock, painter = StepClock(), FakePainter()
        with Stage(painter, FakeReader(), clock=clock) as stage:
            one, two = Seat(), Seat()
            with stage.watched_by(one), stage.watched_by(two):
                clock.tick(0.0)
                for seat in (one, two):
                    seen: list[dict[str, object]] = []
                    frame = None
                    while frame is None or not seen:
                        news, fresh = await take(seat)
                        seen, frame = seen + news, fresh or frame
                    assert set(seen[0]) == {"felt"}
                stage.say("yay we did it")
                news, _ = await take(one)
                assert news[0]["read"]["dominant"] == "happy"  # type: ignore[index]
            assert painter.painted == 1
            clock.tick(None)

    asyncio.run(play())


def test_a_line_changes_the_face() -> None:
    async def play() -> list[bytes]:
        clock = StepClock()
        frames: list[bytes] = []
        with Stage(FakePainter(), FakeReader(), clock=clock) as stage:
            seat = Seat()
            with stage.watched_by(seat):
                stage.say("wow")
                for place in range(30):
                    clock.tick(place / 30)
                    frame = None
                    while frame is None:
                        _, frame = await take(seat)
                    frames.append(frame)
            clock.tick(None)
        return frames

    frames = asyncio.run(play())
    assert len(set(frames)) > 10


def test_nothing_is_painted_while_nobody_watches() -> None:
    async def play() -> None:
        clock, painter = StepClock(), FakePainter()
        with Stage(painter, FakeReader(), clock=clock) as stage:
            seat = Seat()
            with stage.watched_by(seat):
                clock.tick(0.0)
                while (await take(seat))[1] is None:
                    pass
            for place in range(1, 50):
                clock.tick(place / 60)
            # whoever comes back sees a fresh shot, not the ones that nobody saw
            clock.tick(None)
        assert painter.painted == 1

    asyncio.run(play())


def test_a_watcher_that_paints_by_itself_gets_numbers_and_costs_no_painting() -> None:
    async def play() -> None:
        clock, painter = StepClock(), FakePainter()
        with Stage(painter, FakeReader(), clock=clock) as stage:
            seat, other = Seat(), Seat()
            seat.wants = "numbers"
            with stage.watched_by(seat):
                clock.tick(0.0)
                frame = None
                while frame is None:
                    _, frame = await take(seat)
                assert len(frame) == 158
                assert painter.painted == 0
                with stage.watched_by(other):
                    clock.tick(0.1)
                    shown = None
                    while shown is None:
                        _, shown = await take(other)
                    assert len(shown) != 158
                    frame = None
                    while frame is None:
                        _, frame = await take(seat)
                    assert len(frame) == 158
                    assert painter.painted == 1
            clock.tick(None)

    asyncio.run(play())


def test_an_unwatched_stage_stops() -> None:
    with Stage(FakePainter(), FakeReader(), fps=240):
        pass


def test_a_painter_that_fails_is_reported_to_those_here_and_those_who_come() -> None:
    async def play() -> None:
        clock = StepClock()
        with Stage(Broken(), FakeReader(), clock=clock) as stage:
            first = Seat()
            with stage.watched_by(first):
                clock.tick(0.0)
                news, _ = await take(first)
            late = Seat()
            with stage.watched_by(late):
                assert (await take(late))[0] == news
            assert "p.onnx: damaged" in str(news[0]["error"])

    asyncio.run(play())


def test_time_in_which_the_show_was_paused_does_not_count() -> None:
    clock = FakeClock()
    wall = Wall(0.5, clock.now)
    times = []
    for gap in (0.1, 0.5, 3600.0, 0.1):
        clock.advance(gap)
        times.append(round(wall.now() - 100.0, 6))
    assert times == [0.1, 0.6, 0.6, 0.7]


def test_a_viewers_line_is_answered_and_a_written_text_is_said_sentence_by_sentence() -> None:
    async def play() -> None:
        clock = StepClock()
        policies = {"service": open_policy("service")}
        with Stage(FakePainter(), FakeReader(), clock=clock, policies=policies) as stage:
            seat = Seat()
            with stage.watched_by(seat):
                stage.say("yay", "service")
                with pytest.raises(PeerError, match="no policy 'sly'; there are: service"):
                    stage.say("yay", "sly")
                for token in ("[sad]Oh ", "no. ", "Well"):
                    stage.write(Write(token, writer="one"))
                clock.tick(0.0)
                news: list[dict[str, object]] = []
                while sum(bool(one.get("final")) for one in news) < 2:
                    fresh, _ = await take(seat)
                    news += fresh
                first, final = [one["read"] for one in news if one.get("final")]
                assert isinstance(first, dict)
                assert isinstance(final, dict)
                assert (first["text"], first["dominant"]) == ("yay", "happy")
                assert (final["text"], final["dominant"]) == ("Oh no.", "sad")
            clock.tick(None)

    asyncio.run(play())


def test_other_colours_are_seen_at_once_and_told_to_everybody() -> None:
    async def play() -> None:
        with Stage(Artist(MOMO, 64), FakeReader(), clock=StepClock()) as stage:
            seats = Seat(), Seat()
            with stage.watched_by(seats[0]), stage.watched_by(seats[1]):
                first = stage.colours
                assert first["hair"] == "#faa8b2"
                stage.recolour({"hair": (0x33, 0x55, 0xAA)})
                for seat in seats:
                    news, _ = await take(seat)
                    assert news == [{"colours": {**first, "hair": "#3355aa"}}]
                assert stage.session.painter == Artist(MOMO, 64).recoloured({"hair": (0x33, 0x55, 0xAA)})
                stage.recolour({"iris": (1, 2, 3)})  # what is not named is as it was at first
                assert stage.colours == {**first, "iris": "#010203"}
                stage.recolour({})
                assert stage.colours == first

    asyncio.run(play())


def test_a_painter_without_other_colours_says_so_and_paints_on() -> None:
    async def play() -> None:
        painter = FakePainter()
        with Stage(painter, FakeReader(), clock=StepClock()) as stage:
            assert stage.colours == {}
            with pytest.raises(SettingsError, match="hair: this character cannot be given the colour"):
                stage.recolour({"hair": (1, 2, 3)})
            assert stage.session.painter is painter

    asyncio.run(play())
