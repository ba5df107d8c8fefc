"""Other people's names for feelings, and votes on them, as shares of our eight feelings and neutral."""

from __future__ import annotations

import re
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from mien.face import CLASSES
from mien.face.names import LOOSE, named, plain

Shares = NDArray[np.float32]
"""(9,) shares of `mien.face.CLASSES`, adding up to 1."""

FER2013 = ("angry", "disgusted", "afraid", "happy", "sad", "surprised", "neutral")
"""The numbers 0..6 of FER2013's column `emotion`. Source: Goodfellow et al. 2013."""


def known(name: str, own: Mapping[str, str]) -> str | None:
    """The class that this name means: by the user's own map first, then by ours; None when nobody knows it.

    A number before or after it is only that: `01_happy`, `joy-2`.
    """
    bare = _NUMBERED.sub("", name)
    return _known(name, own) or (_known(bare, own) if bare != name else None)


_NUMBERED = re.compile(r"^[\s(]*\d+[\s_.)-]*|[\s_.(-]*\d+[\s)]*$")


def _known(name: str, own: Mapping[str, str]) -> str | None:
    own_name = own.get(name, own.get(plain(name)))
    if own_name is not None:
        return own_name
    meant = None if plain(name) in LOOSE else named(name)
    return meant[0] if meant else None


def only(name: str) -> Shares:
    """All of it one class."""
    shares = np.zeros(len(CLASSES), np.float32)
    shares[CLASSES.index(name)] = 1.0
    return shares


def voted(votes: Mapping[str, float], own: Mapping[str, str]) -> Shares | None:
    """Shares of what annotators voted for; votes for names that nobody knows are left out, None when none remain."""
    shares = np.zeros(len(CLASSES), np.float32)
    for name, count in votes.items():
        meant = known(name, own)
        if meant is not None:
            shares[CLASSES.index(meant)] += max(0.0, count)
    total = float(shares.sum())
    return shares / np.float32(total) if total > 0 else None
