"""Emoji and the pictures of platforms: [doge], KEKW, 😮‍💨.

An emoji joined of several (😮‍💨) is one picture with a meaning of its own; where it is not listed, its first part
stands for it.
"""

from __future__ import annotations

import re

import numpy as np
from numpy.typing import NDArray

from mien.face import FEELINGS
from mien.face.fold import fold
from mien.sense.later import later
from mien.sense.lexicon import EMOJI, EMOTES

Row = NDArray[np.float32]

_PLACES = len(FEELINGS)
_JOINER, _VARIANT = "\u200d", "\ufe0f"
_ONE = f"[\u00a9-\u3299\U0001f000-\U0001faff]{_VARIANT}?[\U0001f3fb-\U0001f3ff]?"
_JOINED = later(f"{_ONE}(?:{_JOINER}{_ONE})+")
_SINGLE = later("[{}]".format("".join(re.escape(sign) for sign in EMOJI if len(sign) == 1)))
_BRACKETED = later(r"[\[【]([\w ]{1,12})[\]】]")
_BARE_NAMES = [name for name in EMOTES if name.isascii() and len(name) > 1 and name not in ("good", "doge", "OK")]
_BARE = later(r"(?<!\w)(?:" + "|".join(sorted(map(re.escape, _BARE_NAMES), key=len, reverse=True)) + r")(?!\w)")


def emotes(text: str, feelings: Row) -> tuple[str, int]:
    """The line without platforms' pictures, and how many there were; adds their logits to (8,) `feelings`."""
    count = 0

    def add(name: str) -> None:
        nonlocal count
        np.add(feelings, EMOTES[name] * (1.0 if count == 0 else 0.3 if count < 5 else 0.0), out=feelings)
        count += 1

    def bracketed(match: re.Match[str]) -> str:
        name = match.group(1)
        name = name if name in EMOTES else fold(name)
        if name not in EMOTES:
            return f" {match.group(1)} "
        add(name)
        return " "

    def bare(match: re.Match[str]) -> str:
        add(match.group(0))
        return " "

    if "[" in text or "【" in text:
        text = _BRACKETED.sub(bracketed, text)
    return _BARE.sub(bare, text), count


def joined(text: str, feelings: Row) -> tuple[str, int]:
    """The line with joined emoji as one picture each: taken out where it is listed, else as its first part."""
    if _JOINER not in text:
        return text, 0
    count = 0

    def one(match: re.Match[str]) -> str:
        nonlocal count
        whole = re.sub(f"[{_VARIANT}\U0001f3fb-\U0001f3ff]", "", match.group(0))
        if whole not in EMOJI:
            return f" {whole[0]} "
        count += 1
        np.add(feelings, EMOJI[whole] * (1.0 if count == 1 else 0.3), out=feelings)
        return " "

    return _JOINED.sub(one, text), count


def emoji(text: str, feelings: Row) -> tuple[str, int]:
    """The line without emoji, and how many there were; adds their logits to (8,) `feelings`."""
    signs = _SINGLE.findall(text)
    if not signs:
        return text, 0
    # The same picture five times is said once, louder; different pictures each have their say.
    total = sum(
        (EMOJI[sign] * (1.0 + 0.15 * min(signs.count(sign) - 1, 4)) for sign in sorted(set(signs))),
        np.zeros(_PLACES),
    )
    feelings += np.minimum(total, 3.2)
    return _SINGLE.sub(" ", text), len(signs)
