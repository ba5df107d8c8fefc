"""What a client is told when something is refused: where, what was expected, what came, what to do; never a path."""

from __future__ import annotations

import re
from typing import Any

from mien.face import DeviceError, MienError, WeightsError

_PATH = re.compile(r"\w+://[^\s;,'\"()]+|(?<![\w.<])(?:[A-Za-z]:)?[/\\]{1,2}[^\s:;,'\"()]+")
_PARTS = re.compile(
    r"(?:(?P<where>[\w.\[\]]{1,60}): )?expected (?P<expected>.+?)(?:, got (?P<got>.+?))?(?:; (?P<hint>.+))?", re.DOTALL
)
_LONGEST = 200
"""Characters of what is told about what came."""


class RefusedError(MienError):
    """A request that is not done. status: of HTTP. headers: beside the answer."""

    def __init__(
        self, status: int, where: str, expected: str, got: str = "", hint: str = "",
        headers: dict[str, str] | None = None,
    ) -> None:  # fmt: skip
        super().__init__(f"{where}: expected {expected}, got {got}; {hint}")
        self.status, self.headers = status, headers or {}
        self._told = {"where": where, "expected": expected, "got": got, "hint": hint}

    def as_dict(self) -> dict[str, Any]:
        """The answer, as JSON says it."""
        return {"error": {name: shown(text) for name, text in self._told.items()}}


def shown(text: str) -> str:
    """A text without paths and control characters, and not too long."""
    plain = "".join(sign if sign.isprintable() else " " for sign in _PATH.sub("…", text))
    return plain if len(plain) <= _LONGEST else f"{plain[:_LONGEST]}…"


def refused(error: MienError, where: str) -> RefusedError:
    """What a client is told of an error of mien's. where: what it asked for, unless the error says."""
    if isinstance(error, RefusedError):
        return error
    if isinstance(error, DeviceError | WeightsError):
        hint = "whoever runs the server finds more in what it printed"
        return RefusedError(503, where, "a server that can do this now", type(error).__name__, hint)
    parts = _PARTS.fullmatch(str(error))
    if parts is None:
        return RefusedError(422, where, "something that can be done", str(error))
    named = parts.groupdict("")
    return RefusedError(422, named["where"] or where, named["expected"], named["got"], named["hint"])
