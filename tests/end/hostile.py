"""A child process of test_hostile.py: every command with every hostile path, its memory and its time bounded.

`python hostile.py FAMILY FOLDER` prints one JSON object a trial. It is a process of its own, so that limits hold for it
alone and it may be started without root's right to read everything.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import resource
import signal
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from types import FrameType

SECONDS = 40
"""Of one trial; most take far less than one."""

MEMORY = 12_000_000_000
"""Bytes of addresses; torch alone takes five."""

DISK = 60_000_000
SMALL = ("--size", "64", "--fps", "8", "--painter", "artist")

# Of each family: commands in which IN is the hostile path, OUT a good output. `.x` after IN is the ending it gets.
READS: dict[str, dict[str, list[str]]] = {
    "text": {
        "feel -f": ["feel", "-f", "IN.txt"],
        "feel --stream": ["feel", "--stream", "-f", "IN.txt"],
        "feel --encoding": ["feel", "--encoding", "gbk", "-f", "IN.txt"],
        "say -f": ["say", "-f", "IN.txt", "-o", "OUT.gif", *SMALL],
        "say --chat": ["say", "--chat", "IN.jsonl", "-o", "OUT.mp4", *SMALL],
        "say --policy": ["say", "hi", "--policy", "IN.toml", "-o", "OUT.mp4", *SMALL],
        "say --character": ["say", "hi", "--character", "IN.d", "-o", "OUT.png", *SMALL],
        "character show": ["character", "show", "IN.zip"],
        "show -f": ["show", "-f", "IN.txt", "--seconds", "0.1", *SMALL],
        "show --chat": ["show", "--chat", "IN.tsv", "--seconds", "0.1", *SMALL],
        "show TOML": ["show", "IN.toml"],
        "show --camera": ["show", "--camera", "IN.mp4", "--seconds", "0.1", *SMALL],
        "show --keys": ["show", "--room", "youtube:0123456789a", "--keys", "IN.toml", "--seconds", "0.1", *SMALL],
        "record --keys": ["record", "youtube:0123456789a", "--keys", "IN.toml", "-o", "OUT.jsonl"],
        "studio --policy": ["studio", "--policy", "IN.toml", "--no-browser", "--port", "0"],
        "bench text": ["bench", "text", "IN.tsv", "-o", "OUT.d"],
    },
    "look": {
        "look PNG": ["look", "IN.png", "--csv", "OUT.csv"],
        "look JPEG": ["look", "IN.jpg", "--overlay", "OUT.png"],
        "look WEBP": ["look", "IN.webp", "--json"],
        "look TIFF": ["look", "IN.tiff"],
        "look MP4": ["look", "IN.mp4", "--drive", "OUT.mp4", *SMALL],
        "look GIF": ["look", "IN.gif", "--plot", "OUT.png"],
        "hear WAV": ["hear", "IN.wav", "--json"],
        "hear MP4": ["hear", "IN.mp4", "--csv", "OUT.csv"],
        "say --audio": ["say", "--audio", "IN.wav", "-o", "OUT.mp4", *SMALL],
    },
    "train": {
        "prepare FOLDER": ["prepare", "IN.d", "OUT.d"],
        "prepare ZIP": ["prepare", "IN.zip", "OUT.d"],
        "prepare CSV": ["prepare", "IN.csv", "OUT.d"],
        "prepare MP4": ["prepare", "IN.mp4", "OUT.d"],
        "prepare --map": ["prepare", "FACES", "OUT.d", "--map", "IN.toml"],
        "train gan": ["train", "gan", "IN.d", "-o", "OUT.d"],
        "train text": ["train", "text", "IN.zip", "-o", "OUT.d"],
        "train painter": ["train", "painter", "--data", "IN.d", "-o", "OUT.d", "--licence", "x"],
        "sample MODEL": ["sample", "IN.d", "-o", "OUT.png"],
        "sample --points": ["sample", "MODEL", "--points", "IN.json", "-o", "OUT.png"],
        "evaluate MODEL": ["evaluate", "IN.d", "--data", "FACES", "-o", "OUT.html"],
        "evaluate --data": ["evaluate", "MODEL", "--data", "IN.d", "-o", "OUT.html"],
        "evaluate --baseline": ["evaluate", "MODEL", "--data", "FACES", "--baseline", "IN.json", "-o", "OUT.html"],
        "export MODEL": ["export", "IN.d", "-o", "OUT.onnx"],
    },
}

# Likewise, in which OUT is the hostile path.
WRITES: dict[str, dict[str, list[str]]] = {
    "text": {
        "say -o mp4": ["say", "hi", "-o", "OUT.mp4", *SMALL],
        "say -o gif": ["say", "hi", "-o", "OUT.gif", *SMALL],
        "say -o png": ["say", "hi", "-o", "OUT.png", *SMALL],
        "say --plot": ["say", "hi", "--plot", "OUT.png"],
        "say --sheet": ["say", "--sheet", "OUT.png", *SMALL],
        "character sheet -o": ["character", "sheet", "momo", "--size", "64", "--painter", "artist", "-o", "OUT.png"],
        "character pack -o": ["character", "pack", "momo", "-o", "OUT.zip"],
        "show -o": ["show", "hi", "--sink", "mp4", "-o", "OUT.mp4", "--seconds", "0.2", *SMALL],
        "record -o": ["record", "hook:0", "-o", "OUT.jsonl", "--seconds", "0.1"],
        "show -o jsonl": ["show", "hi", "--sink", "jsonl", "-o", "OUT.jsonl", "--seconds", "0.2", *SMALL],
        "bench text -o": ["bench", "text", "LINES", "-o", "OUT.d"],
    },
    "look": {
        "look --csv": ["look", "FACE", "--csv", "OUT.csv"],
        "look --overlay": ["look", "FACE", "--overlay", "OUT.png"],
        "hear --csv": ["hear", "SOUND", "--csv", "OUT.csv"],
        "hear --plot": ["hear", "SOUND", "--plot", "OUT.png"],
    },
    "train": {
        "prepare DEST": ["prepare", "FACES", "OUT.d", "--size", "16"],
        "prepare --draw": ["prepare", "--draw", "8", "OUT.d", "--size", "16"],
        "sample -o": ["sample", "MODEL", "--n", "1", "-o", "OUT.png"],
        "sample --interpolate": ["sample", "MODEL", "--n", "2", "--interpolate", "-o", "OUT.gif"],
        "evaluate -o": ["evaluate", "MODEL", "--data", "FACES", "-o", "OUT.html"],
        "export -o": ["export", "MODEL", "--to", "torchscript", "-o", "OUT.pt"],
        "train gan -o": ["train", "gan", "FACES", "-o", "OUT.d"],
        "train text -o": ["train", "text", "CORPORA", "-o", "OUT.d"],
    },
}


def _file(data: bytes) -> Callable[[Path], object]:
    return lambda path: path.write_bytes(data)


def _huge(path: Path) -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY,) * 2)
    with path.open("wb") as file:
        file.truncate(20_000_000_000)  # sparse: it takes no room
    resource.setrlimit(resource.RLIMIT_FSIZE, (DISK, resource.RLIM_INFINITY))


def _locked_folder(path: Path) -> Path:
    folder = path.parent / f"locked {path.suffix[1:]}"
    folder.mkdir()
    inner = folder / path.name
    inner.write_bytes(b"x")
    folder.chmod(0)
    return inner


def _locked(path: Path) -> None:
    path.write_bytes(b"x")
    path.chmod(0)


def _below(path: Path) -> Path:
    path.write_bytes(b"x")
    return path / f"inner{path.suffix}"


KINDS: dict[str, Callable[[Path], object]] = {
    "missing": Path.exists,
    "folder": lambda path: path.mkdir(),
    "empty": _file(b""),
    "garbage": _file(b"\x80\xfe garbage \x00\xff" * 40),
    "huge": _huge,
    "zero": lambda path: path.symlink_to("/dev/zero"),
    "random": lambda path: path.symlink_to("/dev/random"),
    "pipe": lambda path: os.mkfifo(path),
    "loop": lambda path: path.symlink_to(path.name),
    "below a file": _below,
    "locked": _locked,
    "in a locked folder": _locked_folder,
    "long": lambda path: path.with_name(f"{path.stem}{'n' * 300}{path.suffix}"),
    "newline": lambda path: path.with_name(f"two\nlines{path.suffix}"),
    "nul": lambda path: path.with_name(f"n\0l{path.suffix}"),
}
READ_KINDS = tuple(KINDS)
WRITE_KINDS = ("folder", "zero", "pipe", "loop", "below a file", "in a locked folder", "long", "nul")


def allowed(command: str, kind: str) -> bool:
    """Whether this is no fault at all: a blank file of lines says nothing; a new folder may be made of any name."""
    blank = kind == "empty" and command.startswith(("feel", "show -f", "show --chat"))
    return blank or (kind == "garbage" and command == "feel --encoding")


def skipped(command: str, kind: str) -> bool:
    """Whether there is nothing to try: an empty folder is what a folder of output may be, an empty map maps nothing."""
    return (kind == "folder" and command in _FOLDERS) or (kind, command) == ("empty", "prepare --map")


_FOLDERS = ("prepare DEST", "prepare --draw", "bench text -o", "train gan -o", "train text -o")


def _state(folder: Path) -> dict[str, tuple[int, ...]]:
    found: dict[str, tuple[int, ...]] = {}
    for path in folder.rglob("*"):
        facts = path.lstat()
        found[str(path)] = (facts.st_mode, facts.st_size, facts.st_ino, facts.st_mtime_ns if path.is_file() else 0)
    return found


def _too_long(_signal: int, _frame: FrameType | None) -> None:
    raise TimeoutError(f"took more than {SECONDS} s")


def _tried(arguments: list[str]) -> tuple[object, str, str]:
    from mien.cli import main

    out, err = io.StringIO(), io.StringIO()
    signal.alarm(SECONDS)
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code: object = main(arguments)
    except SystemExit as left:
        code = left.code
    except BaseException:
        code, err = "raised", io.StringIO(err.getvalue() + traceback.format_exc())
    finally:
        signal.alarm(0)
    return code, out.getvalue(), err.getvalue()


def _trial(command: str, words: list[str], kind: str, hostile: str, place: Path, good: dict[str, str]) -> None:
    folder = place / f"{command} {kind}".replace("/", "-").replace(" ", "_")
    folder.mkdir()
    ending = next(word for word in words if word.startswith(f"{hostile}."))[len(hostile) :]
    path = folder / f"hostile{ending}"
    path = made if isinstance(made := KINDS[kind](path), Path) else path
    given = {f"{hostile}{ending}": str(path), **good}
    arguments = [given.get(word, str(folder / word.lower()) if word.startswith("OUT.") else word) for word in words]
    before, begun = _state(folder), time.monotonic()
    code, out, err = _tried(arguments)
    print(json.dumps({
        "command": command, "kind": kind, "code": code, "out": out[-500:], "err": err[-3000:],
        "seconds": round(time.monotonic() - begun, 2), "path": str(path), "same": _state(folder) == before,
        "left": sorted(set(_state(folder)) - set(before)),
        "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss,
    }), flush=True)  # fmt: skip


def main() -> None:
    """Try a family's commands."""
    family, place = sys.argv[1], Path(sys.argv[2])
    good = {name: str(place / name) for name in ("FACES", "MODEL", "LINES", "FACE", "SOUND", "CORPORA")}
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (DISK, resource.RLIM_INFINITY))
    signal.signal(signal.SIGALRM, _too_long)
    for commands, kinds, hostile in ((READS, READ_KINDS, "IN"), (WRITES, WRITE_KINDS, "OUT")):
        for command, words in commands[family].items():
            for kind in kinds:
                if not skipped(command, kind):
                    _trial(command, words, kind, hostile, place, good)


if __name__ == "__main__":
    main()
