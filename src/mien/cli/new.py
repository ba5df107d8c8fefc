"""`mien character new`: footage of one's own becomes a character, in one command."""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path

from mien.cli.needs import need
from mien.cli.values import Commands, command, real, touches
from mien.face import SettingsError

_HELP = """what footage does:
  a video of one face, 10 s or more, one take without cuts, the camera still, the light steady, head and shoulders in
  the picture; let the face speak, smile, blink, look aside, turn left, right, up and down. Or a folder or zip of
  rendered frames with a table of their numbers and key points (docs/character.md); what is lacking, mien's sight reads.

what comes out, in DIR:
  NAME/         the character, for --character everywhere; from about two minutes on, replaced by better ones
  preview.png   frames that it never learnt from, and below them how it paints them
  report.html   figures, feelings and vowels, what the footage shows and lacks, what to film next

It may be stopped at any time (Ctrl-C); the same command goes on. More --minutes on a finished one train it further.

examples:
  mien character new mei --from clip.mp4 --consent "me, to a character of my own face"
  mien character new seed --from frames.zip --map seed.toml --minutes 60 -o runs/seed
  mien say 你好 --character runs/mei/mei -o hello.mp4"""


def add(kinds: Commands[argparse.ArgumentParser]) -> None:
    """Add the kind `new` to `mien character`."""
    parser = command(kinds, "new", "make a character of your own from footage: a video of one face, or frames", "")
    parser.epilog = _HELP
    add = parser.add_argument
    add("name", metavar="NAME", help="of the character: letters, digits, - and _")
    add(
        "--from", dest="source", type=Path, required=True, metavar="FOOTAGE",
        help="a video of one face, or a folder, zip or CSV table of frames",
    )  # fmt: skip
    add(
        "--minutes", type=real(0.1, 10_000.0), default=20.0, metavar="M",
        help="of training, all calls together, beside what gathering takes (20)",
    )  # fmt: skip
    add(
        "--size", type=int, choices=(256, 512), default=256,
        help="pixels that it learns at; 512 takes four times as long (256)",
    )  # fmt: skip
    add("-o", "--out", type=Path, metavar="DIR", help="folder for all of it (runs/NAME)")
    add(
        "--consent", default="", metavar="TEXT",
        help="who is shown and agreed to what; it goes into the character. A video needs it",
    )  # fmt: skip
    add("--drawn", action="store_true", help="the footage is drawn or rendered and shows no real person")
    add(
        "--licence", default="for private use only", metavar="TEXT",
        help="what others may do with the character (for private use only)",
    )  # fmt: skip
    add("--credit", default="", metavar="TEXT", help="whom to name")
    add("--map", type=Path, metavar="FILE.toml", help="what a table's columns and key points are to mien")
    touches(parser, ["source", "map"], also_writes=lambda given: [_out(given)])
    parser.set_defaults(run=run)


def _out(options: argparse.Namespace) -> Path:
    return options.out or Path("runs") / str(options.name)


def run(options: argparse.Namespace) -> int:
    """Make the character and say where everything lies."""
    need("training", "torch", "PIL")
    from mien.train.painter.bundle import About
    from mien.train.painter.new import Order, asks, new_character
    from mien.train.prepare import Map, read_map

    if not re.fullmatch(r"[\w-]+", options.name):
        raise SettingsError(f"NAME: expected letters, digits, - and _, got {options.name!r}")
    out = _out(options)
    consent = options.consent.strip()
    if not consent and not options.drawn and asks(options.source) and not (out / "order.json").exists():
        consent = _asked(options.source)
    about = About(options.name, {"en": options.name}, options.licence, options.credit, consent)
    own = read_map(options.map) if options.map else Map()
    order = Order(options.source, about, options.minutes, options.size, own, options.drawn)
    try:
        bundle = new_character(out, order, _warn)
    except KeyboardInterrupt:
        there = f"; the best so far is {out / options.name}" if (out / options.name).exists() else ""
        _warn(f"stopped; the same command goes on where it was{there}")
        raise
    print(f"{bundle}\n{out / 'preview.png'}\n{out / 'report.html'}")
    return 0


def _asked(source: Path) -> str:
    """The consent that a person at the terminal tells of; nothing where nobody is there, or who says nothing."""
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        return ""
    print(
        f"{source}: whose face is it, and what did they agree to? It is kept in the character. (--drawn if it shows no "
        "real person)", file=sys.stderr,
    )  # fmt: skip
    return sys.stdin.readline().strip()


def _warn(what: str) -> None:
    print(f"mien character new: {what}", file=sys.stderr, flush=True)
