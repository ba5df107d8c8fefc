"""Words of feeling and what negates them: 我不难过, not angry at all, 嬉しくない.

Chinese negates before the word, English within the three words before it, Japanese on the word's own
ending. Double negation cancels; rhetorical forms (かわいくない？ 不可爱吗 isn't it cute) and idioms (忍不住
can't believe 楽しみでしかない) do not negate. A negated word is taken out of the line, so that the trained
table does not read it as meant.
"""

from __future__ import annotations

import re

import numpy as np
from numpy.typing import NDArray

from mien.face import FEELINGS
from mien.sense.lexicon import WORDS

_PLACES = len(FEELINGS) + 1
# What a negated feeling hints at, in logits; neutral comes on top.
_INSTEAD = {
    "happy": ("sad", 2.3),
    "sad": ("relaxed", 0.9),
    "angry": ("relaxed", 0.9),
    "afraid": ("relaxed", 1.0),
    "relaxed": ("afraid", 0.9),
}
_TURN = np.zeros((len(FEELINGS), _PLACES), np.float32)
for _name, (_other, _weight) in _INSTEAD.items():
    _TURN[FEELINGS.index(_name), FEELINGS.index(_other)] = _weight
_TURN[:, -1] = [0.4, 2.6, 2.6, 2.6, 2.6, 2.6, 2.6, 0.4]  # not happy is a feeling of its own, not angry is not
_TURN[np.arange(8), np.arange(8)] = -2.5

_ZH = re.compile(
    r"(?:并|才|可|一点[儿也都]*|完全|根本|从来|再也)?((?:不是|不会|不再|不要|不用|不必|不太|不怎么|不那么|不算|不觉得|不感到|没有|没那么|没啥|不|没|别|莫|毫无|未)"
    r"(?:很|太|那么|这么|怎么|觉得|感到|感觉|特别|非常|真的?|再|会|有|什么|为此|让[我你人]|在|至于|必|啥|因此|不|没|别|多|了|[我你他她])*)$"
)  # fmt: skip
_ZH_IDIOM = re.compile(
    r"(?:不要太|不能更|不能再|别提多?|好不|[忍止禁]不住|不得不|要不|差点没|(?:怎么|怎|岂|哪|难道|何尝)(?:能|会|可能)?不|(?:谁|能)不)$"
)
_ZH_RHETORIC = re.compile(r"^.{0,2}(?:吗|嘛|么\?)")
_JA = re.compile(
    r"^(?!.{0,4}(?:しかな|んじゃな|すぎな))[ぁ-ん]{0,4}?(?:ない|なか|なく(?!ちゃ|ても?い)|ません|無い|ねえ|ねぇ|いらん|ず[、。\s])"
)
_JA_RHETORIC = re.compile(r"^[ぁ-ん]{0,5}(?:ない|ね|ねえ|ません)(?:か|の)?\s*\?")
_NOT_WORDS = """
not no never without cannot hardly barely neither nor nobody nothing none dont doesnt didnt isnt wasnt arent
aint cant couldnt wont wouldnt shouldnt havent hasnt
"""
_NOT = frozenset(_NOT_WORDS.split())
_IDIOM_WORDS = """
believe wait stop help only gonna get so more been it this that he she they we you i
"""
_EN_IDIOM = frozenset(_IDIOM_WORDS.split())
_BREAK = frozenset(["but", "because", "though", "although", "and", ",", ".", "?", ";", ":", "…"])
_TOKEN = re.compile(r"[a-z0-9']+(?:n't)?|[,.;:?!…]")


def _index(table: dict[str, NDArray[np.float32]]) -> dict[str, list[tuple[str, NDArray[np.float32]]]]:
    index: dict[str, list[tuple[str, NDArray[np.float32]]]] = {}
    for word in sorted(table, key=len, reverse=True):
        index.setdefault(word[0], []).append((word, table[word]))
    return index


_HAN = {name: _index(WORDS[name]) for name in ("zh", "ja")}
_LONGEST = max(len(word.split()) for word in WORDS["en"])


