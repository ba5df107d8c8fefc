"""`mien prepare`: from a folder of expression pictures, or from lines of text, to a data set to train a network on."""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mien.cli.needs import need
from mien.cli.values import Commands, add_encoding, command, real, touches, whole
from mien.face import SettingsError


def add(commands: Commands[argparse.ArgumentParser]) -> None:
    """Add the command."""
    parser = command(
        commands, "prepare", "make a data set of expression pictures", "mien prepare faces/ data/faces --size 64"
    )
    parser.add_argument(
        "paths", nargs="+", type=Path, metavar="PATH",
        help="SOURCE and DEST: a folder (one folder a feeling inside), a zip file, a CSV table or a video, and the "
        "new folder to make; with --draw DEST alone; with --speak files of lines and DEST; with --acted a folder or "
        "zip file of voices (one folder a feeling inside, the speaker in the first two characters of a name) and DEST",
    )  # fmt: skip
    parser.add_argument("--draw", type=whole(8, 10_000_000), metavar="N", help="let the artist draw N faces instead")
    parser.add_argument(
        "--speak", type=whole(1, 10_000_000), metavar="N", help="let speech engines say N of the files' lines instead"
    )
    parser.add_argument("--acted", action="store_true", help="SOURCE holds acted voices, for mien train vocal")
    parser.add_argument("--seed", type=whole(0, 2**31 - 1), default=1, metavar="N", help="of --draw and --speak (1)")
    parser.add_argument("--size", type=whole(16, 1024), default=64, metavar="PX", help="pixels a side (64)")
    parser.add_argument("--colour", choices=("grey", "rgb", "rgba"), default="rgb", help="of the pictures (rgb)")
    parser.add_argument(
        "--map", type=Path, metavar="FILE", help="a TOML file: what your labels, columns and key points are to mien"
    )
    parser.add_argument("--licence", default="", metavar="TEXT", help="what may be done with the pictures; is kept")
    parser.add_argument(
        "--held-out", type=real(0.0, 0.9), default=0.1, metavar="SHARE", help="kept for measuring (0.1)"
    )
    parser.add_argument(
        "--every", type=real(0.001, 86_400.0), default=0.2, metavar="S", help="seconds between frames of video (0.2)"
    )
    parser.add_argument("--keep-twins", action="store_true", help="keep pictures that are there twice")
    parser.add_argument("--whole", action="store_true", help="keep whole frames, for mien train painter")
    parser.add_argument(
        "--margin", type=real(2.0, 12.0), default=2.7, metavar="EYES", help="side in distances of the eyes (2.7)"
    )
    parser.add_argument(
        "--look", metavar="NAME", help="find faces, key points and what they do: mien, or a Face Landmarker .task file"
    )
    add_encoding(parser)
    parser.add_argument("--json", action="store_true", help="print the manifest as one JSON object")
    touches(
        parser, ["map", "look"], also_reads=lambda given: given.paths[:-1], also_writes=lambda given: given.paths[-1:]
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Prepare and say what came of it."""
    if options.speak is not None:
        return _speak(options)
    if options.acted:
        return _acted(options)
    need("preparing pictures", "PIL")
    from mien.sense.sight import open_analyzer
    from mien.train.prepare import Map, Settings, draw, prepare, read_map

    settings = Settings(
        options.size, options.colour, read_map(options.map) if options.map else Map(), options.licence,
        options.held_out, options.every, options.keep_twins, options.whole, options.margin,
        options.encoding,
    )  # fmt: skip
    if options.draw is not None:
        if len(options.paths) != 1:
            raise SettingsError(f"with --draw expected DEST alone, got {len(options.paths)} paths")
        manifest = draw(options.draw, options.paths[0], settings, options.seed)
    else:
        if len(options.paths) != 2:
            raise SettingsError(f"expected SOURCE and DEST, got {len(options.paths)} path(s)")
        source, out = options.paths
        analyzer = open_analyzer(options.look) if options.look else None
        manifest = prepare(source, out, settings, analyzer=analyzer)
    print(json.dumps(manifest, ensure_ascii=False) if options.json else in_words(manifest))
    return 0


def _speak(options: argparse.Namespace) -> int:
    """A set of speech."""
    need("preparing speech", "torch")
    from mien.train.hearing.prepare import prepare_speech

    if len(options.paths) < 2:
        raise SettingsError("with --speak expected files of lines and DEST, got one path")
    *files, out = options.paths
    manifest = prepare_speech(files, out, options.speak, options.seed, options.encoding)
    if options.json:
        print(json.dumps(manifest, ensure_ascii=False))
    else:
        said = "\n".join(f"{name}: {count}" for name, count in manifest["counts"].items())
        skipped = ", ".join(f"{name!r} {count}" for name, count in manifest["skipped"].items())
        print(f"{manifest['hours']:g} hours\n{said}\nleft out: {skipped or 'none'}")
    return 0


def _acted(options: argparse.Namespace) -> int:
    """A set of acted voices."""
    from mien.train.hearing.acted import prepare_acted

    if len(options.paths) != 2 or options.draw is not None:
        raise SettingsError("with --acted expected SOURCE and DEST, and no --draw")
    source, out = options.paths
    manifest = prepare_acted(source, out, options.licence)
    if options.json:
        print(json.dumps(manifest, ensure_ascii=False))
    else:
        tones = ", ".join(f"{name} {count}" for name, count in manifest["tones"].items())
        speakers = ", ".join(f"{name} {count}" for name, count in manifest["speakers"].items())
        skipped = "".join(f"\nskipped {one['name']}: {one['why']}" for one in manifest["skipped"][:5])
        print(f"{manifest['seconds']:g} s\ntones: {tones}\nspeakers: {speakers}{skipped}")
    return 0


def in_words(manifest: Mapping[str, Any]) -> str:
    """A manifest in words."""
    lines = []
    for split, part in manifest["splits"].items():
        classes = ", ".join(f"{name} {count}" for name, count in part["classes"].items() if count)
        lines.append(f"{split}: {part['pictures']} pictures ({classes or 'none'})")
    twins, skipped = manifest["twins_removed"], manifest["skipped"]
    lines.append(f"with key points: {manifest['with_points']}; twins removed: {twins['pictures']}")
    disputed = manifest["disputed"]
    lines += [
        f"one picture, several labels: {', '.join(f'{name} ({label})' for name, label in names.items())}"
        for names in disputed[:5]
    ]
    if len(disputed) > 5:
        lines.append(f"{len(disputed) - 5} more pictures with several labels; manifest.json lists them")
    lines += [f"skipped {entry['name']}: {entry['why']}" for entry in skipped[:5]]
    if len(skipped) > 5:
        lines.append(f"skipped {len(skipped) - 5} more; manifest.json lists them")
    return "\n".join(lines)
