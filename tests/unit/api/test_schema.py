"""What comes is checked by the schemas that describe it, and nothing told of it shows a path."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mien.api import Cast, Limits
from mien.api.asking import Asking
from mien.api.errors import RefusedError, refused
from mien.api.limits import Bucket
from mien.api.schema import checked, from_query
from mien.character import load
from mien.face import DeviceError, InputError, PeerError, SettingsError
from mien.testing import FakeReader

SCHEMA = {
    "type": "object", "required": ["name"],
    "properties": {
        "name": {"type": "string", "minLength": 1, "maxLength": 5},
        "size": {"type": "integer", "minimum": 64, "maximum": 128, "default": 64},
        "kind": {"type": "string", "enum": ["a", "b"]}, "on": {"type": "boolean", "default": False},
        "lines": {"type": "array", "items": {"type": "string"}, "minItems": 1, "maxItems": 2},
        "share": {"type": "number", "minimum": 0, "maximum": 1},
    },
}  # fmt: skip

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
    max_leaves=8,
)


def test_what_is_left_out_gets_its_default() -> None:
    assert checked({"name": "momo"}, SCHEMA, "") == {"name": "momo", "size": 64, "on": False}
    whole = {"name": "n", "size": 128, "kind": "b", "on": True, "lines": ["x"], "share": 1}
    assert checked(whole, SCHEMA, "") == whole


@pytest.mark.parametrize(
    ("value", "where"),
    [
        ({}, "name"), ({"name": ""}, "name"), ({"name": "longer"}, "name"), ({"name": 5}, "name"), ([], ""),
        ({"name": "n", "size": 63}, "size"), ({"name": "n", "size": 64.5}, "size"),
        ({"name": "n", "size": True}, "size"),
        ({"name": "n", "size": 10**400}, "size"), ({"name": "n", "kind": "c"}, "kind"), ({"name": "n", "on": 1}, "on"),
        ({"name": "n", "lines": []}, "lines"), ({"name": "n", "lines": ["x", 1]}, "lines[1]"),
        ({"name": "n", "lines": ["x"] * 3}, "lines"), ({"name": "n", "share": float("nan")}, "share"),
        ({"name": "n", "share": float("inf")}, "share"), ({"name": "\ud800"}, "name"), ({"name": "n", "x": 1}, "x"),
    ],
)  # fmt: skip
def test_what_is_not_as_described_is_refused_by_its_place(value: Any, where: str) -> None:
    with pytest.raises(RefusedError) as told:
        checked(value, SCHEMA, "")
    assert told.value.status == 422
    error = told.value.as_dict()["error"]
    assert error["where"] == where
    assert error["expected"]
    assert len(str(error)) < 1000


@given(ANYTHING)
def test_anything_at_all_is_taken_or_refused(value: Any) -> None:
    asking = Asking(Cast({"momo": load("momo")}, FakeReader(), painters=["gan"]), Limits())
    for schema in (SCHEMA, asking.feel, asking.say, asking.session, asking.cue, asking.socket):
        with suppress(RefusedError):
            checked(value, schema, "")


def test_a_query_is_read_by_its_schema() -> None:
    assert from_query("true", {"type": "boolean"}, "x") is True
    assert from_query("70", SCHEMA["properties"]["size"], "x") == 70  # type: ignore[index]
    for text in ("yes", "1" * 5000, "", "７７"):
        with pytest.raises(RefusedError):
            from_query(text, {"type": "boolean"}, "x")
    with pytest.raises(RefusedError):
        from_query("9" * 5000, SCHEMA["properties"]["size"], "x")  # type: ignore[index]


def test_errors_of_mien_are_told_in_their_parts() -> None:
    told = refused(SettingsError("temper.lively: expected 0.3..2, got 9; choose another"), "sessions")
    assert (told.status, told.as_dict()["error"]) == (
        422, {"where": "temper.lively", "expected": "0.3..2", "got": "9", "hint": "choose another"}
    )  # fmt: skip
    assert refused(PeerError("no policy 'x'; there are: a"), "say").as_dict()["error"]["where"] == "say"
    assert refused(DeviceError("/home/ada/x: no space"), "say").status == 503


@pytest.mark.parametrize(
    "text",
    ["/home/ada/secret/a.png: not whole", "expected x, got C:\\Users\\ada\\secret\\a.png", "at http://10.0.0.7:99/secret",
     "a.png in /tmp/secret; try again", "expected '/var/secret', got \"/root/secret\""],
)  # fmt: skip
def test_no_path_and_no_address_is_told(text: str) -> None:
    told = str(refused(InputError(text), "look").as_dict())
    assert "secret" not in told
    assert "10.0.0.7" not in told


def test_a_bucket_lets_a_burst_pass_and_then_its_rate() -> None:
    bucket = Bucket(rate=2.0, burst=3.0, now=0.0)
    assert [bucket.take(0.0) for _ in range(4)] == [0.0, 0.0, 0.0, 0.5]
    assert bucket.take(0.5) == 0.0
    assert bucket.take(0.5) > 0.0
    assert [bucket.take(100.0) for _ in range(4)][:3] == [0.0] * 3


def test_limits_are_numbers_above_nothing() -> None:
    with pytest.raises(SettingsError, match=r"Limits\.sessions"):
        Limits(sessions=0)
