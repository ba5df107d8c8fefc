"""GPT-SoVITS over HTTP: a voice cloned from a short recording. Interface: `POST /tts` of its `api_v2.py`.

It tells no times: the lips follow what is heard.
"""

from __future__ import annotations

from collections.abc import Iterator
from threading import Event

from mien.face import Emotion, SettingsError
from mien.peers import Peer
from mien.voice.heard import chunks
from mien.voice.manner import manner
from mien.voice.named import Named
from mien.voice.voice import Chunk, Voice

ADDRESS = "http://127.0.0.1:9880"
_PATIENCE = 60.0  # seconds: without a graphics card a sentence takes long
_LANGUAGES = ("zh", "ja", "en", "ko", "yue", "auto")


class Sovits:
    """A cloned voice. recording: path of 3 to 10 seconds of it, as the engine sees it; language, words: what is said
    there.

    Raises SettingsError when there is no recording, or it is in a language that the engine does not know.
    """

    def __init__(
        self, recording: str, language: str = "auto", words: str = "", address: str = "", patience: float = _PATIENCE
    ) -> None:
        if not recording or language not in _LANGUAGES:
            raise SettingsError(
                "gpt-sovits: expected RECORDING|LANGUAGE|WHAT IS SAID IN IT, such as "
                f'"gpt-sovits:/voices/ada.wav|ja|こんにちは", a language of {", ".join(_LANGUAGES)}; got '
                f"{recording!r} and {language!r}"
            )
        self._recording, self._language, self._words = recording, language, words
        self._engine = Peer(
            "gpt-sovits", address or ADDRESS, "start it with python api_v2.py, or say where it is: …@ADDRESS",
            patience=patience,
        )  # fmt: skip

    def speak(self, text: str, language: str, feeling: Emotion, stop: Event) -> Iterator[Chunk]:
        """As of `Voice.speak`."""
        if not any(sign.isalnum() for sign in text):
            return
        body = {
            "text": text, "text_lang": language if language in _LANGUAGES else "auto",
            "ref_audio_path": self._recording, "prompt_lang": self._language, "prompt_text": self._words,
            "media_type": "wav", "streaming_mode": True, "speed_factor": round(manner(feeling).pace, 3),
        }  # fmt: skip
        yield from chunks("gpt-sovits", self._engine.ask("/tts", stop, body=body), stop)


def open_sovits(voice: str) -> Voice:
    """RECORDING|LANGUAGE|WORDS, the last two where they are known, with @ADDRESS where it is another. Raises
    SettingsError."""
    named = Named.of(voice)
    recording, language, words, *_ = [*named.voice.split("|", 2), "", ""]
    return Sovits(recording, language or "auto", words, named.address)
