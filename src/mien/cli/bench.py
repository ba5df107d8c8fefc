"""`mien bench`: the figures of the README and the docs, measured on this machine."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from mien.cli.needs import need
from mien.cli.values import Commands, add_encoding, command, touches
from mien.face import InputError
from mien.files import make_folder, read_text, write_atomic

_SETS = (
    ("faces", "prepared with published key points (--margin 5)"),
    ("drawn", "prepared with --draw"),
    ("labelled", "FER2013, prepared with --size 48 --colour grey --keep-twins"),
    ("video", "frames with a teacher's muscles (--margin 5 --look FILE.task)"),
    ("empty", "pictures without faces that were not trained on"),
    ("clips", "videos of one person each"),
)


def add(commands: Commands[argparse.ArgumentParser]) -> None:
    """Add the command and its kinds."""
    parser = command(commands, "bench", "measure speed, memory and quality here", "mien bench -o bench/results")
    parser.add_argument(
        "--quality",
        action="store_true",
        help='also the picture\'s quality; needs torch: pip install "mien[train]"',
    )
    parser.add_argument("--count", type=int, default=1000, metavar="N", help="held-out pictures for --quality (1000)")
    _add_out(parser, "speed.json", "quality.json")
    parser.set_defaults(run=run)
    kinds = parser.add_subparsers(dest="kind", metavar="KIND")
    text = command(kinds, "text", "measure the text reader", "mien bench text lines.tsv --data corpora.zip")
    text.add_argument("lines", type=Path, metavar="LINES", help="chat lines with tabs: feelings, strength, text")
    text.add_argument("--data", type=Path, metavar="DATA", help="a folder or zip file of the corpora")
    add_encoding(text)
    _add_out(text, "text.json", reads=["lines", "data"])
    text.set_defaults(run=run_text)
    camera = command(kinds, "camera", "measure how soon the face follows a camera", "mien bench camera")
    _add_out(camera, "camera.json")
    camera.set_defaults(run=run_camera)
    lips = command(kinds, "lips", "measure how soon the lips follow a microphone", "mien bench lips")
    _add_out(lips, "lips.json")
    lips.set_defaults(run=run_lips)
    sight = command(
        kinds, "perception", "measure the nets that see faces", "mien bench perception --clips videos/ --empty views/"
    )
    sight.add_argument("--weights", type=Path, metavar="DIR", help="other nets than those that ship")
    for name, words in _SETS:
        sight.add_argument(f"--{name}", type=Path, metavar="DIR", help=words)
    _add_out(sight, "perception.json", reads=["weights", *(name for name, _ in _SETS)])
    sight.set_defaults(run=run_perception)
    tone = command(
        kinds, "tone", "measure the net that hears how something is said",
        "mien bench tone data/acted --folds runs/vocal -o bench/results",
    )  # fmt: skip
    tone.add_argument("data", type=Path, metavar="DATA", help="a set that mien prepare --acted made")
    tone.add_argument("--folds", type=Path, metavar="RUN", help="what mien train vocal --folds made of these speakers")
    tone.add_argument("--lines", type=Path, metavar="LINES", help="chat lines with feelings, to hear words and voice")
    tone.add_argument("--weights", type=Path, metavar="DIR", help="another net than the one that ships")
    add_encoding(tone)
    _add_out(tone, "tone.json", reads=["data", "folds", "lines", "weights"])
    tone.set_defaults(run=run_tone)
    voice = command(
        kinds, "voice", "measure the net that hears", "mien bench voice data/speech --clip speech.mp4 -o bench/results"
    )
    voice.add_argument("data", type=Path, nargs="+", metavar="DATA", help="sets that mien prepare --speak made")
    voice.add_argument("--clip", type=Path, metavar="VIDEO", help="one person who speaks, to compare with their lips")
    voice.add_argument("--weights", type=Path, metavar="DIR", help="another net than the one that ships")
    _add_out(voice, "voice.json", reads=["data", "clip", "weights"])
    voice.set_defaults(run=run_voice)


def _add_out(parser: argparse.ArgumentParser, *files: str, reads: Sequence[str] = ()) -> None:
    parser.add_argument("-o", "--out", type=Path, metavar="DIR", help=f"also write {' and '.join(files)} here")
    touches(parser, reads, also_writes=lambda given: [given.out / file for file in files] if given.out else [])


def run(options: argparse.Namespace) -> int:
    """Measure speed and, if asked, quality."""
    _ready(options.out)
    if options.quality:
        need("--quality", "torch")
    from mien.gauge.figures import speed

    results = {"speed": speed(say=lambda what: print(f"measuring: {what}", file=sys.stderr))}
    if options.quality:
        from mien.train.painter.quality import quality

        results["quality"] = _stamped(quality(count=options.count))
    return _tell(results, options.out)


def run_text(options: argparse.Namespace) -> int:
    """Measure the text reader."""
    from mien.sense.reader import WEIGHTS
    from mien.train.text.corpora import chat_lines
    from mien.train.text.scores import measured

    table = read_text(options.lines, options.encoding)
    if not list(chat_lines(table)):
        raise InputError(f"{options.lines}: expected chat lines, got nothing")
    _ready(options.out)
    return _tell({"text": _stamped(measured(WEIGHTS, table, options.data))}, options.out)


def run_camera(options: argparse.Namespace) -> int:
    """Measure the way from a camera's picture to the face."""
    _ready(options.out)
    from mien.character import load
    from mien.gauge.camera import camera_to_face
    from mien.paint import open_painter

    who = load("momo")
    figures = {name: camera_to_face(open_painter(name, who, 256)) for name in ("gan", "artist")}
    return _tell({"camera": _stamped({"camera_to_face_ms": figures})}, options.out)


