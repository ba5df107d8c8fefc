"""edge-tts: Microsoft's voices over the network, by the package edge-tts, with the times of every word."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from threading import Event
from typing import Any

import numpy as np

from mien.face import DeviceError, Emotion, PeerError, SettingsError
from mien.peers import PATIENCE, Fed
from mien.voice.decoding import Decoder
from mien.voice.manner import Manner, manner
from mien.voice.voice import Chunk, Timed, Voice

USUAL = {"zh": "zh-CN-XiaoyiNeural", "ja": "ja-JP-NanamiNeural", "en": "en-US-AnaNeural"}
"""The voice for a language where none is named."""

_TICK = 1e-7  # seconds, of the service's offsets
_SEMITONE_HZ = 12.0  # about a semitone of a voice at 200 Hz

Message = dict[str, Any]
"""What edge-tts streams: "audio" with its data, or a "WordBoundary" with its offset, duration and text."""

Talk = Callable[[str, str, Manner], Any]
"""(text, voice, how) -> an asynchronous iterator of messages."""


def _talk(text: str, voice: str, how: Manner) -> Any:
    import edge_tts

    return edge_tts.Communicate(
        text, voice, rate=f"{round(100 * (how.pace - 1.0)):+d}%", volume=f"{round(100 * (how.gain - 1.0)):+d}%",
        pitch=f"{round(_SEMITONE_HZ * how.pitch):+d}Hz", boundary="WordBoundary", connect_timeout=10,
        receive_timeout=round(PATIENCE),
    ).stream()  # fmt: skip


class Edge:
    """A voice of edge-tts. voice: its name, or "" for the language's. talk: what streams messages, for tests another.

    Raises DeviceError where the package is not installed.
    """

    def __init__(self, voice: str = "", talk: Talk | None = None, patience: float = PATIENCE) -> None:
        if talk is None and find_spec("edge_tts") is None:
            raise DeviceError('edge-tts is not installed: pip install "mien[edge]"')
        self._voice, self._talk, self._patience = voice, talk or _talk, patience

    def speak(self, text: str, language: str, feeling: Emotion, stop: Event) -> Iterator[Chunk]:
        """As of `Voice.speak`: one chunk, for the service sends MP3."""
        if not any(sign.isalnum() for sign in text):
            return
        voice = self._voice or USUAL.get(language, USUAL["en"])
        decoder, pieces, timed = Decoder("edge-tts"), [], []
        for message in self._messages(text, voice, manner(feeling), stop):
            if message.get("type") == "audio":
                pieces.append(decoder.feed(message.get("data") or b""))
            elif message.get("type") == "WordBoundary":
                timed.append(_word(message))
        if stop.is_set():
            return
        pieces.append(decoder.close())
        yield Chunk(np.concatenate(pieces), decoder.rate, tuple(timed))

    def _messages(self, text: str, voice: str, how: Manner, stop: Event) -> Iterator[Message]:
        """What the service says. Raises DeviceError, PeerError, SettingsError."""

        def work(put: Callable[[Message], None]) -> None:
            async def fetch() -> None:
                async for message in self._talk(text, voice, how):
                    put(message)

            asyncio.run(fetch())

        fed: Fed[Message] = Fed(work, "edge-tts", lambda: None)
        try:
            while (message := fed.next(stop, self._patience)) is not None:
                yield message
        except TimeoutError as error:
            raise DeviceError(f"edge-tts: the service was {error}; is there a network?") from error
        except OSError as error:  # of aiohttp: no network, no such host
            raise DeviceError(f"edge-tts: cannot reach the service ({error}); is there a network?") from error
        except (ValueError, TypeError) as error:
            raise SettingsError(f"edge-tts: {error}; `edge-tts --list-voices` prints the voices") from error
        except _refusals() as error:
            raise PeerError(
                f"edge-tts: the service gave no sound for the voice {voice} ({error}); `edge-tts --list-voices` prints "
                "the voices"
            ) from error
        finally:
            fed.end()


def _refusals() -> tuple[type[Exception], ...]:
    """What the package raises where the service refuses."""
    if find_spec("edge_tts") is None:
        return ()
    from aiohttp import ClientError
    from edge_tts.exceptions import EdgeTTSException

    return (EdgeTTSException, ClientError)


def _word(message: Message) -> Timed:
    try:
        start, seconds = float(message["offset"]) * _TICK, float(message["duration"]) * _TICK
        return Timed(start, seconds, str(message["text"]), "word")
    except (KeyError, TypeError, ValueError) as error:
        raise PeerError(f"edge-tts: expected a word with offset and duration, got {message!r}") from error


def open_edge(voice: str) -> Voice:
    """A voice of edge-tts, as of `Edge`."""
    return Edge(voice)
