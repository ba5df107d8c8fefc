"""`mien show`: a performance in real time, and how well this machine kept up."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from mien.cli.ends import (
    add_mic,
    add_programs,
    add_room,
    camera_of,
    microphone_of,
    room_of,
    sinks_of,
    told,
    trackers_of,
)
from mien.cli.values import (
    Commands,
    add_audience,
    add_face,
    add_fps,
    add_label,
    add_lines,
    add_tagged,
    add_voice,
    chosen_policy,
    command,
    face_of,
    keep_to,
    lines_of,
    nature_of,
    output,
    play_of,
    seconds,
    speaker_of,
    touches,
    written,
)
from mien.face import Directed

if TYPE_CHECKING:
    from mien.sense import Reader
    from mien.show import Report, Session

LINES = (
    "今天终于通关了！！",
    "I miss my cat so much…",
    "えっ！？うそでしょ！？",
    "你居然骗我，太过分了！",
    "a hot bath, so relaxing…",
)
"""What is played when nobody says a line: the three languages, five feelings."""

_SECONDS = 10.0
_BESIDE = ("seconds", "json")
"""Options that a show's file leaves free."""


def add(commands: Commands[argparse.ArgumentParser]) -> None:
    """Add the command."""
    parser = command(
        commands,
        "show",
        "perform in real time, lines or a whole show from a file, and report the speed",
        "mien show --seconds 10 --fps 60 --json\n"
        "  mien show --room twitch:NAME --sink jsonl -o face.jsonl\n"
        "  mien show --to vmc:127.0.0.1:39539 --to mjpeg\n"
        "  mien show --hair '#3355aa' --sink mp4 -o blue.mp4\n"
        "  mien show ada.toml",
    )
    add_lines(parser, optional=True)
    add_tagged(parser)
    add_audience(parser)
    add_voice(parser)
    parser.add_argument(
        "--camera", nargs="?", const="0", metavar="N",
        help="mirror the person before camera N (0), or in a video in its place; with --policy, or --chat, answer this "
        "face and the lines instead; write lines of text before it",
    )  # fmt: skip
    add_room(parser)
    add_mic(parser)
    parser.add_argument("--seconds", type=seconds, metavar="S", help="how long to play (10; with --room until Ctrl-C)")
    add_programs(parser)
    parser.add_argument("--sink", metavar="NAME", help="null, mp4, webm, gif, png or jsonl (null, or none with --to)")
    parser.add_argument("-o", "--out", type=output, metavar="OUT", help="where a sink that writes a file writes it")
    add_face(parser)
    add_fps(parser, 60)
    add_label(parser)
    parser.add_argument("--json", action="store_true", help="the report as JSON")
    touches(parser, ["file", "chat", "policy", "character", "camera", "keys"], ["out"])
    parser.set_defaults(run=run, parser=parser)


def run(options: argparse.Namespace) -> int:
    """Perform, and print the report; 1 when a sink failed."""
    report = _session(options).run()
    for failure in report.failures:
        if failure.kind == "sink" and failure.retry is None:
            raise failure.error
    text = json.dumps(report.as_dict(), ensure_ascii=False) if options.json else _in_words(report)
    print(text, file=sys.stderr if "json:-" in options.to else sys.stdout)  # there the shots are
    return 0


def _session(options: argparse.Namespace) -> Session:
    """The show that was asked for: a file's, a person's before a camera, or lines."""
    from mien.show import Session, Ticker, read_show
    from mien.show.director import HEARD, NOTICE

    if len(options.text) == 1 and options.text[0].lower().endswith(".toml"):
        keep_to(options.text[0], options, _BESIDE)
        show = read_show(options.text[0])
        if options.seconds is not None:
            show = replace(show, seconds=options.seconds)
        if show.sees_faces:
            print(*NOTICE, file=sys.stderr)
        if show.hears_voices:
            print(*HEARD, file=sys.stderr)
        return show.session(news=told("mien show"))
    room, source, microphone = room_of(options), None, microphone_of(options)
    if options.camera is not None:
        source = camera_of(options.camera)
        print(*NOTICE, file=sys.stderr)
    if microphone is not None:
        print(*HEARD, file=sys.stderr)
    return Session(
        face_of(options),
        Ticker(options.fps, options.seconds or (_SECONDS if room is None else None)),
        sources=[*(one for one in (room, source, microphone) if one is not None), *trackers_of(options)],
        sinks=sinks_of(options),
        tracker=None if source is None else _tracker,
        temper=nature_of(options),
        seed=options.seed,
        news=told("mien show"),
        insist=room is None,  # a room may come back, and may be silent for long
        **_performance(options, source is not None),
    )


