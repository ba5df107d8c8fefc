"""`mien say`: lines of text to a video, an animated picture, a sequence or a still, and what happens in it."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import replace
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
    beside,
    colour,
    command,
    face_of,
    label_of,
    nature_of,
    output,
    play_of,
    touches,
)
from mien.face import SettingsError
from mien.sinks import SOFT

if TYPE_CHECKING:
    from mien.sense import Reader
    from mien.show import Script
    from mien.sinks import Sink


def add(commands: Commands[argparse.ArgumentParser]) -> None:
    """Add the command."""
    parser = command(
        commands,
        "say",
        "perform lines of text into a file",
        'mien say "今天好开心！" "えっ、うそ…" -o demo.mp4\n'
        '  mien say "Ta-da!" --hair "#3355aa" --iris "#7a4b2a" -o blue.png\n'
        '  mien say "My mum bought a map." --voice espeak-ng:en-gb -o aloud.mp4',
    )
    add_lines(parser)
    parser.add_argument(
        "--audio", type=Path, metavar="FILE",
        help="lips, sound and feeling from this recorded voice; the lines are what it says, felt as it says them",
    )  # fmt: skip
    add_tagged(parser)
    add_audience(parser)
    add_voice(parser)
    parser.add_argument(
        "-o", "--out", type=output, metavar="OUT",
        help="its ending tells what is made: .mp4; .webm or .gif with transparency; .png one still of the "
        "peak; a folder/ or %%04d.png a sequence",
    )  # fmt: skip
    add_face(parser)
    add_fps(parser, 30)
    parser.add_argument("--background", type=colour, default=SOFT, metavar="#RRGGBB", help="behind an mp4 (#e6edf5)")
    parser.add_argument("--subtitles", action="store_true", help="write OUT with .srt beside the video")
    add_label(parser)
    parser.add_argument("--producer", default="", metavar="CODE", help="your code in the file's AIGC label (none)")
    parser.add_argument("--explain", action="store_true", help="print what was felt, why, and what the face did")
    parser.add_argument("--json", action="store_true", help="with --explain: one JSON object a line")
    parser.add_argument(
        "--sheet", type=output, metavar="OUT.png",
        help="one still for each feeling, needs no lines; with --policy, how each is answered",
    )  # fmt: skip
    parser.add_argument("--plot", type=output, metavar="OUT.png", help="draw feelings and muscles over time")
    touches(
        parser, ["file", "chat", "policy", "character", "audio"], ["out", "plot", "sheet"],
        also_writes=lambda given: [beside(given.out, ".srt")] if given.subtitles and given.out else [],
    )  # fmt: skip
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Perform the lines into the file, tell of it, draw it: whatever was asked for."""
    from mien.sense import open_reader

    if options.out is None and not (options.explain or options.plot or options.sheet):
        raise SettingsError("expected -o OUT, --explain, --plot OUT.png or --sheet OUT.png, got none of them")
    if options.json and not options.explain:
        raise SettingsError("--json: expected together with --explain")
    for name in ("plot", "sheet"):
        path = getattr(options, name)
        if path and not path.lower().endswith(".png"):
            raise SettingsError(f"{path}: --{name} writes .png")
    if options.sheet:
        _sheet(options)
        if options.out is None and not (options.explain or options.plot):
            return 0
    reader = open_reader()
    play = _heard(options, reader) if options.audio else play_of(options, reader)
    if options.out is not None:
        _film(options, play)
    if options.explain or options.plot:
        _tell(options, play, reader)
    return 0


def _heard(options: argparse.Namespace, reader: Reader) -> Script:
    """The performance of a recorded voice."""
    from mien.cli.values import lines_of, something_in
    from mien.sense.hearing import Hearer, Vocal
    from mien.show import follow
    from mien.sources.sound import sounds

    for name in ("chat", "policy", "tagged", "voice"):
        if getattr(options, name):
            raise SettingsError(f"--{name}: expected without --audio, whose voice is the character's own")
    options.lines_optional = True
    lines = list(lines_of(options))
    reading = reader.read(" ".join(something_in(lines, options.file or ""))) if lines else None
    hearer = Hearer()
    voice = list(sounds(options.audio))
    moments = [moment for sound in voice for moment in hearer.hear(sound.samples, sound.rate)] + hearer.close()
    return follow(moments, reading, voice, Vocal().phrases(moments))


