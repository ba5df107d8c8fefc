"""espeak-ng, all languages: the library of the package `espeakng-loader`, with its events of phonemes."""

from __future__ import annotations

import ctypes
import re
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mien.face import DeviceError
from mien.train.hearing.phonemes import Span
from mien.train.hearing.speech import Speech, Voice, module


class _Id(ctypes.Union):
    _fields_ = (("number", ctypes.c_int), ("name", ctypes.c_char_p), ("string", ctypes.c_char * 8))


class _Event(ctypes.Structure):
    _fields_ = (
        ("type", ctypes.c_int), ("unique_identifier", ctypes.c_uint), ("text_position", ctypes.c_int),
        ("length", ctypes.c_int), ("audio_position", ctypes.c_int), ("sample", ctypes.c_int),
        ("user_data", ctypes.c_void_p), ("id", _Id),
    )  # fmt: skip


_Heard = ctypes.CFUNCTYPE(
    ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.POINTER(_Event)
)  # t_espeak_callback of speak_lib.h
_SYNCHRONOUS, _PHONEMES, _IPA, _PHONEME_EVENT = 2, 1, 2, 7
_RATE, _PITCH = 1, 3
_VOICES = {"zh": "cmn-latn-pinyin", "en": "en-us", "pt": "pt-br"}
_WORDS_A_MINUTE, _MIDDLE_PITCH = 170, 50


class _Espeak:
    """The library, which holds one voice at a time. rate: samples a second."""

    def __init__(self) -> None:
        loader = module("espeakng_loader")
        self._library = ctypes.CDLL(loader.get_library_path())
        self.rate = int(
            self._library.espeak_Initialize(_SYNCHRONOUS, 0, str(loader.get_data_path()).encode(), _PHONEMES | _IPA)
        )
        if self.rate <= 0:
            raise DeviceError("espeak-ng: cannot start; install espeakng-loader again")
        self._pieces: list[NDArray[np.int16]] = []
        self._events: list[tuple[int, str]] = []
        self._callback = _Heard(self._heard)
        self._library.espeak_SetSynthCallback(self._callback)

    def _heard(self, wave: Any, count: int, events: Any) -> int:
        if wave and count:
            self._pieces.append(np.ctypeslib.as_array(wave, (count,)).copy())
        number = 0
        while events[number].type:
            if events[number].type == _PHONEME_EVENT:
                name = bytes(events[number].id.string).decode("utf-8", "ignore")
                self._events.append((events[number].sample, "" if name.startswith("(") else name))
            number += 1
        return 0

    def speak(self, text: str, voice: Voice) -> Speech:
        self._pieces, self._events = [], []
        name = _VOICES.get(voice.language, voice.language) + (f"+{voice.name}" if voice.name else "")
        if self._library.espeak_SetVoiceByName(name.encode()):
            raise DeviceError(f"espeak-ng: no voice {name!r}")
        self._library.espeak_SetParameter(_RATE, round(_WORDS_A_MINUTE * voice.pace), 0)
        self._library.espeak_SetParameter(_PITCH, int(np.clip(_MIDDLE_PITCH + 8 * voice.pitch, 0, 99)), 0)
        said = (_pinyin(text) if voice.language == "zh" else text).encode()
        self._library.espeak_Synth(said, len(said) + 1, 0, 1, 0, 1, None, None)
        self._library.espeak_Synchronize()
        whole = np.concatenate(self._pieces) if self._pieces else np.zeros(0, np.int16)
        starts = [sample / self.rate for sample, _ in self._events]
        ends = [*starts[1:], len(whole) / self.rate]
        spans = tuple(Span(symbol, a, b) for (_, symbol), a, b in zip(self._events, starts, ends, strict=True))
        return Speech(whole.astype(np.float32) / 32768.0, self.rate, spans)


def _pinyin(text: str) -> str:
    from pypinyin import Style, lazy_pinyin

    return " ".join(lazy_pinyin(text, style=Style.TONE3, neutral_tone_with_five=True, errors=_only_stops))


def _only_stops(run: str) -> str:
    return ", " if re.search(r"[，。！？、,.!?]", run) else " "


@cache
def _espeak() -> _Espeak:
    return _Espeak()


def espeak(text: str, voice: Voice) -> Speech:
    """The voice of this language, in the variant `voice.name` ("" is the plain one), says the text."""
    return _espeak().speak(text, voice)


def variants() -> list[str]:
    """The variants of espeak-ng's voices, "" first."""
    folder = Path(str(module("espeakng_loader").get_data_path())) / "voices" / "!v"
    return ["", *sorted(file.name for file in folder.iterdir())]
