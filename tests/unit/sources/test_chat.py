"""Chat logs: both forms, and what is refused by name."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mien.face import InputError
from mien.sources import ChatLine, Support, chat_log, log_line


def _log(folder: Path, text: str) -> list[ChatLine | Support]:
    path = folder / "chat.tsv"
    path.write_text(text, encoding="utf-8")
    return list(chat_log(path))


def test_both_forms_in_one_file(tmp_path: Path) -> None:
    lines = _log(
        tmp_path, '# note\n\n0.5\tneko\t草www\n{"t": 1, "author": "a", "text": "hi", "worth": 5}\n2\tb\tbye\t3\n'
    )
    assert lines == [ChatLine(0.5, "neko", "草www"), ChatLine(1.0, "a", "hi", 5.0), ChatLine(2.0, "b", "bye", 3.0)]


def test_gifts_among_lines(tmp_path: Path) -> None:
    lines = _log(
        tmp_path,
        '1\ta\thi\n{"t": 2, "author": "inu", "kind": "gift", "amount": 5, "currency": "CNY", "name": "辣条"}\n'
        '{"t": 2, "kind": "raid"}\n',
    )
    assert lines[1:] == [Support(2.0, "inu", "gift", 5.0, "CNY", name="辣条"), Support(2.0, "", "raid")]


TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20)
KIND = st.sampled_from(["gift", "raid"])
TIME = st.floats(0.0, 80_000.0).map(lambda t: round(t, 3))


@given(st.lists(
    st.builds(ChatLine, TIME, TEXT, TEXT, st.floats(0.0, 1e9))
    | st.builds(Support, TIME, TEXT, KIND, st.floats(0.0, 1e9), st.just("CNY"), TEXT, TEXT),
    max_size=8,
))  # fmt: skip
def test_what_is_written_down_is_read_as_it_was(told: list[ChatLine | Support]) -> None:
    told.sort(key=lambda one: one.t)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "chat.jsonl"
        path.write_text("".join(f"{log_line(one)}\n" for one in told), encoding="utf-8", newline="\n")
        assert list(chat_log(path)) == told


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("soon\ta\tb", "divided by tabs"), ("1.0\ta", "divided by tabs"), ('{"t": 1}', "an object such as"),
        ('{"t": 1, "text": 3}', "an object such as"), ("-1\ta\tb", "from 0 on"), ("nan\ta\tb", "from 0 on"),
        ("5\ta\tb\n4\ta\tb", "sort by time"), ("1\ta\tb\t-2", "from 0 on"),
        ("1790000000\ta\tb", "since the chat began"), ("1e400\ta\tb", "from 0 on"),
        ('{"t": 1e400, "text": "a"}', "column 7: expected a finite number"),
        ('{"t": 1, "text": "a", "worth": NaN}', "finite number"), ('{"t": ' + "7" * 5000 + ', "text": ""}', "finite"),
        ('{"t": 1, "text": "\\ud800"}', "half of a character"), ('{"a":' * 9000, "levels"),
        ('{"t": ' + "[" * 70 + "]" * 70 + ', "text": ""}', "levels"), ("{", "expected JSON"),
        ('{"t": 1, "kind": 7}', '"kind": "gift"'), ('{"kind": "gift"}', '"kind": "gift"'),
        ('{"t": 1, "kind": "gift", "amount": -1}', "t and amount from 0 on"),
        ('{"t": 1, "kind": "gift", "amount": "much"}', '"kind": "gift"'),
    ],
)  # fmt: skip
def test_a_wrong_line_is_named(tmp_path: Path, row: str, says: str) -> None:
    with pytest.raises(InputError, match=r"chat\.tsv: line \d") as caught:
        _log(tmp_path, row)
    assert says in str(caught.value)
