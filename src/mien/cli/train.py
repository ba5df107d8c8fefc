"""`mien train`: make the weights that mien ships, or your own."""

from __future__ import annotations

import argparse
import json
import re
import sys
from pathlib import Path

from mien.cli.needs import need
from mien.cli.values import Commands, command, real, touches, whole
from mien.face import SettingsError


def add(commands: Commands[argparse.ArgumentParser]) -> None:
    """Add the command and its two kinds."""
    parser = command(
        commands, "train", "train the text reader, a painter, the nets that see and hear, or a GAN",
        "mien train gan data/faces -o runs/faces",
    )  # fmt: skip
    kinds = parser.add_subparsers(dest="kind", metavar="KIND", required=True)
    text = command(kinds, "text", "train the text reader on corpora", "mien train text corpora.zip -o runs/text")
    text.add_argument("data", type=Path, metavar="DATA", help="a folder or zip file of the corpora")
    text.add_argument("-o", "--out", type=Path, required=True, metavar="DIR", help="folder for the weights")
    touches(text, ["data"], ["out"])
    text.set_defaults(run=run_text)
    painter = command(
        kinds, "painter", "train a character's painter: one that ships, or one from footage; resumes where it stopped",
        "mien train painter --data data/mei -o runs/mei --name mei --licence 'CC BY 4.0'",
    )  # fmt: skip
    painter.add_argument("-o", "--out", type=Path, required=True, metavar="DIR", help="folder for run and bundle")
    painter.add_argument("--data", type=Path, metavar="DATA", help="footage that mien prepare --whole made")
    painter.add_argument("--name", metavar="NAME", help="of the character in the footage; else which that ships (momo)")
    painter.add_argument("--images", type=whole(1, 10**9), metavar="N", help="images seen until it ends (footage)")
    painter.add_argument("--licence", metavar="TEXT", help="of the character (the footage's own)")
    painter.add_argument("--credit", default="", metavar="TEXT", help="whom to name")
    painter.add_argument("--consent", default="", metavar="TEXT", help="who agreed to being shown, or why nobody must")
    painter.add_argument("--person", action="store_true", help="the footage shows a real person")
    touches(painter, ["data"], ["out"])
    painter.set_defaults(run=run_painter)
    _add_gan(kinds)
    _add_sight(kinds)
    _add_hearing(kinds)
    _add_vocal(kinds)


def _add_hearing(kinds: Commands[argparse.ArgumentParser]) -> None:
    """The arguments of `train hearing`."""
    hearing = command(
        kinds, "hearing", "train the net that hears; resumes where it stopped",
        "mien train hearing data/speech -o runs/hearing",
    )  # fmt: skip
    hearing.add_argument("data", type=Path, nargs="+", metavar="DATA", help="sets that mien prepare --speak made")
    hearing.add_argument(
        "--share", type=real(1e-6, 1.0), default=1.0, metavar="S", help="of the recipe's clips, for a try (1)"
    )
    hearing.add_argument("-o", "--out", type=Path, required=True, metavar="DIR", help="folder for the run and weights")
    touches(hearing, ["data"], ["out"])
    hearing.set_defaults(run=run_hearing)


def run_hearing(options: argparse.Namespace) -> int:
    """Train the net and say where its weights lie."""
    need("training", "torch", "onnx")
    from mien.train.hearing.train import HearingRecipe, shorter, train_hearing

    print(train_hearing(options.data, options.out, shorter(HearingRecipe(), options.share)))
    return 0


def _add_vocal(kinds: Commands[argparse.ArgumentParser]) -> None:
    """The arguments of `train vocal`."""
    vocal = command(
        kinds, "vocal", "train the net that hears how something is said", "mien train vocal data/acted -o runs/vocal"
    )
    vocal.add_argument("data", type=Path, metavar="DATA", help="a set that mien prepare --acted made")
    vocal.add_argument(
        "--folds", action="store_true", help="also a net without each speaker, to measure with (mien bench tone)"
    )
    vocal.add_argument("-o", "--out", type=Path, required=True, metavar="DIR", help="folder for the weights")
    touches(vocal, ["data"], ["out"])
    vocal.set_defaults(run=run_vocal)


def run_vocal(options: argparse.Namespace) -> int:
    """Train the net and say where its weights lie."""
    need("training", "torch")
    from mien.train.hearing.tones import ToneRecipe, train_tones

    print(train_tones(options.data, options.out, ToneRecipe(), options.folds))
    return 0


def _add_sight(kinds: Commands[argparse.ArgumentParser]) -> None:
    """The arguments of `train sight`."""
    sight = command(
        kinds, "sight", "train the nets that see faces; each resumes where it stopped",
        "mien train sight --faces data/photos --drawn data/drawn --labelled data/fer --empty scenes -o runs/sight",
    )  # fmt: skip
    for name, words, many in (
        ("faces", "prepared sets with key points and muscles (mien prepare --look)", True),
        ("drawn", "sets that mien prepare --draw made, rgba", True),
        ("labelled", "prepared sets of feelings, 48 pixels, grey; the first is measured on", True),
        ("empty", "a folder of pictures without faces", False),
    ):
        sight.add_argument(
            f"--{name}", type=Path, nargs="+" if many else None, required=True, metavar="DIR", help=words
        )
    sight.add_argument(
        "--share", type=real(1e-6, 1.0), default=1.0, metavar="S", help="of the recipe's crops, for a try (1)"
    )
    sight.add_argument("-o", "--out", type=Path, required=True, metavar="DIR", help="folder for runs and weights")
    touches(sight, ["faces", "drawn", "labelled", "empty"], ["out"])
    sight.set_defaults(run=run_sight)


