"""`mien studio`: the face live in the browser, and a box to type a line into."""

from __future__ import annotations

import argparse
import os
import sys

from mien.cli.values import (
    Commands,
    add_face,
    add_fps,
    add_voice,
    character_of,
    colours_of,
    command,
    speaker_of,
    touches,
    whole,
)


def add(commands: Commands[argparse.ArgumentParser]) -> None:
    """Add the command."""
    parser = command(
        commands, "studio", "open the face in the browser and type to it",
        "mien studio --port 8642\n  mien studio --voice espeak-ng\n  mien studio --hair '#2b2630' --iris '#7a4b2a'",
    )  # fmt: skip
    parser.add_argument(
        "--port",
        type=whole(0, 65535),
        default=8642,
        metavar="N",
        help="on 127.0.0.1; 0 takes a free one (8642)",
    )
    parser.add_argument("--no-browser", action="store_true", help="only print the address")
    parser.add_argument("--policy", metavar="FILE", help="a policy of your own, a .toml, beside those that ship")
    add_voice(parser)
    add_face(parser)
    add_fps(parser, 60)
    touches(parser, ["policy", "character"])
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Serve until Ctrl-C."""
    from mien.mood.empathy import POLICIES, open_policy
    from mien.paint import open_painter
    from mien.sense import open_reader
    from mien.show import policy_of, temper_of
    from mien.studio import Stage, bundle_files, serve

    character = character_of(options)
    painter = open_painter(options.painter, character, options.size, colours_of(options))
    policies = {policy.name: policy for policy in map(open_policy, [*POLICIES, *filter(None, [options.policy])])}
    stage = Stage(
        painter, open_reader(), fps=options.fps, seed=options.seed, policies=policies, temper=temper_of(character),
        speaker=speaker_of(options),
    )  # fmt: skip
    own = policy_of(character).name
    hello = {
        "character": character.name, "title": dict(character.title), "greeting": dict(character.greeting),
        "painter": options.painter, "size": options.size, "fps": options.fps, "voice": options.voice is not None,
        "policies": sorted(policies, key=lambda name: name != own),  # its own first: a page chooses that
    }  # fmt: skip

    def opened(address: str) -> None:
        print(f"mien studio: {address}  (Ctrl-C ends it)", flush=True)
        # without a screen Python would open a text browser in this very terminal
        if not options.no_browser and (sys.platform != "linux" or {"DISPLAY", "WAYLAND_DISPLAY"} & set(os.environ)):
            import webbrowser

            webbrowser.open(address)

    # a page can paint what the trained painter paints; another painter's frames only that painter makes
    bundle = bundle_files(character) if options.painter == "gan" else None
    serve(stage, hello, port=options.port, bundle=bundle, opened=opened)
    return 0
