"""Weights are loaded once a process: whoever opens the same file again shares what was loaded."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from functools import wraps
from pathlib import Path
from threading import Lock
from typing import Concatenate, ParamSpec, TypeVar, cast

Loaded = TypeVar("Loaded")
Rest = ParamSpec("Rest")


def loaded_once(load: Callable[Concatenate[Path, Rest], Loaded]) -> Callable[Concatenate[Path, Rest], Loaded]:
    """The same function, which loads a file only once while it stays as it is, and gives everybody the same object.

    load: of a path and hashable values; what it gives must never be changed by anybody.
    """
    kept: dict[Hashable, Loaded] = {}
    lock = Lock()

    @wraps(load)
    def shared(path: Path, *rest: Rest.args, **named: Rest.kwargs) -> Loaded:
        try:
            facts = path.stat()
        except OSError:
            return load(path, *rest, **named)  # which says what is wrong
        key = (str(path.resolve()), facts.st_mtime_ns, facts.st_size, rest, tuple(sorted(named.items())))
        with lock:
            if key not in kept:
                for old in [one for one in kept if isinstance(one, tuple) and one[0] == key[0] and one[3:] == key[3:]]:
                    del kept[old]  # the file was replaced
                kept[key] = load(path, *rest, **named)
            return kept[key]

    return cast(Callable[Concatenate[Path, Rest], Loaded], shared)