def run_sight(options: argparse.Namespace) -> int:
    """Train the five nets and say where their weights lie."""
    need("training", "torch", "PIL")
    from mien.train.sight.train import SightData, SightRecipe, shorter, train_sight

    data = SightData(options.faces, options.labelled, options.drawn, options.empty)
    print(train_sight(data, options.out, shorter(SightRecipe(), options.share)))
    return 0


def _add_gan(kinds: Commands[argparse.ArgumentParser]) -> None:
    """The arguments of `train gan`."""
    gan = command(
        kinds, "gan", "train a generator on a prepared set of pictures; resumes where it stopped",
        "mien train gan data/faces -o runs/faces --recipe faces --images 200000",
    )  # fmt: skip
    gan.add_argument("data", type=Path, metavar="DATA", help="a folder that mien prepare made")
    gan.add_argument("-o", "--out", type=Path, required=True, metavar="DIR", help="folder for the run and its model")
    gan.add_argument(
        "--recipe", choices=("article", "faces", "cast"), default="faces",
        help="article: the plain baseline; faces: many people; cast: many drawn characters (faces)",
    )  # fmt: skip
    gan.add_argument("--images", type=whole(1, 10**9), metavar="N", help="images seen until it ends")
    gan.add_argument("--batch", type=whole(2, 4096), metavar="N", help="images a step, over all processes")
    gan.add_argument("--accumulate", type=whole(1, 256), metavar="N", help="parts in which a step is computed")
    gan.add_argument("--seed", type=whole(0, 2**31 - 1), metavar="N", help="of everything that chance decides")
    gan.add_argument("--precision", choices=("bf16", "fp32"), help="of the networks while training (bf16)")
    gan.add_argument("--objective", metavar="NAME", help="pairing, hinge, minimax, ... in place of the recipe's")
    gan.add_argument("--unrolled", type=whole(0, 16), metavar="N", help="steps that the critic looks ahead")
    gan.add_argument("--save-every", type=whole(1, 10**9), metavar="N", help="images between checkpoints")
    gan.add_argument("--watch-every", type=whole(1, 10**9), metavar="N", help="images between looks of the monitor")
    gan.add_argument(
        "--on-trouble", choices=("warn", "stop", "roll-back"), default="warn",
        help="what an alarm does; roll-back returns to the last good checkpoint with half the rates (warn)",
    )  # fmt: skip
    gan.add_argument("--json", action="store_true", help="print one JSON object at the end")
    touches(gan, ["data"], ["out"])
    gan.set_defaults(run=run_gan)


def run_gan(options: argparse.Namespace) -> int:
    """Train and say where the model lies."""
    need("training", "torch", "PIL")
    from mien.train.gan.model import load_model
    from mien.train.gan.recipe import Alarms, chosen
    from mien.train.gan.train import train_gan
    from mien.train.prepare import Prepared

    names = ("images", "batch", "accumulate", "seed", "precision", "objective", "unrolled", "save_every", "watch_every")
    changes = {name: getattr(options, name) for name in names if getattr(options, name) is not None}
    recipe = chosen(options.recipe, alarms=Alarms(action=options.on_trouble), **changes)
    counts = Prepared(options.data).manifest["splits"]["train"].get("classes", {})
    lacking = [name for name, count in counts.items() if not count]
    if lacking:
        print(f"mien train gan: {options.data} holds no picture of: {', '.join(lacking)}", file=sys.stderr)
    out = train_gan(options.data, options.out, recipe)
    made = {"model": str(out), "recipe": recipe.name, "seen": load_model(out).seen, "samples": str(out / "samples.png")}
    print(
        json.dumps(made) if options.json else f"wrote {out} ({made['seen']:,} images seen); look at {made['samples']}"
    )
    return 0


def run_text(options: argparse.Namespace) -> int:
    """Train the text reader and print its figures."""
    need("training", "torch")
    from mien.train.text.train import shipped, train_text

    print(json.dumps(train_text(options.data, options.out, shipped(), quiet=False), indent=1))
    return 0


def run_painter(options: argparse.Namespace) -> int:
    """Train a character and print where its bundle lies."""
    need("training", "torch", "PIL")
    from mien.paint.drawn import CAST
    from mien.train.painter import character, drawn_character, for_images
    from mien.train.painter.bundle import About, train_character
    from mien.train.painter.cast import CAST as ABOUT
    from mien.train.prepare import Prepared

    name = options.name or ("momo" if options.data is None else "character")
    if options.data is None:
        if name not in CAST:
            raise SettingsError(f"--name: {name!r} needs --data; without it there are: {', '.join(CAST)}")
        print(train_character(options.out, drawn_character(CAST[name]), ABOUT[name]))
        return 0
    if not re.fullmatch(r"[\w-]+", name):
        raise SettingsError(f"--name: expected letters, digits, - and _, got {name!r}")
    licence = options.licence or Prepared(options.data).manifest["licence"]
    if not licence:
        raise SettingsError("--licence: the footage says nothing; say under which licence the character may be used")
    about = About(name, {"en": name}, licence, options.credit, options.consent, person=options.person)
    recipe = character(filmed=options.person)
    recipe = recipe if options.images is None else for_images(recipe, options.images)
    print(train_character(options.out, recipe, about, footage=options.data))
    return 0
