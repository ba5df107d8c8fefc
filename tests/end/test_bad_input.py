"""Bad input: a clear named error, exit code 1 or 2, no stack trace, no partial file."""

from __future__ import annotations

import dataclasses
import os
import resource
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

import mien.sinks.video
from mien.character import load

Run = Callable[..., Any]

SMALL = ("--size", "64", "--fps", "8", "--painter", "artist")


def check(ran: Any, code: int, says: str, folder: Path, left: int = 0) -> None:
    assert says in ran.err
    assert ran.code == code
    assert "Traceback" not in ran.err
    assert ran.out == ""
    assert len(list(folder.iterdir())) == left


MISUSED = [
    (["say", "hi", "-o", "{}/a.mp4", "--size", "0"], "--size: expected a whole number in 64..2048, got '0'"),
    (["say", "hi", "-o", "{}/a.mp4", "--size", "100000"], "--size: expected a whole number in 64..2048"),
    (["say", "hi", "-o", "{}/a.mp4", "--fps", "0"], "--fps: expected a whole number in 1..240, got '0'"),
    (["say", "hi", "-o", "{}/a.mp4", "--fps", "nan"], "--fps: expected a whole number"),
    (["say", "hi", "-o", "{}/a.mp4", "--background", "red"], "expected a colour"),
    (["say", "hi", "-o", "{}/a.mp4", "--producer", "a b"], "producer: expected printable ASCII"),
    (["say", "hi", "-o", "{}/a.mp4", "--character", "nobody"], "no character 'nobody'; there are: haru, lin, momo"),
    (["say", "hi", "-o", "{}/a.mp4", "--painter", "nobody"], "no painter 'nobody'; there are: artist, gan"),
    (["say", "hi", "-o", "{}/a.avi"], "no sink writes '.avi'; expected .gif, .jsonl, .mp4, .png, .webm"),
    (["say", "hi", "-o", "{}/none/a.mp4"], "make it first"),
    (["say", "hi", "-o", ""], "expected a path"),
    (["say", "hi"], "expected -o OUT, --explain, --plot OUT.png or --sheet OUT.png"),
    (["say", "hi", "--plot", "{}/a.jpg"], "--plot writes .png"),
    (["say", "hi", "-o", "{}/a.mp4", "--policy", "nope"], "no policy 'nope'; there are: companion"),
    (["say", "hi", "--chat", "chat.tsv", "-o", "{}/a.mp4"], "--chat"),
    (["say", "-o", "{}/a.mp4"], "expected a line of text or -f FILE"),
    (["say", "hi", "-f", "x", "-o", "{}/a.mp4"], "got both"),
    (["show", "--sink", "vcm"], "no sink 'vcm'; there are: gif, json, jsonl, mjpeg, mp4, null"),
    (["show", "--to", "vcm"], "--to: expected vmc, vtube-studio, json, mjpeg, virtual-camera, got 'vcm'"),
    (["show", "--to", "vmc:x y"], "to: expected an address such as 127.0.0.1:39539, got 'x y'"),
    (["show", "--from", "kinect"], "--from: expected openseeface,"),
    (["show", "--from", "livelink:ws://a"], "listen: expected an address"),
    (["show", "--sink", "mp4"], "expected a path"),
    (["show", "--seconds", "-1"], "expected seconds"),
    (["studio", "--port", "70000"], "expected a whole number in 0..65535"),
    (["sing"], "invalid choice: 'sing'"),
    ([], "required: COMMAND"),
]


@pytest.mark.parametrize(("arguments", "says"), MISUSED)
def test_a_misused_command_exits_with_2(run: Run, tmp_path: Path, arguments: list[str], says: str) -> None:
    check(run(*(argument.format(tmp_path) for argument in arguments)), 2, says, tmp_path)


def test_a_chat_that_is_not_there(run: Run, tmp_path: Path) -> None:
    check(run("say", "--chat", tmp_path / "none.tsv", "-o", tmp_path / "a.mp4", *SMALL), 1, "cannot read it", tmp_path)


@pytest.mark.parametrize("lines", [[""], ["  ", "\t"], ["\u3000"]])
def test_blank_lines_alone_say_nothing(run: Run, tmp_path: Path, lines: list[str]) -> None:
    check(run("say", *lines, "-o", tmp_path / "a.mp4", *SMALL), 1, "nothing to say", tmp_path)


