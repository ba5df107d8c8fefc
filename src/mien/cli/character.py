"""`mien character`: the characters that there are."""

from __future__ import annotations

import argparse
import json

from mien.cli.values import Commands, command


def add(commands: Commands[argparse.ArgumentParser]) -> None:
    """Add the command and its kinds."""
    parser = command(commands, "character", "list the characters that ship with mien", "mien character list")
    kinds = parser.add_subparsers(dest="kind", metavar="KIND", required=True)
    listed = command(kinds, "list", "list the characters that ship with mien", "mien character list --json")
    listed.add_argument("--json", action="store_true", help="one JSON object a character")
    listed.set_defaults(run=run_list)


def run_list(options: argparse.Namespace) -> int:
    """Print each character: name, titles, licence, and what its weights learnt from."""
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
