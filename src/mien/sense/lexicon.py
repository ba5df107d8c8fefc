"""Tables of plain signs of feeling, read from lexicon.txt: words, emoji, platform emotes.

Each entry adds evidence in logits: about 1 tips an undecided line, 2 decides it. The words serve twice: as
evidence, and as the places where a negation may stand. They are no replacement for the trained table; they
hold what is too plain to get wrong.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from mien.face import FEELINGS

Table = dict[str, NDArray[np.float32]]

_USUAL = {"zh": 1.6, "en": 1.6, "ja": 1.6, "emoji": 1.6, "emote": 2.0}
_FAINT = frozenset("❗❓👀☀🌟⭐🎶🖤🐶😬🌸🌊🌿🍃🕊☕👍😅🔥😏🎁🥱🤧✨🤞🤨🍀👉👈😪")
"""Emoji that decorate more often than they tell."""
_STRONG = frozenset("😂🤣😡🤬😠😭😢💔😱😨😰🤢🤮😍🥳😌😴😳🥰🙈☺")


def _entries(text: str) -> Iterator[tuple[str, int, str, float]]:
    """Section, place of the feeling, entry and weight of everything in the file."""
    section, place = "", 0
    for line in text.splitlines():
        if line.startswith("["):
            section = line.strip("[]")
            continue
        head, colon, rest = line.partition(": ") if line[:1].isalpha() else ("", "", line)
        if line.startswith("#"):
            continue
        if colon:
            place = FEELINGS.index(head)
        for entry in rest.split():
            word, star, weight = entry.rpartition("*")
            yield section, place, word if star else entry, float(weight) if star else _USUAL[section]


def _read(text: str) -> dict[str, Table]:
    tables: dict[str, Table] = {section: {} for section in _USUAL}
    for section, place, entry, weight in _entries(text):
        if section == "en":
            entry = entry.replace("-", " ")
        if section == "emoji":
            weight *= 0.45 if entry in _FAINT else 1.4 if entry in _STRONG else 1.0
        name = entry if section == "emote" else entry.lower()
        row = tables[section].setdefault(name, np.zeros(len(FEELINGS), np.float32))
        row[place] = max(row[place], weight)
    for row in tables["emoji"].values():
        row /= np.sqrt(np.count_nonzero(row))  # a picture of two feelings says each of them less surely
    return tables


_TABLES = _read(files("mien.sense").joinpath("lexicon.txt").read_text(encoding="utf-8"))

WORDS: dict[str, Table] = {language: _TABLES[language] for language in ("zh", "en", "ja")}
"""Language, then word (lower case) to (8,) logits."""

EMOJI: Table = _TABLES["emoji"]
"""One code point to (8,) logits."""

EMOTES: Table = _TABLES["emote"]
"""Name of a platform's picture, written [name] on Weibo and Bilibili and bare on Twitch, to (8,) logits."""
