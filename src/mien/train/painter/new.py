"""From footage to a character in one call: gather, ask for consent, train within minutes, report."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from mien.face import InputError, SettingsError
from mien.files import atomic_path, below, is_folder, plain_file, read_json, reading
from mien.sources import is_video
from mien.train.core.provenance import digest
from mien.train.painter.bundle import About
from mien.train.painter.footage import REFINED, Footage
from mien.train.painter.own import train_within
from mien.train.painter.recipe import character
from mien.train.painter.refined import refine
from mien.train.painter.report import write_report
from mien.train.prepare import Map, Settings, gather, looks_real

NOBODY = "drawn or rendered; by its maker's word no real person is shown"
"""What stands for consent where `Order.drawn` is said."""

_ASK = "say with --consent who agreed to what (me, to a character of my face), or with --drawn that nobody is shown"

_OWN = ("footage", "checkpoints", "samples", "tensorboard")
"""Folders of a run, whose names a character cannot have."""


@dataclass(frozen=True, slots=True)
class Order:
    """What somebody wants. source: a video, or a folder, zip file or table of frames. about: the character; its consent
    may be empty. minutes: of training. size: pixels a side, 256 or 512. own: how a table's columns are read. drawn: by
    the maker's word no real person is shown."""

    source: Path
    about: About
    minutes: float = 20.0
    size: int = 256
    own: Map = field(default_factory=Map)
    drawn: bool = False

    def __post_init__(self) -> None:
        if self.about.name in _OWN:
            raise SettingsError(f"name: {self.about.name!r} is a folder of every run; choose another")


def new_character(out: Path, order: Order, warn: Callable[[str], None], progress: bool = True) -> Path:
    """Make the character that was ordered in the folder `out`; gives its bundle `out/NAME`.

    Goes on where an earlier call of the same order was stopped, whenever that was, and trains on where this one gives
    more minutes. `out` comes to hold the bundle, preview.png, report.html, the footage, and what a run writes. warn: is
    told what of the footage was not used. Raises InputError on footage of which no character can be learnt,
    SettingsError without consent, or when the folder holds something else.
    """
    made = _begun(out, order)
    consent = order.about.consent or made.get("consent", "")
    if not consent and not order.drawn and asks(order.source):
        raise SettingsError(f"{order.source}: a video of a real person needs their consent; {_ASK}")
    footage = out / "footage"
    if not footage.exists():
        settings = Settings(order.size, own=order.own, licence=order.about.licence)
        fresh = not out.exists()
        try:
            gather(order.source, footage, settings, warn, progress)
        except BaseException:
            if fresh:
                with suppress(OSError):  # somebody else's files
                    out.rmdir()
            raise
        _note(out, made)
    if Footage(footage).manifest.get("seen") and not (footage / REFINED).exists():
        refine(footage, progress)
    person = not order.drawn and (asks(order.source) or looks_real(footage))
    if not consent and person:
        raise SettingsError(f"{order.source}: its face looks like a real person's, who must have agreed; {_ASK}")
    about = replace(order.about, consent=consent or (NOBODY if order.drawn else ""), person=person)
    made["consent"] = about.consent
    _note(out, made)
    source = Footage(footage)
    held_out = Footage(footage, "held_out", like=source)
    bundle = out / about.name
    if order.minutes > made.get("minutes", 0.0) or not (bundle / "character.json").exists():
        train_within(out, source, held_out, about, 60.0 * order.minutes, progress, character(filmed=person))
    write_report(out, bundle, source, held_out, progress)
    _note(out, {**made, "minutes": max(order.minutes, made.get("minutes", 0.0))})
    return bundle


def asks(source: Path) -> bool:
    """Whether footage may show a real person before anybody has looked: videos may."""
    return not is_folder(source) and source.suffix.lower() != ".zip" and is_video(source)


def _begun(out: Path, order: Order) -> dict[str, Any]:
    """What the folder tells of an earlier call. Raises SettingsError when that was of another order."""
    wanted = {"source": _fingerprint(order.source), "size": order.size, "name": order.about.name}
    path = out / "order.json"
    if not path.exists():
        taken = next((name for name in (*_OWN, order.about.name) if (out / name).exists()), None)
        if taken is not None:
            raise SettingsError(f"{out}: holds {taken} of something else; choose a new folder")
        return wanted
    made = read_json(path, kind=SettingsError)
    for key, value in wanted.items():
        if not isinstance(made, dict) or made.get(key) != value:
            what = "other footage" if key == "source" else f"{key} {made.get(key)!r}, not {value!r}"
            raise SettingsError(f"{out}: holds a character of {what}; choose a new folder")
    return dict(made)


def _note(out: Path, made: dict[str, Any]) -> None:
    """Write down what was made; the folder is there from now on."""
    with atomic_path(out / "order.json") as fresh:
        fresh.write_text(json.dumps(made, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def _fingerprint(source: Path) -> str:
    """What footage is told by: the checksum of a file, the names and sizes in a folder. Raises InputError."""
    with reading(source):
        if not is_folder(source):
            return digest(plain_file(source))
        listed = [f"{path.relative_to(source).as_posix()} {path.stat().st_size}" for path in below(source)]
    if not listed:
        raise InputError(f"{source}: expected frames in it, found nothing")
    return hashlib.sha256("\n".join(listed).encode()).hexdigest()
