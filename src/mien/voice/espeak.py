"""espeak-ng by its library: offline, a hundred times faster than speech, with the exact times of its phonemes.

The library comes with the package espeakng-loader, or from the system. It holds one voice a process, so one line is
synthesised at a time. Interface: espeak-ng's `speak_lib.h`, version 1.51.
"""

from __future__ import annotations

import ctypes
import re
from collections.abc import Iterator
from ctypes.util import find_library
from functools import cache
from importlib.util import find_spec
from threading import Event, Lock
from typing import Any

import numpy as np

from mien.face import DeviceError, Emotion, InputError, SettingsError
from mien.voice.manner import Manner, manner
from mien.voice.voice import Chunk, Timed, Voice

USUAL = {"zh": "cmn", "ja": "ja", "en": "en-us"}
"""The voice for a language where none is named."""

_SYNCHRONOUS, _PHONEMES, _IPA = 2, 1, 2
_BUFFER_MS = 200
_END, _PHONEME = 0, 7
_UTF8 = 1
_RATE, _VOLUME, _PITCH, _RANGE = 1, 2, 3, 4
_WORDS, _SEMITONE = 170, 5.0  # words a minute; of the pitch's scale of 0..100, a semitone
_CLAUSE = re.compile(r".+?(?:[.!?]+(?=\s|$)|[。！？…；]+|\n|$)", re.DOTALL)
_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff々]+")
_BENT_FROM = 0.97  # ours: of the full amplitude


class _Id(ctypes.Union):
    _fields_ = (("number", ctypes.c_int), ("name", ctypes.c_char_p), ("string", ctypes.c_char * 8))


class _Event(ctypes.Structure):
    _fields_ = (
        ("type", ctypes.c_int), ("identifier", ctypes.c_uint), ("text_position", ctypes.c_int),
        ("length", ctypes.c_int), ("audio_position", ctypes.c_int), ("sample", ctypes.c_int),
        ("user_data", ctypes.c_void_p), ("id", _Id),
    )  # fmt: skip


class _Voice(ctypes.Structure):
    _fields_ = (
        ("name", ctypes.c_char_p), ("languages", ctypes.c_char_p), ("identifier", ctypes.c_char_p),
        ("gender", ctypes.c_ubyte), ("age", ctypes.c_ubyte), ("variant", ctypes.c_ubyte), ("xx1", ctypes.c_ubyte),
        ("score", ctypes.c_int), ("spare", ctypes.c_void_p),
    )  # fmt: skip


_Callback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.POINTER(_Event))


class Library:
    """The one libespeak-ng of this process. rate: samples a second."""

    def __init__(self, path: str, data: str | None) -> None:
        try:
            self._library = ctypes.CDLL(path)
            self.rate = int(
                self._library.espeak_Initialize(
                    _SYNCHRONOUS, _BUFFER_MS, None if data is None else data.encode(), _PHONEMES | _IPA
                )
            )
        except (OSError, AttributeError) as error:
            raise DeviceError(f"{path}: expected libespeak-ng, got {error}") from error
        if self.rate <= 0:
            raise DeviceError(f"{path}: espeak-ng found no data at {data or 'its usual place'}; install it again")
        self._library.espeak_GetCurrentVoice.restype = ctypes.POINTER(_Voice)
        self._lock = Lock()
        self._heard: list[Any] = []
        self._stop = Event()
        self._callback = _Callback(self._take)  # kept: the library calls it as long as it lives
        self._library.espeak_SetSynthCallback(self._callback)

    def known(self, voice: str) -> str:
        """The library's own name of a voice, of a language ("en-gb"), or of one with a variant ("en-gb+f3"); "" for
        none."""
        with self._lock:
            if self._library.espeak_SetVoiceByName(voice.encode("utf-8", "replace")) == 0:
                return voice
            language, plus, variant = voice.partition("+")
            wanted = _Voice(languages=language.encode("utf-8", "replace"))
            if self._library.espeak_SetVoiceByProperties(ctypes.byref(wanted)) != 0:
                return ""
            found: bytes = self._library.espeak_GetCurrentVoice().contents.identifier
            return found.decode() + plus + variant

    def say(self, text: str, voice: str, how: Manner, stop: Event) -> Chunk:
        """One clause: its sound and its phonemes; what had been made when it was stopped."""
        with self._lock:
            self._heard, self._stop = [], stop
            self._library.espeak_SetVoiceByName(voice.encode("utf-8", "replace"))
            settings = {
                _RATE: _WORDS * how.pace, _VOLUME: 100.0,
                _PITCH: 50.0 + _SEMITONE * how.pitch, _RANGE: 50.0 * how.range,
            }  # fmt: skip
            for number, value in settings.items():
                self._library.espeak_SetParameter(number, round(value), 0)
            encoded = text.encode("utf-8", "replace")
            self._library.espeak_Synth(encoded, len(encoded) + 1, 0, 0, 0, _UTF8, None, None)
            heard, self._heard = self._heard, []
        pieces = [samples for samples, _ in heard]
        marks = [mark for _, marks in heard for mark in marks]
        samples = np.concatenate([np.zeros(0, np.int16), *pieces]).astype(np.float32) / 32768.0
        return Chunk(samples, self.rate, tuple(self._timed(marks, len(samples))))

    def _timed(self, marks: list[tuple[int, str]], end: int) -> Iterator[Timed]:
        for (start, name), (until, _) in zip(marks, [*marks[1:], (end, "")], strict=True):
            if name and not name.startswith("(") and until >= start:  # (en): the language of a foreign word
                yield Timed(start / self.rate, (until - start) / self.rate, name, "ipa")

    def _take(self, wave: Any, count: int, events: Any) -> int:
        """What the library calls with each piece; 1 ends the synthesis."""
        if self._stop.is_set():
            return 1
        marks, at = [], 0
        while events[at].type != _END:
            if events[at].type == _PHONEME:
                name = ctypes.string_at(ctypes.addressof(events[at].id), 8).split(b"\0")[0]
                marks.append((int(events[at].sample), name.decode("utf-8", "ignore")))
            at += 1
        samples = np.ctypeslib.as_array(wave, (count,)).copy() if wave and count > 0 else np.zeros(0, np.int16)
        self._heard.append((samples, marks))
        return 0


