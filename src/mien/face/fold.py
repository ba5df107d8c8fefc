"""Traditional Chinese as simplified, sign by sign: for comparing and for reading, never for showing.

The table, fold.txt, is OpenCC's. A sign with two simplified forms (乾: 干, 乾) takes the first; a few of one word
(著名) come out misspelt, which no word of feeling minds.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files


def fold(text: str) -> str:
    """The text with every Traditional sign as its simplified one, everything else as it stands, of equal length."""
    return text if text.isascii() else text.translate(_table())


@cache
def _table() -> dict[int, str]:
    lines = files("mien.face").joinpath("fold.txt").read_text(encoding="utf-8").splitlines()
    signs = "".join(line for line in lines if not line.startswith("#"))
    return {ord(old): new for old, new in zip(signs[::2], signs[1::2], strict=True)}
