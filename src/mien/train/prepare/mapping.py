"""How somebody's own words and columns are to be read: their labels, numbers and key points as ours."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from mien.face import CLASSES, FEELINGS, POINTS, SettingsError
from mien.face.channels import CHANNELS, HIGH, LOW
from mien.files import read_toml
from mien.train.prepare.labels import Shares

_TABLES = ("labels", "numbers", "points")
_LEAST, _MOST = dict(zip(CHANNELS, LOW, strict=True)), dict(zip(CHANNELS, HIGH, strict=True))

_MOST_FACTOR = 1e9


@dataclass(frozen=True, slots=True)
class Map:
    """labels: {their word: our class}. numbers: {their column: {our channel or feeling: factor}}. points: {their name
    of a point, whose columns are NAME:x and NAME:y: our numbers for it}."""

    labels: Mapping[str, str] = field(default_factory=dict)
    numbers: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    points: Mapping[str, tuple[int, ...]] = field(default_factory=dict)

    def channels(self, given: Mapping[str, float]) -> dict[str, float]:
        """Our channels from their numbers, each the sum of what it is given, kept within its range."""
        sums = self._sums(given, CHANNELS)
        return {name: float(np.clip(sums[name], _LEAST[name], _MOST[name])) for name in CHANNELS if name in sums}

    def feelings(self, given: Mapping[str, float]) -> Shares | None:
        """(9,) shares from their numbers, what is missing to 1 being neutral; None where no number tells a feeling."""
        sums = self._sums(given, FEELINGS)
        if not sums:
            return None
        felt = np.array([max(0.0, sums.get(name, 0.0)) for name in FEELINGS], np.float32)
        felt /= np.float32(max(1.0, float(felt.sum())))
        return np.concatenate([felt, [np.float32(1.0) - felt.sum()]]).astype(np.float32)

    def _sums(self, given: Mapping[str, float], wanted: Iterable[str]) -> dict[str, float]:
        """The wanted names with the sums of what is mapped to them."""
        sums: dict[str, float] = {}
        for theirs, ours in self.numbers.items():
            for name in set(ours) & set(wanted):
                sums[name] = sums.get(name, 0.0) + ours[name] * given[theirs]
        return sums


def read_map(path: Path) -> Map:
    """A map from a TOML file with the tables labels, numbers and points. Raises SettingsError, naming the entry."""
    found = read_toml(path, kind=SettingsError)
    for name, table in found.items():
        if name not in _TABLES or not isinstance(table, dict):
            raise SettingsError(f"{path}: {name}: expected the tables {', '.join(_TABLES)}, got {table!r:.60}")
    return Map(
        _labels(found.get("labels", {}), f"{path}: labels"),
        {theirs: _number(ours, f"{path}: numbers: {theirs}") for theirs, ours in found.get("numbers", {}).items()},
        {theirs: _point(ours, f"{path}: points: {theirs}") for theirs, ours in found.get("points", {}).items()},
    )


def _labels(found: Mapping[str, Any], where: str) -> dict[str, str]:
    """The table of labels. Raises SettingsError on a class that is none of ours."""
    for theirs, ours in found.items():
        if ours not in CLASSES:
            raise SettingsError(f"{where}: {theirs}: expected one of {', '.join(CLASSES)}, got {ours!r}")
    return {theirs: str(ours) for theirs, ours in found.items()}


def _number(found: Any, where: str) -> dict[str, float]:
    """A name, several names, or names with factors; a muscle without its side means both sides."""
    factors = found if isinstance(found, dict) else dict.fromkeys(found if isinstance(found, list) else [found], 1.0)
    sums: dict[str, float] = {}
    for ours, factor in factors.items():
        names = [name for name in (ours, f"{ours}Left", f"{ours}Right") if name in CHANNELS or name in FEELINGS]
        if not names:
            raise SettingsError(f"{where}: expected mien's channels (jawOpen, yaw, ...) or feelings, got {ours!r}")
        if isinstance(factor, bool) or not isinstance(factor, int | float) or not abs(factor) <= _MOST_FACTOR:
            raise SettingsError(f"{where}: {ours}: expected a factor, got {factor!r}")
        sums |= {name: sums.get(name, 0.0) + float(factor) for name in names}
    return sums


def _point(found: Any, where: str) -> tuple[int, ...]:
    """One key point or several. Raises SettingsError on a number beyond them."""
    numbers = found if isinstance(found, list) else [found]
    for number in numbers:
        if isinstance(number, bool) or not isinstance(number, int) or not 0 <= number < POINTS:
            raise SettingsError(f"{where}: expected numbers of key points in 0..{POINTS - 1}, got {number!r}")
    return tuple(numbers)
