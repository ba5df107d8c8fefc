"""VOICEVOX and its kin (COEIROINK, AivisSpeech, SHAREVOX), over HTTP: Japanese, with the times of every phoneme.

Interface: VOICEVOX ENGINE's `POST /audio_query` and `POST /synthesis`.
"""

from __future__ import annotations

from collections.abc import Iterator
from threading import Event
from typing import Any

from mien.face import Emotion, PeerError, SettingsError
from mien.peers import PATIENCE, Peer
from mien.voice.heard import chunks
from mien.voice.manner import manner
from mien.voice.named import Named
from mien.voice.voice import Chunk, Timed, Voice

ADDRESS = "http://127.0.0.1:50021"
_SPEAKER = "1"
_SEMITONE = 0.0578  # of pitchScale, which adds to the logarithm of the pitch
_MOST_PITCH = 0.15


class Voicevox:
    """A speaker of VOICEVOX. voice: the number of a speaker's style; address: the engine's; patience: seconds.

    Raises SettingsError when the voice is no number or the address none.
    """

    def __init__(self, voice: str = "", address: str = "", patience: float = PATIENCE) -> None:
        self._speaker = voice or _SPEAKER
        if not self._speaker.isdecimal():
            raise SettingsError(
                f"voicevox: expected the number of a style, such as voicevox:3, got {voice!r}; the engine lists them "
                f"at {address or ADDRESS}/speakers"
            )
        self._engine = Peer("voicevox", address or ADDRESS, "start VOICEVOX, or say where it is: voicevox:3@ADDRESS",
                              patience=patience)  # fmt: skip

    def speak(self, text: str, language: str, feeling: Emotion, stop: Event) -> Iterator[Chunk]:  # noqa: ARG002
        """As of `Voice.speak`; any text is read as Japanese."""
        if not any(sign.isalnum() for sign in text):
            return
        how = manner(feeling)
        who = {"speaker": self._speaker}
        query = self._engine.ask_json("/audio_query", stop, {"text": text, **who})
        if stop.is_set():
            return
        try:
            query |= {
                "speedScale": query.get("speedScale", 1.0) * how.pace,
                "pitchScale": query.get("pitchScale", 0.0) + min(_SEMITONE * how.pitch, _MOST_PITCH),
                "intonationScale": query.get("intonationScale", 1.0) * how.range,
                "volumeScale": query.get("volumeScale", 1.0) * how.gain,
            }
            timed = tuple(times(query))
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise PeerError(f"voicevox: /audio_query: expected accent phrases with morae, got {error!r}") from error
        yield from chunks("voicevox", self._engine.ask("/synthesis", stop, who, query), stop, timed)


def times(query: dict[str, Any]) -> Iterator[Timed]:
    """When each phoneme of a query is said. Raises KeyError, TypeError, ValueError on what is no query."""
    speed = float(query["speedScale"])
    at = float(query["prePhonemeLength"])
    fixed, scale = query.get("pauseLength"), float(query.get("pauseLengthScale") or 1.0)
    for phrase in query["accent_phrases"]:
        pause = phrase.get("pause_mora")
        for mora in [*phrase["moras"], *([pause] if pause else [])]:
            length = float(mora["vowel_length"])
            if mora is pause:
                length = (length if fixed is None else float(fixed)) * scale
            for name, seconds in ((mora.get("consonant"), mora.get("consonant_length")), (mora["vowel"], length)):
                if name:
                    yield Timed(at / speed, float(seconds or 0.0) / speed, str(name), "romaji")
                    at += float(seconds or 0.0)


def open_voicevox(voice: str) -> Voice:
    """STYLE, @ADDRESS or STYLE@ADDRESS. Raises SettingsError."""
    named = Named.of(voice)
    return Voicevox(named.voice, named.address)
