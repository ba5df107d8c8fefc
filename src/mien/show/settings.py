"""A show from a TOML file: every key is checked before anything is opened; an error names file, key and what to do."""

from __future__ import annotations

import inspect
import re
import typing
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from mien.character import load
from mien.face import PARTS, Colours, SettingsError
from mien.face.colour import colour
from mien.files import keep_apart, read_text, read_toml
from mien.mood import Temper
from mien.mood.empathy import POLICIES, Audience, Thanks, open_policy, parse_thanks, usual_thanks
from mien.paint import open_painter
from mien.sense import Heard, Reads, open_reader
from mien.show.brain import Brain, BrainSettings, Heeding
from mien.show.clock import Ticker
from mien.show.director import AnswerDirector, Director, LineReader, MirrorDirector
from mien.show.nature import policy_of, temper_of
from mien.show.session import FaceTracker, Session
from mien.show.speaker import Speaker
from mien.show.supervisor import Failure, Part
from mien.show.values import described, typed, unknown
from mien.show.voicing import Voicing
from mien.sinks import Sink, open_sink, sink_maker
from mien.sources import Note, Source, source_maker
from mien.voice import open_voice

_TOP: dict[str, tuple[type, Any]] = {
    "character": (str, "momo"), "painter": (str, "gan"), "size": (int, 256), "fps": (float, 60.0), "seed": (int, 0),
    "seconds": (float, None), "policy": (str, ""), "voice": (str, ""),
    "colours": (dict, None), "temper": (dict, None), "thanks": (dict, None),
    "brain": (dict, None),
    "source": (list, None), "sink": (list, None),
}  # fmt: skip
_RANGES = {"size": (64, 2048), "fps": (1, 240), "seed": (0, 2**31 - 1), "seconds": (0, 86_400)}
_FACES = ("camera", "video")
"""Sources whose pictures are looked at for faces."""

_TRACKERS = ("openseeface", "ifacialmocap", "livelink", "meowface", "vmc")
"""Sources of faces that somebody else has looked at: what they tell goes straight to the character."""

_VOICES = "mic"
"""The source whose sound is listened to."""

_QUIET = (*_FACES, *_TRACKERS, _VOICES, "lines", "sound", "move")
"""Sources that bring no viewers' lines."""

_OUTPUT = {"path": Path, "background": str, "producer": str, "label": bool, "sound": bool}
"""Settings that every sink has; a sink that writes no file needs no path."""

_PERSONA = 100_000
"""Bytes of a persona's file."""

Made = TypeVar("Made")