def _tracker() -> Any:
    from mien.sense.sight import SightAnalyzer, Tracker

    return Tracker(SightAnalyzer())


def _performance(options: argparse.Namespace, camera: bool) -> dict[str, Any]:
    """What the lines bring to the show: cues, or with a camera a director and what happens at its time."""
    from mien.mood.empathy import Audience
    from mien.sense import open_reader
    from mien.show import AnswerDirector, LineReader, MirrorDirector
    from mien.sources import ChatLine, chat_log

    reader = open_reader()
    if options.room is not None:
        speaker = speaker_of(options)
        audience = Audience(chosen_policy(options), consent=["face"] if camera else [])
        return {"director": AnswerDirector(audience, LineReader(reader, speaker=speaker)), "speaker": speaker}
    if options.listens and not options.chat and not options.policy:
        return _conversation(options, reader)
    some = options.text or options.file is not None or options.chat is not None
    if not camera and not options.listens:
        if (options.trackers or options.mic is not None) and not some:
            return {}  # the person who is tracked, or at the microphone, does it all
        said = play_of(options, reader, LINES)
        # a tracker's own eyes lead, so no glances
        glances = not options.trackers
        return {
            "cues": [cue for cue in said.cues if glances or not isinstance(cue, Directed)],
            "timed": [(sound.t, sound) for sound in said.sounds],
        }
    play = play_of(options, reader) if some else None
    if options.policy is None and options.chat is None:
        cues = () if play is None else play.cues
        return {  # the person's own eyes lead, so no glances
            "director": MirrorDirector(), "cues": [cue for cue in cues if not isinstance(cue, Directed)],
            "timed": [(sound.t, sound) for sound in (play.sounds if play is not None else ())],
        }  # fmt: skip
    lines = chat_log(options.chat, options.encoding) if options.chat is not None else [
        ChatLine(line.start, "", line.text) for line in (play.lines if play else ())
    ]  # fmt: skip
    audience = Audience(chosen_policy(options), consent=["face", "voice"])  # asked for by --camera or --mic, and told
    return {
        "director": AnswerDirector(audience, LineReader(reader)), "timed": [(line.t, line) for line in lines],
    }  # fmt: skip


def _conversation(options: argparse.Namespace, reader: Reader) -> dict[str, Any]:
    """The lines, each said in its turn, by a character who can be interrupted."""
    from mien.show import START, LineReader, MirrorDirector
    from mien.sources import Write

    speaker = speaker_of(options)
    texts = written(options, lines_of(options)) if options.tagged else lines_of(options)
    timed = [(START, Write(f"{text}\n", end=True, writer=str(place))) for place, text in enumerate(texts)]
    return {"director": MirrorDirector(LineReader(reader, speaker=speaker)), "timed": timed, "speaker": speaker}


def _in_words(report: Report) -> str:
    """The report, for people."""
    rows = [
        f"{report.frames} frames in {report.seconds:.1f} s: {report.fps:.1f} fps, {report.dropped} skipped",
        f"tick to shot: p50 {report.p50_ms:.1f} ms, p95 {report.p95_ms:.1f} ms, p99 {report.p99_ms:.1f} ms",
    ]
    rows += [f"{name}: {count} shots left out, it was too slow" for name, count in report.stalled.items() if count]
    rows += [f"note: {note}" for note in (*report.notes, *(failure.in_words() for failure in report.failures))]
    return "\n".join(rows)
