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
FORMAT = 2
"""Of manifests. Since 2 a painter says of which kind it is, and lengths are shares of picture and canvas."""

_LONGEST = 1_000_000
"""Bytes of a manifest; the one that ships has four thousand."""


@dataclass(frozen=True, slots=True)
class Character:
    """A character: who it is and which files paint it.

    folder: where the manifest and the weights lie. title: its name by language ("en", "zh", "ja").
    licence, credit, consent: plain text, as the maker declared them. identity: the drawn artist's traits, or empty for
    a character that is not drawn. canvas: the canonical canvas of its painter. painter: its kind, its
    files by role, and what else that kind of painter reads: docs/bundle.md.
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
    painter: Mapping[str, Any] = field(default_factory=dict)
    provenance: Mapping[str, Any] = field(default_factory=dict)

    def file(self, role: str) -> Path:
        """The path of the painter's file in this role. Raises WeightsError when the bundle has none or lost it."""
        files = self.painter.get("files", {})
        if role not in files:
            have = ", ".join(sorted(files)) or "none"
            raise WeightsError(f"{self.folder / _MANIFEST}: painter: no file for {role!r}; there are: {have}")
        path: Path = self.folder / files[role]
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
        again = "; the character is of an older mien: train it anew" if manifest.get("format") == 1 else ""
        raise SettingsError(f"{path}: format: expected {FORMAT}, got {manifest.get('format')!r}{again}")
    for key, kind in (("name", str), ("licence", str), ("title", dict), ("painter", dict)):
        if not isinstance(manifest.get(key), kind):
            raise SettingsError(f"{path}: {key}: expected {kind.__name__}, got {manifest.get(key)!r}")
    files = manifest["painter"].get("files", {})
    if manifest["painter"] and not isinstance(manifest["painter"].get("kind"), str):
        raise SettingsError(f"{path}: painter.kind: expected str, got {manifest['painter'].get('kind')!r:.80}")
    if not isinstance(files, dict):
        raise SettingsError(f"{path}: painter.files: expected dict, got {files!r:.80}")
    for role, file in files.items():
        if not _plain(file) or (path.parent / file).is_symlink():
            raise SettingsError(f"{path}: painter.files.{role}: expected a file name in the folder, got {file!r:.80}")
    for key, kind in (("credit", str), ("consent", str), ("identity", dict), ("canvas", dict), ("provenance", dict)):
        if not isinstance(manifest.get(key, kind()), kind):
            raise SettingsError(f"{path}: {key}: expected {kind.__name__}, got {manifest[key]!r:.80}")
    del manifest["format"]
    return Character(folder=path.parent, **manifest)


def _plain(file: Any) -> bool:
    """Whether this names a file in the folder itself, on any system."""
    if not isinstance(file, str) or not file or "\0" in file:
        return False
    return file not in (".", "..") and not set(file) & set("/\\:")
