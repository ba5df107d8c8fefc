"""A table of parameters: read from a file, checked, and applied to an expression."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from mien.face import Expression, SettingsError
from mien.files import read_toml
from mien.rig.inputs import inputs, row

FOLDER: Final = Path(__file__).parent / "tables"
"""Where the tables that ship are."""

_UNITS: Final = {"share": (0.0, 1.0), "signed": (-1.0, 1.0), "degrees": (-180.0, 180.0)}


@dataclass(frozen=True, slots=True)
class Table:
    """Parameters as sums of weighed inputs (see `mien.rig.inputs`), each clipped into its range.

    names: of the n parameters. weights: (n, 79). rest: (n,) their values when all inputs are zero. low, high: (n,)
    their ranges. units: "share", "signed" or "degrees", or "" where the range is fixed. source: of the names.
    """

    names: tuple[str, ...]
    weights: NDArray[np.float64]
    rest: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    units: tuple[str, ...]
    source: str

    def __call__(self, expression: Expression) -> dict[str, float]:
        """The parameters' values by name."""
        values = np.clip(self.rest + self.weights @ inputs(expression), self.low, self.high)
        return dict(zip(self.names, values.tolist(), strict=True))


def read_table(path: Path) -> Table:
    """The table in a TOML file. Raises SettingsError that names the parameter."""
    told = read_toml(path, kind=SettingsError)
    try:
        source = str(told["names"]["source"])
    except (KeyError, TypeError):
        raise SettingsError(f"{path}: names.source: expected where the names are from, got nothing") from None
    entries: Mapping[str, Any] = told.get("parameter", {})
    rows = [_entry(f"{path}: parameter.{name}", entry) for name, entry in entries.items()]
    if not rows:
        raise SettingsError(f"{path}: expected [parameter.…], got none")
    weights, rest, low, high, units = zip(*rows, strict=True)
    return Table(tuple(entries), np.stack(weights), np.array(rest), np.array(low), np.array(high), units, source)


def _entry(where: str, entry: Any) -> tuple[NDArray[np.float64], float, float, float, str]:
    if not isinstance(entry, dict):
        raise SettingsError(f"{where}: expected a table, got {entry!r}")
    unknown = set(entry) - {"of", "rest", "range", "unit"}
    if unknown or ("range" in entry) == ("unit" in entry) or "of" not in entry:
        raise SettingsError(f"{where}: expected of, and either range or unit, beside rest, got {', '.join(entry)}")
    if entry.get("unit", "share") not in _UNITS:
        raise SettingsError(f"{where}.unit: expected {', '.join(_UNITS)}, got {entry['unit']!r}")
    low, high = _UNITS[entry["unit"]] if "unit" in entry else entry["range"]
    try:
        weights = row(entry["of"])
    except KeyError as error:
        raise SettingsError(f"{where}.of: no input {str(error.args[0]).removesuffix('Left')!r}") from None
    return weights, float(entry.get("rest", 0.0)), float(low), float(high), entry.get("unit", "")


@lru_cache(maxsize=8)
def table(name: str) -> Table:
    """One of the tables that ship: "vrm", "vtube_studio", "live2d", "mmd"."""
    return read_table(FOLDER / f"{name}.toml")
