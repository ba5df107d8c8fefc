"""Regular expressions that are compiled by their first use.

The reader of lines knows about 150; a line needs few of them, and all together take a seventh of a second to compile.
"""

from __future__ import annotations

import re
from typing import Any, cast


def later(source: str, flags: int = 0) -> re.Pattern[str]:
    """As `re.compile`, but for the time: what is wrong with it is raised when it is first used, as `re.error`."""
    return cast("re.Pattern[str]", Later(source, flags))


class Later:
    """A regular expression that is not compiled before it is used. source, flags: as `re.compile` has them."""

    def __init__(self, source: str, flags: int) -> None:
        self.pattern = source
        self._flags = flags

    def __getattr__(self, name: str) -> Any:
        # asked only for what is not there yet: from now on the methods of the compiled one are
        compiled = re.compile(self.pattern, self._flags)
        for method in ("search", "match", "fullmatch", "sub", "subn", "split", "findall", "finditer"):
            setattr(self, method, getattr(compiled, method))
        return getattr(compiled, name)
