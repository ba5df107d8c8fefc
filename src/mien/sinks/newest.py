"""One thing that many wait for: each gets the newest, and misses what came while it was slow."""

from __future__ import annotations

from threading import Condition
from typing import Generic, TypeVar

Item = TypeVar("Item")


class Newest(Generic[Item]):
    """The newest item and its number, from 1 on. Any thread puts, any number of threads wait."""

    def __init__(self) -> None:
        self._change = Condition()
        self._item: Item | None = None
        self._number = 0
        self._open = True

    def put(self, item: Item) -> None:
        """Replace what was there."""
        with self._change:
            self._item, self._number = item, self._number + 1
            self._change.notify_all()

    def after(self, number: int, patience: float) -> tuple[Item, int] | None:
        """The newest once it is newer than this number, with its own; None when it is over.

        patience: seconds; then the same number comes again with the item that is there, if any.
        """
        with self._change:
            self._change.wait_for(lambda: self._number > number or not self._open, patience)
            return (self._item, self._number) if self._open and self._item is not None else None

    @property
    def open(self) -> bool:
        """Whether more may come."""
        return self._open

    def close(self) -> None:
        """Nothing more comes."""
        with self._change:
            self._open = False
            self._change.notify_all()
