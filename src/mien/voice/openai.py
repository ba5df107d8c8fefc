"""Servers that speak OpenAI's `POST /v1/audio/speech`: OpenAI's own, and many that run at home.

They tell no times: the lips follow what is heard.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from threading import Event
from typing import Any

from mien.face import Emotion, SettingsError
from mien.peers import PATIENCE, Peer
from mien.voice.heard import chunks
from mien.voice.manner import manner
from mien.voice.named import Named
from mien.voice.voice import Chunk, Voice

_ADDRESS, _KEY = "OPENAI_BASE_URL", "OPENAI_API_KEY"  # as OpenAI's own client names them
_MODEL, _VOICE = "tts-1", "alloy"
_STEERED = "gpt-"  # models of this name take instructions
_LEAST = 0.1  # of a feeling that is worth an instruction


class OpenAI:
    """A voice behind /audio/speech. voice: VOICE or MODEL/VOICE; address: up to and with /v1; key: "" for none.

    Raises SettingsError when there is no address.
    """

    def __init__(self, voice: str = "", address: str = "", key: str = "", patience: float = PATIENCE) -> None:
        model, _, name = voice.rpartition("/")
        self._model, self._voice = model or _MODEL, name or _VOICE
        if not address:
            raise SettingsError(
                f"openai: expected an address, such as openai:{self._voice}@http://127.0.0.1:8880/v1, or in the "
                f"environment variable {_ADDRESS}; got none"
            )
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        self._engine = Peer("openai", address, "start the server, or say where it is: openai:VOICE@ADDRESS", headers,
                              patience)  # fmt: skip

    def speak(self, text: str, language: str, feeling: Emotion, stop: Event) -> Iterator[Chunk]:  # noqa: ARG002
        """As of `Voice.speak`; the server hears the language from the text."""
        if not any(sign.isalnum() for sign in text):
            return
        how = manner(feeling)
        body: dict[str, Any] = {
            "model": self._model, "voice": self._voice, "input": text, "response_format": "wav",
            "speed": round(how.pace, 3),
        }  # fmt: skip
        if self._model.startswith(_STEERED) and feeling.strength >= _LEAST:
            body["instructions"] = f"Speak as somebody who feels {feeling.dominant}."
        yield from chunks("openai", self._engine.ask("/audio/speech", stop, body=body), stop)


def open_openai(voice: str) -> Voice:
    """VOICE, MODEL/VOICE, either with @ADDRESS, or an address alone. Raises SettingsError.

    A key is sent only where the address comes from the environment as the key does, or is OpenAI's own.
    """
    named = Named.of(voice)
    address = named.address or os.environ.get(_ADDRESS, "").rstrip("/")
    key = os.environ.get(_KEY, "")
    own = not named.address or named.address.startswith("https://api.openai.com/")
    return OpenAI(named.voice, address, key if own else "")