def _sheet(options: argparse.Namespace) -> None:
    """One still for each feeling."""
    from mien.files import write_atomic
    from mien.mood.empathy import open_policy
    from mien.sinks.png import encode
    from mien.tell.sheet import feelings_sheet

    painter = face_of(options)
    policy = open_policy(options.policy) if options.policy else None
    write_atomic(Path(options.sheet), encode(feelings_sheet(painter, options.size, policy), options.producer))
    print(f"wrote {options.sheet}", file=sys.stderr)


def _film(options: argparse.Namespace, play: Script) -> None:
    """The video, the animated picture, the sequence or the still."""
    from mien.progress import bar
    from mien.show import Part, Session, peak
    from mien.sinks import open_sink, sink_for, write_subtitles

    name = sink_for(options.out)
    still = name == "png" and options.out.lower().endswith(".png") and "%" not in options.out
    if still and not play.lines:
        raise SettingsError(f"{options.out}: a still shows the peak of a line; expected one beside --audio")

    def opened() -> Sink:
        return open_sink(
            name, options.out, options.fps, options.size, background=options.background, producer=options.producer,
            label=label_of(options), sound=bool(options.voice or options.audio),
        )  # fmt: skip

    if still:
        with opened() as sink:
            painter = face_of(options)
            line = max(play.lines, key=lambda line: line.reading.emotion.strength)
            shot = peak(play, line, options.seed, nature_of(options))
            sink.put(replace(shot, t=0.0, frame=painter.paint(shot.expression)))  # a still is its own first moment
    else:
        painter = face_of(options)
        session = Session.of(
            play, painter, options.fps, temper=nature_of(options), seed=options.seed, sinks=[Part(name, opened)]
        )
        total = play.frames(options.fps)
        for _ in bar(session.shots(), total=total, unit="frame", name=options.out):
            pass
        for failure in session.report().failures:
            raise failure.error
    if options.subtitles and not still:
        write_subtitles(beside(options.out, ".srt"), play.subtitles)
    what = "one still" if still else f"{play.seconds:.1f} s"
    if (options.voice or options.audio) and name not in ("mp4", "webm"):
        what += " without sound, which .mp4 and .webm carry"
    stream = sys.stderr if options.explain else sys.stdout  # what --explain prints may be read by a program
    print(f"{options.out}: {what}, {options.size} x {options.size}", file=stream)


def _tell(options: argparse.Namespace, play: Script, reader: Reader) -> None:
    """What --explain prints and --plot draws."""
    from mien.files import write_atomic
    from mien.sense import explain
    from mien.sinks.png import plain
    from mien.tell.timeline import timeline

    acted = timeline(play, options.seed, nature_of(options))
    if options.plot:
        write_atomic(Path(options.plot), plain(acted.drawn()))
        print(f"wrote {options.plot}", file=sys.stderr)
    if not options.explain:
        return
    for part in acted.as_dicts():
        line = part["line"]
        line["because"] = [one.as_dict() for one in explain(reader, line["text"], line["dominant"])]
        print(json.dumps(part, ensure_ascii=False) if options.json else _in_words(part))


def _in_words(part: dict[str, Any]) -> str:
    """One line's part of the timeline, for people."""
    line = part["line"]
    rows = [f"{part['start']:7.2f} s  {line['text']}"]
    why = ", ".join(f"{one['text']} {one['weight']:+.1f}" for one in line["because"])
    rows.append(
        f"           read as {line['dominant']} {line['strength']:.2f} ({line['language']})"
        + (f": {why}" if why else "")
    )
    for cue in part["cues"]:
        rest = ", ".join(f"{name} {_short(value)}" for name, value in cue.items() if name not in ("t", "kind"))
        rows.append(f"{cue['t']:7.2f} s    {cue['kind']:<9}{rest}")
    for name in ("feelings", "muscles"):
        heights = ", ".join(f"{what} {top['value']:.2f} at {top['t']:.2f}" for what, top in part[name].items())
        rows.append(f"           {name}: {heights or 'none'}")
    return "\n".join(rows)


def _short(value: object) -> str:
    if isinstance(value, dict):
        return " ".join(f"{name} {part:g}" for name, part in value.items()) or "none"
    return f"{value:g}" if isinstance(value, float) else str(value)
