"""What the server offers to its clients: characters, painters, policies and voices, each opened once and shared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from threading import Lock
from typing import Any, cast

from mien.api.errors import RefusedError
from mien.character import Character, about
from mien.face import Colours, SettingsError
from mien.mood.empathy import POLICIES, Policy, open_policy
from mien.paint import Painter, open_painter, painters
from mien.sense import Reads, open_reader
from mien.sense.sight import FaceAnalyzer
from mien.show import BrainSettings
from mien.voice import Voice, open_voice

_PAINTERS = 8
"""Painters that are kept; of more, the oldest are forgotten."""


@dataclass(slots=True, eq=False)
class Cast:
    """Who may perform, and with what.

    characters: by name; the first is the usual one. reader: of all lines. voices: by the name of their engine.
    policies: by name. brain: who may think for a session, None where nobody does. Clients name what is in here, never a
    file or an address.
    """

    characters: Mapping[str, Character]
    reader: Reads
    voices: Mapping[str, Voice] = field(default_factory=dict)
    policies: Mapping[str, Policy] = field(default_factory=dict)
    painters: Sequence[str] = field(default_factory=painters)
    brain: BrainSettings | None = None
    _painters: dict[tuple[Any, ...], Painter] = field(default_factory=dict)
    _analyzer: FaceAnalyzer | None = None
    _lock: Lock = field(default_factory=Lock)

    @classmethod
    def of(
        cls, characters: Sequence[Character], voices: Sequence[str] = (), policies: Sequence[str] = (),
        brain: BrainSettings | None = None,
    ) -> Cast:  # fmt: skip
        """These characters, voices (ENGINE or ENGINE:VOICE), and policies beside those that ship; this brain.

        Raises SettingsError, WeightsError, DeviceError where a voice's engine is not installed.
        """
        opened: dict[str, Voice] = {}
        for name in voices:
            engine = name.partition(":")[0]
            if engine in opened:
                raise SettingsError(f"voice: expected each engine once, got {engine} twice")
            opened[engine] = open_voice(name)
        answers = [open_policy(name) for name in (*POLICIES, *policies)]
        named = {one.name: one for one in characters}
        return cls(named, open_reader(), opened, {one.name: one for one in answers}, brain=brain)

    def character(self, name: str) -> Character:
        """Raises RefusedError when there is none of this name."""
        if name not in self.characters:
            raise RefusedError(404, "character", f"one of {', '.join(self.characters)}", repr(name)[:80])
        return self.characters[name]

    def painter(self, kind: str, character: str, size: int, colours: Colours | None = None) -> Painter:
        """The painter, opened at the first asking. Raises SettingsError, WeightsError."""
        key = (kind, character, size, tuple(sorted((colours or {}).items())))
        with self._lock:
            found = self._painters.pop(key, None)
            if found is None:
                found = open_painter(kind, self.character(character), size, colours)
            self._painters[key] = found
            while len(self._painters) > _PAINTERS:
                del self._painters[next(iter(self._painters))]
            return found

    def analyzer(self) -> FaceAnalyzer:
        """Who sees faces; its nets are loaded at the first asking."""
        from mien.sense.sight import SightAnalyzer

        with self._lock:
            self._analyzer = self._analyzer or cast(FaceAnalyzer, SightAnalyzer())
            return self._analyzer

    def told(self, name: str) -> dict[str, Any]:
        """A character as its clients may know it: nothing of this machine."""
        one = about(self.character(name))
        return {key: value for key, value in one.items() if key not in ("folder", "files", "provenance", "checksums")}
