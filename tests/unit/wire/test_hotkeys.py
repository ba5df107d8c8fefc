"""What keys of the keyboard do: which are taken, and what is said of others."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mien.face import PeerError, SettingsError
from mien.face.channels import sides
from mien.wire.hotkeys import HELD, MOST, hotkeys
from mien.wire.onair import Keyed
from mien.wire.page import decode
from mien.wire.play import played

GOOD = {
    "b": "hold:blush", "1": "hold:happy", " ": "hold:mouthSmile*", "F2": "hold:jawOpen", "ArrowUp": "move:wink",
    "й": "move:眨眼 2",
}  # fmt: skip


def test_the_page_tells_its_keys() -> None:
    assert decode(json.dumps({"hotkeys": GOOD})) == Keyed(GOOD)
    assert decode('{"hotkeys": {}}') == Keyed({})


@pytest.mark.parametrize(
    ("told", "says"),
    [
        (3, "x: keys: expected a table"), (["b"], "x: keys: expected a table"),
        ({chr(0x4E00 + n): "hold:blush" for n in range(MOST + 1)}, "x: keys: expected at most 64 keys, got 65"),
        ({"": "hold:blush"}, "expected one sign in lower case, or a key's name such as F2, got ''"),
        ({"B": "hold:blush"}, "got 'B'"), ({"bb": "hold:blush"}, "got 'bb'"), ({"\n": "hold:blush"}, r"got '\\n'"),
        ({"Tab": "hold:blush"}, "got 'Tab'"), ({"Escape": "hold:blush"}, "got 'Escape'"),
        ({"F" + "2" * 32: "hold:blush"}, "got 'F2"), ({"F2\n": "hold:blush"}, "got 'F2"),
        ({"b": 3}, "x: keys.b: expected hold:NAME or move:NAME, got 3"),
        ({"b": "jump:blush"}, "x: keys.b: expected hold:NAME or move:NAME, got 'jump:blush'"),
        ({"b": "hold"}, "x: keys.b: expected a feeling, a mark or a muscle after hold:, got 'hold'"),
        ({"b": "hold:blsh"}, "x: keys.b: expected a feeling"), ({"b": "hold:yaw"}, "x: keys.b: expected a feeling"),
        ({"b": "hold:mouth*"}, "x: keys.b: expected a feeling"), ({"b": "hold:jawOpen*"}, "x: keys.b: expected a"),
        ({"b": "move:../x"}, "x: keys.b: a move's name: expected 1 to 40 letters"), ({"b": "move:"}, "a move's name"),
    ],
)  # fmt: skip
def test_anything_else_is_refused_by_name(told: Any, says: str) -> None:
    with pytest.raises(SettingsError, match=says.replace("*", r"\*")):
        hotkeys(told, "x: keys", SettingsError)


def test_what_a_key_holds_the_hand_may_hold() -> None:
    for name in HELD:
        if name.endswith("*"):
            assert len(sides(name[:-1])) == 2
            played({"hold": {f"{name[:-1]}{side}": 1 for side in ("Left", "Right")}})
        else:
            played({"hold": {name: 1}})


@given(st.dictionaries(st.text(max_size=4), st.text(max_size=12) | st.integers() | st.none(), max_size=4))
def test_any_table_is_taken_whole_or_refused(told: dict[str, Any]) -> None:
    with suppress(PeerError):
        assert hotkeys(told, "hotkeys", PeerError) == told
