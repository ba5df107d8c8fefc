"""How a character thanks for what viewers give, as a small table that a user can edit."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from math import log1p
from typing import Any

from mien.face import FEELINGS, Emotion, InputError, MienError, Support
from mien.files import parse_toml

_FILE = "thanks.toml"
_CURRENCY = "currency"
_OTHER = "gift"
"""The row for kinds that the table does not know."""

_NUMBERS = {"full": (0.01, 1e9), "least": (0.0, 1.0), "hold": (2.0, 10.0)}
"""Between what the numbers of a row may lie."""

_SHORTEST = 2.0
_DEAREST = 1e6  # of one unit of a currency, in dollars


@dataclass(frozen=True, slots=True)
class Row:
    """The thanks for one kind. most: what is felt from `full` on. least: the share of it for the smallest amount.

    hold: seconds that it lasts at most. at_once: whether it gets an answer of its own.
    """

    most: Emotion = field(default_factory=Emotion)
    full: float = 100.0
    least: float = 0.3
    hold: float = 3.0
    at_once: bool = True

    def share(self, worth: float) -> float:
        """How much of `full` an amount is, in [0, 1], by the logarithm; it never falls as the amount grows."""
        return min(1.0, log1p(max(0.0, worth)) / log1p(self.full))

    def feeling(self, worth: float) -> Emotion:
        """What is felt for an amount: from `least` of `most` to all of it, and never more."""
        return Emotion.from_vector(self.most.vector() * (self.least + (1.0 - self.least) * self.share(worth)))

    def seconds(self, worth: float) -> float:
        """How long it is felt."""
        return _SHORTEST + (self.hold - _SHORTEST) * self.share(worth)


@dataclass(frozen=True, slots=True)
class Thanks:
    """The whole table: rows by kind, and what one unit of a currency is in US dollars."""

    rows: Mapping[str, Row]
    currencies: Mapping[str, float]

    def row(self, kind: str) -> Row:
        """Of a kind; one that is not known is a gift."""
        return self.rows.get(kind) or self.rows[_OTHER]

    def worth(self, given: Support) -> float:
        """In US dollars, >= 0; of what is only counted, the count."""
        return given.amount * (self.currencies.get(given.currency, 0.0) if given.currency else 1.0)


@cache
def usual_thanks() -> Thanks:
    """The table that ships with mien."""
    text = files("mien.mood.empathy").joinpath(_FILE).read_text(encoding="utf-8")
    return parse_thanks(parse_toml(text, _FILE), _FILE, Thanks({}, {}))


def parse_thanks(
    table: Mapping[str, Any], where: str, base: Thanks | None = None, kind: type[MienError] = InputError
) -> Thanks:
    """The table with these keys in place of those of `base`, mien's own unless another is given.

    where: of the table, for messages. Raises `kind` that names the key.
    """
    base = usual_thanks() if base is None else base
    rows, currencies = dict(base.rows), dict(base.currencies)
    for name, value in table.items():
        place = f"{where}: {name}"
        if not isinstance(value, Mapping):
            raise kind(f"{place}: expected a table such as [{name}], got {value!r}")
        if name == _CURRENCY:
            for code, rate in value.items():
                if not (len(code) == 3 and code.isascii() and code.isupper()):
                    raise kind(f"{place}.{code}: expected the three capitals of a currency, such as CNY")
                currencies[code] = _number(rate, f"{place}.{code}", 0.0, _DEAREST, kind)
        else:
            rows[name] = _row(value, place, rows.get(name, Row()), kind)
    return Thanks(rows, currencies)


def _row(table: Mapping[str, Any], where: str, row: Row, kind: type[MienError]) -> Row:
    """The row with these keys changed."""
    known = (*FEELINGS, *_NUMBERS, "at_once")
    feelings, at_once = row.most.as_dict(), row.at_once
    numbers = {"full": row.full, "least": row.least, "hold": row.hold}
    for name, value in table.items():
        place = f"{where}.{name}"
        if name in FEELINGS:
            feelings[name] = _number(value, place, 0.0, 1.0, kind)
        elif name in _NUMBERS:
            numbers[name] = _number(value, place, *_NUMBERS[name], kind)
        elif name == "at_once":
            if not isinstance(value, bool):
                raise kind(f"{place}: expected true or false, got {value!r}")
            at_once = value
        else:
            near = difflib.get_close_matches(name, known, 1)
            told = f"did you mean {near[0]}?" if near else f"there are: {', '.join(known)}"
            raise kind(f"{place}: not known; {told}")
    return Row(Emotion.of(feelings), **numbers, at_once=at_once)


def _number(value: object, where: str, low: float, high: float, kind: type[MienError]) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
        raise kind(f"{where}: expected a number in {low:g}..{high:g}, got {value!r}")
    return float(value)
