"""espeak-ng, all languages: the library behind the voice of that name, with its times of phonemes."""

from __future__ import annotations

import re
from pathlib import Path
from threading import Event

from mien.face import DeviceError
from mien.train.hearing.phonemes import Span
from mien.train.hearing.speech import Speech, Voice, module
from mien.voice.espeak import library
from mien.voice.manner import Manner

_VOICES = {"zh": "cmn-latn-pinyin", "en": "en-us", "pt": "pt-br"}


def espeak(text: str, voice: Voice) -> Speech:
    """The voice of this language, in the variant `voice.name` ("" is the plain one), says the text."""
    name = _VOICES.get(voice.language, voice.language)
    known = library().known(name + (f"+{voice.name}" if voice.name else ""))
    if not known:
        raise DeviceError(f"espeak-ng: no voice {name!r}")
    said = _pinyin(text) if voice.language == "zh" else text
    chunk = library().say(said, known, Manner(pace=voice.pace, pitch=voice.pitch), Event())
    spans: list[Span] = []
    at = 0.0
    for one in chunk.timed:
        if one.start > at:
            spans.append(Span("", at, one.start))
        at = one.start + one.seconds
        spans.append(Span(one.name, one.start, at))
    spans.append(Span("", at, max(at, len(chunk.samples) / chunk.rate)))
    return Speech(chunk.samples, chunk.rate, tuple(spans))


def _pinyin(text: str) -> str:
    from pypinyin import Style, lazy_pinyin

    return " ".join(lazy_pinyin(text, style=Style.TONE3, neutral_tone_with_five=True, errors=_only_stops))


def _only_stops(run: str) -> str:
    return ", " if re.search(r"[，。！？、,.!?]", run) else " "


def variants() -> list[str]:
    """The variants of espeak-ng's voices, "" first."""
    folder = Path(str(module("espeakng_loader").get_data_path())) / "voices" / "!v"
    return ["", *sorted(file.name for file in folder.iterdir())]
