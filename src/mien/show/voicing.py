"""Lines said by a voice: its sound, and the mouth shapes in time with it, whatever the engine tells of its times."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from threading import Event
from typing import TYPE_CHECKING
from unicodedata import category

import numpy as np
from numpy.typing import NDArray

from mien.face import PeerError, Sound, Viseme
from mien.face.sound import RATES
from mien.sense import Reading
from mien.sense.speech import spoken
from mien.show.heard import visemes_heard
from mien.voice import Chunk, Timed, Voice, shapes

if TYPE_CHECKING:
    from mien.sense.hearing import Hearer, Moment

PIECE = 0.04
"""Seconds of sound that are handed on at once: so much may still be heard after it was stopped."""

_PICTURES = ("So", "Sk", "Cf", "Cs", "Co", "Cn", "Mn", "Me")  # emoji, what joins and varies them, what is no letter

LEAD = 0.04  # ours
"""Seconds that the mouth is ahead of the sound: speech is seen before it is heard (Schwartz & Savariaux, "No, there is
no 150 ms lead of visual speech on auditory speech", PLOS Computational Biology 10, 2014)."""

LONGEST = 600.0
"""Seconds of one line that are said; an engine that goes on for longer is not heard out."""


@dataclass(frozen=True, slots=True)
class Piece:
    """The next piece of a speech. heard: where the engine times no phonemes, all mouth shapes by now, from second 0, as
    its sound tells them; None where it does."""

    chunk: Chunk
    heard: tuple[Viseme, ...] | None = None


@dataclass(slots=True)
class Speech:
    """What is known of a line's sound by now.

    rate: samples a second, 0 before the first piece; length: samples by now; whole: no more comes.
    """

    rate: int = 0
    whole: bool = False
    length: int = 0
    _pieces: list[NDArray[np.float32]] = field(default_factory=list)
    _timed: list[Timed] = field(default_factory=list)
    _heard: tuple[Viseme, ...] | None = None

    def add(self, piece: Piece) -> None:
        """The next piece. Raises PeerError when its rate is another than that of the first."""
        chunk = piece.chunk
        if self.rate and chunk.rate != self.rate:
            raise PeerError(f"the voice: expected {self.rate} samples a second as before, got {chunk.rate}")
        self.rate = chunk.rate
        self._pieces.append(chunk.samples)
        self._timed += chunk.timed
        self._heard = piece.heard
        self.length += len(chunk.samples)

    @property
    def seconds(self) -> float:
        """How long its sound is by now."""
        return self.length / self.rate if self.rate else 0.0

    @property
    def samples(self) -> NDArray[np.float32]:
        """(n,) its sound by now."""
        if len(self._pieces) != 1:
            self._pieces = [np.concatenate([np.zeros(0, np.float32), *self._pieces])]
        return self._pieces[0]

    @property
    def visemes(self) -> tuple[Viseme, ...]:
        """Its mouth shapes by now, from second 0: those of its phonemes, or those that were heard."""
        return shapes(self._timed, self.whole) if self._heard is None else self._heard

    def pieces(self, t: float, first: int = 0) -> Iterator[Sound]:
        """Its sound from sample `first` on in pieces of PIECE, as it is heard when it begins at t."""
        size = max(1, round(PIECE * self.rate))
        for at in range(first, self.length, size):
            yield Sound(t + at / self.rate, self.samples[at : at + size], self.rate)


class Voicing:
    """A voice that says what was read, and is heard where it tells no times of its phonemes. voice: any
    `mien.voice.Voice`."""

    def __init__(self, voice: Voice) -> None:
        self._voice = voice

    def pieces(self, reading: Reading, stop: Event) -> Iterator[Piece]:
        """The line's sound as it comes, at most LONGEST of it. Raises as `Voice.speak`, and WeightsError."""
        text = _said(reading.text)
        if not any(sign.isalnum() for sign in text):
            return
        seconds, rate = 0.0, RATES.start
        heard: _Heard | None = _Heard()
        for chunk in self._voice.speak(text, reading.language, reading.emotion, stop):
            if any(one.kind != "word" for one in chunk.timed):
                heard = None  # it tells the times
            yield Piece(chunk, None if heard is None else heard.hear(chunk))
            rate = chunk.rate
            seconds += len(chunk.samples) / rate
            if seconds > LONGEST:
                break
        if heard is not None and seconds and not stop.is_set():
            yield Piece(Chunk(np.zeros(0, np.float32), rate), heard.close(text, reading.language))

    def say(self, reading: Reading) -> Speech:
        """The whole speech of a line. Raises as `pieces`."""
        speech = Speech()
        for piece in self.pieces(reading, Event()):
            speech.add(piece)
        speech.whole = True
        return speech


class _Heard:
    """What is heard of one speech."""

    def __init__(self) -> None:
        self._hearer: Hearer | None = None
        self._moments: list[Moment] = []
        self._known: tuple[Viseme, ...] = ()  # shapes of the moments before `first`, which is a pause
        self._first = 0

    def hear(self, chunk: Chunk) -> tuple[Viseme, ...]:
        """The mouth shapes by now, with this chunk, of the sound alone."""
        if self._hearer is None:
            from mien.sense.hearing import Hearer

            self._hearer = Hearer()
        self._moments += self._hearer.hear(chunk.samples, chunk.rate)
        pauses = range(len(self._moments) - 1, self._first, -1)
        pause = next((place for place in pauses if self._moments[place].viseme == "sil"), self._first)
        self._known += self._shapes(self._first, pause)
        self._first = pause
        return self._known + self._shapes(pause, len(self._moments))

    def _shapes(self, first: int, end: int) -> tuple[Viseme, ...]:
        return visemes_heard(self._moments[first:end], first=first)

    def close(self, text: str, language: str) -> tuple[Viseme, ...]:
        """The mouth shapes of the whole, whose words are known."""
        assert self._hearer is not None
        self._moments += self._hearer.close()
        return visemes_heard(self._moments, text, language)


def _said(text: str) -> str:
    """What a voice gets of a line: no pictures either, which some engines read out by their names."""
    kept = (" " if sign > "\u2000" and category(sign) in _PICTURES else sign for sign in spoken(text))
    return " ".join("".join(kept).split())


Say = Callable[[Reading], Speech]
"""What says a line as a whole; `Voicing.say` does."""
