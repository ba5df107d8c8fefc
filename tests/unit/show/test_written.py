"""A table as TOML: whatever goes in comes out."""

from __future__ import annotations

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mien.show.written import as_toml

TEXT = st.text(st.characters(codec="utf-8"))
PLAIN = st.one_of(TEXT, st.booleans(), st.integers(-(2**63), 2**63 - 1), st.floats(allow_nan=False))
ROW = st.dictionaries(TEXT, st.one_of(PLAIN, st.lists(PLAIN), st.dictionaries(TEXT, PLAIN)))


@given(st.dictionaries(TEXT, st.one_of(PLAIN, st.lists(PLAIN), ROW, st.lists(ROW, min_size=1))))
def test_it_is_read_as_it_was_written(table: dict[str, object]) -> None:
    assert tomllib.loads(as_toml(table)) == table


def test_what_toml_cannot_hold_is_refused() -> None:
    with pytest.raises(TypeError, match="got NoneType"):
        as_toml({"a": None})


def test_half_a_sign_is_left_out() -> None:
    assert tomllib.loads(as_toml({"a": "x\ud800y"})) == {"a": "xy"}
