"""The seam: what a sink is, what it is told when it is opened, and how one is found by name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import entry_points
from math import inf
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Protocol, Self, runtime_checkable

from mien.face import Colour, SettingsError, Shot, Sound
from mien.files import is_folder
from mien.sinks.stamp import labelled

GROUP = "mien.sink"
"""The entry-point group; each entry is a function `(Output, **settings) -> Sink`."""

NO_FILES: Final = ("null", "vmc", "vtube-studio", "obs", "json", "mjpeg", "virtual-camera")
"""Ours that write no file of their name."""

SOFT: Colour = (230, 237, 245)
"""What lies behind the face where a format knows no transparency: a pale blue-grey."""


class Unopened:
    """The `with` block of a sink that has nothing to open or to close."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        return None


@dataclass(frozen=True, slots=True)
class Output:
    """What a sink is told when it is opened.

    path: where to write, None for a sink that writes no file. fps: frames a second, 1..240. size: width and
    height of every frame in pixels, 1 or more. background: for formats without transparency. producer:
    the code of the legal producer for the AIGC label, printable ASCII, "" when nobody configured one. sound: whether
    there will be sound to carry.
    """

    path: Path | None
    fps: float
    size: int
    background: Colour = SOFT
    producer: str = ""
    sound: bool = False

    def target(self) -> Path:
        """The path, made absolute. Raises SettingsError when there is none."""
        if self.path is None:
            raise SettingsError("this sink writes a file: expected a path, got none")
        return self.path.absolute()


class Sink(Protocol):
    """Takes shots in the order of their time.

    Used in a `with` block, at whose end the work appears; or not at all when the block or any `put` failed. A sink that
    connects to something does so as the block begins, so that one that is made again connects again.
    """

    @property
    def live(self) -> bool:
        """Whether it shows the moment (a window, another program) rather than keeping every shot (a file).

        A live sink may stall, and misses shots then; and it is opened again after a failure.
        """
        ...

    @property
    def needs_frame(self) -> bool:
        """Whether it wants the picture; a show for sinks that do not paints nothing."""
        ...

    def put(self, shot: Shot) -> None:
        """Take one painted shot.

        Raises ValueError when it is unpainted or of another size, DeviceError when this machine refuses.
        """

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


@runtime_checkable
class HearsSound(Protocol):
    """A sink that carries sound too."""

    def hear(self, sound: Sound) -> None:
        """Take a piece of sound, in the order of its time; its own time decides where it lies."""
        ...


@runtime_checkable
class Reaches(Protocol):
    """A sink that can tell whether anybody takes what it sends."""

    @property
    def reached(self) -> bool:
        """Whether somebody does, as far as it knows."""
        ...


def names() -> list[str]:
    """The installed sinks, ours and the plug-ins', in alphabetical order."""
    return sorted({entry.name for entry in entry_points(group=GROUP)})


def sink_maker(name: str) -> Callable[..., Sink]:
    """What makes the sink of this name, of an `Output` and, by keyword, of settings of its own.

    Raises SettingsError when there is none.
    """
    found = [entry for entry in entry_points(group=GROUP) if entry.name == name]
    if not found:
        raise SettingsError(f"no sink {name!r}; there are: {', '.join(names())}")
    maker: Callable[..., Sink] = found[0].load()
    return maker


def open_sink(
    name: str,
    path: Path | str | None,
    fps: float,
    size: int,
    *,
    background: Colour = SOFT,
    producer: str = "",
    label: bool = False,
    sound: bool = False,
    **settings: Any,
) -> Sink:
    """Open the sink of this name; its parameters are those of `Output`, `settings` the sink's own.

    label: whether "AI生成" is drawn onto a film's first seconds, onto all of a live picture. Raises SettingsError when
    the name, the path or a number is off, DeviceError when this machine lacks the codec or refuses the file.
    """
    maker = sink_maker(name)
    if not 1 <= fps <= 240:
        raise SettingsError(f"sink {name}: fps: expected 1..240, got {fps:g}")
    if not 1 <= size <= 8192:
        raise SettingsError(f"sink {name}: size: expected 1..8192 pixels, got {size}")
    ending = Path(path).suffix.lower().removeprefix(".") if path is not None else ""
    if ending != name and ending in names() and ending not in NO_FILES:
        raise SettingsError(f"{path}: the sink {name} does not write .{ending}; expected .{name}, or the sink {ending}")
    sink = maker(Output(None if path is None else Path(path), fps, size, background, producer, sound), **settings)
    return Labelled(sink) if label and sink.needs_frame else sink


class Labelled:
    """Another sink, its shots with the words "AI生成": those of a file's first seconds, all of a live sink's, which
    people join at any time."""

    def __init__(self, sink: Sink) -> None:
        self._sink, self.live, self.needs_frame = sink, sink.live, True

    @property
    def reached(self) -> bool:
        """As of the other sink, where that can tell."""
        sink: object = self._sink
        return not isinstance(sink, Reaches) or sink.reached

    def put(self, shot: Shot) -> None:
        """As the other sink does."""
        self._sink.put(labelled(shot, inf) if self.live else labelled(shot))

    def hear(self, sound: Sound) -> None:
        """Pass it on."""
        if isinstance(self._sink, HearsSound):
            self._sink.hear(sound)

    def __enter__(self) -> Self:
        self._sink.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._sink.__exit__(kind, error, trace)


def sink_for(path: Path | str) -> str:
    """The name of the sink that writes to this path, told by its ending; a folder means numbered PNG files.

    Raises SettingsError when no sink fits.
    """
    text = str(path)
    ending = Path(text).suffix.lower()
    if text.endswith(("/", "\\")) or ending == "" or (ending != ".png" and is_folder(text)):
        return "png"
    files = [name for name in names() if name not in NO_FILES]
    if ending[1:] in files:
        return ending[1:]
    endings = ", ".join(f".{name}" for name in files)
    raise SettingsError(f"{text}: no sink writes {ending!r}; expected {endings}, or a folder with / at its end")
