"""Characters on disk."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mien.face import SettingsError, WeightsError
from mien.files import read_json

_BUNDLES = Path(__file__).parent / "bundles"
_MANIFEST = "character.json"
_KEYS = {
    "format",
    "name",
    "title",
    "licence",
    "credit",
    "consent",
    "identity",
    "canvas",
    "painter",
    "provenance",
}
FORMAT = 1

_LONGEST = 1_000_000
"""Bytes of a manifest; the one that ships has four thousand."""


@dataclass(frozen=True, slots=True)
class Character:
    """A character: who it is and which files paint it.

    folder: where the manifest and the weights lie. title: its name by language ("en", "zh", "ja").
    licence, credit, consent: plain text, as the maker declared them. identity: the drawn artist's traits, or empty for
    a character that is not drawn. canvas: the canonical canvas of its painter. painter: role -> file name.
    provenance: recipe, commit and figures of the training.
    """

    name: str
    folder: Path
    title: Mapping[str, str]
    licence: str
    credit: str = ""
    consent: str = ""
    identity: Mapping[str, Any] = field(default_factory=dict)
    canvas: Mapping[str, Any] = field(default_factory=dict)
    painter: Mapping[str, str] = field(default_factory=dict)
    provenance: Mapping[str, Any] = field(default_factory=dict)

    def file(self, role: str) -> Path:
        """The path of the painter's file in this role. Raises WeightsError when the bundle has none or lost it."""
        if role not in self.painter:
            have = ", ".join(sorted(self.painter)) or "none"
            raise WeightsError(f"{self.folder / _MANIFEST}: painter: no file for {role!r}; there are: {have}")
        path = self.folder / self.painter[role]
        if not path.is_file():
            raise WeightsError(f"{path}: expected the painter's {role} file, found nothing; reinstall the character")
        return path


def names() -> list[str]:
    """Names of the characters that ship with mien."""
    return sorted(path.parent.name for path in _BUNDLES.glob(f"*/{_MANIFEST}"))


def load(name_or_path: str) -> Character:
    """The character of this name, or the one in this folder.

    Raises SettingsError when there is none, or when its manifest is off.
    """
    folder = _BUNDLES / name_or_path if name_or_path in names() else Path(name_or_path)
    path = folder / _MANIFEST
    try:
        there = path.is_file()
    except (OSError, ValueError) as error:  # a locked folder, a name that no disk has
        raise SettingsError(f"no character {name_or_path!r}: {error}") from error
    if not there:
        raise SettingsError(
            f"no character {name_or_path!r}; there are: {', '.join(names())}; or give a folder with {_MANIFEST}"
        )
    manifest = read_json(path, _LONGEST, SettingsError)
    return _checked(path, manifest)


def _checked(path: Path, manifest: Any) -> Character:
    if not isinstance(manifest, dict):
        raise SettingsError(f"{path}: expected a JSON object, got {type(manifest).__name__}")
    unknown = sorted(set(manifest) - _KEYS)
    if unknown:
        raise SettingsError(f"{path}: unknown key {unknown[0]!r}; known: {', '.join(sorted(_KEYS))}")
    if manifest.get("format") != FORMAT:
        raise SettingsError(f"{path}: format: expected {FORMAT}, got {manifest.get('format')!r}")
    for key, kind in (("name", str), ("licence", str), ("title", dict), ("painter", dict)):
        if not isinstance(manifest.get(key), kind):
            raise SettingsError(f"{path}: {key}: expected {kind.__name__}, got {manifest.get(key)!r}")
    for role, file in manifest["painter"].items():
        if not isinstance(file, str) or Path(file).name != file:
            raise SettingsError(f"{path}: painter.{role}: expected a file name in the folder, got {file!r}")
    for key, kind in (("credit", str), ("consent", str), ("identity", dict), ("canvas", dict), ("provenance", dict)):
        if not isinstance(manifest.get(key, kind()), kind):
            raise SettingsError(f"{path}: {key}: expected {kind.__name__}, got {manifest[key]!r:.80}")
    del manifest["format"]
    return Character(folder=path.parent, **manifest)