@cache
def library() -> Library:
    """The library, loaded once. Raises DeviceError where there is none."""
    if find_spec("espeakng_loader") is not None:
        import espeakng_loader

        return Library(espeakng_loader.get_library_path(), espeakng_loader.get_data_path())
    found = find_library("espeak-ng")
    if found is None:
        raise DeviceError('espeak-ng is not installed: pip install "mien[voice]", or the system\'s package espeak-ng')
    return Library(found, None)


class Espeak:
    """A voice of espeak-ng. voice: its name ("en-gb", "cmn+f3"), a variant alone ("+f3"), or "" for the language's.

    Raises SettingsError where there is no such voice, DeviceError where there is no espeak-ng.
    """

    def __init__(self, voice: str = "") -> None:
        self._library = library()
        self._voice = voice if voice.startswith("+") or not voice else self._library.known(voice)
        if voice and not self._voice:
            raise SettingsError(
                f"espeak-ng: no voice {voice!r}; expected one of its languages, such as en-gb, ja or cmn, with a "
                "variant behind it, such as cmn+f3, or a variant alone, such as +f3"
            )

    def speak(self, text: str, language: str, feeling: Emotion, stop: Event) -> Iterator[Chunk]:
        """A chunk a clause, as of `Voice.speak`. Raises InputError for kanji, which espeak-ng cannot read."""
        han = _HAN.search(text)
        if han is not None and language == "ja":
            raise InputError(
                f"espeak-ng: reads no kanji: expected kana, got {han.group(0)!r}; write kana, or use another engine, "
                "such as voicevox"
            )
        if han is not None and language == "und":
            language = "zh"
        how, offset = manner(feeling), 0
        for clause in _CLAUSE.findall(text):
            if stop.is_set():
                return
            if not any(sign.isalnum() for sign in clause):
                continue
            said = self._library.say(clause, self._of(language), how, stop)
            if stop.is_set():
                return
            late = offset / said.rate
            offset += len(said.samples)
            timed = tuple(Timed(one.start + late, one.seconds, one.name, one.kind) for one in said.timed)
            yield Chunk(_limited(said.samples * np.float32(how.gain)), said.rate, timed)

    def _of(self, language: str) -> str:
        usual = USUAL.get(language, USUAL["en"])
        return usual + self._voice if self._voice.startswith("+") else self._voice or usual


def _limited(samples: np.ndarray[Any, np.dtype[np.float32]]) -> np.ndarray[Any, np.dtype[np.float32]]:
    """Samples in [-1, 1]: what is louder than nearly full is bent, not cut."""
    over = np.abs(samples) - _BENT_FROM
    bent = _BENT_FROM + (1.0 - _BENT_FROM) * np.tanh(np.maximum(over, 0.0) / (1.0 - _BENT_FROM))
    return np.where(over > 0.0, np.sign(samples) * bent, samples).astype(np.float32)


def open_espeak(voice: str) -> Voice:
    """A voice of espeak-ng, as of `Espeak`."""
    return Espeak(voice)
