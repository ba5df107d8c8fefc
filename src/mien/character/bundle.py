"""Characters on disk."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from mien.character.packed import plain, unpacked
from mien.face import SettingsError, WeightsError
from mien.files import read_json

_BUNDLES = Path(__file__).parent / "bundles"
MANIFEST = "character.json"
_NEEDED: dict[str, type] = {"name": str, "licence": str, "title": dict, "painter": dict}
_OPTIONAL: dict[str, type] = {
    "credit": str, "consent": str, "person": bool, "greeting": dict, "temper": dict, "policy": str, "identity": dict,
    "canvas": dict, "provenance": dict,
}  # fmt: skip
_KEYS = {"format", *_NEEDED, *_OPTIONAL}
FORMAT = 2
"""Of manifests. Since 2 a painter says of which kind it is, and lengths are shares of picture and canvas."""

_LONGEST = 1_000_000
"""Bytes of a manifest; the one that ships has forty thousand."""


_WORDS = 500
"""Characters of a title or a greeting."""


@dataclass(frozen=True, slots=True)
class Character:
    """A character: who it is and which files paint it.

    folder: where the manifest and the weights lie. title: its name by language ("en", "zh", "ja"). licence, credit,
    consent: plain text, as the maker declared them. person: a real one is shown, who must have agreed; what is
    painted carries a visible label. greeting: what it says first, by language. temper: settings that differ from
    the usual one, policy: the name of the one by which it answers viewers, as `mien.show.nature` reads them.
    identity: the drawn artist's traits, or empty for a character that is not drawn. canvas: the canonical canvas of
    its painter. painter: its kind, its files by role, and what else that kind of painter reads: docs/bundle.md.
    provenance: recipe, commit and figures of the training. held: what the folder lives as long as, for a packed
    one.
    """

    name: str
    folder: Path
    title: Mapping[str, str]
    licence: str
    credit: str = ""
    consent: str = ""
    person: bool = False
    greeting: Mapping[str, str] = field(default_factory=dict)
    temper: Mapping[str, Any] = field(default_factory=dict)
    policy: str = ""
    identity: Mapping[str, Any] = field(default_factory=dict)
    canvas: Mapping[str, Any] = field(default_factory=dict)
    painter: Mapping[str, Any] = field(default_factory=dict)
    provenance: Mapping[str, Any] = field(default_factory=dict)
    held: object = field(default=None, repr=False, compare=False)

    def file(self, role: str) -> Path:
        """The path of the painter's file in this role. Raises WeightsError when the bundle has none or lost it."""
        files = self.painter.get("files", {})
        if role not in files:
            have = ", ".join(sorted(files)) or "none"
            raise WeightsError(f"{self.folder / MANIFEST}: painter: no file for {role!r}; there are: {have}")
        path: Path = self.folder / files[role]
        if not path.is_file():
            raise WeightsError(f"{path}: expected the painter's {role} file, found nothing; reinstall the character")
        return path


def names() -> list[str]:
    """Names of the characters that ship with mien."""
    return sorted(path.parent.name for path in _BUNDLES.glob(f"*/{MANIFEST}"))


def load(name_or_path: str) -> Character:
    """The character of this name, the one in this folder, or the one that is packed in this zip.

    Raises SettingsError when there is none, or when its manifest is off, WeightsError when a zip is damaged.
    """
    path = _BUNDLES / name_or_path if name_or_path in names() else Path(name_or_path)
    try:
        packed = path.suffix.lower() == ".zip" and path.is_file()
        there = packed or (path / MANIFEST).is_file()
    except (OSError, ValueError) as error:  # a locked folder, a name that no disk has
        raise SettingsError(f"no character {name_or_path!r}: {error}") from error
    if not there:
        raise SettingsError(
            f"no character {name_or_path!r}; there are: {', '.join(names())}; or give a folder with {MANIFEST}, or a "
            "zip that `mien character pack` made"
        )
    return _from_zip(path) if packed else _from_folder(path)


def _from_folder(folder: Path) -> Character:
    manifest = read_json(folder / MANIFEST, _LONGEST, SettingsError)
    return _checked(folder / MANIFEST, manifest)


def _from_zip(path: Path) -> Character:
    whole = unpacked(path)
    if not (whole.folder / MANIFEST).is_file():
        raise WeightsError(f"{path}: no {MANIFEST}, so it is no character")
    try:
        character = _from_folder(whole.folder)
    except SettingsError as error:
        raise SettingsError(str(error).replace(f"{whole.folder}{os.sep}", f"{path}: ")) from error
    for role, file in character.painter.get("files", {}).items():
        if not (whole.folder / file).is_file():
            raise WeightsError(f"{path}: {file}: expected the painter's {role} file, found nothing; get it again")
    return replace(character, held=whole)


def _checked(path: Path, manifest: Any) -> Character:
    if not isinstance(manifest, dict):
        raise SettingsError(f"{path}: expected a JSON object, got {type(manifest).__name__}")
    unknown = sorted(set(manifest) - _KEYS)
    if unknown:
        raise SettingsError(f"{path}: unknown key {unknown[0]!r}; known: {', '.join(sorted(_KEYS))}")
    if manifest.get("format") != FORMAT:
        again = "; the character is of an older mien: train it anew" if manifest.get("format") == 1 else ""
        raise SettingsError(f"{path}: format: expected {FORMAT}, got {manifest.get('format')!r}{again}")
    for key, kind in _NEEDED.items():
        if not isinstance(manifest.get(key), kind):
            raise SettingsError(f"{path}: {key}: expected {kind.__name__}, got {manifest.get(key)!r}")
    files = manifest["painter"].get("files", {})
    if manifest["painter"] and not isinstance(manifest["painter"].get("kind"), str):
        raise SettingsError(f"{path}: painter.kind: expected str, got {manifest['painter'].get('kind')!r:.80}")
    if not isinstance(files, dict):
        raise SettingsError(f"{path}: painter.files: expected dict, got {files!r:.80}")
    for role, file in files.items():
        if not plain(file) or (path.parent / file).is_symlink():
            raise SettingsError(f"{path}: painter.files.{role}: expected a file name in the folder, got {file!r:.80}")
    for key, kind in _OPTIONAL.items():
        if not isinstance(manifest.get(key, kind()), kind):
            raise SettingsError(f"{path}: {key}: expected {kind.__name__}, got {manifest[key]!r:.80}")
    for key in ("title", "greeting"):
        for language, text in manifest.get(key, {}).items():
            if not isinstance(text, str) or len(text) > _WORDS:
                raise SettingsError(f"{path}: {key}.{language}: expected a short text, got {text!r:.80}")
    del manifest["format"]
    return Character(folder=path.parent, **manifest)
