"""`mien show`: a performance in real time, and how well this machine kept up."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

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
    label_of,
    nature_of,
    output,
    play_of,
    seconds,
    speaker_of,
    touches,
)
from mien.face import Directed, SettingsError
from mien.files import printable

if TYPE_CHECKING:
    from mien.show import Failure, Part, Report, Session
    from mien.sinks import Sink
    from mien.sources import Note, Source

LINES = (
    "今天终于通关了！！",
    "I miss my cat so much…",
    "えっ！？うそでしょ！？",
    "你居然骗我，太过分了！",
    "a hot bath, so relaxing…",
)
"""What is played when nobody says a line: the three languages, five feelings."""

_SECONDS = 10.0


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
    parser.add_argument(
        "--room", metavar="ROOM",
        help="answer a live room: bilibili:ROOM, bilibili-open:APP, twitch:NAME, youtube:ID or hook:PORT",
    )  # fmt: skip
    parser.add_argument(
        "--keys", type=Path, metavar="FILE", help="a file of a room's keys, chmod 600 (the environment)"
    )
    parser.add_argument("--seconds", type=seconds, metavar="S", help="how long to play (10; with --room until Ctrl-C)")
    parser.add_argument(
        "--to", action="append", default=[], metavar="PROGRAM[:ADDRESS]",
        help="send it there as it plays, more than once if you like: vmc, vtube-studio, json or mjpeg, such as "
        "vmc:127.0.0.1:39539; OBS's scenes and all settings: a show in a file",
    )  # fmt: skip
    parser.add_argument(
        "--from", action="append", default=[], dest="trackers", metavar="TRACKER[:ADDRESS]",
        help="do what a tracker says that sends here: openseeface, ifacialmocap, livelink, meowface or vmc, such as "
        "vmc:127.0.0.1:39540",
    )  # fmt: skip
    parser.add_argument("--sink", metavar="NAME", help="null, mp4, webm, gif, png or jsonl (null, or none with --to)")
    parser.add_argument("-o", "--out", type=output, metavar="OUT", help="where a sink that writes a file writes it")
    add_face(parser)
    add_fps(parser, 60)
    add_label(parser)
    parser.add_argument("--json", action="store_true", help="the report as JSON")
    touches(parser, ["file", "chat", "policy", "character", "camera", "keys"], ["out"])
    parser.set_defaults(run=run)


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
    from mien.show import Part, Session, Ticker, read_show
    from mien.show.director import NOTICE

    if len(options.text) == 1 and options.text[0].lower().endswith(".toml"):
        show = read_show(options.text[0])
        if show.sees_faces:
            print(*NOTICE, file=sys.stderr)
        return show.session(news=told("mien show"))
    room = _room(options)
    source = _camera(options.camera) if options.camera is not None else None
    if source is not None:
        print(*NOTICE, file=sys.stderr)
    live = [room] if room is not None else []
    return Session(
        face_of(options),
        Ticker(options.fps, options.seconds or (_SECONDS if room is None else None)),
        sources=[*live, *([] if source is None else [Part(source[0], lambda: source[1])]), *_trackers(options)],
        sinks=_sinks(options),
        tracker=None if source is None else _tracker,
        temper=nature_of(options),
        seed=options.seed,
        news=told("mien show"),
        insist=room is None,  # a room may come back, and may be silent for long
        **_performance(options, source is not None),
    )


def _room(options: argparse.Namespace) -> Part[Source] | None:
    """The live room that was asked for. Raises SettingsError."""
    from mien.show import Part
    from mien.sources import room_maker

    if options.room is None:
        return None
    if options.text or options.file is not None or options.chat is not None:
        raise SettingsError("--room: its viewers' lines are answered; expected no TEXT, -f or --chat beside it")
    return Part(options.room.partition(":")[0], room_maker(options.room, options.keys))


def _sinks(options: argparse.Namespace) -> list[Part[Sink]]:
    """The sink that writes or counts, and the programs that it is sent to."""
    from mien.show import Part
    from mien.sinks import open_sink

    def part(name: str, path: str | None, **settings: Any) -> Part[Sink]:
        return Part(name, lambda: open_sink(
            name, path, options.fps, options.size, label=label_of(options), sound=options.voice is not None, **settings
        ))  # fmt: skip

    sent = [part(name, None, **settings) for name, settings in _named(options.to, "--to", "to", _SENT)]
    return sent if options.sink is None and sent else [part(options.sink or "null", options.out), *sent]


def _trackers(options: argparse.Namespace) -> list[Part[Source]]:
    """The trackers that it follows."""
    from mien.show import Part
    from mien.sources import source_maker

    return [
        Part(name, lambda name=name, settings=settings: source_maker(name)(**settings))  # type: ignore[misc]
        for name, settings in _named(options.trackers, "--from", "listen", _TRACKERS)
    ]


_SENT = ("vmc", "vtube-studio", "json", "mjpeg")
_TRACKERS = ("openseeface", "ifacialmocap", "livelink", "meowface", "vmc")


def _named(given: list[str], flag: str, setting: str, known: tuple[str, ...]) -> list[tuple[str, dict[str, str]]]:
    """NAME[:ADDRESS] as a name and a setting. Raises SettingsError when the name is none of the known."""
    found = []
    for one in given:
        name, colon, where = one.partition(":")
        if name not in known:
            raise SettingsError(f"{flag}: expected {', '.join(known)}, got {name!r}; others: a show in a file")
        found.append((name, {setting: where} if colon else {}))
    return found


def _camera(given: str) -> tuple[str, Source]:
    """The camera of this number, or the video of this name. Raises SettingsError and InputError."""
    from mien.sources import is_video
    from mien.sources.live import Camera, Video

    if given.isdecimal():
        return f"camera {given}", Camera(int(given))
    if not is_video(Path(given)):
        raise SettingsError(
            f"--camera: expected a camera's number or a video, got {given!r}; lines of text stand before --camera"
        )
    return given, Video(Path(given))


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
    some = options.text or options.file is not None or options.chat is not None
    if not camera:
        if options.trackers and not some:
            return {}
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
    audience = Audience(chosen_policy(options), consent=["face"])  # asked for by --camera, and told
    return {
        "director": AnswerDirector(audience, LineReader(reader)), "timed": [(line.t, line) for line in lines],
    }  # fmt: skip


def told(command: str) -> Callable[[Failure | Note], None]:
    """What tells a person at the terminal of failures and notes, as this command."""
    from mien.sources import Note

    def tell(news: Failure | Note) -> None:
        text = news.text if isinstance(news, Note) else news.in_words()
        print(f"{command}: {printable(text)}", file=sys.stderr)

    return tell


def _in_words(report: Report) -> str:
    """The report, for people."""
    rows = [
        f"{report.frames} frames in {report.seconds:.1f} s: {report.fps:.1f} fps, {report.dropped} skipped",
        f"tick to shot: p50 {report.p50_ms:.1f} ms, p95 {report.p95_ms:.1f} ms, p99 {report.p99_ms:.1f} ms",
    ]
    rows += [f"{name}: {count} shots left out, it was too slow" for name, count in report.stalled.items() if count]
    rows += [f"note: {note}" for note in (*report.notes, *(failure.in_words() for failure in report.failures))]
    return "\n".join(rows)