def run_lips(options: argparse.Namespace) -> int:
    """Measure the way from a microphone's sound to the lips."""
    _ready(options.out)
    from mien.character import load
    from mien.gauge.lips import sound_to_lips
    from mien.paint import open_painter

    figures = sound_to_lips(open_painter("gan", load("momo"), 256))
    return _tell({"lips": _stamped({"sound_to_lips_ms": figures})}, options.out)


def run_perception(options: argparse.Namespace) -> int:
    """Measure the nets that see faces."""
    _ready(options.out)
    need("measuring sight", "torch", "PIL")
    from mien.gauge.speed import looking_memory
    from mien.sense.sight.nets import WEIGHTS
    from mien.sources import files_of

    weights = options.weights or WEIGHTS
    # first, while this process is small (no torch yet): a child's peak counts what its parent held when it was born
    memory = {"memory_mb": looking_memory(files_of(options.clips)[0], weights)} if options.clips else {}
    from mien.train.sight.measure import Held, measured

    figures = measured(weights, Held(**{name: getattr(options, name) for name, _ in _SETS}))
    return _tell({"perception": _stamped(figures | memory)}, options.out)


def run_voice(options: argparse.Namespace) -> int:
    """Measure the net that hears."""
    _ready(options.out)
    need("measuring hearing", "torch")
    from mien.sense.hearing.nets import WEIGHTS
    from mien.train.hearing.measure import measured

    figures = measured(options.weights or WEIGHTS, options.data, options.clip)
    return _tell({"voice": _stamped(figures)}, options.out)


def run_tone(options: argparse.Namespace) -> int:
    """Measure the net that hears how something is said."""
    _ready(options.out)
    need("measuring hearing", "torch")
    from mien.gauge.said import words_and_voice
    from mien.sense.hearing.tonenet import WEIGHTS
    from mien.train.hearing.tonal import measured_tones

    figures, judged = measured_tones(options.weights or WEIGHTS, options.data, options.folds)
    if options.lines:
        figures["words_and_voice"] = words_and_voice(judged, read_text(options.lines, options.encoding))
    return _tell({"tone": _stamped(figures)}, options.out)


def _ready(out: Path | None) -> None:
    """A folder that cannot be is refused before the measuring."""
    if out:
        make_folder(out)


def _stamped(figures: dict[str, Any]) -> dict[str, Any]:
    """The figures with machine, day and commit."""
    from mien.gauge.figures import stamp
    from mien.gauge.speed import machine

    return {"machine": machine(), **stamp(), **figures}


def _tell(results: dict[str, dict[str, Any]], out: Path | None) -> int:
    """Print one JSON object, and write a file for each part where asked."""
    for name, figures in results.items():
        if out:
            write_atomic(out / f"{name}.json", (json.dumps(figures, indent=1, ensure_ascii=False) + "\n").encode())
    print(json.dumps(results, indent=1, ensure_ascii=False))
    return 0
