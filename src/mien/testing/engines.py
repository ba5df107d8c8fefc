"""A fake engine of speech: it answers as VOICEVOX, OpenAI's and GPT-SoVITS's servers do, or fails as asked."""

from __future__ import annotations

import io
import json
import wave
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qs, urlsplit

import numpy as np

from mien.testing.served import Served

_LENGTH = 0.1
"""Seconds of each mora, half of it the consonant."""

FAULTS = ("", "busy", "refuses", "html", "half", "silent", "stalls", "empty", "nonsense")
"""How it may fail: always busy; an error in JSON; a page where sound is due; an answer that breaks off; no answer; a
beginning and no more; a good status and nothing; JSON that is no query."""


def tone(seconds: float, rate: int = 24_000) -> bytes:
    """A WAV file of a hum, 16 bit."""
    hum = np.round(8000.0 * np.sin(2.0 * np.pi * 220.0 * np.arange(round(seconds * rate)) / rate)).astype("<i2")
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(rate)
        out.writeframes(hum.tobytes())
    return file.getvalue()


class FakeEngine(Served):
    """Serves at `address` while its `with` block lasts. Every letter is a tenth of a second.

    fault: one of FAULTS. rate: samples a second. mend_after: with this many questions asked, it works after all.
    """

    def __init__(self, fault: str = "", rate: int = 24_000, mend_after: int | None = None) -> None:
        if fault not in FAULTS:
            raise ValueError(f"FakeEngine: expected a fault of {', '.join(FAULTS)}, got {fault!r}")
        self.fault, self.rate, self._mend_after = fault, rate, mend_after
        self.asked: list[tuple[str, dict[str, Any]]] = []
        """(path, what was said to it, the query's and the body's) of every question."""
        self.headers: list[Mapping[str, str]] = []
        super().__init__(_Handler)

    @property
    def failing(self) -> str:
        """Its fault, "" once it is mended."""
        return "" if self._mend_after is not None and len(self.asked) > self._mend_after else self.fault


def query(text: str) -> dict[str, Any]:
    """VOICEVOX's query for a text whose every letter is the mora ma, a comma a pause."""
    parts = text.split("、")
    phrases = [
        {
            "moras": [
                {"text": "マ", "consonant": "m", "consonant_length": _LENGTH / 2, "vowel": "a",
                 "vowel_length": _LENGTH / 2, "pitch": 5.5}
                for sign in part if sign.isalnum()
            ],
            "accent": 1, "is_interrogative": False,
            "pause_mora": {"text": "、", "consonant": None, "consonant_length": None, "vowel": "pau",
                           "vowel_length": 0.2, "pitch": 0.0} if more else None,
        }
        for part, more in zip(parts, [True] * (len(parts) - 1) + [False], strict=True)
    ]  # fmt: skip
    return {
        "accent_phrases": phrases, "speedScale": 1.0, "pitchScale": 0.0, "intonationScale": 1.0, "volumeScale": 1.0,
        "prePhonemeLength": 0.1, "postPhonemeLength": 0.1, "outputSamplingRate": 24_000, "outputStereo": False,
        "kana": "", "pauseLength": None, "pauseLengthScale": 1.0,
    }  # fmt: skip


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing."""

    def do_POST(self) -> None:
        engine: FakeEngine = self.server.fake  # type: ignore[attr-defined]
        parts = urlsplit(self.path)
        said: dict[str, Any] = {name: values[0] for name, values in parse_qs(parts.query).items()}
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        said |= json.loads(body) if body else {}
        engine.asked.append((parts.path, said))
        engine.headers.append(dict(self.headers))
        match engine.failing:
            case "busy":
                self._answer(b"come back later", status=503)
            case "refuses":
                self._answer(b'{"detail": "no such voice"}', "application/json", 400)
            case "html":
                self._answer(b"<!doctype html><title>It works!</title>", "text/html")
            case "empty":
                self._answer(b"")
            case "nonsense":
                self._answer(b'{"accent_phrases": [{"moras": [{"vowel": 7}]}]}', "application/json")
            case "silent":
                engine.over.wait()
            case fault:
                self._sound(engine, parts.path, said, fault)

    def _sound(self, engine: FakeEngine, path: str, said: dict[str, Any], fault: str) -> None:
        if path == "/audio_query":
            self._answer(json.dumps(query(said["text"])).encode(), "application/json")
            return
        if path == "/synthesis":
            moras = sum(len(phrase["moras"]) for phrase in said["accent_phrases"])
            pauses = sum(bool(phrase["pause_mora"]) for phrase in said["accent_phrases"])
            length = (0.2 + _LENGTH * moras + 0.2 * pauses) / said["speedScale"]
        elif path in ("/v1/audio/speech", "/tts"):
            length = _LENGTH * sum(sign.isalnum() for sign in said.get("input") or said["text"])
        else:
            self._answer(b'{"detail": "Not Found"}', "application/json", 404)
            return
        sound = tone(length, engine.rate)
        if fault not in ("half", "stalls"):
            self._answer(sound, "audio/wav")
            return
        self._begin(len(sound), "audio/wav", 200)
        self.wfile.write(sound[: len(sound) // 2])
        self.wfile.flush()
        if fault == "stalls":
            engine.over.wait()
        self.close_connection = True

    def _begin(self, size: int, kind: str, status: int) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(size))
        self.end_headers()

    def _answer(self, told: bytes, kind: str = "text/plain", status: int = 200) -> None:
        self._begin(len(told), kind, status)
        self.wfile.write(told)
