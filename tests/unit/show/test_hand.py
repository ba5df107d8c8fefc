"""The hand on the face: what is held, dragged, recorded and played reaches the shots of the session."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from mien.character import load
from mien.face import REST, Directed, InputError, PeerError, SettingsError, Shot
from mien.mood import Temper
from mien.paint.gan import GanPainter
from mien.show import Hand, Metronome, Moves, Session
from mien.sources import read_move
from mien.sources.move import MoveFile
from mien.testing import FakePainter
from mien.wire.play import Act, Dragged, Forgotten, Freed, Held, Replayed, Taken

PAINTER = GanPainter(load("momo"), 64)
QUIET = Temper(sway=0.0, micro=0.0, roam=0.0, nod=0.0, stir=0.0, blink_every=60.0)
WAIT = 60.0  # seconds; only what hangs needs them


class Show:
    """A session with a hand on it: what is done at its time, and the shots."""

    def __init__(self, folder: Path, seconds: float = 3.0, painter: Any = PAINTER, temper: Temper = QUIET) -> None:
        self.told: list[dict[str, Any]] = []
        self.changed = Event()
        self.session = Session(painter, Metronome(60, seconds), temper=temper)
        self.hand = Hand(self.session, Moves(folder), self._tell)

    def _tell(self, state: dict[str, Any]) -> None:
        self.told.append(state)
        self.changed.set()

    def play(self, acts: dict[float, Act | Callable[[], object]]) -> list[Shot]:
        """All shots. acts: what is done at which second."""
        waiting, shots = sorted(acts.items(), key=lambda one: one[0]), []
        with self.hand:
            for shot in self.session.shots():
                while waiting and waiting[0][0] <= shot.t:
                    act = waiting.pop(0)[1]
                    if callable(act):
                        act()
                    else:
                        self.hand.play(act)
                self.hand.moment(shot)
                shots.append(shot)
        return shots

    def pull(self, **ways: tuple[float, float]) -> Callable[[], None]:
        """Drag points, named p48, so far from where they rest, and wait until the muscles are found."""
        here = PAINTER.points(REST).points

        def do() -> None:
            pins = {int(name[1:]): tuple(map(float, here[int(name[1:])] + way)) for name, way in ways.items()}
            before = dict(self.hand.state["held"])
            self.hand.play(Dragged(pins, False))  # type: ignore[arg-type]  # pairs
            while self.hand.state["held"] == before:
                self.changed.clear()
                assert self.changed.wait(WAIT)

        return do


def at(shots: list[Shot], t: float) -> Shot:
    return min(shots, key=lambda shot: abs(shot.t - t))


def test_what_is_held_stays_until_it_is_let_go(tmp_path: Path) -> None:
    show = Show(tmp_path)
    shots = show.play({0.5: Held({"jawOpen": 0.6, "blush": 1.0}), 2.0: Freed(("jawOpen",))})
    assert at(shots, 0.4).expression["jawOpen"] < 0.1
    assert at(shots, 0.8).expression["jawOpen"] == pytest.approx(0.6, abs=0.02)
    assert at(shots, 1.9).expression["jawOpen"] == pytest.approx(0.6, abs=0.01)
    assert at(shots, 2.9).expression["jawOpen"] < 0.1
    assert at(shots, 2.9).expression["blush"] > 0.9
    assert show.told[-1]["held"] == {"blush": 1.0}


def test_a_feeling_is_held_against_what_else_is_felt_and_shows_on_the_face(tmp_path: Path) -> None:
    show = Show(tmp_path, 4.0)
    shots = show.play({0.2: Held({"angry": 0.9}), 3.0: Freed(None)})
    assert at(shots, 2.9).emotion.angry == pytest.approx(0.9, abs=0.05)
    assert at(shots, 2.9).expression["browDownLeft"] > 0.5
    assert shots[-1].emotion.angry < at(shots, 2.9).emotion.angry


def test_a_dragged_point_moves_muscles_at_once_and_springs_back(tmp_path: Path) -> None:
    show = Show(tmp_path)
    shots = show.play({0.5: show.pull(p54=(0.005, -0.025)), 1.5: Dragged({}, False)})
    smile = [at(shots, t).expression["mouthSmileLeft"] for t in (0.45, 0.7, 1.45, 2.9)]
    assert smile[0] < 0.05
    assert smile[1] > 0.9 * smile[2] > 0.5
    assert smile[3] < 0.1
    assert at(shots, 1.4).expression["mouthSmileRight"] < 0.1
    assert show.told[-1] == {"held": {}, "dragged": [], "recording": "", "moving": "", "moves": []}


def test_while_a_point_is_dragged_the_head_keeps_still(tmp_path: Path) -> None:
    show = Show(tmp_path, temper=Temper())
    shots = show.play({0.5: show.pull(p54=(0.005, -0.025))})
    turns = [shot.expression["yaw"] for shot in shots if shot.t > 1.5]
    assert max(turns) - min(turns) < 1e-3


def test_a_drag_may_stay_and_the_next_goes_on_from_there(tmp_path: Path) -> None:
    show = Show(tmp_path)
    shots = show.play({
        0.5: show.pull(p37=(0, 0.09)), 1.0: Dragged({}, True),
        1.2: show.pull(p54=(0.005, -0.025)), 2.0: Dragged({}, False),
    })  # fmt: skip
    assert at(shots, 2.9).expression["eyeBlinkRight"] > 0.8
    assert at(shots, 1.9).expression["mouthSmileLeft"] > 0.5
    assert at(shots, 2.9).expression["mouthSmileLeft"] < 0.1
    assert set(show.told[-1]["held"]) >= {"eyeBlinkRight"}
    assert not {"yaw", "pitch", "roll"} & set(show.told[-1]["held"])


def test_what_was_played_is_recorded_and_played_again_on_top_of_the_mood(tmp_path: Path) -> None:
    show = Show(tmp_path, 2.0)
    show.play({
        0.2: Taken("pout", False), 0.5: Held({"mouthPucker": 0.8}), 1.0: Held({"mouthPucker": 0.3}),
        1.3: Freed(("mouthPucker",)), 1.6: Taken("", False),
    })  # fmt: skip
    assert show.told[-1]["moves"] == ["pout"]
    move = Moves(tmp_path).read("pout")
    assert move.names == ("mouthPucker",)
    assert move.seconds == pytest.approx(0.8, abs=0.05)
    again = Show(tmp_path, 2.5)
    shots = again.play({0.5: Replayed("pout"), 0.6: Held({"blush": 1.0})})
    assert at(shots, 0.95).expression["mouthPucker"] == pytest.approx(0.8, abs=0.03)
    assert at(shots, 1.25).expression["mouthPucker"] == pytest.approx(0.3, abs=0.05)
    assert at(shots, 2.4).expression["mouthPucker"] < 0.1
    assert [state["moving"] for state in again.told][-1] == ""
    assert "pout" in [state["moving"] for state in again.told]


def test_the_whole_face_may_be_recorded_and_a_move_be_stopped(tmp_path: Path) -> None:
    show = Show(tmp_path)
    show.play({0.1: Held({"happy": 0.9}), 0.5: Taken("joy", True), 2.5: Taken("", False)})
    move = Moves(tmp_path).read("joy")
    assert {"mouthSmileLeft", "yaw", "happy"} <= set(move.names)
    again = Show(tmp_path, 2.0)
    shots = again.play({0.2: Replayed("joy"), 0.8: Replayed("")})
    assert at(shots, 0.79).expression["mouthSmileLeft"] > 0.3
    assert again.told[-1]["moving"] == ""


def test_the_hand_leads_a_move(tmp_path: Path) -> None:
    show = Show(tmp_path)
    show.play({0.1: Taken("open", False), 0.2: Held({"jawOpen": 1.0}), 2.0: Taken("", False)})
    again = Show(tmp_path, 1.5)
    shots = again.play({0.2: Held({"jawOpen": 0.2}), 0.5: Replayed("open")})
    assert at(shots, 1.4).expression["jawOpen"] == pytest.approx(0.2, abs=0.02)


def test_what_cannot_be_is_refused_by_name(tmp_path: Path) -> None:
    show = Show(tmp_path)
    with pytest.raises(InputError, match="no move 'wave'; there are: none"):
        show.hand.play(Replayed("wave"))
    show.hand.play(Taken("wave", False))
    with pytest.raises(PeerError, match="nothing was played while 'wave' was recorded"):
        show.hand.play(Taken("", False))
    (tmp_path / "bad.json").write_text("{", encoding="utf-8")
    with pytest.raises(InputError, match=r"bad\.json: line 1"):
        show.hand.play(Replayed("bad"))
    show.hand.play(Forgotten("bad"))
    assert show.hand.state["moves"] == []
    flat = Show(tmp_path, painter=FakePainter())
    with pytest.raises(PeerError, match="no key points to drag"):
        flat.hand.play(Dragged({3: (0.1, 0.1)}, False))


def test_moves_lie_in_their_folder_and_others_names_are_passed_over(tmp_path: Path) -> None:
    (tmp_path / ".hidden.json").write_text("{}", encoding="utf-8")
    (tmp_path / "note.txt").write_text("", encoding="utf-8")
    assert Moves(tmp_path).names() == []
    assert Moves(tmp_path / "none").names() == []
    (tmp_path / "file").write_text("", encoding="utf-8")
    show = Show(tmp_path / "file" / "moves")
    with pytest.raises(SettingsError, match="a file is in the way"):
        show.play({0.1: Taken("x", False), 0.2: Held({"jawOpen": 1.0}), 0.5: Taken("", False)})


def test_a_file_of_a_move_is_a_source(tmp_path: Path) -> None:
    show = Show(tmp_path)
    show.play({0.1: Taken("open", False), 0.2: Held({"jawOpen": 1.0}), 0.4: Taken("", False)})
    put: list[Any] = []
    clock = iter([0.0, 0.0, 0.1, 9.0])
    MoveFile(tmp_path / "open.json", now=lambda: next(clock)).run(put.append, Event())
    *played, last = put
    assert [dict(cue.values)["jawOpen"] for cue in played] == [1.0, 1.0]
    assert last == Directed(0.0, (("jawOpen", 0.0),), 0.0)
    frames = json.loads((tmp_path / "open.json").read_text())["frames"]
    assert read_move(tmp_path / "open.json").seconds == pytest.approx(len(frames) / 30)
