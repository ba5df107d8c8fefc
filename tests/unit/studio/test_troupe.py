"""The characters that a studio can play, and how another one takes the stage."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from mien.character import Character, load
from mien.face import Cue, Felt, PeerError, SettingsError
from mien.mood import Temper
from mien.mood.empathy import open_policy
from mien.studio.seat import Seat
from mien.studio.stage import Stage
from mien.studio.troupe import LOOK, Troupe, bundle_files
from mien.testing import FakeReader, StepClock

MOMO = load("momo")
ADA = replace(
    MOMO, name="ada", title={"en": "Ada"}, greeting={"en": "Hello."}, policy="service", temper={"lively": 1.7}
)


@pytest.fixture
def troupe() -> Troupe:
    policies = {name: open_policy(name) for name in ("service", "streamer")}
    return Troupe([MOMO, ADA], "artist", 64, policies)


def test_a_role_tells_who_it_is_and_whom_else_there_is(troupe: Troupe) -> None:
    role = troupe.role("ada")
    assert role.temper == Temper(lively=1.7)
    assert role.told["character"] == "ada"
    assert role.told["greeting"] == {"en": "Hello."}
    assert role.told["policies"] == ["service", "streamer"]  # its own first
    assert [one["name"] for one in role.told["characters"]] == ["momo", "ada"]
    assert role.told["temper"]["lively"] == 1.7
    assert "bundle" not in role.told  # what the artist draws, no page can paint
    assert Troupe([MOMO], "gan", 64, {"streamer": open_policy("streamer")}).files("momo")


def decoded(png: bytes) -> np.ndarray:
    picture = cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_UNCHANGED)
    assert picture is not None
    return picture


def test_small_pictures_show_what_a_policy_answers(troupe: Troupe) -> None:
    rest = decoded(troupe.look("momo"))
    assert rest.shape == (LOOK, LOOK, 4)
    assert rest[0, 0, 3] == 0
    sad = troupe.look("momo", "service", "sad")
    assert sad != troupe.look("momo", "streamer", "angry")
    assert troupe.look("momo", "service", "sad") is sad  # kept
    blue = decoded(troupe.look("momo", colours={"hair": (0x33, 0x55, 0xAA)}))
    assert np.abs(blue.astype(int) - rest).max() > 60


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        (("nobody",), "character: expected one of momo, ada, got 'nobody'"),
        (("momo", "sly"), "policy: expected one of service, streamer, got 'sly'"),
        (("momo", "service", "bored"), "feeling: expected one of happy"),
    ],
)
def test_what_there_is_not_is_named(troupe: Troupe, asked: Any, says: str) -> None:
    with pytest.raises(PeerError, match=says):
        troupe.look(*asked)


def test_of_a_bundle_only_the_files_that_paint_are_served(tmp_path: Path) -> None:
    files = {"network": "n.bin", "pointer": "p.bin", "cels": "c.bin", "more": "m.bin"}
    painter = {"kind": "keyed-cels", "files": files}
    for name in (*files.values(), "diary.txt", "character.json"):
        (tmp_path / name).touch()
    served = bundle_files(Character("toy", tmp_path, {}, "CC0", painter=painter))
    assert set(served) == {"character.json", "n.bin", "p.bin", "c.bin"}
    assert bundle_files(Character("other", tmp_path, {}, "CC0", painter={"kind": "voxels", "files": files})) == {}


async def told(seat: Seat, kind: str) -> Any:
    while True:
        news, _ = await asyncio.wait_for(seat.take(), 60)
        for one in map(json.loads, news):
            if kind in one:
                return one[kind]


def played(troupe: Troupe, play: Any) -> None:
    async def run() -> None:
        clock, role = StepClock(), troupe.role("momo")
        with Stage(
            role.painter, FakeReader(), clock=clock, temper=role.temper, troupe=troupe, hello=role.told
        ) as stage:
            seat = Seat()
            with stage.watched_by(seat):
                await play(stage, clock, seat)
            clock.tick(None)

    asyncio.run(run())


def test_another_character_takes_the_stage_and_everybody_is_told(troupe: Troupe) -> None:
    async def play(stage: Stage, clock: StepClock, seat: Seat) -> None:
        assert stage.hello["character"] == "momo"
        stage.recolour({"hair": (1, 2, 3)})
        stage.choose("ada")
        hello = await told(seat, "hello")
        assert (hello["character"], hello["temper"]["lively"]) == ("ada", 1.7)
        assert hello["colours"]["hair"] != "#010203"  # her own
        assert stage.session.temper == Temper(lively=1.7)
        clock.tick(0.0)
        assert await told(seat, "felt")

    played(troupe, play)


def test_one_who_cannot_be_played_is_refused_and_the_show_goes_on(
    troupe: Troupe, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def play(stage: Stage, clock: StepClock, seat: Seat) -> None:
        with pytest.raises(PeerError, match="expected one of momo, ada"):
            stage.choose("nobody")
        monkeypatch.setitem(troupe.characters, "ada", replace(ADA, temper={"livley": 2.0}))
        with pytest.raises(SettingsError, match="livley"):
            stage.choose("ada")
        assert stage.hello["character"] == "momo"
        clock.tick(0.0)
        assert await told(seat, "felt")

    played(troupe, play)


def test_a_temper_is_changed_while_the_show_goes_on_and_is_her_own_again(troupe: Troupe) -> None:
    async def play(stage: Stage, clock: StepClock, seat: Seat) -> None:
        stage.retemper({"expressive": 0.0})
        assert (await told(seat, "temper"))["expressive"] == 0.0
        joy: list[Cue] = [Felt(0.0, (await asyncio.to_thread(FakeReader().read, "yay")).emotion, 5.0)]
        stage.session.put(joy[0])
        for place in range(60):
            clock.tick(place / 30)
        felt = [await told(seat, "felt") for _ in range(10)]
        assert max(max(one.values()) for one in felt) < 0.05
        with pytest.raises(SettingsError, match=r"temper\.livley"):
            stage.retemper({"livley": 1.0})
        with pytest.raises(SettingsError, match=r"lively: expected 0\.3\.\.2"):
            stage.retemper({"lively": 9.0})
        stage.retemper({})
        assert stage.session.temper == Temper()

    played(troupe, play)
