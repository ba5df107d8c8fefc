"""What strangers write, made safe to hand on: bounded, without what steers terminals and the direction of text."""

from __future__ import annotations

import re
from math import isfinite
from typing import Any, Final

LONGEST_TEXT: Final = 500
"""Characters of a line that are read; Twitch allows as many, bilibili 40, YouTube 200."""

LONGEST_NAME: Final = 64

MOST: Final = 1e9
"""Of any amount."""

# Category Cc but tab and line ends (they become blanks), the marks that turn the direction of text (Unicode Standard
# Annex 9), zero-width blanks, tags, and halves of characters. Joiners (ZWJ, variation selectors) stay: emoji need them.
_UNWANTED: Final = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb"
    "\ud800-\udfff\U000e0000-\U000e007f]"
)
_BLANKS: Final = re.compile(r"\s+")


def safe_text(value: Any, most: int = LONGEST_TEXT) -> str:
    """The text without control characters, its blanks single, at most so many characters; "" when it is no text."""
    if not isinstance(value, str):
        return ""
    return _BLANKS.sub(" ", _UNWANTED.sub("", value[: 4 * most])).strip()[:most]


def safe_name(value: Any) -> str:
    """A viewer's name, likewise."""
    return safe_text(value, LONGEST_NAME)


def safe_amount(value: Any) -> float:
    """A finite number in [0, MOST], out of a number or a text; 0 when it is none."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return 0.0
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return 0.0
    return min(number, MOST) if isfinite(number) and number > 0.0 else 0.0