def test_invalid_utf8_is_named_by_line_and_byte(run: Run, tmp_path: Path) -> None:
    chat = tmp_path / "chat.txt"
    chat.write_bytes("好\n".encode() + b"\xff\xfe\n")
    says = f"{chat}: line 2, byte 5: expected UTF-8"
    check(run("say", "-f", chat, "-o", tmp_path / "a.mp4", *SMALL), 1, says, tmp_path, left=1)
    ran = run("feel", "-f", chat)  # a stream: what came before the broken line is read
    assert (ran.code, ran.out.count("\n")) == (1, 1)
    assert says in ran.err
    assert "Traceback" not in ran.err


def test_a_chat_file_that_is_not_there(run: Run, tmp_path: Path) -> None:
    check(run("feel", "-f", tmp_path / "none.txt"), 1, "cannot read it", tmp_path)


def test_a_line_of_100000_characters_is_read_and_said_in_bounds(run: Run, tmp_path: Path) -> None:
    line = "好开心！" * 25_000
    ran = run("feel", line, "--json")
    assert ran.code == 0
    assert '"dominant": "happy"' in ran.out
    ran = run("say", line, "-o", tmp_path / "a.png", *SMALL)
    assert (ran.code, ran.err) == (0, "")


def test_a_folder_in_the_way(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.mp4").mkdir()
    (tmp_path / "a.mp4" / "mine").write_text("keep me")
    for out in ("a.mp4", "a.mp4/"):
        check(run("say", "hi", "-o", f"{tmp_path}/{out}", *SMALL), 2, "a.mp4", tmp_path, left=1)
    assert (tmp_path / "a.mp4" / "mine").read_text() == "keep me"


def test_a_folder_that_may_not_be_written(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = os.open

    def refused(path: str, flags: int, mode: int = 0o777) -> int:
        if str(path).endswith(".part"):
            raise PermissionError(13, "Permission denied")  # chmod would not stop a test that runs as root
        return opened(path, flags, mode)

    monkeypatch.setattr(os, "open", refused)
    check(run("say", "hi", "-o", tmp_path / "a.mp4", *SMALL), 1, "may not be written to", tmp_path)


def test_a_missing_codec(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    without = dataclasses.replace(mien.sinks.video.MP4, codec="libnothing")
    monkeypatch.setattr(mien.sinks.video, "MP4", without)
    check(run("say", "hi", "-o", tmp_path / "a.mp4", *SMALL), 1, "no encoder libnothing", tmp_path)


@pytest.mark.parametrize("name", ["a.mp4", "a.webm", "a.gif", "shots/"])
def test_a_full_disk_leaves_nothing(tmp_path: Path, name: str) -> None:
    done = subprocess.run(
        [sys.executable, "-B", "-m", "mien", "say", "哇！", "-o", f"{tmp_path}/{name}", *SMALL],
        capture_output=True,
        text=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (4000, 4000)),
        check=False,
    )
    check(
        SimpleNamespace(code=done.returncode, out=done.stdout, err=done.stderr),
        1,
        "the disk is full",
        tmp_path,
    )


@pytest.mark.parametrize("role", ["network", "cels", "pointer"])
@pytest.mark.parametrize("left", [0, 1000])
def test_truncated_weights(run: Run, tmp_path: Path, role: str, left: int) -> None:
    momo = load("momo")
    folder = tmp_path / "her"
    shutil.copytree(momo.folder, folder)
    path = folder / momo.painter["files"][role]
    path.write_bytes(path.read_bytes()[:left])
    ran = run("say", "hi", "-o", tmp_path / "a.mp4", "--size", "64", "--character", folder)
    check(ran, 1, str(path), tmp_path, left=1)


def test_a_real_process_prints_one_line_and_its_code(tmp_path: Path) -> None:
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "mien",
            "say",
            "hi",
            "-o",
            str(tmp_path / "a.mp4"),
            "--character",
            "nobody",
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert done.stderr.startswith("mien say: no character 'nobody'")
    assert done.stderr.count("\n") == 1


def test_training_without_torch_says_what_to_install(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mien.cli.needs.find_spec", lambda _name: None)
    for arguments in (["painter"], ["text", tmp_path / "data"], ["gan", tmp_path / "data"]):
        ran = run("train", *arguments, "-o", tmp_path / "out")
        check(ran, 1, 'training needs torch: pip install "mien[train]"', tmp_path)
