"""A show from a TOML file: every key is checked before anything is opened; an error names file, key and what to do."""

from __future__ import annotations

import typing
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

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
from mien.show.muting import muting
from mien.show.nature import policy_of, temper_of
from mien.show.pieces import NO_CHAT, Piece, placed, sink_part, sink_piece, source_part, source_piece
from mien.show.session import FaceTracker, Session
from mien.show.speaker import Speaker
from mien.show.supervisor import Failure, Part
from mien.show.values import typed, unknown
from mien.show.voicing import Voicing
from mien.sources import Note
from mien.voice import open_voice
from mien.wire.hotkeys import hotkeys

_TOP: dict[str, tuple[type, Any]] = {
    "character": (str, "momo"), "painter": (str, "gan"), "size": (int, 256), "fps": (float, 60.0), "seed": (int, 0),
    "seconds": (float, None), "policy": (str, ""), "faces": (str, ""), "voice": (str, ""),
    "colours": (dict, None), "temper": (dict, None), "thanks": (dict, None),
    "brain": (dict, None), "mute": (list, None), "keys": (dict, None),
    "source": (list, None), "sink": (list, None),
}  # fmt: skip
_RANGES = {"size": (64, 2048), "fps": (1, 240), "seed": (0, 2**31 - 1), "seconds": (0, 86_400)}
_FACES = ("camera", "video")
"""Sources whose pictures are looked at for faces."""

_SEEN = ("mirror", "answer")
"""What may be done with a face that is seen."""

_VOICES = "mic"
"""The source whose sound is listened to."""

_PERSONA = 100_000
"""Bytes of a persona's file."""


@dataclass(frozen=True, slots=True)
class ShowSettings:
    """What a show's file says, checked. seconds: None for a show without an end. policy: "" is the character's own
    where there is a chat. faces: "mirror", "answer", or "", which mirrors where there is neither a policy nor a chat.
    voice: "" is silent. mute: viewers who are passed over. keys: what keys of the keyboard do on the studio's page;
    without a page nobody presses any. table: as it was told."""

    where: str
    character: str = "momo"
    painter: str = "gan"
    size: int = 256
    fps: float = 60.0
    seed: int = 0
    seconds: float | None = None
    policy: str = ""
    faces: str = ""
    voice: str = ""
    colours: Colours = field(default_factory=dict)
    temper: Temper = field(default_factory=Temper)
    thanks: Thanks = field(default_factory=usual_thanks)
    sources: Sequence[Piece] = ()
    sinks: Sequence[Piece] = ()
    brain: BrainSettings | None = None
    mute: Sequence[str] = ()
    keys: Mapping[str, str] = field(default_factory=dict)
    table: Mapping[str, Any] = field(default_factory=dict)

    @property
    def sees_faces(self) -> bool:
        """Whether somebody stands before a camera in it."""
        return any(source.kind in _FACES for source in self.sources)

    @property
    def hears_voices(self) -> bool:
        """Whether somebody is at a microphone in it."""
        return any(source.kind == _VOICES for source in self.sources)

    @property
    def sounds(self) -> bool:
        """Whether there is sound to carry, as far as the file tells."""
        return bool(self.voice) or self.hears_voices

    def whole(self) -> dict[str, Any]:
        """The file's table, with whole paths in place of those beside it."""
        table = dict(self.table)
        if self.brain is not None and table["brain"].get("persona"):
            persona = (Path(self.where).parent / table["brain"]["persona"]).absolute()
            table["brain"] = {**table["brain"], "persona": str(persona)}
        for name, pieces in (("source", self.sources), ("sink", self.sinks)):
            if pieces:
                table[name] = [one.row() for one in pieces]
        return table

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
        parts = [source_part(one) for one in self.sources]
        for part in parts:
            part.make()  # what its settings lack is told before the show
        reader = open_reader()
        director = self._director(reader, heard, speaker)
        sources = [muting(part, self.mute) for part in parts]
        if self.brain is not None:
            brain = Brain(self.brain)
            director = Heeding(director, brain)
            sources.append(Part("brain", lambda: brain))
        return Session(
            open_painter(self.painter, load(self.character), self.size, self.colours),
            Ticker(self.fps, self.seconds),
            director=director,
            sources=sources,
            sinks=[sink_part(one, self.fps, self.size, load(self.character).person, self.sounds) for one in self.sinks],
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
            Voicing(placed(f"{self.where}: voice", lambda: open_voice(self.voice))), self.voice.split(":")[0]
        )

    def _director(self, reader: Reads, heard: Callable[[Heard], None], speaker: Speaker | None) -> Director:
        """Who makes cues: a mirror, or with a policy or a chat whoever answers."""
        policies = {name: open_policy(name) for name in POLICIES}
        lines = LineReader(reader, policies, heard, speaker)
        chat = any(source.kind not in NO_CHAT for source in self.sources)
        answered = bool(self.policy) or chat
        if not answered and self.faces != "answer":
            return MirrorDirector(lines)
        policy = open_policy(self.policy) if self.policy else policy_of(load(self.character))
        # a camera or a microphone in the file is a person's own decision
        consent = ["face"] * self.sees_faces + ["voice"] * self.hears_voices
        answers = AnswerDirector(Audience(policy, consent=consent, thanks=self.thanks), lines)
        return MirrorDirector(lines, answers) if self.faces == "mirror" else answers


def _own_tracker() -> FaceTracker:
    from mien.sense.sight import SightAnalyzer, Tracker

    return Tracker(SightAnalyzer())


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
    if values["faces"] not in ("", *_SEEN):
        raise SettingsError(f"{where}: faces: expected {' or '.join(_SEEN)}, got {values['faces']!r}")
    sources = tuple(
        source_piece(row, f"{where}: source[{number}]", folder) for number, row in enumerate(values["source"] or [])
    )
    sinks = tuple(
        sink_piece(row, f"{where}: sink[{number}]", folder) for number, row in enumerate(values["sink"] or [])
    )
    read, written = (
        [value for piece in pieces for value in piece.settings.values() if isinstance(value, Path)]
        for pieces in (sources, sinks)
    )
    keep_apart([where, *read], written)
    return ShowSettings(
        where, values["character"], values["painter"], values["size"], values["fps"], values["seed"],
        values["seconds"], values["policy"], values["faces"], values["voice"],
        _colours(values["colours"] or {}, f"{where}: colours"),
        temper_of(character, values["temper"], f"{where}: temper"),
        parse_thanks(values["thanks"] or {}, f"{where}: thanks", kind=SettingsError), sources, sinks,
        brain_of(values["brain"], f"{where}: brain", folder) if values["brain"] is not None else None,
        tuple(typed(name, str, f"{where}: mute") for name in values["mute"] or []),
        hotkeys(values["keys"] or {}, f"{where}: keys", SettingsError), dict(table),
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
    settings = placed(where, lambda: BrainSettings(**found))
    placed(where, settings.engine)  # an address is missing before the show, not amid it
    return settings


def _colours(table: Mapping[str, Any], where: str) -> Colours:
    """The [colours] table, checked. Raises SettingsError."""
    found = {}
    for part, value in table.items():
        if part not in PARTS:
            raise SettingsError(f"{where}.{part}: {unknown(part, PARTS)}")
        found[part] = placed(f"{where}.{part}", lambda value=value: colour(value))  # type: ignore[misc]
    return found
