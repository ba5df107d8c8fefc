"""`mien show`: a performance in real time, and how well this machine kept up."""

from __future__ import annotations

import argparse
import json

from mien.cli.values import (
    Commands,
    add_audience,
    add_face,
    add_fps,
    add_lines,
    add_tagged,
    command,
    output,
    play_of,
    seconds,
)

LINES = (
    "今天终于通关了！！",
    "I miss my cat so much…",
    "えっ！？うそでしょ！？",
    "你居然骗我，太过分了！",
    "a hot bath, so relaxing…",
)
"""What is played when nobody says a line: the three languages, five feelings."""


def add(commands: Commands[argparse.ArgumentParser]) -> None:
    """Add the command."""
    parser = command(
        commands,
        "show",
        "perform in real time and report the speed",
        "mien show --seconds 10 --fps 60 --json",
    )
    add_lines(parser, optional=True)
    add_tagged(parser)
    add_audience(parser)
    parser.add_argument("--seconds", type=seconds, default=10.0, metavar="S", help="how long to play (10)")
    parser.add_argument("--sink", default="null", metavar="NAME", help="null, mp4, webm, gif or png (null)")
    parser.add_argument("-o", "--out", type=output, metavar="OUT", help="where a sink that writes a file writes it")
    add_face(parser)
    add_fps(parser, 60)
    parser.add_argument("--json", action="store_true", help="the report as JSON")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Perform for so many seconds and print the report."""
    from mien.character import load
    from mien.paint import open_painter
    from mien.sense import open_reader
    from mien.show import Inbox, Ticker, painted, perform
    from mien.show import run as run_show
    from mien.sinks import open_sink

    with open_sink(options.sink, options.out, options.fps, options.size) as sink:
        painter = open_painter(options.painter, load(options.character), options.size)
        play = play_of(options, open_reader(), LINES)
        clock = Ticker(options.fps, options.seconds)
        shots = painted(perform(Inbox.of(play.cues), clock, seed=options.seed), painter)
        report = run_show(shots, [sink], clock)
        for failure in report.failures:
            raise failure.error
    if options.json:
        print(json.dumps(report.as_dict()))
        return 0
    print(f"{report.frames} frames in {report.seconds:.1f} s: {report.fps:.1f} fps, {report.dropped} skipped")
    print(f"tick to shot: p50 {report.p50_ms:.1f} ms, p95 {report.p95_ms:.1f} ms, p99 {report.p99_ms:.1f} ms")
    return 0
