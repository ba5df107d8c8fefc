"""`mien record`: a live room is written down, to be played again."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from mien.cli.values import Commands, command, output, seconds, touches


def add(commands: Commands[argparse.ArgumentParser]) -> None:
    """Add the command."""
    parser = command(
        commands, "record", "write down a live room's chat and gifts, to be played again",
        "mien record twitch:NAME -o evening.jsonl\n  mien say --chat evening.jsonl --policy streamer -o evening.mp4",
    )  # fmt: skip
    parser.add_argument(
        "room", metavar="ROOM", help="bilibili:ROOM, bilibili-open:APP, twitch:NAME, youtube:ID or hook:PORT"
    )
    parser.add_argument("-o", "--out", type=output, required=True, metavar="OUT", help="the chat log, lines of JSON")
    parser.add_argument("--seconds", type=seconds, metavar="S", help="how long (until Ctrl-C)")
    parser.add_argument("--keys", type=Path, metavar="FILE", help="a file of keys, chmod 600 (the environment)")
    parser.add_argument("--json", action="store_true", help="what was written down, as JSON")
    touches(parser, ["keys"], ["out"])
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Record until it is over, and say what came."""
    from mien.cli.ends import told
    from mien.show import Part, record
    from mien.sources import room_maker

    part = Part(options.room.partition(":")[0], room_maker(options.room, options.keys))
    done = record(part, Path(options.out), options.seconds, told("mien record"))
    if options.json:
        print(json.dumps({
            "lines": done.lines, "gifts": done.gifts, "seconds": round(done.seconds, 3),
            "failures": [failure.as_dict() for failure in done.failures],
        }, ensure_ascii=False))  # fmt: skip
    else:
        kept = f"in {options.out}" if done.lines + done.gifts else "and no file, for nothing was said"
        print(f"{done.lines} lines and {done.gifts} gifts in {done.seconds:.0f} s, {kept}")
    return 0
