"""`mien feel`: how lines of text feel."""

from __future__ import annotations

import argparse
import json

from mien.cli.values import Commands, add_lines, command, lines_of


def add(commands: Commands[argparse.ArgumentParser]) -> None:
    """Add the command."""
    parser = command(commands, "feel", "read how each line feels", 'mien feel "今天终于通关了！！" --json')
    add_lines(parser)
    parser.add_argument("--json", action="store_true", help="one JSON object a line, in order, blank lines too")
    parser.add_argument("--explain", action="store_true", help="say which words carried the feeling")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Print a reading for each line."""
    from mien.sense import explain, open_reader

    lines = lines_of(options)
    reader = open_reader()
    for line in lines:
        reading = reader.read(line).as_dict()
        if options.explain:
            reading["because"] = [one.as_dict() for one in explain(reader, line, reading["dominant"])]
        if options.json:
            print(json.dumps(reading, ensure_ascii=False), flush=True)
        else:
            why = "".join(f"  {one['text']} {one['weight']:+.1f}" for one in reading.get("because", ()))
            told = f"{reading['dominant']:<10} {reading['strength']:4.2f}  {reading['language']:<3}  {line}"
            print(f"{told}  <-{why}" if why else told, flush=True)
    return 0
