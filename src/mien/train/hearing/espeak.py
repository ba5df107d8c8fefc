"""espeak-ng, all languages: the library behind the voice of that name, with its times of phonemes."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from threading import Event

import numpy as np
from numpy.typing import NDArray

from mien.face import DeviceError
from mien.train.hearing.phonemes import CLOSURE, STOPS, Span
from mien.train.hearing.speech import Speech, Voice, module
from mien.voice.espeak import library
from mien.voice.manner import Manner

_VOICES = {"zh": "cmn-latn-pinyin", "en": "en-us", "pt": "pt-br"}
_ENGLISH = {"ɜ": "ɝ", "ɾ": "d", "ʔ": "t", "ɐ": "ə"}
"""What espeak-ng's American English means by these: a vowel with an r in it, a tapped and a held t, a weak vowel."""

_ECHO = re.compile(r"^echo\s+[1-9]\d*\s+[1-9]", re.MULTILINE)
"""What a variant's file says when it echoes: milliseconds and amplitude."""

_QUIET, _PIECE = 0.002, 0.005  # amplitude of the silence in which a stop is held; seconds looked at together


def espeak(text: str, voice: Voice) -> Speech:
    """The voice of this language, in the variant `voice.name` ("" is the plain one), says the text."""
    name = _VOICES.get(voice.language, voice.language)
    known = library().known(name + (f"+{voice.name}" if voice.name else ""))
    if not known:
        raise DeviceError(f"espeak-ng: no voice {name!r}")
    said = _SPELLED[voice.language](text) if voice.language in _SPELLED else text
    chunk = library().say(said, known, Manner(pace=voice.pace, pitch=voice.pitch), Event())
    spans: list[Span] = []
    at = 0.0
    for one in chunk.timed:
        if one.start > at:
            spans.append(Span("", at, one.start))
        at = one.start + one.seconds
        name = "".join(_ENGLISH.get(letter, letter) for letter in one.name) if voice.language == "en" else one.name
        spans.append(Span(name, one.start, at))
    spans.append(Span("", at, max(at, len(chunk.samples) / chunk.rate)))
    return Speech(chunk.samples, chunk.rate, tuple(held(spans, chunk.samples, chunk.rate)))


def held(spans: Iterable[Span], samples: NDArray[np.float32], rate: int) -> list[Span]:
    """The spans with the silence in which each stop is held before its burst, which espeak-ng tells as the phoneme
    before it."""
    size = int(rate * _PIECE)
    found: list[Span] = []
    for span in spans:
        if span.end - span.start <= 1e-6:
            continue
        before = found[-1] if found else None
        if before is not None and before.symbol and span.symbol.lstrip("ˈˌ").startswith(STOPS):
            start, first = int(span.start * rate), int(max(before.start, span.start - CLOSURE) * rate)
            while start - size > first and np.abs(samples[start - size : start]).max() < _QUIET:
                start -= size
            found[-1] = Span(before.symbol, before.start, start / rate)
            found.append(Span("", start / rate, span.start))
        found.append(span)
    return found


def _pinyin(text: str) -> str:
    pypinyin = module("pypinyin")
    tones = pypinyin.Style.TONE3
    return " ".join(pypinyin.lazy_pinyin(text, style=tones, neutral_tone_with_five=True, errors=_only_stops))


def _only_stops(run: str) -> str:
    return ", " if re.search(r"[，。！？、,.!?]", run) else " "


def _kana(text: str) -> str:
    """As it is read: espeak-ng's Japanese calls every Chinese character "Chinese letter"."""
    return str(module("pyopenjtalk").g2p(text, kana=True))


_SPELLED = {"zh": _pinyin, "ja": _kana}


def variants() -> list[str]:
    """The variants of espeak-ng's voices, "" first, but those that echo: they sound on while lips are closed."""
    folder = Path(str(module("espeakng_loader").get_data_path())) / "voices" / "!v"
    files = sorted(folder.iterdir())
    return ["", *(file.name for file in files if not _ECHO.search(file.read_text("utf-8", "replace")))]