@dataclass(frozen=True, slots=True)
class Piece:
    """One [[source]] or [[sink]] of the file. where: for messages, such as "ada.toml: sink[1]"."""

    kind: str
    where: str
    settings: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ShowSettings:
    """What a show's file says, checked. seconds: None for a show without an end. policy: "" mirrors faces. voice:
    "" is silent."""

    where: str
    character: str = "momo"
    painter: str = "gan"
    size: int = 256
    fps: float = 60.0
    seed: int = 0
    seconds: float | None = None
    policy: str = ""
    voice: str = ""
    colours: Colours = field(default_factory=dict)
    temper: Temper = field(default_factory=Temper)
    thanks: Thanks = field(default_factory=usual_thanks)
    sources: Sequence[Piece] = ()
    sinks: Sequence[Piece] = ()
    brain: BrainSettings | None = None

    @property
    def sees_faces(self) -> bool:
        """Whether somebody stands before a camera in it."""
        return any(source.kind in _FACES for source in self.sources)

    @property
    def hears_voices(self) -> bool:
        """Whether somebody is at a microphone in it."""
        return any(source.kind == _VOICES for source in self.sources)

    def session(
        self,
        news: Callable[[Failure | Note], None] = lambda _: None,
        heard: Callable[[Heard], None] = lambda _: None,
        tracker: Callable[[], FaceTracker] | None = None,
    ) -> Session:
        """The show, ready to be played. news, heard, tracker: as in `Session` and `LineReader`; a tracker of mien's own
        where there is a camera.

        Raises SettingsError, WeightsError, DeviceError where the voice's engine is not installed.
        """
        speaker = self._speaker()
        for source in self.sources:
            _maker(source)()  # what its settings lack is told before the show
        reader = open_reader()
        director = self._director(reader, heard, speaker)
        sources = [Part(one.kind, _maker(one)) for one in self.sources]
        if self.brain is not None:
            brain = Brain(self.brain)
            director = Heeding(director, brain)
            sources.append(Part("brain", lambda: brain))
        return Session(
            open_painter(self.painter, load(self.character), self.size, self.colours),
            Ticker(self.fps, self.seconds),
            director=director,
            sources=sources,
            sinks=[Part(one.kind, self._sink(one)) for one in self.sinks],
            speaker=speaker,
            tracker=(tracker or _own_tracker) if self.sees_faces else None,
            temper=self.temper,
            seed=self.seed,
            news=news,
        )

    def _speaker(self) -> Speaker | None:
        """Who says the lines aloud."""
        if not self.voice:
            return None
        return Speaker(
            Voicing(_placed(f"{self.where}: voice", lambda: open_voice(self.voice))), self.voice.split(":")[0]
        )

    def _director(self, reader: Reads, heard: Callable[[Heard], None], speaker: Speaker | None) -> Director:
        """Who makes cues: a mirror, or with a policy or a chat whoever answers."""
        policies = {name: open_policy(name) for name in POLICIES}
        lines = LineReader(reader, policies, heard, speaker)
        chat = any(source.kind not in _QUIET for source in self.sources)
        if not self.policy and not chat:
            return MirrorDirector(lines)
        policy = open_policy(self.policy) if self.policy else policy_of(load(self.character))
        # a camera or a microphone in the file is a person's own decision
        consent = ["face"] * self.sees_faces + ["voice"] * self.hears_voices
        return AnswerDirector(Audience(policy, consent=consent, thanks=self.thanks), lines)

    def _sink(self, piece: Piece) -> Callable[[], Sink]:
        """What opens this sink, its own settings apart from those that every sink has."""
        settings = dict(piece.settings)
        settings.setdefault("label", load(self.character).person)
        settings.setdefault("sound", bool(self.voice) or self.hears_voices)
        own = {name: settings.pop(name) for name in list(settings) if name not in _OUTPUT}
        if "background" in settings:
            settings["background"] = _placed(f"{piece.where}.background", lambda: colour(settings["background"]))
        path = settings.pop("path", None)
        return lambda: _placed(piece.where, lambda: open_sink(piece.kind, path, self.fps, self.size, **settings, **own))


def _own_tracker() -> FaceTracker:
    from mien.sense.sight import SightAnalyzer, Tracker

    return Tracker(SightAnalyzer())


def _maker(piece: Piece) -> Callable[[], Source]:
    make = source_maker(piece.kind)
    return lambda: _placed(piece.where, lambda: make(**piece.settings))


def _placed(where: str, make: Callable[[], Made]) -> Made:
    """What it makes; a wrong setting is told with its place in the file."""
    try:
        return make()
    except SettingsError as error:
        named = re.match(r"\w+: ", str(error)) is not None  # it begins with the name of a setting
        raise SettingsError(f"{where}{'.' if named else ': '}{error}") from error


def read_show(path: Path | str) -> ShowSettings:
    """The show in this TOML file. Raises SettingsError that names file, key, what was expected and what came."""
    told = parse_show(read_toml(path, kind=SettingsError), str(path))
    if not told.sources and not told.sinks:
        raise SettingsError(f"{path}: expected a [[source]] or a [[sink]], got neither: nobody would see anything")
    reads = [value for one in told.sources for value in one.settings.values() if isinstance(value, Path)]
    keep_apart([path, *reads], [one.settings["path"] for one in told.sinks if "path" in one.settings])
    return told


