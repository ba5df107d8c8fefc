"""`mien feel`: one line in, one line out."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mien.face import FEELINGS

Run = Callable[..., Any]

LINES = [
    "今天终于通关了！！",
    "",
    "I miss my cat so much…",
    "   ",
    "えっ！？うそでしょ！？",
    "👍" * 5,
    '"quoted" \\ and\ttabbed',
]


@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_file_gives_one_json_object_a_line_in_order(run: Run, tmp_path: Path, end: str, mark: str) -> None:
    chat = tmp_path / "chat.txt"
    chat.write_bytes((mark + end.join(LINES) + end).encode())
    ran = run("feel", "-f", chat, "--json")
    assert ran.code == 0
    read = [json.loads(line) for line in ran.out.splitlines()]
    assert [one["text"] for one in read] == LINES
    for one in read:
        assert list(one) == [
            "text", "feelings", "dominant", "strength", "valence", "arousal", "confidence", "language",
        ]  # fmt: skip
        assert list(one["feelings"]) == list(FEELINGS)
        assert all(0.0 <= value <= 1.0 for value in one["feelings"].values())
        assert one["dominant"] in (*FEELINGS, "neutral")
    assert [one["language"] for one in read[:5:2]] == ["zh", "en", "ja"]
    assert [one["dominant"] for one in read[:5:2]] == ["happy", "sad", "surprised"]
    assert read[1]["dominant"] == read[3]["dominant"] == "neutral"


def test_arguments_are_lines_too(run: Run) -> None:
    ran = run("feel", "太好了！", "", "--json")
    assert [json.loads(line)["text"] for line in ran.out.splitlines()] == ["太好了！", ""]
    plain = run("feel", "太好了！").out
    assert plain.startswith("happy")
    assert plain.rstrip().endswith("太好了！")


def test_standard_input_in_a_locale_that_knows_no_chinese() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "mien", "feel", "-f", "-", "--json"],
        input="开心\n".encode(),
        capture_output=True,
        env={"PATH": "", "LC_ALL": "POSIX", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
        check=True,
    )
    assert json.loads(done.stdout.decode())["text"] == "开心"


def test_a_reader_that_leaves_early_is_no_error(tmp_path: Path) -> None:
    chat = tmp_path / "chat.txt"
    chat.write_text("哈哈\n" * 3000, encoding="utf-8")
    with subprocess.Popen(
        [sys.executable, "-m", "mien", "feel", "-f", str(chat), "--json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline()
        process.stdout.close()
        assert process.stderr is not None
        assert process.stderr.read() == b""
        assert process.wait(timeout=120) == 0


def test_an_empty_file_has_no_lines(run: Run, tmp_path: Path) -> None:
    chat = tmp_path / "chat.txt"
    chat.write_bytes(b"")
    assert run("feel", "-f", chat, "--json") == run("feel", "-f", chat)
    assert run("feel", "-f", chat).out == ""


def test_each_line_is_answered_before_the_next_is_there() -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "mien", "feel", "-f", "-", "--json"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        for line in ("开心", "sob"):
            process.stdin.write(line + "\n")
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["text"] == line
        process.stdin.close()
        assert process.wait(timeout=120) == 0
