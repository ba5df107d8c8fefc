"""What a live show hangs on, as arguments: rooms, microphones, cameras and trackers in, files and programs out."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mien.cli.values import label_of
from mien.face import SettingsError
from mien.files import printable

if TYPE_CHECKING:
    from mien.show import Failure, Part, Piece
    from mien.sinks import Sink
    from mien.sources import Note, Source

_SENT = ("vmc", "vtube-studio", "json", "mjpeg", "virtual-camera")
_WHERE = {"virtual-camera": "device"}  # what stands behind the colon, where it is no address
_TRACKERS = ("openseeface", "ifacialmocap", "livelink", "meowface", "vmc")


def add_room(parser: argparse.ArgumentParser) -> None:
    """The arguments --room and --keys."""
    parser.add_argument(
        "--room", metavar="ROOM",
        help="answer a live room: bilibili:ROOM, bilibili-open:APP, twitch:NAME, youtube:ID or hook:PORT",
    )  # fmt: skip
    parser.add_argument(
        "--keys", type=Path, metavar="FILE", help="a file of a room's keys, chmod 600 (the environment)"
    )


def room_of(options: argparse.Namespace) -> Part[Source] | None:
    """The live room that was asked for. Raises SettingsError."""
    from mien.show import Part
    from mien.sources import room_maker

    if options.room is None:
        return None
    if options.text or options.file is not None or options.chat is not None:
        raise SettingsError("--room: its viewers' lines are answered; expected no TEXT, -f or --chat beside it")
    return Part(options.room.partition(":")[0], room_maker(options.room, options.keys))


def add_mic(parser: argparse.ArgumentParser) -> None:
    """The arguments --mic and --listens."""
    parser.add_argument(
        "--mic", nargs="?", const="", metavar="N",
        help="whoever is at microphone N (a number or a part of its name; the system's own) speaks as the character; "
        'write lines of text before it; needs pip install "mien[mic]"',
    )  # fmt: skip
    parser.add_argument(
        "--listens",
        action="store_true",
        help="with --mic: the character listens instead: looks, nods, and falls silent when it is interrupted",
    )


def microphone_of(options: argparse.Namespace) -> Part[Source] | None:
    """The microphone that was asked for, by name. Raises SettingsError for --listens without one."""
    from mien.show import Part
    from mien.sources import Microphone

    if options.mic is None:
        if options.listens:
            raise SettingsError("--listens: expected --mic too")
        return None
    made = Microphone(options.mic, "listens" if options.listens else "speaks")
    return Part(f"microphone {options.mic}".rstrip(), lambda: made)


def camera_of(given: str) -> Part[Source]:
    """The camera of this number, or the video of this name. Raises SettingsError and InputError."""
    from mien.show import Part
    from mien.sources import is_video
    from mien.sources.live import Camera, Video

    if given.isdecimal():
        return Part(f"camera {given}", lambda: Camera(int(given)))
    if not is_video(Path(given)):
        raise SettingsError(
            f"--camera: expected a camera's number or a video, got {given!r}; lines of text stand before --camera"
        )
    video = Video(Path(given))
    return Part(given, lambda: video)


def add_programs(parser: argparse.ArgumentParser) -> None:
    """The arguments --to and --from."""
    parser.add_argument(
        "--to", action="append", default=[], metavar="PROGRAM[:ADDRESS]",
        help="send it there as it plays, more than once if you like: vmc, vtube-studio, json, mjpeg or "
        "virtual-camera, such as vmc:127.0.0.1:39539; OBS's scenes and all settings: a show in a file",
    )  # fmt: skip
    parser.add_argument(
        "--from", action="append", default=[], dest="trackers", metavar="TRACKER[:ADDRESS]",
        help="do what a tracker says that sends here: openseeface, ifacialmocap, livelink, meowface or vmc, such as "
        "vmc:127.0.0.1:39540",
    )  # fmt: skip


def pieces_of(options: argparse.Namespace) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    """The room and the trackers, and the programs, as the tables of a show's file. Raises SettingsError."""
    from mien.show import sink_piece, source_piece
    from mien.sources import room_settings

    rooms = [] if options.room is None else [room_settings(options.room, options.keys)]
    read = [*rooms, *_named(options.trackers, "--from", "listen", _TRACKERS)]
    sources = tuple(source_piece({"kind": kind, **_plain(settings)}, kind, Path()) for kind, settings in read)
    sent = _named(options.to, "--to", "to", _SENT)
    return sources, tuple(sink_piece({"kind": kind, **settings}, kind, Path()) for kind, settings in sent)


def _plain(settings: dict[str, Any]) -> dict[str, Any]:
    """As a file would hold them."""
    return {name: str(value.absolute()) if isinstance(value, Path) else value for name, value in settings.items()}


def trackers_of(options: argparse.Namespace) -> list[Part[Source]]:
    """The trackers that it follows."""
    from mien.show import Part
    from mien.sources import source_maker

    return [
        Part(name, lambda name=name, settings=settings: source_maker(name)(**settings))  # type: ignore[misc]
        for name, settings in _named(options.trackers, "--from", "listen", _TRACKERS)
    ]


def sinks_of(options: argparse.Namespace) -> list[Part[Sink]]:
    """The sink that writes or counts, and the programs that it is sent to."""
    from mien.show import Part
    from mien.sinks import open_sink

    def part(name: str, path: str | None, **settings: Any) -> Part[Sink]:
        return Part(name, lambda: open_sink(
            name, path, options.fps, options.size, label=label_of(options),
            sound=options.voice is not None or options.mic is not None, **settings,
        ))  # fmt: skip

    sent = [part(name, None, **settings) for name, settings in _named(options.to, "--to", "to", _SENT)]
    return sent if options.sink is None and sent else [part(options.sink or "null", options.out), *sent]


def _named(given: list[str], flag: str, setting: str, known: tuple[str, ...]) -> list[tuple[str, dict[str, str]]]:
    """NAME[:ADDRESS] as a name and a setting. Raises SettingsError when the name is none of the known."""
    found = []
    for one in given:
        name, colon, where = one.partition(":")
        if name not in known:
            raise SettingsError(f"{flag}: expected {', '.join(known)}, got {name!r}; others: a show in a file")
        found.append((name, {_WHERE.get(name, setting): where} if colon else {}))
    return found


def told(command: str) -> Callable[[Failure | Note], None]:
    """What tells a person at the terminal of failures and notes, as this command."""
    from mien.sources import Note

    def tell(news: Failure | Note) -> None:
        text = news.text if isinstance(news, Note) else news.in_words()
        print(f"{command}: {printable(text)}", file=sys.stderr)

    return tell
