"""`mien say`: lines of text to a video, an animated picture, a sequence or a still."""

from __future__ import annotations

import argparse
from dataclasses import replace

from mien.cli.values import (
    Commands,
    add_face,
    add_fps,
    add_lines,
    beside,
    colour,
    command,
    lines_of,
    output,
    something_in,
)
from mien.sinks import SOFT


def add(commands: Commands[argparse.ArgumentParser]) -> None:
    """Add the command."""
    parser = command(
        commands,
        "say",
        "perform lines of text into a file",
        'mien say "今天好开心！" "えっ、うそ…" -o demo.mp4',
    )
    add_lines(parser)
    parser.add_argument(
        "-o", "--out", required=True, type=output, metavar="OUT",
        help="its ending tells what is made: .mp4; .webm or .gif with transparency; .png one still of the "
        "peak; a folder/ or %%04d.png a sequence",
    )  # fmt: skip
    add_face(parser)
    add_fps(parser, 30)
    parser.add_argument("--background", type=colour, default=SOFT, metavar="#RRGGBB", help="behind an mp4 (#e6edf5)")
    parser.add_argument("--subtitles", action="store_true", help="write OUT with .srt beside the video")
    parser.add_argument("--label", action="store_true", help='show "AI生成" for two seconds, or on the still')
    parser.add_argument("--producer", default="", metavar="CODE", help="your code in the file's AIGC label (none)")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Perform the lines into the file."""
    from tqdm import tqdm

    from mien.character import load
    from mien.paint import open_painter
    from mien.sense import open_reader
    from mien.show import peak, played, script
    from mien.show import run as run_show
    from mien.sinks import labelled, open_sink, sink_for, stamped, write_subtitles

    lines = something_in(lines_of(options))
    name = sink_for(options.out)
    still = name == "png" and options.out.lower().endswith(".png") and "%" not in options.out
    with open_sink(
        name, options.out, options.fps, options.size, background=options.background, producer=options.producer
    ) as sink:
        painter = open_painter(options.painter, load(options.character), options.size)
        play = script(lines, open_reader())
        if still:
            line = max(play.lines, key=lambda line: line.reading.emotion.strength)
            shot = peak(play, line, options.seed)
            frame = painter.paint(shot.expression)
            sink.put(replace(shot, frame=stamped(frame) if options.label else frame))
        else:
            shots = played(play, painter, options.fps, options.seed)
            bar = tqdm(
                shots,
                total=play.frames(options.fps),
                unit="frame",
                desc=options.out,
                leave=False,
                disable=None,
            )
            report = run_show(labelled(bar) if options.label else bar, [sink])
            for failure in report.failures:
                raise failure.error
    if options.subtitles and not still:
        write_subtitles(beside(options.out, ".srt"), play.subtitles)
    print(f"{options.out}: {'one still' if still else f'{play.seconds:.1f} s'}, {options.size} x {options.size}")
    return 0