def words(text: str, language: str) -> tuple[str, NDArray[np.float32]]:
    """The line without its negated words of feeling, and (9,) logits of all the words of feeling.

    text: lower case. language: "zh", "ja", "en" or "und"; Latin words are read in every language.
    """
    row = np.zeros(_PLACES, np.float32)
    if language in _HAN:
        text = _ideographic(text, language, row)
    if language != "und":
        text = _english(text, row)
    np.minimum(row, 4.0, out=row)
    return text, row


def _add(row: NDArray[np.float32], word: NDArray[np.float32], negated: bool) -> None:
    if negated:
        row += _TURN[int(word.argmax())]
    else:
        row[:-1] += np.where(row[:-1] > 0, 0.6, 1.25) * word  # the second word of one feeling counts half


def _ideographic(text: str, language: str, row: NDArray[np.float32]) -> str:
    index = _HAN[language]
    cut: list[tuple[int, int]] = []
    at = 0
    while at < len(text):
        for word, weights in index.get(text[at], ()):
            if not text.startswith(word, at):
                continue
            end = at + len(word)
            if word.isascii() and (
                (text[at - 1 : at].isascii() and text[at - 1 : at].isalnum())
                or (text[end : end + 1].isascii() and text[end : end + 1].isalnum())
            ):
                continue
            span = _negated_zh(text, at, end) if language == "zh" else _negated_ja(text, end)
            if span == "asked":
                pass
            elif span:
                cut.append((at - len(span), end) if language == "zh" else (at, end + len(span)))
                _add(row, weights, True)
            else:
                _add(row, weights, False)
            at = end - 1
            break
        at += 1
    for start, end in reversed(cut):
        text = f"{text[:start]} {text[end:]}"
    return text


def _negated_zh(text: str, start: int, end: int) -> str:
    """The negation ending where the word starts, "" for none, "asked" where it says nothing: 开不开心."""
    before = text[max(0, start - 10) : start]
    if before[-1:] == "不" and before[-2:-1] == text[start]:
        return "asked"
    match = _ZH.search(before)
    if match and text[end : end + 1] == "的":
        return "asked"  # 不开心的事 names a thing, and says nothing of now
    if not match or _ZH_IDIOM.search(before) or _ZH_RHETORIC.match(text[end : end + 4]):
        return ""
    times = sum(match.group(1).count(sign) for sign in "不没别未莫") + match.group(1).count("毫无")
    return match.group(0) if times % 2 else ""


def _negated_ja(text: str, end: int) -> str:
    after = text[end : end + 12]
    match = _JA.match(after)
    return match.group(0) if match and not _JA_RHETORIC.match(after) else ""


def _english(text: str, row: NDArray[np.float32]) -> str:
    found = list(_TOKEN.finditer(text))
    tokens = [match.group(0) for match in found]
    table = WORDS["en"]
    cut: list[tuple[int, int]] = []
    taken = -1
    at = 0
    while at < len(tokens):
        for size in range(min(_LONGEST, len(tokens) - at), 0, -1):
            weights = table.get(tokens[at] if size == 1 else " ".join(tokens[at : at + size]))
            if weights is None:
                continue
            start = _negator(tokens, at, taken)
            _add(row, weights, start >= 0)
            if start >= 0:
                last = at + size - 1
                last += 2 if tokens[last + 1 : last + 3] == ["at", "all"] else 0
                cut.append((found[start].start(), found[last].end()))
            taken = at + size - 1
            at = taken
            break
        at += 1
    for first, last in reversed(cut):
        text = f"{text[:first]} {text[last:]}"
    return text


def _negator(tokens: list[str], at: int, taken: int) -> int:
    """The index of the word that negates tokens[at], or -1. Words up to `taken` belong to another match."""
    for back in range(at - 1, max(taken, at - 4), -1):
        token = tokens[back]
        if token in _BREAK:
            return -1
        if token in _NOT or token.endswith("n't"):
            idiom = tokens[back + 1] in _EN_IDIOM and not (
                tokens[back + 1] in ("so", "this", "that") and token == "not"
            )
            return -1 if idiom or (token == "no" and back + 1 < at and tokens[back + 1] == "way") else back
    return -1
