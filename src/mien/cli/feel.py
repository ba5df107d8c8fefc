"""`mien feel`: how lines of text feel."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable
from typing import TYPE_CHECKING

from mien.cli.values import Commands, add_lines, add_tagged, command, lines_of, touches, written
from mien.face import SettingsError

if TYPE_CHECKING:
    from mien.sense import Heard


def add(commands: Commands[argparse.ArgumentParser]) -> None:
    """Add the command."""
    parser = command(commands, "feel", "read how each line feels", 'mien feel "今天终于通关了！！" --json')
    add_lines(parser)
    parser.add_argument("--json", action="store_true", help="one JSON object a line, in order, blank lines too")
    parser.add_argument("--explain", action="store_true", help="say which words carried the feeling")
    add_tagged(parser)
    parser.add_argument(
        "--stream", action="store_true", help="read text that is still being written: each word that ends revises"
    )
    touches(parser, reads=["file"])
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Print a reading for each line."""
    from mien.sense import Tagged, apart, explain, open_reader

    if options.stream:
        return _stream(options)
    reader = open_reader()
    reads = Tagged(reader) if options.tagged else reader
    lines: Iterable[str] = lines_of(options, None)
    if options.tagged:
        lines = (part for text in written(options, lines) for part in apart(text) or [""])
    for line in lines:
        reading = reads.read(line).as_dict()
        if options.explain:
            reading["because"] = [one.as_dict() for one in explain(reader, reading["text"], reading["dominant"])]
        if options.json:
            print(json.dumps(reading, ensure_ascii=False), flush=True)
        else:
            why = "".join(f"  {one['text']} {one['weight']:+.1f}" for one in reading.get("because", ()))
            row = f"{reading['dominant']:<10} {reading['strength']:4.2f}  {reading['language']:<3}  {reading['text']}"
            print(f"{row}  <-{why}" if why else row, flush=True)
    return 0


def _stream(options: argparse.Namespace) -> int:
    """Print what each further word changes, as it comes."""
    from mien.sense import Listening, open_reader
    from mien.sources import file_chunks

    if options.explain:
        raise SettingsError("--stream: expected without --explain, words come one by one")
    chunks = (
        file_chunks(options.file, options.encoding)
        if options.file is not None
        else (f"{line}\n" for line in lines_of(options))
    )
    listening = Listening(open_reader())
    for chunk in chunks:
        _revised(listening.feed(chunk), options.json)
    _revised(listening.close(), options.json)
    return 0


def _revised(heard: Iterable[Heard], as_json: bool) -> None:
    """Print what a text that is still being written feels like, as it changes."""
    for one in heard:
        row = one.reading.as_dict() | {"final": one.final} | ({"withdrawn": True} if one.withdrawn else {})
        if as_json:
            print(json.dumps(row, ensure_ascii=False), flush=True)
        else:
            mark = "=" if one.final else "<" if one.withdrawn else "~"
            print(f"{mark} {row['dominant']:<10} {row['strength']:4.2f}  {row['text']}", flush=True)
