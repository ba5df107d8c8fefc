"""`mien look`: the faces in pictures, videos or a camera."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mien.cli.values import FPS, Commands, add_face, command, face_of, nature_of, seconds, touches, whole
from mien.face import DeviceError, Face, InputError, SettingsError

if TYPE_CHECKING:
    from mien.sources import Picture


def add(commands: Commands[argparse.ArgumentParser]) -> None:
    """Add the command."""
    parser = command(
        commands, "look", "see faces: key points, head, muscles, gaze, feelings", "mien look photo.jpg --json"
    )
    parser.add_argument("source", metavar="SOURCE", help="a picture, a video, a folder of them, or camera[:N]")
    parser.add_argument("--json", action="store_true", help="one JSON object a picture or frame")
    parser.add_argument("--crop", action="store_true", help="each picture is one face already, cut out")
    parser.add_argument("--overlay", type=Path, metavar="OUT", help="what was seen, drawn: .mp4, or .png of a still")
    parser.add_argument("--csv", type=Path, metavar="OUT", help="a table, one row a face")
    parser.add_argument("--plot", type=Path, metavar="OUT", help="a .png of the feelings over time")
    parser.add_argument("--drive", type=Path, metavar="OUT", help="an .mp4 of a character that mirrors the face")
    parser.add_argument(
        "--analyzer", default="mien", metavar="NAME", help="mien, or a Face Landmarker .task file (mien)"
    )
    parser.add_argument("--seconds", type=seconds, metavar="S", help="how long to look at a camera (10)", default=10.0)
    parser.add_argument("--fps", type=whole(*FPS), default=30, metavar="N", help="of --drive and --overlay (30)")
    add_face(parser)
    touches(
        parser, ["analyzer", "character"], ["overlay", "csv", "plot", "drive"],
        also_reads=lambda given: [] if _camera(given.source) else _files(given.source),
    )  # fmt: skip
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Look, and write what was asked for."""
    from mien.files import AtomicFile, write_atomic
    from mien.sinks.png import plain
    from mien.tell.faces import as_dict, plot, table

    _check(options)
    rows: list[dict[str, Any]] = []
    looks: list[tuple[float, Sequence[Face]]] = []
    damaged: list[Path] = []
    targets = {name: getattr(options, name) for name in ("overlay", "csv", "plot", "drive") if getattr(options, name)}
    for path in targets.values():
        AtomicFile(path).drop()  # a refusal shows before the work
    with ExitStack() as stack:
        film = _Film(options, stack) if options.overlay else None
        for seen, faces in _looked(options, damaged):
            one = as_dict(seen, faces)
            if options.json:
                print(json.dumps(one, ensure_ascii=False), flush=True)
            elif not options.drive:
                print(_in_words(one), flush=True)
            if options.csv:
                rows.append(one)
            if options.plot or options.drive:
                looks.append((seen.t, faces))
            if film is not None:
                film.put(seen, faces)
    if options.csv:
        write_atomic(options.csv, table(rows).encode())
    if options.plot:
        felt = [(t, faces[0].chances) for t, faces in looks if faces]
        write_atomic(options.plot, plain(plot([t for t, _ in felt], [row for _, row in felt])))
    if options.drive:
        if not any(faces for _, faces in looks):
            _warn(f"{options.source}: no face was seen in it, so {options.drive} shows the character at rest")
        _drive(options, looks)
    for path in (path for path in targets.values() if path.exists()):
        print(f"wrote {path}", file=sys.stderr)
    return 1 if damaged else 0


def _check(options: argparse.Namespace) -> None:
    """Refuse what cannot be written before anything is looked at."""
    from mien.sources import is_video

    files = [] if _camera(options.source) else _files(options.source)
    endings = {"overlay": (".mp4", ".png"), "plot": (".png",), "drive": (".mp4",)}
    for name, allowed in endings.items():
        path = getattr(options, name)
        if path and path.suffix.lower() not in allowed:
            raise SettingsError(f"{path}: expected {' or '.join(allowed)}, got {path.suffix or 'no ending'}")
    one_film = not files or (len(files) == 1 and is_video(files[0]))
    for name in ("plot", "drive"):
        if getattr(options, name) and not one_film:
            raise SettingsError(f"--{name}: expected one video or a camera, got {options.source}")
    if options.overlay and options.overlay.suffix.lower() == ".png" and (len(files) != 1 or is_video(files[0])):
        raise SettingsError(f"{options.overlay}: .png shows one picture; give more than one an .mp4")


def _camera(source: str) -> bool:
    return source.partition(":")[0] == "camera"


def _files(source: str) -> list[Path]:
    from mien.sources import files_of

    return files_of(Path(source))


