"""The characters that a studio can play: each as a role with its painter, its temper and what a page is told of it."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from threading import Lock
from typing import Any, Final

from mien.character import MANIFEST, Character
from mien.face import FEELINGS, Colours, Emotion, PeerError, prototype
from mien.mood import Temper
from mien.mood.empathy import Policy
from mien.paint import Painter, Recolours, open_painter
from mien.show import policy_of, temper_of
from mien.sinks.png import encode

BUNDLE: Final = "character/"
"""Where the files of the characters are, a folder for each."""

LOOK: Final = 192
"""Pixels a side of the small pictures that show how a character looks."""

_LOOKS = 256
"""Small pictures that are kept; of more, the oldest are painted again."""

_STRONG = 0.9
"""How strongly a viewer feels in the pictures of what a policy answers."""


@dataclass(frozen=True, slots=True, eq=False)
class Role:
    """A character that may be played at once. told: of it, to the page."""

    painter: Painter
    temper: Temper
    told: dict[str, Any]


class Troupe:
    """The characters among whom a page may choose. Each is opened when it is asked for; any thread may ask.

    characters: the first is the usual one. painter: by name. size: pixels a side of its frames. policies: by which
    viewers may be answered, by name.
    """

    def __init__(
        self, characters: Sequence[Character], painter: str, size: int, policies: Mapping[str, Policy]
    ) -> None:
        self.characters = {character.name: character for character in characters}
        self._painter, self._size, self._policies = painter, size, policies
        self._small: dict[str, Painter] = {}
        self._looks: OrderedDict[tuple[Any, ...], bytes] = OrderedDict()
        self._lock = Lock()

    def character(self, name: str) -> Character:
        """Raises PeerError when there is none of this name."""
        if name not in self.characters:
            raise PeerError(f"character: expected one of {', '.join(self.characters)}, got {name!r:.80}")
        return self.characters[name]

    def role(self, name: str, colours: Colours | None = None) -> Role:
        """This character, opened; colours: in place of its own.

        Raises PeerError for an unknown one, SettingsError when its manifest is off or this painter cannot paint it,
        WeightsError when its files are damaged.
        """
        character = self.character(name)
        temper, own = temper_of(character), policy_of(character).name
        painter = open_painter(self._painter, character, self._size, colours)
        told = {
            "character": name, "title": dict(character.title), "greeting": dict(character.greeting),
            "policies": sorted(self._policies, key=lambda one: one != own),  # its own first: a page chooses that
            "characters": [{"name": one.name, "title": dict(one.title)} for one in self.characters.values()],
            "temper": told_temper(temper), "label": character.person,
        }  # fmt: skip
        if self.files(name):
            told["bundle"] = f"{BUNDLE}{name}/"
        return Role(painter, temper, told)

    def files(self, name: str) -> dict[str, Path]:
        """The files, by name, from which a page may paint this character; none where only the studio's painter can.

        Raises PeerError for an unknown one.
        """
        # a page can paint what the trained painter paints; another painter's frames only that painter makes
        character = self.character(name)
        return bundle_files(character) if self._painter == "gan" else {}

    def look(self, name: str, policy: str = "", feeling: str = "", colours: Colours | None = None) -> bytes:
        """A small picture, PNG, LOOK pixels a side: how this character answers a viewer who feels so; at rest without.

        colours: of its parts, in place of its own. Raises PeerError for what there is not, and as `role`.
        """
        if policy and policy not in self._policies:
            raise PeerError(f"policy: expected one of {', '.join(self._policies)}, got {policy!r:.80}")
        if feeling and feeling not in FEELINGS:
            raise PeerError(f"feeling: expected one of {', '.join(FEELINGS)}, got {feeling!r:.80}")
        key = (name, policy, feeling, tuple(sorted((colours or {}).items())))
        with self._lock:
            if key not in self._looks:
                emotion = Emotion.of({feeling: _STRONG}) if feeling else Emotion()
                shown = self._policies[policy].answer(emotion) if policy else emotion
                painter = self._opened(name)
                if colours and isinstance(painter, Recolours):
                    painter = painter.recoloured(colours)
                frame = painter.paint(prototype(shown))
                self._looks[key] = encode(frame)
                while len(self._looks) > _LOOKS:
                    self._looks.popitem(last=False)
            return self._looks[key]

    def colours(self, name: str) -> Colours:
        """The own colours of this character's parts that can have others. Raises as `role`."""
        with self._lock:
            painter = self._opened(name)
        return painter.colours if isinstance(painter, Recolours) else {}

    def _opened(self, name: str) -> Painter:
        if name not in self._small:
            self._small[name] = open_painter(self._painter, self.character(name), LOOK)
        return self._small[name]


def told_temper(temper: Temper) -> dict[str, float]:
    """The settings of a temper that are one number each, as a page is told them."""
    numbers = {one.name: getattr(temper, one.name) for one in fields(Temper)}
    return {name: round(value, 3) for name, value in numbers.items() if isinstance(value, float)}


def bundle_files(character: Character) -> dict[str, Path]:
    """The files of a bundle that a browser can paint, by name; none for a character of another kind of painter."""
    if character.painter.get("kind") != "keyed-cels":
        return {}
    files = {path.name: path for path in (character.file(role) for role in ("network", "pointer", "cels"))}
    return {MANIFEST: character.folder / MANIFEST, **files}
