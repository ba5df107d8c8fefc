"""`mien character`: who a character is, what it looks like, one file of it to hand on, and a new one of one's own."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from mien.cli import new
from mien.cli.values import Commands, add_colours, command, face_of, output, touches, whole


def add(commands: Commands[argparse.ArgumentParser]) -> None:
    """Add the command and its kinds."""
    parser = command(
        commands, "character", "look at characters, pack one into a file, make one of your own footage",
        "mien character list\n  mien character show momo\n  mien character sheet momo -o momo.png\n"
        "  mien character pack runs/mei/mei -o mei.mien.zip\n"
        "  mien character new mei --from clip.mp4",
    )  # fmt: skip
    kinds = parser.add_subparsers(dest="kind", metavar="KIND", required=True)
    listed = command(kinds, "list", "list the characters that ship with mien", "mien character list --json")
    listed.add_argument("--json", action="store_true", help="one JSON object a character")
    listed.set_defaults(run=run_list)
    shown = command(
        kinds, "show", "tell who a character is, whose, what it learnt from, and whether its files are whole",
        "mien character show momo\n  mien character show mei.mien.zip --json",
    )  # fmt: skip
    _add_who(shown)
    shown.add_argument("--json", action="store_true", help="one JSON object")
    shown.set_defaults(run=run_show)
    _add_sheet(kinds)
    new.add(kinds)
    packed = command(
        kinds, "pack", "pack a character into one zip, with checksums; every --character takes it",
        "mien character pack runs/mei/mei -o mei.mien.zip\n  mien say 你好 --character mei.mien.zip -o hello.mp4",
    )  # fmt: skip
    _add_who(packed)
    packed.add_argument("-o", "--out", type=output, required=True, metavar="OUT.zip", help="the file to write")
    touches(packed, ["character"], ["out"])
    packed.set_defaults(run=run_pack)


def _add_sheet(kinds: Commands[argparse.ArgumentParser]) -> None:
    sheet = command(
        kinds, "sheet", "draw a character's feelings, vowels, blinks, turns and marks into one picture",
        "mien character sheet momo -o momo.png\n"
        "  mien character sheet momo --hair '#2b2630' --iris '#7a4b2a' --size 256 -o dark.png",
    )  # fmt: skip
    _add_who(sheet)
    sheet.add_argument("-o", "--out", type=output, required=True, metavar="OUT.png", help="the picture to write")
    sheet.add_argument("--painter", default="gan", metavar="NAME", help="gan, the trained net, or artist (gan)")
    sheet.add_argument("--size", type=whole(64, 512), default=160, metavar="PIXELS", help="of each face, 64..512 (160)")
    add_colours(sheet)
    sheet.add_argument("--producer", default="", metavar="CODE", help="your code in the file's AIGC label (none)")
    touches(sheet, ["character"], ["out"])
    sheet.set_defaults(run=run_sheet)


def _add_who(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("character", metavar="NAME|PATH", help="a name, a folder, or a .mien.zip")


def run_list(options: argparse.Namespace) -> int:
    """Print each character: name, titles, licence and credit."""
    from mien.character import load, names

    for name in names():
        who = load(name)
        if options.json:
            row = {"name": who.name, "title": dict(who.title), "licence": who.licence, "credit": who.credit}
            print(json.dumps(row | {"folder": str(who.folder)}, ensure_ascii=False))
        else:
            titles = " / ".join(dict.fromkeys(who.title.values()))
            print(f"{who.name:<12} {titles}; {who.licence}{'; ' + who.credit if who.credit else ''}")
    return 0


def run_show(options: argparse.Namespace) -> int:
    """Print what the character says of itself; 1 when a file is not as the character says."""
    from mien.character import about, in_words, load

    told = about(load(options.character))
    print(json.dumps(told, ensure_ascii=False) if options.json else in_words(told), end="\n" if options.json else "")
    return 1 if "differs" in told["checksums"].values() else 0


def run_sheet(options: argparse.Namespace) -> int:
    """Draw the sheet."""
    from mien.face import SettingsError
    from mien.files import write_atomic
    from mien.sinks.png import encode
    from mien.tell.sheet import character_sheet

    if not options.out.lower().endswith(".png"):
        raise SettingsError(f"{options.out}: expected the name of a .png")
    write_atomic(Path(options.out), encode(character_sheet(face_of(options), options.size), options.producer))
    print(f"wrote {options.out}", file=sys.stderr)
    return 0


def run_pack(options: argparse.Namespace) -> int:
    """Write the zip."""
    from mien.character import load, pack
    from mien.face import SettingsError
    from mien.files import write_atomic

    if not options.out.lower().endswith(".zip"):
        raise SettingsError(f"{options.out}: expected the name of a .zip, such as {options.out}.mien.zip")
    whole = pack(load(options.character))
    write_atomic(Path(options.out), whole)
    print(f"wrote {options.out}, {len(whole) / 1e6:.1f} MB", file=sys.stderr)
    return 0
