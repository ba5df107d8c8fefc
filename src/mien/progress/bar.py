"""A bar on a terminal, a line now and then elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sized
from typing import Any, Generic, Protocol, TypeVar, cast

EVERY = 30.0
"""Seconds between two lines: a log of a night stays readable."""

Item = TypeVar("Item")
Item_co = TypeVar("Item_co", covariant=True)


class Bar(Protocol[Item_co]):
    """What shows progress; it goes through an iterable, or is told of each step."""

    n: float

    def update(self, n: float = 1) -> Any:
        """So many more are done."""

    def set_postfix(self, figures: Mapping[str, Any]) -> Any:
        """Figures to be shown beside."""

    def refresh(self) -> Any:
        """Show `n` as it was set."""

    def close(self) -> Any:
        """It is over."""

    def __iter__(self) -> Iterator[Item_co]: ...


def bar(
    items: Iterable[Item] = (), *, total: float | None = None, initial: float = 0, unit: str = "", name: str = "",
    silent: bool = False, leave: bool = False,
) -> Bar[Item]:  # fmt: skip
    """Show how far work has come, on standard error.

    total: steps until the end, where known. initial: of them done before. silent: show nothing.
    leave: whether a finished bar stays on the terminal.
    """
    if silent or sys.stderr.isatty():
        from tqdm import tqdm

        shown = tqdm(
            items, total=total, initial=cast(int, initial), unit=unit, desc=name or None, disable=silent, leave=leave,
            smoothing=0.02,
        )  # fmt: skip
        return cast("Bar[Item]", shown)
    return Lines(items, total=total, initial=initial, unit=unit, name=name)


class Lines(Generic[Item]):
    """Progress as lines of a log, the first after EVERY seconds; short work says nothing. clock: seconds."""

    def __init__(
        self, items: Iterable[Item] = (), *, total: float | None = None, initial: float = 0, unit: str = "",
        name: str = "", clock: Callable[[], float] = time.monotonic,
    ) -> None:  # fmt: skip
        if total is None and isinstance(items, Sized) and len(items):
            total = len(items)
        self.n = initial
        self._items, self._total, self._initial, self._unit, self._name = items, total, initial, unit, name
        self._clock = clock
        self._begun = self._last = clock()
        self._figures: Mapping[str, Any] = {}

    def __iter__(self) -> Iterator[Item]:
        for item in self._items:
            yield item
            self.update()

    def update(self, n: float = 1) -> None:
        """So many more are done; a line when it is time for one."""
        self.n += n
        now = self._clock()
        if now - self._last >= EVERY:
            self._last = now
            print(self._told(now - self._begun), file=sys.stderr, flush=True)

    def set_postfix(self, figures: Mapping[str, Any]) -> None:
        """Figures for the next lines."""
        self._figures = dict(figures)

    def refresh(self) -> None:
        """Nothing: the next line says it."""

    def close(self) -> None:
        """Nothing: what was made tells the rest."""

    def _told(self, passed: float) -> str:
        name, of = f"{self._name}: " if self._name else "", f" of {self._total:,.0f}" if self._total else ""
        speed = (self.n - self._initial) / max(passed, 1e-9)
        left = f", {duration((self._total - self.n) / speed)} left" if self._total and speed > 0 else ""
        figures = "".join(f"  {key} {value}" for key, value in self._figures.items())
        return f"{name}{self.n:,.0f}{of} {self._unit} after {duration(passed)}{left}{figures}"


def duration(seconds: float) -> str:
    """A time in words: 40 s, 12 min, 3 h 20 min, 2 days 4 h."""
    minutes = round(seconds / 60)
    if seconds < 90:
        return f"{max(0, round(seconds))} s"
    if minutes < 90:
        return f"{minutes} min"
    hours = minutes // 60
    return f"{hours} h {minutes % 60} min" if hours < 48 else f"{hours // 24} days {hours % 24} h"
