"""What the page says when somebody plays by hand, and the files of moves."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mien.face import InputError, PeerError
from mien.wire import Move, move_name, pack_move, parse_move
from mien.wire.move import PLAYED
from mien.wire.page import decode
from mien.wire.play import Dragged, Forgotten, Freed, Held, Played, Replayed, Taken


@pytest.mark.parametrize(
    ("told", "act"),
    [
        ({"hold": {"jawOpen": 0.4, "happy": 1}}, Held({"jawOpen": 0.4, "happy": 1.0})),
        ({"free": ["jawOpen"]}, Freed(("jawOpen",))), ({"free": True}, Freed(None)),
        ({"drag": {"48": [0.4, 0.7]}}, Dragged({48: (0.4, 0.7)}, False)),
        ({"drag": {}, "keep": True}, Dragged({}, True)),
        ({"record": "wink"}, Taken("wink", False)), ({"record": "a b", "whole": True}, Taken("a b", True)),
        ({"record": ""}, Taken("", False)), ({"move": "眨眼"}, Replayed("眨眼")), ({"move": ""}, Replayed("")),
        ({"forget": "wink"}, Forgotten("wink")),
    ],
)  # fmt: skip
def test_each_act_is_read(told: Any, act: Any) -> None:
    assert decode(json.dumps({"play": told})) == Played(act)


@pytest.mark.parametrize(
    ("told", "says"),
    [
        (1, "expected one of hold"), ({}, "expected one of hold"), ({"hold": {}}, "hold: expected"),
        ({"hold": {"jaw": 1}}, "no channel or feeling 'jaw'"),
        ({"hold": {"jawOpen": 2}}, "jawOpen: expected 0..1, got 2"),
        ({"hold": {"yaw": True}}, "yaw: expected -0.8..0.8, got True"),
        ({"hold": {"happy": "1"}}, "happy: expected 0..1"),
        ({"free": []}, "free: expected a list"), ({"free": "jawOpen"}, "free: expected a list"),
        ({"free": ["x"]}, "no channel or feeling 'x'"), ({"drag": {"70": [0, 0]}}, "of points 0..69"),
        ({"drag": {"07": [0, 0]}}, "of points 0..69"), ({"drag": {"7": [0]}}, "7: expected"),
        ({"drag": {"7": [0, 9]}}, "7: expected"), ({"drag": {"7": [0, True]}}, "7: expected"),
        ({"drag": []}, "drag: expected"),
        ({"drag": {}, "keep": 1}, "keep: expected true or false"),
        ({"hold": {"jawOpen": 1}, "keep": True}, "expected one of"),
        ({"record": "../x"}, "a move's name"), ({"record": 3}, "a move's name"), ({"move": "a/b"}, "a move's name"),
        ({"forget": ""}, "a move's name"), ({"hold": {"jawOpen": 1}, "free": True}, "expected one of"),
    ],
)  # fmt: skip
def test_anything_else_is_refused(told: Any, says: str) -> None:
    with pytest.raises(PeerError, match=says):
        decode(json.dumps({"play": told}))


WINK = Move("wink", 30.0, ("eyeBlinkLeft", "happy"), np.array([[0, 0.5], [1, np.nan], [np.nan, np.nan]], np.float32))


def test_a_move_comes_back_as_it_was() -> None:
    back = parse_move(pack_move(WINK), "wink.json")
    assert (back.name, back.fps, back.names, back.seconds) == ("wink", 30.0, ("eyeBlinkLeft", "happy"), 0.1)
    assert np.array_equal(back.frames, WINK.frames, equal_nan=True)


def test_between_frames_it_goes_straight_and_what_was_let_go_is_left_out() -> None:
    assert dict(WINK.at(0.0)) == {"eyeBlinkLeft": 0.0, "happy": 0.5}
    assert dict(WINK.at(0.5 / 30)) == {"eyeBlinkLeft": pytest.approx(0.5), "happy": 0.5}
    assert dict(WINK.at(1.5 / 30)) == {"eyeBlinkLeft": 1.0}
    assert WINK.at(9.0) == ()


def changed(**keys: Any) -> str:
    return json.dumps({**json.loads(pack_move(WINK)), **keys})


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{", "wink.json: line 1"), ("[]", "expected a move"), ("{}", "expected a move"),
        (changed(format="x"), "expected a move"),
        (changed(version=2), "version: expected 1, got 2; it is another mien's"),
        (changed(more=1), "keys: expected"), (changed(fps=0), "fps: expected 1..240"),
        (changed(fps=True), "fps: expected"),
        (changed(names=["jaw", "happy"]), "names: expected"), (changed(names=["happy", "happy"]), "names: expected"),
        (changed(names=[]), "names: expected"), (changed(frames=[]), r"frames: expected 1 to 1800 \(60 s\), got 0"),
        (changed(frames=[[0, 0]] * 1801), "got 1801"), (changed(frames=3), "frames: expected"),
        (changed(frames=[[0]]), r"frames\[0\]: expected 2 values"),
        (changed(frames=[[0, 2]]), r"frames\[0\]: happy: expected 0..1"),
        (changed(frames=[[0, "1"]]), "happy: expected"), (changed(name="../x"), "a move's name"),
    ],
)  # fmt: skip
def test_damaged_files_say_what_is_wrong(text: str, says: str) -> None:
    with pytest.raises(InputError, match=says):
        parse_move(text, "wink.json")


@given(st.text(max_size=60))
def test_a_name_is_always_the_name_of_a_file_in_its_folder(name: str) -> None:
    try:
        good = move_name(name)
    except InputError:
        return
    assert good == name
    assert not set(good) & set('/\\:*?"<>|.\0')
    assert good == good.strip()
    assert 1 <= len(good) <= 40


PLAIN = st.none() | st.booleans() | st.floats(allow_nan=False) | st.text()
KEYS = st.sampled_from(["hold", "drag", "free", "7", *PLAYED])


@given(st.recursive(PLAIN, lambda inner: st.lists(inner) | st.dictionaries(KEYS, inner)))
def test_any_message_is_taken_or_refused(told: Any) -> None:
    with suppress(PeerError):
        decode(json.dumps({"play": told}))
