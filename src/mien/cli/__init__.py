"""The commands, one small file each: parse, call one library function, print.

Owns: arguments, exit codes, what is printed. Never does the work itself.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from importlib import import_module

from mien import __version__
from mien.cli.signals import heeded
from mien.cli.values import kept_apart
from mien.face import MienError, SettingsError
from mien.files import printable

COMMANDS = (
    "feel", "look", "hear", "say", "show", "record", "studio", "character", "prepare", "train", "sample", "evaluate",
    "export", "bench", "doctor",
)  # fmt: skip
"""Each is a module of this package with `add(commands)`, which names the function that runs it."""

DONE, FAILED, MISUSED, INTERRUPTED = 0, 1, 2, 130

_EPILOG = """exit codes: 0 done, 1 failed, 2 misused

examples:
  mien feel "今天终于通关了！！" --json
  mien say "We did it!!" "えっ、うそ…" -o demo.mp4
  mien studio
"""


def _parser() -> argparse.ArgumentParser:
    """The parser of the command line, with every command in it."""
    parser = argparse.ArgumentParser(
        prog="mien",
        description="Text in, a living face out: how a chat line feels, painted as a face that feels it.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"mien {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for name in COMMANDS:
        import_module(f"mien.cli.{name}").add(commands)
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; gives the exit code: 0 done, 1 failed, 2 misused, 130 interrupted."""
    for stream in (sys.stdout, sys.stderr):
        # JSON and Chinese text on a terminal or pipe of any locale
        getattr(stream, "reconfigure", lambda **_: None)(encoding="utf-8", errors="backslashreplace")
    command = "mien"
    try:
        options = _parser().parse_args(arguments)
        command = f"mien {options.command}"
        with heeded():
            kept_apart(options)
            code: int = options.run(options)
            sys.stdout.flush()
        return code
    except MienError as error:
        print(f"{command}: {printable(str(error))}", file=sys.stderr)
        return MISUSED if isinstance(error, SettingsError) else FAILED
    except KeyboardInterrupt:
        print(f"{command}: interrupted", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        # whoever read our output has left (`mien feel … | head`); the interpreter must not trip over it
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
