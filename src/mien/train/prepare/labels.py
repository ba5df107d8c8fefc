"""Other people's names for feelings, and votes on them, as shares of neutral and our eight feelings."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from mien.face import FEELINGS

CLASSES = ("neutral", *FEELINGS)
"""What a label speaks of, in this order."""

Shares = NDArray[np.float32]
"""(9,) shares of `CLASSES`, adding up to 1."""

_KNOWN = {
    "neutral": "neutral calm none normal no_emotion 平静 中性 无表情 真顔 無表情",
    "happy": "happy happiness joy joyful smile smiling amusement excitement love 高兴 开心 快乐 喜び 嬉しい",
    "sad": "sad sadness sorrow crying grief disappointment remorse 悲伤 难过 伤心 悲しみ 悲しい",
    "angry": "angry anger rage mad annoyance 生气 愤怒 怒り 怒",
    "surprised": "surprised surprise shock amazed 惊讶 吃惊 驚き",
    "disgusted": "disgusted disgust contempt 厌恶 恶心 嫌悪",
    "afraid": "afraid fear fearful scared nervousness 害怕 恐惧 恐れ 恐怖",
    "shy": "shy embarrassed embarrassment shame 害羞 尴尬 照れ 恥ずかしい",
    "relaxed": "relaxed relief content contentment peaceful 放松 安心 リラックス",
}
_CLASS_OF = {name: feeling for feeling, names in _KNOWN.items() for name in names.split()}

FER2013 = ("angry", "disgusted", "afraid", "happy", "sad", "surprised", "neutral")
"""The numbers 0..6 of FER2013's column `emotion`. Source: Goodfellow et al. 2013."""


def plain(name: str) -> str:
    """A label's name as it is compared: small letters, underscores, nothing around it."""
    return name.strip().lower().replace(" ", "_").replace("-", "_")


def known(name: str, own: Mapping[str, str]) -> str | None:
    """The class that this name means: by the user's own map first, then by ours; None when nobody knows it."""
    own_name = own.get(name, own.get(plain(name)))
    return own_name if own_name is not None else _CLASS_OF.get(plain(name))


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