def _looked(options: argparse.Namespace, damaged: list[Path]) -> Iterator[tuple[Picture, Sequence[Face]]]:
    """The pictures and the faces in them; people are followed through videos and before a camera.

    damaged: gets the files that could not be read where there are others; a file alone raises InputError.
    """
    from mien.progress import bar
    from mien.sense.sight import SightAnalyzer, Tracker, open_analyzer
    from mien.show.director import NOTICE
    from mien.sources import camera, is_video, length, pictures

    analyzer = open_analyzer(options.analyzer)
    if _camera(options.source):
        number = options.source.partition(":")[2]
        if number and not number.isdecimal():
            raise SettingsError(f"camera:{number}: expected a whole number, such as camera:1")
        print(*NOTICE, file=sys.stderr)
        tracker = Tracker(analyzer) if isinstance(analyzer, SightAnalyzer) else None
        some = False
        try:
            for seen in camera(int(number or 0), options.seconds):
                some = True
                yield seen, tracker.see(seen.pixels, seen.t) if tracker else analyzer.see(seen.pixels)
        except DeviceError as error:
            if not some:
                raise
            _warn(f"{error}; what was seen before was kept")
        return
    files = _files(options.source)
    for path in files:
        follows = isinstance(analyzer, SightAnalyzer) and is_video(path) and not options.crop
        tracker = Tracker(analyzer) if isinstance(analyzer, SightAnalyzer) and follows else None
        total = length(path) if is_video(path) else 1
        shown = bar(pictures(path, _warn), total=total, unit="frame", name=path.name, silent=len(files) > 1)
        try:
            for seen in shown:
                yield seen, tracker.see(seen.pixels, seen.t) if tracker else analyzer.see(seen.pixels, options.crop)
        except InputError as error:
            if len(files) == 1:
                raise
            _warn(f"{error}; went on with the next")
            damaged.append(path)


def _warn(what: str) -> None:
    print(f"mien look: {what}", file=sys.stderr)


def _in_words(one: dict[str, Any]) -> str:
    """One picture in words."""
    place = f"{one['source']} {one['t']:.2f} s" if one["t"] else one["source"]
    if not one["faces"]:
        return f"{place}: no face"
    parts = []
    for face in one["faces"]:
        x, y, w, h = face["box"]
        kind = "" if face["kind"] == "real" else f", {face['kind']}"
        parts.append(
            f"{face['dominant']} {face['feelings'][face['dominant']]:.2f} at {x:.0f},{y:.0f} {w:.0f}x{h:.0f} "
            f"(yaw {face['head']['yaw']:+.2f}, sure {face['confidence']:.2f}{kind})"
        )
    return f"{place}: {'; '.join(parts)}"


class _Film:
    """The overlay's file: a still, or a film of the size of its first picture."""

    def __init__(self, options: argparse.Namespace, stack: ExitStack):
        self._path, self._fps, self._stack = options.overlay, options.fps, stack
        self._sink: Any = None
        self._offset = self._last = 0.0
        self._source = ""

    def put(self, seen: Picture, faces: Sequence[Face]) -> None:
        """Draw and write one picture."""
        from mien.face import REST, Shot
        from mien.files import write_atomic
        from mien.sinks.png import plain
        from mien.sinks.video import open_film
        from mien.tell.faces import overlay

        frame = overlay(seen.pixels, faces)
        if self._path.suffix.lower() == ".png":
            write_atomic(self._path, plain(frame))
            return
        if self._sink is None:
            self._sink = self._stack.enter_context(open_film(self._path, self._fps, frame.width, frame.height))
        if seen.source != self._source and self._source:  # a folder's pictures one after another, a second each
            self._offset = self._last + 1.0
        self._source = seen.source
        self._last = self._offset + seen.t
        self._sink.put(Shot(self._last, REST, frame=frame))


def _drive(options: argparse.Namespace, looks: Sequence[tuple[float, Sequence[Face]]]) -> None:
    """The character that mirrors what was seen."""
    from mien.progress import bar
    from mien.show import Metronome, Part, Session
    from mien.sinks import open_sink
    from mien.tell.faces import mirrored

    if not looks:
        raise InputError(f"{options.source}: gave no picture, so there is nothing to mirror")
    long = looks[-1][0] + 0.5
    painter = face_of(options)
    film = Part("mp4", lambda: open_sink("mp4", options.drive, options.fps, options.size))
    clock = Metronome(options.fps, long)
    session = Session(painter, clock, cues=mirrored(looks), temper=nature_of(options), seed=options.seed, sinks=[film])
    name = str(options.drive)
    for _ in bar(session.shots(), total=clock.count, unit="frame", name=name):
        pass
    for failure in session.report().failures:
        raise failure.error
