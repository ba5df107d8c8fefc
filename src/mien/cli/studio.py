"""`mien studio`: the face live in the browser, and a box to type a line into."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from mien.cli.ends import add_programs, add_room, pieces_of
from mien.cli.values import (
    Commands,
    add_face,
    add_fps,
    add_voice,
    character_of,
    colours_of,
    command,
    keep_to,
    speaker_of,
    touches,
    whole,
)
from mien.face import SettingsError

if TYPE_CHECKING:
    from mien.api import Api
    from mien.character import Character
    from mien.show import Brain, ShowSettings
    from mien.studio import Running


_BESIDE = (
    "port", "no_browser", "policy", "room", "keys", "to", "trackers", "films", "api_only", "api_voice", "api_brain",
    "origin", "public",
)  # fmt: skip
"""Options that a show's file leaves free."""


def add(commands: Commands[argparse.ArgumentParser]) -> None:
    """Add the command."""
    parser = command(
        commands, "studio", "open the face in the browser and type to it",
        "mien studio --port 8642\n  mien studio --voice espeak-ng\n  mien studio --hair '#2b2630' --iris '#7a4b2a'\n"
        "  mien studio --room twitch:NAME --to vtube-studio\n  mien studio ada.toml",
    )  # fmt: skip
    parser.add_argument(
        "show", nargs="?", metavar="SHOW.toml", help="a show's file: it says the face, and what is connected"
    )
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
    add_room(parser)
    add_programs(parser)
    parser.add_argument("--films", type=Path, metavar="FOLDER", help="where films and stills go (Videos/mien at home)")
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
    touches(parser, ["policy", "character", "api_brain", "show", "keys"], ["films"])
    parser.set_defaults(run=run, parser=parser)


def run(options: argparse.Namespace) -> int:
    """Serve until Ctrl-C."""
    # read as OpenCV is loaded: a client's damaged picture is no news to whoever runs the server
    os.environ.setdefault("OPENCV_LOG_LEVEL", "ERROR")
    from mien.api.server import OPENED, beside
    from mien.api.server import serve as serve_alone
    from mien.mood.empathy import POLICIES, open_policy
    from mien.sense import open_reader
    from mien.show import Brain, Heeding
    from mien.studio import Stage, Troupe, serve
    from mien.studio.webcam import trackers

    if options.public and not options.api_only:
        raise SettingsError("--public: expected with --api-only; the studio's page stays on this machine")
    show = _show_of(options)
    character = character_of(options)
    api = _api(options, character)
    if options.api_only:
        print(*(OPENED if options.public else ()), sep="\n", end="\n" if options.public else "", file=sys.stderr)
        serve_alone(api, port=options.port, opened=lambda address: _opened(api, address, "mien studio"))
        return 0
    given = options.policy or ("" if show is None else show.policy)
    policies = {policy.name: policy for policy in map(open_policy, [*POLICIES, *filter(None, [given])])}
    troupe = Troupe(_characters(character), options.painter, options.size, policies)
    role = troupe.role(character.name, colours_of(options) if show is None else show.colours)
    brain = None if show is None or show.brain is None else Brain(show.brain)
    stage = Stage(
        role.painter, open_reader(), fps=options.fps, seed=options.seed, policies=policies,
        temper=role.temper if show is None else show.temper, speaker=speaker_of(options), troupe=troupe, hello={
            "painter": options.painter, "size": options.size, "fps": options.fps, "voice": options.voice is not None,
            **role.told,
        },
        thanks=None if show is None else show.thanks,
        around=(lambda one: one) if brain is None else (lambda one: Heeding(one, brain)),
        mirrors=show is not None and show.faces == "mirror",
        sees=trackers() if show is not None and show.sees_faces else None,
    )  # fmt: skip
    running = _running(options, show, given, brain)

    def opened(address: str) -> None:
        print(f"mien studio: {address}  (Ctrl-C ends it)", flush=True)
        _opened(api, address, "its API")
        print(f"for OBS: {address}stage?token={running.token}", flush=True)
        # without a screen Python would open a text browser in this very terminal
        if not options.no_browser and (sys.platform != "linux" or {"DISPLAY", "WAYLAND_DISPLAY"} & set(os.environ)):
            import webbrowser

            webbrowser.open(address)

    with api:
        serve(stage, port=options.port, opened=opened, beside=beside(api), running=running)
    return 0


def _show_of(options: argparse.Namespace) -> ShowSettings | None:
    """The show's file that was named, if any: what it says of the face holds in place of the options.

    Raises SettingsError.
    """
    from mien.files import read_toml
    from mien.show import parse_show
    from mien.show.director import HEARD, NOTICE

    if options.show is None:
        return None
    keep_to(options.show, options, _BESIDE)
    show = parse_show(read_toml(options.show, kind=SettingsError), str(options.show))
    for notice, given in ((NOTICE, show.sees_faces), (HEARD, show.hears_voices)):
        print(*notice if given else (), sep="\n", end="\n" if given else "", file=sys.stderr)
    options.character, options.painter, options.size = show.character, show.painter, show.size
    options.fps, options.seed, options.voice = show.fps, show.seed, show.voice or None
    return show


def _running(options: argparse.Namespace, show: ShowSettings | None, given: str, brain: Brain | None) -> Running:
    """What the show is that plays. given: the policy that was asked for: a name, a file, or "".

    Raises SettingsError.
    """
    from mien.character import names
    from mien.mood.empathy import POLICIES, open_policy
    from mien.studio import Running, stage_token

    sources, sinks = pieces_of(options)
    by_name = options.character in names()
    return Running(
        options.character if by_name else str(Path(options.character).absolute()), options.painter, options.size,
        options.fps, options.films or _films(), stage_token(), options.seed, options.voice or "",
        policy=open_policy(given).name if given and (show is not None or options.room) else "", keys=options.keys,
        table={} if show is None else show.whole(),
        files={open_policy(given).name: str(Path(given).absolute())} if given and given not in POLICIES else {},
        mute=() if show is None else tuple(show.mute),
        sources=(*(() if show is None else show.sources), *sources),
        sinks=(*(() if show is None else show.sinks), *sinks), brain=brain,
    )  # fmt: skip


def _films() -> Path:
    """Where films go unless a person says another folder."""
    return Path.home() / ("Movies" if sys.platform == "darwin" else "Videos") / "mien"


def _api(options: argparse.Namespace, character: Character) -> Api:
    """The API that was asked for; its usual character is the one that was asked for."""
    from mien.api import Access, Api, Cast
    from mien.files import read_toml
    from mien.show import brain_of

    access = Access.of_environment(options.public, tuple(options.origin))
    brain = None
    if options.api_brain:
        brain = brain_of(
            read_toml(options.api_brain, kind=SettingsError), str(options.api_brain), options.api_brain.parent
        )
    return Api(Cast.of(_characters(character), options.api_voice, list(filter(None, [options.policy])), brain), access)


def _characters(first: Character) -> list[Character]:
    """Who may play: the one that was asked for, and those that ship."""
    from mien.character import load, names

    return [first, *(load(name) for name in names() if name != first.name)]


def _opened(api: Api, address: str, what: str) -> None:
    """Say where the API is, and its token unless that came from the environment."""
    known = {"MIEN_TOKEN", "MIEN_PASSWORD"} & set(os.environ)
    token = f"the token is in {' or '.join(sorted(known))}" if api.access.token in map(os.environ.get, known) else (
        f"token {api.access.token}")  # fmt: skip
    print(f"{what}: {address}api/v1  {token}; documentation at {address}docs", flush=True)
