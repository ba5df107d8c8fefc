"""`mien train`: make the weights that mien ships, or your own."""

from __future__ import annotations

import argparse
import json
import sys
from importlib.util import find_spec
from pathlib import Path

from mien.cli.values import Commands, command
from mien.face import DeviceError


def add(commands: Commands[argparse.ArgumentParser]) -> None:
    """Add the command and its two kinds."""
    parser = command(commands, "train", "train the text reader or the painter", "mien train painter -o runs/momo")
    kinds = parser.add_subparsers(dest="kind", metavar="KIND", required=True)
    text = command(kinds, "text", "train the text reader on corpora", "mien train text corpora.zip -o runs/text")
    text.add_argument("data", type=Path, metavar="DATA", help="a folder or zip file of the corpora")
    text.add_argument("-o", "--out", type=Path, required=True, metavar="DIR", help="folder for the weights")
    text.set_defaults(run=run_text)
    painter = command(
        kinds,
        "painter",
        "train the default painter; resumes where it stopped",
        "mien train painter -o runs/momo",
    )
    painter.add_argument("-o", "--out", type=Path, required=True, metavar="DIR", help="folder for run and bundle")
    painter.set_defaults(run=run_painter)


def _need_torch() -> None:
    if find_spec("torch") is None:
        raise DeviceError('training needs torch: pip install "mien[train]"')


def run_text(options: argparse.Namespace) -> int:
    """Train the text reader and print its figures."""
    _need_torch()
    from mien.train.text import shipped, train_text

    print(json.dumps(train_text(options.data, options.out, shipped(), quiet=not sys.stderr.isatty()), indent=1))
    return 0


def run_painter(options: argparse.Namespace) -> int:
    """Train the default character and print where its bundle lies."""
    _need_torch()
    from mien.train.bundle import train_character
    from mien.train.painter import momo

    print(train_character(options.out, momo()))
    return 0
