"""From a line of text to hashed features: character n-grams, words and pairs of words, all in numpy.

A feature is a 64-bit polynomial hash. The model keeps a direct-mapped table: the low bits of the hash name
a slot, the next eight bits are a fingerprint. A feature counts only when the slot's fingerprint agrees, so
text the model has never seen adds (almost) nothing instead of the noise of a plain hashing trick. Source of
the features: Joulin et al., "Bag of Tricks for Efficient Text Classification", 2017.
"""

from __future__ import annotations

import re
import unicodedata

import numpy as np
from numpy.typing import NDArray

from mien.sense.later import later

LIMIT = 600
"""A longer line is read by its first 400 and last 200 characters: bounded work."""

ORDERS = 4
"""Character n-grams of 1 to ORDERS characters."""

_BASE = 0x9E3779B97F4A7C15
_ROOM = LIMIT + 8
_MASK = (1 << 64) - 1


def _powers(base: int) -> NDArray[np.uint64]:
    values, value = [], 1
    for _ in range(_ROOM):
        values.append(value)
        value = value * base & _MASK
    return np.array(values, np.uint64)


_UP = _powers(_BASE)
_DOWN = _powers(pow(_BASE, -1, 1 << 64))
_SALT = _powers(0xD6E8FEB86659FD93)
_STIR = np.uint64(0xFF51AFD7ED558CCD)
_PAIR = np.uint64(0xC4CEB9FE1A85EC53)
_HALF = np.uint64(32)
_ALPHABETS = np.uint64(0x2E80)
"""From here on the scripts of East Asia, whose signs are words or parts of one."""

_LINK = later(
    r"https?://\S+|(?:https?:)?//www\S+|(?<![a-z])www\.\S+|\S+@\S+\.\w+|@[\w\-]+|\b(?:[a-z0-9-]+\.)+(?:com|org|net"
    r"|cn|jp|tv|io|gg|me)\b\S*",
    re.IGNORECASE,
)
_APOSTROPHES = str.maketrans("’‘ʼ＇", "''''")
_SPACES = later(r"\s+")
_SILENT = later(
    "[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufe00-\ufe0f\ufeff\U0001f3fb-\U0001f3ff]"
)


def shorten(text: str) -> str:
    """At most LIMIT characters of the line: the beginning and the end."""
    return text if len(text) <= LIMIT else f"{text[:400]} {text[len(text) - LIMIT + 401 :]}"


def unlinked(text: str) -> str:
    """At most LIMIT characters of the line, as typed, without links, mentions and lone surrogates."""
    return _LINK.sub(" ", shorten(text).encode("utf-8", "replace").decode("utf-8"))


def clean(text: str) -> str:
    """The line in NFKC, without links, mentions, control characters and skin tones; white space is one blank.

    Curly apostrophes are straight. Case stays. At most LIMIT characters. Never raises: lone surrogates become
    question marks.
    """
    text = unicodedata.normalize("NFKC", unlinked(text)).translate(_APOSTROPHES)
    text = _LINK.sub(" ", _SILENT.sub(" ", text))
    return shorten(_SPACES.sub(" ", text).strip())


def hashes(text: str) -> NDArray[np.uint64]:
    """(n,) 64-bit hashes of the distinct features of a line that is clean and in lower case."""
    codes = np.frombuffer(f" {text} ".encode("utf-32-le"), "<u4").astype(np.uint64)[: _ROOM - ORDERS]
    length = codes.size
    letters = (codes + np.uint64(1)) * _STIR
    letters ^= letters >> _HALF
    found = []
    gram = np.zeros(length + 1, np.uint64)
    for order in range(1, min(ORDERS, length) + 1):
        gram = gram[: length - order + 1] + letters[order - 1 :] * _UP[order - 1]
        found.append(gram + _SALT[order])
    inside = _word_mask(codes)
    edges = np.flatnonzero(inside[1:] != inside[:-1]) + 1
    if edges.size:
        running = np.concatenate([np.zeros(1, np.uint64), np.cumsum(letters * _UP[:length], dtype=np.uint64)])
        starts, ends = edges[::2], edges[1::2]
        words = (running[ends] - running[starts]) * _DOWN[starts]
        found.append(words + _SALT[6])
        found.append(words[:-1] * _PAIR + words[1:] + _SALT[7])
    keys = np.concatenate(found)
    keys ^= keys >> _HALF
    keys *= _STIR
    keys ^= keys >> _HALF
    keys.sort()
    new = np.concatenate([[True], keys[1:] != keys[:-1]])
    return np.asarray(keys[new], np.uint64)  # np.unique would import masked arrays for it


def tokens(text: str) -> NDArray[np.uint64]:
    """(n,) 64-bit hashes of the words and signs of a line that is clean and in lower case, in their order.

    A word of an alphabet is one, and so is each sign of Chinese or Japanese and each mark; blanks are none.
    """
    codes = np.frombuffer(f" {text} ".encode("utf-32-le"), "<u4").astype(np.uint64)[:_ROOM]
    letters = (codes + np.uint64(1)) * _STIR
    letters ^= letters >> _HALF
    joined = _word_mask(codes) & (codes < _ALPHABETS)
    begins = np.flatnonzero((codes != 32) & ~(joined & np.concatenate([[False], joined[:-1]])))
    if not begins.size:
        return np.zeros(0, np.uint64)
    running = np.concatenate([np.zeros(1, np.uint64), np.cumsum(letters * _UP[: codes.size], dtype=np.uint64)])
    last = np.flatnonzero((codes != 32) & ~(joined & np.concatenate([joined[1:], [False]])))
    keys = (running[last + 1] - running[begins]) * _DOWN[begins]
    keys ^= keys >> _HALF
    keys *= _STIR
    return np.asarray(keys ^ (keys >> _HALF))


def _word_mask(codes: NDArray[np.uint64]) -> NDArray[np.bool_]:
    """Letters, digits and apostrophes; beyond ASCII everything but CJK and full-width punctuation."""
    digit = (codes >= 48) & (codes <= 57)
    small = (codes >= 97) & (codes <= 122)
    wide = (codes > 0xBF) & ~((codes >= 0x2000) & (codes <= 0x206F)) & ~((codes >= 0x3000) & (codes <= 0x303F))
    mask: NDArray[np.bool_] = digit | small | wide | (codes == 39)
    mask[0] = mask[-1] = False
    return mask


def slots(keys: NDArray[np.uint64], bits: int) -> tuple[NDArray[np.int64], NDArray[np.uint8]]:
    """Slot in [0, 2**bits) and fingerprint in [1, 255] of each hash; fingerprint 0 marks an empty slot."""
    place = (keys & np.uint64((1 << bits) - 1)).astype(np.int64)
    mark = ((keys >> np.uint64(40)) % np.uint64(255)).astype(np.uint8) + np.uint8(1)
    return place, mark