def parse_show(table: Mapping[str, Any], where: str) -> ShowSettings:
    """The show that this table describes; `where` names its file, in errors too. Raises SettingsError."""
    values = {name: usual for name, (_, usual) in _TOP.items()}
    for name, value in table.items():
        if name not in _TOP:
            raise SettingsError(f"{where}: {name}: {unknown(name, _TOP)}")
        values[name] = typed(value, _TOP[name][0], f"{where}: {name}")
        if name in _RANGES:
            low, high = _RANGES[name]
            if not low <= values[name] <= high:
                raise SettingsError(f"{where}: {name}: expected {low}..{high}, got {value!r}")
    folder = Path(where).parent
    character = load(values["character"])
    if values["policy"]:
        open_policy(values["policy"])
    sources = _pieces(values["source"] or [], f"{where}: source", folder, source_maker, {})
    sinks = _pieces(values["sink"] or [], f"{where}: sink", folder, sink_maker, _OUTPUT)
    read, written = (
        [value for piece in pieces for value in piece.settings.values() if isinstance(value, Path)]
        for pieces in (sources, sinks)
    )
    keep_apart([where, *read], written)
    return ShowSettings(
        where, values["character"], values["painter"], values["size"], values["fps"], values["seed"],
        values["seconds"], values["policy"], values["voice"], _colours(values["colours"] or {}, f"{where}: colours"),
        temper_of(character, values["temper"], f"{where}: temper"),
        parse_thanks(values["thanks"] or {}, f"{where}: thanks", kind=SettingsError), sources, sinks,
        brain_of(values["brain"], f"{where}: brain", folder) if values["brain"] is not None else None,
    )  # fmt: skip


def brain_of(table: Mapping[str, Any], where: str, folder: Path) -> BrainSettings:
    """The [brain] table, checked; its persona is a file beside the show's. Raises SettingsError."""
    known = typing.get_type_hints(BrainSettings)
    found: dict[str, Any] = {}
    for name, value in table.items():
        if name not in known:
            raise SettingsError(f"{where}.{name}: {unknown(name, known)}")
        found[name] = typed(value, known[name], f"{where}.{name}")
    if "model" not in found:
        raise SettingsError(f"{where}.model: expected the name of a model in quotes, got nothing")
    if found.get("persona"):
        found["persona"] = read_text(folder / found["persona"], None, _PERSONA, SettingsError)
    settings = _placed(where, lambda: BrainSettings(**found))
    _placed(where, settings.engine)  # an address is missing before the show, not amid it
    return settings


def _pieces(
    rows: Any, where: str, folder: Path, find: Callable[[str], Callable[..., object]], usual: Mapping[str, Any]
) -> tuple[Piece, ...]:
    """The [[source]] or [[sink]] tables, each setting checked; paths are beside the file."""
    pieces = []
    for number, row in enumerate(rows):
        place = f"{where}[{number}]"
        if not isinstance(row, dict) or not isinstance(row.get("kind"), str):
            raise SettingsError(f'{place}.kind: expected a name in quotes, such as kind = "camera", got {row!r}')
        kind = row["kind"]
        try:
            types, needed = _parameters(find(kind))
            types = {**usual, **types}
        except SettingsError as error:
            raise SettingsError(f"{place}.kind: {error}") from None
        settings = {}
        for name, value in row.items():
            if name == "kind":
                continue
            if name not in types:
                raise SettingsError(f"{place}.{name}: {unknown(name, types)}")
            found = typed(value, types[name], f"{place}.{name}")
            settings[name] = folder / found if isinstance(found, Path) and str(found) != "-" else found
        for name in needed - set(settings):
            raise SettingsError(f"{place}.{name}: expected {described(types[name])}, got nothing")
        pieces.append(Piece(kind, place, settings))
    return tuple(pieces)


def _parameters(make: Callable[..., object]) -> tuple[dict[str, Any], set[str]]:
    """The settings of a source or a sink, by its keyword-only parameters: names with types, and those it needs."""
    hints = typing.get_type_hints(vars(make).get("__init__", make) if isinstance(make, type) else make)
    own = [one for one in inspect.signature(make).parameters.values() if one.kind is inspect.Parameter.KEYWORD_ONLY]
    needed = {one.name for one in own if one.default is inspect.Parameter.empty}
    return {one.name: hints.get(one.name, Any) for one in own}, needed


def _colours(table: Mapping[str, Any], where: str) -> Colours:
    """The [colours] table, checked. Raises SettingsError."""
    found = {}
    for part, value in table.items():
        if part not in PARTS:
            raise SettingsError(f"{where}.{part}: {unknown(part, PARTS)}")
        found[part] = _placed(f"{where}.{part}", lambda value=value: colour(value))  # type: ignore[misc]
    return found
