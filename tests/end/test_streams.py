"""Text in other letters, signals, and what a command says of its output."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

Run = Callable[..., Any]

SMALL = ("--size", "64", "--fps", "8", "--painter", "artist")


@pytest.mark.parametrize(("name", "text"), [("gbk", "气死我了"), ("shift-jis", "悲しい"), ("utf-16-be", "今天好开心")])
def test_other_encodings_are_read_by_every_command_of_lines(run: Run, tmp_path: Path, name: str, text: str) -> None:
    chat = tmp_path / "chat.txt"
    chat.write_bytes(f"{text}\n".encode(name))
    felt = json.loads(run("feel", text, "--json").out)
    assert json.loads(run("feel", "-f", chat, "--encoding", name, "--json").out) == felt
    told = run("say", "-f", chat, "--encoding", name, "--explain", "--json")
    assert json.loads(told.out)["line"]["text"] == text
    ran = run("feel", "--stream", "-f", chat, "--encoding", name, "--json")
    assert json.loads(ran.out.splitlines()[-1])["text"] == text
    log = tmp_path / "log.tsv"
    log.write_bytes(f"0\tneko\t{text}\n".encode(name))
    assert text in run("say", "--chat", log, "--encoding", name, "--explain").out


def test_a_mark_decides_and_a_wrong_guess_is_named(run: Run, tmp_path: Path) -> None:
    chat = tmp_path / "chat.txt"
    chat.write_bytes("开心\n".encode("utf-16"))
    assert "开心" in run("feel", "-f", chat, "--encoding", "gbk").out
    chat.write_bytes("开心\n".encode("gbk"))
    ran = run("feel", "-f", chat)
    assert (ran.code, "--encoding" in ran.err) == (1, True)
    ran = run("feel", "-f", chat, "--encoding", "klingon")
    assert (ran.code, "expected one of utf-8" in ran.err) == (2, True)


def test_the_pipe_of_a_shell_is_read() -> None:
    command = f"{sys.executable} -m mien feel -f <(printf 'hi\\n') --json"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False)
    assert json.loads(done.stdout)["text"] == "hi", done.stderr


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_that_ends_leaves_no_half_file(tmp_path: Path, number: signal.Signals) -> None:
    command = [sys.executable, "-m", "mien", "say", *["今天好开心"] * 400, "-o", str(tmp_path / "a.mp4"), *SMALL]

    def heed() -> None:
        signal.signal(number, signal.SIG_DFL)  # whoever runs the tests may ignore it (nohup), and children inherit that

    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, preexec_fn=heed) as process:
        while process.poll() is None and not list(tmp_path.iterdir()):
            time.sleep(0.05)
        process.send_signal(number)
        _, err = process.communicate(timeout=60)
    # before it there may be a line of progress, on a machine that is slow enough
    assert (process.returncode, err.splitlines()[-1]) == (130, "mien say: interrupted")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("ignored", "told"), [(True, "went on"), (False, "interrupted")])
def test_a_hang_up_that_was_ignored_stays_ignored(ignored: bool, told: str) -> None:
    script = (
        "import os, signal, mien.cli, mien.cli.feel\n"
        f"signal.signal(signal.SIGHUP, signal.{'SIG_IGN' if ignored else 'SIG_DFL'})\n"
        "mien.cli.feel.run = lambda _: (os.kill(os.getpid(), signal.SIGHUP), print('went on'), 0)[2]\n"
        "mien.cli.main(['feel', 'hi'])\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert told in done.stdout + done.stderr


@pytest.mark.parametrize("number", ["SIGTERM", "SIGHUP"])
def test_a_signal_that_a_library_loses_is_heeded(number: str) -> None:
    script = (
        "import os, signal, time, mien.cli, mien.cli.feel\n"
        f"signal.signal(signal.{number}, signal.SIG_DFL)\n"
        "def run(_):\n"
        "    try:\n"
        f"        os.kill(os.getpid(), signal.{number})\n"
        "        time.sleep(60)\n"
        "    except KeyboardInterrupt:\n"
        "        pass\n"
        "    try:\n"
        "        time.sleep(60)\n"
        "    finally:\n"
        "        time.sleep(2.5)\n"  # tidying up is not disturbed
        "        print('tidy')\n"
        "mien.cli.feel.run = run\n"
        "raise SystemExit(mien.cli.main(['feel', 'hi']))\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (130, "tidy\n", "mien feel: interrupted\n")


@pytest.mark.parametrize(("sink", "out"), [("gif", "x.mp4"), ("mp4", "x.gif"), ("jsonl", "x.webm"), ("png", "x.mp4")])
def test_a_sink_does_not_write_another_ones_name(run: Run, tmp_path: Path, sink: str, out: str) -> None:
    ran = run("show", "hi", "--sink", sink, "-o", tmp_path / out, "--seconds", "0.2", *SMALL)
    assert ran.code == 2
    assert f"the sink {sink} does not write" in ran.err
    assert list(tmp_path.iterdir()) == []


def test_a_film_without_a_face_is_told(run: Run, tmp_path: Path) -> None:
    writer = cv2.VideoWriter(str(tmp_path / "dark.avi"), cv2.VideoWriter.fourcc(*"MJPG"), 5.0, (96, 96))
    for _ in range(5):
        writer.write(np.full((96, 96, 3), 40, np.uint8))
    writer.release()
    ran = run("look", tmp_path / "dark.avi", "--drive", tmp_path / "d.mp4", *SMALL)
    assert ran.code == 0
    assert "no face was seen in it" in ran.err


def test_a_message_with_a_name_of_two_lines_is_one_line(run: Run) -> None:
    ran = run("feel", "-f", "two\nlines")
    assert ran.err == "mien feel: two\\nlines: cannot read it: nothing is there; check the name\n"
