"""`mien hear`: what a mouth does in a sound, and what it sounds like feeling."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import nullcontext, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from mien.cli.values import Commands, command, seconds, touches
from mien.face import SettingsError

if TYPE_CHECKING:
    from mien.face import Sound
    from mien.sense.hearing import Moment, Phrase, Tone

MICROPHONE = "mic"
"""What stands in place of a file for the system's own microphone; mic:NAME is another."""


def add(commands: Commands[argparse.ArgumentParser]) -> None:
    """Add the command."""
    parser = command(
        commands, "hear", "hear speech: mouth shapes, opening, loudness, pitch, tone",
        "mien hear speech.wav --json\n  mien hear mic --seconds 10",
    )  # fmt: skip
    parser.add_argument(
        "source", metavar="AUDIO",
        help="a file with sound, a video too; mic listens to a microphone until Ctrl-C, mic:N to another one",
    )  # fmt: skip
    parser.add_argument("--seconds", type=seconds, metavar="S", help="how much is heard (all)")
    parser.add_argument("--json", action="store_true", help="one JSON object a hundredth of a second")
    parser.add_argument("--csv", type=Path, metavar="OUT", help="a table, one row a hundredth of a second")
    parser.add_argument("--plot", type=Path, metavar="OUT", help="a .png of it all over time")
    touches(parser, ["source"], ["csv", "plot"])
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Hear, and write what was asked for."""
    from mien.files import AtomicFile, write_atomic
    from mien.sense.hearing import Hearer, Vocal
    from mien.sinks.png import plain
    from mien.sources.sound import sounds
    from mien.tell.hearing import as_dict, plot, table

    if options.plot and options.plot.suffix.lower() != ".png":
        raise SettingsError(f"{options.plot}: expected .png, got {options.plot.suffix or 'no ending'}")
    targets = [path for path in (options.csv, options.plot) if path]
    for path in targets:
        AtomicFile(path).drop()  # a refusal shows before the work
    kept: list[Moment] = []
    told: list[Tone] = []
    hearer, vocal = Hearer(), Vocal()

    def take(moments: Sequence[Moment]) -> None:
        for moment, tone in vocal.beside(moments):
            if options.json:
                print(json.dumps(as_dict(moment, tone)), flush=True)
            if targets or not options.json:
                kept.append(moment)
                told.append(tone)

    kind, _, device = options.source.partition(":")
    live = kind == MICROPHONE
    with suppress(KeyboardInterrupt) if live else nullcontext():
        for sound in _upto(options.seconds, _caught(device) if live else sounds(Path(options.source))):
            take(hearer.hear(sound.samples, sound.rate))
    take(hearer.close())
    if options.csv:
        write_atomic(options.csv, table(kept, told).encode())
    if options.plot:
        write_atomic(options.plot, plain(plot(kept, told)))
    if not options.json:
        print(_in_words(kept, vocal.phrases(kept)))
    for path in targets:
        print(f"wrote {path}", file=sys.stderr)
    return 0


def _caught(device: str) -> Iterator[Sound]:
    """What a microphone catches, for ever."""
    from mien.face import Sound
    from mien.show.director import HEARD
    from mien.sources import microphone

    print(*HEARD, file=sys.stderr)
    for samples, rate in microphone(device):
        yield Sound(0.0, samples, rate)


def _upto(most: float | None, pieces: Iterable[Sound]) -> Iterator[Sound]:
    """The pieces until so many seconds were heard."""
    heard = 0.0
    for piece in pieces:
        yield piece
        heard += piece.seconds
        if most is not None and heard >= most:
            return


def _in_words(moments: Sequence[Moment], phrases: Sequence[Phrase]) -> str:
    """One line a stretch of speech: when, how loud, how high, the mouths one after another; and one a phrase: its
    tone."""
    rows, start = [], 0
    loud = [moment.speech >= 0.5 for moment in moments]
    while start < len(moments):
        end = start
        while end < len(moments) and loud[end] == loud[start]:
            end += 1
        part = moments[start:end]
        rows.append((part[0].t, f"{_span(part[0].t, part[-1].t)}  {_speech(part) if loud[start] else 'silence'}"))
        start = end
    rows += [(one.start, f"{_span(one.start, one.end)}  {_toned(one.tone)}") for one in phrases]
    return "\n".join(text for _, text in sorted(rows, key=lambda row: row[0]))


def _span(start: float, end: float) -> str:
    return f"{start:7.2f} - {end:.2f} s"


def _toned(tone: Tone) -> str:
    if not tone.confidence:
        return "tone: too short to tell"
    return f"tone: {tone.name} (confidence {tone.confidence:.2f}), arousal {tone.arousal:+.2f}"


def _speech(part: Sequence[Moment]) -> str:
    mouths: list[str] = []
    for name in (moment.viseme for moment in part):
        if name != "sil" and (not mouths or mouths[-1] != name):
            mouths.append(name)
    pitches = sorted(moment.pitch for moment in part if moment.pitch)
    high = f", {pitches[len(pitches) // 2]:.0f} Hz" if pitches else ""
    return f"speech, {max(moment.loudness for moment in part):.0f} dB{high}: {' '.join(mouths)}"
