"""The door for reading: paths, text, JSON and TOML from outside."""

from __future__ import annotations

import json
import math
import os
import tomllib
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mien.face import InputError, SettingsError
from mien.files import ENCODINGS, below, decoded, known_encoding, parse_json, parse_toml, read_bytes, read_text, reading
from mien.files.reading import plain_file

TEXT = {
    "gbk": "开心，哈哈",
    "shift-jis": "嬉しい！",
    "utf-16": "hi 好",
    "big5": "開心",
    "euc-jp": "悲しい",
    "utf-8": "ü 好",
}


@pytest.mark.parametrize("name", TEXT)
def test_an_encoding_is_read_as_it_is_called(tmp_path: Path, name: str) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(TEXT[name].encode(ENCODINGS[name]))
    assert read_text(path, name) == TEXT[name]
    assert read_text(path, name.upper().replace("-", "_")) == TEXT[name]


@pytest.mark.parametrize("marked", ["utf-8-sig", "utf-16", "utf-32"])
@pytest.mark.parametrize("asked", ["utf-8", "gbk"])
def test_a_byte_order_mark_decides(marked: str, asked: str) -> None:
    assert decoded("嬉しい\n".encode(marked), "a.txt", asked) == "嬉しい\n"


def test_an_unknown_encoding_says_what_there_is() -> None:
    with pytest.raises(SettingsError, match=r"expected one of utf-8, .*got 'rot13'"):
        known_encoding("rot13")


@given(st.binary(max_size=60), st.sampled_from(sorted(ENCODINGS)))
def test_any_bytes_are_text_or_an_error_with_its_place(data: bytes, name: str) -> None:
    with suppress(InputError):
        assert isinstance(decoded(data, "a.txt", name), str)
        return
    with pytest.raises(InputError, match=r"^a\.txt: line \d+, byte \d+: "):
        decoded(data, "a.txt", name)


def test_limits_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "long.txt"
    path.write_bytes(b"x" * 2000)
    with pytest.raises(InputError, match=r"long\.txt: expected at most 1 kB, got 2 kB"):
        read_bytes(path, 1000)
    with pytest.raises(SettingsError, match="expected at most"):
        plain_file(path, 10, SettingsError)
    if Path("/proc/self/maps").exists():  # says that it is empty, and is not
        with pytest.raises(InputError, match="got more"):
            read_bytes("/proc/self/maps", 100)


def test_what_is_hidden_is_passed_over(tmp_path: Path) -> None:
    for name in ("happy/a.png", ".ipynb_checkpoints/b.png", "happy/._c.png", "__MACOSX/d.png", "sad/.git/e"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"")
    assert below(tmp_path) == [tmp_path / "happy" / "a.png"]


def test_other_errors_of_value_pass_through() -> None:
    with pytest.raises(ValueError, match="ours"), reading("a"):
        raise ValueError("ours")


BAD_JSON = [
    ("{", "line 1, column 2: expected JSON"), ("[1,\n NaN]", "line 2, column 2: expected a finite number, got 'NaN'"),
    ('["NaN", NaN]', "line 1, column 9"), ("[-Infinity]", "line 1, column 2: expected a finite number"),
    ("[1e400]", "line 1, column 2: expected a finite number, got '1e400'"),
    ("[" + "7" * 5000 + "]", "line 1, column 2"),
    ("[" + "7" * 30_000 + ".5]", "line 1, column 2"), ("[" * 100_000, "levels"),
    ("[" * 80 + "]" * 80, "at most 64 levels"),
    ('{"a": ["\\ud800"]}', r"a\[0\]: expected valid Unicode, got half of a character"),
    ('{"\\udc00": 1}', "half of a character"), ("", "line 1, column 1: expected JSON"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "says"), BAD_JSON)
def test_json_that_breaks_programs_is_refused_with_its_place(text: str, says: str) -> None:
    with pytest.raises(InputError, match=says):
        parse_json(text, "x.json")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("a = nan", "a: expected a finite number"), ("[a]\nb = [1.0, inf]", r"a\.b\[1\]: expected a finite number"),
        ("a = " + "7" * 5000, "not TOML"), ("a = " + "7" * 60, "at most 40 digits"), ("a = ", "not TOML"),
        ("a = " + "[" * 90 + "]" * 90, "at most 64 levels"), ("a = 2026-02-31", "x.toml"),
        ("a = " + "[" * 5000, "x.toml"),
    ],
)  # fmt: skip
def test_toml_that_breaks_programs_is_refused(text: str, says: str) -> None:
    with pytest.raises(InputError, match=says):
        parse_toml(text, "x.toml")


PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**30), 10**30) | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(codec="utf-8"), max_size=8),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.text(st.characters(codec="utf-8"), max_size=8), inner, max_size=3),
    max_leaves=8,
)  # fmt: skip


@given(PLAIN)
def test_what_is_sound_comes_through(value: object) -> None:
    assert parse_json(json.dumps(value), "x") == value


@given(st.text(max_size=40))
def test_any_text_is_json_and_toml_or_an_input_error(text: str) -> None:
    for parse, theirs in ((parse_json, json.loads), (parse_toml, tomllib.loads)):
        try:
            found = parse(text, "x")
        except InputError:
            continue
        same = theirs(text)
        assert found == same or (isinstance(same, float) and math.isnan(same))


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
def test_a_pipe_that_nobody_writes_to_does_not_wait(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(InputError, match="expected a file, got a pipe"):
        read_bytes(tmp_path / "pipe")
