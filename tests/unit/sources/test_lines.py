"""Lines from arguments and files."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mien.face import InputError
from mien.sources import argument_lines, file_lines

LINE = st.text(st.characters(codec="utf-8", exclude_characters="\n\r"), max_size=20)


@settings(max_examples=40)
@given(st.lists(LINE, min_size=1, max_size=6), st.sampled_from(["\n", "\r\n"]), st.booleans(), st.booleans())
def test_a_file_gives_back_its_lines(
    tmp_path_factory: pytest.TempPathFactory, lines: list[str], end: str, mark: bool, last: bool
) -> None:
    path = tmp_path_factory.mktemp("lines") / "chat.txt"
    text = end.join(lines) + (end if last or lines[-1] == "" else "")
    if text.startswith("\ufeff") and not mark:
        return  # a mark at the beginning is skipped, whoever meant it
    path.write_bytes((b"\xef\xbb\xbf" if mark else b"") + text.encode())
    assert list(file_lines(path)) == lines


@pytest.mark.parametrize(
    ("data", "where"),
    [
        (b"ok\n\xff\n", "line 2, byte 4: expected UTF-8 text, got 0xff"),
        (b"\xef\xbb\xbfa\xe4\xbd\n", "line 1, byte 5: expected UTF-8 text, got 0xe4"),
        (b"\xff\xfea\x00\x00\xd8", "line 1, byte 5: expected UTF-16-LE text"),
    ],
)
def test_broken_text_is_named_by_line_and_byte(tmp_path: Path, data: bytes, where: str) -> None:
    path = tmp_path / "chat.txt"
    path.write_bytes(data)
    with pytest.raises(InputError, match=where):
        list(file_lines(path))


def test_lines_before_the_broken_one_come_first(tmp_path: Path) -> None:
    path = tmp_path / "chat.txt"
    path.write_bytes(b"one\n\ntwo\n\x80")
    lines = file_lines(path)
    assert [next(lines) for _ in range(3)] == ["one", "", "two"]
    with pytest.raises(InputError, match="line 4, byte 10"):
        next(lines)


def test_a_file_that_is_not_there_or_a_folder(tmp_path: Path) -> None:
    for path in (tmp_path / "none.txt", tmp_path):
        with pytest.raises(InputError, match="cannot read it"):
            list(file_lines(path))


def test_a_dash_is_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO("你好\n\n".encode())))
    assert list(file_lines("-")) == ["你好", ""]


def test_arguments_are_lines_as_they_are() -> None:
    assert list(argument_lines(["a\nb", "", "咪"])) == ["a\nb", "", "咪"]
    with pytest.raises(InputError, match=r"text 2.*place 2"):
        list(argument_lines(["ok", "x\udcff"]))
