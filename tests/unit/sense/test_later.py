"""Patterns that are compiled by their first use: nothing else about them is different."""

from __future__ import annotations

import pkgutil
import re
from collections.abc import Iterator
from importlib import import_module

import pytest

import mien.sense
from mien.sense.later import Later, later


def everything(value: object) -> Iterator[Later]:
    if isinstance(value, Later):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from everything(one)
    elif isinstance(value, tuple | list):
        for one in value:
            yield from everything(one)


def test_all_that_the_reader_knows_can_be_compiled() -> None:
    modules = [import_module(f"mien.sense.{one.name}") for one in pkgutil.iter_modules(mien.sense.__path__)]
    found = [one for module in modules for value in vars(module).values() for one in everything(value)]
    assert len(found) > 100
    for one in found:
        one.search("")


def test_it_does_what_a_compiled_one_does() -> None:
    for source, flags in ((r"(?P<word>[a-z]+)(\d)?", 0), (r"[A-Z]+", re.IGNORECASE)):
        own, plain = later(source, flags), re.compile(source, flags)
        assert (own.pattern, own.flags, own.groups) == (plain.pattern, plain.flags, plain.groups)
        text = "ab1 cd EF2"
        assert own.sub("x", text) == plain.sub("x", text)
        assert own.findall(text, 2) == plain.findall(text, 2)
        assert [match.span() for match in own.finditer(text)] == [match.span() for match in plain.finditer(text)]
        assert own.fullmatch("ab1 ") is None


def test_what_is_wrong_shows_when_it_is_used() -> None:
    wrong = later("(")
    with pytest.raises(re.error):
        wrong.search("")
    with pytest.raises(AttributeError):
        later("a").nothing  # type: ignore[attr-defined] # noqa: B018
