"""The empathy policy: how a character feels about what a viewer feels, as a small table that a user can edit."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mien.face import FEELINGS, Emotion, InputError, SettingsError
from mien.files import parse_toml, read_text

_SHIPPED = files("mien.mood.empathy").joinpath("policies")
POLICIES = tuple(
    sorted(entry.name.removesuffix(".toml") for entry in _SHIPPED.iterdir() if entry.name.endswith(".toml"))
)
"""Names of the policies that ship with mien."""

_LONGEST = 1_000_000
"""Bytes of a policy's file; those that ship have one or two thousand."""

# Settings of a policy: what each is when the file is silent, and between what it may lie.
_NUMBERS = {
    "gain": (1.0, 0.0, 3.0),
    "cap": (1.0, 0.0, 1.0),
    "floor": (0.1, 0.0, 0.9),
    "delay": (0.2, 0.0, 2.0),
    "voice": (0.6, 0.0, 1.0),
}


@dataclass(frozen=True, eq=False)
class Policy:
    """How viewers are answered.

    answers: (8, 8), row by row a viewer's feeling in the order of FEELINGS, column by column one's own, in [0, 1].
    gain: times the viewer's strength. cap: no feeling is answered above it.
    floor: feelings from it on are answered in full, less of them in the 0.05 below it, none further down.
    delay: seconds between hearing and feeling. voice: how far an excited voice is heeded, in [0, 1].
    """

    name: str
    note: str
    answers: NDArray[np.float64]
    gain: float = 1.0
    cap: float = 1.0
    floor: float = 0.1
    delay: float = 0.2
    voice: float = 0.6

    @cached_property
    def _sums(self) -> NDArray[np.float64]:
        return self.gain * self.answers

    def answer(self, viewer: Emotion) -> Emotion:
        """What the character feels when a viewer feels this.

        The rows of the table add up by the strength of the viewer's feelings above the floor; when a mixture would
        pass the cap, all of it is lowered together, so that its blend stays.
        """
        heard = viewer.vector().astype(np.float64)
        # from the floor on in full, with a short ramp, so that a feeling near the floor does not flicker
        let = np.clip((heard - self.floor) / 0.05 + 1.0, 0.0, 1.0) if self.floor > 0.0 else 1.0
        own = (heard * let) @ self._sums
        top = float(own.max())
        return Emotion.from_vector(own * (self.cap / top) if top > self.cap else own)


def open_policy(name: str | Path) -> Policy:
    """A policy by its name (see POLICIES), or a user's own TOML file by its path.

    Raises InputError that names the file and the entry when something in it is not as expected, SettingsError for an
    unknown name.
    """
    if isinstance(name, str) and name in POLICIES:
        return parse(_SHIPPED.joinpath(f"{name}.toml").read_text(encoding="utf-8"), f"{name}.toml")
    path = Path(name)
    if path.suffix.lower() != ".toml":
        raise SettingsError(
            f"no policy {str(name)!r}; there are: {', '.join(POLICIES)}, or a file whose name ends in .toml"
        )
    return parse(read_text(path, most=_LONGEST), str(path))


def parse(text: str, where: str) -> Policy:
    """A policy from TOML; `where` names the file in errors. Raises InputError."""
    table = parse_toml(text, where)
    known = ("name", "note", *_NUMBERS, *FEELINGS)
    answers = np.zeros((len(FEELINGS), len(FEELINGS)))
    words = {"name": Path(where).stem, "note": ""}
    numbers = {name: usual for name, (usual, _, _) in _NUMBERS.items()}
    for key, value in table.items():
        if key in words:
            if not isinstance(value, str):
                raise InputError(f"{where}: {key}: expected text in quotes, got {value!r}")
            words[key] = value
        elif key in _NUMBERS:
            numbers[key] = _number(value, f"{where}: {key}", *_NUMBERS[key][1:])
        elif key in FEELINGS:
            if not isinstance(value, dict):
                raise InputError(f"{where}: {key}: expected a table such as [{key}], got {value!r}")
            for own, strength in value.items():
                if own not in FEELINGS:
                    raise InputError(f"{where}: [{key}] {own}: {_unknown(own, FEELINGS)}")
                at = FEELINGS.index(key), FEELINGS.index(own)
                answers[at] = _number(strength, f"{where}: [{key}] {own}", 0.0, 1.0)
        else:
            raise InputError(f"{where}: {key}: {_unknown(key, known)}")
    if not answers.any():
        raise InputError(f"{where}: answers nothing; expected a table such as [sad] with a line such as sad = 0.5")
    answers.flags.writeable = False
    return Policy(words["name"], words["note"], answers, **numbers)


def _number(value: object, where: str, low: float, high: float) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
        raise InputError(f"{where}: expected a number in {low:g}..{high:g}, got {value!r}")
    return float(value)


def _unknown(name: str, known: tuple[str, ...]) -> str:
    near = difflib.get_close_matches(name, known, 1)
    return f"not known; did you mean {near[0]}?" if near else f"not known; there are: {', '.join(known)}"
