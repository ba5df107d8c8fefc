"""The [[source]] and [[sink]] tables of a show: each setting checked, and what opens them."""

from __future__ import annotations

import inspect
import re
import typing
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from mien.face import SettingsError
from mien.face.colour import colour
from mien.show.supervisor import Part
from mien.show.values import described, typed, unknown
from mien.sinks import Sink, open_sink, sink_maker
from mien.sources import Source, source_maker

OUTPUT = {"path": Path, "background": str, "producer": str, "label": bool, "sound": bool}
"""Settings that every sink has; a sink that writes no file needs no path."""

NO_CHAT = (
    "camera", "video", "openseeface", "ifacialmocap", "livelink", "meowface", "vmc", "mic", "lines", "sound", "move",
)  # fmt: skip
"""Sources that bring no viewers' lines: faces before a camera, faces that somebody else has looked at, a microphone,
what the character says itself, and what was played by hand."""

Made = TypeVar("Made")


@dataclass(frozen=True, slots=True)
class Piece:
    """One [[source]] or [[sink]] of the file. where: for messages, such as "ada.toml: sink[1]"."""

    kind: str
    where: str
    settings: Mapping[str, Any]

    def row(self) -> dict[str, Any]:
        """The table that it was made of, its paths whole."""
        plain = {
            name: str(value.absolute() if str(value) != "-" else value) if isinstance(value, Path) else value
            for name, value in self.settings.items()
        }
        return {"kind": self.kind, **plain}


def source_piece(row: Any, where: str, folder: Path) -> Piece:
    """A [[source]] table, checked; its paths are beside the file, in `folder`. Raises SettingsError."""
    return _piece(row, where, folder, source_maker, {})


def sink_piece(row: Any, where: str, folder: Path) -> Piece:
    """A [[sink]] table, checked; its paths are beside the file, in `folder`. Raises SettingsError."""
    return _piece(row, where, folder, sink_maker, OUTPUT)


def source_part(piece: Piece, name: str = "") -> Part[Source]:
    """What makes the source. name: in place of its kind, for messages. Raises SettingsError."""
    make = source_maker(piece.kind)
    return Part(name or piece.kind, lambda: placed(piece.where, lambda: make(**piece.settings)))


def sink_part(piece: Piece, fps: float, size: int, label: bool, sound: bool, name: str = "") -> Part[Sink]:
    """What makes the sink. label, sound: where its settings do not say. name: as of `source_part`.

    Raises SettingsError.
    """
    settings = {"label": label, "sound": sound, **piece.settings}
    own = {name: settings.pop(name) for name in list(settings) if name not in OUTPUT}
    if "background" in settings:
        settings["background"] = placed(f"{piece.where}.background", lambda: colour(settings["background"]))
    path = settings.pop("path", None)

    def make() -> Sink:
        return placed(piece.where, lambda: open_sink(piece.kind, path, fps, size, **settings, **own))

    return Part(name or piece.kind, make)


def placed(where: str, make: Callable[[], Made]) -> Made:
    """What it makes; a wrong setting is told with its place in the file."""
    try:
        return make()
    except SettingsError as error:
        named = re.match(r"\w+: ", str(error)) is not None  # it begins with the name of a setting
        raise SettingsError(f"{where}{'.' if named else ': '}{error}") from error


def parameters(make: Callable[..., object]) -> tuple[dict[str, Any], set[str]]:
    """The settings of a source or a sink, by its keyword-only parameters: names with types, and those it needs."""
    hints = typing.get_type_hints(vars(make).get("__init__", make) if isinstance(make, type) else make)
    own = [one for one in inspect.signature(make).parameters.values() if one.kind is inspect.Parameter.KEYWORD_ONLY]
    needed = {one.name for one in own if one.default is inspect.Parameter.empty}
    return {one.name: hints.get(one.name, Any) for one in own}, needed


def _piece(
    row: Any, where: str, folder: Path, find: Callable[[str], Callable[..., object]], usual: Mapping[str, Any]
) -> Piece:
    if not isinstance(row, dict) or not isinstance(row.get("kind"), str):
        raise SettingsError(f'{where}.kind: expected a name in quotes, such as kind = "camera", got {row!r}')
    kind = row["kind"]
    try:
        types, needed = parameters(find(kind))
        types = {**usual, **types}
    except SettingsError as error:
        raise SettingsError(f"{where}.kind: {error}") from None
    settings = {}
    for name, value in row.items():
        if name == "kind":
            continue
        if name not in types:
            raise SettingsError(f"{where}.{name}: {unknown(name, types)}")
        found = typed(value, types[name], f"{where}.{name}")
        settings[name] = folder / found if isinstance(found, Path) and str(found) != "-" else found
    for name in sorted(needed - set(settings)):
        raise SettingsError(f"{where}.{name}: expected {described(types[name])}, got nothing")
    return Piece(kind, where, settings)
