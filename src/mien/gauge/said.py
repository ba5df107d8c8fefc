"""How well words and voice together tell a feeling, beside each alone.

Nobody recorded lines of chat that somebody said while feeling so. Each acted utterance is therefore paired with lines
of chat of the same feeling, or of another one, as if its voice had said them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import cycle
from typing import Any

import numpy as np

from mien.face import CLASSES, Emotion
from mien.mood.empathy import Sensed, as_said
from mien.sense import Reading, open_reader
from mien.sense.hearing import Tone
from mien.train.hearing.tonal import LOOKED_AT, Judged
from mien.train.text.corpora import chat_lines

_WAY = "running"
_PAIRED = ("happy", "sad", "angry", "disgusted", "afraid", "neutral")
_FLAT = ("sad", "bored", "neutral")


def words_and_voice(judged: Sequence[Judged], table: str) -> dict[str, Any]:
    """Figures on the speakers that were not looked at. table: chat lines, as `mien bench text` reads them."""
    reader = open_reader()
    lines: dict[str, list[Reading]] = {name: [] for name in CLASSES}
    for line in chat_lines(table):
        named = [name for name, share in zip(CLASSES, line.target.tolist(), strict=True) if share > 0.0]
        if len(named) == 1:
            lines[named[0]].append(reader.read(line.text))
    own = [one for one in judged if one.speaker not in LOOKED_AT]
    same = [one for one in own if one.tone in _PAIRED]
    found: dict[str, Any] = {"pairs": len(same)}
    for name, felt in (("words", _words), ("voice", _voice), ("both", _both)):
        found[name] = _share(same, lines, lambda tone: tone, felt)
    angry = [one for one in own if one.tone == "angry"]
    found["plain_words_in_an_angry_voice_are_angry"] = _share(angry, lines, lambda _: "neutral", _both)
    for name, tones in (("flat", _FLAT), ("happy", ("happy",))):
        strengths = _felt([one for one in own if one.tone in tones], lines, lambda _: "happy", _both)
        found[f"joy_of_happy_words_in_a_{name}_voice"] = _mean([one.happy for one in strengths])
    return found


Felt = Callable[[Reading, Tone], Emotion]


def _words(reading: Reading, _: Tone) -> Emotion:
    return reading.emotion


def _voice(_: Reading, tone: Tone) -> Emotion:
    return as_said(Sensed(0.0, "voice", tone.emotion, tone.confidence), tone.arousal)[0]


def _both(reading: Reading, tone: Tone) -> Emotion:
    words = Sensed(0.0, "text", reading.emotion, reading.confidence)
    return as_said(Sensed(0.0, "voice", tone.emotion, tone.confidence), tone.arousal, words)[0]


def _felt(
    own: Sequence[Judged], lines: dict[str, list[Reading]], said: Callable[[str], str], felt: Felt
) -> list[Emotion]:
    """What is felt of each utterance with the next line of the feeling that `said` names for its tone."""
    following = {name: cycle(some) for name, some in lines.items() if some}
    return [felt(next(following[said(one.tone)]), one.heard[_WAY]) for one in own]


def _share(own: Sequence[Judged], lines: dict[str, list[Reading]], said: Callable[[str], str], felt: Felt) -> float:
    """Of the utterances, the share whose strongest feeling is the one that was acted."""
    return _mean([one.dominant == acted.tone for one, acted in zip(_felt(own, lines, said, felt), own, strict=True)])


def _mean(values: Sequence[float]) -> float:
    return round(float(np.mean(values)), 3) if values else 0.0
