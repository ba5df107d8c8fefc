"""What a character says of itself: who it is, whose, what it learnt from, whether its files are as they were made."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from mien.character.bundle import MANIFEST, Character
from mien.character.packed import MOST_BYTES, digest, zipped
from mien.face import MARKS, SettingsError, WeightsError
from mien.files import plain_file, printable, read_bytes

ABOUT = "ABOUT.txt"
"""The file of a packed character that says the same for people."""

_LONG = 80
"""Characters of a value of the provenance that are shown."""

_BESIDE = ("MODEL_CARD.md", "LICENSE", "LICENSE.txt", "NOTICE")
"""Files that go along where the folder has them."""


def about(character: Character) -> dict[str, Any]:
    """The character as plain data, for JSON.

    files: bytes of each. marks: those that its own painter can show. parts: colours that can be others, as #rrggbb.
    checksums: of each of the painter's files "verified", "differs", or "unknown" where the manifest tells none. Raises
    WeightsError when a file is missing.
    """
    painter = character.painter
    files = [painter_file.name for painter_file in map(character.file, painter.get("files", {}))]
    sizes = {name: plain_file(character.folder / name, None, WeightsError).stat().st_size for name in files}
    side = character.canvas.get("picture", 0)
    cels = [cel for cel in _listed(painter.get("cels")) if isinstance(cel, dict)]
    shown = {mark for cel in cels for mark in _listed(cel.get("marks"))}
    parts = painter.get("parts", {})
    return {
        "name": character.name, "title": dict(character.title), "licence": character.licence,
        "credit": character.credit, "consent": character.consent, "person": character.person,
        "greeting": dict(character.greeting), "temper": dict(character.temper), "policy": character.policy,
        "folder": str(character.folder),
        "painter": painter.get("kind", ""), "drawn": bool(character.identity), "cels": len(cels),
        "marks": [mark for mark in MARKS if mark in shown],
        "parts": {
            name: part.get("colour", "") for name, part in (parts.items() if isinstance(parts, dict) else ())
            if isinstance(part, dict)
        },
        "canvas": {
            "picture": side,
            **{name: _pixels(character.canvas.get(name), side) for name in ("width", "height")},
        },
        "files": sizes, "bytes": sum(sizes.values()), "provenance": dict(character.provenance),
        "checksums": checksums(character),
    }  # fmt: skip


def checksums(character: Character) -> dict[str, str]:
    """Of each of the painter's files whether it is as the manifest's provenance says. Raises WeightsError."""
    told = character.provenance.get("sha256", {})
    found = {}
    for role in character.painter.get("files", {}):
        path = character.file(role)
        wanted = told.get(path.name) if isinstance(told, dict) else None
        same = wanted is not None and digest(read_bytes(path, MOST_BYTES, WeightsError)) == wanted
        found[path.name] = "unknown" if wanted is None else "verified" if same else "differs"
    return found


def in_words(told: dict[str, Any]) -> str:
    """What `about` gave, for people: a line each."""
    return "\n".join(f"{name + ':':<18}{printable(text)}" for name, text in _rows(told) if text) + "\n"


def _rows(told: dict[str, Any]) -> Iterator[tuple[str, str]]:
    yield "name", told["name"]
    yield "title", "; ".join(f"{language} {title}" for language, title in told["title"].items())
    for name in ("licence", "credit"):
        yield name, told[name]
    yield "consent", told["consent"] or "nobody has said whose consent there is"
    yield "shows", "a real person" if told["person"] else ""
    yield "greeting", " / ".join(told["greeting"].values())
    yield "temper", ", ".join(f"{name} {value}" for name, value in told["temper"].items())
    yield "policy", told["policy"]
    cels = f", {told['cels']} cels" if told["cels"] else ""
    kinds = ([told["painter"] + cels] if told["painter"] else []) + (["the artist"] if told["drawn"] else [])
    yield "painter", " or ".join(kinds) or "none"
    canvas = told["canvas"]
    if canvas["picture"]:
        yield "canvas", f"{canvas['width']} x {canvas['height']} for a picture of {canvas['picture']} pixels"
    yield "marks", ", ".join(told["marks"])
    yield "colours", ", ".join(f"{name} {colour}" for name, colour in told["parts"].items())
    for name, size in told["files"].items():
        yield "file", f"{name}, {size / 1e6:.2f} MB, checksum {told['checksums'][name]}"
    for name, value in told["provenance"].items():
        if name == "sha256":
            continue
        if name == "learnt_from":
            for source in _listed(value):
                pair = source if isinstance(source, dict) else {}
                yield "learnt from", f"{pair.get('data', source)} ({pair.get('terms', 'terms not told')})"
        else:
            yield name.replace("_", " "), str(value) if len(str(value)) <= _LONG else f"{str(value)[:_LONG]}…"


def pack(character: Character) -> bytes:
    """The character as one zip: its files, what they are, and their checksums; `mien.character.load` opens it.

    Raises SettingsError when nobody has said its licence and whose consent there is, WeightsError when a file is
    missing, or is not as the manifest says.
    """
    where = character.folder / MANIFEST
    for name in ("licence", "consent"):
        if not getattr(character, name).strip():
            raise SettingsError(f"{where}: {name}: expected something to hand on with the character, got nothing")
    told = about(character)
    for name, state in told["checksums"].items():
        if state == "differs":
            raise WeightsError(f"{character.folder / name}: its checksum is not that of the manifest; get it again")
    files = {name: read_bytes(character.folder / name, MOST_BYTES, WeightsError) for name in [MANIFEST, *told["files"]]}
    for name in _BESIDE:
        with suppress(WeightsError):
            if (character.folder / name).is_symlink():
                continue
            files[name] = read_bytes(character.folder / name, 1_000_000, WeightsError)
    files[ABOUT] = in_words({**told, "folder": ""}).encode()
    try:
        return zipped(files)
    except ValueError as error:
        raise WeightsError(f"{character.folder}: {error}") from error


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _pixels(share: Any, side: Any) -> int:
    return round(share * side) if isinstance(share, int | float) and isinstance(side, int) else 0
