"""A watcher's microphone and the character's voice: consent first, one at a time, and who hears what."""

from __future__ import annotations

import asyncio
import json
import struct
from collections.abc import Awaitable, Callable
from typing import Any

import numpy as np
import pytest

from mien.face import PeerError
from mien.mood.empathy import open_policy
from mien.show import AnswerDirector, Speaker, Voicing
from mien.sources import Caught, Happening
from mien.studio.seat import Seat
from mien.studio.stage import Stage
from mien.testing import FakePainter, FakeReader, FakeVoice, StepClock

PCM = b"PCM " + struct.pack("<I", 16_000) + np.full(160, 8192, "<i2").tobytes()


def play(scene: Callable[[Stage, StepClock, list[Happening]], Awaitable[None]], **rest: Any) -> None:
    """A stage with two policies, and what is put into its session."""

    async def inner() -> None:
        clock, happened = StepClock(), list[Happening]()
        policies = {name: open_policy(name) for name in ("service", "streamer")}
        with Stage(FakePainter(), FakeReader(), clock=clock, policies=policies, **rest) as stage:
            put = stage.session.put

            def noted(happening: Happening) -> None:
                happened.append(happening)
                put(happening)

            stage.session.put = noted  # type: ignore[method-assign]
            await scene(stage, clock, happened)
            clock.tick(None)

    asyncio.run(inner())


def leads(stage: Stage) -> str:
    """Who makes the cues, and by which policy."""
    director = stage.session.director
    policy = director.policy.name if isinstance(director, AnswerDirector) else ""
    return f"{type(director).__name__} {policy}".strip()


async def told(seat: Seat) -> list[Any]:
    """All that lies at a seat: news, and sound as bytes."""
    news, _ = await asyncio.wait_for(seat.take(), 60)
    return [json.loads(one) if isinstance(one, str) else one for one in news]


def test_a_microphone_needs_consent_and_its_sound_goes_to_the_show() -> None:
    async def scene(stage: Stage, _clock: StepClock, happened: list[Happening]) -> None:
        seat = Seat()
        with stage.watched_by(seat):
            with pytest.raises(PeerError, match="needs consent"):
                stage.record(seat, "speaks")
            with pytest.raises(PeerError, match="before a microphone was opened"):
                stage.hear(seat, PCM)
            with pytest.raises(PeerError, match="expected speaks, listens or off, got 'sings'"):
                stage.record(seat, "sings", consent=True)
            stage.record(seat, "speaks", consent=True)
            stage.hear(seat, PCM)
            stage.record(seat, "listens", consent=True)
            stage.hear(seat, PCM)
            with pytest.raises(PeerError, match="16 bits a sample"):
                stage.hear(seat, PCM[:-1])
            stage.record(seat, "off")
            with pytest.raises(PeerError, match="before a microphone was opened"):
                stage.hear(seat, PCM)
            assert [one["microphone"] for one in await told(seat)] == ["speaks", "listens", "off"]
        caught = [one for one in happened if isinstance(one, Caught)]
        assert [(one.use, one.carried, len(one.samples)) for one in caught] == [
            ("speaks", False, 160), ("listens", False, 160),
        ]  # fmt: skip

    play(scene)


def test_the_last_microphone_leads_and_goes_with_its_watcher() -> None:
    async def scene(stage: Stage, _clock: StepClock, _happened: list[Happening]) -> None:
        one, two = Seat(), Seat()
        with stage.watched_by(one):
            with stage.watched_by(two):
                stage.record(one, "speaks", consent=True)
                stage.record(two, "speaks", consent=True)
                assert (await told(one))[-1] == {"microphone": "off", "why": "taken"}
                with pytest.raises(PeerError, match="before a microphone"):
                    stage.hear(one, PCM)
                stage.hear(two, PCM)
            with pytest.raises(PeerError, match="before a microphone"):
                stage.hear(two, PCM)

    play(scene)


def test_whoever_is_listened_to_is_answered_by_a_policy_while_no_camera_leads() -> None:
    async def scene(stage: Stage, _clock: StepClock, _happened: list[Happening]) -> None:
        seat = Seat()
        with stage.watched_by(seat):
            stage.record(seat, "listens", "service", consent=True)
            assert leads(stage) == "AnswerDirector service"
            with pytest.raises(PeerError, match="no policy 'sly'"):
                stage.record(seat, "listens", "sly", consent=True)
            stage.film(seat, "mirror", consent=True)
            assert leads(stage) == "MirrorDirector"
            stage.film(seat, "off")
            assert leads(stage) == "AnswerDirector service"
            stage.record(seat, "speaks", "service", consent=True)
            assert leads(stage) == "MirrorDirector"

    play(scene)


def test_the_voice_is_sent_to_those_who_play_it_and_stops_at_once() -> None:
    speaker = Speaker(Voicing(FakeVoice()), "fake")

    async def scene(stage: Stage, clock: StepClock, _happened: list[Happening]) -> None:
        seat, deaf = Seat(), Seat()
        seat.hears = True
        with stage.watched_by(seat), stage.watched_by(deaf):
            stage.say("mama papa mama papa")
            while not (speaker._lines and speaker._lines[0].speech.whole):
                await asyncio.sleep(0.001)
            heard: list[bytes] = []
            for tick in range(40):
                await asyncio.to_thread(clock.step, tick / 30)
                heard += [one for one in await told(seat) if isinstance(one, bytes)]
                if tick == 20:
                    before = len(heard)
                    assert before > 2
                    stage.hush()
            assert len(heard) <= before + 2
            assert all(struct.unpack_from("<II", one) == (0xFFFFFFFF, 16_000) for one in heard)
            assert not any(isinstance(one, bytes) for one in await told(deaf))

    play(scene, speaker=speaker)
