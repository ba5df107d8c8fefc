"""What keys of a keyboard do to the face: {"b": "hold:blush", "w": "move:wink"}, in the page's messages and in a show's
file.

A key is one sign, in lower case, or the name that a browser has for it, such as "F2" or "ArrowUp". "hold:NAME" holds a
feeling, a mark or a muscle, with "*" in place of Left and Right those of both sides; "move:NAME" plays a move.
"""

from __future__ import annotations

import re
from typing import Any, Final

from mien.face import FEELINGS, MienError
from mien.face.channels import MARKS, MUSCLES
from mien.wire.move import move_name

MOST: Final = 64
"""Keys that do something."""

_BOTH = tuple(
    f"{bare}*" for bare in (name.removesuffix("Left") for name in MUSCLES)
    if f"{bare}Right" in MUSCLES and bare not in ("jaw", "mouth")  # these go to a side, and have none
)  # fmt: skip
HELD: Final = (*FEELINGS, *MARKS, *MUSCLES, *_BOTH)
"""What a key may hold, at its full strength."""

_NAMED = re.compile(r"[A-Z][A-Za-z0-9]{1,31}")
_TAKEN = ("Escape", "Shift", "Tab")
"""Keys that the page has another use for."""


def hotkeys(told: Any, where: str, kind: type[MienError]) -> dict[str, str]:
    """What each key does, checked: at most MOST keys. where: of the table, for messages.

    Raises `kind`, which names the key, what was expected and what came.
    """
    if not isinstance(told, dict):
        raise kind(f'{where}: expected a table such as {{"b": "hold:blush"}}, got {told!r:.80}')
    if len(told) > MOST:
        raise kind(f"{where}: expected at most {MOST} keys, got {len(told)}")
    for key, what in told.items():
        if not _is_key(key):
            raise kind(f"{where}: expected one sign in lower case, or a key's name such as F2, got {key!r:.80}")
        act, _, name = what.partition(":") if isinstance(what, str) else ("", "", "")
        if act == "move":
            _checked_move(name, f"{where}.{key}", kind)
        elif act != "hold":
            raise kind(f"{where}.{key}: expected hold:NAME or move:NAME, got {what!r:.80}")
        elif name not in HELD:
            raise kind(f"{where}.{key}: expected a feeling, a mark or a muscle after hold:, got {what!r:.80}")
    return dict(told)


def _is_key(key: Any) -> bool:
    if not isinstance(key, str):
        return False
    return (len(key) == 1 and key.isprintable() and key == key.lower()) or (
        _NAMED.fullmatch(key) is not None and key not in _TAKEN
    )


def _checked_move(name: str, where: str, kind: type[MienError]) -> None:
    try:
        move_name(name, kind)
    except kind as error:
        raise kind(f"{where}: {error}") from None
