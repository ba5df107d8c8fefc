"""A watcher's camera: consent first, one at a time, newest picture wins, and nothing of it stays."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import simplejpeg
from numpy.typing import NDArray

from mien.face import CLASSES, Cue, Emotion, Face, Felt, Landmarks, PeerError, Saw, WeightsError, prototype
from mien.mood.empathy import open_policy
from mien.show import AnswerDirector, LineReader, Session
from mien.studio.directing import Directing
from mien.studio.seat import Seat
from mien.studio.stage import Stage
from mien.studio.webcam import Webcam, decoded
from mien.testing import FakePainter, FakeReader, StepClock

SMILE = prototype(Emotion(happy=0.9))
FACE = Face((0.2, 0.3, 0.4, 0.5), Landmarks(np.full((70, 2), 0.5, np.float32)), SMILE, Emotion(happy=0.9), 1.0, 0)


@pytest.fixture(autouse=True)
def no_thread_is_left() -> Iterator[None]:
    before = {thread for thread in threading.enumerate() if thread.name.startswith("mien")}
    yield
    assert {thread for thread in threading.enumerate() if thread.name.startswith("mien")} <= before


def jpeg(level: int = 200, side: int = 32) -> bytes:
    """Grey. The eyes below see a face in a bright one."""
    return bytes(simplejpeg.encode_jpeg(np.full((side, side, 3), level, np.uint8)))


class Eyes:
    """See one smiling face in a bright picture, nobody in a dark one."""

    def see(self, picture: NDArray[np.uint8], _t: float) -> list[Face]:
        return [FACE] if picture.mean() > 100 else []


LINES = LineReader(FakeReader())
Scene = Callable[[Webcam, Seat, Session], Any]


def play(scene: Scene, open_tracker: Callable[[], Any] = Eyes) -> None:
    async def inner() -> None:
        session = Session()
        session.now = 3.0
        with Webcam(session, Directing(session, LINES), open_tracker) as webcam:
            await scene(webcam, Seat(), session)

    asyncio.run(inner())


def cues(session: Session) -> list[Cue]:
    """What waits for its time."""
    return session.inbox.take(until=60.0)


async def told(seat: Seat, kind: str) -> Any:
    """The next piece of news of this kind."""
    while True:
        news, _ = await asyncio.wait_for(seat.take(), 60)
        for text in news:
            if kind in (one := json.loads(text)):
                return one if kind == "camera" else one[kind]


def test_a_face_is_mirrored_and_told() -> None:
    async def scene(webcam: Webcam, seat: Seat, session: Session) -> None:
        webcam.open(seat, None, consent=True)
        assert (await told(seat, "camera"))["camera"] == "mirror"
        webcam.show(seat, jpeg())
        saw = await told(seat, "saw")
        assert saw["face"] is True
        assert saw["box"] == [0.2, 0.3, 0.4, 0.5]
        assert len(saw["points"]) == 70
        assert (saw["dominant"], saw["feelings"]["happy"]) == ("happy", 0.9)
        assert tuple(saw["feelings"]) == CLASSES
        assert saw["ms"] >= 0
        (cue,) = cues(session)
        assert isinstance(cue, Saw)
        assert (cue.t, cue.confidence) == (3.0, 1.0)
        webcam.show(seat, jpeg(20))
        saw = await told(seat, "saw")
        assert (saw["face"], saw["faces"]) == (False, 0)
        assert cues(session) == []  # nobody is there: the mood lets the face relax

    play(scene)


class Resting:
    """See a face that smiles a little, and count how often it was said that it rests."""

    def __init__(self) -> None:
        self.rests = 0

    def see(self, _picture: NDArray[np.uint8], _t: float) -> list[Face]:
        return [replace(FACE, expression=prototype(Emotion(happy=0.4)))]

    def rest(self) -> None:
        self.rests += 1


def test_rest_is_said_to_whoever_measures_against_it() -> None:
    eyes = Resting()

    async def scene(webcam: Webcam, seat: Seat, session: Session) -> None:
        with pytest.raises(PeerError, match="before a camera was opened"):
            webcam.rest(seat)
        webcam.open(seat, None, consent=True)
        webcam.show(seat, jpeg())
        await told(seat, "saw")
        first = cues(session)
        webcam.rest(seat)
        webcam.show(seat, jpeg())
        await told(seat, "saw")
        second = cues(session)
        assert isinstance(first[0], Saw)
        assert isinstance(second[0], Saw)
        assert second[0].expression["mouthSmileLeft"] < 0.3 * first[0].expression["mouthSmileLeft"]
        with pytest.raises(PeerError, match="before a camera was opened"):
            webcam.rest(Seat())

    play(scene, lambda: eyes)
    assert eyes.rests == 1


def test_without_consent_nothing_is_looked_at() -> None:
    async def scene(webcam: Webcam, seat: Seat, session: Session) -> None:
        for policy in (None, open_policy("service")):
            with pytest.raises(PeerError, match="needs consent"):
                webcam.open(seat, policy, consent=False)
        with pytest.raises(PeerError, match="before a camera was opened"):
            webcam.show(seat, jpeg())
        assert cues(session) == []

    play(scene)


def test_a_closed_camera_is_not_looked_through_any_more() -> None:
    async def scene(webcam: Webcam, seat: Seat, _session: Session) -> None:
        webcam.open(seat, None, consent=True)
        webcam.close(seat)
        with pytest.raises(PeerError, match="before a camera was opened"):
            webcam.show(seat, jpeg())
        webcam.close(seat)  # twice is no harm

    play(scene)


def test_the_last_camera_leads_and_the_other_is_told() -> None:
    async def scene(webcam: Webcam, seat: Seat, session: Session) -> None:
        other = Seat()
        webcam.open(seat, None, consent=True)
        webcam.open(other, open_policy("service"), consent=True)
        news, _ = await asyncio.wait_for(seat.take(), 60)
        assert [json.loads(text) for text in news] == [{"camera": "mirror"}, {"camera": "off", "why": "taken"}]
        assert isinstance(session.director, AnswerDirector)
        webcam.close(seat)  # not his any more
        assert isinstance(session.director, AnswerDirector)
        webcam.show(other, jpeg())
        assert (await told(other, "saw"))["face"] is True

    play(scene)


def test_an_expression_is_answered_as_the_policy_says() -> None:
    async def scene(webcam: Webcam, seat: Seat, session: Session) -> None:
        webcam.open(seat, open_policy("mirror"), consent=True)
        webcam.show(seat, jpeg())
        await told(seat, "saw")
        assert cues(session) == []  # it is answered when it is due
        assert session.director is not None
        (cue,) = session.director.due(3.0)
        assert isinstance(cue, Felt)
        assert cue.emotion.happy > 0.5

    play(scene)


def test_a_bad_picture_is_named_and_the_next_one_is_seen() -> None:
    async def scene(webcam: Webcam, seat: Seat, _session: Session) -> None:
        webcam.open(seat, None, consent=True)
        for bad in (b"\x00", jpeg()[:-20], b"\xff\xd8" + b"x" * 300):
            webcam.show(seat, bad)
            assert "expected a whole JPEG" in await told(seat, "error")
        webcam.show(seat, jpeg())
        assert (await told(seat, "saw"))["face"] is True

    play(scene)


def test_a_small_file_of_a_huge_picture_is_refused_before_it_is_unpacked() -> None:
    small = bytearray(jpeg())
    at = small.index(b"\xff\xc0")
    small[at + 5 : at + 9] = b"\xfd\xe8\xfd\xe8"  # 65000 x 65000
    with pytest.raises(PeerError, match="at most 1280 pixels a side, got 65000 x 65000"):
        decoded(bytes(small))


def test_nets_that_are_damaged_are_told() -> None:
    def broken() -> Eyes:
        raise WeightsError("finder.onnx: damaged")

    async def scene(webcam: Webcam, seat: Seat, _session: Session) -> None:
        webcam.open(seat, None, consent=True)
        assert "finder.onnx: damaged" in await told(seat, "error")

    play(scene, broken)


def test_a_camera_ends_with_its_watcher_and_the_stage_with_no_thread_left() -> None:
    async def inner() -> None:
        policies = {"service": open_policy("service")}
        with Stage(FakePainter(), FakeReader(), policies=policies, open_tracker=Eyes) as stage:
            seat = Seat()
            with stage.watched_by(seat):
                stage.film(seat, "mirror", consent=True)
                stage.picture(seat, jpeg())
                assert (await told(seat, "saw"))["face"] is True
                felt = await told(seat, "felt")
                for _ in range(300):
                    if felt["happy"] > 0.5:
                        break
                    stage.picture(seat, jpeg())
                    felt = await told(seat, "felt")
                assert felt["happy"] > 0.5
                stage.film(seat, "answer", "service", consent=True)
                stage.say("grr this is bad", "service")
                for _ in range(300):
                    felt = await told(seat, "felt")
                    assert felt["angry"] == 0.0  # concern, never anger
                    if felt["sad"] > 0.05:
                        break
                assert felt["sad"] > 0.05
                stage.film(seat, "off")
                with pytest.raises(PeerError, match="before a camera was opened"):
                    stage.picture(seat, jpeg())
                with pytest.raises(PeerError, match="no policy 'sly'"):
                    stage.film(seat, "answer", "sly", consent=True)
                with pytest.raises(PeerError, match="expected mirror, answer, off, rest, got 'sell'"):
                    stage.film(seat, "sell", consent=True)
                stage.film(seat, "mirror", consent=True)
            with pytest.raises(PeerError, match="before a camera was opened"):
                stage.picture(seat, jpeg())

    asyncio.run(inner())


def test_her_own_line_is_felt_to_its_end_before_a_face_is_answered_again() -> None:
    async def inner() -> None:
        clock, seat = StepClock(), Seat()
        with Stage(
            FakePainter(), FakeReader(), clock=clock, policies={"service": open_policy("service")}, open_tracker=Eyes
        ) as stage:
            with stage.watched_by(seat):
                stage.film(seat, "answer", "service", consent=True)
                stage.say("grr this is a line that takes a while to say aloud")
                angry = {}
                for eighth in range(48):
                    stage.picture(seat, jpeg())
                    await told(seat, "saw")
                    clock.tick(eighth / 8)
                    angry[eighth] = (await told(seat, "felt"))["angry"]
            clock.tick(None)
        assert angry[15] > 0.6  # the happy face before the camera has not ended it
        assert angry[47] < 0.5 * angry[15]

    asyncio.run(inner())
