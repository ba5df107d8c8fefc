"""`mien show`: a performance in real time, and how well this machine kept up."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

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
from mien.face import Cue, Directed, MienError, SettingsError

if TYPE_CHECKING:
    from mien.paint import Painter
    from mien.sense import Reader
    from mien.show import Report, Ticker
    from mien.show.facing import Facing
    from mien.show.perform import Takes
    from mien.sources import Picture
    from mien.sources.pictures import Warn

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
    parser.add_argument(
        "--camera", nargs="?", const="0", metavar="N",
        help="mirror the person before camera N (0), or in a video in its place; with --policy, or --chat, answer this "
        "face and the lines instead; write lines of text before it",
    )  # fmt: skip
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

    pictures = _pictures(options.camera) if options.camera is not None else None
    with open_sink(options.sink, options.out, options.fps, options.size) as sink:
        painter = open_painter(options.painter, load(options.character), options.size)
        reader, clock = open_reader(), Ticker(options.fps, options.seconds)
        if pictures is None:
            inbox = Inbox.of(play_of(options, reader, LINES).cues)
            shots = painted(perform(inbox, clock, seed=options.seed), painter)
            report = run_show(shots, [sink], clock)
        else:
            report = _before_camera(options, pictures, reader, clock, painter, sink)
        for failure in report.failures:
            raise failure.error
    if options.json:
        print(json.dumps(report.as_dict()))
        return 0
    print(f"{report.frames} frames in {report.seconds:.1f} s: {report.fps:.1f} fps, {report.dropped} skipped")
    print(f"tick to shot: p50 {report.p50_ms:.1f} ms, p95 {report.p95_ms:.1f} ms, p99 {report.p99_ms:.1f} ms")
    for note in report.notes:
        print(f"note: {note}")
    return 0


def _pictures(given: str) -> Callable[[Warn], Iterator[Picture]]:
    """Opens the camera of this number, or the video of this name; what it is given is told of damage.

    Raises SettingsError and InputError.
    """
    from mien.sources import camera, files_of, is_video, pictures

    if given.isdecimal():
        return lambda _: camera(int(given))
    if not is_video(Path(given)):
        raise SettingsError(
            f"--camera: expected a camera's number or a video, got {given!r}; lines of text stand before --camera"
        )
    (path,) = files_of(Path(given))
    return lambda warn: pictures(path, warn)


def _before_camera(
    options: argparse.Namespace, pictures: Callable[[Warn], Iterator[Picture]], reader: Reader, clock: Ticker,
    painter: Painter, sink: Takes,
) -> Report:  # fmt: skip
    """The show of a character that mirrors, or answers, the person before a camera."""
    from mien.sense.sight import SightAnalyzer, Tracker
    from mien.show import Inbox, painted, perform
    from mien.show import run as run_show
    from mien.show.eye import Feed
    from mien.show.facing import NOTICE, Moment

    facing, cues = _facing(options, reader)
    inbox, moment = Inbox.of(cues), Moment()
    notes: list[str] = []

    def note(what: str) -> None:
        notes.append(what)
        print(f"mien show: {what}", file=sys.stderr)

    def ended(error: MienError | None) -> None:
        if error is not None:
            note(f"{error}; the show goes on without from {moment():.1f} s")

    print(*NOTICE, file=sys.stderr)
    with Feed(lambda: pictures(note), lambda: Tracker(SightAnalyzer()), facing, inbox.put, moment, ended) as feed:
        feed.wait()
        shots = moment.of(perform(inbox, clock, seed=options.seed), facing, inbox)
        report = run_show(painted(shots, painter), [sink], clock)
    return replace(report, notes=tuple(notes))


def _facing(options: argparse.Namespace, reader: Reader) -> tuple[Facing, list[Cue]]:
    """What becomes of the face, and the cues beside it: lines said while it is mirrored, or glances at the lines."""
    from mien.mood.empathy import Audience, open_policy
    from mien.show.facing import Answering, Mirroring, Remark
    from mien.sources import chat_log

    some = options.text or options.file is not None or options.chat is not None
    play = play_of(options, reader) if some else None
    cues = [] if play is None else list(play.cues)
    if options.policy is None and options.chat is None:
        return Mirroring(), [cue for cue in cues if not isinstance(cue, Directed)]  # the person's own eyes lead
    if options.chat is not None:
        said = chat_log(options.chat)
        remarks = [Remark(line.t, reader.read(line.text), line.author, line.worth) for line in said]
    else:
        remarks = [Remark(line.start, line.reading) for line in play.lines] if play else []
    audience = Audience(open_policy(options.policy or "streamer"), consent=["face"])  # asked for by --camera, and told
    return Answering(audience, remarks), [cue for cue in cues if isinstance(cue, Directed)]
