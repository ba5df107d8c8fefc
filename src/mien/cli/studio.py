"""`mien studio`: the face live in the browser, and a box to type a line into."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

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
from mien.face import SettingsError

if TYPE_CHECKING:
    from mien.api import Api
    from mien.character import Character


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
    parser.add_argument("--api-only", action="store_true", help="no page: the API for programs alone, docs at /docs")
    parser.add_argument(
        "--api-voice", action="append", default=[], metavar="ENGINE[:VOICE]",
        help="a voice that sessions and clips of the API may have; again for each engine",
    )  # fmt: skip
    parser.add_argument(
        "--api-brain", type=Path, metavar="FILE", help="a .toml: the language model that sessions may think with"
    )
    parser.add_argument(
        "--origin", action="append", default=[], metavar="ORIGIN",
        help="pages of this origin may ask the API too, such as http://127.0.0.1:8000",
    )  # fmt: skip
    parser.add_argument(
        "--public", action="store_true",
        help="with --api-only: answer other machines, with the password of MIEN_PASSWORD (this machine alone)",
    )  # fmt: skip
    add_face(parser)
    add_fps(parser, 60)
    touches(parser, ["policy", "character", "api_brain"])
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Serve until Ctrl-C."""
    # read as OpenCV is loaded: a client's damaged picture is no news to whoever runs the server
    os.environ.setdefault("OPENCV_LOG_LEVEL", "ERROR")
    from mien.api.server import OPENED, beside
    from mien.api.server import serve as serve_alone
    from mien.mood.empathy import POLICIES, open_policy
    from mien.paint import open_painter
    from mien.sense import open_reader
    from mien.show import policy_of, temper_of
    from mien.studio import Stage, bundle_files, serve, stage_token

    if options.public and not options.api_only:
        raise SettingsError("--public: expected with --api-only; the studio's page stays on this machine")
    character = character_of(options)
    api = _api(options, character)
    if options.api_only:
        print(*(OPENED if options.public else ()), sep="\n", end="\n" if options.public else "", file=sys.stderr)
        serve_alone(api, port=options.port, opened=lambda address: _opened(api, address, "mien studio"))
        return 0
    painter = open_painter(options.painter, character, options.size, colours_of(options))
    policies = {policy.name: policy for policy in map(open_policy, [*POLICIES, *filter(None, [options.policy])])}
    stage = Stage(
        painter, open_reader(), fps=options.fps, seed=options.seed, policies=policies, temper=temper_of(character),
        speaker=speaker_of(options), label=character.person,
    )  # fmt: skip
    own, token = policy_of(character).name, stage_token()
    hello = {
        "character": character.name, "title": dict(character.title), "greeting": dict(character.greeting),
        "painter": options.painter, "size": options.size, "fps": options.fps, "voice": options.voice is not None,
        "policies": sorted(policies, key=lambda name: name != own),  # its own first: a page chooses that
        "label": character.person,
    }  # fmt: skip

    def opened(address: str) -> None:
        print(f"mien studio: {address}  (Ctrl-C ends it)", flush=True)
        _opened(api, address, "its API")
        print(f"for OBS: {address}stage?token={token}", flush=True)
        # without a screen Python would open a text browser in this very terminal
        if not options.no_browser and (sys.platform != "linux" or {"DISPLAY", "WAYLAND_DISPLAY"} & set(os.environ)):
            import webbrowser

            webbrowser.open(address)

    # a page can paint what the trained painter paints; another painter's frames only that painter makes
    bundle = bundle_files(character) if options.painter == "gan" else None
    with api:
        serve(stage, hello, port=options.port, bundle=bundle, opened=opened, beside=beside(api), token=token)
    return 0


def _api(options: argparse.Namespace, character: Character) -> Api:
    """The API that was asked for; its usual character is the one that was asked for."""
    from mien.api import Access, Api, Cast
    from mien.character import load, names
    from mien.files import read_toml
    from mien.show import brain_of

    access = Access.of_environment(options.public, tuple(options.origin))
    others = [load(name) for name in names() if name != character.name]
    brain = None
    if options.api_brain:
        brain = brain_of(
            read_toml(options.api_brain, kind=SettingsError), str(options.api_brain), options.api_brain.parent
        )
    return Api(Cast.of([character, *others], options.api_voice, list(filter(None, [options.policy])), brain), access)


def _opened(api: Api, address: str, what: str) -> None:
    """Say where the API is, and its token unless that came from the environment."""
    known = {"MIEN_TOKEN", "MIEN_PASSWORD"} & set(os.environ)
    token = f"the token is in {' or '.join(sorted(known))}" if api.access.token in map(os.environ.get, known) else (
        f"token {api.access.token}")  # fmt: skip
    print(f"{what}: {address}api/v1  {token}; documentation at {address}docs", flush=True)
